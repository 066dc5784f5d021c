//! Connections that can be reset in the middle of an answer.
//!
//! The sandbox listens through [`Connections`]. Each connection has a [`Fuse`], which the gate sets
//! for the answer it is about to give: once that many bytes have gone out, head included, the next
//! one fails and the socket is closed with a linger of zero, which is a TCP reset (RST) and not an
//! end of stream. Bytes that the client's system has not handed over by then may be lost with it.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};

/// A TCP listener whose connections have a fuse.
#[derive(Debug)]
pub(crate) struct Connections(pub(crate) TcpListener);

/// How many more bytes a connection may send; `None` is any number.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fuse(Arc<Mutex<Option<u64>>>);

/// One connection.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    fuse: Fuse,
}

impl Fuse {
    /// Sets how many bytes the next answer may have before the connection is reset, or takes the
    /// limit of the last answer away.
    pub(crate) fn set(&self, bytes: Option<u64>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = bytes;
    }

    fn left(&self) -> Option<u64> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn burn(&self, bytes: usize) {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *left = left.map(|left| left.saturating_sub(bytes as u64));
    }
}

impl Listener for Connections {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        let (stream, address) = Listener::accept(&mut self.0).await;
        // Small pieces of a dripping body must not wait for each other. If the system declines,
        // they come later.
        let _ = stream.set_nodelay(true);
        let fuse = Fuse::default();
        (Connection { stream, fuse }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

impl Connected<IncomingStream<'_, Connections>> for Fuse {
    fn connect_info(stream: IncomingStream<'_, Connections>) -> Self {
        stream.io().fuse.clone()
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let allowed = match self.fuse.left() {
            None => bytes.len(),
            Some(0) => {
                self.stream.set_zero_linger()?;
                return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
            }
            Some(left) => usize::try_from(left).map_or(bytes.len(), |left| left.min(bytes.len())),
        };
        let written = Pin::new(&mut self.stream).poll_write(cx, &bytes[..allowed]);
        if let Poll::Ready(Ok(written)) = written {
            self.fuse.burn(written);
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
