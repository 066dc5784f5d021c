//! The platform's shapes for the document, as far as they are served here. Nothing is read or written through
//! these: that is what `genesys-wire` is for, and tests hold what is served to what stands here.

#![expect(dead_code, reason = "described, not used")]

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

/// A client's login.
#[derive(Serialize, ToSchema)]
pub(crate) struct PlatformLogin {
    grant_type: PlatformGrant,
    /// The id of a key, unless `Authorization: Basic` names the client.
    client_id: Option<String>,
    /// The key.
    #[schema(format = Password)]
    client_secret: Option<String>,
}

/// The grant that there is: agents' own (PKCE, authorization code) are the platform's to give.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum PlatformGrant {
    ClientCredentials,
}

/// A token that may what its key may.
#[derive(Serialize, ToSchema)]
pub(crate) struct PlatformToken {
    access_token: String,
    #[schema(example = "bearer")]
    token_type: String,
    /// Seconds.
    expires_in: u64,
}

/// Why there is no token.
#[derive(Serialize, ToSchema)]
pub(crate) struct PlatformLoginError {
    /// Such as `invalid_client`. With `invalid_request` and a description that begins with `rate limit
    /// exceeded` the client has to wait.
    error: String,
    description: String,
    error_description: String,
}

/// Why there is no answer.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PlatformError {
    /// For people; its wording is no contract.
    message: String,
    /// The cause, such as `not.found`.
    code: String,
    status: u16,
    /// The request, as in `ININ-Correlation-Id`.
    context_id: String,
    /// Which fields are at fault.
    details: Vec<PlatformErrorDetail>,
    /// Always empty.
    #[schema(value_type = Vec<Object>)]
    errors: Vec<()>,
}

/// A field at fault.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PlatformErrorDetail {
    error_code: String,
    field_name: String,
}

/// Which suggestions are wanted.
#[derive(IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
pub(crate) struct PlatformPaging {
    /// The cursor behind which a page begins; not with `before`.
    after: Option<String>,
    /// The cursor before which a page ends.
    before: Option<String>,
    /// Most suggestions of a page; 25 where not given.
    #[param(minimum = 1, maximum = 200)]
    page_size: Option<u32>,
    /// Of this type only.
    #[param(inline)]
    r#type: Option<PlatformSuggestionType>,
    /// In this state only.
    #[param(inline)]
    state: Option<PlatformSuggestionState>,
}

/// What a suggestion is, and so which payload it has.
#[derive(Serialize, ToSchema)]
enum PlatformSuggestionType {
    Faq,
    Article,
    KnowledgeArticle,
    KnowledgeSearch,
    CannedResponse,
    Script,
    SuggestedKnowledgeAnswer,
    ThirdPartySuggestion,
}

/// Where a suggestion stands, by what was told here where something was.
#[derive(Serialize, ToSchema)]
enum PlatformSuggestionState {
    Suggested,
    Accepted,
    Dismissed,
    Failed,
    Rated,
}

/// A page of suggestions.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PlatformSuggestions {
    entities: Vec<PlatformSuggestion>,
    /// The page behind it: a path.
    next_uri: Option<String>,
    self_uri: String,
    /// The page before it: a path.
    previous_uri: Option<String>,
}

/// What may be shown, in the platform's shape: screened, texts masked. What would say who set it off is absent.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PlatformSuggestion {
    id: String,
    conversation: PlatformReference,
    r#type: PlatformSuggestionType,
    /// RFC 3339.
    date_created: Option<String>,
    state: PlatformSuggestionState,
    faq: Option<PlatformFaq>,
    article: Option<PlatformArticle>,
    knowledge_search: Option<PlatformKnowledge>,
    knowledge_article: Option<PlatformKnowledge>,
    canned_response: Option<PlatformCannedResponse>,
    script: Option<PlatformScript>,
    third_party_suggestion: Option<PlatformThirdParty>,
    suggested_knowledge_answer: Option<PlatformGenerated>,
    self_uri: String,
}

/// Another thing of the platform's.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PlatformReference {
    id: String,
    /// Its path at the platform.
    self_uri: Option<String>,
}

/// A question and its answer.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PlatformFaq {
    question: Option<String>,
    answer: Option<String>,
    source_uri: Option<String>,
    #[schema(minimum = 0, maximum = 1)]
    confidence: Option<f64>,
}

/// An article by its address.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PlatformArticle {
    title: Option<String>,
    uri: Option<String>,
    snippets: Vec<String>,
    #[schema(minimum = 0, maximum = 1)]
    confidence: Option<f64>,
    version: Option<PlatformReference>,
}

/// An article of a knowledge base.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PlatformKnowledge {
    title: Option<String>,
    snippets: Vec<String>,
    /// Where something scored it.
    #[schema(minimum = 0, maximum = 1)]
    confidence: Option<f64>,
    document: Option<PlatformReference>,
    version: Option<PlatformReference>,
    knowledge_answer: Option<PlatformKnowledgeAnswer>,
}

/// The part of an article that answers the question.
#[derive(Serialize, ToSchema)]
struct PlatformKnowledgeAnswer {
    answer: String,
}

/// A reply, by reference.
#[derive(Serialize, ToSchema)]
struct PlatformCannedResponse {
    response: Option<PlatformReference>,
}

/// A script with values to fill in.
#[derive(Serialize, ToSchema)]
struct PlatformScript {
    script: Option<PlatformReference>,
    data: BTreeMap<String, String>,
}

/// Text from another system.
#[derive(Serialize, ToSchema)]
struct PlatformThirdParty {
    title: Option<String>,
    text: Option<String>,
    sources: Option<Vec<PlatformSource>>,
}

/// Where a text comes from.
#[derive(Serialize, ToSchema)]
struct PlatformSource {
    name: Option<String>,
    url: Option<String>,
}

/// A generated answer and the passages that it was made from.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PlatformGenerated {
    knowledge_answer_generated: Option<String>,
    suggested_search_chunks: Vec<PlatformChunk>,
}

/// A passage.
#[derive(Serialize, ToSchema)]
struct PlatformChunk {
    title: Option<String>,
    text: Option<String>,
    #[schema(minimum = 0, maximum = 1)]
    confidence: Option<f64>,
    uri: Option<String>,
    document: Option<PlatformReference>,
}

/// What an agent did with a suggestion.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PlatformEngagement {
    engagement_type: PlatformEngagementType,
    /// Needed with `Feedback`, and without meaning elsewhere.
    feedback: Option<PlatformFeedback>,
}

/// What it was.
#[derive(Serialize, ToSchema)]
enum PlatformEngagementType {
    Dismissed,
    Copied,
    Opened,
    Feedback,
}

/// A rating.
#[derive(Serialize, ToSchema)]
struct PlatformFeedback {
    rating: PlatformRating,
}

/// Which it is.
#[derive(Serialize, ToSchema)]
enum PlatformRating {
    Negative,
    Positive,
}
