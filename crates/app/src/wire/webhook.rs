//! Checkpoints by HTTP.

use std::time::Duration;

use agent_assist_domain::time::Deadline;
use agent_assist_genesys::{HttpOptions, HttpTransport, Transport as _, TransportBuildError};
use async_trait::async_trait;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{Request, StatusCode};
use tokio::time::Instant;
use url::Url;

use crate::checkpoints::{DeliveryError, Destination};

/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(4);

/// Posts each checkpoint. Redirects are not followed.
#[derive(Debug)]
pub(super) struct Webhook {
    url: Url,
    transport: HttpTransport,
}

/// Whoever was asked did not take it.
#[derive(Debug, thiserror::Error)]
#[error("the answer was {0}")]
struct NotTaken(StatusCode);

impl Webhook {
    pub(super) fn new(url: Url, options: &HttpOptions) -> Result<Self, TransportBuildError> {
        let transport = HttpTransport::new(options)?;
        Ok(Self { url, transport })
    }
}

#[async_trait]
impl Destination for Webhook {
    fn name(&self) -> &'static str {
        "webhook"
    }

    async fn deliver(&self, note: &str) -> Result<(), DeliveryError> {
        let request = Request::post(self.url.as_str())
            .header(CONTENT_TYPE, "text/plain; charset=utf-8")
            .body(Bytes::copy_from_slice(note.as_bytes()))
            .map_err(|error| DeliveryError(error.into()))?;
        let deadline = Deadline::at((Instant::now() + PATIENCE).into_std());
        let answer = self.transport.call(request, deadline).await;
        let answer = answer.map_err(|error| DeliveryError(error.into()))?;
        match answer.status() {
            status if status.is_success() => Ok(()),
            status => Err(DeliveryError(NotTaken(status).into())),
        }
    }
}
