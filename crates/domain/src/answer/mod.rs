//! The public shape of an answer, defined once: printed by the command line, served over HTTP,
//! sent to sinks. A contract: snapshot-tested, documented, versioned with the program.
//!
//! An [`Answer`] is made from screened values only and has no public fields, so no other text can
//! get into one.

mod item;
mod labels;

pub use item::AnswerItem;
pub use labels::{CacheStatus, Degraded, DegradedReason, EmptyReason};

use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::screening::{Screened, ScreeningReport};

/// The numbers of an answer; see [`ScreeningReport`] for what each count means.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Metrics {
    /// From the request's arrival until its answer was ready to be recorded.
    latency_ms: f64,
    total_received: u32,
    total_returned: u32,
    malformed: u32,
    duplicates: u32,
    state_filtered: u32,
    source_filtered: u32,
    over_limit: u32,
    relevance_filtered: u32,
    pii_rejected: u32,
    unscored: u32,
    pii_masked_verified: u32,
    pii_masked_locally: u32,
    pii_findings: u32,
    pii_violations: u32,
}

impl Metrics {
    /// Milliseconds from the request's arrival until its answer was ready to be recorded.
    pub fn latency_ms(&self) -> f64 {
        self.latency_ms
    }

    fn new(report: &ScreeningReport, latency_us: u64) -> Self {
        Self {
            latency_ms: latency_us as f64 / 1e3,
            total_received: report.total_received,
            total_returned: report.total_returned,
            malformed: report.malformed,
            duplicates: report.duplicates,
            state_filtered: report.state_filtered,
            source_filtered: report.source_filtered,
            over_limit: report.over_limit,
            relevance_filtered: report.relevance_filtered,
            pii_rejected: report.pii_rejected,
            unscored: report.unscored,
            pii_masked_verified: report.pii_masked_verified,
            pii_masked_locally: report.pii_masked_locally,
            pii_findings: report.pii_findings,
            pii_violations: report.pii_violations,
        }
    }
}

/// How the cache took part, and how old the content is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CacheInfo {
    /// How.
    pub status: CacheStatus,
    /// Milliseconds since the content was fetched; 0 when fetched now.
    pub age_ms: u64,
}

impl CacheInfo {
    /// No answer came from anywhere.
    pub const NONE: Self = Self {
        status: CacheStatus::None,
        age_ms: 0,
    };
}

/// What the shell knows about one answer beside its content.
#[derive(Clone, Debug)]
pub struct AnswerFacts {
    /// The session asked for.
    pub session_id: String,
    /// The conversation asked for.
    pub conversation_id: String,
    /// The request's own identifier.
    pub request_id: String,
    /// Microseconds since the request's arrival.
    pub latency_us: u64,
    /// How the cache took part.
    pub cache: CacheInfo,
}

/// What an answer shows: one allocation, shared by all answers that show the same. Made from screened
/// values only.
#[derive(Clone, Debug, PartialEq)]
pub struct AnswerItems(Arc<[AnswerItem]>);

impl AnswerItems {
    /// What `screened` lets through, best first.
    pub fn of(screened: &Screened) -> Self {
        let kept = screened.kept().iter();
        Self(kept.map(|safe| AnswerItem::new(safe)).collect())
    }

    /// One after the other.
    pub fn as_slice(&self) -> &[AnswerItem] {
        &self.0
    }
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    session_id: String,
    conversation_id: String,
    request_id: String,
    metrics: Metrics,
    cache: CacheInfo,
    empty_reason: Option<EmptyReason>,
    degraded: Option<Degraded>,
    recommendations: AnswerItems,
}

impl Answer {
    /// The answer that shows what `screened` lets through.
    pub fn of(facts: AnswerFacts, screened: &Screened) -> Self {
        Self::showing(facts, screened, AnswerItems::of(screened))
    }

    /// The same, where `items` have been made of `screened` before.
    pub fn showing(facts: AnswerFacts, screened: &Screened, items: AnswerItems) -> Self {
        Self {
            session_id: facts.session_id,
            conversation_id: facts.conversation_id,
            recommendations: items,
            metrics: Metrics::new(screened.report(), facts.latency_us),
            cache: facts.cache,
            empty_reason: screened.empty_reason(),
            degraded: None,
            request_id: facts.request_id,
        }
    }

    /// The answer that shows nothing, for the reason in its label.
    pub fn degraded(facts: AnswerFacts, degraded: Degraded) -> Self {
        Self {
            session_id: facts.session_id,
            conversation_id: facts.conversation_id,
            recommendations: AnswerItems(Arc::default()),
            metrics: Metrics::new(&ScreeningReport::default(), facts.latency_us),
            cache: facts.cache,
            empty_reason: Some(EmptyReason::Degraded),
            degraded: Some(degraded),
            request_id: facts.request_id,
        }
    }

    /// The same answer, labelled as less than it should be. Where it shows something, the agent is
    /// told what to make of that instead of to carry on without.
    #[must_use]
    pub fn labelled(self, degraded: Option<Degraded>) -> Self {
        let degraded = match self.recommendations().is_empty() {
            true => degraded,
            false => degraded.map(|label| label.standing_in(self.cache.status)),
        };
        Self { degraded, ..self }
    }

    /// What to show, best first.
    pub fn recommendations(&self) -> &[AnswerItem] {
        self.recommendations.as_slice()
    }

    /// The answer's shape with something else in the place of what it shows, which is its last member.
    pub fn with_recommendations<'a, R: Serialize + 'a>(
        &'a self,
        recommendations: R,
    ) -> impl Serialize + 'a {
        Shape {
            session_id: &self.session_id,
            conversation_id: &self.conversation_id,
            request_id: &self.request_id,
            metrics: &self.metrics,
            cache: self.cache,
            empty_reason: self.empty_reason,
            degraded: self.degraded.as_ref(),
            recommendations,
        }
    }

    /// The numbers.
    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// How the cache took part.
    pub fn cache(&self) -> CacheInfo {
        self.cache
    }

    /// Why there is nothing to show, if there is nothing.
    pub fn empty_reason(&self) -> Option<EmptyReason> {
        self.empty_reason
    }

    /// Why the answer is less than it should be, if it is.
    pub fn degradation(&self) -> Option<&Degraded> {
        self.degraded.as_ref()
    }

    /// The request's own identifier, the same as in the audit log.
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// The session asked for.
    pub fn session_id(&self) -> &str {
        &self.session_id
    }

    /// The conversation asked for.
    pub fn conversation_id(&self) -> &str {
        &self.conversation_id
    }
}

/// The members of an answer, in their order: what it shows comes last, so that it can be sent behind the
/// rest as it is.
#[derive(Serialize)]
struct Shape<'a, R> {
    session_id: &'a str,
    conversation_id: &'a str,
    request_id: &'a str,
    metrics: &'a Metrics,
    cache: CacheInfo,
    empty_reason: Option<EmptyReason>,
    degraded: Option<&'a Degraded>,
    recommendations: R,
}

impl Serialize for Answer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.with_recommendations(self.recommendations())
            .serialize(serializer)
    }
}
