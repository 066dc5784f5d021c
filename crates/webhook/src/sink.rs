//! One attempt at one event.

use std::error::Error as _;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use agent_assist_domain::analytics::AnalyticsEvent;
use agent_assist_domain::ports::{AnalyticsSink, Clock, SinkError, SinkErrorKind};
use async_trait::async_trait;
use http::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use rustls::ClientConfig;
use url::{Host, Url};

use crate::answer::judge;
use crate::guard;
use crate::resolver::{GuardedResolver, Refused};
use crate::secret::Secrets;
use crate::signature::sign;

/// How this program names itself.
const USER_AGENT: &str = concat!("agent-assist/", env!("CARGO_PKG_VERSION"));

/// Longest time to make a connection, TLS included.
const CONNECT: Duration = Duration::from_secs(5);

/// Longest time for an attempt, as the specification recommends.
const ATTEMPT: Duration = Duration::from_secs(15);

/// Largest event sent. None comes near: an entry tells of at most a hundred recommendations.
const MAX_EVENT_BYTES: usize = 1024 * 1024;

/// What is read of an answer, so that the connection can serve again. Nobody looks at it.
const MAX_ANSWER_BYTES: usize = 16 * 1024;

/// The webhook cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NoWebhook {
    /// Events would travel readable for all.
    #[error("expected an https URL; http is for receivers that are allowed to be private")]
    NotEncrypted,
    /// The URL's host is an address that no webhook may lead to.
    #[error("the URL leads to an address that is not allowed")]
    AddressNotAllowed,
    /// The HTTP client cannot be set up.
    #[error("the HTTP client cannot be set up")]
    Client(#[source] reqwest::Error),
}

/// Sends events to one URL.
pub struct WebhookSink {
    url: Url,
    secrets: Secrets,
    client: Client,
    clock: Arc<dyn Clock>,
}

impl WebhookSink {
    /// Sends events to `url`, signed with `secrets`. `tls` says whom to trust. With `allow_private`
    /// the receiver may be this machine or one beside it, and need not encrypt.
    ///
    /// # Errors
    /// If events must not go there, or the client cannot be set up.
    pub fn new(
        url: Url,
        secrets: Secrets,
        allow_private: bool,
        tls: ClientConfig,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, NoWebhook> {
        if url.scheme() != "https" && !allow_private {
            return Err(NoWebhook::NotEncrypted);
        }
        // An address needs no resolver, so none would see it.
        if literal(&url).is_some_and(|address| !guard::is_allowed(address, allow_private)) {
            return Err(NoWebhook::AddressNotAllowed);
        }
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            // A proxy would resolve names itself.
            .no_proxy()
            .dns_resolver(Arc::new(GuardedResolver { allow_private }))
            .connect_timeout(CONNECT)
            .timeout(ATTEMPT)
            .user_agent(USER_AGENT)
            .build()
            .map_err(|error| NoWebhook::Client(error.without_url()))?;
        Ok(Self {
            url,
            secrets,
            client,
            clock,
        })
    }

    async fn send(&self, event: &AnalyticsEvent, body: String) -> Result<Response, SinkError> {
        let timestamp = self.clock.now().as_millis().div_euclid(1_000);
        let signature = sign(&self.secrets, event.id(), timestamp, body.as_bytes());
        self.client
            .post(self.url.clone())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", event.id())
            .header("webhook-timestamp", timestamp)
            .header("webhook-signature", signature)
            .body(body)
            .send()
            .await
            .map_err(failure)
    }
}

/// The address that `url` names without a name.
fn literal(url: &Url) -> Option<IpAddr> {
    match url.host()? {
        Host::Ipv4(address) => Some(address.into()),
        Host::Ipv6(address) => Some(address.into()),
        Host::Domain(_) => None,
    }
}

#[async_trait]
impl AnalyticsSink for WebhookSink {
    async fn publish(&self, event: &AnalyticsEvent) -> Result<(), SinkError> {
        let body = event.to_json();
        if body.len() > MAX_EVENT_BYTES {
            return Err(SinkError::new(SinkErrorKind::Unfit, "event too large"));
        }
        let mut answer = self.send(event, body).await?;
        let judged = judge(answer.status(), answer.headers(), self.clock.now());
        let mut read = 0;
        // The status has said it all: what goes wrong behind it costs the connection only.
        while let Ok(Some(chunk)) = answer.chunk().await {
            read += chunk.len();
            if read > MAX_ANSWER_BYTES {
                break;
            }
        }
        judged
    }
}

/// Says what happened in words of ours; the cause is without the URL, whose path may be a secret.
fn failure(error: reqwest::Error) -> SinkError {
    let why = if is_refused(&error) {
        "address not allowed"
    } else if error.is_timeout() {
        "timed out"
    } else if error.is_connect() {
        "cannot be reached"
    } else {
        "connection broke"
    };
    SinkError::new(SinkErrorKind::NotNow, why).because(error.without_url())
}

fn is_refused(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.is::<Refused>() {
            return true;
        }
        cause = error.source();
    }
    false
}

/// Shows where to, without a path.
impl fmt::Debug for WebhookSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "WebhookSink({})",
            self.url.origin().ascii_serialization()
        )
    }
}
