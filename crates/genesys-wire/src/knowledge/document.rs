//! A document of a knowledge base, with its text.
//!
//! A document's text is a tree of blocks, once for each of its variations. The platform declares a
//! block type of its own for every place where one can stand (body, paragraph, list, table cell),
//! all of them subsets of one another; here they are one, [`ContentBlock`].

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::base::KnowledgeBaseRef;
use crate::listing::AddressableRef;
use crate::open_enum::open_enum;
use crate::redacted::redacted_debug;

open_enum! {
    /// Whether a document is meant to be read.
    DocumentState {
        /// Being written.
        Draft,
        /// Meant to be read.
        Published,
        /// No longer meant to be read.
        Archived,
    }
}

/// A document as a search shows it. Every field is optional, as in the platform's own declaration;
/// what is of use to nobody here is kept as it came.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Document {
    /// The document's id, a UUID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Whether searches are meant to show it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visible: Option<bool>,
    /// Further phrases that find it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alternatives: Option<Value>,
    /// Whether it is meant to be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<DocumentState>,
    /// When it was made, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_created: Option<Value>,
    /// When it last changed, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_modified: Option<Value>,
    /// When it was imported, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_imported: Option<Value>,
    /// The number of its last published version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_published_version_number: Option<Value>,
    /// When that was published, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_published: Option<Value>,
    /// Who made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created_by: Option<Value>,
    /// Who changed it last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modified_by: Option<Value>,
    /// The version shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub document_version: Option<AddressableRef>,
    /// The category it is filed under.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<Value>,
    /// Its labels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub labels: Option<Value>,
    /// The knowledge base it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub knowledge_base: Option<KnowledgeBaseRef>,
    /// Its id in the system it was imported from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<Value>,
    /// Where it is in that system, for a person to open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_url: Option<String>,
    /// That system.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Value>,
    /// Whether only that system can change it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub readonly: Option<Value>,
    /// Its text, once for each audience. Only with `expand=documentVariations`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub variations: Option<Vec<DocumentVariation>>,
    /// The part of its text that answers the query, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<String>,
    /// Where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_uri: Option<String>,
    /// Keys this version does not know.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

redacted_debug!(Document {
    id,
    state,
    document_version,
    knowledge_base
});

/// The text of a document for one audience.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DocumentVariation {
    /// The variation's id, a UUID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// What its authors call it, such as the audience it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<DocumentBody>,
    /// Where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_uri: Option<String>,
}

redacted_debug!(DocumentVariation { id });

/// The text of a variation.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DocumentBody {
    /// The blocks, in reading order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocks: Option<Vec<ContentBlock>>,
}

redacted_debug!(DocumentBody {});

/// A block of text or of further blocks, or a picture. Which field it carries follows from its
/// type; the field alone says it as well.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContentBlock {
    /// `Paragraph`, `Text`, `OrderedList`, `UnorderedList`, `ListItem`, `Table`, `Image`, `Video`.
    /// `type` on the wire.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// A run of text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<ContentText>,
    /// A paragraph of runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paragraph: Option<DocumentBody>,
    /// A list of items.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub list: Option<DocumentBody>,
    /// A table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<ContentTable>,
    /// What an item of a list holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocks: Option<Vec<Self>>,
    /// The stretch of this run that answers the query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer_highlight: Option<HighlightIndex>,
}

redacted_debug!(ContentBlock { kind });

/// A run of text.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ContentText {
    /// The text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Where it links to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hyperlink: Option<String>,
}

redacted_debug!(ContentText {});

/// A table of a document.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ContentTable {
    /// The rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<Vec<TableRow>>,
}

redacted_debug!(ContentTable {});

/// A row of a table.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TableRow {
    /// The cells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cells: Option<Vec<TableCell>>,
}

redacted_debug!(TableRow {});

/// A cell of a table.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TableCell {
    /// What the cell holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocks: Option<Vec<ContentBlock>>,
}

redacted_debug!(TableCell {});

/// A stretch of a run of text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct HighlightIndex {
    /// Where it starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start_index: Option<i64>,
    /// Where it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end_index: Option<i64>,
}
