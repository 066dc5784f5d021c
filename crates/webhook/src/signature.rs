//! The signature of a message.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::secret::Secrets;

/// The value of `webhook-signature`: for each secret, in order and apart by a space, `v1,` and the
/// HMAC-SHA-256 of `id.timestamp.body` in base64. `timestamp` is in seconds since 1970-01-01.
pub fn sign(secrets: &Secrets, id: &str, timestamp: i64, body: &[u8]) -> String {
    let head = format!("{id}.{timestamp}.");
    let signatures = secrets.keys().filter_map(|key| {
        // A key of any length will do; this is for the type.
        let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
        mac.update(head.as_bytes());
        mac.update(body);
        Some(format!(
            "v1,{}",
            STANDARD.encode(mac.finalize().into_bytes())
        ))
    });
    signatures.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use secrecy::SecretString;

    use super::*;

    fn secrets(lines: &str) -> Secrets {
        Secrets::parse(&SecretString::from(lines.to_owned())).expect("secrets")
    }

    /// The vector that the specification's own libraries are tested with.
    #[test]
    fn the_specifications_vector_is_met() {
        let secrets = secrets("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        let id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
        let signature = sign(&secrets, id, 1_614_265_330, br#"{"test": 2432232314}"#);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn there_is_a_signature_for_each_secret() {
        let (new, old) = (
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
        );
        let both = sign(&secrets(&format!("{new}\n{old}")), "id", 1, b"body");
        let each = [new, old].map(|secret| sign(&secrets(secret), "id", 1, b"body"));
        assert_eq!(both, each.join(" "));
        assert_ne!(each[0], each[1]);
    }

    proptest! {
        #[test]
        fn every_part_is_signed(id in "[a-z]{1,9}", at in 0_i64..1_000_000, body: Vec<u8>) {
            let secrets = secrets("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
            let signature = sign(&secrets, &id, at, &body);
            let more = [&body[..], b"x"].concat();
            prop_assert_ne!(&signature, &sign(&secrets, &format!("{id}x"), at, &body));
            prop_assert_ne!(&signature, &sign(&secrets, &id, at + 1, &body));
            prop_assert_ne!(&signature, &sign(&secrets, &id, at, &more));
        }
    }
}
