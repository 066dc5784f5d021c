//! Knowledge: bases, the search over their documents, and what a document holds.

mod base;
mod document;
mod search;

pub use self::base::{KnowledgeBase, KnowledgeBaseRef};
pub use self::document::{
    ContentBlock, ContentTable, ContentText, Document, DocumentBody, DocumentState,
    DocumentVariation, HighlightIndex, TableCell, TableRow,
};
pub use self::search::{
    DocumentSearch, DocumentSearchRequest, DocumentSearchResult, SearchQueryType,
};
