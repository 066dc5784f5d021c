//! An upstream that answers by script.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex};

use agent_assist_domain::batch::Batch;
use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::ports::{
    RecommendationSource, SourceError, SourceErrorKind, SourceProfile, SourceQuery,
};
use agent_assist_domain::time::Deadline;
use async_trait::async_trait;
use tokio::sync::watch;

use crate::lock;

type Answer = Result<Batch, SourceError>;
type Rule = dyn Fn(&SourceQuery) -> Answer + Send + Sync;

/// A source that gives the answers queued with [`then`](Self::then), in their order, and after
/// those whatever [`otherwise`](Self::otherwise) makes of the question. With neither left it
/// fails as [`Internal`](SourceErrorKind::Internal): a call nobody expected.
///
/// It counts its calls and remembers their queries. While a [`Gate`] is held shut, calls wait at
/// it until it opens or their deadline passes.
pub struct ScriptedSource {
    profile: SourceProfile,
    queue: Mutex<VecDeque<Answer>>,
    otherwise: Mutex<Option<Box<Rule>>>,
    queries: watch::Sender<Vec<SourceQuery>>,
    gate: watch::Sender<bool>,
}

/// Holds the answers of a [`ScriptedSource`] back until it is opened or dropped.
#[derive(Debug)]
#[must_use = "dropping the gate opens it"]
pub struct Gate(watch::Sender<bool>);

impl ScriptedSource {
    /// A source of `dialect` without a script.
    pub fn new(dialect: Dialect) -> Self {
        Self {
            profile: SourceProfile::new(dialect, Arc::from("https://upstream.test")),
            queue: Mutex::default(),
            otherwise: Mutex::default(),
            queries: watch::Sender::default(),
            gate: watch::Sender::new(true),
        }
    }

    /// The same source with another profile.
    #[must_use]
    pub fn with_profile(mut self, profile: SourceProfile) -> Self {
        self.profile = profile;
        self
    }

    /// Queues one more answer.
    pub fn then(&self, answer: Answer) -> &Self {
        lock(&self.queue).push_back(answer);
        self
    }

    /// Queues one more failure.
    pub fn then_fail(&self, kind: SourceErrorKind) -> &Self {
        self.then(Err(SourceError::new(kind)))
    }

    /// Answers by `rule` once the queue is empty. The last rule given counts.
    pub fn otherwise(
        &self,
        rule: impl Fn(&SourceQuery) -> Answer + Send + Sync + 'static,
    ) -> &Self {
        *lock(&self.otherwise) = Some(Box::new(rule));
        self
    }

    /// Shuts the gate: calls wait at it until it opens.
    pub fn hold(&self) -> Gate {
        self.gate.send_replace(false);
        Gate(self.gate.clone())
    }

    /// How often it was asked.
    pub fn calls(&self) -> usize {
        self.queries.borrow().len()
    }

    /// What it was asked, in order.
    pub fn queries(&self) -> Vec<SourceQuery> {
        self.queries.borrow().clone()
    }

    /// Waits until it was asked `times` times in all. Calls held at a gate count.
    pub async fn called(&self, times: usize) {
        let mut queries = self.queries.subscribe();
        // The sender lives in `self`, so waiting cannot fail.
        let _ = queries.wait_for(|queries| queries.len() >= times).await;
    }

    fn answer(&self, query: &SourceQuery) -> Answer {
        if let Some(answer) = lock(&self.queue).pop_front() {
            return answer;
        }
        match &*lock(&self.otherwise) {
            Some(rule) => rule(query),
            None => {
                Err(SourceError::new(SourceErrorKind::Internal).because("the script has ended"))
            }
        }
    }
}

impl fmt::Debug for ScriptedSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ScriptedSource")
            .field("profile", &self.profile)
            .field("calls", &self.calls())
            .finish_non_exhaustive()
    }
}

#[deny(clippy::missing_trait_methods)]
#[async_trait]
impl RecommendationSource for ScriptedSource {
    fn profile(&self) -> SourceProfile {
        self.profile.clone()
    }

    async fn fetch(&self, query: &SourceQuery, deadline: Deadline) -> Answer {
        self.queries
            .send_modify(|queries| queries.push(query.clone()));
        let mut gate = self.gate.subscribe();
        let at = tokio::time::Instant::from_std(deadline.instant());
        let open = async { gate.wait_for(|open| *open).await.is_ok() };
        if tokio::time::Instant::now() >= at || tokio::time::timeout_at(at, open).await.is_err() {
            return Err(SourceError::new(SourceErrorKind::DeadlineExceeded));
        }
        self.answer(query)
    }
}

impl Gate {
    /// Lets every waiting call go on, and later ones pass.
    pub fn open(self) {}
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.0.send_replace(true);
    }
}
