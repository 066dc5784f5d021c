//! Events on their way to those who want to be called back, in the order of the audit log, none lost.
//!
//! The audit log is what events are made from, and the only durable copy of them: a fetch writes its
//! record and rings a [`Bell`], nothing more. For each sink the [`Deliverer`] reads on from where the
//! sink's cursor stands, puts positions of records (no content) into the [`Outbox`], and delivers what
//! is due from there. Cursor and positions move in one transaction, so a process that dies in between
//! neither loses nor doubles them; what was delivered but not yet settled comes a second time, with the
//! same identifier. A sink that fails fills its window of [`WINDOW`] positions, and then nothing more
//! is written for it: the rest waits in the log. The upstream, where it is told of engagements
//! ([`Upstream`]), is one more destination: with a lane for each suggestion, and never told again what
//! may have arrived.
//!
//! [`Outbox`]: agent_assist_domain::ports::Outbox

mod batch;
mod bell;
mod deliverer;
mod follow;
mod forward;
mod hand_over;
mod line;
mod message;
mod samples;
mod service;
mod sink;

pub use bell::{Bell, RingingLog};
pub use deliverer::{Delivered, Deliverer};
pub use follow::{Follow, Forwarded};
pub use forward::{UPSTREAM, Upstream, switch_forwarding};
pub use hand_over::{WINDOW, register};
pub use samples::sample;
pub use service::{DeadEvent, EventService, SinkStatus};
pub use sink::{EventSink, Types};

use std::sync::Arc;

use agent_assist_domain::ports::{AuditLog, AuditTrail, Clock, Outbox};

use crate::egress::EgressCheck;

/// Signs events that are forwarded to a receiver under development. Everybody knows it.
pub const DEVELOPMENT_SECRET: &str = "whsec_YWdlbnQtYXNzaXN0LWRldmVsb3BtZW50LW9ubHk=";

/// Why nothing is sent to a destination that the settings have switched off.
const SWITCHED_OFF: &str = "switched off by the settings";

/// What events are delivered with.
#[derive(Clone, Debug)]
pub struct EventParts {
    /// Whose records are told of.
    pub tenant: String,
    /// Where they are.
    pub trail: Arc<dyn AuditTrail>,
    /// Where it is recorded that an event was stopped.
    pub audit: Arc<dyn AuditLog>,
    /// What waits.
    pub outbox: Arc<dyn Outbox>,
    /// Who wants to hear of them.
    pub sinks: Vec<EventSink>,
    /// Who is told of engagements, if anybody is.
    pub upstream: Option<Upstream>,
    /// The wall clock.
    pub clock: Arc<dyn Clock>,
    /// The second look at what leaves.
    pub egress: EgressCheck,
    /// Rings when there is something new.
    pub bell: Bell,
}

/// What a destination is called in the outbox. Tenants that share a store and the name of a sink do not
/// share its cursor.
pub(crate) fn destination(tenant: &str, sink: &str) -> String {
    format!("{tenant}/{sink}")
}
