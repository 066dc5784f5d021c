//! `agent-assist serve`: the daemon, from its settings to its end.

mod household;
mod parts;
mod reloading;
mod watching;

use std::time::Duration;

use agent_assist_app::daemon_lock::DaemonLockError;
use agent_assist_app::error::Chain;
use agent_assist_app::settings::{Settings, Sources};
use agent_assist_app::wire::{self, TelemetryError};
use agent_assist_http::{
    BindError, Config, Daemon, Ended, LATENCY_BOUNDS, Signals, install_metrics,
};
use agent_assist_sandbox::Sandbox;
use serde::Serialize;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::household::Household;
use self::reloading::{Reloading, Triggers};
use self::watching::Watching;
use crate::args::{Global, ServeArgs};
use crate::delivery::Delivery;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Printer;
use crate::signals::{Hangups, Stops};
use crate::{session, systemd};

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
    let unheard = |error| Failure::unexpected("signals cannot be awaited", &error);
    let stops = stops.map_err(unheard)?;
    let hangups = Hangups::listen().map_err(unheard)?;
    if global.tenant.is_some() {
        return Err(
            Failure::usage("the daemon serves every tenant of its settings")
                .advise("leave out --tenant"),
        );
    }
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
    let started = Started {
        sources,
        watched: args.watch,
        stops,
        hangups,
    };
    let served = serve(started, sandbox.as_ref(), printer).await;
    if let Some(sandbox) = sandbox {
        sandbox.shutdown().await;
    }
    served
}

/// How it was started.
struct Started {
    sources: Sources,
    watched: bool,
    stops: Stops,
    hangups: Hangups,
}

async fn serve(
    started: Started,
    sandbox: Option<&Sandbox>,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let sockets = systemd::sockets();
    let sockets = sockets.map_err(|error| {
        Failure::usage(format!(
            "the sockets that were passed cannot be used: {error}"
        ))
    })?;
    let loaded = session::load_all(&started.sources, printer)?;
    let actor = session::actor(&started.sources);
    let (household, _locks, first) = Household::open(loaded, &actor).await?;
    let settings = &household.loaded.settings;
    let telemetry = wire::telemetry(settings)?;
    let deliveries: Vec<Delivery> = household
        .tenants
        .iter()
        .map(|parts| {
            let bell = parts.gateway.bell.clone();
            let settings = &parts.loaded.settings;
            Delivery::new(settings, &parts.store, bell, Some(&parts.source), printer)
        })
        .collect();
    let config = Config {
        settings: settings.serve.clone(),
        metrics: install_metrics(telemetry.recorder(&LATENCY_BOUNDS)),
        sockets,
    };
    let daemon = Daemon::bind(config, household.served()?).await?;
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
    let watching = match started.watched {
        true => Some(Watching::begin(reloading::files(&started.sources, &household)).await),
        false => None,
    };
    let succession = daemon.succession();
    let triggers = Triggers {
        hangups: started.hangups,
        orders: succession.orders(),
        watching,
    };
    let herald = systemd::Herald::new();
    let reloading = Reloading {
        actor,
        herald: herald.clone(),
        sources: started.sources,
        succession,
        household,
        delivering: deliveries.into_iter().map(Delivery::start).collect(),
        retiring: TaskTracker::new(),
    };
    announce(&ready, printer);
    let ending = CancellationToken::new();
    let reloading = tokio::spawn(reloading.run(triggers, ending.clone()));
    let signals = started.stops.into_signals();
    let end_now = signals.end_now.clone();
    let end = signals.end.clone();
    let ended = systemd::attended(daemon.run(signals), &herald, &end).await;
    ending.cancel();
    let running = reloading.await;
    let running = running.map_err(|error| Failure::unexpected("a bug", &error))?;
    let rest = async {
        let mut deliveries = Vec::new();
        running.retire(LINGER).await;
        for delivering in running.delivering {
            deliveries.push(delivering.stop().await);
        }
        let household = running.household;
        for parts in &household.tenants {
            parts.gateway.fetch.shut_down(LINGER).await;
        }
        if let Err(error) = household.flush().await {
            printer.note(&format!("warning: {}", Chain(&error)));
        }
        for delivery in deliveries {
            delivery.finish(printer).await;
        }
        telemetry.shut_down().await;
        // The heads of the audit logs are signed here.
        household.close().await;
    };
    // All of it is made good by the next start, or by any other program that opens the store.
    let ended = end_now
        .run_until_cancelled(rest)
        .await
        .map_or(Ended::Cut, |()| ended);
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
