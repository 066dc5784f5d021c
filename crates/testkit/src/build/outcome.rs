//! Audit entries of outcomes beside those of fetches: what was announced and left, refused, unwritten.

use agent_assist_domain::adoption::ToldAct;
use agent_assist_domain::audit::{
    AdoptionRefusal, AuditEntry, AuditFact, ForwardFailure, ForwardScope, Intent, RefusalFacts,
    Subject, UnknownOutcome, Unwritten,
};
use agent_assist_domain::batch::UpstreamFacts;
use agent_assist_domain::payload::{RawEngagements, RawField, RawSwitch, RawSwitchScope};
use agent_assist_domain::ports::{ReportErrorKind, StoreErrorKind};
use agent_assist_domain::time::Timestamp;

use super::entry::{DIALECT, scope};
use super::fetch_entry;

/// The record that strict mode writes before it asks the upstream.
pub fn initiated_entry(request_id: &str, at: Timestamp) -> AuditEntry {
    intent_entry(Intent::Fetch, request_id, at)
}

/// The record that strict mode writes before it does what `intent` says.
pub fn intent_entry(intent: Intent, request_id: &str, at: Timestamp) -> AuditEntry {
    let fact = match intent {
        Intent::Fetch => AuditFact::FetchInitiated(scope()),
        Intent::Refresh => AuditFact::RefreshInitiated(scope()),
        Intent::Forward => AuditFact::ForwardInitiated(forward_scope()),
    };
    AuditEntry {
        fact,
        ..fetch_entry(request_id, at)
    }
}

/// The records of how it ended to tell the upstream of record 1, a use of `item-1`: acknowledged, or not
/// for each reason.
pub fn forward_entries(request_id: &str, at: Timestamp) -> Vec<AuditEntry> {
    let upstream = |status| UpstreamFacts {
        status: Some(status),
        requests: 1,
        ..UpstreamFacts::default()
    };
    let failed = |kind| {
        let failure = ForwardFailure {
            kind,
            upstream: upstream(503),
        };
        AuditFact::ForwardFailed(forward_scope(), failure)
    };
    let completed = AuditFact::ForwardCompleted(forward_scope(), upstream(200));
    let facts = [completed].into_iter();
    facts
        .chain(ReportErrorKind::ALL.map(failed))
        .map(|fact| AuditEntry {
            fact,
            ..fetch_entry(request_id, at)
        })
        .collect()
}

fn forward_scope() -> ForwardScope {
    ForwardScope {
        engagement: 1,
        recommendation_id: "item-1".to_owned(),
        act: ToldAct::Copied,
    }
}

/// Refusals of uses for every reason, and of an order to the switch.
pub fn refused_entries(request_id: &str, at: Timestamp) -> Vec<AuditEntry> {
    let Err(adoption) = RawEngagements::default().validate(DIALECT) else {
        unreachable!("an empty use breaks the rules");
    };
    let order = RawSwitch {
        scope: RawSwitchScope::Session(RawField::Absent),
        by: RawField::Absent,
        lasts: None,
    };
    let Err(order) = order.validate() else {
        unreachable!("a session without a name breaks the rules");
    };
    let of = |fact| AuditEntry {
        fact,
        ..fetch_entry(request_id, at)
    };
    let invalid = AdoptionRefusal::Invalid(RefusalFacts::of(&adoption));
    vec![
        AuditEntry {
            subject: Subject::of_refused(&adoption),
            ..of(AuditFact::AdoptionRefused(invalid))
        },
        of(AuditFact::AdoptionRefused(AdoptionRefusal::NeverEmitted)),
        of(AuditFact::AdoptionRefused(AdoptionRefusal::TooLate)),
        of(AuditFact::AdoptionRefused(AdoptionRefusal::EventIdTaken)),
        AuditEntry {
            subject: Subject::of_refused(&order),
            ..of(AuditFact::SwitchRefused(RefusalFacts::of(&order)))
        },
    ]
}

/// The record that nobody knows what became of what record 1 announced, a fetch.
pub fn unknown_entry(request_id: &str, at: Timestamp) -> AuditEntry {
    AuditEntry {
        fact: AuditFact::OutcomeUnknown(UnknownOutcome::of(Intent::Fetch, 1)),
        ..fetch_entry(request_id, at)
    }
}

/// The record that two others could not be written, for a full disk and for a busy store.
pub fn unwritten_entry(request_id: &str, at: Timestamp) -> AuditEntry {
    let columns = fetch_entry(request_id, at).columns();
    let full = Unwritten::one(&columns, StoreErrorKind::Full);
    let busy = Unwritten::one(&columns, StoreErrorKind::Unavailable);
    full.and(busy).to_entry()
}
