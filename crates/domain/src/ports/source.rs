//! Where recommendations come from.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::batch::{Batch, UpstreamFacts};
use crate::dialect::Dialect;
use crate::payload::FetchRequest;
use crate::plain_token::PlainToken;
use crate::time::Deadline;

/// What an upstream is, as far as keys and selection must know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceProfile {
    /// Who pages and who vouches for masking.
    pub dialect: Dialect,
    /// Names the upstream among others: its API origin. Part of every key.
    pub origin: Arc<str>,
    /// Whether intents are sent, and so are part of what the upstream sees.
    pub sends_intents: bool,
    /// Whether the words searched for are sent, together with the knowledge sources to search.
    pub sends_query: bool,
}

impl SourceProfile {
    /// An upstream that is sent neither intents nor words.
    pub fn new(dialect: Dialect, origin: impl Into<Arc<str>>) -> Self {
        Self {
            dialect,
            origin: origin.into(),
            sends_intents: false,
            sends_query: false,
        }
    }
}

/// Who waits for an answer. Where requests are rationed, people come first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// Nobody waits: what is remembered is being refreshed.
    Background,
    /// A person waits.
    #[default]
    Interactive,
}

/// One question to an upstream. A source of the suggestions dialect uses the conversation only;
/// paging and source filter are then applied to what it brings.
#[derive(Clone, PartialEq)]
pub struct SourceQuery {
    /// The conversation.
    pub conversation_id: String,
    /// The assist session.
    pub session_id: String,
    /// Most recommendations wanted.
    pub limit: u32,
    /// Recommendations to skip.
    pub offset: u32,
    /// Knowledge sources, in the caller's order.
    pub knowledge_source_ids: Vec<String>,
    /// Intents, sent only where the profile says so.
    pub intent_confidence: BTreeMap<String, f64>,
    /// Words to search for, sent only where the profile says so.
    pub query: Option<String>,
    /// Who waits for the answer. Not part of the question: no key holds it.
    pub priority: Priority,
}

impl From<&FetchRequest> for SourceQuery {
    fn from(request: &FetchRequest) -> Self {
        Self {
            conversation_id: request.conversation_id().to_owned(),
            session_id: request.session_id().to_owned(),
            limit: request.limit(),
            offset: request.offset(),
            knowledge_source_ids: request.knowledge_source_ids().to_vec(),
            intent_confidence: request.intent_confidence().clone(),
            query: request.query().map(str::to_owned),
            priority: Priority::Interactive,
        }
    }
}

/// The words searched for are somebody's, and not shown.
impl fmt::Debug for SourceQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SourceQuery")
            .field("conversation_id", &self.conversation_id)
            .field("session_id", &self.session_id)
            .field("knowledge_source_ids", &self.knowledge_source_ids)
            .field("limit", &self.limit)
            .field("offset", &self.offset)
            .field("priority", &self.priority)
            .finish_non_exhaustive()
    }
}

/// Why a source brought nothing. Each kind says what becomes of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum SourceErrorKind {
    /// The upstream calls the request wrong (400). Degraded answer.
    BadRequest,
    /// The credentials are wrong, expired or missing (401, token endpoint). An error.
    Unauthenticated,
    /// The credentials lack a permission or scope (403). An error.
    Forbidden,
    /// The upstream has no such endpoint (404). An error: the dialect is wrong.
    NotFound,
    /// The upstream gave up waiting (408, 504). Degraded answer.
    UpstreamTimeout,
    /// The upstream calls the request too large (413). Degraded answer.
    TooLarge,
    /// The upstream throttles (429, or its token endpoint). Degraded answer.
    RateLimited,
    /// The upstream failed (5xx). Degraded answer; what was remembered is forgotten.
    ServerError,
    /// The upstream cannot be reached, or the connection broke. Degraded answer.
    Unreachable,
    /// The deadline passed before there was an answer. A failure whose repetition would have come
    /// too late keeps its own kind. Degraded answer.
    DeadlineExceeded,
    /// The answer could not be understood. Degraded answer.
    BadFormat,
    /// The upstream has been failing and is left alone for a while: nothing was sent. Degraded
    /// answer.
    CircuitOpen,
    /// A fault of ours. Degraded answer.
    Internal,
}

impl SourceErrorKind {
    /// Every kind.
    pub const ALL: [Self; 13] = [
        Self::BadRequest,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::NotFound,
        Self::UpstreamTimeout,
        Self::TooLarge,
        Self::RateLimited,
        Self::ServerError,
        Self::Unreachable,
        Self::DeadlineExceeded,
        Self::BadFormat,
        Self::CircuitOpen,
        Self::Internal,
    ];

    /// The kind of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }

    /// The name used in audit records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadRequest => "bad_request",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::UpstreamTimeout => "upstream_timeout",
            Self::TooLarge => "too_large",
            Self::RateLimited => "rate_limited",
            Self::ServerError => "server_error",
            Self::Unreachable => "unreachable",
            Self::DeadlineExceeded => "deadline_exceeded",
            Self::BadFormat => "bad_format",
            Self::CircuitOpen => "circuit_open",
            Self::Internal => "internal",
        }
    }
}

/// A source brought nothing. Cheap to clone, because everyone who shared the call gets it.
///
/// `Display` says what happened without any text of the upstream; the cause is the source.
#[derive(Clone, Debug)]
pub struct SourceError {
    kind: SourceErrorKind,
    upstream: UpstreamFacts,
    code: Option<PlainToken>,
    retry_after: Option<Duration>,
    cause: Option<Arc<dyn Error + Send + Sync>>,
}

impl SourceError {
    /// A failure of `kind`.
    pub fn new(kind: SourceErrorKind) -> Self {
        Self {
            kind,
            upstream: UpstreamFacts::default(),
            code: None,
            retry_after: None,
            cause: None,
        }
    }

    /// The same error with how the upstream answered.
    #[must_use]
    pub fn with_upstream(mut self, upstream: UpstreamFacts) -> Self {
        self.upstream = upstream;
        self
    }

    /// The same error with the upstream's error code.
    #[must_use]
    pub fn with_code(mut self, code: Option<PlainToken>) -> Self {
        self.code = code;
        self
    }

    /// The same error with the time after which the upstream may be asked again.
    #[must_use]
    pub fn with_retry_after(mut self, retry_after: Option<Duration>) -> Self {
        self.retry_after = retry_after;
        self
    }

    /// The same error with its cause. Causes must be free of payloads, tokens and query strings.
    #[must_use]
    pub fn because(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.cause = Some(Arc::from(cause.into()));
        self
    }

    /// What becomes of the request.
    pub fn kind(&self) -> SourceErrorKind {
        self.kind
    }

    /// How the upstream answered, if it did.
    pub fn upstream(&self) -> &UpstreamFacts {
        &self.upstream
    }

    /// The upstream's error code, such as `bad.credentials`.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// The same, with the proof that it says nothing of anybody.
    pub(crate) fn code_token(&self) -> Option<&PlainToken> {
        self.code.as_ref()
    }

    /// The time after which the upstream may be asked again, if it said so.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.kind {
            SourceErrorKind::BadRequest => "the upstream calls the request invalid",
            SourceErrorKind::Unauthenticated => "the upstream does not accept the credentials",
            SourceErrorKind::Forbidden => "the credentials lack a permission or scope",
            SourceErrorKind::NotFound => "the upstream has no such endpoint",
            SourceErrorKind::UpstreamTimeout => "the upstream timed out",
            SourceErrorKind::TooLarge => "the upstream calls the request too large",
            SourceErrorKind::RateLimited => "the upstream limits the rate of requests",
            SourceErrorKind::ServerError => "the upstream failed",
            SourceErrorKind::Unreachable => "the upstream cannot be reached",
            SourceErrorKind::DeadlineExceeded => "the deadline passed before the upstream answered",
            SourceErrorKind::BadFormat => "the upstream's answer could not be understood",
            SourceErrorKind::CircuitOpen => {
                "the upstream has been failing and is left alone for a while"
            }
            SourceErrorKind::Internal => "the request failed inside the gateway",
        })?;
        if let Some(status) = self.upstream.status {
            write!(f, " (status {status}")?;
            if let Some(code) = &self.code {
                write!(f, ", code {code}")?;
            }
            if let Some(id) = &self.upstream.correlation_id {
                write!(f, ", correlation id {id}")?;
            }
            f.write_str(")")?;
        }
        Ok(())
    }
}

impl Error for SourceError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self.cause.as_deref() {
            Some(cause) => Some(cause),
            None => None,
        }
    }
}

/// Brings recommendations.
///
/// # Contract
/// - One call is one logical question: whatever retries, token refreshes and pages it takes happen
///   inside, and end by the deadline.
/// - Asking twice changes nothing upstream.
/// - Entities that cannot be used are counted in the batch, not errors; an envelope that cannot be
///   understood is [`BadFormat`](SourceErrorKind::BadFormat).
/// - A conversation of which the upstream's assistant knows nothing is an empty batch with
///   `no_data`, not an error.
/// - Dropping the future ends the call; no request goes out afterwards.
#[cfg_attr(feature = "mock", mockall::automock)]
#[async_trait]
pub trait RecommendationSource: fmt::Debug + Send + Sync + 'static {
    /// What this upstream is; the same at every call.
    fn profile(&self) -> SourceProfile;

    /// Asks for `query`, to be answered by `deadline`.
    async fn fetch(&self, query: &SourceQuery, deadline: Deadline) -> Result<Batch, SourceError>;
}
