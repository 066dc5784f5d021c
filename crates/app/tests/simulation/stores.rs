//! The stores that all processes share: the reference implementations of testkit, failing and slow
//! by chance. What they take in is noted the moment it is there.

use std::sync::Arc;
use std::time::Duration;

use agent_assist_domain::adoption::{
    By, EngagementEvent, Exposure, GroupTally, Item, ItemKey, LedgerScope, Recorded,
};
use agent_assist_domain::assist::{Off, SwitchChange};
use agent_assist_domain::audit::{AuditEntry, Seq};
use agent_assist_domain::cache::{AnswerKey, CacheEntry, CacheRow, CacheScope, CacheStats};
use agent_assist_domain::ports::{
    AssistSwitch, AuditLog, EngagementLedger, RecommendationCache, StoreError, StoreErrorKind,
};
use agent_assist_domain::time::Timestamp;
use agent_assist_testkit::faulty::{
    Calls, Faults, FaultyAssistSwitch, FaultyAudit, FaultyCache, FaultyLedger,
};
use agent_assist_testkit::memory::{MemoryAssistSwitch, MemoryAuditLog, MemoryCache, MemoryLedger};
use async_trait::async_trait;
use tokio::time::sleep;

use crate::process::{Pulse, World};
use crate::trace::Event;

/// How reliable a store is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Temper {
    /// The share of calls that fail.
    pub(crate) failing: f64,
    /// The share of calls that take long, up to twice this time.
    pub(crate) slow: f64,
    /// How long.
    pub(crate) delay: Duration,
}

impl Temper {
    /// Whether every call is done at once.
    pub(crate) fn is_steady(&self) -> bool {
        self.failing == 0.0 && self.slow == 0.0
    }
}

/// What is kept.
#[derive(Debug, Default)]
pub(crate) struct Stores {
    cache: Arc<MemoryCache>,
    audit: Arc<MemoryAuditLog>,
    ledger: Arc<MemoryLedger>,
    pub(crate) switch: Arc<MemoryAssistSwitch>,
}

/// The stores as one process sees them.
pub(crate) struct Ports {
    pub(crate) cache: Arc<dyn RecommendationCache>,
    pub(crate) audit: Arc<dyn AuditLog>,
    pub(crate) ledger: Arc<dyn EngagementLedger>,
    pub(crate) switch: Arc<dyn AssistSwitch>,
}

impl Stores {
    /// The stores for the process with this pulse.
    pub(crate) fn ports(&self, world: &Arc<World>, pulse: &Pulse) -> Ports {
        let tempers = world.setting.tempers;
        let of = |temper| Moods {
            temper,
            faults: Faults::default(),
            world: Arc::clone(world),
            pulse: pulse.clone(),
        };
        let (cache, audit) = (of(tempers.cache), of(tempers.audit));
        let (ledger, switch) = (of(tempers.ledger), of(tempers.switch));
        Ports {
            cache: Arc::new(Moody {
                store: FaultyCache::new(self.cache.clone(), cache.faults.clone()),
                moods: cache,
            }),
            audit: Arc::new(Moody {
                store: FaultyAudit::new(self.audit.clone(), audit.faults.clone()),
                moods: audit,
            }),
            ledger: Arc::new(Moody {
                store: FaultyLedger::new(self.ledger.clone(), ledger.faults.clone()),
                moods: ledger,
            }),
            switch: Arc::new(Moody {
                store: FaultyAssistSwitch::new(self.switch.clone(), switch.faults.clone()),
                moods: switch,
            }),
        }
    }
}

/// A faulty store whose faults come and go by chance.
#[derive(Debug)]
struct Moody<S> {
    store: S,
    moods: Moods,
}

#[derive(Debug)]
struct Moods {
    temper: Temper,
    faults: Faults,
    world: Arc<World>,
    pulse: Pulse,
}

impl Moods {
    /// Before a call: it may be held up, and it may be about to fail. Nothing is awaited between
    /// that decision and the call.
    async fn before(&self, operation: &str) {
        self.hold_up(operation).await;
        let kinds = [
            StoreErrorKind::Unavailable,
            StoreErrorKind::Full,
            StoreErrorKind::Corrupt,
        ];
        if self.world.chance.happens(self.temper.failing) {
            let kind = self.world.chance.one_of(&kinds);
            self.world
                .trace
                .remark(format!("{operation} fails: {kind:?}"));
            self.faults.fail_times(1, Calls::All, kind);
        } else {
            self.faults.heal();
        }
    }

    /// After a call: its outcome may take its time, or be lost on the way back.
    async fn after<T>(
        &self,
        operation: &'static str,
        done: Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.hold_up(operation).await;
        if done.is_ok() && self.world.chance.happens(self.temper.failing / 4.0) {
            self.world
                .trace
                .remark(format!("{operation}: outcome lost"));
            return Err(StoreError::new(StoreErrorKind::Other, operation));
        }
        done
    }

    async fn hold_up(&self, operation: &str) {
        self.pulse.beats().await;
        if self.world.chance.happens(self.temper.slow) {
            let delay = self
                .temper
                .delay
                .mul_f64(2.0 * self.world.chance.fraction());
            self.world
                .trace
                .remark(format!("{operation} takes {delay:?}"));
            sleep(delay).await;
            self.pulse.beats().await;
        }
    }

    fn note(&self, event: Event) {
        self.world.trace.note(event);
    }
}

#[async_trait]
impl AuditLog for Moody<FaultyAudit> {
    async fn append(&self, entry: &AuditEntry) -> Result<Seq, StoreError> {
        self.moods.before("audit append").await;
        let done = self.store.append(entry).await;
        if done.is_ok() {
            self.moods.note(Event::Recorded(Box::new(entry.clone())));
        }
        self.moods.after("audit append", done).await
    }
}

#[async_trait]
impl RecommendationCache for Moody<FaultyCache> {
    async fn get(&self, key: &AnswerKey) -> Result<Option<CacheRow>, StoreError> {
        self.moods.before("cache get").await;
        let done = self.store.get(key).await;
        self.moods.after("cache get", done).await
    }

    async fn put(&self, entry: &CacheEntry) -> Result<(), StoreError> {
        self.moods.before("cache put").await;
        let done = self.store.put(entry).await;
        if done.is_ok() {
            let kept = entry.screened.kept().iter();
            self.moods.note(Event::Cached {
                session: entry.session_id.clone(),
                ids: kept
                    .map(|safe| safe.recommendation.id.as_str().to_owned())
                    .collect(),
            });
        }
        self.moods.after("cache put", done).await
    }

    async fn invalidate(&self, scope: &CacheScope) -> Result<u64, StoreError> {
        self.moods.before("cache invalidate").await;
        let done = self.store.invalidate(scope).await;
        self.moods.after("cache invalidate", done).await
    }

    async fn evict(&self, fetched_before: Timestamp) -> Result<u64, StoreError> {
        self.moods.before("cache evict").await;
        let done = self.store.evict(fetched_before).await;
        self.moods.after("cache evict", done).await
    }

    async fn stats(&self) -> Result<CacheStats, StoreError> {
        self.store.stats().await
    }
}

#[async_trait]
impl EngagementLedger for Moody<FaultyLedger> {
    async fn expose(&self, exposures: Vec<Exposure>) -> Result<(), StoreError> {
        self.moods.before("ledger exposure").await;
        let done = self.store.expose(exposures.clone()).await;
        if done.is_ok() {
            for exposure in exposures {
                self.moods.note(Event::Exposed {
                    conversation: exposure.item.conversation_id.clone(),
                    id: exposure.item.recommendation_id.clone(),
                });
            }
        }
        self.moods.after("ledger exposure", done).await
    }

    async fn record(&self, events: &[EngagementEvent]) -> Result<Vec<Recorded>, StoreError> {
        self.store.record(events).await
    }

    async fn item(&self, item: &ItemKey) -> Result<Option<Item>, StoreError> {
        self.store.item(item).await
    }

    async fn tallies(
        &self,
        scope: &LedgerScope,
        by: Option<By>,
    ) -> Result<Vec<GroupTally>, StoreError> {
        self.store.tallies(scope, by).await
    }
}

#[async_trait]
impl AssistSwitch for Moody<FaultyAssistSwitch> {
    async fn off(&self, tenant: &str) -> Result<Vec<Off>, StoreError> {
        self.moods.before("switch read").await;
        let done = self.store.off(tenant).await;
        self.moods.after("switch read", done).await
    }

    async fn set(&self, tenant: &str, change: &SwitchChange) -> Result<bool, StoreError> {
        self.moods.before("switch turn").await;
        let done = self.store.set(tenant, change).await;
        if done.is_ok() {
            self.moods.note(Event::Switched(change.clone()));
        }
        self.moods.after("switch turn", done).await
    }
}
