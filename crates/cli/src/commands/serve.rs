//! `agent-assist serve`: the daemon, from its settings to its end.

use std::sync::Arc;
use std::time::Duration;

use agent_assist_app::access::first_key;
use agent_assist_app::daemon_lock::{DaemonLock, DaemonLockError};
use agent_assist_app::error::Chain;
use agent_assist_app::fetch::FetchOptions;
use agent_assist_app::ids::Ids;
use agent_assist_app::settings::{Loaded, Settings};
use agent_assist_app::wire::{self, Gateway, SqliteStore, TelemetryError};
use agent_assist_domain::audit::Actor;
use agent_assist_domain::screening::Screening;
use agent_assist_http::{
    BindError, Config, Daemon, Ended, LogLevel, Services, Signals, install_metrics,
};
use agent_assist_sandbox::Sandbox;
use serde::Serialize;

use crate::args::{Global, ServeArgs};
use crate::delivery::Delivery;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Printer;
use crate::signals::Stops;
use crate::{session, systemd, tracing_setup};

/// How long renewals under way are waited for at the end.
const LINGER: Duration = Duration::from_millis(500);

/// What is printed once the daemon is ready.
#[derive(Serialize)]
struct Ready {
    url: String,
    admin_url: String,
    pid: u32,
    store: String,
    /// Where the key is that this start has made.
    first_key_file: Option<String>,
}

pub(super) async fn run(
    global: &Global,
    args: ServeArgs,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let stops = Stops::listen();
    let stops = stops.map_err(|error| Failure::unexpected("signals cannot be awaited", &error))?;
    let mut sources = session::sources(global);
    let mut flag = |name, value: Option<String>, flag| {
        sources.flags.extend(value.map(|value| (name, value, flag)));
    };
    flag("serve.listen", args.listen, "--listen");
    flag("serve.admin_listen", args.admin_listen, "--admin-listen");
    // Kept until the end: dropping it stops the upstream.
    let sandbox = match args.sandbox {
        true => Some(session::start_sandbox(&mut sources).await?),
        false => None,
    };
    let loaded = session::load(&sources, printer)?;
    let actor = session::actor(&sources);
    let served = serve(&loaded, &actor, sandbox.as_ref(), stops, printer).await;
    if let Some(sandbox) = sandbox {
        sandbox.shutdown().await;
    }
    served
}

async fn serve(
    loaded: &Loaded,
    actor: &Actor,
    sandbox: Option<&Sandbox>,
    stops: Stops,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let settings = &loaded.settings;
    let sockets = systemd::sockets();
    let sockets = sockets.map_err(|error| {
        Failure::usage(format!(
            "the sockets that were passed cannot be used: {error}"
        ))
    })?;
    // Before anything else is made: who only asks for help with the upstream leaves no store behind.
    let source = Arc::new(wire::upstream(settings)?);
    let upstream = wire::with_fallbacks(settings, &source);
    let store = wire::open_store(settings).await?;
    let _lock = DaemonLock::take(&settings.store)?;
    let telemetry = wire::telemetry(settings)?;
    let metrics = install_metrics();
    let screening = wire::screening(settings)?;
    let keys = wire::keys(settings, &store, &screening);
    let first = first_key(&keys, &settings.store, actor).await?;
    let gateway = wire::gateway(settings, &store, upstream, Vec::new())?;
    let bell = gateway.bell.clone();
    let delivery = Delivery::new(settings, &store, bell, Some(&source), printer);
    let fetch = gateway.fetch.clone();
    let config = Config {
        settings: settings.serve.clone(),
        metrics,
        sockets,
    };
    let services = services(loaded, &store, &screening, gateway)?;
    let denials = services.denials.clone();
    let daemon = Daemon::bind(config, services).await?;
    let ready = Ready {
        url: url(settings, daemon.address()),
        admin_url: url(settings, daemon.admin_address()),
        pid: std::process::id(),
        store: settings.store.display().to_string(),
        first_key_file: first.as_ref().map(|key| key.path.display().to_string()),
    };
    if let Some(path) = &ready.first_key_file {
        printer.note(&format!("made an admin's key; it is in {path}"));
    }
    if let Some(conversation) = sandbox.and_then(|sandbox| sandbox.ready().conversations.first()) {
        printer.note(&format!("try conversation {}", conversation.id));
    }
    announce(&ready, printer);
    let signals = stops.into_signals();
    let end = signals.end.clone();
    let running = systemd::attended(daemon.run(signals), &end);
    let ended = delivery.during(running).await;
    fetch.shut_down(LINGER).await;
    if let Err(error) = denials.flush().await {
        printer.note(&format!("warning: {}", Chain(&error)));
    }
    delivery.finish(printer).await;
    telemetry.shut_down().await;
    store.close().await;
    match ended {
        Ended::Drained => Ok(Exit::Ok),
        Ended::Cut => Err(Failure::new(
            Exit::Unexpected,
            "some requests were cut off before they had an answer",
        )
        .advise("give them longer with serve.drain_timeout")),
        Ended::Broken => Err(Failure::new(
            Exit::Poisoned,
            "a write to the store failed; nothing was acknowledged after that",
        )
        .advise("look into the disk of the store before anything else")),
    }
}

fn announce(ready: &Ready, printer: &Printer) {
    match serde_json::to_string(ready) {
        Ok(line) => printer.data(&line),
        Err(error) => printer.note(&format!(
            "warning: the ready line cannot be written: {error}"
        )),
    }
}

fn url(settings: &Settings, address: std::net::SocketAddr) -> String {
    let scheme = if settings.serve.tls.is_some() {
        "https"
    } else {
        "http"
    };
    format!("{scheme}://{address}")
}

fn services(
    loaded: &Loaded,
    store: &SqliteStore,
    screening: &Screening,
    gateway: Gateway,
) -> Result<Services, Failure> {
    let settings = &loaded.settings;
    Ok(Services {
        tenant: settings.tenant.clone(),
        fetch: gateway.fetch,
        options: FetchOptions {
            timeout: settings.fetch_timeout,
            use_cache: true,
        },
        platform_sources: settings.serve.knowledge_sources.clone(),
        engage: gateway.engage,
        report: wire::report(settings, store),
        trail: Arc::new(store.clone()),
        reading: wire::reading(settings, store, screening),
        assist: wire::assist(settings, store),
        access: wire::access(settings, store)?,
        denials: wire::denials(settings, store, screening),
        admin: wire::admin_recorder(settings, store),
        egress: wire::egress(settings, screening),
        shown: loaded.show(),
        log_level: tracing_setup::level().map(LogLevel::new),
        clock: wire::clock(),
        ids: Ids::time_ordered(),
        scanner: screening.scanner().clone(),
    })
}

impl Stops {
    /// The first ends the daemon, the second at once.
    fn into_signals(mut self) -> Signals {
        let signals = Signals::default();
        let given = signals.clone();
        tokio::spawn(async move {
            self.next().await;
            given.end.cancel();
            self.next().await;
            given.end_now.cancel();
        });
        signals
    }
}

impl From<BindError> for Failure {
    fn from(error: BindError) -> Self {
        let failure = Self::usage(Chain(&error).to_string());
        match error {
            BindError::Address { setting, .. } => {
                failure.advise(format!("name another address with {setting}"))
            }
            BindError::Exposed { .. } => failure.advise(
                "set serve.tls_cert_file and serve.tls_key_file, or say with \
                 serve.behind_tls_proxy = true that a proxy encrypts",
            ),
            BindError::Tls(_) => failure,
        }
    }
}

impl From<TelemetryError> for Failure {
    fn from(error: TelemetryError) -> Self {
        Self::usage(Chain(&error).to_string())
    }
}

impl From<DaemonLockError> for Failure {
    fn from(error: DaemonLockError) -> Self {
        let failure = Self::new(Exit::Store, Chain(&error).to_string());
        match error {
            DaemonLockError::Held(_) => {
                failure.advise("stop it, or name another store with --store")
            }
            DaemonLockError::Io { .. } => failure,
        }
    }
}
