//! Reads a `Retry-After` header: whole seconds, or an HTTP date (RFC 9110, section 10.2.3).
//!
//! Parsing only. Whether the wait is affordable, and how it is stretched, is decided in
//! [`backoff`](crate::backoff).

use std::time::Duration;

use agent_assist_domain::time::Timestamp;
use http::HeaderMap;
use http::header::RETRY_AFTER;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

/// The wait that the upstream asks for, counted from `now`. A date in the past is no wait. `None`
/// if there is no such header or it says nothing understandable.
pub(crate) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return text.parse().ok().map(Duration::from_secs);
    }
    let at = http_date(text)?;
    Some(at.since(now).unwrap_or(Duration::ZERO))
}

/// An HTTP date in its one current form, `Sun, 06 Nov 1994 08:49:37 GMT`.
pub(crate) fn http_date(text: &str) -> Option<Timestamp> {
    let at = OffsetDateTime::parse(text.trim(), &Rfc2822).ok()?;
    let micros = at.unix_timestamp_nanos().div_euclid(1_000);
    i64::try_from(micros).ok().map(Timestamp::from_micros)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use proptest::prelude::*;

    use super::*;

    /// Sun, 06 Nov 1994 08:49:37 GMT.
    const NOW: Timestamp = Timestamp::from_millis(784_111_777_000);

    fn parsed(value: &[u8]) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_bytes(value).ok()?);
        retry_after(&headers, NOW)
    }

    #[test]
    fn dates_count_from_now_and_past_ones_are_no_wait() {
        let seconds = |value: &str| parsed(value.as_bytes()).map(|wait| wait.as_secs());
        assert_eq!(seconds("Sun, 06 Nov 1994 08:50:37 GMT"), Some(60));
        assert_eq!(seconds("Sun, 06 Nov 1994 08:49:37 GMT"), Some(0));
        assert_eq!(seconds("Sat, 05 Nov 1994 08:49:37 GMT"), Some(0));
    }

    #[test]
    fn nonsense_is_no_header() {
        for value in [
            "",
            "-1",
            "soon",
            "1.5",
            "1 s",
            "99999999999999999999",
            "Sun, 99 Nov",
            "\u{e9}",
        ] {
            assert_eq!(parsed(value.as_bytes()), None, "{value}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), NOW), None);
    }

    proptest! {
        #[test]
        fn whole_seconds_are_read(seconds: u64) {
            prop_assert_eq!(parsed(seconds.to_string().as_bytes()), Some(Duration::from_secs(seconds)));
        }

        #[test]
        fn any_header_is_read_without_panic(value: Vec<u8>) {
            let _ = parsed(&value);
        }
    }
}
