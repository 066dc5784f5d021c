//! A transport that answers from a script and remembers what it was asked, and short ways to build
//! a source on top of it.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use agent_assist_domain::batch::Batch;
use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::ports::{Clock, Priority, RecommendationSource, SourceError, SourceQuery};
use agent_assist_domain::time::{Deadline, Timestamp};
use agent_assist_genesys::{
    Credentials, GenesysConfig, GenesysSource, Jitter, Transport, TransportError,
    TransportErrorKind,
};
use async_trait::async_trait;
use bytes::Bytes;
use http::{Method, Request, Response};
use tokio::time::{Instant, sleep};

/// Sun, 06 Nov 1994 08:49:37 GMT, when every test takes place.
pub(crate) const NOW: Timestamp = Timestamp::from_millis(784_111_777_000);

/// One step of a script.
#[derive(Debug)]
pub(crate) enum Step {
    /// An answer.
    Answer(Response<Bytes>),
    /// No answer.
    Fail(TransportErrorKind),
    /// An answer of which only the head comes.
    Break(TransportErrorKind, Response<Bytes>),
    /// An answer that takes its time.
    After(Duration, Response<Bytes>),
}

impl From<Response<Bytes>> for Step {
    fn from(response: Response<Bytes>) -> Self {
        Self::Answer(response)
    }
}

/// A request as it was sent.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    /// Milliseconds since the transport was made.
    pub(crate) at_ms: u128,
    /// The method.
    pub(crate) method: Method,
    /// Scheme, host, path and query.
    pub(crate) url: String,
    /// Path and query.
    pub(crate) target: String,
    /// The authorization header, `-` if there was none.
    pub(crate) authorization: String,
    /// `traceparent` and `tracestate`, each empty if there was none.
    pub(crate) trace: [String; 2],
    /// The body.
    pub(crate) body: Bytes,
}

/// An answer as it was received.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    /// Milliseconds since the transport was made.
    pub(crate) at_ms: u128,
    /// The request's authorization header.
    pub(crate) authorization: String,
    /// Its status.
    pub(crate) status: u16,
}

/// What the API answers once its queue is empty.
type Rule = Box<dyn Fn(&Sent) -> Step + Send + Sync>;

/// Answers API requests from one queue and token requests from another. With no script left, the
/// token endpoint grants `token-1`, `token-2` and so on for a day; the API follows its rule, or
/// fails the test if it has none.
pub(crate) struct ScriptedTransport {
    started: Instant,
    rule: Option<Rule>,
    api: Mutex<VecDeque<Step>>,
    tokens: Mutex<VecDeque<Step>>,
    sent: Mutex<Vec<Sent>>,
    received: Mutex<Vec<Received>>,
}

impl ScriptedTransport {
    pub(crate) fn new<S: Into<Step>>(api: impl IntoIterator<Item = S>) -> Arc<Self> {
        Arc::new(Self {
            started: Instant::now(),
            rule: None,
            api: Mutex::new(api.into_iter().map(Into::into).collect()),
            tokens: Mutex::default(),
            sent: Mutex::default(),
            received: Mutex::default(),
        })
    }

    /// Answers every API request as `rule` says.
    pub(crate) fn ruled(rule: impl Fn(&Sent) -> Step + Send + Sync + 'static) -> Arc<Self> {
        let mut transport = Self::new(None::<Step>);
        let unshared = Arc::get_mut(&mut transport).unwrap();
        unshared.rule = Some(Box::new(rule));
        transport
    }

    pub(crate) fn with_tokens<S: Into<Step>>(
        self: Arc<Self>,
        steps: impl IntoIterator<Item = S>,
    ) -> Arc<Self> {
        self.tokens
            .lock()
            .unwrap()
            .extend(steps.into_iter().map(Into::into));
        self
    }

    /// API requests, in order.
    pub(crate) fn api_requests(&self) -> Vec<Sent> {
        self.sent(|sent| sent.target != "/oauth/token")
    }

    /// Token requests, in order.
    pub(crate) fn token_requests(&self) -> Vec<Sent> {
        self.sent(|sent| sent.target == "/oauth/token")
    }

    /// Answers of the API, in order.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// When API requests were sent, in milliseconds.
    pub(crate) fn api_times(&self) -> Vec<u128> {
        self.api_requests().iter().map(|sent| sent.at_ms).collect()
    }

    fn sent(&self, wanted: impl Fn(&Sent) -> bool) -> Vec<Sent> {
        let sent = self.sent.lock().unwrap();
        sent.iter().filter(|sent| wanted(sent)).cloned().collect()
    }

    fn next_token(&self) -> Step {
        let scripted = self.tokens.lock().unwrap().pop_front();
        scripted.unwrap_or_else(|| {
            let number = self.token_requests().len();
            granted(&format!("token-{number}"), 86_400).into()
        })
    }
}

/// Its script and its memory are full of tokens.
impl fmt::Debug for ScriptedTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ScriptedTransport")
    }
}

#[async_trait]
impl Transport for ScriptedTransport {
    async fn call(
        &self,
        request: Request<Bytes>,
        _deadline: Deadline,
    ) -> Result<Response<Bytes>, TransportError> {
        let target = request.uri().path_and_query().unwrap().to_string();
        let authorization = request.headers().get("authorization");
        let sent = Sent {
            at_ms: self.started.elapsed().as_millis(),
            method: request.method().clone(),
            url: request.uri().to_string(),
            target: target.clone(),
            authorization: authorization.map_or("-".to_owned(), |a| a.to_str().unwrap().to_owned()),
            trace: ["traceparent", "tracestate"].map(|name| {
                let value = request.headers().get(name);
                value.map_or_else(String::new, |value| value.to_str().unwrap().to_owned())
            }),
            body: request.body().clone(),
        };
        self.sent.lock().unwrap().push(sent.clone());
        let step = if target == "/oauth/token" {
            self.next_token()
        } else {
            let step = self.api.lock().unwrap().pop_front();
            let ruled = || self.rule.as_ref().map(|rule| rule(&sent));
            step.or_else(ruled)
                .unwrap_or_else(|| panic!("no answer is scripted for {target}"))
        };
        let response = match step {
            Step::Answer(response) => response,
            Step::Fail(kind) => return Err(TransportError::new(kind)),
            Step::Break(kind, response) => {
                return Err(TransportError::new(kind).after(response.map(drop)));
            }
            Step::After(delay, response) => {
                sleep(delay).await;
                response
            }
        };
        if target != "/oauth/token" {
            self.received.lock().unwrap().push(Received {
                at_ms: self.started.elapsed().as_millis(),
                authorization: sent.authorization,
                status: response.status().as_u16(),
            });
        }
        Ok(response)
    }
}

#[derive(Debug)]
struct FixedClock;

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        NOW
    }
}

/// A source of `dialect` over `transport`; chance always comes out as `chance`.
pub(crate) fn source_with(
    transport: &Arc<ScriptedTransport>,
    dialect: Dialect,
    chance: f64,
    change: impl FnOnce(&mut GenesysConfig),
) -> GenesysSource {
    over_with(transport, dialect, Jitter::new(move || chance), change)
}

/// A source of `dialect` over `transport`, with any chance.
pub(crate) fn over_with(
    transport: &Arc<ScriptedTransport>,
    dialect: Dialect,
    jitter: Jitter,
    change: impl FnOnce(&mut GenesysConfig),
) -> GenesysSource {
    let mut config = GenesysConfig::new(
        "https://api.example.com".parse().unwrap(),
        "https://login.example.com".parse().unwrap(),
        Credentials::ClientCredentials {
            client_id: "client".to_owned(),
            client_secret: "secret".into(),
        },
        dialect,
    );
    change(&mut config);
    let transport = Arc::<ScriptedTransport>::clone(transport);
    GenesysSource::new(config, transport, Arc::new(FixedClock), jitter)
}

/// A source over any transport.
pub(crate) fn over(
    transport: Arc<dyn Transport>,
    config: GenesysConfig,
    chance: f64,
) -> GenesysSource {
    GenesysSource::new(
        config,
        transport,
        Arc::new(FixedClock),
        Jitter::new(move || chance),
    )
}

/// A source without chance.
pub(crate) fn source(transport: &Arc<ScriptedTransport>, dialect: Dialect) -> GenesysSource {
    source_with(transport, dialect, 0.0, |_| {})
}

/// The usual question.
pub(crate) fn query() -> SourceQuery {
    SourceQuery {
        conversation_id: CONVERSATION.to_owned(),
        session_id: "session-1".to_owned(),
        limit: 20,
        offset: 0,
        knowledge_source_ids: vec!["kb-1".to_owned(), "kb-2".to_owned()],
        intent_confidence: [("refund".to_owned(), 0.75)].into(),
        query: None,
        priority: Priority::Interactive,
    }
}

pub(crate) const CONVERSATION: &str = "c0a80101-1111-4222-8333-444455556666";

/// Asks the usual question, with three seconds of time.
pub(crate) async fn fetch(source: &GenesysSource) -> Result<Batch, SourceError> {
    source.fetch(&query(), within(3_000)).await
}

/// The deadline so many milliseconds from now.
pub(crate) fn within(millis: u64) -> Deadline {
    Deadline::at((Instant::now() + Duration::from_millis(millis)).into_std())
}

/// An answer with a JSON body.
pub(crate) fn answer(status: u16, body: impl Into<Bytes>) -> Response<Bytes> {
    Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .header("ININ-Correlation-Id", format!("correlation-{status}"))
        .body(body.into())
        .unwrap()
}

/// An empty listing.
pub(crate) fn nothing() -> Response<Bytes> {
    answer(200, r#"{"entities":[]}"#)
}

/// An answer that asks to be left alone for a while.
pub(crate) fn retry_after(status: u16, value: &str) -> Response<Bytes> {
    let mut response = answer(status, r#"{"code":"too.many.requests.retry.after"}"#);
    response
        .headers_mut()
        .insert("retry-after", value.parse().unwrap());
    response
}

/// An error body with a code.
pub(crate) fn refused(status: u16, code: &str) -> Response<Bytes> {
    answer(
        status,
        format!(r#"{{"code":"{code}","message":"planted pat@example.com"}}"#),
    )
}

/// A token, valid for so many seconds.
pub(crate) fn granted(token: &str, seconds: u64) -> Response<Bytes> {
    let body =
        format!(r#"{{"access_token":"{token}","token_type":"bearer","expires_in":{seconds}}}"#);
    answer(200, body)
}
