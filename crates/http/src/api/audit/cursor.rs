//! Where the next page begins, for those who ask the same question again.
//!
//! Nothing in it is a secret: whoever may ask may ask for any page. It names its question all the same,
//! so that one that is put to another is a mistake and no wrong page.

use agent_assist_domain::audit::{AuditFilter, AuditOrder, Seq};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// Bytes of a question's name.
const NAME_BYTES: usize = 8;

/// The cursor of the page behind `seq`.
pub(super) fn write(filter: &AuditFilter, order: AuditOrder, seq: Seq) -> String {
    let mut bytes = name(filter, order).to_vec();
    bytes.extend(seq.to_be_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Behind which record the page of `cursor` begins; `None` if it is none of this question.
pub(super) fn read(filter: &AuditFilter, order: AuditOrder, cursor: &str) -> Option<Seq> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (theirs, seq) = bytes.split_at_checked(NAME_BYTES)?;
    let seq: [u8; 8] = seq.try_into().ok()?;
    (theirs == name(filter, order)).then(|| Seq::from_be_bytes(seq))
}

/// Times are left out: what is reckoned back from now is another one with each page.
fn name(filter: &AuditFilter, order: AuditOrder) -> [u8; NAME_BYTES] {
    let filter = AuditFilter {
        since: None,
        until: None,
        ..filter.clone()
    };
    // The same within one version of the program; after it, a cursor is one of another question.
    let digest = Sha256::digest(format!("{filter:?} {order:?}"));
    let mut name = [0; NAME_BYTES];
    name.copy_from_slice(&digest[..NAME_BYTES]);
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_leads_on_in_its_own_question_only() {
        let (filter, order) = (AuditFilter::default(), AuditOrder::NewestFirst);
        let cursor = write(&filter, order, 41);
        assert_eq!(read(&filter, order, &cursor), Some(41));
        assert_eq!(read(&filter, AuditOrder::OldestFirst, &cursor), None);
        let other = AuditFilter {
            session_id: Some("s".to_owned()),
            ..AuditFilter::default()
        };
        assert_eq!(read(&other, order, &cursor), None);
        for wrong in ["", "x", &cursor[1..], &format!("{cursor}AAAA")] {
            assert_eq!(read(&filter, order, wrong), None, "{wrong}");
        }
    }
}
