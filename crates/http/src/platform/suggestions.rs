//! `GET /api/v2/conversations/{id}/suggestions` and one of them.

use agent_assist_domain::adoption::Progress;
use agent_assist_genesys_wire::{Listing, Suggestion, SuggestionState};
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};

use super::fetch;
use super::page::{Page, Wanted};
use super::schema::{PlatformError, PlatformPaging, PlatformSuggestion, PlatformSuggestions};
use super::shape;
use crate::problem::Problem;
use crate::state::{Asking, Shared};

/// List suggestions
///
/// Of a conversation, best first, a page at a time. `Agent-Assist-Degraded` says why they are fewer than they
/// should be.
#[utoipa::path(
    get,
    path = "/api/v2/conversations/{conversation_id}/suggestions",
    operation_id = "list_suggestions",
    tag = "platform",
    params(
        ("conversation_id" = String, Path, description = "The conversation; a UUID in the suggestions dialect", min_length = 1, max_length = 128),
        PlatformPaging,
    ),
    responses(
        (status = 200, description = "A page", body = PlatformSuggestions),
        (status = 400, description = "A parameter breaks a rule", body = PlatformError),
        (status = 404, description = "Nothing has been suggested in this conversation", body = PlatformError),
        (status = 502, description = "The platform refuses what it was asked", body = PlatformError),
        (status = 503, description = "Something failed, and nothing stands in for it", body = PlatformError),
    ),
    security(("key" = []), ("platform" = [])),
    extensions(("x-roles" = json!(["agent", "admin"]))),
)]
pub(super) async fn list(
    State(shared): State<Shared>,
    Extension(asking): Extension<Asking>,
    Path(conversation_id): Path<String>,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let wanted = Wanted::parse(query.as_deref().unwrap_or_default())?;
    let given = fetch::suggestions(&shared, &asking, &conversation_id).await?;
    let shown = given.recommendations();
    let mut all: Vec<Suggestion> = shown
        .map(|item| shape::suggestion(item, &conversation_id))
        .collect();
    if wanted.state.is_some() {
        // What was told here decides which are wanted.
        note_states(&shared, &conversation_id, &mut all).await?;
    }
    let mut page = Page::of(all, &wanted);
    if wanted.state.is_none() {
        note_states(&shared, &conversation_id, &mut page.entities).await?;
    }
    let path = shape::path_of_suggestions(&conversation_id);
    let listing = Listing {
        next_uri: page.next.map(|cursor| wanted.uri(&path, Some(&cursor))),
        previous_uri: page.previous.map(|cursor| wanted.uri(&path, Some(&cursor))),
        self_uri: Some(wanted.uri(&path, wanted.from.as_ref())),
        entities: page.entities,
    };
    let mut response = Json(listing).into_response();
    response.headers_mut().extend(given.degraded());
    Ok(response)
}

/// Read a suggestion
///
/// One of those that the list holds.
#[utoipa::path(
    get,
    path = "/api/v2/conversations/{conversation_id}/suggestions/{suggestion_id}",
    operation_id = "read_suggestion",
    tag = "platform",
    params(
        ("conversation_id" = String, Path, description = "The conversation; a UUID in the suggestions dialect", min_length = 1, max_length = 128),
        ("suggestion_id" = String, Path, description = "The suggestion"),
    ),
    responses(
        (status = 200, description = "The suggestion", body = PlatformSuggestion),
        (status = 400, description = "The conversation breaks a rule", body = PlatformError),
        (status = 404, description = "It is not shown in this conversation", body = PlatformError),
        (status = 502, description = "The platform refuses what it was asked", body = PlatformError),
        (status = 503, description = "Something failed, and nothing stands in for it", body = PlatformError),
    ),
    security(("key" = []), ("platform" = [])),
    extensions(("x-roles" = json!(["agent", "admin"]))),
)]
pub(super) async fn read(
    State(shared): State<Shared>,
    Extension(asking): Extension<Asking>,
    Path((conversation_id, suggestion_id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let given = fetch::suggestions(&shared, &asking, &conversation_id).await?;
    let found = given
        .recommendations()
        .find(|item| item.id.as_str() == suggestion_id);
    let found = found.ok_or_else(|| given.missing())?;
    let mut found = [shape::suggestion(found, &conversation_id)];
    note_states(&shared, &conversation_id, &mut found).await?;
    let [found] = found;
    let mut response = Json(found).into_response();
    response.headers_mut().extend(given.degraded());
    Ok(response)
}

/// Where suggestions stand by what was told here, which the upstream does not know.
async fn note_states(
    shared: &Shared,
    conversation_id: &str,
    suggestions: &mut [Suggestion],
) -> Result<(), Problem> {
    for suggestion in suggestions {
        let id = suggestion.id.as_deref().unwrap_or_default();
        let item = shared.services().engage.item(conversation_id, id).await;
        let item = item.map_err(|error| shared.store_failed(&error))?;
        let told = item.and_then(|item| state_after(&item.progress));
        suggestion.state = told.or(suggestion.state.take());
    }
    Ok(())
}

/// The ledger knows what happened and not in which order: what was sent away stays away.
fn state_after(progress: &Progress) -> Option<SuggestionState> {
    match progress {
        _ if progress.is_dismissed() => Some(SuggestionState::Dismissed),
        _ if progress.rating().is_some() => Some(SuggestionState::Rated),
        _ if progress.is_adopted() || progress.is_opened() => Some(SuggestionState::Accepted),
        _ => None,
    }
}
