//! Faults on demand.
//!
//! A [`FaultRule`] says on which route, when, and what goes wrong; the sandbox keeps the rules in
//! force in a book and asks it once per request. A rule's effects fall into phases: before the
//! request is looked at (delay, expired tokens), instead of an answer (status), to the answer's
//! body and headers, and to the connection that carries it. A further kind of fault is a further
//! field of [`Effects`] and a clause in the grammar.

mod book;
mod grammar;
mod route;
mod rule;

pub(crate) use self::book::{Drawn, FaultBook};
pub use self::grammar::FaultRuleError;
pub(crate) use self::route::Route;
pub use self::rule::FaultRule;
pub(crate) use self::rule::{Drip, Effects, StatusFault};
