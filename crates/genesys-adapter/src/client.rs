//! Asks the platform API: token, request, repetition, and one more try when the token is refused.
//!
//! What an answer says is read elsewhere; here it is a success or an error.

use std::sync::Arc;

use agent_assist_domain::ports::{Clock, SourceError, SourceErrorKind};
use agent_assist_domain::time::Deadline;
use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{Request, Response, StatusCode};

use crate::ask::Ask;
use crate::backoff::Jitter;
use crate::config::GenesysConfig;
use crate::error;
use crate::request::Inexpressible;
use crate::retry::{Attempts, Exchange};
use crate::retry_after::retry_after;
use crate::token::{AccessToken, Tokens};
use crate::transport::Transport;

/// The platform API, as one client of it.
#[derive(Debug)]
pub(crate) struct ApiClient {
    pub(crate) config: GenesysConfig,
    pub(crate) tokens: Tokens,
    pub(crate) exchange: Arc<Exchange>,
}

impl ApiClient {
    pub(crate) fn new(
        config: GenesysConfig,
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
        jitter: Jitter,
    ) -> Self {
        let exchange = Arc::new(Exchange::new(transport, clock, jitter));
        let login_base = config.login_base.clone();
        Self {
            tokens: Tokens::new(login_base, &config.credentials, Arc::clone(&exchange)),
            config,
            exchange,
        }
    }

    /// Asks `ask`. Any status outside 2xx is an error. Each request sent for it, token requests not
    /// among them, makes `requests` grow by one.
    pub(crate) async fn send(
        &self,
        ask: Ask<'_>,
        deadline: Deadline,
        requests: &mut u32,
    ) -> Result<Response<Bytes>, SourceError> {
        let mut attempts = Attempts::default();
        let mut send = async |token: &AccessToken, attempts: &mut Attempts| {
            let request = authorized(ask.request.clone(), token);
            self.exchange
                .answer(ask.endpoint, &request, deadline, attempts, requests)
                .await
        };
        let token = self.tokens.current(deadline).await?;
        let mut response = send(&token, &mut attempts).await?;
        if response.status() == StatusCode::UNAUTHORIZED
            && let Some(another) = self.tokens.instead_of(&token, deadline).await
        {
            attempts.forgive_last();
            response = send(&another?, &mut attempts).await?;
        }
        if response.status().is_success() {
            return Ok(response);
        }
        let wait = retry_after(response.headers(), self.exchange.now());
        Err(error::from_response(&response, *requests, wait))
    }
}

/// The error of a value that no request can express.
pub(crate) fn inexpressible(error: Inexpressible) -> SourceError {
    SourceError::new(SourceErrorKind::BadRequest).because(error)
}

fn authorized(mut request: Request<Bytes>, token: &AccessToken) -> Request<Bytes> {
    let headers = request.headers_mut();
    headers.insert(AUTHORIZATION, token.authorization.clone());
    request
}
