//! A knowledge base, as `GET /api/v2/knowledge/knowledgebases/{id}` describes it, and the shorter
//! form in which documents refer to theirs.

use serde::{Deserialize, Serialize};

/// A knowledge base. What the project calls a knowledge source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct KnowledgeBase {
    /// The knowledge base's id, a UUID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The name its authors gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The language of its articles, such as `en-US`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub core_language: Option<String>,
    /// When it was made, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_created: Option<String>,
    /// When it last changed, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_modified: Option<String>,
    /// How many articles it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub article_count: Option<i64>,
    /// Whether its articles are served. An unpublished one yields no recommendations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<bool>,
    /// Where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_uri: Option<String>,
}

/// The knowledge base that a document belongs to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct KnowledgeBaseRef {
    /// The knowledge base's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The language of its articles, such as `en-US`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language_code: Option<String>,
    /// Where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_uri: Option<String>,
}
