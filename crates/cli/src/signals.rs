//! When the program is asked to end.

/// Listens from now on, and ends once somebody wants us to stop: from the terminal, or from a
/// supervisor of processes.
pub(crate) fn stopped() -> std::io::Result<impl Future<Output = ()>> {
    let mut stops = Stops::listen()?;
    Ok(async move { stops.next().await })
}

/// Every wish that the program end.
#[cfg(unix)]
#[derive(Debug)]
pub(crate) struct Stops {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Stops {
    /// Listens from now on.
    pub(crate) fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// The next one.
    pub(crate) async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Every word that the terminal is gone, which tells a daemon that its settings should be read anew.
#[derive(Debug)]
pub(crate) struct Hangups {
    #[cfg(unix)]
    hangup: tokio::signal::unix::Signal,
}

impl Hangups {
    /// Listens from now on.
    #[cfg(unix)]
    pub(crate) fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let hangup = signal(SignalKind::hangup())?;
        Ok(Self { hangup })
    }

    /// There are none here.
    #[cfg(not(unix))]
    pub(crate) fn listen() -> std::io::Result<Self> {
        Ok(Self {})
    }

    /// The next one.
    pub(crate) async fn next(&mut self) {
        #[cfg(unix)]
        if self.hangup.recv().await.is_some() {
            return;
        }
        std::future::pending::<()>().await;
    }
}

/// Every wish that the program end.
#[cfg(windows)]
#[derive(Debug)]
pub(crate) struct Stops(tokio::signal::windows::CtrlC);

#[cfg(windows)]
impl Stops {
    /// Listens from now on.
    pub(crate) fn listen() -> std::io::Result<Self> {
        tokio::signal::windows::ctrl_c().map(Self)
    }

    /// The next one.
    pub(crate) async fn next(&mut self) {
        self.0.recv().await;
    }
}
