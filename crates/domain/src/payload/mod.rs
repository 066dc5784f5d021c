//! What a caller may ask for: from a [`RawRequest`] as typed to a [`FetchRequest`] that is valid.
//!
//! [`RawRequest::validate`] reports every violation at once, before anything leaves the machine.
//! An offending number is shown; an offending text only by its length and the position of its
//! first bad character, because it may be personal data.

mod engagement;
mod hold;
mod raw;
mod rules;
mod switch;
mod violation;

pub use engagement::{Engagement, EngagementRequest, RawEngagement, RawEngagements};
pub use hold::{HoldRequest, RawHold, RawHoldScope};
pub use raw::{RawField, RawRequest};
pub use rules::is_identifier;
pub(crate) use rules::is_uuid as is_uuid_text;
pub use switch::{RawSwitch, RawSwitchScope, SwitchRequest};
pub use violation::{KnownIds, Rule, Violation, Violations};

use std::collections::BTreeMap;
use std::fmt;

use crate::dialect::Dialect;
use crate::pii::SubjectTerms;

/// Longest identifier accepted, in characters.
pub const MAX_IDENTIFIER_CHARS: usize = 128;
/// Most intents in one request.
pub const MAX_INTENTS: usize = 100;
/// Most recommendations in one answer.
pub const MAX_LIMIT: u32 = 100;
/// Recommendations in one answer when nobody says otherwise.
pub const DEFAULT_LIMIT: u32 = 20;
/// Shortest and longest free-text query, in characters (the platform's search takes 3 or more).
pub const QUERY_CHARS: (usize, usize) = (3, 2_000);
/// Most subject terms in one request.
pub const MAX_SUBJECT_TERMS: usize = 50;
/// Most events told at once of one conversation: each of an answer's recommendations twice.
pub const MAX_ENGAGEMENTS: usize = 200;
/// Slack on the sum of confidences, for decimal fractions that binary cannot hold.
pub const CONFIDENCE_TOLERANCE: f64 = 1e-9;

/// A request that keeps every payload rule. Only [`RawRequest::validate`] makes one.
#[derive(Clone)]
pub struct FetchRequest {
    pub(crate) session_id: String,
    pub(crate) conversation_id: String,
    pub(crate) intent_confidence: BTreeMap<String, f64>,
    pub(crate) knowledge_source_ids: Vec<String>,
    pub(crate) limit: u32,
    pub(crate) offset: u32,
    pub(crate) min_relevance: Option<f64>,
    pub(crate) agent_id: Option<String>,
    pub(crate) customer_id: Option<String>,
    pub(crate) queue_id: Option<String>,
    pub(crate) query: Option<String>,
    pub(crate) subject_terms: SubjectTerms,
}

impl FetchRequest {
    /// The assist session, 1..=128 characters.
    pub fn session_id(&self) -> &str {
        &self.session_id
    }

    /// The conversation, 1..=128 characters; a UUID in the suggestions dialect.
    pub fn conversation_id(&self) -> &str {
        &self.conversation_id
    }

    /// Intent to confidence, each in 0..=1, the sum in 0..=1.
    pub fn intent_confidence(&self) -> &BTreeMap<String, f64> {
        &self.intent_confidence
    }

    /// Knowledge sources without repeats, in the caller's order; empty means all.
    pub fn knowledge_source_ids(&self) -> &[String] {
        &self.knowledge_source_ids
    }

    /// Most recommendations wanted, 1..=100.
    pub fn limit(&self) -> u32 {
        self.limit
    }

    /// Recommendations to skip.
    pub fn offset(&self) -> u32 {
        self.offset
    }

    /// The least relevance to show, 0..=1, if this request has its own.
    pub fn min_relevance(&self) -> Option<f64> {
        self.min_relevance
    }

    /// The agent, if the request names one.
    pub fn agent_id(&self) -> Option<&str> {
        self.agent_id.as_deref()
    }

    /// The customer, if the request names one. Never sent upstream, recorded under a pseudonym.
    pub fn customer_id(&self) -> Option<&str> {
        self.customer_id.as_deref()
    }

    /// The queue, if the request names one.
    pub fn queue_id(&self) -> Option<&str> {
        self.queue_id.as_deref()
    }

    /// What the agent is looking for in words, 3..=2000 characters. Part of the answer's key.
    pub fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }

    /// Identifiers of the conversation's customer, to be masked exactly. Never stored or logged.
    pub fn subject_terms(&self) -> &SubjectTerms {
        &self.subject_terms
    }

    /// The same request, put to other knowledge sources: those of a fallback, which settings name
    /// and not the caller.
    #[must_use]
    pub fn for_knowledge_sources(&self, knowledge_source_ids: Vec<String>) -> Self {
        Self {
            knowledge_source_ids,
            ..self.clone()
        }
    }
}

impl fmt::Debug for FetchRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FetchRequest")
            .field("conversation_id", &self.conversation_id)
            .field("session_id", &self.session_id)
            .field("knowledge_source_ids", &self.knowledge_source_ids)
            .field("limit", &self.limit)
            .field("offset", &self.offset)
            .finish_non_exhaustive()
    }
}

impl RawRequest {
    /// Checks every rule of `dialect`.
    ///
    /// # Errors
    /// All violations found, at least one, in the order of the fields.
    pub fn validate(self, dialect: Dialect) -> Result<FetchRequest, Violations> {
        rules::check(self, dialect)
    }
}
