//! What is put on record before it is tried, so that it leaves a trace even where the program ends
//! in between.

use super::{AuditEntry, AuditEvent, AuditFact, AuditRecord, Seq};
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
    /// To tell the upstream of an engagement.
    Forward,
}

impl Intent {
    /// Every intent.
    pub const ALL: [Self; 3] = [Self::Fetch, Self::Refresh, Self::Forward];

    /// The event that announces it.
    pub const fn announced_by(self) -> AuditEvent {
        match self {
            Self::Fetch => AuditEvent::FetchInitiated,
            Self::Refresh => AuditEvent::RefreshInitiated,
            Self::Forward => AuditEvent::ForwardInitiated,
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
            AuditEvent::ForwardCompleted | AuditEvent::ForwardFailed => Some(Self::Forward),
            AuditEvent::FetchInitiated
            | AuditEvent::FetchRefused
            | AuditEvent::RefreshInitiated
            | AuditEvent::RecommendationAdopted
            | AuditEvent::RecommendationEngaged
            | AuditEvent::AdoptionRefused
            | AuditEvent::ForwardInitiated
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
            | AuditEvent::AuditKeyChanged
            | AuditEvent::Erased
            | AuditEvent::AccessDenied
            | AuditEvent::KeyCreated
            | AuditEvent::KeyRevoked
            | AuditEvent::ConfigReloaded
            | AuditEvent::DaemonOperated => None,
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

    pub(super) fn to_value(self) -> Value<'static> {
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
            subject: columns.subject()?,
            fact: AuditFact::OutcomeUnknown(UnknownOutcome::of(intent, record.seq)),
        })
    }
}
