//! One destination: what of the log is for it, and what is done about it.

use agent_assist_domain::audit::{AuditRecord, Seq};
use agent_assist_domain::outbox::OutboxItem;
use agent_assist_domain::ports::{AuditTrail, StoreError};
use agent_assist_domain::time::Timestamp;

use super::{EventParts, EventSink, UPSTREAM, Upstream, forward, message};

/// A destination, as the deliverer sees it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Line<'a> {
    /// Gets events, all in one order.
    Sink(&'a EventSink),
    /// Is told of engagements, those with each suggestion in an order of their own.
    Upstream(&'a Upstream),
}

impl<'a> Line<'a> {
    pub(super) fn all(parts: &'a EventParts) -> impl Iterator<Item = Self> {
        let upstream = parts.upstream.iter().map(Self::Upstream);
        parts.sinks.iter().map(Self::Sink).chain(upstream)
    }

    /// What it is called, the same after a restart: its cursor is kept under it.
    pub(super) fn name(self) -> &'a str {
        match self {
            Self::Sink(sink) => &sink.name,
            Self::Upstream(_) => UPSTREAM,
        }
    }

    /// What of `record`, which is the tenant's, is for it.
    pub(super) async fn items(
        self,
        trail: &dyn AuditTrail,
        record: &AuditRecord,
    ) -> Result<Vec<OutboxItem>, StoreError> {
        match self {
            Self::Sink(sink) if sink.types.wants(&record.columns.event) => {
                Ok(vec![message::of_record(record)])
            }
            Self::Sink(_) => Ok(Vec::new()),
            Self::Upstream(upstream) => forward::items(&*upstream.ledger, trail, record).await,
        }
    }

    /// What it is told of records that were deleted before it was their turn.
    pub(super) fn gap(
        self,
        tenant: &str,
        first: Seq,
        last: Seq,
        at: Timestamp,
    ) -> Option<OutboxItem> {
        match self {
            Self::Sink(_) => Some(message::of_gap(tenant, first, last, at)),
            Self::Upstream(_) => None,
        }
    }
}
