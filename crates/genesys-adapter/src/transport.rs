//! The seam between what the adapter asks and how bytes travel.
//!
//! [`Transport`] has one method, so that everything above it runs in tests over a scripted
//! transport and a paused clock. A status outside 2xx is a response, not an error: what it means
//! is decided above.

use std::error::Error;
use std::fmt;

use agent_assist_domain::time::Deadline;
use async_trait::async_trait;
use bytes::Bytes;

/// Most bytes of a body, after decompression.
pub const MAX_BODY_BYTES: usize = 4 * 1024 * 1024;

/// Carries one request there and its answer back.
///
/// # Contract
/// - One call sends one request at most; repeating is decided above.
/// - Redirects are not followed: they would carry the token elsewhere.
/// - The call ends by `deadline`, the body included.
/// - A body is decompressed, and refused beyond [`MAX_BODY_BYTES`].
/// - If only the body fails, the error says how the answer began.
/// - Dropping the future abandons the call.
#[async_trait]
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Sends `request` and reads the whole answer.
    async fn call(
        &self,
        request: http::Request<Bytes>,
        deadline: Deadline,
    ) -> Result<http::Response<Bytes>, TransportError>;
}

/// Why there is no whole answer. Where the status says enough without the body, as that of a failed
/// upstream does, it decides instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// No connection: name resolution, TCP, TLS, or the proxy. Retried: nothing was sent.
    Connect,
    /// The connection broke after the request may have been sent, or the answer ended early.
    /// Retried where the request only reads: a write may have been done.
    Interrupted,
    /// The deadline passed. Not retried: no time is left.
    Timeout,
    /// The body is larger than [`MAX_BODY_BYTES`]. Not retried: it would be again.
    TooLarge,
    /// The body's compression is broken. Not retried.
    Encoding,
    /// The request cannot be expressed in HTTP. Not retried.
    Request,
}

/// A request without a whole answer. `Display` names the step that failed, the cause is the source;
/// neither contains the URL.
pub struct TransportError {
    kind: TransportErrorKind,
    head: Option<Box<http::Response<()>>>,
    cause: Option<Box<dyn Error + Send + Sync>>,
}

impl TransportError {
    /// A failure of `kind`.
    pub fn new(kind: TransportErrorKind) -> Self {
        Self {
            kind,
            head: None,
            cause: None,
        }
    }

    /// The same error with its cause, which must not contain the URL.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// The same error with the status and headers of the answer whose body did not come whole.
    #[must_use]
    pub fn after(mut self, head: http::Response<()>) -> Self {
        self.head = Some(Box::new(head));
        self
    }

    /// What failed.
    pub fn kind(&self) -> TransportErrorKind {
        self.kind
    }

    /// Status and headers, if the answer came that far.
    pub fn head(&self) -> Option<&http::Response<()>> {
        self.head.as_deref()
    }
}

/// Headers are the upstream's texts: of the head only the status is shown.
impl fmt::Debug for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportError")
            .field("kind", &self.kind)
            .field("status", &self.head().map(http::Response::status))
            .field("cause", &self.cause)
            .finish()
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            TransportErrorKind::Connect => "no connection could be made",
            TransportErrorKind::Interrupted => "the connection broke before the answer was whole",
            TransportErrorKind::Timeout => "no answer came in time",
            TransportErrorKind::TooLarge => "the answer is larger than 4 MiB",
            TransportErrorKind::Encoding => "the answer's compression is broken",
            TransportErrorKind::Request => "the request cannot be expressed in HTTP",
        })
    }
}

impl Error for TransportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self.cause.as_deref() {
            Some(cause) => Some(cause),
            None => None,
        }
    }
}
