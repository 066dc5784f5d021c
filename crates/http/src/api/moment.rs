//! Points in time as callers write them.

use agent_assist_app::settings::parse_duration;
use agent_assist_domain::time::Timestamp;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// What to tell somebody who got it wrong.
pub(super) const EXPECTED: &str =
    "must be a time such as 2026-05-04T09:00:00Z, or so long ago such as 24h";

/// Reads `24h` (so long before `now`) or `2026-05-04T09:00:00Z`.
pub(super) fn parse(text: &str, now: Timestamp) -> Option<Timestamp> {
    if let Some(ago) = parse_duration(text) {
        return Some(now.minus(ago));
    }
    let at = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    let micros = at.unix_timestamp_nanos() / 1_000;
    i64::try_from(micros).ok().map(Timestamp::from_micros)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_given_or_reckoned_back_from_now() {
        let now = Timestamp::from_millis(1_777_885_200_000);
        assert_eq!(parse("2026-05-04T09:00:00Z", now), Some(now));
        assert_eq!(parse("2026-05-04T11:00:00+02:00", now), Some(now));
        assert_eq!(parse("1h", now), parse("2026-05-04T08:00:00Z", now));
        for text in ["", "1", "yesterday", "2026-05-04", "2026-05-04T09:00:00"] {
            assert_eq!(parse(text, now), None, "{text}");
        }
    }
}
