//! The public shape of an answer, defined once: printed by the command line, served over HTTP,
//! sent to sinks. A contract: snapshot-tested, documented, versioned with the program.
//!
//! An [`Answer`] is made from screened values only and has no public fields, so no other text can
//! get into one.

use serde::Serialize;

use crate::recommendation::{Recommendation, Score, UpstreamId};
use crate::screening::{Safe, Screened, ScreeningReport};
use crate::time::Timestamp;

/// Whether and how the cache took part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CacheStatus {
    /// Answered from the cache.
    Hit,
    /// Not in the cache; fetched.
    Miss,
    /// Answered from an entry past its time, because the upstream failed or is being asked.
    Stale,
    /// Answered by a fallback source.
    Fallback,
    /// The caller asked not to use the cache.
    Bypass,
    /// No answer came from anywhere.
    None,
}

impl CacheStatus {
    /// The name used in answers and audit records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::Miss => "miss",
            Self::Stale => "stale",
            Self::Fallback => "fallback",
            Self::Bypass => "bypass",
            Self::None => "none",
        }
    }
}

/// Why an answer holds no recommendations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EmptyReason {
    /// The upstream's assistant knows nothing of the conversation.
    NoCopilotData,
    /// The upstream had nothing to recommend.
    UpstreamEmpty,
    /// Everything was less relevant than asked for.
    BelowThreshold,
    /// Something was relevant but is not known to be free of personal data.
    PersonalData,
    /// Everything lay outside the window, the sources or the states asked for.
    Filtered,
    /// Nothing of what the upstream sent could be understood.
    Malformed,
    /// The upstream did not answer; see `degraded`.
    Degraded,
}

impl EmptyReason {
    /// The name used in answers and audit records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoCopilotData => "no_copilot_data",
            Self::UpstreamEmpty => "upstream_empty",
            Self::BelowThreshold => "below_threshold",
            Self::PersonalData => "personal_data",
            Self::Filtered => "filtered",
            Self::Malformed => "malformed",
            Self::Degraded => "degraded",
        }
    }
}

/// Why an answer is less than it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DegradedReason {
    /// The upstream throttles.
    RateLimited,
    /// The upstream failed or cannot be reached.
    UpstreamError,
    /// The upstream did not answer in time.
    Timeout,
    /// The upstream's answer could not be understood.
    BadFormat,
    /// The upstream refused the request.
    Rejected,
}

impl DegradedReason {
    /// The name used in answers and audit records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RateLimited => "rate_limited",
            Self::UpstreamError => "upstream_error",
            Self::Timeout => "timeout",
            Self::BadFormat => "bad_format",
            Self::Rejected => "rejected",
        }
    }

    /// What to tell the agent: plain words, no blame, nothing technical.
    pub const fn message(self) -> &'static str {
        match self {
            Self::RateLimited => {
                "Suggestions are paused for a moment because many are being asked for. They will \
                 be back shortly; please carry on without them."
            }
            Self::UpstreamError | Self::BadFormat | Self::Rejected => {
                "Suggestions are not available right now. Please carry on without them."
            }
            Self::Timeout => {
                "Suggestions are taking too long right now. Please carry on without them."
            }
        }
    }
}

/// The label of a degraded answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Degraded {
    reason: DegradedReason,
    /// Milliseconds since the Unix epoch.
    since: i64,
    message: &'static str,
}

impl Degraded {
    /// Degraded for `reason` since `since`.
    pub fn new(reason: DegradedReason, since: Timestamp) -> Self {
        Self {
            reason,
            since: since.as_millis(),
            message: reason.message(),
        }
    }

    /// Why.
    pub fn reason(&self) -> DegradedReason {
        self.reason
    }

    /// Words fit for an agent's screen.
    pub fn message(&self) -> &'static str {
        self.message
    }
}

/// Where a recommended text lives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AnswerSource {
    knowledge_base_id: Option<String>,
    document_id: Option<String>,
    version_id: Option<String>,
    uri: Option<String>,
    origin: &'static str,
}

/// One recommendation as shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AnswerItem {
    id: String,
    kind: &'static str,
    title: String,
    text: String,
    relevance_score: Option<f64>,
    is_pii_masked: bool,
    pii_basis: &'static str,
    names_covered: bool,
    source: AnswerSource,
}

impl AnswerItem {
    /// The upstream's identifier.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What it is.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// Heading, masked.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Body, masked, one text a line.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// 0..=1, where the upstream scores this kind.
    pub fn relevance_score(&self) -> Option<f64> {
        self.relevance_score
    }

    /// On what "masked" rests.
    pub fn pii_basis(&self) -> &'static str {
        self.pii_basis
    }

    fn new(safe: &Safe) -> Self {
        let Recommendation {
            id,
            kind,
            score,
            source,
            ..
        } = &safe.recommendation;
        let text_of = |id: &Option<UpstreamId>| id.as_ref().map(|id| id.as_str().to_owned());
        Self {
            id: id.as_str().to_owned(),
            kind: kind.as_str(),
            title: safe.recommendation.title().to_owned(),
            text: safe.recommendation.text(),
            relevance_score: score.map(Score::get),
            is_pii_masked: true,
            pii_basis: safe.basis.as_str(),
            names_covered: safe.names_covered,
            source: AnswerSource {
                knowledge_base_id: text_of(&source.knowledge_base_id),
                document_id: text_of(&source.document_id),
                version_id: text_of(&source.version_id),
                uri: source.uri.clone(),
                origin: source.origin.as_str(),
            },
        }
    }
}

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

/// An answer.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    session_id: String,
    conversation_id: String,
    recommendations: Vec<AnswerItem>,
    metrics: Metrics,
    cache: CacheInfo,
    empty_reason: Option<EmptyReason>,
    degraded: Option<Degraded>,
    request_id: String,
}

impl Answer {
    /// The answer that shows what `screened` lets through.
    pub fn of(facts: AnswerFacts, screened: &Screened) -> Self {
        Self {
            session_id: facts.session_id,
            conversation_id: facts.conversation_id,
            recommendations: screened
                .kept()
                .iter()
                .map(|safe| AnswerItem::new(safe))
                .collect(),
            metrics: Metrics::new(screened.report(), facts.latency_us),
            cache: facts.cache,
            empty_reason: screened.empty_reason(),
            degraded: None,
            request_id: facts.request_id,
        }
    }

    /// The answer that shows nothing because the upstream failed.
    pub fn degraded(facts: AnswerFacts, degraded: Degraded) -> Self {
        Self {
            session_id: facts.session_id,
            conversation_id: facts.conversation_id,
            recommendations: Vec::new(),
            metrics: Metrics::new(&ScreeningReport::default(), facts.latency_us),
            cache: facts.cache,
            empty_reason: Some(EmptyReason::Degraded),
            degraded: Some(degraded),
            request_id: facts.request_id,
        }
    }

    /// What to show, best first.
    pub fn recommendations(&self) -> &[AnswerItem] {
        &self.recommendations
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
