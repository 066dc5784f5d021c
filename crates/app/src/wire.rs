//! Puts the program together from its settings: the one place that names adapters.
//!
//! A team with a backend of its own writes another such function, or fills
//! [`FetchParts`] in its own `main`.

mod access;
mod checkpoints;
mod error;
mod events;
mod streams;
mod telemetry;

pub use self::access::{access, admin_recorder, denials, keys};
pub use self::checkpoints::{key_change, open_store_to_hand_over};
pub use self::error::WireError;
pub use self::events::{deliverer, events, follow, reporter, reporter_of, sink, webhook_to};
pub use self::streams::streams;
pub use self::telemetry::{Telemetry, TelemetryError, telemetry};
pub use agent_assist_genesys::{
    ENGAGEMENT_PERMISSION, GenesysSource, HttpOptions, Probe, TokenBudget, region,
};
pub use agent_assist_sqlite::{
    Archive, ArchiveFault, Archived, AuditEnd, Cell, Found, Manifest, NoQuestion, Question,
    QuestionError, Refusal, Room, Signing, SqliteStore, VerifiedArchive, verify_archive,
};

mod webhook;

use std::sync::Arc;

use agent_assist_domain::ports::{
    AnalyticsSink, AuditLog, Clock, Persons as _, RecommendationSource, SourceProfile, StoreError,
};
use agent_assist_domain::recommendation::Origin;
use agent_assist_domain::screening::Screening;
use agent_assist_genesys::{Credentials, GenesysConfig, HttpTransport, Jitter};

use crate::assist::AssistService;
use crate::clock::SystemClock;
use crate::conversation_keys::ConversationKeyring;
use crate::egress::EgressCheck;
use crate::engage::{EngageParts, EngageService};
use crate::erase::{EraseParts, EraseService};
use crate::error::Chain;
use crate::events::{Bell, RingingLog, register, switch_forwarding};
use crate::fallbacks::Fallback;
use crate::fetch::{Allowance, FetchParts, FetchService, Resilience};
use crate::holds::HoldService;
use crate::ids::Ids;
use crate::person_keys::PersonKeys;
use crate::pseudonyms::Pseudonyms;
use crate::reading::ReadingService;
use crate::reconcile::{ReconcileParts, ReconcileService};
use crate::recorder::Recorder;
use crate::report::{ReportParts, ReportService};
use crate::retention::RetentionService;
use crate::settings::{CredentialSettings, FallbackSettings, Secret, Settings};
use crate::subject_key;

/// The use cases over the real adapters.
#[derive(Clone, Debug)]
pub struct Gateway {
    /// Fetches recommendations.
    pub fetch: FetchService,
    /// Records what became of them.
    pub engage: EngageService,
    /// What both find personal data with. It is large: whoever needs one beside them shares it.
    pub screening: Screening,
    /// Rings when there is something new for the sinks of the settings; see [`deliverer`].
    pub bell: Bell,
}

/// Opens the store of `settings`, making it on first use, and ends on record what programs that
/// ended suddenly have left open there. Sinks that are new in the settings, and an upstream that is to be
/// told of engagements, hear of what happens from now on.
///
/// # Errors
/// If it cannot be opened.
pub async fn open_store(settings: &Settings) -> Result<SqliteStore, WireError> {
    open_store_as(settings, checkpoints::signing(settings)?).await
}

async fn open_store_as(
    settings: &Settings,
    signing: Option<Signing>,
) -> Result<SqliteStore, WireError> {
    let opened = match signing {
        Some(signing) => SqliteStore::open_signing(&settings.store, signing).await,
        None => SqliteStore::open(&settings.store).await,
    };
    let store = opened.map_err(WireError::Store)?;
    register_receivers(settings, &store)
        .await
        .map_err(WireError::Store)?;
    match store.settle(clock().now()).await {
        Ok(0) => {}
        Ok(intents) => tracing::warn!(
            intents,
            "a program ended before what it had announced; the audit log says that the outcome is \
             unknown"
        ),
        // Whoever opens the store next will try again.
        Err(error) => {
            tracing::warn!(error = %Chain(&error), "what was left open in the audit log stays so");
        }
    }
    Ok(store)
}

/// Lets sinks that are new in `settings`, and an upstream that is to be told of engagements, hear of what
/// happens in `store` from now on.
///
/// # Errors
/// If the store fails.
pub async fn register_receivers(
    settings: &Settings,
    store: &SqliteStore,
) -> Result<(), StoreError> {
    let (tenant, told) = (&settings.tenant, settings.tells_upstream());
    register(store, store, tenant, settings.analytics.sinks()).await?;
    switch_forwarding(store, store, store, tenant, told, clock().now()).await
}

/// Opens the store of `settings` to read it; it must be there, and nothing in it changes.
///
/// # Errors
/// If it cannot be opened.
pub async fn open_store_to_read(settings: &Settings) -> Result<SqliteStore, WireError> {
    SqliteStore::open_read_only(&settings.store)
        .await
        .map_err(WireError::Store)
}

/// Why a reading of the store cannot be recorded in it.
#[derive(Debug, thiserror::Error)]
pub enum NotRecordable {
    /// It is a copy, which is better left as it is.
    #[error("the store is a copy: no file with its log's head stands beside it")]
    Copy,
    /// It cannot be written to.
    #[error("the store cannot be written to")]
    Store(#[source] StoreError),
}

/// Opens the store of `settings`, which is there, to record that it was read. Nothing else is done to
/// it.
///
/// # Errors
/// If it is a copy or cannot be written to.
pub async fn open_store_to_record(settings: &Settings) -> Result<SqliteStore, NotRecordable> {
    let in_use = SqliteStore::is_in_use(&settings.store).await;
    if !in_use.map_err(NotRecordable::Store)? {
        return Err(NotRecordable::Copy);
    }
    SqliteStore::open(&settings.store)
        .await
        .map_err(NotRecordable::Store)
}

/// Records readings of the log in `store`; what looks like personal data to `screening` is not told.
pub fn reading(settings: &Settings, store: &SqliteStore, screening: &Screening) -> ReadingService {
    ReadingService::new(
        settings.tenant.clone(),
        Arc::new(store.clone()),
        clock(),
        Ids::time_ordered(),
        screening.scanner().clone(),
    )
}

/// The upstream as `settings` describe it.
///
/// # Errors
/// If a setting is missing or the HTTP client cannot be built.
pub fn upstream(settings: &Settings) -> Result<GenesysSource, WireError> {
    let upstream = &settings.upstream;
    let missing = |setting, how| WireError::Missing { setting, how };
    let api_base = upstream.api_base.clone().ok_or_else(|| {
        missing(
            "upstream.region",
            "set GENESYSCLOUD_REGION, or --api-base for a gateway",
        )
    })?;
    let login_base = upstream.login_base.clone().ok_or_else(|| {
        missing(
            "upstream.login_base",
            "set GENESYSCLOUD_REGION, or --login-base",
        )
    })?;
    let credentials = credentials(&upstream.credentials)?;
    let config = GenesysConfig {
        send_intents: upstream.send_intents,
        max_pages: upstream.max_pages,
        token_pool: upstream.token_pool,
        requests_per_minute: upstream.requests_per_minute,
        app_requests_per_minute: upstream.app_requests_per_minute,
        ..GenesysConfig::new(api_base, login_base, credentials, settings.dialect)
    };
    let transport = HttpTransport::new(&upstream.http).map_err(WireError::Transport)?;
    Ok(GenesysSource::new(
        config,
        Arc::new(transport),
        clock(),
        Jitter::new(fastrand::f64),
    ))
}

fn credentials(settings: &CredentialSettings) -> Result<Credentials, WireError> {
    let read = |setting, secret: &Secret| {
        secret
            .read()
            .map_err(|cause| secret_unreadable(setting, cause))
    };
    if let Some(token) = &settings.access_token {
        let token = read("upstream.access_token_file", token)?;
        return Ok(Credentials::AccessToken(token));
    }
    match (&settings.client_id, &settings.client_secret) {
        (Some(client_id), Some(secret)) => Ok(Credentials::ClientCredentials {
            client_id: client_id.clone(),
            client_secret: read("upstream.client_secret_file", secret)?,
        }),
        _ => Err(WireError::Missing {
            setting: "upstream.client_id",
            how: "set GENESYSCLOUD_OAUTHCLIENT_ID and GENESYSCLOUD_OAUTHCLIENT_SECRET, or \
                  GENESYSCLOUD_ACCESS_TOKEN",
        }),
    }
}

fn secret_unreadable(setting: impl Into<String>, cause: std::io::Error) -> WireError {
    WireError::Secret {
        setting: setting.into(),
        cause,
    }
}

/// Whom a gateway asks.
#[derive(Clone, Debug)]
pub struct Upstream {
    /// First.
    pub source: Arc<dyn RecommendationSource>,
    /// When that fails, one after the other.
    pub fallbacks: Vec<Fallback>,
    /// How many requests a minute it allows.
    pub allowance: Allowance,
}

/// Any source, without a fallback.
impl<S: RecommendationSource> From<S> for Upstream {
    fn from(source: S) -> Self {
        Self {
            source: Arc::new(source),
            fallbacks: Vec::new(),
            allowance: Allowance::default(),
        }
    }
}

/// `source` with the fallbacks that `settings` name.
pub fn with_fallbacks(settings: &Settings, source: &Arc<GenesysSource>) -> Upstream {
    let FallbackSettings {
        knowledge_sources,
        knowledge_bases,
    } = &settings.fallback;
    let mut fallbacks = Vec::new();
    if !knowledge_sources.is_empty() {
        fallbacks.push(Fallback {
            source: source.clone(),
            knowledge_source_ids: knowledge_sources.clone(),
            origin: Origin::FallbackSources,
        });
    }
    if !knowledge_bases.is_empty() {
        fallbacks.push(Fallback {
            source: Arc::new(source.knowledge_search(knowledge_bases.clone())),
            knowledge_source_ids: Vec::new(),
            origin: Origin::KnowledgeSearch,
        });
    }
    let asked = Arc::clone(source);
    let app = settings.upstream.app_requests_per_minute;
    Upstream {
        source: source.clone(),
        fallbacks,
        allowance: Allowance::new(move || {
            let tokens = asked.rate_budget();
            let allowed: u32 = tokens.iter().map(|token| token.allowed_per_minute).sum();
            allowed.min(app)
        }),
    }
}

/// The gateway over `store`, asking `upstream` and telling `sinks` of every outcome.
///
/// # Errors
/// If a key of the store or the policy cannot be used.
pub fn gateway(
    settings: &Settings,
    store: &SqliteStore,
    upstream: impl Into<Upstream>,
    sinks: Vec<Arc<dyn AnalyticsSink>>,
) -> Result<Gateway, WireError> {
    let Upstream {
        source,
        fallbacks,
        allowance,
    } = upstream.into();
    let ids = Ids::time_ordered();
    let screening = screening(settings)?;
    let egress = egress(settings, &screening);
    let pseudonyms = pseudonyms(settings, store)?;
    let shared = Arc::new(store.clone());
    let bell = Bell::default();
    let audit = Arc::new(RingingLog::new(shared.clone(), bell.clone()));
    let resilience = Resilience {
        freshness: settings.freshness,
        breaker: settings.breaker,
        pause: settings.pause,
        allowance,
    };
    Ok(Gateway {
        fetch: FetchService::new(FetchParts {
            tenant: settings.tenant.clone(),
            upstream_name: Some(name_in_keys(settings, &source.profile())),
            source,
            fallbacks,
            cache: shared.clone(),
            audit: audit.clone(),
            ledger: shared.clone(),
            switch: shared,
            sinks: sinks.clone(),
            clock: clock(),
            ids,
            policy: settings.policy.clone(),
            screening: screening.clone(),
            keys: ConversationKeyring::random(Arc::new(store.clone())),
            pseudonyms: pseudonyms.clone(),
            keep_text: settings.keep_text,
            egress: egress.clone(),
            subject_key: subject_key::load_or_create(&settings.store).map_err(WireError::Key)?,
            resilience,
            strict_audit: settings.audit_strict,
        }),
        engage: engaging(settings, store, audit, sinks, egress, pseudonyms),
        screening,
        bell,
    })
}

/// What the upstream is called in cache keys. How far it is read belongs to it: another bound gives
/// another answer.
fn name_in_keys(settings: &Settings, profile: &SourceProfile) -> String {
    let name = settings.upstream.name.as_deref().unwrap_or(&profile.origin);
    format!("{name}, at most {} pages", settings.upstream.max_pages)
}

/// What finds personal data, as `settings` describe it. It remembers what it found clean, under a key of
/// this process.
///
/// # Errors
/// If the policy cannot be put into effect.
pub fn screening(settings: &Settings) -> Result<Screening, WireError> {
    let screening =
        Screening::with_policy(settings.pii.policy.clone()).map_err(WireError::Policy)?;
    let mut key = [0; 16];
    Ok(match getrandom::fill(&mut key) {
        Ok(()) => screening.remembering(key),
        // To look at everything again is slower, and no less safe.
        Err(_) => screening,
    })
}

/// The second look at finished bytes, as `settings` describe it, with what `screening` finds.
pub fn egress(settings: &Settings, screening: &Screening) -> EgressCheck {
    let scanner = screening.scanner().clone();
    EgressCheck::new(scanner, settings.pii.egress_sample, fastrand::f64)
}

/// Records in `store` what became of recommendations, telling `sinks`; needs no upstream.
///
/// # Errors
/// If a key of the store or the policy cannot be used.
pub fn engage(
    settings: &Settings,
    store: &SqliteStore,
    sinks: Vec<Arc<dyn AnalyticsSink>>,
) -> Result<EngageService, WireError> {
    let egress = egress(settings, &screening(settings)?);
    let pseudonyms = pseudonyms(settings, store)?;
    let audit = Arc::new(store.clone());
    Ok(engaging(settings, store, audit, sinks, egress, pseudonyms))
}

fn engaging(
    settings: &Settings,
    store: &SqliteStore,
    audit: Arc<dyn AuditLog>,
    sinks: Vec<Arc<dyn AnalyticsSink>>,
    egress: EgressCheck,
    pseudonyms: Pseudonyms,
) -> EngageService {
    EngageService::new(EngageParts {
        tenant: settings.tenant.clone(),
        dialect: settings.dialect,
        ledger: Arc::new(store.clone()),
        recorder: Recorder::new(audit, sinks)
            .guarded_by(egress)
            .naming(pseudonyms),
        clock: clock(),
        ids: Ids::time_ordered(),
    })
}

/// Reports on `store`.
pub fn report(settings: &Settings, store: &SqliteStore) -> ReportService {
    let store = Arc::new(store.clone());
    ReportService::new(ReportParts {
        tenant: settings.tenant.clone(),
        trail: store.clone(),
        ledger: store,
        clock: clock(),
        by_agent: settings.report_by_agent,
    })
}

/// Compares what is counted in `store` with what the upstream behind `source` counts.
pub fn reconcile(
    settings: &Settings,
    store: &SqliteStore,
    source: &GenesysSource,
) -> ReconcileService {
    let store = Arc::new(store.clone());
    ReconcileService::new(ReconcileParts {
        tenant: settings.tenant.clone(),
        ledger: store.clone(),
        outbox: store,
        counts: Arc::new(source.counts()),
        told: settings.tells_upstream(),
        clock: clock(),
    })
}

/// What stands for people in records of `store`, under the key beside it, which is made on first use.
///
/// # Errors
/// If the key cannot be used.
pub fn pseudonyms(settings: &Settings, store: &SqliteStore) -> Result<Pseudonyms, WireError> {
    let keys = PersonKeys::load_or_create(&settings.store).map_err(WireError::Key)?;
    Ok(naming(settings, store, keys))
}

/// The same for those who only ask: the key must be there.
///
/// # Errors
/// If the key is not there or cannot be used.
pub fn whois(settings: &Settings, store: &SqliteStore) -> Result<Pseudonyms, WireError> {
    let keys = PersonKeys::load(&settings.store).map_err(WireError::Key)?;
    Ok(naming(settings, store, keys))
}

fn naming(settings: &Settings, store: &SqliteStore, keys: PersonKeys) -> Pseudonyms {
    Pseudonyms::random(
        settings.tenant.clone(),
        Arc::new(store.clone()),
        keys,
        clock(),
    )
}

/// Begins another epoch of pseudonyms of `store`, and says which.
///
/// # Errors
/// If the store cannot be read or the key file cannot be used.
pub async fn new_epoch(settings: &Settings, store: &SqliteStore) -> Result<u32, WireError> {
    let keys = PersonKeys::load_or_create(&settings.store).map_err(WireError::Key)?;
    let known = store.epochs().await.map_err(WireError::Store)?;
    let last = known.last().map_or(0, |(epoch, _)| *epoch);
    let keys = keys.begin_epoch(&settings.store, last);
    keys.map(|keys| keys.current().epoch())
        .map_err(WireError::Key)
}

/// Erases conversations and people in `store`.
///
/// # Errors
/// If the key of people cannot be used.
pub fn erase(settings: &Settings, store: &SqliteStore) -> Result<EraseService, WireError> {
    let ids = Ids::time_ordered();
    let pseudonyms = pseudonyms(settings, store)?;
    let store = Arc::new(store.clone());
    Ok(EraseService::new(EraseParts {
        tenant: settings.tenant.clone(),
        trail: store.clone(),
        recorder: Recorder::new(store.clone(), Vec::new()),
        pseudonyms,
        keys: store.clone(),
        holds: store.clone(),
        cache: store,
        clock: clock(),
        ids,
    }))
}

/// Switches assist off and on in `store`, for the tenant of `settings`.
pub fn assist(settings: &Settings, store: &SqliteStore) -> AssistService {
    let ids = Ids::time_ordered();
    let store = Arc::new(store.clone());
    let recorder = Recorder::new(store.clone(), Vec::new());
    AssistService::new(settings.tenant.clone(), store, recorder, clock(), ids)
}

/// Orders and ends legal holds in `store`, for the tenant of `settings`.
///
/// # Errors
/// If the policy on personal data cannot be put into effect.
pub fn holds(settings: &Settings, store: &SqliteStore) -> Result<HoldService, WireError> {
    let ids = Ids::time_ordered();
    let scanner = screening(settings)?.scanner().clone();
    let store = Arc::new(store.clone());
    let recorder = Recorder::new(store.clone(), Vec::new());
    let tenant = settings.tenant.clone();
    Ok(HoldService::new(
        tenant,
        store,
        recorder,
        scanner,
        clock(),
        ids,
    ))
}

/// Archives old records of `store`, as `settings` say.
pub fn retention(settings: &Settings, store: &SqliteStore) -> RetentionService {
    RetentionService::new(
        settings.tenant.clone(),
        store.clone(),
        settings.retention.archives.clone(),
        settings.retention.policy,
        clock(),
        Ids::time_ordered(),
    )
}

/// How much room there is on the disk of `store`, and how much is written.
///
/// # Errors
/// If the store or its disk cannot be looked at.
pub async fn room(store: &SqliteStore) -> Result<Room, StoreError> {
    store.room(clock().now()).await
}

/// The wall clock.
pub fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}
