//! Reads what an answer says about its token's allowance: the `inin-ratelimit-*` headers. Parsing
//! only; whether it is believed beside what is known already is decided in
//! [`window`](super::window).

use std::time::Duration;

use http::HeaderMap;

/// Most requests a minute that any upstream is believed to allow.
const MAX_ALLOWED: u32 = 100_000;

/// Longest time to the end of a window that is believed. Windows are a minute long, and one second
/// more has been seen.
const MAX_RESET: u32 = 120;

/// What an answer says about its token's allowance. Values that cannot be meant are not there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RateReport {
    /// Requests counted in this window, this one among them.
    pub(crate) count: Option<u32>,
    /// Requests allowed in a window, at least 1.
    pub(crate) allowed: Option<u32>,
    /// Time until the window ends, in whole seconds.
    pub(crate) reset: Option<Duration>,
}

impl RateReport {
    pub(crate) fn read(headers: &HeaderMap) -> Self {
        let number = |name: &str| -> Option<u32> {
            let value = headers.get(name)?.to_str().ok()?;
            value.trim().parse().ok()
        };
        let reset = number("inin-ratelimit-reset").filter(|reset| *reset <= MAX_RESET);
        Self {
            count: number("inin-ratelimit-count"),
            allowed: number("inin-ratelimit-allowed").filter(|n| (1..=MAX_ALLOWED).contains(n)),
            reset: reset.map(|seconds| Duration::from_secs(seconds.into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    fn report(count: &[u8], allowed: &[u8], reset: &[u8]) -> RateReport {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("inin-ratelimit-count", count),
            ("inin-ratelimit-allowed", allowed),
            ("inin-ratelimit-reset", reset),
        ] {
            if let Ok(value) = HeaderValue::from_bytes(value) {
                headers.insert(name, value);
            }
        }
        RateReport::read(&headers)
    }

    #[test]
    fn what_cannot_be_meant_is_not_there() {
        let usual = report(b"12", b" 300 ", b"61");
        assert_eq!(usual.count, Some(12));
        assert_eq!(usual.allowed, Some(300));
        assert_eq!(usual.reset, Some(Duration::from_secs(61)));
        for nonsense in ["", "-1", "1.5", "many", "99999999999999999999", "\u{e9}"] {
            let bytes = nonsense.as_bytes();
            assert_eq!(
                report(bytes, bytes, bytes),
                RateReport::default(),
                "{nonsense}"
            );
        }
        assert_eq!(report(b"", b"0", b"121"), RateReport::default());
        assert_eq!(report(b"", b"100001", b""), RateReport::default());
    }

    proptest! {
        #[test]
        fn any_headers_are_read_without_panic(count: Vec<u8>, allowed: Vec<u8>, reset: Vec<u8>) {
            let report = report(&count, &allowed, &reset);
            prop_assert!(report.allowed != Some(0));
        }
    }
}
