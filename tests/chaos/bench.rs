//! The gateway over the sandbox, put together as in the program.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use agent_assist_app::fetch::{FetchError, FetchOptions, FetchOutcome, FetchService};
use agent_assist_app::settings::{Settings, Sources};
use agent_assist_app::wire::{self, SqliteStore};
use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::payload::{RawField, RawRequest};
use agent_assist_sandbox::{JournalEntry, Sandbox, SandboxConfig};
use tempfile::TempDir;
use tokio::time::{Instant, sleep, timeout};

/// Longest wait for a state that must come.
const PATIENCE: Duration = Duration::from_secs(20);

/// The largest limit of a request.
const MAX_LIMIT: usize = agent_assist_domain::payload::MAX_LIMIT as usize;

/// Further settings: name and value.
pub(crate) type Setting = (&'static str, String);

/// No circuit breaker, for rows in which most calls are to fail: each is then judged by itself.
pub(crate) fn without_breaker() -> [Setting; 2] {
    [
        ("breaker.failures", "100".to_owned()),
        ("breaker.failure_rate", "1".to_owned()),
    ]
}

/// A gateway over a sandbox of its own, with a store of its own.
#[derive(Debug)]
pub(crate) struct Bench {
    pub(crate) sandbox: Arc<Sandbox>,
    pub(crate) settings: Settings,
    pub(crate) store: SqliteStore,
    pub(crate) fetch: FetchService,
    _folder: TempDir,
}

/// One request and what became of it.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) at: Instant,
    pub(crate) took: Duration,
    pub(crate) outcome: Result<FetchOutcome, FetchError>,
}

impl Bench {
    /// One of `dialect`, with `further` settings. The upstream's allowance is beyond what any row
    /// needs: rows are about other limits.
    pub(crate) async fn start(
        dialect: Dialect,
        further: impl IntoIterator<Item = Setting>,
    ) -> Self {
        let sandbox = Sandbox::start(SandboxConfig {
            requests_per_minute: 1_000_000,
            application_requests_per_minute: 1_000_000,
            ..SandboxConfig::default()
        });
        let sandbox = Arc::new(sandbox.await.expect("a sandbox"));
        let folder = folder().expect("a folder");
        let store = folder.path().join("agent-assist.db");
        let ready = sandbox.ready();
        let text = str::to_owned;
        let mut given = vec![
            ("dialect", text(dialect.as_str())),
            ("store", store.display().to_string()),
            ("upstream.api_base", text(sandbox.base_url())),
            ("upstream.client_id", ready.client_id.clone()),
            ("upstream.client_secret", ready.client_secret.clone()),
            ("upstream.requests_per_minute", text("100000")),
            ("upstream.app_requests_per_minute", text("100000")),
        ];
        given.extend(further);
        let settings = settings(given);
        let store = wire::open_store(&settings).await.expect("a store");
        let source = wire::upstream(&settings).expect("an upstream");
        let upstream = wire::with_fallbacks(&settings, &Arc::new(source));
        let gateway = wire::gateway(&settings, &store, upstream, Vec::new());
        Self {
            sandbox,
            fetch: gateway.expect("a gateway").fetch,
            settings,
            store,
            _folder: folder,
        }
    }

    /// Puts fault rules in force.
    pub(crate) fn faults<R: AsRef<str>>(&self, rules: impl IntoIterator<Item = R>) {
        for rule in rules {
            let rule = rule.as_ref();
            let parsed = rule
                .parse()
                .unwrap_or_else(|error| panic!("{rule}: {error}"));
            self.sandbox.add_fault(parsed);
        }
    }

    /// A request in a session of its own. In the recommendations dialect, requests of different
    /// numbers are different questions; the first 300 of them bring something.
    pub(crate) fn question(&self, n: usize) -> RawRequest {
        let ready = self.sandbox.ready();
        let conversations = self.conversations();
        let (round, conversation) = (n / conversations.len(), n % conversations.len());
        let sources = ready.knowledge_sources.iter();
        RawRequest {
            session_id: RawField::Text(format!("session-{n}")),
            conversation_id: RawField::Text(conversations[conversation].to_owned()),
            knowledge_source_ids: sources.map(|id| RawField::Text(id.clone())).collect(),
            limit: RawField::Number((1 + round % MAX_LIMIT) as f64),
            offset: RawField::Number((round / MAX_LIMIT) as f64),
            min_relevance: RawField::Number(0.0),
            ..RawRequest::default()
        }
    }

    /// The conversations that the assistant knows something of: all but the last.
    pub(crate) fn conversations(&self) -> Vec<&str> {
        let all = &self.sandbox.ready().conversations;
        let known = &all[..all.len() - 1];
        known.iter().map(|conversation| &*conversation.id).collect()
    }

    /// Options as the command line would take them.
    pub(crate) fn options(&self) -> FetchOptions {
        FetchOptions {
            timeout: self.settings.fetch_timeout,
            use_cache: true,
        }
    }

    /// Puts `raw` to the gateway.
    pub(crate) async fn ask(&self, raw: RawRequest, options: FetchOptions) -> Asked {
        ask(&self.fetch, raw, options).await
    }

    /// Puts `raw` to the gateway, past the cache.
    pub(crate) async fn ask_anew(&self, raw: RawRequest) -> Asked {
        let options = FetchOptions {
            use_cache: false,
            ..self.options()
        };
        self.ask(raw, options).await
    }

    /// The requests that `route` has had.
    pub(crate) fn requests(&self, route: &str) -> usize {
        let counts = self.sandbox.request_counts();
        counts.get(route).copied().unwrap_or_default() as usize
    }

    /// The journal's entries of `route`.
    pub(crate) fn journal(&self, route: &str) -> Vec<JournalEntry> {
        let mut entries = self.sandbox.journal();
        entries.retain(|entry| entry.route == route);
        entries
    }

    /// Waits until `reached`.
    pub(crate) async fn until(&self, what: &str, reached: impl Fn(&Self) -> bool) {
        let waited = timeout(PATIENCE, async {
            while !reached(self) {
                sleep(Duration::from_millis(2)).await;
            }
        });
        assert!(waited.await.is_ok(), "never came: {what}");
    }
}

/// Puts `raw` to `service`.
pub(crate) async fn ask(service: &FetchService, raw: RawRequest, options: FetchOptions) -> Asked {
    let at = Instant::now();
    let outcome = service.fetch(raw, options).await;
    Asked {
        at,
        took: at.elapsed(),
        outcome,
    }
}

/// Where stores are: in the folder that `TMPDIR` names, else in memory where the system has such a
/// folder. Rows are about the upstream, not about how many records a second a disk takes, which
/// `TMPDIR` is to judge.
pub(crate) fn parent() -> PathBuf {
    let memory = Path::new("/dev/shm");
    match std::env::var_os("TMPDIR") {
        None if memory.is_dir() => memory.to_owned(),
        _ => std::env::temp_dir(),
    }
}

fn folder() -> std::io::Result<TempDir> {
    tempfile::tempdir_in(parent()).or_else(|_| tempfile::tempdir())
}

fn settings(given: Vec<Setting>) -> Settings {
    let variable = |name: &str| format!("AGENT_ASSIST_{}", name.to_uppercase().replace('.', "__"));
    let given = given.into_iter();
    let environment: BTreeMap<String, String> =
        given.map(|(name, value)| (variable(name), value)).collect();
    let sources = Sources {
        environment,
        ..Sources::default()
    };
    sources.load().expect("settings").settings
}
