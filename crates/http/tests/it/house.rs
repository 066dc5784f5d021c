//! A daemon with all that belongs to it, and a client.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use agent_assist_app::access::{AccessService, KeyOrder, KeyService, TokenKey};
use agent_assist_app::fetch::FetchOptions;
use agent_assist_app::ids::Ids;
use agent_assist_app::settings::{Loaded, Sources};
use agent_assist_app::wire::{self, SqliteStore};
use agent_assist_domain::access::{Limits, Role};
use agent_assist_domain::audit::{Actor, AuditEvent, AuditFilter, AuditOrder, AuditQuery};
use agent_assist_domain::ports::{AuditTrail as _, Clock};
use agent_assist_http::{
    Config, Daemon, Ended, House as OfDaemon, LogLevel, Served, Services, Signals, Sockets,
    Succession, install_metrics,
};
use agent_assist_sandbox::{Sandbox, SandboxConfig};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

/// A daemon that runs.
pub(crate) struct House {
    pub(crate) sandbox: Sandbox,
    pub(crate) address: SocketAddr,
    pub(crate) admin_address: SocketAddr,
    pub(crate) signals: Signals,
    pub(crate) store: SqliteStore,
    pub(crate) keys: KeyService,
    levels: Arc<Mutex<Vec<&'static str>>>,
    running: JoinHandle<Ended>,
    succession: Succession,
    place: TempDir,
}

/// One of several tenants of a daemon.
pub(crate) struct Quarter {
    pub(crate) name: &'static str,
    pub(crate) sandbox: Sandbox,
    pub(crate) store: SqliteStore,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl House {
    pub(crate) async fn open() -> Self {
        Self::with(&[]).await
    }

    /// With these settings beside those that it needs.
    pub(crate) async fn with(settings: &[(&'static str, &str)]) -> Self {
        Self::timed(settings, wire::clock()).await
    }

    /// And with this clock by which credentials end.
    pub(crate) async fn timed(settings: &[(&'static str, &str)], clock: Arc<dyn Clock>) -> Self {
        let sandbox = Sandbox::start(SandboxConfig::default()).await;
        let sandbox = sandbox.expect("a loopback port is free");
        let place = tempfile::tempdir().expect("a directory");
        let loaded = load(&sandbox, &place, settings);
        let store = wire::open_store(&loaded.settings).await.expect("a store");
        let levels = Arc::default();
        let (daemon, keys) = bind(&loaded, &store, &levels, clock).await;
        Self::running(daemon, sandbox, store, keys, levels, place)
    }

    /// Of the tenants `a` and `b`, each with an upstream of its own. What is the daemon's is the house's.
    pub(crate) async fn of_two() -> (Self, [Quarter; 2]) {
        let sandbox = Sandbox::start(SandboxConfig::default()).await;
        let sandbox = sandbox.expect("a loopback port is free");
        let place = tempfile::tempdir().expect("a directory");
        let [first, second] = ["a", "b"].map(|name| async move {
            let sandbox = Sandbox::start(SandboxConfig::default()).await;
            (name, sandbox.expect("a loopback port is free"))
        });
        let quarters = [first.await, second.await];
        let mut settings = Vec::new();
        for (name, sandbox) in &quarters {
            let ready = sandbox.ready();
            let names: [&'static str; 3] = match *name {
                "a" => [
                    "tenants.a.upstream.api_base",
                    "tenants.a.upstream.client_id",
                    "tenants.a.upstream.client_secret",
                ],
                _ => [
                    "tenants.b.upstream.api_base",
                    "tenants.b.upstream.client_id",
                    "tenants.b.upstream.client_secret",
                ],
            };
            let values = [&ready.base_url, &ready.client_id, &ready.client_secret];
            settings.extend(names.into_iter().zip(values.map(String::as_str)));
        }
        let loaded = load(&sandbox, &place, &settings);
        let store = wire::open_store(&loaded.settings).await.expect("a store");
        let access = wire::access(&loaded.settings, &store).expect("a key of tokens");
        let levels = Arc::default();
        let mut opened = Vec::new();
        let mut services_of = Vec::new();
        for one in loaded.each() {
            let store = wire::open_store(&one.settings).await.expect("a store");
            services_of.push(Services {
                access: access.clone(),
                ..services(one, &store, &levels, wire::clock())
            });
            opened.push(store);
        }
        let screening = wire::screening(&loaded.settings).expect("a policy");
        let of_daemon = OfDaemon {
            denials: wire::denials(&loaded.settings, &store, &screening),
            trail: Arc::new(store.clone()),
        };
        let first = services_of.remove(0);
        let served = Served::several(first, services_of, of_daemon);
        let config = Config {
            settings: loaded.settings.serve.clone(),
            metrics: install_metrics(None),
            sockets: Sockets::default(),
        };
        let daemon = Daemon::bind(config, served).await.expect("free ports");
        let keys = wire::keys(&loaded.settings, &store, &screening);
        let house = Self::running(daemon, sandbox, store, keys, levels, place);
        let mut stores = opened.into_iter();
        let quarters = quarters.map(|(name, sandbox)| Quarter {
            name,
            sandbox,
            store: stores.next().expect("one for each"),
        });
        (house, quarters)
    }

    fn running(
        daemon: Daemon,
        sandbox: Sandbox,
        store: SqliteStore,
        keys: KeyService,
        levels: Arc<Mutex<Vec<&'static str>>>,
        place: TempDir,
    ) -> Self {
        let (address, admin_address) = (daemon.address(), daemon.admin_address());
        let succession = daemon.succession();
        let signals = Signals::default();
        let running = tokio::spawn(daemon.run(signals.clone()));
        Self {
            sandbox,
            address,
            admin_address,
            signals,
            store,
            keys,
            levels,
            running,
            succession,
            place,
        }
    }

    /// From now on with these settings beside those that it needs.
    pub(crate) fn change(&mut self, settings: &[(&'static str, &str)]) {
        let loaded = load(&self.sandbox, &self.place, settings);
        let services = services(&loaded, &self.store, &self.levels, wire::clock());
        let serve = &loaded.settings.serve;
        let successor = self.succession.prepare(serve, services).expect("fit");
        let changed = settings.iter().map(|(name, _)| (*name).to_owned());
        self.succession
            .install(successor, &changed.collect(), "the test");
    }

    /// A key of this role, without limits.
    pub(crate) async fn key(&self, role: Role) -> String {
        self.limited_key(role, Limits::default()).await
    }

    pub(crate) async fn limited_key(&self, role: Role, limits: Limits) -> String {
        let order = KeyOrder {
            name: role.as_str().to_owned(),
            role,
            limits,
            lasts: None,
        };
        let issued = self
            .keys
            .issue(order, &Actor::default())
            .await
            .expect("a key");
        issued.secret.to_string()
    }

    pub(crate) fn conversation(&self, position: usize) -> &str {
        &self.sandbox.ready().conversations[position].id
    }

    /// What the sandbox knows something about.
    pub(crate) fn payload(&self) -> Value {
        json!({
            "conversation_id": self.conversation(0),
            "session_id": "s-1",
            "knowledge_source_ids": self.sandbox.ready().knowledge_sources,
        })
    }

    /// The same as the target of a GET.
    pub(crate) fn target(&self) -> String {
        let sources = self.sandbox.ready().knowledge_sources.iter();
        let sources: Vec<String> = sources
            .map(|id| format!("knowledge_source_id={id}"))
            .collect();
        let conversation = self.conversation(0);
        format!(
            "/v1/conversations/{conversation}/recommendations?session_id=s-1&{}",
            sources.join("&")
        )
    }

    /// Asks for recommendations.
    pub(crate) async fn ask(&self, key: &str, payload: &Value) -> Answer {
        ask_at(self.address, key, payload).await
    }

    pub(crate) async fn post(&self, path: &str, key: &str, body: &Value) -> Answer {
        let body = body.to_string();
        let head = format!("{}content-type: application/json\r\n", bearer(key));
        request(self.address, "POST", path, &head, &body).await
    }

    pub(crate) async fn get(&self, path: &str, key: &str) -> Answer {
        request(self.address, "GET", path, &bearer(key), "").await
    }

    /// Reads the conversation on a connection that asks to stay open, and gives the answer's head.
    pub(crate) async fn exchange_open(&self, head: &str) -> Answer {
        let (at, target) = (self.address, self.target());
        let text = format!("GET {target} HTTP/1.1\r\nhost: {at}\r\n{head}\r\n");
        let mut stream = TcpStream::connect(at).await.expect("somebody listens");
        stream.write_all(text.as_bytes()).await.expect("sent");
        let mut said = Vec::new();
        while !said.windows(4).any(|four| four == b"\r\n\r\n") {
            let read = stream.read_buf(&mut said).await.expect("an answer");
            assert_ne!(read, 0, "hung up on");
        }
        Answer::parse(&String::from_utf8_lossy(&said)).expect("a head")
    }

    pub(crate) async fn admin(&self, path: &str) -> Answer {
        request(self.admin_address, "GET", path, "", "").await
    }

    /// The entries of an event in the audit log.
    pub(crate) async fn entries(&self, event: AuditEvent) -> Vec<Value> {
        let query = AuditQuery {
            filter: AuditFilter {
                events: vec![event],
                ..AuditFilter::default()
            },
            order: AuditOrder::OldestFirst,
            after: None,
            limit: 10,
        };
        let page = self.store.page(&query).await.expect("a page");
        let parse = |entry: String| serde_json::from_str(&entry).expect("JSON");
        page.into_iter().map(|record| parse(record.entry)).collect()
    }

    /// Levels that the log was set to.
    pub(crate) fn levels(&self) -> Vec<&'static str> {
        self.levels.lock().expect("no panic").clone()
    }

    /// How it ends once it is told to.
    pub(crate) async fn ended(self) -> Ended {
        let ended = self.running.await.expect("no panic");
        self.store.close().await;
        ended
    }
}

/// Asks the daemon at `at` for recommendations.
pub(crate) async fn ask_at(at: SocketAddr, key: &str, payload: &Value) -> Answer {
    let head = format!("{}content-type: application/json\r\n", bearer(key));
    request(
        at,
        "POST",
        "/v1/recommendations",
        &head,
        &payload.to_string(),
    )
    .await
}

pub(crate) fn bearer(key: &str) -> String {
    format!("authorization: Bearer {key}\r\n")
}

fn load(sandbox: &Sandbox, place: &TempDir, more: &[(&'static str, &str)]) -> Loaded {
    let ready = sandbox.ready();
    let store = place.path().join("store.db").display().to_string();
    let mut flags = vec![
        ("store", store, "--store"),
        ("dialect", "recommendations".to_owned(), "--dialect"),
        ("upstream.api_base", ready.base_url.clone(), "--api-base"),
        ("upstream.client_id", ready.client_id.clone(), "-"),
        ("upstream.client_secret", ready.client_secret.clone(), "-"),
        ("serve.listen", "127.0.0.1:0".to_owned(), "--listen"),
        (
            "serve.admin_listen",
            "127.0.0.1:0".to_owned(),
            "--admin-listen",
        ),
        ("serve.drain_pause", "0s".to_owned(), "-"),
    ];
    flags.extend(
        more.iter()
            .map(|(name, value)| (*name, (*value).to_owned(), "-")),
    );
    let sources = Sources {
        flags,
        ..Sources::default()
    };
    sources.load().expect("settings")
}

async fn bind(
    loaded: &Loaded,
    store: &SqliteStore,
    levels: &Arc<Mutex<Vec<&'static str>>>,
    clock: Arc<dyn Clock>,
) -> (Daemon, KeyService) {
    let settings = &loaded.settings;
    let config = Config {
        settings: settings.serve.clone(),
        metrics: install_metrics(None),
        sockets: Sockets::default(),
    };
    let services = services(loaded, store, levels, clock);
    let daemon = Daemon::bind(config, services).await.expect("free ports");
    let screening = wire::screening(settings).expect("a policy");
    (daemon, wire::keys(settings, store, &screening))
}

fn services(
    loaded: &Loaded,
    store: &SqliteStore,
    levels: &Arc<Mutex<Vec<&'static str>>>,
    clock: Arc<dyn Clock>,
) -> Services {
    let settings = &loaded.settings;
    let set = Arc::clone(levels);
    let upstream = Arc::new(wire::upstream(settings).expect("an upstream"));
    let upstream = wire::with_fallbacks(settings, &upstream);
    let gateway = wire::gateway(settings, store, upstream, Vec::new()).expect("a gateway");
    let screening = wire::screening(settings).expect("a policy");
    let options = FetchOptions {
        timeout: settings.fetch_timeout,
        use_cache: true,
    };
    let token_key = TokenKey::load_or_create(&settings.store).expect("a key of tokens");
    let keys = Arc::new(store.clone());
    Services {
        tenant: settings.tenant.clone(),
        streams: wire::streams(settings, &gateway.fetch, options),
        fetch: gateway.fetch,
        options,
        platform_sources: settings.serve.knowledge_sources.clone(),
        engage: gateway.engage,
        report: wire::report(settings, store),
        trail: Arc::new(store.clone()),
        reading: wire::reading(settings, store, &screening),
        assist: wire::assist(settings, store),
        access: AccessService::new(keys, Arc::clone(&clock), token_key),
        denials: wire::denials(settings, store, &screening),
        admin: wire::admin_recorder(settings, store),
        egress: wire::egress(settings, &screening),
        shown: loaded.show(),
        log_level: Some(LogLevel::new(move |level| {
            set.lock().expect("no panic").push(level.as_str());
        })),
        clock,
        ids: Ids::time_ordered(),
        scanner: screening.scanner().clone(),
    }
}

/// One request on a connection of its own; `head` holds further headers.
pub(crate) async fn request(
    at: SocketAddr,
    method: &str,
    target: &str,
    head: &str,
    body: &str,
) -> Answer {
    let length = match body {
        "" if method == "GET" => String::new(),
        body => format!("content-length: {}\r\n", body.len()),
    };
    let text = format!(
        "{method} {target} HTTP/1.1\r\nhost: {at}\r\nconnection: close\r\n{length}{head}\r\n{body}"
    );
    let said = exchange(at, text.as_bytes()).await;
    Answer::parse(&said).unwrap_or_else(|| panic!("no answer to {method} {target}: {said:?}"))
}

/// Says `bytes` and gives all that comes back until the other side hangs up.
pub(crate) async fn exchange(at: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(at).await.expect("somebody listens");
    // It may hang up before it has heard everything.
    let _ = stream.write_all(bytes).await;
    let mut said = Vec::new();
    let _ = stream.read_to_end(&mut said).await;
    String::from_utf8_lossy(&said).into_owned()
}

impl Answer {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (head, body) = text.split_once("\r\n\r\n")?;
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some(Self {
            status,
            head: head.to_owned(),
            body: body.to_owned(),
        })
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (said, value) = line.split_once(':')?;
            said.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// The last part of a problem's type.
    pub(crate) fn problem(&self) -> String {
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json"),
            "{self:?}"
        );
        let problem = self.json();
        assert_eq!(problem["status"], self.status, "{self:?}");
        assert_eq!(
            problem["request_id"].as_str(),
            self.header("x-request-id"),
            "{self:?}"
        );
        let kind = problem["type"].as_str().expect("a text");
        let name = kind.strip_prefix("urn:agent-assist:problem:");
        name.expect("a type of ours").to_owned()
    }
}

/// Waits until `done`, giving others their turn: for what happens after an answer.
pub(crate) async fn until(mut done: impl AsyncFnMut() -> bool) {
    let patience = async {
        while !done().await {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), patience)
        .await
        .expect("it never happened");
}
