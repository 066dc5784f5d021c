//! Asks the platform API: room at the gate, a token, the request; repetition, and one more try when
//! the token is refused.
//!
//! Every attempt goes that whole way, so no request leaves inside a closed window, and a repetition
//! may take another token. What an answer says is read elsewhere; here it is a success or an error.

use std::sync::Arc;
use std::time::Duration;

use agent_assist_domain::ports::{Clock, Priority, SourceError, SourceErrorKind};
use agent_assist_domain::time::Deadline;
use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::{Request, Response, StatusCode};
use tokio::time::{Instant, sleep};

use crate::ask::Ask;
use crate::backoff::{Jitter, MAX_RETRY_AFTER};
use crate::config::GenesysConfig;
use crate::error;
use crate::limits::RateReport;
use crate::limits::gate::{Departure, Gate, NoRoom};
use crate::pool::TokenPool;
use crate::request::Inexpressible;
use crate::retry::{Attempts, Exchange, Outcome, RetryAction, classify, status};
use crate::retry_after::retry_after;
use crate::spent::Spent;
use crate::token::AccessToken;
use crate::trace::Call;
use crate::transport::Transport;

/// The platform API, as one client of it.
#[derive(Debug)]
pub(crate) struct ApiClient {
    pub(crate) config: GenesysConfig,
    pub(crate) pool: TokenPool,
    pub(crate) gate: Gate,
    pub(crate) exchange: Arc<Exchange>,
}

/// One attempt, over.
struct Sent {
    slot: usize,
    token: AccessToken,
    outcome: Outcome,
}

/// Why an attempt was not made.
enum NotSent {
    /// There is no room for it in time.
    NoRoom(NoRoom),
    /// There is no token for it, or no time left.
    Failed(SourceError),
}

/// What follows an attempt.
enum Next {
    /// Nothing: its outcome stands.
    Stand,
    /// Another attempt, after a wait.
    Repeat(Duration),
    /// The same again, with the renewed token.
    Resend,
}

impl ApiClient {
    pub(crate) fn new(
        config: GenesysConfig,
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
        jitter: Jitter,
    ) -> Self {
        let exchange = Arc::new(Exchange::new(transport, clock, jitter.clone()));
        let pool = TokenPool::new(
            &config.login_base,
            &config.credentials,
            config.token_pool,
            &exchange,
        );
        let gate = Gate::new(
            pool.size(),
            config.requests_per_minute,
            config.app_requests_per_minute,
            jitter,
        );
        Self {
            config,
            pool,
            gate,
            exchange,
        }
    }

    /// Asks `ask`. Any status outside 2xx is an error. Each request sent for it, token requests not
    /// among them, and each wait for a token is added to `spent`.
    pub(crate) async fn send(
        &self,
        ask: Ask<'_>,
        deadline: Deadline,
        spent: &mut Spent,
    ) -> Result<Response<Bytes>, SourceError> {
        let outcome = self.outcome(ask, deadline, spent).await?;
        self.conclude(outcome, *spent)
    }

    /// The same, with the outcome that stands left to be judged. An error says that there is none:
    /// nothing was sent, or what was sent was refused before any work was done.
    pub(crate) async fn outcome(
        &self,
        ask: Ask<'_>,
        deadline: Deadline,
        spent: &mut Spent,
    ) -> Result<Outcome, SourceError> {
        let mut attempts = Attempts::default();
        let first = self.attempt(&ask, None, deadline, &mut attempts, spent);
        let mut sent = match first.await {
            Ok(sent) => sent,
            Err(NotSent::NoRoom(no_room)) => return Err(rate_limited(no_room, *spent)),
            Err(NotSent::Failed(error)) => return Err(error),
        };
        loop {
            let slot = match self.next(&ask, &sent, &mut attempts, deadline).await? {
                Next::Stand => return Ok(sent.outcome),
                Next::Resend => Some(sent.slot),
                Next::Repeat(wait) => {
                    sleep(wait).await;
                    None
                }
            };
            let next = self.attempt(&ask, slot, deadline, &mut attempts, spent);
            sent = match next.await {
                Ok(sent) => sent,
                Err(NotSent::NoRoom(_)) if slot.is_none() => {
                    self.exchange.put_back_repetition();
                    return Ok(sent.outcome);
                }
                // The refusal of the old token is settled: the new one only comes too late.
                Err(NotSent::NoRoom(no_room)) => return Err(rate_limited(no_room, *spent)),
                Err(NotSent::Failed(error)) => return Err(error),
            };
        }
    }

    /// Sends `ask` once, with the token in slot `only` if one is named.
    async fn attempt(
        &self,
        ask: &Ask<'_>,
        only: Option<usize>,
        deadline: Deadline,
        attempts: &mut Attempts,
        spent: &mut Spent,
    ) -> Result<Sent, NotSent> {
        let began = Instant::now();
        let departing = self.depart(ask, only, deadline).await;
        spent.waited += began.elapsed();
        let (departure, token) = departing?;
        let mut request = authorized(ask.request.clone(), &token);
        let call = Call::begin(request.method(), request.uri().host());
        call.name_in(request.headers_mut());
        let outcome = self
            .exchange
            .attempt(&request, deadline, attempts, spent)
            .await;
        call.end(status(&outcome));
        self.report(&departure, &outcome);
        Ok(Sent {
            slot: departure.slot(),
            token,
            outcome,
        })
    }

    /// Room and a token for `ask`, which must be sent now.
    async fn depart<'a>(
        &'a self,
        ask: &Ask<'a>,
        mut only: Option<usize>,
        deadline: Deadline,
    ) -> Result<(Departure<'a>, AccessToken), NotSent> {
        let mut no_token = None;
        loop {
            let pass = match self.gate.enter(ask.visitor(), only, deadline).await {
                Ok(pass) => pass,
                Err(no_room) => {
                    return Err(no_token.map_or(NotSent::NoRoom(no_room), NotSent::Failed));
                }
            };
            let slot = pass.slot();
            let token = match self.pool.slot(slot).current(deadline).await {
                Ok(token) => token,
                Err(error) => match self.pool.at_hand_beside(slot) {
                    Some(other) if only.is_none() => {
                        only = Some(other);
                        no_token = Some(error);
                        continue;
                    }
                    _ => return Err(NotSent::Failed(error)),
                },
            };
            if Instant::now() >= Instant::from_std(deadline.instant()) {
                let error = SourceError::new(SourceErrorKind::DeadlineExceeded);
                return Err(NotSent::Failed(error));
            }
            if let Some(departure) = pass.leave() {
                return Ok((departure, token));
            }
        }
    }

    /// Tells the gate what an attempt brought.
    fn report(&self, departure: &Departure<'_>, outcome: &Outcome) {
        let headers = match outcome {
            Ok(response) => response.headers(),
            Err(error) => match error.head() {
                Some(head) => head.headers(),
                None => return,
            },
        };
        departure.answered(&RateReport::read(headers));
        if is_throttled(outcome) {
            departure.throttled(retry_after(headers, self.exchange.now()));
        }
    }

    /// Decides what follows an attempt, and renews a token that was refused: once for each question.
    async fn next(
        &self,
        ask: &Ask<'_>,
        sent: &Sent,
        attempts: &mut Attempts,
        deadline: Deadline,
    ) -> Result<Next, SourceError> {
        let refused = status(&sent.outcome) == Some(StatusCode::UNAUTHORIZED);
        if refused && attempts.may_be_forgiven() {
            let tokens = self.pool.slot(sent.slot);
            if let Some(another) = tokens.instead_of(&sent.token, deadline).await {
                another?;
                attempts.forgive_last();
                return Ok(Next::Resend);
            }
        }
        let exchange = &self.exchange;
        let method = ask.request.method();
        let action = match status(&sent.outcome) {
            // Nobody waits: it is asked again when it is needed, or comes as a second try already.
            Some(StatusCode::INTERNAL_SERVER_ERROR) if ask.priority == Priority::Background => {
                RetryAction::Stop
            }
            _ => classify(ask.endpoint, method, &sent.outcome, exchange.now()),
        };
        let wait = match action {
            // The gate makes the next attempt wait, unless another token is open.
            RetryAction::Retry { floor } if is_throttled(&sent.outcome) => {
                let passing = floor.is_none_or(|floor| floor <= MAX_RETRY_AFTER);
                (passing && exchange.take_repetition(attempts)).then_some(Duration::ZERO)
            }
            action => exchange.repetition(action, attempts, deadline),
        };
        Ok(wait.map_or(Next::Stand, Next::Repeat))
    }

    /// What an outcome that stands means.
    fn conclude(&self, outcome: Outcome, spent: Spent) -> Result<Response<Bytes>, SourceError> {
        let response = outcome.map_err(|error| error::from_transport(error, spent))?;
        if response.status().is_success() {
            return Ok(response);
        }
        let wait = retry_after(response.headers(), self.exchange.now());
        Err(error::from_response(&response, spent, wait))
    }
}

/// The error of a value that no request can express.
pub(crate) fn inexpressible(error: Inexpressible) -> SourceError {
    SourceError::new(SourceErrorKind::BadRequest).because(error)
}

/// The error of a question for which there is no room in time, after what is `spent`.
fn rate_limited(no_room: NoRoom, spent: Spent) -> SourceError {
    SourceError::new(SourceErrorKind::RateLimited)
        .with_upstream(spent.in_vain())
        .with_retry_after(Some(no_room.opens_in))
        .because(no_room)
}

fn is_throttled(outcome: &Outcome) -> bool {
    status(outcome) == Some(StatusCode::TOO_MANY_REQUESTS)
}

fn authorized(mut request: Request<Bytes>, token: &AccessToken) -> Request<Bytes> {
    let headers = request.headers_mut();
    headers.insert(AUTHORIZATION, token.authorization.clone());
    request
}
