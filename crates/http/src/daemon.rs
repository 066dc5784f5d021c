//! The daemon: its two listeners from the start to the end.
//!
//! The end: it says that it is not ready any more and takes requests on for a pause, each the last of its
//! connection, so that whoever sends them here can notice. Then it takes none, says goodbye to those who
//! listen, gives requests under way their time, and leaves the listener of operators open until then. A
//! second signal, or a store that takes nothing any more, ends it at once.

use std::convert::Infallible;
use std::future::pending;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use agent_assist_app::settings::ServeSettings;
use metrics_exporter_prometheus::PrometheusHandle;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::protect::host::Hosts;
use crate::protect::origin::Origins;
use crate::router::{self, Protection};
use crate::server::{Leave, Listener};
use crate::state::{Services, Shared};
use crate::tls::{self, TlsError};

/// Connections of operators at once.
const ADMIN_CONNECTIONS: usize = 64;
/// How the listener of operators ends.
const ADMIN_LEAVE: Leave = Leave {
    pause: Duration::ZERO,
    patience: Duration::from_secs(1),
};

/// How the daemon is set up.
#[derive(Clone, Debug)]
pub struct Config {
    /// As the settings say.
    pub settings: ServeSettings,
    /// What has been measured, for `/metrics`; `None` where nobody measures.
    pub metrics: Option<PrometheusHandle>,
}

/// The daemon cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// An address cannot be listened at.
    #[error("{setting} {address} cannot be listened at")]
    Address {
        /// The setting.
        setting: &'static str,
        /// The address.
        address: SocketAddr,
        /// Why.
        #[source]
        cause: io::Error,
    },
    /// Encryption cannot be set up.
    #[error(transparent)]
    Tls(TlsError),
}

/// What makes the daemon end. Both are cancelled by whoever started it.
#[derive(Clone, Debug, Default)]
pub struct Signals {
    /// End, and let requests under way have their answers.
    pub end: CancellationToken,
    /// End now.
    pub end_now: CancellationToken,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// All requests got their answers.
    Drained,
    /// Some did not, because the time was over or it had to be at once.
    Cut,
    /// The store takes nothing any more.
    Broken,
}

/// A daemon that listens.
pub struct Daemon {
    api: Listener,
    admin: Listener,
    shared: Shared,
    leave: Leave,
    address: SocketAddr,
    admin_address: SocketAddr,
}

impl std::fmt::Debug for Daemon {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Daemon")
            .field("address", &self.address)
            .field("admin_address", &self.admin_address)
            .finish_non_exhaustive()
    }
}

impl Daemon {
    /// Listens as `config` says; requests are answered once it [runs](Self::run).
    ///
    /// # Errors
    /// If an address cannot be listened at or encryption not be set up.
    pub async fn bind(config: Config, services: Services) -> Result<Self, BindError> {
        let Config { settings, metrics } = config;
        let shared = Shared::new(services, &settings, metrics);
        let tls = settings.tls.as_ref().map(tls::acceptor).transpose();
        let tls = tls.map_err(BindError::Tls)?;
        let protection = |at: SocketAddr| Protection {
            hosts: Hosts::new(at, &settings.allowed_hosts),
            origins: Origins::new(&settings.allowed_origins),
        };
        let (listen, admin_listen) = (settings.listen, settings.admin_listen);
        let router = router::api(&shared, protection(listen), settings.requests_per_minute);
        let connections = settings.max_connections as usize;
        let api = Listener::bind(listen, tls.clone(), router, connections);
        let api = api.await.map_err(cannot_listen("serve.listen", listen))?;
        let router = router::admin(&shared, protection(admin_listen));
        let admin = Listener::bind(admin_listen, tls, router, ADMIN_CONNECTIONS);
        let unable = cannot_listen("serve.admin_listen", admin_listen);
        let admin = admin.await.map_err(unable)?;
        let address_of = |listener: &Listener, setting, address| {
            listener.address().map_err(cannot_listen(setting, address))
        };
        Ok(Self {
            address: address_of(&api, "serve.listen", listen)?,
            admin_address: address_of(&admin, "serve.admin_listen", admin_listen)?,
            api,
            admin,
            shared,
            leave: Leave {
                pause: settings.drain_pause,
                patience: settings.drain_timeout,
            },
        })
    }

    /// Where callers find it.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where operators do.
    pub fn admin_address(&self) -> SocketAddr {
        self.admin_address
    }

    /// What its handlers share.
    pub fn shared(&self) -> &Shared {
        &self.shared
    }

    /// Serves until `signals` say otherwise.
    pub async fn run(self, signals: Signals) -> Ended {
        let Self {
            api,
            admin,
            shared,
            leave,
            ..
        } = self;
        let admin_ending = CancellationToken::new();
        let operators = tokio::spawn({
            let ending = admin_ending.clone();
            async move { admin.serve(&ending, ADMIN_LEAVE).await }
        });
        let broken = async {
            tokio::select! {
                () = shared.broken().cancelled() => {}
                () = shared.services().streams.broken().cancelled() => {}
            }
        };
        let callers = api.serve(shared.closing(), leave);
        let end = async {
            signals.end.cancelled().await;
            shared.ending().cancel();
            sleep(leave.pause).await;
            shared.closing().cancel();
            // From here on `callers` decides.
            pending::<Infallible>().await
        };
        let upkeep = crate::metrics::keep_up(shared.metrics_handle());
        let ended = tokio::select! {
            biased;
            () = broken => Ended::Broken,
            () = signals.end_now.cancelled() => Ended::Cut,
            drained = callers => if drained { Ended::Drained } else { Ended::Cut },
            never = end => match never {},
            never = upkeep => match never {},
        };
        admin_ending.cancel();
        if ended == Ended::Drained {
            // A panic in there is none of ours to pass on.
            let _ = operators.await;
        }
        ended
    }
}

fn cannot_listen(
    setting: &'static str,
    address: SocketAddr,
) -> impl FnOnce(io::Error) -> BindError {
    move |cause| BindError::Address {
        setting,
        address,
        cause,
    }
}
