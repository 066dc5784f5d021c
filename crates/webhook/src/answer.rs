//! What a receiver's answer means.

use std::time::Duration;

use agent_assist_domain::ports::{SinkError, SinkErrorKind};
use agent_assist_domain::time::Timestamp;
use http::header::RETRY_AFTER;
use http::{HeaderMap, StatusCode};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

/// Any 2xx means that the event has arrived. 410 says that the receiver is gone; everything else, a
/// redirect among it, that it is to be tried again.
pub(crate) fn judge(
    status: StatusCode,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<(), SinkError> {
    if status.is_success() {
        return Ok(());
    }
    let kind = match status {
        StatusCode::GONE => SinkErrorKind::Gone,
        _ => SinkErrorKind::NotNow,
    };
    let why = format!("status {}", status.as_u16());
    Err(SinkError::new(kind, why).with_retry_after(retry_after(headers, now)))
}

/// The wait that a receiver asks for: seconds, or an HTTP date (RFC 9110, section 10.2.3).
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        return text.parse().ok().map(Duration::from_secs);
    }
    let at = OffsetDateTime::parse(text, &Rfc2822).ok()?;
    let at = Timestamp::from_millis(at.unix_timestamp().checked_mul(1_000)?);
    Some(at.since(now).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sun, 06 Nov 1994 08:49:37 GMT.
    const NOW: Timestamp = Timestamp::from_millis(784_111_777_000);

    fn judged(status: u16, retry_after: Option<&str>) -> Result<(), (SinkErrorKind, Option<u64>)> {
        let mut headers = HeaderMap::new();
        if let Some(text) = retry_after {
            headers.insert(RETRY_AFTER, text.parse().expect("a header"));
        }
        let status = StatusCode::from_u16(status).expect("a status");
        judge(status, &headers, NOW)
            .map_err(|error| (error.kind(), error.retry_after().map(|wait| wait.as_secs())))
    }

    #[test]
    fn a_receiver_says_yes_not_now_or_never_again() {
        use SinkErrorKind::{Gone, NotNow};
        for (status, header, expected) in [
            (200, None, Ok(())),
            (204, None, Ok(())),
            (301, None, Err((NotNow, None))),
            (400, None, Err((NotNow, None))),
            (410, None, Err((Gone, None))),
            (429, Some("120"), Err((NotNow, Some(120)))),
            (
                503,
                Some("Sun, 06 Nov 1994 08:50:37 GMT"),
                Err((NotNow, Some(60))),
            ),
            (
                503,
                Some("Sun, 06 Nov 1994 08:00:00 GMT"),
                Err((NotNow, Some(0))),
            ),
            (503, Some("soon"), Err((NotNow, None))),
        ] {
            assert_eq!(judged(status, header), expected, "{status} {header:?}");
        }
    }
}
