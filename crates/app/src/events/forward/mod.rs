//! Engagements on their way to the upstream: each told once, and never again where it may have arrived.
//!
//! What is to be told stands in the audit log, like every event; the outbox holds its position, in a lane
//! for each suggestion. Each attempt is announced in the log before anything is sent and ended there
//! before it is settled, under one request for all attempts at one engagement. So whoever takes over from
//! a process that died reads in the log how far that had come: nothing announced, nothing sent; announced
//! and not ended, perhaps; ended, known.

mod engagements;
mod settle;
mod switch;

use std::sync::Arc;
use std::time::Duration;

use agent_assist_domain::audit::{AuditEntry, AuditFact, ForwardFailure, ForwardScope};
use agent_assist_domain::batch::UpstreamFacts;
use agent_assist_domain::outbox::Leased;
use agent_assist_domain::ports::{
    EngagementLedger, EngagementReporter, ReportError, ReportErrorKind, SinkError, SinkErrorKind,
    StoreError,
};
use agent_assist_domain::time::{Deadline, Timestamp};
use tokio::time::{Instant, timeout_at};

pub(super) use self::engagements::items;
use self::engagements::{Engagement, of_item};
use self::settle::{Before, before};
pub use self::switch::switch_forwarding;
use super::EventParts;
use super::batch::Tried;

/// What the upstream is called among the destinations.
pub const UPSTREAM: &str = "upstream";

/// How long one call may take, whatever it is called from.
const CALL: Duration = Duration::from_secs(5);

/// What was leased may have been leased anew by then: a call begun earlier is over.
const GRACE: Duration = Duration::from_secs(1);

/// Who is told of engagements.
#[derive(Clone, Debug)]
pub struct Upstream {
    /// Tells it.
    pub reporter: Arc<dyn EngagementReporter>,
    /// Knows which path brought a recommendation: of a fallback's the upstream knows nothing.
    pub ledger: Arc<dyn EngagementLedger>,
}

impl Upstream {
    /// Tells of the engagement that `leased` stands for, by `until`, when the lease runs out.
    pub(super) async fn attempt(
        &self,
        parts: &EventParts,
        leased: &Leased,
        until: Timestamp,
    ) -> Tried {
        let engagement = match of_item(&leased.item, parts).await {
            Ok(Some(engagement)) => engagement,
            Ok(None) => return unfit("its record is not there any more"),
            Err(error) => return Tried::Untried(error),
        };
        if leased.unsettled {
            match before(&leased.item.id, parts).await {
                Ok(Before::NothingSent) => {}
                Ok(Before::Acknowledged) => return Tried::Arrived,
                Ok(Before::Refused) => return unfit("refused before"),
                Ok(Before::Unknown) => {
                    count(ReportErrorKind::Unknown.as_str());
                    return unfit("not known whether it arrived: the program ended meanwhile");
                }
                Err(error) => return Tried::Untried(error),
            }
        }
        let log = Log {
            parts,
            request_id: &leased.item.id,
            engagement: &engagement,
        };
        if let Err(error) = log.append(AuditFact::ForwardInitiated).await {
            return Tried::Untried(error);
        }
        match self.call(parts, &engagement, until).await {
            Ok(upstream) => {
                count("sent");
                let fact = |scope| AuditFact::ForwardCompleted(scope, upstream);
                match log.append(fact).await {
                    Ok(()) => Tried::Arrived,
                    Err(error) => Tried::Unsettled(error),
                }
            }
            Err(error) => {
                count(error.kind().as_str());
                let failure = ForwardFailure::from(&error);
                let fact = |scope| AuditFact::ForwardFailed(scope, failure);
                match log.append(fact).await {
                    Ok(()) => Tried::Failed(as_sink_error(error)),
                    Err(error) => Tried::Unsettled(error),
                }
            }
        }
    }

    async fn call(
        &self,
        parts: &EventParts,
        engagement: &Engagement,
        until: Timestamp,
    ) -> Result<UpstreamFacts, ReportError> {
        let begun = Instant::now();
        // Announced by now. Whoever has the next lease reads that, unless it began before.
        if parts.clock.now().plus(CALL + GRACE) > until {
            let kind = ReportErrorKind::NotDelivered;
            return Err(ReportError::new(kind, "its turn was over"));
        }
        let deadline = Deadline::at((begun + CALL).into_std());
        let told = self.reporter.report(&engagement.told, deadline);
        timeout_at(begun + CALL + GRACE, told)
            .await
            .unwrap_or_else(|_| Err(ReportError::new(ReportErrorKind::Unknown, "timed out")))
    }
}

/// Where the attempts at one engagement are recorded.
struct Log<'a> {
    parts: &'a EventParts,
    request_id: &'a str,
    engagement: &'a Engagement,
}

impl Log<'_> {
    async fn append(&self, fact: impl FnOnce(ForwardScope) -> AuditFact) -> Result<(), StoreError> {
        let Engagement { seq, told, subject } = self.engagement;
        let scope = ForwardScope {
            engagement: *seq,
            recommendation_id: told.recommendation_id.clone(),
            act: told.act,
        };
        let entry = AuditEntry {
            at: self.parts.clock.now(),
            tenant: self.parts.tenant.clone(),
            request_id: self.request_id.to_owned(),
            subject: subject.clone(),
            fact: fact(scope),
        };
        self.parts.audit.append(&entry).await.map(drop)
    }
}

fn unfit(why: &str) -> Tried {
    Tried::Failed(SinkError::new(SinkErrorKind::Unfit, why))
}

/// What the deliverer makes of it: what may be told again is put off, everything else is given up.
fn as_sink_error(error: ReportError) -> SinkError {
    let retry_after = error.retry_after();
    let (kind, why) = match error.kind() {
        ReportErrorKind::NotDelivered => (SinkErrorKind::NotNow, error.to_string()),
        ReportErrorKind::Refused => (SinkErrorKind::Unfit, error.to_string()),
        ReportErrorKind::Unknown => (
            SinkErrorKind::Unfit,
            format!("not known whether it arrived: {error}"),
        ),
    };
    SinkError::new(kind, why)
        .with_retry_after(retry_after)
        .because(error)
}

fn count(outcome: &'static str) {
    metrics::counter!("agent_assist_forwards_total", "outcome" => outcome).increment(1);
}
