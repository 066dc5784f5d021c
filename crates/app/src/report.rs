//! The supervisor's question: were recommendations shown, were they used, and how fast were they?

use std::sync::Arc;

use agent_assist_domain::adoption::{LedgerScope, Rates};
use agent_assist_domain::answer::CacheStatus;
use agent_assist_domain::audit::{AuditEvent, AuditFilter, AuditOrder, AuditQuery, AuditRecord};
use agent_assist_domain::ports::{AuditTrail, Clock, EngagementLedger, StoreError};
use agent_assist_domain::time::Timestamp;
use hdrhistogram::Histogram;
use serde::Serialize;

/// Records read at once.
const PAGE: u32 = 1_000;
/// Latencies beyond this count as this: ten minutes, in microseconds.
const MAX_LATENCY_US: u64 = 600_000_000;
/// Significant decimal digits kept of a latency.
const LATENCY_DIGITS: u8 = 3;

/// Which stretch of time to report on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReportSpan {
    /// Not before this time.
    pub since: Option<Timestamp>,
    /// Before this time.
    pub until: Option<Timestamp>,
}

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

/// How long answers took, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Latency {
    /// Answers measured.
    pub count: u64,
    /// Half took at most this long.
    pub p50_ms: f64,
    /// 95 of 100 took at most this long.
    pub p95_ms: f64,
    /// 99 of 100 took at most this long.
    pub p99_ms: f64,
}

/// What was shown and used.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct AdoptionCounts {
    /// Distinct recommendations given out.
    pub emitted: u64,
    /// Distinct ones among them that were used.
    pub used: u64,
    /// Distinct conversations with something given out.
    pub conversations: u64,
    /// Used over emitted, 0..=1; `null` where nothing was emitted.
    pub rate: Option<f64>,
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
    /// How fetches ended.
    pub fetches: FetchCounts,
    /// What was shown and used.
    pub adoption: AdoptionCounts,
    /// Answers from the cache; `null` without any.
    pub latency_hits: Option<Latency>,
    /// Answers from the upstream; `null` without any.
    pub latency_misses: Option<Latency>,
    /// What stood in when it failed; `null` without any.
    pub latency_stand_ins: Option<Latency>,
}

/// Reports.
#[derive(Debug)]
pub struct ReportService {
    tenant: String,
    trail: Arc<dyn AuditTrail>,
    ledger: Arc<dyn EngagementLedger>,
    clock: Arc<dyn Clock>,
}

impl ReportService {
    /// The service over its ports.
    pub fn new(
        tenant: impl Into<String>,
        trail: Arc<dyn AuditTrail>,
        ledger: Arc<dyn EngagementLedger>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            tenant: tenant.into(),
            trail,
            ledger,
            clock,
        }
    }

    /// The report on `span`.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn report(&self, span: ReportSpan) -> Result<Report, StoreError> {
        let tally = self.read_fetches(span).await?;
        let scope = LedgerScope {
            tenant: self.tenant.clone(),
            since: span.since,
            until: span.until,
            conversation_id: None,
            now: self.clock.now(),
        };
        let mut rates = Rates::default();
        for of in self.ledger.tallies(&scope, None).await? {
            rates.add(&of.tally);
        }
        Ok(Report {
            tenant: self.tenant.clone(),
            since_ms: span.since.map(Timestamp::as_millis),
            until_ms: span.until.map(Timestamp::as_millis),
            fetches: tally.counts,
            adoption: AdoptionCounts {
                emitted: rates.display.of(),
                used: rates.adopted_of_emitted.count(),
                conversations: rates.conversations,
                rate: rates.adopted_of_emitted.value(),
            },
            latency_hits: latency(&tally.hits),
            latency_misses: latency(&tally.misses),
            latency_stand_ins: latency(&tally.stand_ins),
        })
    }

    async fn read_fetches(&self, span: ReportSpan) -> Result<Tally, StoreError> {
        let mut tally = Tally::new();
        let mut query = AuditQuery {
            filter: AuditFilter {
                tenant: Some(self.tenant.clone()),
                since: span.since,
                until: span.until,
                events: vec![
                    AuditEvent::FetchHit,
                    AuditEvent::FetchCompleted,
                    AuditEvent::FetchFailed,
                    AuditEvent::FetchWithheld,
                    AuditEvent::FetchRefused,
                ],
                ..AuditFilter::default()
            },
            order: AuditOrder::OldestFirst,
            after: None,
            limit: PAGE,
        };
        loop {
            let page = self.trail.page(&query).await?;
            page.iter().for_each(|record| tally.add(record));
            match page.last() {
                Some(last) if page.len() == PAGE as usize => query.after = Some(last.seq),
                _ => return Ok(tally),
            }
        }
    }
}

struct Tally {
    counts: FetchCounts,
    hits: Histogram<u64>,
    misses: Histogram<u64>,
    stand_ins: Histogram<u64>,
}

impl Tally {
    fn new() -> Self {
        Self {
            counts: FetchCounts::default(),
            hits: histogram(),
            misses: histogram(),
            stand_ins: histogram(),
        }
    }

    fn add(&mut self, record: &AuditRecord) {
        let latency = record
            .columns
            .latency_us
            .unwrap_or_default()
            .clamp(1, MAX_LATENCY_US);
        self.counts.total += 1;
        match AuditEvent::from_name(&record.columns.event) {
            Some(AuditEvent::FetchHit) => {
                self.counts.hits += 1;
                self.hits.saturating_record(latency);
            }
            Some(AuditEvent::FetchCompleted) => {
                self.counts.completed += 1;
                self.misses.saturating_record(latency);
            }
            Some(AuditEvent::FetchFailed) => {
                self.counts.failed += 1;
                let none = Some(CacheStatus::None.as_str());
                if record.columns.cache_status.as_deref() != none {
                    self.counts.stood_in += 1;
                    self.stand_ins.saturating_record(latency);
                }
            }
            Some(AuditEvent::FetchWithheld) => self.counts.withheld += 1,
            _ => self.counts.refused += 1,
        }
    }
}

fn histogram() -> Histogram<u64> {
    match Histogram::new_with_bounds(1, MAX_LATENCY_US, LATENCY_DIGITS) {
        Ok(histogram) => histogram,
        Err(_) => unreachable!("the bounds are constants that the library accepts"),
    }
}

fn latency(histogram: &Histogram<u64>) -> Option<Latency> {
    let ms = |quantile| histogram.value_at_quantile(quantile) as f64 / 1e3;
    (!histogram.is_empty()).then(|| Latency {
        count: histogram.len(),
        p50_ms: ms(0.50),
        p95_ms: ms(0.95),
        p99_ms: ms(0.99),
    })
}
