//! Durations as people write them.

use std::time::Duration;

/// The longest duration that any setting takes. Nobody waits a year, and clocks that add such spans
/// would overflow.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// Reads `250ms`, `3s` or `15m`, up to a year. `None` for anything else, also for a bare number,
/// `0` among them: it says nothing about its unit.
pub fn parse(text: &str) -> Option<Duration> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let duration = humantime::parse_duration(text).ok()?;
    (duration <= LONGEST).then_some(duration)
}

/// The longest age of a record that any setting takes: a hundred years, leap days included.
const OLDEST: Duration = Duration::from_secs(36_525 * 24 * 60 * 60);

/// Reads how old something gets: `92d`, `18months` or `7y`, up to a hundred years and above nothing.
pub(super) fn parse_age(text: &str) -> Option<Duration> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let age = humantime::parse_duration(text).ok()?;
    (!age.is_zero() && age <= OLDEST).then_some(age)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_a_unit_and_an_end() {
        assert_eq!(parse("250ms"), Some(Duration::from_millis(250)));
        assert_eq!(parse("0s"), Some(Duration::ZERO));
        for text in [
            "",
            "0",
            "3",
            "3 parsecs",
            "366d",
            "99999999999999999999s",
            "-1s",
        ] {
            assert_eq!(parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_record_may_get_older_than_anybody_waits() {
        let days = |days: u64| Some(Duration::from_secs(days * 24 * 60 * 60));
        assert_eq!(parse_age("400d"), days(400));
        assert_eq!(parse_age("100 days"), days(100));
        assert_eq!(parse_age("100y"), days(36_525));
        for text in ["", "92", "0d", "101y", "-1d"] {
            assert_eq!(parse_age(text), None, "{text:?}");
        }
    }
}
