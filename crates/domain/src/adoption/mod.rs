//! Whether recommendations are used: what can happen to one, and the arithmetic over many.
//!
//! A rate is taken over what was shown, never over fetches: a desktop that polls twice as often
//! must not look half as good. Everything here is counted per item, once, whatever order its events
//! come in and however often each is told:
//!
//! - [`event`]: one thing that happened to one [`ItemKey`]: first its [`Exposure`], then what followed;
//! - [`progress`]: all that happened to one item;
//! - [`tally`]: the items of one conversation, counted;
//! - [`ratio`]: one count over another, with an interval that knows conversations from items;
//! - [`rates`]: the ratios that a supervisor asks for;
//! - [`told`]: what the upstream is told of it, and [`reconcile`]: whether its counts and ours agree;
//! - [`coverage`]: who got something to see, and why the others did not.

pub mod coverage;
pub mod event;
pub mod ledger;
pub mod progress;
pub mod rates;
pub mod ratio;
pub mod reconcile;
pub mod tally;
pub mod told;

pub use coverage::{Coverage, Reach};
pub use event::{EMISSION_PREFIX, EngagementEvent, EngagementKind, Exposure, ItemKey};
pub use ledger::{By, Group, GroupTally, Item, LedgerScope, Recorded, STALE};
pub use progress::Progress;
pub use rates::Rates;
pub use ratio::{Interval, Ratio};
pub use reconcile::{Circumstances, Comparison, Difference, Measure, OurCount, UpstreamCount};
pub use tally::Tally;
pub use told::ToldAct;
