//! Who asks, what that one may do, how often, and how much of it at once.

mod guard;
mod rate;
mod seats;

pub(crate) use self::guard::{Guard, Reach, admit};
pub(crate) use self::rate::Rates;
pub(crate) use self::seats::{NoSeat, Seat, Seats};
