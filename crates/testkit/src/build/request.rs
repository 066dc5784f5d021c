//! Requests.

use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::payload::{FetchRequest, RawField, RawRequest};
use agent_assist_domain::ports::SourceQuery;

/// The conversation of [`request`], a UUID as the suggestions dialect wants it.
pub const CONVERSATION: &str = "8d7c1c2e-3a74-4f5b-9d2e-0c5a1f6b7e88";
/// The session of [`request`].
pub const SESSION: &str = "session-1";
/// The knowledge source of [`request`].
pub const KNOWLEDGE_SOURCE: &str = "kb-1";

/// A request that keeps the rules of both dialects; change what the test is about with
/// `RawRequest { limit: .., ..request() }`.
pub fn request() -> RawRequest {
    RawRequest {
        session_id: RawField::text(Some(SESSION)),
        conversation_id: RawField::text(Some(CONVERSATION)),
        knowledge_source_ids: vec![RawField::text(Some(KNOWLEDGE_SOURCE))],
        ..RawRequest::default()
    }
}

/// [`request`], validated for `dialect`.
pub fn fetch_request(dialect: Dialect) -> FetchRequest {
    match request().validate(dialect) {
        Ok(request) => request,
        Err(violations) => panic!("the built request breaks the rules: {violations:?}"),
    }
}

/// What a source is asked for [`request`].
pub fn source_query() -> SourceQuery {
    SourceQuery::from(&fetch_request(Dialect::Recommendations))
}
