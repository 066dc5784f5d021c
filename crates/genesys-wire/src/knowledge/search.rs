//! The search over a knowledge base's documents,
//! `POST /api/v2/knowledge/knowledgebases/{id}/documents/search`.
//!
//! The platform answers at most 30 documents for a query, however they are paged. With
//! `expand=documentVariations` a document comes with its text.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::document::Document;
use crate::open_enum::open_enum;
use crate::redacted::redacted_debug;

open_enum! {
    /// What set a search off.
    SearchQueryType {
        /// A machine searched, by what was said.
        AutoSearch,
        /// A person searched.
        ManualSearch,
        /// A person took up a suggested query.
        Suggestion,
    }
}

/// What to search for. The fields that this project sends or understands; the platform has more.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DocumentSearchRequest {
    /// The words to search for, 3 characters at least: raw text. Required.
    pub query: String,
    /// Most documents on a page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_size: Option<u32>,
    /// Which page, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_number: Option<u32>,
    /// What set the search off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query_type: Option<SearchQueryType>,
    /// Whether drafts are searched too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub include_draft_documents: Option<bool>,
    /// The least confidence of a result, in `0.0..=1.0`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence_threshold: Option<f64>,
}

redacted_debug!(DocumentSearchRequest {
    page_size,
    page_number,
    query_type,
});

/// What a search found: one page of results.
///
/// Generic over its results for the reason that [`Listing`](crate::Listing) is over its entities:
/// one bad result does not take the page with it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DocumentSearch<R> {
    /// The words searched for: raw text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// Most documents on a page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_size: Option<i64>,
    /// Which page, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_number: Option<i64>,
    /// The search's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub search_id: Option<String>,
    /// How many documents were found on all pages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
    /// How many pages there are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub page_count: Option<i64>,
    /// What set the search off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query_type: Option<SearchQueryType>,
    /// The page's results, best first. The one field that a search cannot do without.
    pub results: Vec<R>,
    /// The least confidence that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence_threshold: Option<f64>,
}

impl<R> std::fmt::Debug for DocumentSearch<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DocumentSearch")
            .field("search_id", &self.search_id)
            .field("total", &self.total)
            .field("results", &self.results.len())
            .finish_non_exhaustive()
    }
}

/// A document that was found.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DocumentSearchResult {
    /// How well it fits, in `0.0..=1.0`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// The document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<Document>,
    /// Keys this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

redacted_debug!(DocumentSearchResult {
    confidence,
    document
});
