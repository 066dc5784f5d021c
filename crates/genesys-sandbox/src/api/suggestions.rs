//! `GET /api/v2/conversations/{id}/suggestions` and one of them.

use std::sync::Arc;

use agent_assist_genesys_wire::{Listing, Suggestion, SuggestionState, SuggestionType};
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use serde::Deserialize;

use super::answer::ApiError;
use super::page::{Cursor, From, PageRequest, page};
use crate::world::World;

const MAX_PAGE_SIZE: usize = 200;
const DEFAULT_PAGE_SIZE: usize = 25;

#[derive(Deserialize)]
pub(super) struct SuggestionsQuery {
    after: Option<String>,
    before: Option<String>,
    #[serde(rename = "pageSize")]
    page_size: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    state: Option<String>,
}

/// What a suggestion must be to be listed.
struct Filter {
    kind: Option<SuggestionType>,
    state: Option<SuggestionState>,
}

pub(super) async fn list(
    State(world): State<Arc<World>>,
    Path(conversation): Path<String>,
    query: Result<Query<SuggestionsQuery>, QueryRejection>,
) -> Result<Json<Listing<Suggestion>>, ApiError> {
    let Query(query) =
        query.map_err(|_| ApiError::bad_request("query", "The query string cannot be read."))?;
    let filter = Filter::from_query(&query)?;
    let request = page_request(&query)?;
    let session = world
        .session(&conversation)
        .ok_or_else(ApiError::not_found)?;
    let suggestions = session.suggestions();
    if suggestions.is_empty() {
        return Err(ApiError::not_found());
    }
    let page = page(&suggestions, &request, |suggestion| {
        filter.admits(suggestion)
    })
    .ok_or_else(|| bad_cursor(&request.from))?;
    let mut usage = session.usage();
    let ids = page
        .entities
        .iter()
        .filter_map(|served| served.id.as_deref());
    ids.for_each(|id| usage.served(id));
    drop(usage);
    let uri = |cursor: Option<(&str, &Cursor)>| {
        let mut uri = format!(
            "{}/suggestions?pageSize={}",
            session.conversation.uri(),
            request.size
        );
        filter.write_to(&mut uri);
        if let Some((direction, cursor)) = cursor {
            uri += &format!("&{direction}={}", cursor.as_str());
        }
        uri
    };
    Ok(Json(Listing {
        next_uri: page
            .next
            .as_ref()
            .map(|cursor| uri(Some(("after", cursor)))),
        previous_uri: page
            .previous
            .as_ref()
            .map(|cursor| uri(Some(("before", cursor)))),
        self_uri: Some(match &request.from {
            From::Start => uri(None),
            From::After(cursor) => uri(Some(("after", cursor))),
            From::Before(cursor) => uri(Some(("before", cursor))),
        }),
        entities: page.entities,
    }))
}

pub(super) async fn read(
    State(world): State<Arc<World>>,
    Path((conversation, suggestion)): Path<(String, String)>,
) -> Result<Json<Suggestion>, ApiError> {
    let session = world
        .session(&conversation)
        .ok_or_else(ApiError::not_found)?;
    let suggestions = session.suggestions();
    let found = suggestions
        .iter()
        .find(|known| known.id.as_deref() == Some(&suggestion));
    let found = found.cloned().ok_or_else(ApiError::not_found)?;
    session.usage().served(&suggestion);
    Ok(Json(found))
}

fn bad_cursor(from: &From) -> ApiError {
    let field = if matches!(from, From::Before(_)) {
        "before"
    } else {
        "after"
    };
    ApiError::bad_request(field, "The cursor is not one of this list.")
}

fn page_request(query: &SuggestionsQuery) -> Result<PageRequest, ApiError> {
    let size = match &query.page_size {
        None => DEFAULT_PAGE_SIZE,
        Some(text) => {
            let size = text
                .parse()
                .ok()
                .filter(|size| (1..=MAX_PAGE_SIZE).contains(size));
            let message = format!("pageSize must be a number in 1..={MAX_PAGE_SIZE}.");
            size.ok_or_else(|| ApiError::bad_parameter("pageSize", message))?
        }
    };
    let from = match (&query.after, &query.before) {
        (None, None) => From::Start,
        (Some(after), None) => From::After(Cursor::from_query(after)),
        (None, Some(before)) => From::Before(Cursor::from_query(before)),
        (Some(_), Some(_)) => {
            return Err(ApiError::bad_request(
                "before",
                "Give either after or before, not both.",
            ));
        }
    };
    Ok(PageRequest { size, from })
}

impl Filter {
    fn from_query(query: &SuggestionsQuery) -> Result<Self, ApiError> {
        let kind = query.kind.as_deref().map(SuggestionType::from);
        if kind.as_ref().is_some_and(|kind| !kind.is_known()) {
            return Err(ApiError::bad_parameter(
                "type",
                one_of(SuggestionType::KNOWN),
            ));
        }
        let state = query.state.as_deref().map(SuggestionState::from);
        if state.as_ref().is_some_and(|state| !state.is_known()) {
            return Err(ApiError::bad_parameter(
                "state",
                one_of(SuggestionState::KNOWN),
            ));
        }
        Ok(Self { kind, state })
    }

    fn admits(&self, suggestion: &Suggestion) -> bool {
        let kind = self.kind.is_none() || self.kind == suggestion.kind;
        let state = self.state.is_none() || self.state == suggestion.state;
        kind && state
    }

    fn write_to(&self, uri: &mut String) {
        if let Some(kind) = &self.kind {
            *uri += &format!("&type={kind}");
        }
        if let Some(state) = &self.state {
            *uri += &format!("&state={state}");
        }
    }
}

fn one_of<T: std::fmt::Display>(known: &[T]) -> String {
    let known: Vec<_> = known.iter().map(T::to_string).collect();
    format!("The value must be one of {}.", known.join(", "))
}
