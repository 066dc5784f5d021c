//! The Genesys Cloud platform's JSON shapes, decoded openly.
//!
//! Owns the names and nesting of what travels between a client and the platform: listings,
//! suggestions, engagements, their counts, recommendations, the knowledge search, tokens, error
//! bodies. The
//! client and the sandbox share these types, so a shape is written down once.
//!
//! Invariant: decoding is open. Every field the platform calls optional is an [`Option`], every
//! enum keeps a value it does not know in `Other`, and unknown payload keys of an entity survive in
//! its `extra` map. `Debug` never prints text that may have come from a customer, nor a token.
//!
//! Deliberately absent: any rule. What a missing id, a score above one or an unknown type means is
//! decided by whoever decodes.

mod analytics;
mod error;
mod knowledge;
mod listing;
mod oauth;
mod open_enum;
mod recommendation;
mod redacted;
mod suggestion;

pub use self::analytics::{
    AggregateData, AggregateFilter, AggregateMetric, AggregatePredicate, AggregateQuery,
    AggregateResponse, AggregateResult, AggregateStats,
};
pub use self::error::{ErrorBody, ErrorDetail, Limit};
pub use self::knowledge::{
    ContentBlock, ContentTable, ContentText, Document, DocumentBody, DocumentSearch,
    DocumentSearchRequest, DocumentSearchResult, DocumentState, DocumentVariation, HighlightIndex,
    KnowledgeBase, KnowledgeBaseRef, SearchQueryType, TableCell, TableRow,
};
pub use self::listing::{AddressableRef, Listing};
pub use self::oauth::{NamedEntity, TokenError, TokenInfo, TokenResponse};
pub use self::recommendation::RecommendationEntity;
pub use self::suggestion::{
    Article, CannedResponse, EngagementRequest, EngagementType, Faq, Feedback, KnowledgeAnswer,
    KnowledgeArticle, KnowledgeSearch, MediaType, Rating, Script, SourceLink, Suggestion,
    SuggestionContext, SuggestionState, SuggestionType, ThirdPartySuggestion, TriggerType,
};
