//! The main job over HTTP: a payload in, an answer out.
//!
//! Items are on record as given out; that an agent saw one is for the client to tell.

use agent_assist_app::error::Chain;
use agent_assist_app::fetch::{FetchError, FetchOutcome};
use agent_assist_app::{payload_json, payload_query};
use agent_assist_domain::access::Target;
use agent_assist_domain::answer::{CacheStatus, Degraded, DegradedReason};
use agent_assist_domain::payload::{RawField, RawRequest};
use agent_assist_domain::ports::SourceErrorKind;
use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::{
    AGE, CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderName, HeaderValue, IF_NONE_MATCH, RETRY_AFTER,
};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tokio::time::Instant;

use super::schema::{AnswerBody, Payload, QueryPayload};
use crate::pieces::Pieces;
use crate::problem::{Kind, Problem, ProblemBody, retry_after};
use crate::protect::limits::json_body;
use crate::state::{Asking, Shared};

const CACHE_STATUS: HeaderName = HeaderName::from_static("cache-status");
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");

/// Ask for a conversation's recommendations
///
/// An answer that is less than it should be, because the upstream fails or assist is switched off, is an
/// answer too: status 200, with `degraded` saying why.
#[utoipa::path(
    post,
    path = "/v1/recommendations",
    tag = "recommendations",
    request_body = Payload,
    responses(
        (status = 200, description = "An answer, degraded ones included", body = AnswerBody),
        (status = 422, description = "The payload breaks rules", body = ProblemBody, content_type = "application/problem+json"),
        (status = 502, description = "The upstream does not accept the gateway; an operator must act", body = ProblemBody, content_type = "application/problem+json"),
    ),
    extensions(("x-roles" = json!(["agent", "admin"]))),
)]
pub(crate) async fn ask(
    State(shared): State<Shared>,
    Extension(asking): Extension<Asking>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let arrived = Instant::now();
    let body = json_body(&headers, body).await?;
    let raw = payload_json::parse(&body)
        .map_err(|error| Problem::new(Kind::MalformedJson, error.to_string()))?;
    permit(&shared, &asking, &raw).await?;
    let outcome = fetch(&shared, &asking, raw).await?;
    Ok(answer(&outcome, arrived))
}

/// Ask for a conversation's recommendations by query
///
/// The same for clients that would rather read: with an `ETag`, and 304 where nothing has changed. What
/// an agent types and terms about the customer are taken by POST only, since addresses end up in logs.
#[utoipa::path(
    get,
    path = "/v1/conversations/{conversation_id}/recommendations",
    tag = "recommendations",
    params(
        ("conversation_id" = String, Path, description = "The conversation", min_length = 1, max_length = 128),
        QueryPayload,
        ("If-None-Match" = Option<String>, Header, description = "Entity tags of answers that are at hand"),
    ),
    responses(
        (status = 200, description = "An answer, degraded ones included", body = AnswerBody),
        (status = 304, description = "It would be the answer that is at hand"),
        (status = 422, description = "Parameters break rules", body = ProblemBody, content_type = "application/problem+json"),
        (status = 502, description = "The upstream does not accept the gateway; an operator must act", body = ProblemBody, content_type = "application/problem+json"),
    ),
    extensions(("x-roles" = json!(["agent", "admin"]))),
)]
pub(crate) async fn ask_by_query(
    State(shared): State<Shared>,
    Extension(asking): Extension<Asking>,
    Path(conversation_id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let arrived = Instant::now();
    let raw = payload_query::parse(conversation_id, query.as_deref().unwrap_or_default());
    permit(&shared, &asking, &raw).await?;
    let outcome = fetch(&shared, &asking, raw).await?;
    let tag = entity_tag(&outcome);
    let mut response = match is_at_hand(&headers, &tag) {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => answer(&outcome, arrived),
    };
    let headers = response.headers_mut();
    insert(headers, ETAG, &tag);
    // It may be kept, and must be asked about again each time.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}

/// Whether the caller may ask this, as far as is known before.
///
/// # Errors
/// The problem, if a limit says no; that is on record then.
pub(super) async fn permit(
    shared: &Shared,
    asking: &Asking,
    raw: &RawRequest,
) -> Result<(), Problem> {
    let target = Target {
        conversation_id: text(&raw.conversation_id),
        queue_id: text(&raw.queue_id),
        ..Target::default()
    };
    shared.permit(asking, target).await
}

/// The answer to what the caller was [permitted](permit) to ask.
///
/// # Errors
/// The problem, if there is none, or the conversation turns out to be out of the caller's limits.
pub(super) async fn fetch(
    shared: &Shared,
    asking: &Asking,
    raw: RawRequest,
) -> Result<FetchOutcome, Problem> {
    let conversation_id = text(&raw.conversation_id).map(str::to_owned);
    let services = shared.services();
    let request_id = asking.request_id.as_str().to_owned();
    let outcome = services.fetch.fetch_within(
        asking.caller.limits.clone(),
        request_id,
        asking.request_id.clone(),
        raw,
        services.options,
    );
    match outcome.await {
        Ok(outcome) => Ok(outcome),
        Err(error) => {
            Err(Box::pin(problem(shared, asking, &error, conversation_id.as_deref())).await)
        }
    }
}

fn text(field: &RawField) -> Option<&str> {
    match field {
        RawField::Text(text) => Some(text),
        _ => None,
    }
}

fn answer(outcome: &FetchOutcome, arrived: Instant) -> Response {
    let answer = &outcome.answer;
    // Texts and numbers: there is nothing that JSON could not say.
    let json = Pieces::of(outcome.to_json().unwrap_or_default());
    let mut response = ([(CONTENT_TYPE, JSON)], Body::new(json)).into_response();
    let headers = response.headers_mut();
    let cache = answer.cache();
    if matches!(cache.status, CacheStatus::Hit | CacheStatus::Stale) {
        headers.insert(AGE, HeaderValue::from(cache.age_ms / 1_000));
    }
    headers.insert(
        CACHE_STATUS,
        HeaderValue::from_static(cache_status(cache.status)),
    );
    let total = arrived.elapsed().as_secs_f64() * 1e3;
    let assist = answer.metrics().latency_ms();
    insert(
        headers,
        SERVER_TIMING,
        &format!("assist;dur={assist:.3}, total;dur={total:.3}"),
    );
    let limited = answer.degradation().map(Degraded::reason) == Some(DegradedReason::RateLimited);
    let wait = outcome.cause.as_ref().and_then(|cause| cause.retry_after());
    if let Some(wait) = wait.filter(|_| limited) {
        headers.insert(RETRY_AFTER, retry_after(wait));
    }
    response
}

/// As RFC 9211 has it.
const fn cache_status(status: CacheStatus) -> &'static str {
    match status {
        CacheStatus::Hit => "agent-assist;hit",
        CacheStatus::Stale => "agent-assist;hit;detail=stale",
        CacheStatus::Miss => "agent-assist;fwd=miss",
        CacheStatus::Fallback => "agent-assist;fwd=miss;detail=fallback",
        CacheStatus::Bypass => "agent-assist;fwd=request",
        CacheStatus::None => "agent-assist;fwd=miss;detail=none",
    }
}

/// Weak, since times and counts beside what an agent sees differ with each request.
fn entity_tag(outcome: &FetchOutcome) -> String {
    let digest = outcome.seen_digest();
    format!("W/\"{}\"", URL_SAFE_NO_PAD.encode(&digest[..16]))
}

fn is_at_hand(headers: &HeaderMap, tag: &str) -> bool {
    let said = headers.get_all(IF_NONE_MATCH).iter();
    let tags = said
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    tags.map(str::trim)
        .any(|theirs| theirs == "*" || opaque(theirs) == opaque(tag))
}

fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// What a caller is told whose fetch gave nothing.
pub(crate) async fn problem(
    shared: &Shared,
    asking: &Asking,
    error: &FetchError,
    conversation_id: Option<&str>,
) -> Problem {
    match error {
        FetchError::Invalid(violations) => violations.into(),
        FetchError::Denied(denial) => shared.deny(asking, *denial, conversation_id).await,
        FetchError::Source(cause) => {
            tracing::error!(error = %Chain(cause), "the upstream does not accept the gateway");
            let detail = match cause.kind() {
                SourceErrorKind::Unauthenticated => "its credentials are not valid",
                SourceErrorKind::Forbidden => "its credentials lack a right",
                _ => "it has no such endpoint",
            };
            let detail = format!("{detail}; an operator must act (agent-assist doctor says more)");
            Problem::new(Kind::UpstreamRefused, detail)
        }
        FetchError::Record(cause) => shared.store_failed(cause),
    }
}
