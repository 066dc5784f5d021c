//! Who asks, what that one may do, and how often.

mod guard;
mod rate;

pub(crate) use self::guard::{Guard, Reach, admit};
pub(crate) use self::rate::Rates;
