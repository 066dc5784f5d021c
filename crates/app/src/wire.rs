//! Puts the program together from its settings: the one place that names adapters.
//!
//! A team with a backend of its own writes another such function, or fills
//! [`FetchParts`] in its own `main`.

mod events;

pub use self::events::{deliverer, events, follow, sink, webhook_to};
pub use agent_assist_genesys::{GenesysSource, HttpOptions, Probe, TokenBudget, region};
pub use agent_assist_sqlite::{
    Cell, Found, NoQuestion, Question, QuestionError, Refusal, SqliteStore,
};

use std::sync::Arc;

use agent_assist_domain::pii::PolicyError;
use agent_assist_domain::ports::{
    AnalyticsSink, AuditLog, Clock, RecommendationSource, SourceProfile, StoreError,
};
use agent_assist_domain::recommendation::Origin;
use agent_assist_domain::screening::Screening;
use agent_assist_genesys::{
    Credentials, GenesysConfig, HttpTransport, Jitter, TransportBuildError,
};
use agent_assist_webhook::{NoSecret, NoWebhook};

use crate::adopt::AdoptService;
use crate::assist::AssistService;
use crate::clock::SystemClock;
use crate::conversation_keys::ConversationKeyring;
use crate::egress::EgressCheck;
use crate::events::{Bell, RingingLog, register};
use crate::fallbacks::Fallback;
use crate::fetch::{Allowance, FetchParts, FetchService, Resilience};
use crate::ids::Ids;
use crate::recorder::Recorder;
use crate::report::ReportService;
use crate::settings::{CredentialSettings, FallbackSettings, Secret, Settings};
use crate::subject_key::{self, KeyFileError};

/// The program cannot be put together.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// A setting that the upstream needs is missing.
    #[error("{setting} is not set: {how}")]
    Missing {
        /// The setting.
        setting: &'static str,
        /// What to do.
        how: &'static str,
    },
    /// A secret cannot be read from where it should be.
    #[error("{setting} cannot be read")]
    Secret {
        /// The setting.
        setting: String,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// The HTTP client cannot be built.
    #[error("the HTTP client cannot be built")]
    Transport(#[source] TransportBuildError),
    /// The store cannot be used.
    #[error("the store cannot be used")]
    Store(#[source] StoreError),
    /// The store's key cannot be used.
    #[error("the store's key cannot be used")]
    Key(#[source] KeyFileError),
    /// The policy on personal data cannot be put into effect.
    #[error("the policy on personal data cannot be put into effect")]
    Policy(#[source] PolicyError),
    /// A webhook's file holds no secret that can be used.
    #[error("{setting} holds no secret to sign with")]
    WebhookSecret {
        /// The setting.
        setting: String,
        /// What was expected.
        #[source]
        cause: NoSecret,
    },
    /// A webhook cannot be sent to.
    #[error("{setting} cannot be sent to")]
    Webhook {
        /// The setting, or the argument.
        setting: String,
        /// Why.
        #[source]
        cause: NoWebhook,
    },
}

/// The use cases over the real adapters.
#[derive(Debug)]
pub struct Gateway {
    /// Fetches recommendations.
    pub fetch: FetchService,
    /// Records uses.
    pub adopt: AdoptService,
    /// Rings when there is something new for the sinks of the settings; see [`deliverer`].
    pub bell: Bell,
}

/// Opens the store of `settings`, making it on first use. Sinks that are new in the settings hear of
/// what happens from now on.
///
/// # Errors
/// If it cannot be opened.
pub async fn open_store(settings: &Settings) -> Result<SqliteStore, WireError> {
    let store = SqliteStore::open(&settings.store)
        .await
        .map_err(WireError::Store)?;
    register(&store, &store, &settings.tenant, settings.analytics.sinks())
        .await
        .map_err(WireError::Store)?;
    Ok(store)
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
/// If the store's key or the policy cannot be used.
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
            screening,
            keys: ConversationKeyring::random(Arc::new(store.clone())),
            egress: egress.clone(),
            subject_key: subject_key::load_or_create(&settings.store).map_err(WireError::Key)?,
            resilience,
            strict_audit: settings.audit_strict,
        }),
        adopt: adopting(settings, store, audit, sinks, egress),
        bell,
    })
}

/// What the upstream is called in cache keys. How far it is read belongs to it: another bound gives
/// another answer.
fn name_in_keys(settings: &Settings, profile: &SourceProfile) -> String {
    let name = settings.upstream.name.as_deref().unwrap_or(&profile.origin);
    format!("{name}, at most {} pages", settings.upstream.max_pages)
}

/// What finds personal data, as `settings` describe it.
///
/// # Errors
/// If the policy cannot be put into effect.
pub fn screening(settings: &Settings) -> Result<Screening, WireError> {
    Screening::with_policy(settings.pii.policy.clone()).map_err(WireError::Policy)
}

/// The second look at finished bytes, as `settings` describe it, with what `screening` finds.
pub fn egress(settings: &Settings, screening: &Screening) -> EgressCheck {
    let scanner = screening.scanner().clone();
    EgressCheck::new(scanner, settings.pii.egress_sample, fastrand::f64)
}

/// Records uses in `store`, telling `sinks`; needs no upstream.
///
/// # Errors
/// If the policy cannot be put into effect.
pub fn adopt(
    settings: &Settings,
    store: &SqliteStore,
    sinks: Vec<Arc<dyn AnalyticsSink>>,
) -> Result<AdoptService, WireError> {
    let egress = egress(settings, &screening(settings)?);
    let audit = Arc::new(store.clone());
    Ok(adopting(settings, store, audit, sinks, egress))
}

fn adopting(
    settings: &Settings,
    store: &SqliteStore,
    audit: Arc<dyn AuditLog>,
    sinks: Vec<Arc<dyn AnalyticsSink>>,
    egress: EgressCheck,
) -> AdoptService {
    let ids = Ids::time_ordered();
    let store = Arc::new(store.clone());
    let recorder = Recorder::new(audit, sinks).guarded_by(egress);
    AdoptService::new(settings.tenant.clone(), store, recorder, clock(), ids)
}

/// Reports on `store`.
pub fn report(settings: &Settings, store: &SqliteStore) -> ReportService {
    let store = Arc::new(store.clone());
    ReportService::new(settings.tenant.clone(), store.clone(), store)
}

/// Switches assist off and on in `store`, for the tenant of `settings`.
pub fn assist(settings: &Settings, store: &SqliteStore) -> AssistService {
    let ids = Ids::time_ordered();
    let store = Arc::new(store.clone());
    let recorder = Recorder::new(store.clone(), Vec::new());
    AssistService::new(settings.tenant.clone(), store, recorder, clock(), ids)
}

fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock)
}
