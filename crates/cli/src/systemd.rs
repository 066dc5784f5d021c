//! What a supervisor of services gives the daemon, and what it is told: sockets that are open already
//! (`LISTEN_FDS`), and when the daemon is ready, alive and about to end (`NOTIFY_SOCKET`). Without one
//! nothing is given and nothing told.

use agent_assist_http::Sockets;
use tokio_util::sync::CancellationToken;

/// Sockets that were opened for this process: the first to be asked at, the second to be operated at.
///
/// # Errors
/// If one of them is no TCP socket that listens, or there are more.
#[cfg(unix)]
pub(crate) fn sockets() -> std::io::Result<Sockets> {
    let mut given = listenfd::ListenFd::from_env();
    if given.len() > 2 {
        return Err(std::io::Error::other("more than two sockets were passed"));
    }
    Ok(Sockets {
        api: given.take_tcp_listener(0)?,
        admin: given.take_tcp_listener(1)?,
    })
}

/// Nobody opens any here.
#[cfg(not(unix))]
pub(crate) fn sockets() -> std::io::Result<Sockets> {
    Ok(Sockets::default())
}

/// Runs the daemon and tells the supervisor of it: that it is ready, as often as it asks for that it is
/// alive, and once `end` is cancelled that it is about to end.
#[cfg(unix)]
pub(crate) async fn attended<T>(run: impl Future<Output = T>, end: &CancellationToken) -> T {
    use sd_notify::NotifyState;

    let herald = Herald::new();
    herald.tell(NotifyState::Ready);
    let stopping = async {
        end.cancelled().await;
        herald.tell(NotifyState::Stopping);
        std::future::pending::<std::convert::Infallible>().await
    };
    let alive = async {
        let Some(within) = sd_notify::watchdog_enabled() else {
            return std::future::pending::<std::convert::Infallible>().await;
        };
        // Twice as often as it asks for, as its manual advises. Also until the very end: whoever drains
        // is alive.
        let mut beat = tokio::time::interval(within / 2);
        loop {
            beat.tick().await;
            herald.tell(NotifyState::Watchdog);
        }
    };
    tokio::select! {
        ended = run => ended,
        never = stopping => match never {},
        never = alive => match never {},
    }
}

/// Nobody listens here.
#[cfg(not(unix))]
pub(crate) async fn attended<T>(run: impl Future<Output = T>, _end: &CancellationToken) -> T {
    run.await
}

/// Tells the supervisor, from a thread that nobody waits for: one that does not listen lets whoever tells
/// it something wait, and that is no reason to stop.
#[cfg(unix)]
struct Herald(std::sync::mpsc::SyncSender<sd_notify::NotifyState<'static>>);

#[cfg(unix)]
impl Herald {
    /// More than there is to be said at once. What does not fit is left out.
    const UNHEARD: usize = 8;

    fn new() -> Self {
        let (sender, states) = std::sync::mpsc::sync_channel(Self::UNHEARD);
        let tell = move || {
            for state in states {
                if let Err(error) = sd_notify::notify(&[state]) {
                    tracing::warn!(%error, "the supervisor cannot be told how the daemon stands");
                }
            }
        };
        let thread = std::thread::Builder::new().name("supervisor".to_owned());
        if let Err(error) = thread.spawn(tell) {
            tracing::warn!(%error, "the supervisor is not told how the daemon stands");
        }
        Self(sender)
    }

    fn tell(&self, state: sd_notify::NotifyState<'static>) {
        let _ = self.0.try_send(state);
    }
}
