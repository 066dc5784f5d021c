//! One process of the gateway after the other, over the same stores and the same upstream.
//!
//! A process that dies loses its ports: whatever it still wants of them never comes back. So its
//! tasks stand still for ever, as those of a dead process do, without the runtime being stopped
//! under the others.

use std::cell::Cell;
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use agent_assist_app::conversation_keys::ConversationKeyring;
use agent_assist_app::egress::EgressCheck;
use agent_assist_app::fallbacks::Fallback;
use agent_assist_app::fetch::{Allowance, FetchParts, FetchService, Resilience};
use agent_assist_app::ids::Ids;
use agent_assist_app::person_keys::PersonKeys;
use agent_assist_app::pseudonyms::Pseudonyms;
use agent_assist_domain::batch::Batch;
use agent_assist_domain::cache::SubjectKey;
use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::person::EpochKey;
use agent_assist_domain::pii::Scanner;
use agent_assist_domain::ports::{
    Priority, RecommendationSource, SourceError, SourceProfile, SourceQuery,
};
use agent_assist_domain::recommendation::Origin;
use agent_assist_domain::screening::{Screening, ScreeningPolicy};
use agent_assist_domain::time::Deadline;
use agent_assist_genesys::{Credentials, GenesysConfig, GenesysSource, Jitter};
use agent_assist_testkit::memory::{MemoryConversationKeys, MemoryPersons};
use async_trait::async_trait;
use tokio::task::AbortHandle;
use tokio::time::{Duration, Instant};

use crate::chance::Chance;
use crate::setting::Setting;
use crate::stores::Stores;
use crate::trace::{Asked, Event, Question, Trace};
use crate::upstream::{Line, Upstream};

/// Knowledge sources that stand in for those asked for.
const STAND_IN: &str = "kb-stand-in";

tokio::task_local! {
    /// The request on whose behalf a task runs.
    pub(crate) static ASKER: Asker;
    /// The question that a task asks.
    pub(crate) static QUESTION: usize;
}

/// What all processes of a run share.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) setting: Setting,
    pub(crate) trace: Arc<Trace>,
    pub(crate) chance: Chance,
    pub(crate) stores: Stores,
    pub(crate) upstream: Upstream,
    /// Identifiers given out.
    ids: AtomicUsize,
    questions: AtomicUsize,
}

impl World {
    pub(crate) fn new(setting: Setting, chance: Chance) -> Arc<Self> {
        Arc::new(Self {
            upstream: Upstream::new(&setting),
            setting,
            trace: Arc::new(Trace::new()),
            chance,
            stores: Stores::default(),
            ids: AtomicUsize::new(0),
            questions: AtomicUsize::new(0),
        })
    }
}

/// A request whose identifier is not known before it has been handed in.
#[derive(Debug)]
pub(crate) struct Asker {
    pub(crate) request: usize,
    pub(crate) process: usize,
    pub(crate) conversation: String,
    pub(crate) timeout: Duration,
    pub(crate) has_id: Cell<bool>,
}

/// Whether a process is alive.
#[derive(Clone, Debug)]
pub(crate) struct Pulse(Arc<AtomicBool>);

impl Pulse {
    /// Returns at once while the process lives, and never after its death.
    pub(crate) async fn beats(&self) {
        if !self.0.load(Ordering::SeqCst) {
            pending::<()>().await;
        }
    }
}

/// A process.
#[derive(Debug)]
pub(crate) struct Process {
    pub(crate) number: usize,
    pub(crate) service: FetchService,
    pub(crate) callers: Vec<AbortHandle>,
    pulse: Pulse,
    world: Arc<World>,
}

impl Process {
    /// Starts process `number`.
    pub(crate) fn start(number: usize, world: &Arc<World>) -> Self {
        let pulse = Pulse(Arc::new(AtomicBool::new(true)));
        world.trace.remark(format!("process {number} starts"));
        Self {
            number,
            service: FetchService::new(parts(number, world, &pulse)),
            callers: Vec::new(),
            pulse,
            world: Arc::clone(world),
        }
    }

    /// Dies in the middle of whatever it does.
    pub(crate) fn crash(&mut self) {
        self.pulse.0.store(false, Ordering::SeqCst);
        for caller in self.callers.drain(..) {
            caller.abort();
        }
        self.world.trace.note(Event::Crashed(self.number));
    }
}

fn parts(process: usize, world: &Arc<World>, pulse: &Pulse) -> FetchParts {
    let setting = &world.setting;
    let source = Arc::new(source(process, world, pulse));
    let tap = |source: Arc<dyn RecommendationSource>, fallback| Tap {
        source,
        process,
        fallback,
        world: Arc::clone(world),
        pulse: pulse.clone(),
    };
    let mut fallbacks = Vec::new();
    if setting.stand_in_sources && setting.dialect == Dialect::Recommendations {
        fallbacks.push(Fallback {
            source: Arc::new(tap(source.clone(), true)),
            knowledge_source_ids: vec![STAND_IN.to_owned()],
            origin: Origin::FallbackSources,
        });
    }
    if setting.knowledge_search {
        let bases = vec!["base-1".to_owned(), "base-2".to_owned()];
        fallbacks.push(Fallback {
            source: Arc::new(tap(Arc::new(source.knowledge_search(bases)), true)),
            knowledge_source_ids: Vec::new(),
            origin: Origin::KnowledgeSearch,
        });
    }
    let asked = Arc::clone(&source);
    let allowance = Allowance::new(move || {
        let budget = asked.rate_budget();
        budget.iter().map(|token| token.allowed_per_minute).sum()
    });
    let ports = world.stores.ports(world, pulse);
    FetchParts {
        tenant: crate::TENANT.to_owned(),
        upstream_name: None,
        source: Arc::new(tap(source, false)),
        fallbacks,
        cache: ports.cache,
        audit: ports.audit,
        ledger: ports.ledger,
        switch: ports.switch,
        sinks: Vec::new(),
        clock: world.trace.clone(),
        ids: ids(world),
        policy: ScreeningPolicy::for_dialect(setting.dialect),
        screening: Screening::new(),
        keys: ConversationKeyring::new(Arc::new(MemoryConversationKeys::default()), || {
            Some([7; 32])
        }),
        pseudonyms: Pseudonyms::random(
            crate::TENANT,
            Arc::new(MemoryPersons::default()),
            PersonKeys::of(EpochKey::new(1, [7; 32])),
            world.trace.clone(),
        ),
        keep_text: false,
        egress: EgressCheck::new(Scanner::new(), 1, || 0.0),
        subject_key: SubjectKey::new([7; 32]),
        resilience: Resilience {
            freshness: setting.freshness,
            breaker: setting.breaker,
            pause: setting.pause,
            allowance,
        },
        strict_audit: setting.strict_audit,
    }
}

fn source(process: usize, world: &Arc<World>, pulse: &Pulse) -> GenesysSource {
    let setting = &world.setting;
    let credentials = Credentials::ClientCredentials {
        client_id: "client".to_owned(),
        client_secret: "secret".into(),
    };
    let config = GenesysConfig {
        requests_per_minute: setting.requests_per_minute,
        token_pool: setting.tokens,
        max_pages: 3,
        ..GenesysConfig::new(
            "https://api.upstream.test".parse().unwrap(),
            "https://login.upstream.test".parse().unwrap(),
            credentials,
            setting.dialect,
        )
    };
    let line = Line::new(process, Arc::clone(world), pulse.clone());
    let chance = Arc::clone(world);
    let jitter = Jitter::new(move || chance.chance.fraction());
    GenesysSource::new(config, Arc::new(line), world.trace.clone(), jitter)
}

/// Identifiers in a row. The first that is made on behalf of a request is the request's own, and is
/// made when it arrives.
fn ids(world: &Arc<World>) -> Ids {
    let world = Arc::clone(world);
    Ids::new(move || {
        let id = format!("id-{}", world.ids.fetch_add(1, Ordering::SeqCst));
        // Nobody asks for a renewal.
        let _ = ASKER.try_with(|asker| {
            if !asker.has_id.replace(true) {
                world.trace.note(Event::Asked(Asked {
                    request: asker.request,
                    process: asker.process,
                    id: id.clone(),
                    conversation: asker.conversation.clone(),
                    deadline: world.trace.time_of(Instant::now() + asker.timeout),
                }));
            }
        });
        id
    })
}

/// A source that says what it is asked, so that what is sent can be told by question.
#[derive(Debug)]
struct Tap {
    source: Arc<dyn RecommendationSource>,
    process: usize,
    fallback: bool,
    world: Arc<World>,
    pulse: Pulse,
}

#[async_trait]
impl RecommendationSource for Tap {
    fn profile(&self) -> SourceProfile {
        self.source.profile()
    }

    async fn fetch(&self, query: &SourceQuery, deadline: Deadline) -> Result<Batch, SourceError> {
        self.pulse.beats().await;
        let trace = &self.world.trace;
        let number = self.world.questions.fetch_add(1, Ordering::SeqCst);
        trace.note(Event::Question(Question {
            number,
            process: self.process,
            conversation: query.conversation_id.clone(),
            background: query.priority == Priority::Background,
            fallback: self.fallback,
            deadline: trace.time_of(deadline.instant().into()),
        }));
        let asking = self.source.fetch(query, deadline);
        QUESTION.scope(number, asking).await
    }
}
