//! The server's process: the daemon over a fake upstream, and stores in memory for what streams tell.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use agent_assist_app::access::KeyOrder;
use agent_assist_app::clock::SystemClock;
use agent_assist_app::conversation_keys::ConversationKeyring;
use agent_assist_app::engage::{EngageParts, EngageService};
use agent_assist_app::fetch::{Allowance, FetchOptions, FetchParts, FetchService, Resilience};
use agent_assist_app::ids::Ids;
use agent_assist_app::recorder::Recorder;
use agent_assist_app::settings::{Loaded, Sources};
use agent_assist_app::wire::{self, SqliteStore};
use agent_assist_domain::access::{Limits, Role};
use agent_assist_domain::audit::{Actor, AuditEntry, Seq};
use agent_assist_domain::batch::Batch;
use agent_assist_domain::cache::SubjectKey;
use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::ports::{
    AuditLog, Clock as _, RecommendationSource, SourceError, SourceProfile, SourceQuery, StoreError,
};
use agent_assist_domain::time::Deadline;
use agent_assist_http::{Config, Daemon, Services, Signals, Sockets};
use agent_assist_testkit::build::{batch, recommendation};
use agent_assist_testkit::memory::{MemoryCache, MemoryConversationKeys, MemoryLedger};
use async_trait::async_trait;
use tempfile::TempDir;

use crate::stamp;

const SERVE: &str = "--serve-at";

/// The server, as whoever started it sees it.
pub(crate) struct Process {
    child: Child,
    pub(crate) address: String,
    pub(crate) key: String,
    _place: TempDir,
}

/// Of a process, in MiB.
pub(crate) struct Memory {
    pub(crate) resident: u64,
    pub(crate) peak: u64,
}

impl Process {
    pub(crate) fn start() -> Self {
        let place = tempfile::tempdir().expect("a directory");
        let own = std::env::current_exe().expect("a program");
        let mut child = Command::new(own)
            .arg(SERVE)
            .arg(place.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it starts");
        let mut line = String::new();
        let out = child.stdout.take().expect("a pipe");
        BufReader::new(out)
            .read_line(&mut line)
            .expect("it is ready");
        let (address, key) = line.trim().split_once(' ').expect("an address and a key");
        Self {
            child,
            address: address.to_owned(),
            key: key.to_owned(),
            _place: place,
        }
    }

    pub(crate) fn memory(&self) -> Memory {
        let path = format!("/proc/{}/status", self.child.id());
        let status = std::fs::read_to_string(path).expect("a process of Linux");
        let mebibytes = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let kibibytes =
                line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
            kibibytes.expect("a size").div_ceil(1024)
        };
        Memory {
            resident: mebibytes("VmRSS:"),
            peak: mebibytes("VmHWM:"),
        }
    }
}

/// Ends it, whatever has become of what was measured.
impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where this process is to serve, if it is the one that does.
pub(crate) fn place(words: &[String]) -> Option<PathBuf> {
    let at = words.iter().position(|word| word == SERVE)?;
    words.get(at + 1).map(PathBuf::from)
}

/// Serves until it is killed.
pub(crate) fn run(place: &Path) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let loaded = load(place);
        let store = wire::open_store(&loaded.settings).await.expect("a store");
        let daemon = daemon(&loaded, &store).await;
        let order = KeyOrder {
            name: "load".to_owned(),
            role: Role::Agent,
            limits: Limits::default(),
            lasts: None,
        };
        let screening = wire::screening(&loaded.settings).expect("a policy");
        let keys = wire::keys(&loaded.settings, &store, &screening);
        let key = keys.issue(order, &Actor::default()).await.expect("a key");
        println!("{} {}", daemon.address(), &*key.secret);
        daemon.run(Signals::default()).await;
    });
    ExitCode::SUCCESS
}

fn load(place: &Path) -> Loaded {
    let store = place.join("store.db").display().to_string();
    let flag = |name, value: &str| (name, value.to_owned(), "-");
    let flags = vec![
        ("store", store, "-"),
        flag("dialect", "recommendations"),
        flag("upstream.api_base", "http://127.0.0.1:9"),
        flag("upstream.client_id", "nobody"),
        flag("upstream.client_secret", "nothing"),
        flag("serve.listen", "127.0.0.1:0"),
        flag("serve.admin_listen", "127.0.0.1:0"),
        flag("serve.requests_per_minute", "100000"),
        flag("serve.max_connections", "8192"),
        flag("serve.max_streams_per_key", "4096"),
        // Watched, an answer is asked for anew after four fifths of that.
        flag("cache.ttl", "1250ms"),
    ];
    let sources = Sources {
        flags,
        ..Sources::default()
    };
    sources.load().expect("settings")
}

async fn daemon(loaded: &Loaded, store: &SqliteStore) -> Daemon {
    let settings = &loaded.settings;
    let screening = wire::screening(settings).expect("a policy");
    let audit = Arc::new(Unkept::default());
    let pseudonyms = wire::pseudonyms(settings, store).expect("a key");
    let fetch = FetchService::new(FetchParts {
        tenant: settings.tenant.clone(),
        upstream_name: None,
        source: Arc::new(Stamping),
        fallbacks: Vec::new(),
        cache: Arc::<MemoryCache>::default(),
        audit: audit.clone(),
        ledger: Arc::<MemoryLedger>::default(),
        switch: Arc::new(store.clone()),
        sinks: Vec::new(),
        clock: wire::clock(),
        ids: Ids::time_ordered(),
        policy: settings.policy.clone(),
        screening: screening.clone(),
        keys: ConversationKeyring::random(Arc::<MemoryConversationKeys>::default()),
        pseudonyms: pseudonyms.clone(),
        keep_text: false,
        egress: wire::egress(settings, &screening),
        subject_key: SubjectKey::new([7; 32]),
        resilience: Resilience {
            freshness: settings.freshness,
            breaker: settings.breaker,
            pause: settings.pause,
            allowance: Allowance::new(|| 1_000_000),
        },
        strict_audit: false,
    });
    let options = FetchOptions {
        timeout: Duration::from_secs(3),
        use_cache: true,
    };
    let services = Services {
        tenant: settings.tenant.clone(),
        streams: wire::streams(settings, &fetch, options),
        fetch,
        options,
        platform_sources: Vec::new(),
        engage: EngageService::new(EngageParts {
            tenant: settings.tenant.clone(),
            dialect: Dialect::Recommendations,
            ledger: Arc::new(store.clone()),
            recorder: Recorder::new(audit, Vec::new()).naming(pseudonyms),
            clock: wire::clock(),
            ids: Ids::time_ordered(),
        }),
        report: wire::report(settings, store),
        trail: Arc::new(store.clone()),
        reading: wire::reading(settings, store, &screening),
        assist: wire::assist(settings, store),
        access: wire::access(settings, store).expect("a key of tokens"),
        denials: wire::denials(settings, store, &screening),
        admin: wire::admin_recorder(settings, store),
        egress: wire::egress(settings, &screening),
        shown: loaded.show(),
        log_level: None,
        clock: wire::clock(),
        ids: Ids::time_ordered(),
        scanner: screening.scanner().clone(),
    };
    let config = Config {
        settings: settings.serve.clone(),
        metrics: agent_assist_http::install_metrics(None),
        sockets: Sockets::default(),
    };
    Daemon::bind(config, services).await.expect("free ports")
}

/// A log that keeps nothing: what a durable record costs is measured by itself, and no store writes two
/// thousand conversations a second for long.
#[derive(Debug, Default)]
struct Unkept(AtomicU64);

#[async_trait]
impl AuditLog for Unkept {
    async fn append(&self, _: &AuditEntry) -> Result<Seq, StoreError> {
        Ok(self.0.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

/// Gives something new whenever it is asked: the same advice, with the time in it.
#[derive(Debug)]
struct Stamping;

#[async_trait]
impl RecommendationSource for Stamping {
    fn profile(&self) -> SourceProfile {
        SourceProfile::new(Dialect::Recommendations, Arc::from("https://upstream.test"))
    }

    async fn fetch(&self, _: &SourceQuery, _: Deadline) -> Result<Batch, SourceError> {
        let text = format!(
            "The customer asks whether the part can be sent back. It can, within thirty days, in its \
             box and with the receipt; the way back is free of charge where it came broken. {}",
            stamp::write(SystemClock.now())
        );
        let advice = recommendation("r-1").texts("Sending something back", &text);
        Ok(batch([advice]))
    }
}
