//! One audit entry: who, when, what, and its canonical bytes.

use super::access::AccessFacts;
use super::administration::AdminFacts;
use super::egress::EgressFacts;
use super::engagement::EngagementFacts;
use super::erasure::ErasureFacts;
use super::facts::{Attribution, FetchFacts, FetchScope, Subject};
use super::forward::{ForwardFailure, ForwardScope};
use super::intent::UnknownOutcome;
use super::key_change::KeyChangeFacts;
use super::reading::ReadFacts;
use super::record::AuditColumns;
use super::refusal::{AdoptionRefusal, RefusalFacts};
use super::retention::{ArchiveFacts, HoldFacts, HoldReleaseFacts};
use super::switch::SwitchFacts;
use super::unwritten::UnwrittenFacts;
use crate::answer::{CacheStatus, DegradedReason, EmptyReason};
use crate::batch::UpstreamFacts;
use crate::canonical::{LIKELY, ObjectWriter, Value};
use crate::ports::SourceErrorKind;
use crate::time::Timestamp;

/// The first member that every entry has behind the name of what it comes behind.
const QUEUE: &str = "queue";

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
    /// Strict mode: what is remembered is about to be refreshed.
    RefreshInitiated,
    /// Nobody's answer: what is remembered was refreshed by the upstream.
    RefreshCompleted,
    /// Nobody's answer: what is remembered could not be refreshed.
    RefreshFailed,
    /// A recommendation went to work.
    RecommendationAdopted,
    /// Recommendations were displayed, opened, sent away or rated.
    RecommendationEngaged,
    /// What was told of a recommendation was not recorded as such.
    AdoptionRefused,
    /// The upstream is about to be told of an engagement.
    ForwardInitiated,
    /// The upstream acknowledged an engagement.
    ForwardCompleted,
    /// The upstream did not acknowledge an engagement.
    ForwardFailed,
    /// Assist was ordered off or on, for a session, a queue or everything.
    AssistSwitched,
    /// An order to switch assist broke the payload rules.
    SwitchRefused,
    /// Finished bytes had personal data in them and were stopped.
    EgressStopped,
    /// What had been announced has no end on record, and whoever announced it is gone.
    OutcomeUnknown,
    /// Records could not be written, and their requests were refused.
    LogUnwritten,
    /// Somebody read the audit log.
    AuditRead,
    /// Old records were moved into an archive.
    AuditArchived,
    /// An archive was deleted, past its time.
    AuditArchiveDeleted,
    /// Records are not to be let go.
    AuditHeld,
    /// They may be, after all.
    AuditHoldReleased,
    /// Another key signs the log's checkpoints from now on.
    AuditKeyChanged,
    /// Keys were to be destroyed, or have been, so that nobody can say any more whose or what something was.
    Erased,
    /// Somebody asked for what they may not.
    AccessDenied,
    /// A key with which the daemon is asked was made.
    KeyCreated,
    /// Such a key was revoked.
    KeyRevoked,
    /// The daemon read its settings anew.
    ConfigReloaded,
    /// The daemon was drained or put back, or told how much to log.
    DaemonOperated,
}

impl AuditEvent {
    /// Every event.
    pub const ALL: [Self; 32] = [
        Self::FetchInitiated,
        Self::FetchHit,
        Self::FetchCompleted,
        Self::FetchFailed,
        Self::FetchRefused,
        Self::FetchWithheld,
        Self::RefreshInitiated,
        Self::RefreshCompleted,
        Self::RefreshFailed,
        Self::RecommendationAdopted,
        Self::RecommendationEngaged,
        Self::AdoptionRefused,
        Self::ForwardInitiated,
        Self::ForwardCompleted,
        Self::ForwardFailed,
        Self::AssistSwitched,
        Self::SwitchRefused,
        Self::EgressStopped,
        Self::OutcomeUnknown,
        Self::LogUnwritten,
        Self::AuditRead,
        Self::AuditArchived,
        Self::AuditArchiveDeleted,
        Self::AuditHeld,
        Self::AuditHoldReleased,
        Self::AuditKeyChanged,
        Self::Erased,
        Self::AccessDenied,
        Self::KeyCreated,
        Self::KeyRevoked,
        Self::ConfigReloaded,
        Self::DaemonOperated,
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
            Self::RefreshInitiated => "assist_refresh_initiated",
            Self::RefreshCompleted => "assist_refresh_completed",
            Self::RefreshFailed => "assist_refresh_failed",
            Self::RecommendationAdopted => "assist_recommendation_adopted",
            Self::RecommendationEngaged => "assist_recommendation_engaged",
            Self::AdoptionRefused => "assist_adoption_refused",
            Self::ForwardInitiated => "assist_forward_initiated",
            Self::ForwardCompleted => "assist_forward_completed",
            Self::ForwardFailed => "assist_forward_failed",
            Self::AssistSwitched => "assist_switched",
            Self::SwitchRefused => "assist_switch_refused",
            Self::EgressStopped => "assist_egress_stopped",
            Self::OutcomeUnknown => "assist_outcome_unknown",
            Self::LogUnwritten => "assist_log_unwritten",
            Self::AuditRead => "assist_audit_read",
            Self::AuditArchived => "assist_audit_archived",
            Self::AuditArchiveDeleted => "assist_audit_archive_deleted",
            Self::AuditHeld => "assist_audit_held",
            Self::AuditHoldReleased => "assist_audit_hold_released",
            Self::AuditKeyChanged => "assist_audit_key_changed",
            Self::Erased => "assist_erased",
            Self::AccessDenied => "assist_access_denied",
            Self::KeyCreated => "assist_key_created",
            Self::KeyRevoked => "assist_key_revoked",
            Self::ConfigReloaded => "assist_config_reloaded",
            Self::DaemonOperated => "assist_daemon_operated",
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
    /// What is remembered is about to be refreshed.
    RefreshInitiated(FetchScope),
    /// The upstream refreshed what is remembered.
    RefreshCompleted(FetchScope, FetchFacts),
    /// What is remembered could not be refreshed.
    RefreshFailed(FetchScope, FetchFacts),
    /// A recommendation went to work: it was copied, inserted, used or accepted upstream.
    RecommendationAdopted(EngagementFacts),
    /// Recommendations were displayed, opened, sent away or rated: what was told at once of one
    /// conversation. Each agent's desktop tells of what it displays; a record for each item would be
    /// most of the log.
    RecommendationEngaged(Vec<EngagementFacts>),
    /// What was told of a recommendation was not recorded as such.
    AdoptionRefused(AdoptionRefusal),
    /// The upstream is about to be told of an engagement.
    ForwardInitiated(ForwardScope),
    /// The upstream acknowledged an engagement.
    ForwardCompleted(ForwardScope, UpstreamFacts),
    /// The upstream did not acknowledge an engagement.
    ForwardFailed(ForwardScope, ForwardFailure),
    /// Assist was ordered off or on.
    AssistSwitched(SwitchFacts),
    /// An order to switch assist broke the payload rules.
    SwitchRefused(RefusalFacts),
    /// Finished bytes were stopped.
    EgressStopped(EgressFacts),
    /// What had been announced has no end on record.
    OutcomeUnknown(UnknownOutcome),
    /// Records could not be written.
    LogUnwritten(UnwrittenFacts),
    /// Somebody read the audit log.
    AuditRead(ReadFacts),
    /// Old records were moved into an archive.
    AuditArchived(ArchiveFacts),
    /// An archive is deleted.
    AuditArchiveDeleted(ArchiveFacts),
    /// Records are not to be let go.
    AuditHeld(HoldFacts),
    /// They may be.
    AuditHoldReleased(HoldReleaseFacts),
    /// Another key signs from now on.
    AuditKeyChanged(KeyChangeFacts),
    /// Something is to be erased, or has been.
    Erased(ErasureFacts),
    /// Somebody asked for what they may not.
    AccessDenied(AccessFacts),
    /// An administrator does something to the program itself.
    Administered(AdminFacts),
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

/// A member of an entry: what nearly all entries have is written without a value in between.
enum Member<'e> {
    Text(Option<&'e str>),
    Attribution(&'e Attribution),
    Scope(&'e FetchScope),
    Fetch(&'e FetchFacts),
    Value(Value<'e>),
}

impl AuditEntry {
    /// What kind of thing happened.
    pub fn event(&self) -> AuditEvent {
        match &self.fact {
            AuditFact::FetchInitiated(_) => AuditEvent::FetchInitiated,
            AuditFact::FetchHit(..) => AuditEvent::FetchHit,
            AuditFact::FetchCompleted(..) => AuditEvent::FetchCompleted,
            AuditFact::FetchFailed(..) => AuditEvent::FetchFailed,
            AuditFact::FetchRefused(_) => AuditEvent::FetchRefused,
            AuditFact::FetchWithheld(..) => AuditEvent::FetchWithheld,
            AuditFact::RefreshInitiated(_) => AuditEvent::RefreshInitiated,
            AuditFact::RefreshCompleted(..) => AuditEvent::RefreshCompleted,
            AuditFact::RefreshFailed(..) => AuditEvent::RefreshFailed,
            AuditFact::RecommendationAdopted(_) => AuditEvent::RecommendationAdopted,
            AuditFact::RecommendationEngaged(_) => AuditEvent::RecommendationEngaged,
            AuditFact::AdoptionRefused(_) => AuditEvent::AdoptionRefused,
            AuditFact::ForwardInitiated(_) => AuditEvent::ForwardInitiated,
            AuditFact::ForwardCompleted(..) => AuditEvent::ForwardCompleted,
            AuditFact::ForwardFailed(..) => AuditEvent::ForwardFailed,
            AuditFact::AssistSwitched(_) => AuditEvent::AssistSwitched,
            AuditFact::SwitchRefused(_) => AuditEvent::SwitchRefused,
            AuditFact::EgressStopped(_) => AuditEvent::EgressStopped,
            AuditFact::OutcomeUnknown(_) => AuditEvent::OutcomeUnknown,
            AuditFact::LogUnwritten(_) => AuditEvent::LogUnwritten,
            AuditFact::AuditRead(_) => AuditEvent::AuditRead,
            AuditFact::AuditArchived(_) => AuditEvent::AuditArchived,
            AuditFact::AuditArchiveDeleted(_) => AuditEvent::AuditArchiveDeleted,
            AuditFact::AuditHeld(_) => AuditEvent::AuditHeld,
            AuditFact::AuditHoldReleased(_) => AuditEvent::AuditHoldReleased,
            AuditFact::AuditKeyChanged(_) => AuditEvent::AuditKeyChanged,
            AuditFact::Erased(_) => AuditEvent::Erased,
            AuditFact::AccessDenied(_) => AuditEvent::AccessDenied,
            AuditFact::Administered(admin) => admin.event(),
        }
    }

    /// The entry by itself as RFC 8785 canonical JSON, integers only. A log keeps it
    /// [chained](Self::to_chained).
    pub fn to_canonical(&self) -> String {
        let (text, _) = self.write();
        text
    }

    /// The canonical form, and where in it the name of what it comes behind belongs: both names that it
    /// may have are ordered before `queue`, which every entry has.
    pub(super) fn write(&self) -> (String, usize) {
        let (mut text, mut gap) = (String::with_capacity(LIKELY), 0);
        let mut members = self.members();
        members.sort_by_key(|(name, _)| *name);
        ObjectWriter::write(&mut text, |object| {
            for (name, member) in &members {
                if *name == QUEUE {
                    // Behind the comma.
                    gap = object.at() + 1;
                }
                match member {
                    Member::Text(text) => object.maybe_text(name, *text),
                    Member::Attribution(who) => object.object(name, |object| who.write(object)),
                    Member::Scope(scope) => object.object(name, |object| scope.write(object)),
                    Member::Fetch(facts) => object.object(name, |object| facts.write(object)),
                    Member::Value(value) => object.value(name, value),
                }
            }
        });
        (text, gap)
    }

    /// In any order.
    fn members(&self) -> Vec<(&'static str, Member<'_>)> {
        let text = |text| Member::Text(Some(text));
        let mut members = Vec::with_capacity(16);
        members.extend([
            ("agent", Member::Attribution(&self.subject.agent)),
            ("at_us", Member::Value(Value::int(self.at.as_micros()))),
            (
                "conversation_id",
                Member::Text(self.subject.conversation_id.as_deref()),
            ),
            ("event", text(self.event().as_str())),
            (QUEUE, Member::Attribution(&self.subject.queue)),
            ("request_id", text(&self.request_id)),
            ("schema", Member::Value(Value::int(ENTRY_SCHEMA))),
            (
                "session_id",
                Member::Text(self.subject.session_id.as_deref()),
            ),
            ("tenant", text(&self.tenant)),
        ]);
        if let Some(id) = &self.subject.customer_id {
            members.push(("customer_id", text(id)));
        }
        let mut value = |name, value| members.push((name, Member::Value(value)));
        match &self.fact {
            AuditFact::FetchInitiated(scope) | AuditFact::RefreshInitiated(scope) => {
                members.push(("scope", Member::Scope(scope)));
            }
            AuditFact::FetchHit(scope, facts)
            | AuditFact::FetchCompleted(scope, facts)
            | AuditFact::FetchFailed(scope, facts)
            | AuditFact::FetchWithheld(scope, facts)
            | AuditFact::RefreshCompleted(scope, facts)
            | AuditFact::RefreshFailed(scope, facts) => {
                members.push(("fetch", Member::Fetch(facts)));
                members.push(("scope", Member::Scope(scope)));
            }
            AuditFact::FetchRefused(refusal) | AuditFact::SwitchRefused(refusal) => {
                refusal
                    .members()
                    .into_iter()
                    .for_each(|(name, told)| value(name, told));
            }
            AuditFact::AdoptionRefused(refusal) => {
                refusal
                    .members()
                    .into_iter()
                    .for_each(|(name, told)| value(name, told));
            }
            AuditFact::RecommendationAdopted(adoption) => {
                value("adoption", adoption.to_value());
            }
            AuditFact::RecommendationEngaged(engaged) => {
                let engaged = engaged.iter().map(EngagementFacts::to_value);
                value("engaged", Value::list(engaged));
            }
            AuditFact::ForwardInitiated(forward) => {
                value("forward", forward.to_value(None));
            }
            AuditFact::ForwardCompleted(forward, upstream) => {
                value("forward", forward.to_value(Some((upstream, None))));
            }
            AuditFact::ForwardFailed(forward, failure) => {
                let ended = Some((&failure.upstream, Some(failure.kind)));
                value("forward", forward.to_value(ended));
            }
            AuditFact::AssistSwitched(switch) => value("switch", switch.to_value()),
            AuditFact::EgressStopped(egress) => value("egress", egress.to_value()),
            AuditFact::OutcomeUnknown(unknown) => value("intent", unknown.to_value()),
            AuditFact::LogUnwritten(facts) => value("unwritten", facts.to_value()),
            AuditFact::AuditRead(read) => value("read", read.to_value()),
            AuditFact::AuditArchived(archive) | AuditFact::AuditArchiveDeleted(archive) => {
                value("archive", archive.to_value());
            }
            AuditFact::AuditHeld(hold) => value("hold", hold.to_value()),
            AuditFact::AuditHoldReleased(release) => value("hold", release.to_value()),
            AuditFact::AuditKeyChanged(change) => value("key", change.to_value()),
            AuditFact::Erased(erasure) => value("erasure", erasure.to_value()),
            AuditFact::AccessDenied(access) => value("access", access.to_value()),
            AuditFact::Administered(admin) => value("admin", admin.to_value()),
        }
        members
    }

    /// The typed columns that a log keeps beside the bytes, for queries.
    pub fn columns(&self) -> AuditColumns {
        let (scope, facts) = match &self.fact {
            AuditFact::FetchInitiated(scope) | AuditFact::RefreshInitiated(scope) => {
                (Some(scope), None)
            }
            AuditFact::FetchHit(scope, facts)
            | AuditFact::FetchCompleted(scope, facts)
            | AuditFact::FetchFailed(scope, facts)
            | AuditFact::FetchWithheld(scope, facts)
            | AuditFact::RefreshCompleted(scope, facts)
            | AuditFact::RefreshFailed(scope, facts) => (Some(scope), Some(facts)),
            AuditFact::FetchRefused(_)
            | AuditFact::RecommendationAdopted(_)
            | AuditFact::RecommendationEngaged(_)
            | AuditFact::AdoptionRefused(_)
            | AuditFact::ForwardInitiated(_)
            | AuditFact::ForwardCompleted(..)
            | AuditFact::ForwardFailed(..)
            | AuditFact::AssistSwitched(_)
            | AuditFact::SwitchRefused(_)
            | AuditFact::EgressStopped(_)
            | AuditFact::OutcomeUnknown(_)
            | AuditFact::LogUnwritten(_)
            | AuditFact::AuditRead(_)
            | AuditFact::AuditArchived(_)
            | AuditFact::AuditArchiveDeleted(_)
            | AuditFact::AuditHeld(_)
            | AuditFact::AuditHoldReleased(_)
            | AuditFact::AuditKeyChanged(_)
            | AuditFact::Erased(_)
            | AuditFact::AccessDenied(_)
            | AuditFact::Administered(_) => (None, None),
        };
        let upstream = match &self.fact {
            AuditFact::ForwardCompleted(_, upstream)
            | AuditFact::ForwardFailed(_, ForwardFailure { upstream, .. }) => Some(upstream),
            _ => facts.map(|facts| &facts.upstream),
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
                AuditFact::ForwardInitiated(forward)
                | AuditFact::ForwardCompleted(forward, _)
                | AuditFact::ForwardFailed(forward, _) => Some(forward.recommendation_id.clone()),
                _ => None,
            },
            dialect: scope.map(|scope| text(scope.dialect().as_str())),
            result_limit: scope.map(FetchScope::limit),
            result_offset: scope.map(FetchScope::offset),
            cache_status: facts.map(|facts| text(CacheStatus::as_str(facts.cache.status))),
            latency_us: facts.map(|facts| facts.latency_us),
            total_received: facts.map(|facts| facts.report.total_received),
            total_returned: facts.map(|facts| facts.report.total_returned),
            upstream_status: upstream.and_then(|upstream| upstream.status),
            upstream_correlation_id: upstream
                .and_then(|upstream| upstream.correlation_id.as_deref())
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
