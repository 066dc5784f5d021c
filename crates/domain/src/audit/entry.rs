//! One audit entry: who, when, what, and its canonical bytes.

use super::egress::EgressFacts;
use super::erasure::ErasureFacts;
use super::facts::{AdoptionFacts, FetchFacts, FetchScope, RefusalFacts, Subject};
use super::record::AuditColumns;
use super::switch::SwitchFacts;
use crate::answer::{CacheStatus, DegradedReason, EmptyReason};
use crate::canonical::Value;
use crate::ports::SourceErrorKind;
use crate::time::Timestamp;

/// Version of the entry's shape. Readers of old files go by it.
const ENTRY_SCHEMA: u32 = 1;

/// What kind of thing happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum AuditEvent {
    /// Strict mode: the cache has no answer, so one is about to be fetched or shared.
    FetchInitiated,
    /// Answered from the cache.
    FetchHit,
    /// Answered by the upstream.
    FetchCompleted,
    /// The upstream failed; the answer was degraded or an error.
    FetchFailed,
    /// The request broke the payload rules.
    FetchRefused,
    /// Nothing was shown: assist is switched off.
    FetchWithheld,
    /// Nobody's answer: what is remembered was refreshed by the upstream.
    RefreshCompleted,
    /// Nobody's answer: what is remembered could not be refreshed.
    RefreshFailed,
    /// An agent used a recommendation.
    RecommendationAdopted,
    /// Assist was ordered off or on, for a session, a queue or everything.
    AssistSwitched,
    /// Finished bytes had personal data in them and were stopped.
    EgressStopped,
    /// Keys were to be destroyed, or have been, so that nobody can say any more whose or what something was.
    Erased,
}

impl AuditEvent {
    /// Every event.
    pub const ALL: [Self; 12] = [
        Self::FetchInitiated,
        Self::FetchHit,
        Self::FetchCompleted,
        Self::FetchFailed,
        Self::FetchRefused,
        Self::FetchWithheld,
        Self::RefreshCompleted,
        Self::RefreshFailed,
        Self::RecommendationAdopted,
        Self::AssistSwitched,
        Self::EgressStopped,
        Self::Erased,
    ];

    /// The name in the log, part of the audit schema.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FetchInitiated => "assist_fetch_initiated",
            Self::FetchHit => "assist_fetch_hit",
            Self::FetchCompleted => "assist_fetch_completed",
            Self::FetchFailed => "assist_fetch_failed",
            Self::FetchRefused => "assist_fetch_refused",
            Self::FetchWithheld => "assist_fetch_withheld",
            Self::RefreshCompleted => "assist_refresh_completed",
            Self::RefreshFailed => "assist_refresh_failed",
            Self::RecommendationAdopted => "assist_recommendation_adopted",
            Self::AssistSwitched => "assist_switched",
            Self::EgressStopped => "assist_egress_stopped",
            Self::Erased => "assist_erased",
        }
    }

    /// The event of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.as_str() == name)
    }
}

/// What happened, with its particulars.
#[derive(Clone, Debug, PartialEq)]
pub enum AuditFact {
    /// The cache has no answer; one is about to be fetched or shared.
    FetchInitiated(FetchScope),
    /// Answered from the cache.
    FetchHit(FetchScope, FetchFacts),
    /// Answered by the upstream.
    FetchCompleted(FetchScope, FetchFacts),
    /// The upstream failed.
    FetchFailed(FetchScope, FetchFacts),
    /// The request broke the payload rules.
    FetchRefused(RefusalFacts),
    /// Assist is switched off.
    FetchWithheld(FetchScope, FetchFacts),
    /// The upstream refreshed what is remembered.
    RefreshCompleted(FetchScope, FetchFacts),
    /// What is remembered could not be refreshed.
    RefreshFailed(FetchScope, FetchFacts),
    /// An agent used a recommendation.
    RecommendationAdopted(AdoptionFacts),
    /// Assist was ordered off or on.
    AssistSwitched(SwitchFacts),
    /// Finished bytes were stopped.
    EgressStopped(EgressFacts),
    /// Something is to be erased, or has been.
    Erased(ErasureFacts),
}

/// One audit entry.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditEntry {
    /// When it happened.
    pub at: Timestamp,
    /// In whose name.
    pub tenant: String,
    /// The request, the same as in its answer.
    pub request_id: String,
    /// Whom it is about.
    pub subject: Subject,
    /// What happened.
    pub fact: AuditFact,
}

impl AuditEntry {
    /// What kind of thing happened.
    pub fn event(&self) -> AuditEvent {
        match self.fact {
            AuditFact::FetchInitiated(_) => AuditEvent::FetchInitiated,
            AuditFact::FetchHit(..) => AuditEvent::FetchHit,
            AuditFact::FetchCompleted(..) => AuditEvent::FetchCompleted,
            AuditFact::FetchFailed(..) => AuditEvent::FetchFailed,
            AuditFact::FetchRefused(_) => AuditEvent::FetchRefused,
            AuditFact::FetchWithheld(..) => AuditEvent::FetchWithheld,
            AuditFact::RefreshCompleted(..) => AuditEvent::RefreshCompleted,
            AuditFact::RefreshFailed(..) => AuditEvent::RefreshFailed,
            AuditFact::RecommendationAdopted(_) => AuditEvent::RecommendationAdopted,
            AuditFact::AssistSwitched(_) => AuditEvent::AssistSwitched,
            AuditFact::EgressStopped(_) => AuditEvent::EgressStopped,
            AuditFact::Erased(_) => AuditEvent::Erased,
        }
    }

    /// The entry by itself as RFC 8785 canonical JSON, integers only. A log keeps it
    /// [chained](Self::to_chained).
    pub fn to_canonical(&self) -> String {
        self.to_value().to_canonical()
    }

    pub(crate) fn to_value(&self) -> Value {
        let mut members = vec![
            ("agent", self.subject.agent.to_value()),
            ("at_us", Value::int(self.at.as_micros())),
            (
                "conversation_id",
                Value::maybe_text(self.subject.conversation_id.as_deref()),
            ),
            ("event", Value::text(self.event().as_str())),
            ("queue", self.subject.queue.to_value()),
            ("request_id", Value::text(&self.request_id)),
            ("schema", Value::int(ENTRY_SCHEMA)),
            (
                "session_id",
                Value::maybe_text(self.subject.session_id.as_deref()),
            ),
            ("tenant", Value::text(&self.tenant)),
        ];
        if let Some(id) = &self.subject.customer_id {
            members.push(("customer_id", Value::text(id)));
        }
        match &self.fact {
            AuditFact::FetchInitiated(scope) => members.push(("scope", scope.to_value())),
            AuditFact::FetchHit(scope, facts)
            | AuditFact::FetchCompleted(scope, facts)
            | AuditFact::FetchFailed(scope, facts)
            | AuditFact::FetchWithheld(scope, facts)
            | AuditFact::RefreshCompleted(scope, facts)
            | AuditFact::RefreshFailed(scope, facts) => {
                members.push(("fetch", facts.to_value()));
                members.push(("scope", scope.to_value()));
            }
            AuditFact::FetchRefused(refusal) => {
                members.push(("violations", refusal.to_value()));
                members.push(("violations_untold", Value::int(refusal.untold())));
            }
            AuditFact::RecommendationAdopted(adoption) => {
                members.push(("adoption", adoption.to_value()));
            }
            AuditFact::AssistSwitched(switch) => members.push(("switch", switch.to_value())),
            AuditFact::EgressStopped(egress) => members.push(("egress", egress.to_value())),
            AuditFact::Erased(erasure) => members.push(("erasure", erasure.to_value())),
        }
        Value::object(members)
    }

    /// The typed columns that a log keeps beside the bytes, for queries.
    pub fn columns(&self) -> AuditColumns {
        let (scope, facts) = match &self.fact {
            AuditFact::FetchInitiated(scope) => (Some(scope), None),
            AuditFact::FetchHit(scope, facts)
            | AuditFact::FetchCompleted(scope, facts)
            | AuditFact::FetchFailed(scope, facts)
            | AuditFact::FetchWithheld(scope, facts)
            | AuditFact::RefreshCompleted(scope, facts)
            | AuditFact::RefreshFailed(scope, facts) => (Some(scope), Some(facts)),
            AuditFact::FetchRefused(_)
            | AuditFact::RecommendationAdopted(_)
            | AuditFact::AssistSwitched(_)
            | AuditFact::EgressStopped(_)
            | AuditFact::Erased(_) => (None, None),
        };
        let text = |text: &'static str| text.to_owned();
        AuditColumns {
            at: self.at,
            event: self.event().as_str().to_owned(),
            tenant: self.tenant.clone(),
            request_id: self.request_id.clone(),
            session_id: self.subject.session_id.clone(),
            conversation_id: self.subject.conversation_id.clone(),
            agent_id: self.subject.agent.id.clone(),
            agent_origin: text(self.subject.agent.origin.as_str()),
            queue_id: self.subject.queue.id.clone(),
            queue_origin: text(self.subject.queue.origin.as_str()),
            recommendation_id: match &self.fact {
                AuditFact::RecommendationAdopted(facts) => Some(facts.recommendation_id.clone()),
                _ => None,
            },
            dialect: scope.map(|scope| text(scope.dialect().as_str())),
            result_limit: scope.map(FetchScope::limit),
            result_offset: scope.map(FetchScope::offset),
            cache_status: facts.map(|facts| text(CacheStatus::as_str(facts.cache.status))),
            latency_us: facts.map(|facts| facts.latency_us),
            total_received: facts.map(|facts| facts.report.total_received),
            total_returned: facts.map(|facts| facts.report.total_returned),
            upstream_status: facts.and_then(|facts| facts.upstream.status),
            upstream_correlation_id: facts
                .and_then(|facts| facts.upstream.correlation_id.as_deref())
                .map(str::to_owned),
            error: facts
                .and_then(|facts| facts.error)
                .map(SourceErrorKind::as_str)
                .map(text),
            degraded_reason: facts
                .and_then(|facts| facts.degraded)
                .map(DegradedReason::as_str)
                .map(text),
            empty_reason: facts
                .and_then(|facts| facts.empty)
                .map(EmptyReason::as_str)
                .map(text),
        }
    }
}
