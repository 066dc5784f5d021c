//! What a supervisor of services gives the daemon, and what it is told: sockets that are open already
//! (`LISTEN_FDS`), and when the daemon is ready, alive, reading its settings anew and about to end
//! (`NOTIFY_SOCKET`). Without one
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

/// Runs the daemon and tells the supervisor of it by `herald`: that it is ready, as often as it asks for that
/// it is alive, and once `end` is cancelled that it is about to end.
#[cfg(unix)]
pub(crate) async fn attended<T>(
    run: impl Future<Output = T>,
    herald: &Herald,
    end: &CancellationToken,
) -> T {
    herald.ready();
    let stopping = async {
        end.cancelled().await;
        herald.tell(Word::Stopping);
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
            herald.tell(Word::Alive);
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
pub(crate) async fn attended<T>(
    run: impl Future<Output = T>,
    _herald: &Herald,
    _end: &CancellationToken,
) -> T {
    run.await
}

/// Tells the supervisor, from a thread that nobody waits for: one that does not listen lets whoever tells
/// it something wait, and that is no reason to stop.
#[cfg(unix)]
#[derive(Clone, Debug)]
pub(crate) struct Herald(std::sync::mpsc::SyncSender<Word>);

/// What there is to tell.
#[cfg(unix)]
#[derive(Clone, Copy, Debug)]
enum Word {
    Ready,
    Alive,
    Reloading,
    Stopping,
}

#[cfg(unix)]
impl Herald {
    /// More than there is to be said at once. What does not fit is left out.
    const UNHEARD: usize = 8;

    /// One that has told nothing yet.
    pub(crate) fn new() -> Self {
        let (sender, words) = std::sync::mpsc::sync_channel(Self::UNHEARD);
        let tell = move || {
            for word in words {
                if let Err(error) = say(word) {
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

    /// The daemon serves, by the settings that it has.
    pub(crate) fn ready(&self) {
        self.tell(Word::Ready);
    }

    /// It reads its settings anew, until it is ready again. It serves meanwhile.
    pub(crate) fn reloading(&self) {
        self.tell(Word::Reloading);
    }

    fn tell(&self, word: Word) {
        let _ = self.0.try_send(word);
    }
}

#[cfg(unix)]
fn say(word: Word) -> std::io::Result<()> {
    use sd_notify::NotifyState;

    match word {
        Word::Ready => sd_notify::notify(&[NotifyState::Ready]),
        Word::Alive => sd_notify::notify(&[NotifyState::Watchdog]),
        // By the time it knows which of its orders this is about.
        Word::Reloading => {
            let now = NotifyState::monotonic_usec_now()?;
            sd_notify::notify(&[NotifyState::Reloading, now])
        }
        Word::Stopping => sd_notify::notify(&[NotifyState::Stopping]),
    }
}

/// Tells nobody.
#[cfg(not(unix))]
#[derive(Clone, Debug)]
pub(crate) struct Herald;

#[cfg(not(unix))]
impl Herald {
    /// Here there is nobody to tell.
    pub(crate) fn new() -> Self {
        Self
    }

    /// Nothing.
    pub(crate) fn ready(&self) {}

    /// Nothing.
    pub(crate) fn reloading(&self) {}
}
