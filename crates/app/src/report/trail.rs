//! What the audit log says of fetches: how they ended, who got nothing and why, and what took how long.

use std::collections::HashMap;

use agent_assist_domain::adoption::{Coverage, Reach};
use agent_assist_domain::answer::{CacheStatus, DegradedReason, EmptyReason};
use agent_assist_domain::audit::{
    AuditColumns, AuditEvent, AuditFilter, AuditOrder, AuditQuery, AuditRecord,
};
use agent_assist_domain::ports::{AuditTrail, SourceErrorKind, StoreError};
use serde::{Deserialize, Serialize};

use super::ReportQuery;
use super::latency::{AnswerLatencies, StageHistograms, Stages};

/// Records read at once.
const PAGE: u32 = 1_000;

/// How fetches ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FetchCounts {
    /// Every request that came.
    pub total: u64,
    /// Answered from the cache.
    pub hits: u64,
    /// Answered by the upstream.
    pub completed: u64,
    /// The upstream failed; the answer was degraded or an error.
    pub failed: u64,
    /// Of those failed: something else stood in, remembered or from a fallback.
    pub stood_in: u64,
    /// Assist was switched off or paused.
    pub withheld: u64,
    /// The request broke the payload rules.
    pub refused: u64,
}

/// The fetches of a stretch of time, counted.
pub(super) struct Trail {
    pub(super) counts: FetchCounts,
    /// How far each conversation came.
    reached: HashMap<String, Reach>,
    hits: StageHistograms,
    misses: StageHistograms,
    stand_ins: StageHistograms,
}

/// The members of an entry that are looked into here.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Entry {
    fetch: Fetch,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Fetch {
    stages: Stages,
}

impl Trail {
    pub(super) async fn read(
        trail: &dyn AuditTrail,
        tenant: &str,
        query: ReportQuery,
    ) -> Result<Self, StoreError> {
        let mut told = Self {
            counts: FetchCounts::default(),
            reached: HashMap::new(),
            hits: StageHistograms::new(),
            misses: StageHistograms::new(),
            stand_ins: StageHistograms::new(),
        };
        let mut query = AuditQuery {
            filter: AuditFilter {
                tenant: Some(tenant.to_owned()),
                since: query.since,
                until: query.until,
                events: vec![
                    AuditEvent::FetchHit,
                    AuditEvent::FetchCompleted,
                    AuditEvent::FetchFailed,
                    AuditEvent::FetchWithheld,
                    AuditEvent::FetchRefused,
                ],
                ..AuditFilter::default()
            },
            order: AuditOrder::EarliestFirst,
            after: None,
            limit: PAGE,
        };
        loop {
            let page = trail.page(&query).await?;
            page.iter().for_each(|record| told.add(record));
            match page.last() {
                Some(last) if page.len() == PAGE as usize => query.continue_behind(last),
                _ => return Ok(told),
            }
        }
    }

    pub(super) fn coverage(&self) -> Coverage {
        let mut coverage = Coverage::default();
        self.reached.values().for_each(|reach| coverage.add(*reach));
        coverage
    }

    pub(super) fn latency(&self) -> AnswerLatencies {
        let mut all = self.hits.clone();
        all += &self.misses;
        all += &self.stand_ins;
        AnswerLatencies {
            hits: self.hits.told(),
            misses: self.misses.told(),
            stand_ins: self.stand_ins.told(),
            all: all.told(),
        }
    }

    fn add(&mut self, record: &AuditRecord) {
        let columns = &record.columns;
        let event = AuditEvent::from_name(&columns.event);
        self.counts.total += 1;
        match event {
            Some(AuditEvent::FetchHit) => {
                self.counts.hits += 1;
                add_latency(&mut self.hits, record);
            }
            Some(AuditEvent::FetchCompleted) => {
                self.counts.completed += 1;
                add_latency(&mut self.misses, record);
            }
            Some(AuditEvent::FetchFailed) => {
                self.counts.failed += 1;
                if columns.cache_status.as_deref() != Some(CacheStatus::None.as_str()) {
                    self.counts.stood_in += 1;
                    add_latency(&mut self.stand_ins, record);
                }
            }
            Some(AuditEvent::FetchWithheld) => self.counts.withheld += 1,
            _ => self.counts.refused += 1,
        }
        // Of a request that was refused nobody knows what there would have been.
        if event != Some(AuditEvent::FetchRefused)
            && let Some(conversation_id) = &columns.conversation_id
        {
            self.reach(conversation_id, reach_of(columns));
        }
    }

    fn reach(&mut self, conversation_id: &str, reach: Reach) {
        match self.reached.get_mut(conversation_id) {
            Some(known) => *known = reach.max(*known),
            None => {
                self.reached.insert(conversation_id.to_owned(), reach);
            }
        }
    }
}

fn reach_of(columns: &AuditColumns) -> Reach {
    if columns.total_returned.is_some_and(|returned| returned > 0) {
        return Reach::Emitted;
    }
    let empty = columns.empty_reason.as_deref();
    let degraded = columns.degraded_reason.as_deref();
    let error = columns.error.as_deref();
    Reach::of_empty(
        empty.and_then(EmptyReason::from_name),
        degraded.and_then(DegradedReason::from_name),
        error.and_then(SourceErrorKind::from_name),
    )
}

fn add_latency(histograms: &mut StageHistograms, record: &AuditRecord) {
    // Records of earlier versions know no stages.
    let entry: Entry = serde_json::from_str(&record.entry).unwrap_or_default();
    let total_us = record.columns.latency_us.unwrap_or_default();
    histograms.add(total_us, entry.fetch.stages);
}
