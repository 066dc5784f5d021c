//! The disk takes its time over the audit record, or does not take it at all.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use agent_assist_app::clock::SystemClock;
use agent_assist_app::conversation_keys::ConversationKeyring;
use agent_assist_app::fetch::{FetchError, FetchParts, FetchService, Resilience};
use agent_assist_app::ids::Ids;
use agent_assist_app::subject_key;
use agent_assist_app::wire;
use agent_assist_domain::audit::{AuditEntry, Seq};
use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::ports::{AuditLog, StoreError};
use async_trait::async_trait;
use tokio::time::sleep;

use super::LATE;
use crate::Scale;
use crate::bench::{Asked, Bench, ask};
use crate::load::{at_once, quantile};
use crate::verdict::Verdict;

/// Requests at once.
const CALLERS: usize = 50;
/// Longest wait of a caller.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long past its deadline a request waits for its record, as the gateway promises.
const RECORD_GRACE: Duration = Duration::from_secs(1);

/// An audit log on a slow disk.
struct SlowAudit {
    log: Arc<dyn AuditLog>,
    delay: Duration,
}

impl fmt::Debug for SlowAudit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SlowAudit({:?})", self.delay)
    }
}

#[async_trait]
impl AuditLog for SlowAudit {
    async fn append(&self, entry: &AuditEntry) -> Result<Seq, StoreError> {
        sleep(self.delay).await;
        self.log.append(entry).await
    }
}

pub(super) async fn run(_: Scale) -> Verdict {
    let mut verdict = Verdict::of(format!("{} requests", 2 * CALLERS));
    let survived = slow(&mut verdict).await + stuck(&mut verdict).await;
    verdict.survived(survived);
    verdict
}

/// Answers come late, with their records.
async fn slow(verdict: &mut Verdict) -> usize {
    let bench = bench().await;
    let asked = everybody(&bench, Duration::from_millis(300)).await;
    let fresh = asked.iter().filter(|asked| asked.is_fresh()).count();
    verdict.exactly("slow: fresh answers", fresh, CALLERS);
    verdict.exactly("slow: records", bench.records().await.len(), CALLERS);
    fresh
}

/// No record, no answer; and that is said in time.
async fn stuck(verdict: &mut Verdict) -> usize {
    let bench = bench().await;
    let asked = everybody(&bench, Duration::from_secs(3_600)).await;
    let refused = |asked: &&Asked| matches!(asked.outcome, Err(FetchError::Record(_)));
    let refused = asked.iter().filter(refused).count();
    verdict.exactly("stuck: refused", refused, CALLERS);
    verdict.exactly("stuck: records", bench.records().await.len(), 0);
    let slowest = quantile(asked.iter().map(|asked| asked.took), 1.0);
    verdict.at_most("stuck: slowest", slowest, PATIENCE + RECORD_GRACE + LATE);
    refused
}

async fn bench() -> Bench {
    let timeout = ("fetch.timeout", format!("{}s", PATIENCE.as_secs()));
    Bench::start(Dialect::Recommendations, [timeout]).await
}

/// Asks, with an audit log that takes `delay` longer for each record.
async fn everybody(bench: &Bench, delay: Duration) -> Vec<Asked> {
    let service = service(bench, delay);
    at_once(CALLERS, |n| {
        let (service, raw, options) = (service.clone(), bench.question(n), bench.options());
        async move { ask(&service, raw, options).await }
    })
    .await
}

/// The bench's service, but for its audit log.
fn service(bench: &Bench, delay: Duration) -> FetchService {
    let (settings, store) = (&bench.settings, Arc::new(bench.store.clone()));
    let source = wire::upstream(settings).expect("an upstream");
    let screening = wire::screening(settings).expect("a policy");
    FetchService::new(FetchParts {
        tenant: settings.tenant.clone(),
        upstream_name: None,
        source: Arc::new(source),
        fallbacks: Vec::new(),
        cache: store.clone(),
        audit: Arc::new(SlowAudit {
            log: store.clone(),
            delay,
        }),
        ledger: store.clone(),
        switch: store,
        sinks: Vec::new(),
        clock: Arc::new(SystemClock),
        ids: Ids::time_ordered(),
        policy: settings.policy.clone(),
        egress: wire::egress(settings, &screening),
        screening,
        pseudonyms: wire::pseudonyms(settings, &bench.store).expect("a key"),
        keep_text: settings.keep_text,
        keys: ConversationKeyring::random(Arc::new(bench.store.clone())),
        subject_key: subject_key::load_or_create(&settings.store).expect("a key"),
        resilience: Resilience::default(),
        strict_audit: settings.audit_strict,
    })
}
