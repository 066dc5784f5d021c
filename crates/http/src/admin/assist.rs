//! The kill switch.

use agent_assist_app::assist::{AssistError, OffNow, Turned};
use agent_assist_app::settings::parse_duration;
use agent_assist_domain::payload::{RawField, RawSwitch, RawSwitchScope};
use axum::body::Body;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::order;
use crate::problem::{Problem, ProblemBody};
use crate::state::{Asking, Shared};

const SHAPE: &str = "an object with assist (off or on), scope (everything, queue or session), for a \
                     queue or session its id, and to switch off for a while for, such as 30m";

/// An order to the switch.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SwitchOrder {
    assist: Position,
    scope: Scope,
    /// Which queue or session.
    #[schema(min_length = 1, max_length = 128)]
    id: Option<String>,
    /// Come back by itself after so long, such as `30m`; means nothing for switching on.
    #[serde(rename = "for")]
    lasts: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Position {
    Off,
    On,
}

#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Scope {
    Everything,
    Queue,
    Session,
}

/// What came of an order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Switched {
    /// `off` or `on`.
    assist: &'static str,
    /// For whom.
    scope: &'static str,
    /// Which queue or session; null for everything.
    #[schema(required)]
    scope_id: Option<String>,
    /// When it comes back by itself, milliseconds since the epoch; null if it does not.
    #[schema(required)]
    until_ms: Option<i64>,
    /// Who said so.
    #[schema(required)]
    by: Option<String>,
    /// Whether anything is different now.
    changed: bool,
}

/// What is off.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AllOff {
    off: Vec<OffBody>,
}

/// Something that is off.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OffBody {
    /// For whom.
    scope: &'static str,
    /// Which queue or session; null for everything.
    #[schema(required)]
    scope_id: Option<String>,
    /// Since when, milliseconds since the epoch.
    since_ms: i64,
    /// When it comes back by itself, likewise; null if it does not.
    #[schema(required)]
    until_ms: Option<i64>,
    /// Why.
    cause: &'static str,
    /// Who said so; null if nobody is known.
    #[schema(required)]
    by: Option<String>,
}

/// Read what is switched off
#[utoipa::path(
    get,
    path = "/admin/assist",
    tag = "operating",
    responses((status = 200, description = "What is off, the widest scope first", body = AllOff)),
    extensions(("x-roles" = json!(["admin"]))),
)]
pub(crate) async fn status(State(shared): State<Shared>) -> Result<Json<AllOff>, Problem> {
    let off = shared.services().assist.status().await;
    let off = off.map_err(|error| shared.store_failed(&error))?;
    Ok(Json(AllOff {
        off: off.into_iter().map(OffBody::from).collect(),
    }))
}

/// Switch assist off or on
///
/// For everything, a queue or a session. Switched off, a request gets an empty answer that says so, within
/// a second, and the upstream is not asked. The order is in the audit log, under the key's id.
#[utoipa::path(
    post,
    path = "/admin/assist",
    operation_id = "turn_assist",
    tag = "operating",
    request_body = SwitchOrder,
    responses(
        (status = 200, description = "What came of it", body = Switched),
        (status = 422, description = "The order breaks rules", body = ProblemBody, content_type = "application/problem+json"),
    ),
    extensions(("x-roles" = json!(["admin"]))),
)]
pub(crate) async fn turn(
    State(shared): State<Shared>,
    Extension(asking): Extension<Asking>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<Switched>, Problem> {
    let order: SwitchOrder = order::read(&headers, body, SHAPE).await?;
    let lasts = match &order.lasts {
        Some(text) => Some(parse_duration(text).ok_or_else(|| {
            Problem::field("for", "type", "must be a time with its unit such as 30m")
        })?),
        None => None,
    };
    let id = RawField::text(order.id);
    let raw = RawSwitch {
        scope: match order.scope {
            Scope::Everything => RawSwitchScope::Everything,
            Scope::Queue => RawSwitchScope::Queue(id),
            Scope::Session => RawSwitchScope::Session(id),
        },
        by: RawField::Text(format!("key:{}", asking.caller.key_id)),
        lasts,
    };
    let assist = &shared.services().assist;
    let turned = match order.assist {
        Position::Off => assist.off(raw).await,
        Position::On => assist.on(raw).await,
    };
    match turned {
        Ok(turned) => Ok(Json(turned.into())),
        Err(AssistError::Invalid(violations)) => Err((&violations).into()),
        Err(AssistError::Record(error) | AssistError::Turn(error)) => {
            Err(shared.store_failed(&error))
        }
    }
}

impl From<Turned> for Switched {
    fn from(turned: Turned) -> Self {
        Self {
            assist: turned.assist,
            scope: turned.scope,
            scope_id: turned.scope_id,
            until_ms: turned.until_ms,
            by: turned.by,
            changed: turned.changed,
        }
    }
}

impl From<OffNow> for OffBody {
    fn from(off: OffNow) -> Self {
        Self {
            scope: off.scope,
            scope_id: off.scope_id,
            since_ms: off.since_ms,
            until_ms: off.until_ms,
            cause: off.cause,
            by: off.by,
        }
    }
}
