//! The shapes of payload and answer for the document. Nothing is read or written through these: payloads
//! are judged by the domain's rules, and an answer has its one shape in `domain::answer`. Tests hold both
//! to what stands here.

#![expect(dead_code, reason = "described, not used")]

use std::collections::BTreeMap;

use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

/// A request for recommendations.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Payload {
    /// The conversation; a UUID in the suggestions dialect.
    #[schema(
        example = "8d7c1c2e-3a74-4f5b-9d2e-0c5a1f6b7e88",
        min_length = 1,
        max_length = 128
    )]
    conversation_id: String,
    /// The assist session; needed in the recommendations dialect.
    #[schema(min_length = 1, max_length = 128)]
    session_id: Option<String>,
    /// Intents and how sure of each one is; the sum is at most 1.
    intent_confidence: Option<BTreeMap<String, f64>>,
    /// Knowledge sources; needed in the recommendations dialect.
    #[schema(max_items = 100)]
    knowledge_source_ids: Option<Vec<String>>,
    /// Most recommendations wanted; 20 where not given.
    #[schema(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// Recommendations to skip.
    #[schema(minimum = 0, maximum = 1000000)]
    offset: Option<u32>,
    /// Least relevance shown.
    #[schema(minimum = 0, maximum = 1)]
    min_relevance: Option<f64>,
    /// The agent, for the records, which hold a pseudonym.
    #[schema(min_length = 1, max_length = 128)]
    agent_id: Option<String>,
    /// The customer, likewise.
    #[schema(min_length = 1, max_length = 128)]
    customer_id: Option<String>,
    /// The queue; needed where the key is limited to queues.
    #[schema(min_length = 1, max_length = 128)]
    queue_id: Option<String>,
    /// What the agent is looking for, in words.
    #[schema(min_length = 3, max_length = 2000)]
    query: Option<String>,
    /// Names, phones and the like of the customer, to be masked. Never stored.
    #[schema(max_items = 50)]
    subject_terms: Option<Vec<String>>,
}

/// The same as query parameters.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct QueryPayload {
    /// The assist session; needed in the recommendations dialect.
    #[param(min_length = 1, max_length = 128)]
    session_id: Option<String>,
    /// An intent and how sure of it one is, as `refund=0.8`; may be repeated.
    #[param(max_items = 100)]
    intent: Option<Vec<String>>,
    /// A knowledge source; may be repeated.
    #[param(max_items = 100)]
    knowledge_source_id: Option<Vec<String>>,
    /// Most recommendations wanted; 20 where not given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u32>,
    /// Recommendations to skip.
    #[param(minimum = 0, maximum = 1000000)]
    offset: Option<u32>,
    /// Least relevance shown.
    #[param(minimum = 0, maximum = 1)]
    min_relevance: Option<f64>,
    /// The agent, for the records, which hold a pseudonym.
    #[param(min_length = 1, max_length = 128)]
    agent_id: Option<String>,
    /// The customer, likewise.
    #[param(min_length = 1, max_length = 128)]
    customer_id: Option<String>,
    /// The queue; needed where the key is limited to queues.
    #[param(min_length = 1, max_length = 128)]
    queue_id: Option<String>,
}

/// What became of a recommendation.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EngagementPayload {
    kind: EngagementKindBody,
    /// The assist session; needed in the recommendations dialect.
    #[schema(min_length = 1, max_length = 128)]
    session_id: Option<String>,
    /// To or by whom, for the records, which hold a pseudonym.
    #[schema(min_length = 1, max_length = 128)]
    agent_id: Option<String>,
    /// When, by the client's clock. What counts is when it arrives.
    #[schema(format = DateTime)]
    at: Option<String>,
}

/// What became of several recommendations.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct EngagementsPayload {
    /// The assist session; needed in the recommendations dialect.
    #[schema(min_length = 1, max_length = 128)]
    session_id: Option<String>,
    /// To or by whom, for the records, which hold a pseudonym.
    #[schema(min_length = 1, max_length = 128)]
    agent_id: Option<String>,
    /// What happened, in order.
    #[schema(min_items = 1, max_items = 200)]
    events: Vec<EngagementEventBody>,
}

/// One of several events.
#[derive(Deserialize, ToSchema)]
#[schema(as = EngagementEvent)]
#[serde(deny_unknown_fields)]
pub(crate) struct EngagementEventBody {
    /// The recommendation.
    #[schema(min_length = 1, max_length = 128)]
    recommendation_id: String,
    kind: EngagementKindBody,
    /// Names the event: sent again, it counts once.
    #[schema(min_length = 1, max_length = 128)]
    event_id: Option<String>,
    /// When, by the client's clock. What counts is when it arrives.
    #[schema(format = DateTime)]
    at: Option<String>,
}

/// What happened: it was on a screen, was opened, copied, put into the conversation's text, used however,
/// accepted upstream, sent away, found helpful or not.
#[derive(Deserialize, ToSchema)]
#[schema(as = EngagementKind)]
#[serde(rename_all = "snake_case")]
pub(crate) enum EngagementKindBody {
    Displayed,
    Opened,
    Copied,
    Inserted,
    Used,
    Accepted,
    Dismissed,
    RatedPositive,
    RatedNegative,
}

/// An answer.
#[derive(ToSchema)]
#[schema(as = Answer)]
pub(crate) struct AnswerBody {
    /// The session asked for.
    session_id: String,
    /// The conversation asked for.
    conversation_id: String,
    /// The request's identifier, the same as in the audit log.
    request_id: String,
    metrics: MetricsBody,
    cache: CacheBody,
    /// Why there is nothing to show; null where there is something.
    #[schema(required)]
    empty_reason: Option<EmptyReasonBody>,
    /// Why the answer is less than it should be; null where it is not.
    #[schema(required)]
    degraded: Option<DegradedBody>,
    /// What to show, best first.
    recommendations: Vec<RecommendationBody>,
}

/// One recommendation. Everything in it is masked.
#[derive(ToSchema)]
#[schema(as = Recommendation)]
pub(crate) struct RecommendationBody {
    /// The upstream's identifier.
    id: String,
    /// What it is.
    kind: String,
    /// Heading.
    title: String,
    /// Body, one text a line.
    text: String,
    /// 0 to 1; null where the upstream scores none of this kind.
    #[schema(required)]
    relevance_score: Option<f64>,
    /// Always true.
    is_pii_masked: bool,
    /// On what that rests.
    pii_basis: String,
    /// Whether names were looked for, too.
    names_covered: bool,
    source: SourceBody,
}

/// Where a recommended text lives.
#[derive(ToSchema)]
#[schema(as = Source)]
pub(crate) struct SourceBody {
    #[schema(required)]
    knowledge_base_id: Option<String>,
    #[schema(required)]
    document_id: Option<String>,
    #[schema(required)]
    version_id: Option<String>,
    #[schema(required)]
    uri: Option<String>,
    /// Which path brought it.
    origin: String,
}

/// The numbers of an answer.
#[derive(ToSchema)]
#[schema(as = Metrics)]
pub(crate) struct MetricsBody {
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

/// How the cache took part.
#[derive(ToSchema)]
#[schema(as = Cache)]
pub(crate) struct CacheBody {
    status: CacheStatusBody,
    /// How old the content is.
    age_ms: u64,
}

#[derive(ToSchema)]
#[schema(as = CacheStatus, rename_all = "snake_case")]
pub(crate) enum CacheStatusBody {
    Hit,
    Miss,
    Stale,
    Fallback,
    Bypass,
    None,
}

/// Why there is nothing to show. More may come.
#[derive(ToSchema)]
#[schema(as = EmptyReason, rename_all = "snake_case")]
pub(crate) enum EmptyReasonBody {
    NoCopilotData,
    UpstreamEmpty,
    BelowThreshold,
    PersonalData,
    Filtered,
    Malformed,
    Degraded,
}

/// Why an answer is less than it should be.
#[derive(ToSchema)]
#[schema(as = Degraded)]
pub(crate) struct DegradedBody {
    reason: DegradedReasonBody,
    /// Milliseconds since the Unix epoch.
    since: i64,
    /// Words fit for an agent's screen.
    message: String,
}

/// More may come.
#[derive(ToSchema)]
#[schema(as = DegradedReason, rename_all = "snake_case")]
pub(crate) enum DegradedReasonBody {
    RateLimited,
    UpstreamError,
    Timeout,
    BadFormat,
    Rejected,
    AssistOff,
    SessionPaused,
    PersonalData,
}
