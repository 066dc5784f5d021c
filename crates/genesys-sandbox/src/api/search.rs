//! `POST /api/v2/knowledge/knowledgebases/{id}/documents/search`.
//!
//! Ranks the articles of one published knowledge base against the query. An unpublished base is
//! not found, as if it did not exist. Each article has one variation, shown where
//! `expand=documentVariations` asks for it.

use std::sync::Arc;

use agent_assist_genesys_wire::{
    AddressableRef, ContentBlock, ContentText, Document, DocumentBody, DocumentSearch,
    DocumentSearchRequest, DocumentSearchResult, DocumentState, DocumentVariation,
    KnowledgeBaseRef, SearchQueryType,
};
use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use uuid::Uuid;

use super::answer::ApiError;
use crate::ids;
use crate::knowledge::{Article, KnowledgeBase};
use crate::world::World;

/// Fewest characters of a query.
const MIN_QUERY_CHARS: usize = 3;
/// Most articles found by one query, on all pages together.
const MAX_RESULTS: usize = 30;
const DEFAULT_PAGE_SIZE: u32 = 10;

pub(super) async fn search(
    State(world): State<Arc<World>>,
    Path(knowledge_base): Path<String>,
    parameters: Result<Query<Vec<(String, String)>>, QueryRejection>,
    body: Bytes,
) -> Result<Json<DocumentSearch<DocumentSearchResult>>, ApiError> {
    let Query(parameters) = parameters
        .map_err(|_| ApiError::bad_request("query", "The query string cannot be read."))?;
    let base = Uuid::try_parse(&knowledge_base)
        .ok()
        .and_then(|id| world.library.base(id))
        .filter(|base| base.published)
        .ok_or_else(ApiError::not_found)?;
    let request: DocumentSearchRequest = serde_json::from_slice(&body)
        .map_err(|_| ApiError::bad_request("query", "The body must be JSON with a query."))?;
    let (page_size, page_number) = page(&request)?;
    let threshold = threshold(&request)?;
    let with_variations = expands(&parameters, "documentVariations");

    let found = found(&world, base, &request.query, threshold);
    let page = found
        .iter()
        .skip(page_size.saturating_mul(page_number - 1))
        .take(page_size);
    let results = page
        .map(|(confidence, article)| DocumentSearchResult {
            confidence: Some(*confidence),
            document: Some(document(base, article, with_variations)),
            ..DocumentSearchResult::default()
        })
        .collect();
    let name = format!("{}/{}", base.id, request.query);
    Ok(Json(DocumentSearch {
        search_id: Some(ids::stable("search", &name).to_string()),
        query: Some(request.query),
        page_size: i64::try_from(page_size).ok(),
        page_number: i64::try_from(page_number).ok(),
        total: i64::try_from(found.len()).ok(),
        page_count: i64::try_from(found.len().div_ceil(page_size)).ok(),
        query_type: request.query_type,
        results,
        confidence_threshold: request.confidence_threshold,
    }))
}

/// The articles of `base` that fit `query`, best first, each with its confidence.
fn found<'a>(
    world: &'a World,
    base: &KnowledgeBase,
    query: &str,
    threshold: f64,
) -> Vec<(f64, &'a Article)> {
    let hits = world.library.search(query).into_iter();
    hits.map(|hit| (hit.relevance, &world.library.articles[hit.article]))
        .filter(|(confidence, article)| {
            *confidence >= threshold && world.library.base_of(article).id == base.id
        })
        .take(MAX_RESULTS)
        .collect()
}

/// Size and number of the page wanted, both at least one.
fn page(request: &DocumentSearchRequest) -> Result<(usize, usize), ApiError> {
    if request.query.trim().chars().count() < MIN_QUERY_CHARS {
        let message = format!("query must have at least {MIN_QUERY_CHARS} characters.");
        return Err(ApiError::bad_value("query", message));
    }
    let known = |kind: &SearchQueryType| kind.is_known();
    if !request.query_type.as_ref().is_none_or(known) {
        let message = "queryType must be AutoSearch, ManualSearch or Suggestion.";
        return Err(ApiError::bad_value("queryType", message));
    }
    let size = request.page_size.unwrap_or(DEFAULT_PAGE_SIZE) as usize;
    if !(1..=MAX_RESULTS).contains(&size) {
        let message = format!("pageSize must lie in 1..={MAX_RESULTS}.");
        return Err(ApiError::bad_value("pageSize", message));
    }
    let number = request.page_number.unwrap_or(1) as usize;
    if number == 0 {
        return Err(ApiError::bad_value(
            "pageNumber",
            "pageNumber must be at least 1.",
        ));
    }
    Ok((size, number))
}

fn threshold(request: &DocumentSearchRequest) -> Result<f64, ApiError> {
    let threshold = request.confidence_threshold.unwrap_or(0.0);
    if (0.0..=1.0).contains(&threshold) {
        Ok(threshold)
    } else {
        Err(ApiError::bad_value(
            "confidenceThreshold",
            "confidenceThreshold must lie in 0..=1.",
        ))
    }
}

/// Whether the query string asks for `what`, in one of its forms: repeated, or with commas.
fn expands(parameters: &[(String, String)], what: &str) -> bool {
    let expand = parameters.iter().filter(|(name, _)| name == "expand");
    expand
        .flat_map(|(_, value)| value.split(','))
        .any(|value| value == what)
}

fn document(base: &KnowledgeBase, article: &Article, with_variations: bool) -> Document {
    let uri = format!("{}/documents/{}", base.uri(), article.id);
    let version = article.version_id;
    Document {
        id: Some(article.id.to_string()),
        title: Some(article.title.clone()),
        visible: Some(true),
        state: Some(DocumentState::Published),
        document_version: Some(AddressableRef {
            id: Some(version.to_string()),
            self_uri: Some(format!("{uri}/versions/{version}")),
        }),
        knowledge_base: Some(KnowledgeBaseRef {
            id: Some(base.id.to_string()),
            language_code: Some("en-US".to_owned()),
            self_uri: Some(base.uri()),
        }),
        variations: with_variations.then(|| vec![variation(article, &uri)]),
        self_uri: Some(uri),
        ..Document::default()
    }
}

/// The whole article, a paragraph for each passage.
fn variation(article: &Article, document_uri: &str) -> DocumentVariation {
    let id = ids::stable("variation", &article.id.to_string());
    let passages = article.passages.iter().map(String::as_str);
    DocumentVariation {
        id: Some(id.to_string()),
        name: Some("Default".to_owned()),
        body: Some(DocumentBody {
            blocks: Some(passages.map(paragraph).collect()),
        }),
        self_uri: Some(format!("{document_uri}/variations/{id}")),
    }
}

fn paragraph(passage: &str) -> ContentBlock {
    let run = ContentBlock {
        kind: Some("Text".to_owned()),
        text: Some(ContentText {
            text: Some(passage.to_owned()),
            ..ContentText::default()
        }),
        ..ContentBlock::default()
    };
    ContentBlock {
        kind: Some("Paragraph".to_owned()),
        paragraph: Some(DocumentBody {
            blocks: Some(vec![run]),
        }),
        ..ContentBlock::default()
    }
}
