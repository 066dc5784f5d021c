//! Listeners: connections in, requests to a router, and an end that cuts nobody off.
//!
//! Bounds are those of the connection here: how many there are, how long one may take to say what it
//! wants, how long a head may be. What is in a request is judged further in. HTTP/1.1 only: one request
//! at a time a connection, nothing to be multiplexed by those who want to be many.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

/// How long a connection may take until it has said a whole request head; also how long it may stay
/// silent between two requests.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// How long encryption may take to be agreed on.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(5);
/// The longest request head, in bytes.
const MAX_HEAD_BYTES: usize = 16 * 1024;
/// Headers of a request at most.
const MAX_HEADERS: usize = 100;
/// After a connection could not be taken: there may be no file numbers left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Somewhere that requests come from.
pub(crate) struct Listener {
    pub(crate) socket: TcpListener,
    pub(crate) tls: Option<TlsAcceptor>,
    pub(crate) router: Router,
    pub(crate) connections: Arc<Semaphore>,
}

impl Listener {
    /// A listener at `socket`, of at most so many `connections` at once.
    pub(crate) fn new(
        socket: TcpListener,
        tls: Option<TlsAcceptor>,
        router: Router,
        connections: usize,
    ) -> Self {
        Self {
            socket,
            tls,
            router,
            connections: Arc::new(Semaphore::new(connections)),
        }
    }

    /// Serves until `ending`; then connections under way have `patience` to get their answers, and what
    /// is silent is closed. Says whether all got theirs.
    pub(crate) async fn serve(self, ending: &CancellationToken, patience: Duration) -> bool {
        let open = GracefulShutdown::new();
        while let Some((stream, permit)) = self.next(ending).await {
            let connection = Connection {
                tls: self.tls.clone(),
                router: self.router.clone(),
                watcher: open.watcher(),
                _permit: permit,
            };
            tokio::spawn(connection.serve(stream));
        }
        // Nobody waits at a door that stays shut.
        drop(self.socket);
        timeout(patience, open.shutdown()).await.is_ok()
    }

    async fn next(&self, ending: &CancellationToken) -> Option<(TcpStream, OwnedSemaphorePermit)> {
        let next = async {
            let permit = Arc::clone(&self.connections).acquire_owned().await.ok()?;
            loop {
                match self.socket.accept().await {
                    Ok((stream, _)) => return Some((stream, permit)),
                    Err(error) => {
                        tracing::warn!(%error, "a connection cannot be taken");
                        sleep(ACCEPT_PAUSE).await;
                    }
                }
            }
        };
        ending.run_until_cancelled(next).await?
    }
}

/// One connection.
struct Connection {
    tls: Option<TlsAcceptor>,
    router: Router,
    watcher: Watcher,
    /// One of those that there may be at once.
    _permit: OwnedSemaphorePermit,
}

impl Connection {
    async fn serve(self, stream: TcpStream) {
        // Answers are small and somebody waits for each.
        let _ = stream.set_nodelay(true);
        match self.tls.clone() {
            None => self.speak(stream).await,
            Some(tls) => match timeout(HANDSHAKE_TIMEOUT, tls.accept(stream)).await {
                Ok(Ok(stream)) => self.speak(stream).await,
                Ok(Err(error)) => tracing::debug!(%error, "no encryption was agreed on"),
                Err(_) => tracing::debug!("no encryption was agreed on in time"),
            },
        }
    }

    async fn speak(self, stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static) {
        let service = TowerToHyperService::new(self.router);
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .max_buf_size(MAX_HEAD_BYTES)
            .max_headers(MAX_HEADERS)
            .serve_connection(TokioIo::new(stream), service);
        if let Err(error) = self.watcher.watch(connection).await {
            // Whoever hangs up, is too slow or speaks no HTTP.
            tracing::debug!(%error, "a connection ended early");
        }
    }
}
