//! The real [`Transport`]: HTTP by reqwest, TLS by rustls.
//!
//! No redirects, no repetition of its own, no cookies, no `Referer`: one request goes out as it
//! is. The body is streamed and cut off at its limit, so a small compressed answer cannot unfold
//! into a large one. Hosts of this machine are reached directly, whatever proxy is set.

mod tls;

use std::error::Error;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::time::Duration;

use agent_assist_domain::time::Deadline;
use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use http::{Request, Response};
use reqwest::redirect::Policy;
use reqwest::{Client, NoProxy, Proxy};
use tokio::time::{Instant, timeout_at};
use url::{Host, Url};

pub use self::tls::{TransportBuildError, client_config as tls_config};
use crate::transport::{MAX_BODY_BYTES, Transport, TransportError, TransportErrorKind};

/// How this program names itself to the upstream.
const USER_AGENT: &str = concat!("agent-assist/", env!("CARGO_PKG_VERSION"));

/// How to reach the upstream.
#[derive(Clone)]
pub struct HttpOptions {
    /// Proxy for every request; `None` takes the system's (`HTTPS_PROXY` and its kin). Hosts in
    /// `NO_PROXY` are reached directly either way. May carry credentials.
    pub proxy: Option<Url>,
    /// File with further certificate authorities (PEM), trusted besides the system's.
    pub extra_ca_file: Option<PathBuf>,
    /// Longest time to make a connection, TLS included.
    pub connect_timeout: Duration,
}

impl Default for HttpOptions {
    /// The system's proxy and authorities, and two seconds to connect: enough for four round trips
    /// to a far region, and less than the usual deadline of three.
    fn default() -> Self {
        Self {
            proxy: None,
            extra_ca_file: None,
            connect_timeout: Duration::from_secs(2),
        }
    }
}

impl fmt::Debug for HttpOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpOptions")
            .field("proxy", &self.proxy.as_ref().map(|_| "redacted"))
            .field("extra_ca_file", &self.extra_ca_file)
            .field("connect_timeout", &self.connect_timeout)
            .finish()
    }
}

/// Requests over HTTP/1.1 and HTTP/2, over pooled connections.
pub struct HttpTransport {
    remote: Client,
    local: Client,
}

impl HttpTransport {
    /// A transport as `options` say. Needs no certificate store on the host and installs nothing
    /// process-wide.
    pub fn new(options: &HttpOptions) -> Result<Self, TransportBuildError> {
        let tls = tls::client_config(options.extra_ca_file.as_deref())?;
        let client = || {
            Client::builder()
                .tls_backend_preconfigured(tls.clone())
                .redirect(Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .connect_timeout(options.connect_timeout)
                .user_agent(USER_AGENT)
        };
        let remote = match &options.proxy {
            Some(proxy) => {
                let proxy = Proxy::all(proxy.as_str()).map_err(TransportBuildError::proxy)?;
                client().proxy(proxy.no_proxy(NoProxy::from_env()))
            }
            None => client(),
        };
        Ok(Self {
            remote: remote.build().map_err(TransportBuildError::client)?,
            local: client()
                .no_proxy()
                .build()
                .map_err(TransportBuildError::client)?,
        })
    }

    async fn exchange(&self, request: Request<Bytes>) -> Result<Response<Bytes>, TransportError> {
        let request = reqwest::Request::try_from(request).map_err(failure)?;
        let client = if is_local(request.url()) {
            &self.local
        } else {
            &self.remote
        };
        let answer = client.execute(request).await.map_err(failure)?;
        let mut head = Response::new(());
        *head.status_mut() = answer.status();
        *head.version_mut() = answer.version();
        *head.headers_mut() = answer.headers().clone();
        match body(answer).await {
            Ok(body) => Ok(head.map(|()| body)),
            Err(error) => Err(error.after(head)),
        }
    }
}

/// The clients know the proxy's credentials.
impl fmt::Debug for HttpTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HttpTransport")
    }
}

#[async_trait]
impl Transport for HttpTransport {
    async fn call(
        &self,
        request: Request<Bytes>,
        deadline: Deadline,
    ) -> Result<Response<Bytes>, TransportError> {
        let end = Instant::from_std(deadline.instant());
        timeout_at(end, self.exchange(request))
            .await
            .unwrap_or_else(|_| Err(TransportError::new(TransportErrorKind::Timeout)))
    }
}

/// Reads a body up to its limit, decompressed. Dropping the rest closes the connection.
async fn body(mut answer: reqwest::Response) -> Result<Bytes, TransportError> {
    let mut body = BytesMut::new();
    while let Some(chunk) = answer.chunk().await.map_err(failure)? {
        if body.len() + chunk.len() > MAX_BODY_BYTES {
            return Err(TransportError::new(TransportErrorKind::TooLarge));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

/// Whether `url` names this machine.
fn is_local(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// The error, without its URL: query strings name conversations.
fn failure(error: reqwest::Error) -> TransportError {
    let kind = if error.is_builder() {
        TransportErrorKind::Request
    } else if error.is_connect() {
        TransportErrorKind::Connect
    } else if is_broken_encoding(&error) {
        TransportErrorKind::Encoding
    } else {
        TransportErrorKind::Interrupted
    };
    TransportError::new(kind).because(error.without_url())
}

/// Whether a body was whole but not what its `Content-Encoding` says. reqwest calls a body that
/// ended early a decode error as well, so the decoder's own complaint is looked for.
fn is_broken_encoding(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(complaint) = error.downcast_ref::<io::Error>() {
            use io::ErrorKind::{InvalidData, InvalidInput};
            return matches!(complaint.kind(), InvalidData | InvalidInput);
        }
        cause = error.source();
    }
    false
}
