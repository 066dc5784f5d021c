//! What the platform allows: so many requests a minute by one token, so many by the application.
//!
//! [`window`] counts one such allowance, [`shares`] keeps it fair between conversations, [`report`]
//! reads what the platform says about it, and [`gate`] is where every request with a token waits
//! until an allowance has room for it, or learns that it would wait too long. [`retry_budget`]
//! bounds repetitions, whatever they are of.
//!
//! All of it belongs to one process. Other processes with the same token are noticed by what they
//! use up, and by the platform's own refusals.

pub(crate) mod gate;
mod report;
pub(crate) mod retry_budget;
mod shares;
mod window;

pub(crate) use self::report::RateReport;
pub use self::window::TokenBudget;
pub(crate) use self::window::Visitor;
