//! Audit entries as a log gives them back, and how to ask for them.

use super::{Attribution, AuditEvent, IdOrigin, Subject};
use crate::time::Timestamp;

/// Position in the log: 1, 2, 3 and so on without a gap.
pub type Seq = u64;

/// The typed columns projected from an entry. They exist for queries; the entry's bytes are what
/// counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditColumns {
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub event: String,
    /// In whose name.
    pub tenant: String,
    /// The request.
    pub request_id: String,
    /// The session, where known.
    pub session_id: Option<String>,
    /// The conversation, where known.
    pub conversation_id: Option<String>,
    /// The agent, where known.
    pub agent_id: Option<String>,
    /// Who said which agent it is.
    pub agent_origin: String,
    /// The queue, where known.
    pub queue_id: Option<String>,
    /// Who said which queue it is.
    pub queue_origin: String,
    /// What was used, for adoptions.
    pub recommendation_id: Option<String>,
    /// The dialect asked, for fetches.
    pub dialect: Option<String>,
    /// Most recommendations wanted, for fetches.
    pub result_limit: Option<u32>,
    /// Recommendations skipped, for fetches.
    pub result_offset: Option<u32>,
    /// How the cache took part, for ended fetches.
    pub cache_status: Option<String>,
    /// Microseconds until the answer was ready, for ended fetches.
    pub latency_us: Option<u64>,
    /// Entities received, for ended fetches.
    pub total_received: Option<u32>,
    /// Recommendations given out, for ended fetches.
    pub total_returned: Option<u32>,
    /// HTTP status of the upstream's last answer, if it was asked and answered.
    pub upstream_status: Option<u16>,
    /// The upstream's name for the call.
    pub upstream_correlation_id: Option<String>,
    /// What went wrong.
    pub error: Option<String>,
    /// How the answer was labelled, if degraded.
    pub degraded_reason: Option<String>,
    /// Why the answer was empty, if it was.
    pub empty_reason: Option<String>,
}

impl AuditColumns {
    /// Whom the entry is about, as far as columns hold it: of the customer, none does. `None` where an
    /// origin is called what no origin is.
    pub fn subject(&self) -> Option<Subject> {
        let attribution = |id: &Option<String>, origin: &str| {
            Some(Attribution {
                id: id.clone(),
                origin: IdOrigin::from_name(origin)?,
            })
        };
        Some(Subject {
            session_id: self.session_id.clone(),
            conversation_id: self.conversation_id.clone(),
            agent: attribution(&self.agent_id, &self.agent_origin)?,
            customer_id: None,
            queue: attribution(&self.queue_id, &self.queue_origin)?,
        })
    }
}

/// One record of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRecord {
    /// Its position.
    pub seq: Seq,
    /// Its columns.
    pub columns: AuditColumns,
    /// The entry's canonical JSON with the member that [chains](super::Predecessor) it, byte for byte
    /// as the log keeps it.
    pub entry: String,
}

/// Which end of the log to read from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AuditOrder {
    /// From the first record on.
    #[default]
    OldestFirst,
    /// From the last record back.
    NewestFirst,
    /// From the earliest time on, records of one time by their positions. The clock may have been set, so
    /// this is not always the order of positions; it is the one in which a stretch of time can be read
    /// page by page without looking at anything twice.
    EarliestFirst,
}

/// Which records to give; what is `None` does not restrict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Only of this tenant.
    pub tenant: Option<String>,
    /// Only of this conversation.
    pub conversation_id: Option<String>,
    /// Only of this session.
    pub session_id: Option<String>,
    /// Only of this request.
    pub request_id: Option<String>,
    /// Only these events; empty for all.
    pub events: Vec<AuditEvent>,
    /// Not before this time.
    pub since: Option<Timestamp>,
    /// Before this time.
    pub until: Option<Timestamp>,
}

/// One page of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditQuery {
    /// Which records.
    pub filter: AuditFilter,
    /// From which end.
    pub order: AuditOrder,
    /// Continue behind this record, in the direction of `order`. For
    /// [`EarliestFirst`](AuditOrder::EarliestFirst) it must be of the time that the filter's `since` says.
    pub after: Option<Seq>,
    /// At most so many records.
    pub limit: u32,
}

impl AuditQuery {
    /// Continues behind `last`, the last record of a page of this.
    pub fn continue_behind(&mut self, last: &AuditRecord) {
        self.after = Some(last.seq);
        if self.order == AuditOrder::EarliestFirst {
            self.filter.since = Some(last.columns.at);
        }
    }
}
