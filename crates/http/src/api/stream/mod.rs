//! A conversation as it goes: server-sent events, so that nobody asks again and again.

mod line;
mod schema;

use agent_assist_app::payload_query;
use agent_assist_app::streams::EventId;
use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::header::{CACHE_CONTROL, HeaderName};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::sse::Sse;
use axum::response::{IntoResponse as _, Response};

use self::line::{Line, Lost};
use self::schema::StreamEvent;
use super::recommendations::{fetch, permit};
use super::schema::QueryPayload;
use crate::auth::NoSeat;
use crate::problem::{Kind, Problem, ProblemBody};
use crate::state::{Asking, Shared};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// Tells proxies that gather answers to pass this one on as it comes.
const X_ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// Listen to a conversation's recommendations
///
/// Server-sent events: how things stand, and then what is new, each with an `id`. Sent back as
/// `Last-Event-ID`, it goes on behind that event; where what came behind it is not kept any more, `resync`
/// says so and how things stand follows. Comments show that the stream lives, `bye` that it ends.
#[utoipa::path(
    get,
    path = "/v1/conversations/{conversation_id}/stream",
    tag = "recommendations",
    params(
        ("conversation_id" = String, Path, description = "The conversation", min_length = 1, max_length = 128),
        QueryPayload,
        ("Last-Event-ID" = Option<String>, Header, description = "The `id` of the last event that was had"),
    ),
    responses(
        (status = 200, description = "Events, until somebody hangs up: the shape is that of each", body = StreamEvent, content_type = "text/event-stream"),
        (status = 422, description = "Parameters break rules", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "The key has as many streams as it may", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "There is no room for another stream", body = ProblemBody, content_type = "application/problem+json"),
    ),
    extensions(("x-roles" = json!(["agent", "admin"]))),
)]
pub(crate) async fn listen(
    State(shared): State<Shared>,
    Extension(asking): Extension<Asking>,
    Path(conversation_id): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    // From the first look on: who is drained while it begins is told.
    let drained = shared.drained();
    let raw = payload_query::parse(conversation_id, query.as_deref().unwrap_or_default());
    permit(&shared, &asking, &raw).await?;
    let seat = shared.seats().take(&asking.caller.key_id);
    let seat = seat.map_err(|why| no_seat(&shared, why))?;
    let streams = &shared.services().streams;
    let last = headers.get(LAST_EVENT_ID).filter(|last| !last.is_empty());
    let id = last.and_then(|last| EventId::parse(last.to_str().ok()?));
    let (subscription, lost) = match id.and_then(|id| streams.resume(&raw, &id)) {
        Some(subscription) => (subscription, None),
        None => {
            let outcome = fetch(&shared, &asking, raw.clone()).await?;
            let lost = last.map(|_| Lost::UnknownId);
            (streams.join(raw, &outcome), lost)
        }
    };
    let line = Line::new(shared, asking, subscription, seat, drained, lost);
    let mut response = Sse::new(line.into_events()).into_response();
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_ACCEL_BUFFERING, HeaderValue::from_static("no"));
    Ok(response)
}

fn no_seat(shared: &Shared, why: NoSeat) -> Problem {
    let problem = match why {
        NoSeat::OfKey => Problem::new(
            Kind::TooManyStreams,
            "end one of its streams, or raise serve.max_streams_per_key",
        ),
        NoSeat::AtAll => Problem::new(
            Kind::StreamsFull,
            "all places are taken; serve.max_connections says how many there are",
        ),
    };
    problem.retry_after(shared.heartbeat())
}
