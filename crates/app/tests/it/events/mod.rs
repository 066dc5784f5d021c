//! Events from the audit log to those who want to hear of them: in order, none lost, none that was not
//! wanted, and at no cost to anybody else.

mod counting;
mod delivery;
mod forwarding;
mod kills;
mod samples;

use std::collections::{BTreeSet, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use agent_assist_app::egress::EgressCheck;
use agent_assist_app::events::{
    Bell, Delivered, Deliverer, EventParts, EventService, EventSink, Types, register,
};
use agent_assist_app::export::uid;
use agent_assist_domain::analytics::AnalyticsEvent;
use agent_assist_domain::assist::SwitchScope;
use agent_assist_domain::audit::{
    AuditEntry, AuditFact, AuditFilter, AuditOrder, AuditQuery, AuditRecord, ConsistencyPath,
    InclusionPath, LogHead, Seq, StoredCheckpoint, Subject, SwitchFacts, Verification,
};
use agent_assist_domain::pii::Policy;
use agent_assist_domain::ports::{
    AnalyticsSink, AuditLog, AuditTrail, Outbox, SinkError, SinkErrorKind, StoreError,
};
use agent_assist_domain::time::Timestamp;
use agent_assist_testkit::ManualClock;
use agent_assist_testkit::build::{TENANT, switch_off};
use agent_assist_testkit::memory::{MemoryAuditLog, MemoryOutbox};
use async_trait::async_trait;
use tokio::time::Instant;

use crate::harness::every_byte;

/// What the sink of these tests is called.
const SINK: &str = "webhook/test";

/// Longer than any lease.
const LEASE_OVER: Duration = Duration::from_secs(121);

/// Longer than any wait for another attempt.
const RETRY_OVER: Duration = Duration::from_secs(29 * 3_600);

/// A receiver that keeps what arrives, and answers as told.
#[derive(Debug, Default)]
struct Receiver {
    arrived: Mutex<Vec<(String, Option<Seq>, String)>>,
    answers: Mutex<VecDeque<Answer>>,
    attempts: AtomicU64,
}

/// How a receiver answers an attempt. It takes the event where nothing is said.
#[derive(Clone, Copy, Debug)]
enum Answer {
    Refuses(SinkErrorKind),
    RefusesFor(Duration),
    /// It has the event, and nobody hears of it.
    TakesAndFails,
    Hangs,
}

impl Receiver {
    fn answers(&self, answers: impl IntoIterator<Item = Answer>) {
        self.answers.lock().expect("answers").extend(answers);
    }

    fn arrived(&self) -> Vec<String> {
        let arrived = self.arrived.lock().expect("events");
        arrived.iter().map(|(id, ..)| id.clone()).collect()
    }

    fn bodies(&self) -> Vec<String> {
        let arrived = self.arrived.lock().expect("events");
        arrived.iter().map(|(.., body)| body.clone()).collect()
    }

    fn attempts(&self) -> u64 {
        self.attempts.load(Ordering::SeqCst)
    }

    fn take(&self, event: &AnalyticsEvent) {
        let taken = (event.id().to_owned(), event.seq(), event.to_json());
        self.arrived.lock().expect("events").push(taken);
    }
}

#[async_trait]
impl AnalyticsSink for Receiver {
    async fn publish(&self, event: &AnalyticsEvent) -> Result<(), SinkError> {
        self.attempts.fetch_add(1, Ordering::SeqCst);
        let refused = |kind| SinkError::new(kind, "status 503");
        // Somebody may be killed here, and behind.
        tokio::task::yield_now().await;
        let answer = self.answers.lock().expect("answers").pop_front();
        match answer {
            Some(Answer::Refuses(kind)) => Err(refused(kind)),
            Some(Answer::RefusesFor(wait)) => {
                Err(refused(SinkErrorKind::NotNow).with_retry_after(Some(wait)))
            }
            Some(Answer::Hangs) => std::future::pending().await,
            Some(Answer::TakesAndFails) => {
                self.take(event);
                Err(refused(SinkErrorKind::NotNow))
            }
            None => {
                self.take(event);
                tokio::task::yield_now().await;
                Ok(())
            }
        }
    }
}

/// An audit log from which old records were deleted, or into which a hand has written.
#[derive(Debug, Default)]
struct Trail {
    log: MemoryAuditLog,
    kept_from: AtomicU64,
    tainted: AtomicU64,
}

impl Trail {
    fn seen(&self, mut record: AuditRecord) -> Option<AuditRecord> {
        if record.seq == self.tainted.load(Ordering::SeqCst) {
            record.entry = r#"{"note":"write to joe@example.com"}"#.to_owned();
        }
        (record.seq >= self.kept_from.load(Ordering::SeqCst)).then_some(record)
    }
}

#[async_trait]
impl AuditTrail for Trail {
    async fn page(&self, query: &AuditQuery) -> Result<Vec<AuditRecord>, StoreError> {
        let from = self.kept_from.load(Ordering::SeqCst).saturating_sub(1);
        let query = match query.order {
            AuditOrder::OldestFirst => AuditQuery {
                after: query.after.max(Some(from)),
                ..query.clone()
            },
            AuditOrder::NewestFirst | AuditOrder::EarliestFirst => query.clone(),
        };
        let page = self.log.page(&query).await?;
        Ok(page
            .into_iter()
            .filter_map(|record| self.seen(record))
            .collect())
    }

    async fn get(&self, seq: Seq) -> Result<Option<AuditRecord>, StoreError> {
        let record = self.log.get(seq).await?;
        Ok(record.and_then(|record| self.seen(record)))
    }

    async fn verify(&self, claims: &[LogHead]) -> Result<Verification, StoreError> {
        self.log.verify(claims).await
    }

    async fn prove(&self, seq: Seq, size: u64) -> Result<Option<InclusionPath>, StoreError> {
        self.log.prove(seq, size).await
    }

    async fn prove_consistency(
        &self,
        from: u64,
        to: u64,
    ) -> Result<Option<ConsistencyPath>, StoreError> {
        self.log.prove_consistency(from, to).await
    }

    async fn checkpoints(
        &self,
        after: u64,
        limit: u32,
    ) -> Result<Vec<StoredCheckpoint>, StoreError> {
        self.log.checkpoints(after, limit).await
    }

    async fn newest_checkpoint(&self, size: u64) -> Result<Option<StoredCheckpoint>, StoreError> {
        self.log.newest_checkpoint(size).await
    }
}

#[async_trait]
impl AuditLog for Trail {
    async fn append(&self, entry: &AuditEntry) -> Result<Seq, StoreError> {
        self.log.append(entry).await
    }
}

/// A log, a sink and all between them.
struct Bench {
    trail: Arc<Trail>,
    outbox: Arc<dyn Outbox>,
    clock: Arc<ManualClock>,
    receiver: Arc<Receiver>,
    types: Types,
    bell: Bell,
    appended: AtomicU64,
}

impl Bench {
    async fn new() -> Self {
        Self::over(Arc::new(MemoryOutbox::default())).await
    }

    async fn over(outbox: Arc<dyn Outbox>) -> Self {
        let bench = Self {
            trail: Arc::default(),
            outbox,
            clock: Arc::default(),
            receiver: Arc::default(),
            types: Types::ALL,
            bell: Bell::default(),
            appended: AtomicU64::new(0),
        };
        bench.register().await;
        bench
    }

    async fn register(&self) {
        let sinks = [SINK.to_owned()];
        let registered = register(&*self.trail, &*self.outbox, TENANT, sinks).await;
        registered.expect("register");
    }

    async fn append(&self, count: u64) {
        for _ in 0..count {
            self.append_entry(self.entry()).await;
        }
    }

    fn entry(&self) -> AuditEntry {
        let number = self.appended.fetch_add(1, Ordering::SeqCst);
        cheap_entry(&format!("r-{number}"), ManualClock::START)
    }

    async fn append_entry(&self, entry: AuditEntry) {
        self.trail.log.append(&entry).await.expect("append");
        self.bell.ring();
    }

    fn deliverer(&self) -> Deliverer {
        let sink = EventSink {
            name: SINK.to_owned(),
            types: self.types.clone(),
            sink: self.receiver.clone(),
        };
        let parts = EventParts {
            tenant: TENANT.to_owned(),
            trail: self.trail.clone(),
            audit: self.trail.clone(),
            outbox: self.outbox.clone(),
            sinks: vec![sink],
            upstream: None,
            clock: self.clock.clone(),
            egress: last_look(),
            bell: self.bell.clone(),
        };
        Deliverer::new(parts, || 0.5)
    }

    async fn drain(&self) -> Delivered {
        let drained = self.deliverer().drain(Instant::now() + LEASE_OVER).await;
        drained.expect("drain").remove(0)
    }

    fn service(&self) -> EventService {
        EventService::new(
            TENANT.to_owned(),
            self.trail.clone(),
            self.outbox.clone(),
            self.clock.clone(),
            vec![SINK.to_owned()],
            false,
        )
    }

    /// The identifiers of what is to arrive, in order.
    async fn expected(&self) -> Vec<String> {
        ids_in_order(&self.trail.log).await
    }
}

/// An entry that costs little to make: nothing has been screened for it.
fn cheap_entry(request_id: &str, at: Timestamp) -> AuditEntry {
    let off = switch_off(SwitchScope::Everything, at, None);
    AuditEntry {
        at,
        tenant: TENANT.to_owned(),
        request_id: request_id.to_owned(),
        subject: Subject::of_switch(&off.scope),
        fact: AuditFact::AssistSwitched(SwitchFacts::of(&off)),
    }
}

/// Made once: what it looks for takes a while to be prepared.
fn last_look() -> EgressCheck {
    static LOOK: LazyLock<EgressCheck> = LazyLock::new(|| every_byte(Policy::default()));
    LOOK.clone()
}

/// The identifiers of every record of `trail`, in order.
async fn ids_in_order(trail: &dyn AuditTrail) -> Vec<String> {
    let query = AuditQuery {
        filter: AuditFilter::default(),
        order: AuditOrder::OldestFirst,
        after: None,
        limit: u32::MAX,
    };
    let records = trail.page(&query).await.expect("a page");
    records.iter().map(uid).collect()
}

/// `ids` without those that came before, as a receiver sees them that drops repeats.
fn without_repeats(ids: &[String]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    ids.iter().filter(|id| seen.insert(*id)).cloned().collect()
}
