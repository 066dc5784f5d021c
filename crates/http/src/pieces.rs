//! A body in pieces that others may hold, too: they are sent as they are, and not copied.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Bytes, HttpBody};
use http_body::{Frame, SizeHint};

/// What is left of it. The connection sends both in one write, as long as the first is not large.
#[derive(Debug)]
pub(crate) struct Pieces {
    first: Bytes,
    second: Bytes,
}

impl Pieces {
    /// These, one behind the other.
    pub(crate) fn of([first, second]: [Bytes; 2]) -> Self {
        Self { first, second }
    }
}

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let next = match self.first.is_empty() {
            true => std::mem::take(&mut self.second),
            false => std::mem::take(&mut self.first),
        };
        Poll::Ready((!next.is_empty()).then(|| Ok(Frame::data(next))))
    }

    fn is_end_stream(&self) -> bool {
        self.first.is_empty() && self.second.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact((self.first.len() + self.second.len()) as u64)
    }
}
