//! The payloads of a suggestion, one per type.
//!
//! Strings that `Debug` leaves out are free text: they may quote a customer.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::listing::AddressableRef;
use crate::redacted::redacted_debug;

/// An article found by search.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct KnowledgeSearch {
    /// The article's title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Passages of the article.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snippets: Option<Vec<String>>,
    /// How well it fits, in `0.0..=1.0`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// The search that found it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search_id: Option<String>,
    /// The article. Its `self_uri` names the knowledge base.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<AddressableRef>,
    /// The article's version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<AddressableRef>,
    /// The answer highlighted within the article.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub knowledge_answer: Option<KnowledgeAnswer>,
    /// The article's variations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variations: Option<Vec<AddressableRef>>,
}

redacted_debug!(KnowledgeSearch {
    confidence,
    document,
    version
});

/// An article proposed by a rule: as [`KnowledgeSearch`], but nothing scored it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct KnowledgeArticle {
    /// The article's title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Passages of the article.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snippets: Option<Vec<String>>,
    /// The article. Its `self_uri` names the knowledge base.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document: Option<AddressableRef>,
    /// The article's version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<AddressableRef>,
    /// The answer highlighted within the article.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub knowledge_answer: Option<KnowledgeAnswer>,
    /// The article's variations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variations: Option<Vec<AddressableRef>>,
}

redacted_debug!(KnowledgeArticle { document, version });

/// The part of an article that answers the question.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct KnowledgeAnswer {
    /// The answer's text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// Where it starts in the article's text, in characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_index: Option<i64>,
    /// Where it ends, exclusive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_index: Option<i64>,
}

redacted_debug!(KnowledgeAnswer {
    start_index,
    end_index
});

/// A reply from a library: references only, no text.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CannedResponse {
    /// The reply.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response: Option<AddressableRef>,
    /// The library it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub library: Option<AddressableRef>,
}

redacted_debug!(CannedResponse { response, library });

/// A page of a script.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Script {
    /// The script.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub script: Option<AddressableRef>,
    /// The page to open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<AddressableRef>,
    /// Values to fill in, by field name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<BTreeMap<String, String>>,
}

redacted_debug!(Script { script, page });

/// Text from another system.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ThirdPartySuggestion {
    /// A heading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Where the text comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sources: Option<Vec<SourceLink>>,
}

redacted_debug!(ThirdPartySuggestion {});

/// A link to where third-party text comes from.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SourceLink {
    /// The link's label.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The link. May carry personal data in its query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

redacted_debug!(SourceLink {});

/// A legacy question and answer.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Faq {
    /// The question.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// The answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// Where the answer comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_uri: Option<String>,
    /// The document it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_url: Option<String>,
    /// That document's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_display_name: Option<String>,
    /// How well it fits, in `0.0..=1.0`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
}

redacted_debug!(Faq { confidence });

/// A legacy article.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Article {
    /// The article's title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Where the article is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
    /// Passages of the article.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snippets: Option<Vec<String>>,
    /// How well it fits, in `0.0..=1.0`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// Facts about the article, each `{"value": ..}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Map<String, Value>>,
    /// The article's version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<AddressableRef>,
    /// The article's variations.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variations: Option<Vec<AddressableRef>>,
}

redacted_debug!(Article { confidence });
