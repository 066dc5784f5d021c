//! Repeats a request until it is answered for good, within its deadline.
//!
//! Reads may be repeated after any passing failure: they change nothing, and a second token does no
//! harm. A write is repeated only where it was surely not done. [`classify`] decides on facts alone,
//! [`Exchange`] on time and on the budget that bounds all repetitions together. A wait is begun only
//! if it leaves [`MIN_TIME_LEFT`] for the attempt after it; otherwise the failure at hand is the
//! answer, now, while there is time to degrade.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use agent_assist_domain::ports::{Clock, SourceError};
use agent_assist_domain::time::{Deadline, Timestamp};
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use tokio::time::{Instant, sleep, timeout_at};

use crate::backoff::{self, Jitter};
use crate::error;
use crate::limits::retry_budget::RetryBudget;
use crate::meters;
use crate::oauth;
use crate::retry_after::retry_after;
use crate::spent::Spent;
use crate::transport::{Transport, TransportError, TransportErrorKind};

/// Most times that one request is sent.
pub(crate) const MAX_ATTEMPTS: u32 = 3;

/// What must be left of the deadline after a wait, for the attempt that follows to make sense.
pub(crate) const MIN_TIME_LEFT: Duration = Duration::from_millis(500);

/// Whom a request goes to. Their errors have different shapes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// The platform API, where a GET reads and anything else writes.
    Api,
    /// A search of the platform API: a POST that reads.
    Search,
    /// The token endpoint, where a 400 may mean throttling.
    Token,
}

impl Endpoint {
    /// Whether a request by `method` changes nothing, however often it arrives.
    fn reads(self, method: &Method) -> bool {
        match self {
            Self::Api => matches!(*method, Method::GET | Method::HEAD),
            Self::Search | Self::Token => true,
        }
    }
}

/// What becomes of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryAction {
    /// Its outcome stands.
    Stop,
    /// It may go better next time, after `floor` at the earliest.
    Retry {
        /// The wait that the upstream asked for, or that its throttling calls for.
        floor: Option<Duration>,
    },
}

/// What one attempt brought.
pub(crate) type Outcome = Result<Response<Bytes>, TransportError>;

/// Decides what becomes of an attempt that ended at `now`.
pub(crate) fn classify(
    endpoint: Endpoint,
    method: &Method,
    outcome: &Outcome,
    now: Timestamp,
) -> RetryAction {
    let reads = endpoint.reads(method);
    let response = match outcome {
        Ok(response) => response,
        Err(error) => {
            return match error.kind() {
                TransportErrorKind::Connect => RetryAction::Retry { floor: None },
                TransportErrorKind::Interrupted if reads => RetryAction::Retry { floor: None },
                _ => RetryAction::Stop,
            };
        }
    };
    let asked_for = retry_after(response.headers(), now);
    match response.status().as_u16() {
        429 => RetryAction::Retry {
            floor: Some(backoff::throttled(asked_for)),
        },
        400 if endpoint == Endpoint::Token && oauth::is_throttled(response) => RetryAction::Retry {
            floor: Some(backoff::throttled(asked_for)),
        },
        503 => RetryAction::Retry { floor: asked_for },
        500 if reads => RetryAction::Retry {
            floor: asked_for.or(Some(backoff::AFTER_SERVER_FAULT)),
        },
        408 | 502 | 504 if reads => RetryAction::Retry { floor: asked_for },
        _ => RetryAction::Stop,
    }
}

/// How often one request was sent, over every token it was sent with.
#[derive(Debug, Default)]
pub(crate) struct Attempts {
    made: u32,
    /// Whether the request has paid into the retry budget.
    paid: bool,
    /// Whether an attempt was not counted.
    forgiven: bool,
}

impl Attempts {
    /// Whether an attempt may be left uncounted: once, or a client that lost its rights would ask
    /// for ever.
    pub(crate) fn may_be_forgiven(&self) -> bool {
        !self.forgiven
    }

    /// Does not count the last attempt: it was refused for its token, before any work was done.
    pub(crate) fn forgive_last(&mut self) {
        self.made = self.made.saturating_sub(1);
        self.forgiven = true;
    }
}

/// Sends requests over a transport, repeating them as [`classify`] says.
#[derive(Debug)]
pub(crate) struct Exchange {
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    jitter: Jitter,
    budget: Mutex<RetryBudget>,
}

impl Exchange {
    pub(crate) fn new(
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
        jitter: Jitter,
    ) -> Self {
        Self {
            transport,
            clock,
            jitter,
            budget: Mutex::default(),
        }
    }

    /// The wall clock.
    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A number of chance.
    pub(crate) fn chance(&self) -> f64 {
        self.jitter.sample()
    }

    /// Sends `request`, which needs no access token, until its outcome stands: an answer of any
    /// status, or the error that the lack of one means. Each time it is sent, that is
    /// added to `spent`.
    pub(crate) async fn answer(
        &self,
        endpoint: Endpoint,
        request: &Request<Bytes>,
        deadline: Deadline,
        spent: &mut Spent,
    ) -> Result<Response<Bytes>, SourceError> {
        let mut attempts = Attempts::default();
        loop {
            let outcome = self.attempt(request, deadline, &mut attempts, spent).await;
            let action = classify(endpoint, request.method(), &outcome, self.now());
            match self.repetition(action, &attempts, deadline) {
                Some(wait) => sleep(wait).await,
                None => return outcome.map_err(|error| error::from_transport(error, *spent)),
            }
        }
    }

    /// Sends `request` once. Nothing is sent once the deadline has passed.
    pub(crate) async fn attempt(
        &self,
        request: &Request<Bytes>,
        deadline: Deadline,
        attempts: &mut Attempts,
        spent: &mut Spent,
    ) -> Outcome {
        let end = Instant::from_std(deadline.instant());
        if Instant::now() >= end {
            return Err(TransportError::new(TransportErrorKind::Timeout));
        }
        if !attempts.paid {
            attempts.paid = true;
            self.budget().deposit();
        }
        if attempts.made > 0 {
            meters::retry();
        }
        attempts.made += 1;
        spent.requests += 1;
        let outcome = timeout_at(end, self.transport.call(request.clone(), deadline))
            .await
            .unwrap_or_else(|_| Err(TransportError::new(TransportErrorKind::Timeout)))
            .or_else(without_body);
        log(&outcome, attempts.made);
        outcome
    }

    /// The wait before the next attempt, which is taken from the retry budget. `None` if there is
    /// none to be, and the outcome stands.
    pub(crate) fn repetition(
        &self,
        action: RetryAction,
        attempts: &Attempts,
        deadline: Deadline,
    ) -> Option<Duration> {
        let RetryAction::Retry { floor } = action else {
            return None;
        };
        let wait = backoff::wait(attempts.made, floor, self.chance())?;
        let granted = affordable(wait, deadline) && self.take_repetition(attempts);
        let wait_ms = wait.as_millis() as u64;
        tracing::debug!(attempts.made, wait_ms, granted, "another attempt is wanted");
        granted.then_some(wait)
    }

    /// Whether there may be another attempt: not one too many, and within the retry budget, from
    /// which it is taken.
    pub(crate) fn take_repetition(&self, attempts: &Attempts) -> bool {
        if attempts.made >= MAX_ATTEMPTS {
            return false;
        }
        let taken = self.budget().take();
        if !taken {
            meters::retry_refused();
        }
        taken
    }

    /// Gives back a repetition that was taken and will not be made.
    pub(crate) fn put_back_repetition(&self) {
        self.budget().put_back();
    }

    fn budget(&self) -> MutexGuard<'_, RetryBudget> {
        // Nothing panics while it holds the lock, and no half-made state could be seen if it did.
        self.budget.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An answer whose body failed, if it is an answer all the same; the error otherwise.
fn without_body(error: TransportError) -> Outcome {
    match error.head() {
        Some(head) if error::speaks_for_itself(head.status()) => {
            tracing::debug!(failure = ?error.kind(), "an error answer is read without its body");
            Ok(head.clone().map(|()| Bytes::new()))
        }
        _ => Err(error),
    }
}

/// Whether a wait leaves time for the attempt after it.
pub(crate) fn affordable(wait: Duration, deadline: Deadline) -> bool {
    wait.saturating_add(MIN_TIME_LEFT) < deadline.remaining(Instant::now().into_std())
}

/// The status of an answer, of one without its body too.
pub(crate) fn status(outcome: &Outcome) -> Option<StatusCode> {
    match outcome {
        Ok(response) => Some(response.status()),
        Err(error) => error.head().map(Response::status),
    }
}

fn log(outcome: &Outcome, attempt: u32) {
    let status = status(outcome);
    meters::request(status);
    let status = status.map(|status| status.as_u16());
    let failure = outcome.as_ref().err().map(TransportError::kind);
    tracing::debug!(attempt, status, ?failure, "upstream attempt ended");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn answered(status: u16, retry_after: Option<u64>, body: &str) -> Outcome {
        let mut builder = Response::builder().status(status);
        if let Some(seconds) = retry_after {
            builder = builder.header("retry-after", seconds);
        }
        let builder = builder.header("content-type", "application/json");
        Ok(builder.body(Bytes::from(body.to_owned())).unwrap())
    }

    fn action(endpoint: Endpoint, outcome: &Outcome) -> RetryAction {
        classify(endpoint, &Method::GET, outcome, Timestamp::default())
    }

    fn is_retried(endpoint: Endpoint, method: &Method, outcome: &Outcome) -> bool {
        let action = classify(endpoint, method, outcome, Timestamp::default());
        matches!(action, RetryAction::Retry { .. })
    }

    fn endpoints() -> impl Strategy<Value = (Endpoint, Method)> {
        prop::sample::select(vec![
            (Endpoint::Api, Method::GET),
            (Endpoint::Search, Method::POST),
            (Endpoint::Token, Method::POST),
            (Endpoint::Api, Method::POST),
            (Endpoint::Api, Method::PATCH),
            (Endpoint::Api, Method::DELETE),
        ])
    }

    proptest! {
        #[test]
        fn reads_are_repeated_after_passing_failures_and_writes_only_where_nothing_was_done(
            (endpoint, method) in endpoints(),
            status in prop_oneof![
                prop::sample::select(vec![400, 401, 404, 408, 413, 429, 500, 501, 502, 503, 504_u16]),
                100..1000_u16,
            ],
            retry_after in prop::option::of(any::<u64>()),
        ) {
            let writes = endpoint == Endpoint::Api && method != Method::GET;
            let passing: &[u16] = if writes { &[429, 503] } else { &[408, 429, 500, 502, 503, 504] };
            let outcome = answered(status, retry_after, "");
            let action = classify(endpoint, &method, &outcome, Timestamp::default());
            let retried = matches!(action, RetryAction::Retry { .. });
            prop_assert_eq!(retried, passing.contains(&status));
            if let (RetryAction::Retry { floor }, Some(asked)) = (action, retry_after) {
                prop_assert_eq!(floor, Some(Duration::from_secs(asked)));
            }
        }

        #[test]
        fn only_a_refused_connection_is_as_good_as_nothing_sent((endpoint, method) in endpoints()) {
            use TransportErrorKind::*;
            let writes = endpoint == Endpoint::Api && method != Method::GET;
            for (kind, retried) in [
                (Connect, true),
                (Interrupted, !writes),
                (Timeout, false),
                (TooLarge, false),
                (Encoding, false),
                (Request, false),
            ] {
                let outcome = Err(TransportError::new(kind));
                prop_assert_eq!(is_retried(endpoint, &method, &outcome), retried, "{:?}", kind);
            }
        }
    }

    #[test]
    fn without_a_hint_throttling_waits_two_seconds_a_fault_five_and_others_none() {
        let floor = |status| match action(Endpoint::Api, &answered(status, None, "")) {
            RetryAction::Retry { floor } => floor,
            RetryAction::Stop => panic!("{status} is retried"),
        };
        assert_eq!(floor(429), Some(Duration::from_secs(2)));
        assert_eq!(floor(500), Some(Duration::from_secs(5)));
        assert_eq!(floor(503), None);
    }

    #[test]
    fn a_400_is_retried_only_where_the_token_endpoint_throttles() {
        let throttled = r#"{"error":"invalid_request","description":"rate limit exceeded; later"}"#;
        let throttled = answered(400, None, throttled);
        let floor = Some(Duration::from_secs(2));
        assert_eq!(
            action(Endpoint::Token, &throttled),
            RetryAction::Retry { floor }
        );
        assert_eq!(action(Endpoint::Api, &throttled), RetryAction::Stop);
        let wrong = answered(400, None, r#"{"error":"invalid_client"}"#);
        assert_eq!(action(Endpoint::Token, &wrong), RetryAction::Stop);
    }
}
