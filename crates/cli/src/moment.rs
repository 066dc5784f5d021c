//! Points in time as people type and read them.

use std::time::Duration;

use agent_assist_app::clock::SystemClock;
use agent_assist_app::settings::{self, keys::Form};
use agent_assist_domain::ports::Clock as _;
use agent_assist_domain::time::Timestamp;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Reads `24h` (so long ago) or `2026-05-04T09:00:00Z`.
pub(crate) fn parse(text: &str) -> Result<Timestamp, String> {
    if let Some(ago) = settings::parse_duration(text) {
        return Ok(SystemClock.now().minus(ago));
    }
    let expected = "expected a duration ago such as 24h, or a time such as 2026-05-04T09:00:00Z";
    let at = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| expected.to_owned())?;
    i64::try_from(at.unix_timestamp_nanos() / 1_000)
        .map(Timestamp::from_micros)
        .map_err(|_| expected.to_owned())
}

/// Reads `250ms`, `3s` or `15m`; a bare number says nothing about its unit.
pub(crate) fn parse_duration(text: &str) -> Result<String, String> {
    parse_span(text).map(|_| text.to_owned())
}

/// Reads the same as a span of time.
pub(crate) fn parse_span(text: &str) -> Result<Duration, String> {
    settings::parse_duration(text).ok_or_else(|| format!("expected {}", Form::Duration.expected()))
}

/// Writes `2026-05-04 09:15:27.412`, UTC.
pub(crate) fn show(at: Timestamp) -> String {
    format!(
        "{}.{:03}",
        show_seconds(at),
        at.as_millis().rem_euclid(1_000)
    )
}

/// Writes `2026-05-04 09:15:27`, UTC.
pub(crate) fn show_seconds(at: Timestamp) -> String {
    let Ok(time) = OffsetDateTime::from_unix_timestamp(at.as_millis().div_euclid(1_000)) else {
        return format!("{} us", at.as_micros());
    };
    format!(
        "{} {:02}:{:02}:{:02}",
        time.date(),
        time.hour(),
        time.minute(),
        time.second()
    )
}
