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
use tokio::net::TcpListener;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::reload::{Addresses, Succession};
use crate::server::{Leave, Listener};
use crate::state::Shared;
use crate::tenants::Served;
use crate::tls::TlsError;

/// Connections of operators at once.
const ADMIN_CONNECTIONS: usize = 64;
/// How the listener of operators ends.
const ADMIN_LEAVE: Leave = Leave {
    pause: Duration::ZERO,
    patience: Duration::from_secs(1),
};

/// How the daemon is set up.
#[derive(Debug)]
pub struct Config {
    /// As the settings say.
    pub settings: ServeSettings,
    /// What has been measured, for `/metrics`; `None` where nobody measures.
    pub metrics: Option<PrometheusHandle>,
    /// Where it listens, if somebody has seen to that already.
    pub sockets: Sockets,
}

/// Sockets that somebody has opened for the daemon. Where there is none it opens one as the settings say.
#[derive(Debug, Default)]
pub struct Sockets {
    /// Where it is asked.
    pub api: Option<std::net::TcpListener>,
    /// Where it is operated.
    pub admin: Option<std::net::TcpListener>,
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
    /// A socket that was opened for it lets others read along.
    #[error(
        "the socket for {setting} is open to other machines at {address}, and nothing is encrypted"
    )]
    Exposed {
        /// The setting that it stands for.
        setting: &'static str,
        /// Its address.
        address: SocketAddr,
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
    succession: Succession,
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
    pub async fn bind(config: Config, served: impl Into<Served>) -> Result<Self, BindError> {
        let Config {
            settings,
            metrics,
            sockets,
        } = config;
        let everybody = served.into().shared(
            |first| Shared::new(first, &settings, metrics),
            Shared::succeeded_by,
        );
        let shared = everybody.first.clone();
        let (socket, address) = open(&settings, Place::Api, sockets.api).await?;
        let (admin_socket, admin_address) = open(&settings, Place::Admin, sockets.admin).await?;
        let at = Addresses {
            api: address,
            admin: admin_address,
        };
        let succession = Succession::begin(&everybody, &settings, at).map_err(BindError::Tls)?;
        let (live, admin_live) = succession.lives();
        let connections = settings.max_connections as usize;
        let api = Listener::new(socket, live, connections);
        let admin = Listener::new(admin_socket, admin_live, ADMIN_CONNECTIONS);
        Ok(Self {
            address,
            admin_address,
            api,
            admin,
            shared,
            succession,
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

    /// Changes what it serves while it runs.
    pub fn succession(&self) -> Succession {
        self.succession.clone()
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
        let broken = shared.broken().clone();
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
            () = broken.cancelled() => Ended::Broken,
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

/// One of the two places where the daemon listens.
#[derive(Clone, Copy, Debug)]
enum Place {
    Api,
    Admin,
}

/// The socket that was `given`, or one as the settings say; with its address.
async fn open(
    settings: &ServeSettings,
    place: Place,
    given: Option<std::net::TcpListener>,
) -> Result<(TcpListener, SocketAddr), BindError> {
    let (setting, address) = match place {
        Place::Api => ("serve.listen", settings.listen),
        Place::Admin => ("serve.admin_listen", settings.admin_listen),
    };
    let unable = |cause| BindError::Address {
        setting,
        address,
        cause,
    };
    let was_given = given.is_some();
    let socket = match given {
        Some(socket) => socket
            .set_nonblocking(true)
            .and_then(|()| TcpListener::from_std(socket)),
        None => TcpListener::bind(address).await,
    };
    let socket = socket.map_err(unable)?;
    let address = socket.local_addr().map_err(unable)?;
    // Of its own address the settings have seen to that.
    if was_given && settings.is_exposed(address) {
        return Err(BindError::Exposed { setting, address });
    }
    Ok((socket, address))
}
