//! Tokens for one conversation: a backend that holds a key mints them for widgets that should not.

use std::time::Duration;

use agent_assist_app::access::{DEFAULT_TOKEN_LIFE, MAX_TOKEN_LIFE};
use agent_assist_domain::access::Target;
use agent_assist_domain::payload::is_identifier;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::problem::{Kind, Problem, ProblemBody};
use crate::protect::limits::json_body;
use crate::state::{Asking, Shared};

/// What a token is to be for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenOrder {
    /// The conversation.
    #[schema(
        example = "8d7c1c2e-3a74-4f5b-9d2e-0c5a1f6b7e88",
        min_length = 1,
        max_length = 128
    )]
    conversation_id: String,
    /// Its queue; needed where the key is limited to queues.
    #[schema(min_length = 1, max_length = 128)]
    queue_id: Option<String>,
    /// How long it lives, in seconds; 900 where not given.
    #[schema(minimum = 1, maximum = 3600)]
    expires_in: Option<u64>,
}

/// A token.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Token {
    /// What its holder shows as `Authorization: Bearer`.
    access_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// How long it lives, in seconds.
    expires_in: u64,
    /// When it ends, milliseconds since the Unix epoch.
    expires_at: i64,
}

/// Mint a token for one conversation
///
/// For widgets in a browser, which should hold no key. It opens recommendations of that conversation, for
/// an hour at most, and ends with the key it was minted with.
#[utoipa::path(
    post,
    path = "/v1/tokens",
    tag = "access",
    request_body = TokenOrder,
    responses(
        (status = 201, description = "A token", body = Token),
        (status = 422, description = "Fields break rules", body = ProblemBody, content_type = "application/problem+json"),
    ),
    extensions(("x-roles" = json!(["agent", "admin"]))),
)]
pub(crate) async fn mint(
    State(shared): State<Shared>,
    Extension(asking): Extension<Asking>,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<Token>), Problem> {
    let body = json_body(&headers, body).await?;
    let order: TokenOrder = serde_json::from_slice(&body).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let detail = format!(
            "it must be an object with conversation_id and, if wanted, queue_id and expires_in \
             (line {line}, column {column})"
        );
        Problem::new(Kind::MalformedJson, detail)
    })?;
    let life = check(&order)?;
    let (conversation, queue) = (&order.conversation_id, order.queue_id.as_deref());
    let target = Target {
        conversation_id: Some(conversation),
        queue_id: queue,
        ..Target::default()
    };
    shared.permit(&asking, target).await?;
    let services = shared.services();
    let minted = services
        .access
        .mint(&asking.caller, &services.tenant, conversation, queue, life);
    let minted = match minted {
        Ok(minted) => minted,
        Err(denial) => return Err(shared.deny(&asking, denial, Some(conversation)).await),
    };
    let token = Token {
        access_token: minted.token,
        token_type: "Bearer",
        expires_in: life.as_secs(),
        expires_at: minted.expires_at.as_millis(),
    };
    Ok((StatusCode::CREATED, Json(token)))
}

/// How long the token is to live.
fn check(order: &TokenOrder) -> Result<Duration, Problem> {
    let ids = [
        ("conversation_id", Some(&order.conversation_id)),
        ("queue_id", order.queue_id.as_ref()),
    ];
    for (field, id) in ids {
        if id.is_some_and(|id| !is_identifier(id)) {
            let rule = "must be an identifier of 1 to 128 characters";
            return Err(Problem::field(field, "character", rule));
        }
    }
    let life = order
        .expires_in
        .map_or(DEFAULT_TOKEN_LIFE, Duration::from_secs);
    match life.is_zero() || life > MAX_TOKEN_LIFE {
        false => Ok(life),
        true => {
            let rule = format!("must be between 1 and {}", MAX_TOKEN_LIFE.as_secs());
            Err(Problem::field("expires_in", "range", rule))
        }
    }
}
