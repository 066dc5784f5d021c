//! The pure core of `agent-assist`: what a valid request is, which recommendations may be shown,
//! what an answer, a cache entry and an audit record are, and the ports through which the outside
//! is reached.
//!
//! Absent on purpose: I/O, a clock reading, async logic (ports are declared async, nothing here
//! awaits), SQL rows, HTTP or JSON types. Functions take `now`; decisions are returned as values
//! and acted on by the shell (`agent-assist-app`). One exception: [`answer`] derives `Serialize`,
//! because it is the one public shape.
//!
//! Reading order follows a request: [`payload`] makes a [`payload::FetchRequest`], a
//! [`ports::RecommendationSource`] brings a [`batch::Batch`], [`selection`] picks from it what was
//! asked for, [`screening`] lets through what is safe, [`answer`] gives it its public shape,
//! [`audit`] writes down what happened. [`assist`] says whether any of this may happen at all,
//! [`access`] for whom.

pub mod access;
pub mod adoption;
pub mod analytics;
pub mod answer;
pub mod assist;
pub mod audit;
pub mod batch;
pub mod breaker;
pub mod cache;
pub mod canonical;
pub mod delivery;
pub mod dialect;
pub mod freshness;
pub mod outbox;
pub mod payload;
pub mod person;
pub mod plain_token;
pub mod ports;
mod recent_calls;
pub mod recommendation;
pub mod refresh_cycle;
pub mod retention;
pub mod screening;
pub mod sealing;
pub mod selection;
pub mod session_health;
pub mod time;

pub use agent_assist_pii as pii;
