//! Do the upstream's counts and ours agree? A number that a supervisor has seen in the platform's own
//! reports is held against the ledger's, with what most likely explains a difference.

use std::sync::Arc;

use agent_assist_domain::adoption::{
    By, Circumstances, Comparison, Difference, Group, GroupTally, LedgerScope, OurCount, STALE,
};
use agent_assist_domain::ports::{
    Clock, EngagementLedger, Outbox, SourceError, StoreError, UpstreamCounts,
};
use agent_assist_domain::recommendation::{Kind, Origin};
use agent_assist_domain::time::{Deadline, Timestamp};
use serde::Serialize;

use crate::events::{UPSTREAM, destination};

/// What counts are compared over.
#[derive(Clone, Debug)]
pub struct ReconcileParts {
    /// Whose.
    pub tenant: String,
    /// Where ours are.
    pub ledger: Arc<dyn EngagementLedger>,
    /// What the upstream is still to be told.
    pub outbox: Arc<dyn Outbox>,
    /// Where the upstream's are.
    pub counts: Arc<dyn UpstreamCounts>,
    /// Whether the upstream is told of engagements.
    pub told: bool,
    /// The wall clock.
    pub clock: Arc<dyn Clock>,
}

/// Compares counts.
#[derive(Clone, Debug)]
pub struct ReconcileService(ReconcileParts);

/// Counts were not compared.
#[derive(Debug, thiserror::Error)]
pub enum ReconcileError {
    /// Ours cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The upstream does not tell its own.
    #[error("the upstream's counts are not to be had")]
    Upstream(#[source] SourceError),
}

/// Our counts beside the upstream's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reconciliation {
    /// Start of the time compared, milliseconds since 1970-01-01T00:00:00Z.
    pub since_ms: i64,
    /// Its end, likewise.
    pub until_ms: i64,
    /// Whether the upstream is told of engagements.
    pub told: bool,
    /// Whether every count agrees.
    pub agrees: bool,
    /// Each count.
    pub counts: Vec<ComparedCount>,
}

/// One count of ours beside the upstream's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ComparedCount {
    /// What the suggestions are; `null` for types that this version does not know.
    pub kind: Option<&'static str>,
    /// What is counted: `suggestions`, or what was done with them.
    pub measure: &'static str,
    /// Ours.
    pub ours: u64,
    /// The upstream's.
    pub theirs: u64,
    /// What may explain that they differ, the likeliest first.
    pub reasons: Vec<&'static str>,
}

impl ReconcileService {
    /// The service over its ports.
    pub fn new(parts: ReconcileParts) -> Self {
        Self(parts)
    }

    /// Compares what was emitted from `since` on and before `until`, or before now; the upstream has until
    /// `deadline` to answer.
    ///
    /// # Errors
    /// If the store cannot be read or the upstream does not answer.
    pub async fn reconcile(
        &self,
        since: Timestamp,
        until: Option<Timestamp>,
        deadline: Deadline,
    ) -> Result<Reconciliation, ReconcileError> {
        let now = self.0.clock.now();
        let until = until.unwrap_or(now);
        let scope = LedgerScope {
            tenant: self.0.tenant.clone(),
            since: Some(since),
            until: Some(until),
            conversation_id: None,
            now,
        };
        let ours = self.0.ledger.tallies(&scope, Some(By::Kind)).await?;
        let by_origin = self.0.ledger.tallies(&scope, Some(By::Origin)).await?;
        let destination = destination(&self.0.tenant, UPSTREAM);
        let standing = self.0.outbox.standing(&destination).await?;
        let theirs = self.0.counts.counts(since, until, deadline).await;
        let circumstances = Circumstances {
            told: self.0.told,
            waiting: standing.waiting,
            given_up: standing.dead,
            from_fallbacks: from_fallbacks(&by_origin),
            until,
            now,
        };
        let comparison = Comparison::of(
            ours.iter().map(OurCount::of),
            theirs.map_err(ReconcileError::Upstream)?,
            &circumstances,
        );
        Ok(Reconciliation {
            since_ms: since.as_millis(),
            until_ms: until.as_millis(),
            told: self.0.told,
            agrees: comparison.agrees(),
            counts: comparison.rows.into_iter().map(compared).collect(),
        })
    }
}

/// How many of ours came on another path than the upstream's own suggestions. What was given out past its
/// time came from there: nothing else is remembered for so long.
fn from_fallbacks(by_origin: &[GroupTally]) -> u64 {
    let ours = [Origin::Upstream.as_str(), STALE].map(|name| Group::Named(name.to_owned()));
    let others = by_origin
        .iter()
        .filter(|counted| !ours.contains(&counted.group));
    others.map(|counted| counted.tally.emitted).sum()
}

fn compared(row: Difference) -> ComparedCount {
    ComparedCount {
        kind: row.kind.map(Kind::as_str),
        measure: row.measure.as_str(),
        ours: row.ours,
        theirs: row.theirs,
        reasons: row
            .reasons
            .into_iter()
            .map(|reason| reason.as_str())
            .collect(),
    }
}
