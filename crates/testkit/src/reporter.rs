//! An upstream that is told of engagements, and answers by script.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::Duration;

use agent_assist_domain::batch::UpstreamFacts;
use agent_assist_domain::ports::{
    EngagementReporter, ReportError, ReportErrorKind, ToldEngagement,
};
use agent_assist_domain::time::Deadline;
use async_trait::async_trait;
use tokio::time::Instant;

use crate::lock;

/// What becomes of one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hearing {
    /// It is taken in and acknowledged.
    Acknowledged,
    /// It is taken in, and nobody learns of it: [`ReportErrorKind::Unknown`].
    Lost,
    /// It is not taken in, and nobody learns of that either: [`ReportErrorKind::Unknown`].
    Missed,
    /// It is not taken in, and may be told again after so long.
    NotDelivered(Option<Duration>),
    /// It will never be taken in.
    Refused,
}

/// A reporter whose upstream hears each engagement as queued with [`then`](Self::then), and
/// acknowledges it once nothing is queued. It remembers what it was told and what of it was taken in.
#[derive(Debug, Default)]
pub struct ScriptedReporter {
    queue: Mutex<VecDeque<Hearing>>,
    told: Mutex<Vec<ToldEngagement>>,
    taken: Mutex<Vec<ToldEngagement>>,
}

impl ScriptedReporter {
    /// Queues one more hearing.
    pub fn then(&self, hearing: Hearing) -> &Self {
        lock(&self.queue).push_back(hearing);
        self
    }

    /// Forgets what is queued: from now on everything is acknowledged.
    pub fn recover(&self) {
        lock(&self.queue).clear();
    }

    /// What it was told, in order, whatever became of it.
    pub fn told(&self) -> Vec<ToldEngagement> {
        lock(&self.told).clone()
    }

    /// What its upstream took in, in order, acknowledged or not.
    pub fn taken(&self) -> Vec<ToldEngagement> {
        lock(&self.taken).clone()
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl EngagementReporter for ScriptedReporter {
    async fn report(
        &self,
        engagement: &ToldEngagement,
        deadline: Deadline,
    ) -> Result<UpstreamFacts, ReportError> {
        if Instant::now() >= Instant::from_std(deadline.instant()) {
            let kind = ReportErrorKind::NotDelivered;
            return Err(ReportError::new(kind, "no time is left"));
        }
        lock(&self.told).push(engagement.clone());
        // On its way, and a moment later back: places to be dropped at.
        tokio::task::yield_now().await;
        let hearing = lock(&self.queue).pop_front();
        let hearing = hearing.unwrap_or(Hearing::Acknowledged);
        if matches!(hearing, Hearing::Acknowledged | Hearing::Lost) {
            lock(&self.taken).push(engagement.clone());
        }
        tokio::task::yield_now().await;
        let facts = |status| UpstreamFacts {
            status,
            requests: 1,
            ..UpstreamFacts::default()
        };
        let failed =
            |kind, why: &str, status| Err(ReportError::new(kind, why).with_upstream(facts(status)));
        match hearing {
            Hearing::Acknowledged => Ok(facts(Some(200))),
            Hearing::Lost | Hearing::Missed => {
                failed(ReportErrorKind::Unknown, "no answer came in time", None)
            }
            Hearing::NotDelivered(wait) => {
                failed(ReportErrorKind::NotDelivered, "status 503", Some(503))
                    .map_err(|error| error.with_retry_after(wait))
            }
            Hearing::Refused => failed(ReportErrorKind::Refused, "status 404", Some(404)),
        }
    }
}
