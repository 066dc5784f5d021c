//! One question to the platform API: the request, and on whose behalf it is asked.
//!
//! The request carries no credentials yet; which token it travels with is decided at each attempt.

use std::fmt;

use agent_assist_domain::ports::{Priority, SourceError, SourceQuery};
use bytes::Bytes;
use http::Request;
use url::Url;

use crate::client::inexpressible;
use crate::limits::Visitor;
use crate::request::{self, Inexpressible};
use crate::retry::Endpoint;

/// The asker of what is about no conversation. No conversation has an empty id.
const UPSTREAM_ITSELF: &str = "";

/// A question to the platform API.
pub(crate) struct Ask<'a> {
    /// What kind of endpoint is asked; decides, with the method, when the request may be repeated.
    pub(crate) endpoint: Endpoint,
    /// What is asked, without credentials.
    pub(crate) request: Request<Bytes>,
    /// The conversation it is about. Conversations share what the upstream allows.
    pub(crate) conversation: &'a str,
    /// Who waits for the answer.
    pub(crate) priority: Priority,
}

/// Shows neither where the request goes nor what it says.
impl fmt::Debug for Ask<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ask")
            .field("endpoint", &self.endpoint)
            .field("method", self.request.method())
            .field("priority", &self.priority)
            .finish_non_exhaustive()
    }
}

impl<'a> Ask<'a> {
    /// Who asks, as far as the gate must know.
    pub(crate) fn visitor(&self) -> Visitor<'a> {
        Visitor {
            conversation: self.conversation,
            priority: self.priority,
        }
    }

    /// Reads `url` for `query`.
    pub(crate) fn get(url: &Url, query: &'a SourceQuery) -> Result<Self, SourceError> {
        Ok(Self {
            endpoint: Endpoint::Api,
            request: request::get(url).map_err(inexpressible)?,
            conversation: &query.conversation_id,
            priority: query.priority,
        })
    }

    /// Tells `url` something of `conversation`: a POST of a JSON `body` that changes what the upstream
    /// knows. Nobody waits for it.
    pub(crate) fn tell(
        url: &Url,
        body: Bytes,
        conversation: &'a str,
    ) -> Result<Self, Inexpressible> {
        Ok(Self {
            endpoint: Endpoint::Api,
            request: request::post_json(url, body)?,
            conversation,
            priority: Priority::Background,
        })
    }

    /// Asks the upstream's statistics at `url`: a POST of a JSON `body` that changes nothing.
    pub(crate) fn statistics(url: &Url, body: Bytes) -> Result<Self, SourceError> {
        Ok(Self {
            endpoint: Endpoint::Search,
            request: request::post_json(url, body).map_err(inexpressible)?,
            conversation: UPSTREAM_ITSELF,
            priority: Priority::Background,
        })
    }

    /// Searches at `url` for `query`: a POST of a JSON `body` that changes nothing.
    pub(crate) fn search(
        url: &Url,
        body: Bytes,
        query: &'a SourceQuery,
    ) -> Result<Self, SourceError> {
        Ok(Self {
            endpoint: Endpoint::Search,
            request: request::post_json(url, body).map_err(inexpressible)?,
            conversation: &query.conversation_id,
            priority: query.priority,
        })
    }

    /// Reads `url`, which is about the upstream itself, for somebody who waits.
    pub(crate) fn about_upstream(url: &Url) -> Result<Self, SourceError> {
        Ok(Self {
            endpoint: Endpoint::Api,
            request: request::get(url).map_err(inexpressible)?,
            conversation: UPSTREAM_ITSELF,
            priority: Priority::Interactive,
        })
    }
}

#[cfg(test)]
mod tests {
    use http::{Method, header};

    use super::*;

    #[test]
    fn a_search_is_a_post_of_json_on_behalf_of_the_conversation() {
        let query = SourceQuery {
            conversation_id: "c-1".to_owned(),
            session_id: String::new(),
            limit: 1,
            offset: 0,
            knowledge_source_ids: Vec::new(),
            intent_confidence: [].into(),
            query: None,
            priority: Priority::Background,
        };
        let url = "https://api.example.com/search".parse().unwrap();
        let ask = Ask::search(&url, Bytes::from_static(b"{}"), &query).unwrap();
        assert_eq!(ask.request.method(), Method::POST);
        assert_eq!(
            ask.request.headers()[header::CONTENT_TYPE],
            "application/json"
        );
        assert_eq!(ask.request.body(), "{}");
        assert_eq!(
            (ask.conversation, ask.priority),
            ("c-1", Priority::Background)
        );
        assert_eq!(ask.endpoint, Endpoint::Search);
    }
}
