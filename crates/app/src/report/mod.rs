//! The supervisor's question: were recommendations shown, were they used, who got nothing and why, and
//! how fast was it?
//!
//! What was shown and used is counted in the ledger; how requests ended, who got nothing, and what took how
//! long is read off the audit log. docs/METRICS.md defines every figure.

mod latency;
mod shape;
mod trail;

pub use latency::{AnswerLatencies, Latency, StageLatencies};
pub use shape::{Coverage, Engagement, Gap, GroupReport, Legacy, Rate};
pub use trail::FetchCounts;

use std::collections::BTreeMap;
use std::sync::Arc;

use agent_assist_domain::adoption::{By, Group, LedgerScope, Rates};
use agent_assist_domain::ports::{AuditTrail, Clock, EngagementLedger, StoreError};
use agent_assist_domain::time::Timestamp;
use serde::Serialize;

use self::trail::Trail;

/// What to report on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReportQuery {
    /// Not before this time.
    pub since: Option<Timestamp>,
    /// Before this time.
    pub until: Option<Timestamp>,
    /// What to count apart by.
    pub by: Option<By>,
}

/// A report.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Whose.
    pub tenant: String,
    /// Start of the stretch, milliseconds since the epoch; `null` for the beginning.
    pub since_ms: Option<i64>,
    /// End of the stretch; `null` for now.
    pub until_ms: Option<i64>,
    /// What was shown and what became of it.
    pub engagement: Engagement,
    /// Who got something to see, and why the others did not.
    pub coverage: Coverage,
    /// How fetches ended.
    pub fetches: FetchCounts,
    /// How long they took.
    pub latency: AnswerLatencies,
    /// For those who compare with old reports.
    pub legacy: Legacy,
    /// What the groups are of; `null` where nothing is counted apart.
    pub by: Option<&'static str>,
    /// What was shown in each group.
    pub groups: Vec<GroupReport>,
    /// Groups left out, for they say too much of somebody.
    pub suppressed: u64,
}

/// No report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The settings do not allow what was asked.
    #[error("counting by agent is not allowed by the settings")]
    ByAgent,
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The ports and rules of a [`ReportService`].
#[derive(Clone, Debug)]
pub struct ReportParts {
    /// Whose store.
    pub tenant: String,
    /// How fetches ended.
    pub trail: Arc<dyn AuditTrail>,
    /// What became of recommendations.
    pub ledger: Arc<dyn EngagementLedger>,
    /// The wall clock.
    pub clock: Arc<dyn Clock>,
    /// Whether agents may be told apart.
    pub by_agent: bool,
}

/// Reports.
#[derive(Debug)]
pub struct ReportService(ReportParts);

impl ReportService {
    /// The service over its ports.
    pub fn new(parts: ReportParts) -> Self {
        Self(parts)
    }

    /// The report on what `query` names.
    ///
    /// # Errors
    /// If the store cannot be read, or agents are not to be told apart.
    pub async fn report(&self, query: ReportQuery) -> Result<Report, ReportError> {
        if query.by == Some(By::Agent) && !self.0.by_agent {
            return Err(ReportError::ByAgent);
        }
        let trail = Trail::read(&*self.0.trail, &self.0.tenant, query).await?;
        let whole = self.rates(query, None).await?;
        let whole = whole.get(&Group::All).copied().unwrap_or_default();
        let mut groups = Vec::new();
        let mut suppressed = 0;
        if query.by.is_some() {
            for (group, rates) in self.rates(query, query.by).await? {
                match GroupReport::of(query.by, &group, &rates) {
                    Some(report) => groups.push(report),
                    None => suppressed += 1,
                }
            }
        }
        if !matches!(query.by, Some(By::Hour | By::Day)) {
            groups.sort_by_key(|group| std::cmp::Reverse(group.engagement.emitted));
        }
        Ok(Report {
            tenant: self.0.tenant.clone(),
            since_ms: query.since.map(Timestamp::as_millis),
            until_ms: query.until.map(Timestamp::as_millis),
            engagement: Engagement::of(&whole),
            coverage: Coverage::of(&trail.coverage()),
            fetches: trail.counts,
            latency: trail.latency(),
            legacy: Legacy::of(whole.adopted_of_emitted.count(), trail.counts.total),
            by: query.by.map(By::as_str),
            groups,
            suppressed,
        })
    }

    async fn rates(
        &self,
        query: ReportQuery,
        by: Option<By>,
    ) -> Result<BTreeMap<Group, Rates>, StoreError> {
        let scope = LedgerScope {
            tenant: self.0.tenant.clone(),
            since: query.since,
            until: query.until,
            conversation_id: None,
            now: self.0.clock.now(),
        };
        let mut groups: BTreeMap<Group, Rates> = BTreeMap::new();
        for of in self.0.ledger.tallies(&scope, by).await? {
            groups.entry(of.group).or_default().add(&of.tally);
        }
        Ok(groups)
    }
}
