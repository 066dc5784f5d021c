//! Listeners: connections in, requests to what is [live](Live), and an end that cuts nobody off.
//!
//! Bounds are those of the connection here: how many there are, how long one may take to say what it
//! wants or to hear what it asked for, how long a head may be. What is in a request is judged further in.
//! HTTP/1.1 only: one request at a time a connection, nothing to be multiplexed by those who want to be
//! many.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use crate::live::Live;

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

/// How long answers may be waited for by nobody: a client that takes no byte for so long is hung up on.
const WRITE_TIMEOUT: Duration = Duration::from_secs(30);
/// How long a connection that was taken last may be silent at the end.
const LAST_WORDS: Duration = Duration::from_millis(250);

/// How a listener ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leave {
    /// How long requests were taken after it was known that it is to end.
    pub(crate) pause: Duration,
    /// How long those under way have.
    pub(crate) patience: Duration,
}

/// Somewhere that requests come from.
pub(crate) struct Listener {
    pub(crate) socket: TcpListener,
    pub(crate) live: Live,
    pub(crate) connections: Arc<Semaphore>,
}

impl Listener {
    /// A listener at `socket`, of at most so many `connections` at once.
    pub(crate) fn new(socket: TcpListener, live: Live, connections: usize) -> Self {
        Self {
            socket,
            live,
            connections: Arc::new(Semaphore::new(connections)),
        }
    }

    /// Serves until `ending`; then connections under way get their answers as `leave` says, and what is
    /// silent is closed. Says whether all got theirs.
    pub(crate) async fn serve(self, ending: &CancellationToken, leave: Leave) -> bool {
        let Self {
            socket,
            live,
            connections,
        } = self;
        let open = GracefulShutdown::new();
        let begin = |stream, permit| {
            let connection = Connection {
                tls: live.face().tls.clone(),
                live: live.clone(),
                watcher: open.watcher(),
                _permit: permit,
            };
            tokio::spawn(connection.serve(stream));
        };
        while let Some((stream, permit)) = next(&socket, &connections, ending).await {
            begin(stream, permit);
        }
        // Those who knocked before the door is shut come in: what they said would be lost unheard.
        for stream in knocked(socket) {
            if let Ok(permit) = Arc::clone(&connections).try_acquire_owned() {
                begin(stream, permit);
            }
        }
        // And have the time to say it, before what is silent is closed.
        sleep(leave.pause.min(LAST_WORDS)).await;
        timeout(leave.patience, open.shutdown()).await.is_ok()
    }
}

/// The next connection, once there is room for one.
async fn next(
    socket: &TcpListener,
    connections: &Arc<Semaphore>,
    ending: &CancellationToken,
) -> Option<(TcpStream, OwnedSemaphorePermit)> {
    let next = async {
        let permit = Arc::clone(connections).acquire_owned().await.ok()?;
        loop {
            match socket.accept().await {
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

/// Shuts the door; gives the connections that the system has taken by then.
fn knocked(socket: TcpListener) -> Vec<TcpStream> {
    let taken = || -> io::Result<Vec<TcpStream>> {
        let socket = socket.into_std()?;
        let mut taken = Vec::new();
        // It waits for nobody, so the first failure is that there is no other.
        while let Ok((stream, _)) = socket.accept() {
            stream.set_nonblocking(true)?;
            taken.push(TcpStream::from_std(stream)?);
        }
        Ok(taken)
    };
    taken().unwrap_or_default()
}

/// One connection.
struct Connection {
    tls: Option<TlsAcceptor>,
    live: Live,
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
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(WRITE_TIMEOUT));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .max_buf_size(MAX_HEAD_BYTES)
            .max_headers(MAX_HEADERS)
            .serve_connection(TokioIo::new(Box::pin(stream)), self.live);
        if let Err(error) = self.watcher.watch(connection).await {
            // Whoever hangs up, is too slow or speaks no HTTP.
            tracing::debug!(%error, "a connection ended early");
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::routing::get;
    use futures_util::stream::repeat_with;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, duplex};
    use tokio::time::Instant;

    use super::*;
    use crate::live::Face;

    #[tokio::test(start_paused = true)]
    async fn a_client_that_takes_nothing_is_hung_up_on() {
        let endless = || async {
            let words = repeat_with(|| Ok::<_, std::convert::Infallible>("word "));
            Body::from_stream(words)
        };
        let open = GracefulShutdown::new();
        let permit = Arc::new(Semaphore::new(1)).try_acquire_owned();
        let connection = Connection {
            tls: None,
            live: Live::new(Face {
                router: Router::new().route("/", get(endless)),
                tls: None,
            }),
            watcher: open.watcher(),
            _permit: permit.expect("a permit"),
        };
        let (mut client, server) = duplex(1024);
        let began = Instant::now();
        let speaking = tokio::spawn(connection.speak(server));
        let asked = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n";
        client.write_all(asked).await.expect("sent");
        // Slow is not silent: it is waited for as long as it takes something.
        for _ in 0..10 {
            sleep(WRITE_TIMEOUT / 2).await;
            client.read_exact(&mut [0; 512]).await.expect("more");
        }
        assert!(!speaking.is_finished());
        speaking.await.expect("no panic");
        assert_eq!(began.elapsed(), WRITE_TIMEOUT * 6);
    }
}
