//! Instants as the domain sees them. Nothing here reads a clock: a [`Timestamp`] comes from the
//! [`Clock`](crate::ports::Clock) port, a [`Deadline`] from the caller.

use std::fmt;
use std::time::{Duration, Instant};

/// A point in time: microseconds since the Unix epoch, UTC.
///
/// Stores keep it as an integer, so what is read back equals what was written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From microseconds since the Unix epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// From milliseconds since the Unix epoch; saturates at the ends of the range.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis.saturating_mul(1_000))
    }

    /// Microseconds since the Unix epoch.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Whole milliseconds since the Unix epoch, rounded down.
    pub const fn as_millis(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// As RFC 3339 has it, UTC, with microseconds: `2026-05-04T09:15:27.412000Z`.
    pub fn to_rfc3339(self) -> String {
        let (days, micros) = (
            self.0.div_euclid(MICROS_A_DAY),
            self.0.rem_euclid(MICROS_A_DAY),
        );
        let (year, month, day) = civil(days);
        let (seconds, micros) = (micros / 1_000_000, micros % 1_000_000);
        format!(
            "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{micros:06}Z",
            seconds / 3_600,
            seconds / 60 % 60,
            seconds % 60,
        )
    }

    /// The time from `earlier` to `self`; `None` if `earlier` lies in the future.
    pub fn since(self, earlier: Self) -> Option<Duration> {
        let micros = self.0.checked_sub(earlier.0)?;
        u64::try_from(micros).ok().map(Duration::from_micros)
    }

    /// `self` moved back by `span`; saturates at the start of the range.
    #[must_use]
    pub fn minus(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(micros_of(span)))
    }

    /// `self` moved on by `span`; saturates at the end of the range.
    #[must_use]
    pub fn plus(self, span: Duration) -> Self {
        Self(self.0.saturating_add(micros_of(span)))
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}us", self.0)
    }
}

const MICROS_A_DAY: i64 = 86_400_000_000;

/// Year, month and day of the Gregorian calendar, so many days after 1970-01-01. Years begin in March
/// here, so that the leap day is the last of its year, and come in eras of 400 with as many days each.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = year_of_era + 400 * era + i64::from(month < 3);
    (year, month, day)
}

fn micros_of(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}

/// The monotonic instant by which a request must have its answer.
///
/// It is absolute, so time spent waiting for a shared call or a lock counts. Made from the
/// runtime's clock by the caller (`tokio::time::Instant::now() + timeout`), which tests can pause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline(Instant);

impl Deadline {
    /// The deadline at `at`.
    pub const fn at(at: Instant) -> Self {
        Self(at)
    }

    /// The instant itself.
    pub const fn instant(self) -> Instant {
        self.0
    }

    /// What is left of it at `now`; zero once it has passed.
    pub fn remaining(self, now: Instant) -> Duration {
        self.0.saturating_duration_since(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_rfc_3339_has_them() {
        for (micros, written) in [
            (0, "1970-01-01T00:00:00.000000Z"),
            (-1, "1969-12-31T23:59:59.999999Z"),
            (951_782_399_000_000, "2000-02-28T23:59:59.000000Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
            (951_868_800_000_000, "2000-03-01T00:00:00.000000Z"),
            (4_107_542_399_123_456, "2100-02-28T23:59:59.123456Z"),
            (4_107_542_400_000_000, "2100-03-01T00:00:00.000000Z"),
            (1_796_031_327_412_000, "2026-11-30T09:35:27.412000Z"),
        ] {
            assert_eq!(Timestamp::from_micros(micros).to_rfc3339(), written);
        }
    }
}
