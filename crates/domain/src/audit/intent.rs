//! What is put on record before it is tried, so that it leaves a trace even where the program ends
//! in between.

use super::{AuditEntry, AuditEvent, AuditFact, AuditRecord, Seq};
use crate::audit::{Attribution, IdOrigin, Subject};
use crate::canonical::Value;
use crate::time::Timestamp;

/// Something about to be done outside. One event announces it, and one of several ends it, under the
/// same request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Intent {
    /// To ask the upstream for somebody who waits.
    Fetch,
    /// To ask the upstream while nobody waits.
    Refresh,
}

impl Intent {
    /// Every intent.
    pub const ALL: [Self; 2] = [Self::Fetch, Self::Refresh];

    /// The event that announces it.
    pub const fn announced_by(self) -> AuditEvent {
        match self {
            Self::Fetch => AuditEvent::FetchInitiated,
            Self::Refresh => AuditEvent::RefreshInitiated,
        }
    }

    /// The intent that `event` announces, if it does.
    pub fn announced(event: AuditEvent) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|intent| intent.announced_by() == event)
    }

    /// The intent that `event` ends, if it does. [`AuditEvent::OutcomeUnknown`] ends any: which one,
    /// its entry says.
    pub const fn ended(event: AuditEvent) -> Option<Self> {
        match event {
            AuditEvent::FetchHit
            | AuditEvent::FetchCompleted
            | AuditEvent::FetchFailed
            | AuditEvent::FetchWithheld => Some(Self::Fetch),
            AuditEvent::RefreshCompleted | AuditEvent::RefreshFailed => Some(Self::Refresh),
            AuditEvent::FetchInitiated
            | AuditEvent::FetchRefused
            | AuditEvent::RefreshInitiated
            | AuditEvent::RecommendationAdopted
            | AuditEvent::RecommendationEngaged
            | AuditEvent::AdoptionRefused
            | AuditEvent::AssistSwitched
            | AuditEvent::SwitchRefused
            | AuditEvent::EgressStopped
            | AuditEvent::OutcomeUnknown
            | AuditEvent::LogUnwritten
            | AuditEvent::AuditRead
            | AuditEvent::AuditArchived
            | AuditEvent::AuditArchiveDeleted
            | AuditEvent::AuditHeld
            | AuditEvent::AuditHoldReleased
            | AuditEvent::Erased => None,
        }
    }
}

/// An intent of which nobody can tell any more what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownOutcome {
    intent: Intent,
    seq: Seq,
}

impl UnknownOutcome {
    /// The intent that record `seq` announces.
    pub fn of(intent: Intent, seq: Seq) -> Self {
        Self { intent, seq }
    }

    pub(super) fn to_value(self) -> Value {
        Value::object([
            ("event", Value::text(self.intent.announced_by().as_str())),
            ("seq", Value::int(self.seq)),
        ])
    }
}

impl AuditEntry {
    /// The entry that ends the intent that `record` announces: whoever had it is gone, and what became
    /// of it is not known. `None` if the record announces none.
    pub fn outcome_unknown(record: &AuditRecord, at: Timestamp) -> Option<Self> {
        let columns = &record.columns;
        let intent = Intent::announced(AuditEvent::from_name(&columns.event)?)?;
        Some(Self {
            at,
            tenant: columns.tenant.clone(),
            request_id: columns.request_id.clone(),
            subject: Subject {
                session_id: columns.session_id.clone(),
                conversation_id: columns.conversation_id.clone(),
                agent: attribution(columns.agent_id.as_deref(), &columns.agent_origin)?,
                // No column holds it; the record that announced the intent does.
                customer_id: None,
                queue: attribution(columns.queue_id.as_deref(), &columns.queue_origin)?,
            },
            fact: AuditFact::OutcomeUnknown(UnknownOutcome::of(intent, record.seq)),
        })
    }
}

fn attribution(id: Option<&str>, origin: &str) -> Option<Attribution> {
    Some(Attribution {
        id: id.map(str::to_owned),
        origin: IdOrigin::from_name(origin)?,
    })
}
