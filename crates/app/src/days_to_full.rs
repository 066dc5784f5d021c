//! How many days the disk of the store lasts, if as much is written as lately.

use std::time::Duration;

use serde::Serialize;

use crate::wire::Room;

/// Shorter than this nothing can be said about a day.
const LEAST: Duration = Duration::from_secs(60 * 60);

const DAY: f64 = 24.0 * 60.0 * 60.0;

/// The room that is left and how long it lasts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct DaysToFull {
    /// Bytes that are free, on the disk and in the file itself; `null` where the system does not tell.
    pub free_bytes: Option<u64>,
    /// Bytes that a day writes; `null` where the log is younger than an hour or empty.
    pub bytes_a_day: Option<u64>,
    /// Days until nothing is left; `null` where one of these is not known.
    pub days: Option<f64>,
}

impl DaysToFull {
    /// As `room` has it; sets the metric `agent_assist_store_days_to_full` where it is known.
    pub fn of(room: &Room) -> Self {
        let told = Self::reckon(room);
        if let Some(days) = told.days {
            metrics::gauge!("agent_assist_store_days_to_full").set(days);
        }
        told
    }

    fn reckon(room: &Room) -> Self {
        let bytes_a_day = (room.span >= LEAST && room.records > 0).then(|| {
            let bytes = room.records as f64 * room.bytes_per_record as f64;
            bytes / room.span.as_secs_f64() * DAY
        });
        let days = bytes_a_day.zip(room.free).map(|(a_day, free)| {
            // A tenth of a day is as exact as it gets.
            (free as f64 / a_day.max(1.0) * 10.0).floor() / 10.0
        });
        Self {
            free_bytes: room.free,
            bytes_a_day: bytes_a_day.map(|bytes| bytes as u64),
            days,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(records: u64, hours: u64) -> Room {
        Room {
            free: Some(96_000_000),
            records,
            span: Duration::from_secs(hours * 60 * 60),
            bytes_per_record: 2_000,
        }
    }

    #[test]
    fn what_was_written_lately_is_what_will_be_written() {
        let told = DaysToFull::reckon(&room(1_000, 12));
        assert_eq!(told.bytes_a_day, Some(4_000_000));
        assert_eq!(told.days, Some(24.0));
    }

    #[test]
    fn of_a_young_or_empty_log_nothing_is_said() {
        for room in [room(1_000, 0), room(0, 48)] {
            let told = DaysToFull::reckon(&room);
            assert_eq!((told.bytes_a_day, told.days), (None, None));
        }
    }

    #[test]
    fn a_disk_that_tells_nothing_lasts_nobody_knows_how_long() {
        let silent = Room {
            free: None,
            ..room(1_000, 12)
        };
        assert_eq!(DaysToFull::reckon(&silent).days, None);
    }
}
