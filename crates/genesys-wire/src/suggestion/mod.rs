//! Suggestions, `GET /api/v2/conversations/{conversationId}/suggestions` and its companions.
//!
//! A [`Suggestion`] carries at most one payload, named after its type. Text that may quote a
//! customer sits in `context.query_statement`, titles, snippets, answers, script data and source
//! links; `Debug` prints none of it.

mod context;
mod decode;
mod engagement;
mod payload;

use serde::Serialize;
use serde_json::{Map, Value};

pub use self::context::{MediaType, SuggestionContext, TriggerType};
pub use self::engagement::{EngagementRequest, EngagementType, Feedback, Rating};
pub use self::payload::{
    Article, CannedResponse, Faq, KnowledgeAnswer, KnowledgeArticle, KnowledgeSearch, Script,
    SourceLink, ThirdPartySuggestion,
};
use crate::listing::AddressableRef;
use crate::open_enum::open_enum;
use crate::redacted::redacted_debug;

open_enum! {
    /// What a suggestion is, and so which payload it carries.
    SuggestionType {
        /// A legacy question and answer.
        Faq,
        /// A legacy article.
        Article,
        /// An article proposed by a rule; it has no confidence.
        KnowledgeArticle,
        /// An article found by search, with its confidence.
        KnowledgeSearch,
        /// A reply from a library, by reference.
        CannedResponse,
        /// A page of a script, with data to fill in.
        Script,
        /// A generated answer. The platform declares no payload for it.
        SuggestedKnowledgeAnswer,
        /// Text from another system.
        ThirdPartySuggestion,
    }
}

open_enum! {
    /// Where a suggestion stands with its agent.
    SuggestionState {
        /// Shown, not yet acted on.
        Suggested,
        /// Copied or opened.
        Accepted,
        /// Waved away.
        Dismissed,
        /// Could not be produced.
        Failed,
        /// Given a thumb up or down.
        Rated,
    }
}

/// One suggestion. Every field is optional by the platform's own declaration.
#[derive(Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Suggestion {
    /// The suggestion's id, a UUID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The conversation it was made for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation: Option<AddressableRef>,
    /// The assistant that made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assistant: Option<AddressableRef>,
    /// What it is. `type` on the wire.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<SuggestionType>,
    /// When it was made, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_created: Option<String>,
    /// What set it off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trigger_type: Option<TriggerType>,
    /// Where it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<SuggestionState>,
    /// A legacy record id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer_record_id: Option<String>,
    /// What the conversation looked like when it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<SuggestionContext>,
    /// Payload of [`SuggestionType::Faq`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub faq: Option<Faq>,
    /// Payload of [`SuggestionType::Article`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub article: Option<Article>,
    /// Payload of [`SuggestionType::KnowledgeSearch`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub knowledge_search: Option<KnowledgeSearch>,
    /// Payload of [`SuggestionType::KnowledgeArticle`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub knowledge_article: Option<KnowledgeArticle>,
    /// Payload of [`SuggestionType::CannedResponse`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub canned_response: Option<CannedResponse>,
    /// Payload of [`SuggestionType::Script`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub script: Option<Script>,
    /// Payload of [`SuggestionType::ThirdPartySuggestion`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub third_party_suggestion: Option<ThirdPartySuggestion>,
    /// Where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub self_uri: Option<String>,
    /// Keys this version does not know, such as the payload of a future type.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

redacted_debug!(Suggestion { id, kind, state });
