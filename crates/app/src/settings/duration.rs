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
}
