//! Dates inside identifiers.
//!
//! Whether a date exists is all that is asked. Nothing here knows today's date, so a date in the
//! future is a date.

/// Whether the Gregorian calendar has this day.
pub(super) fn is_date(year: u32, month: u32, day: u32) -> bool {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    (1..=days_in(month, leap)).contains(&day)
}

/// Whether the day exists in the year with these last two digits, of whatever century.
pub(super) fn is_date_of_some_century(year: u32, month: u32, day: u32) -> bool {
    (1..=days_in(month, year.is_multiple_of(4))).contains(&day)
}

/// The days of a month; none of a month that does not exist.
fn days_in(month: u32, leap: bool) -> u32 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    }
}
