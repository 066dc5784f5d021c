//! The platform's knowledge search as a source: for when there is no recommendation to be had, and
//! something is known to search for.
//!
//! Knowledge bases are searched one after the other, until one brings something. One that fails is
//! passed over, unless its failure is everybody's: a refused token, throttling, an upstream out of
//! reach, no time left. What is too short to search for is not asked about. How confident a result
//! must be is the screening's decision, so no threshold is sent.

use std::sync::Arc;

use agent_assist_domain::batch::{Batch, UpstreamFacts};
use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::payload::QUERY_CHARS;
use agent_assist_domain::ports::{
    RecommendationSource, SourceError, SourceErrorKind, SourceProfile, SourceQuery,
};
use agent_assist_domain::time::Deadline;
use agent_assist_genesys_wire::{DocumentSearchRequest, SearchQueryType};
use async_trait::async_trait;
use bytes::Bytes;

use crate::ask::Ask;
use crate::client::{ApiClient, inexpressible};
use crate::error;
use crate::mapping::document;
use crate::request;
use crate::spent::Spent;
use crate::verify;

/// Most documents that the platform finds for a query.
const MAX_RESULTS: u32 = 30;

/// Knowledge bases of the platform, searched for the query of each question. It is made by
/// [`GenesysSource::knowledge_search`](crate::GenesysSource::knowledge_search).
///
/// A question without a query of 3 characters or more brings an empty batch, and no request is
/// sent. The conversation, the session, the intents and the knowledge sources of a question play no
/// part. Where no knowledge base answered, the error is the last one's.
#[derive(Debug)]
pub struct KnowledgeSearchSource {
    client: Arc<ApiClient>,
    knowledge_bases: Vec<String>,
    profile: SourceProfile,
}

impl KnowledgeSearchSource {
    pub(crate) fn new(client: Arc<ApiClient>, origin: &str, knowledge_bases: Vec<String>) -> Self {
        let searched = knowledge_bases.join(",");
        let profile = SourceProfile {
            dialect: Dialect::Suggestions,
            origin: format!("{origin} searching {searched}").into(),
            sends_intents: false,
            sends_query: true,
        };
        Self {
            client,
            knowledge_bases,
            profile,
        }
    }
}

#[async_trait]
impl RecommendationSource for KnowledgeSearchSource {
    fn profile(&self) -> SourceProfile {
        self.profile.clone()
    }

    async fn fetch(&self, query: &SourceQuery, deadline: Deadline) -> Result<Batch, SourceError> {
        let Some(body) = body(query)? else {
            return Ok(Batch::default());
        };
        let mut search = Search {
            client: &self.client,
            query,
            body,
            deadline,
            spent: Spent::default(),
            batch: Batch::default(),
        };
        let mut has_answer = false;
        let mut failure = None;
        for knowledge_base in &self.knowledge_bases {
            match search.read(knowledge_base).await {
                Ok(()) => has_answer = true,
                Err(error) if is_everybodys(error.kind()) => return Err(search.counted(error)),
                Err(error) => {
                    tracing::warn!(
                        error.kind = error.kind().as_str(),
                        "a knowledge base cannot be searched"
                    );
                    failure = Some(error);
                }
            }
            if !search.batch.items.is_empty() {
                break;
            }
        }
        match failure {
            Some(error) if !has_answer => Err(search.counted(error)),
            _ => Ok(search.finish()),
        }
    }
}

/// One question, and what the knowledge bases searched so far brought.
struct Search<'a> {
    client: &'a ApiClient,
    query: &'a SourceQuery,
    body: Bytes,
    deadline: Deadline,
    spent: Spent,
    batch: Batch,
}

impl Search<'_> {
    /// Searches one knowledge base and takes in what it brings.
    async fn read(&mut self, knowledge_base: &str) -> Result<(), SourceError> {
        let url = request::document_search(&self.client.config.api_base, knowledge_base);
        let url = url.map_err(inexpressible)?;
        let ask = Ask::search(&url, self.body.clone(), self.query)?;
        let response = self
            .client
            .send(ask, self.deadline, &mut self.spent)
            .await?;
        let found =
            verify::search(&response).map_err(|error| error.in_answer(&response, self.spent))?;
        let batch = &mut self.batch;
        batch.upstream = error::facts(&response, self.spent);
        for result in found.results {
            match document::read(result, knowledge_base, &mut batch.unknown_fields) {
                Ok(item) => batch.items.extend(item.map(Arc::new)),
                Err(reason) => batch.malformed.push(reason),
            }
        }
        Ok(())
    }

    /// `error` with the requests of the whole question.
    fn counted(&self, error: SourceError) -> SourceError {
        let upstream = UpstreamFacts {
            requests: self.spent.requests,
            token_us: self.spent.in_vain().token_us,
            ..error.upstream().clone()
        };
        error.with_upstream(upstream)
    }

    fn finish(mut self) -> Batch {
        let spent = self.spent.in_vain();
        self.batch.upstream.requests = spent.requests;
        self.batch.upstream.token_us = spent.token_us;
        self.batch
    }
}

/// What to send to each knowledge base, `None` if there is nothing to search for.
fn body(query: &SourceQuery) -> Result<Option<Bytes>, SourceError> {
    let Some(words) = words(query) else {
        return Ok(None);
    };
    let wanted = query.limit.saturating_add(query.offset);
    let request = DocumentSearchRequest {
        query: words,
        page_size: Some(wanted.clamp(1, MAX_RESULTS)),
        page_number: Some(1),
        query_type: Some(SearchQueryType::AutoSearch),
        include_draft_documents: Some(false),
        confidence_threshold: None,
    };
    let body = serde_json::to_vec(&request)
        .map_err(|error| SourceError::new(SourceErrorKind::Internal).because(error))?;
    Ok(Some(body.into()))
}

/// The words to search for, no more of them than a request may hold.
fn words(query: &SourceQuery) -> Option<String> {
    let (shortest, longest) = QUERY_CHARS;
    let words: String = query
        .query
        .as_deref()?
        .trim()
        .chars()
        .take(longest)
        .collect();
    (words.chars().count() >= shortest).then_some(words)
}

/// Whether any other knowledge base would fail alike. A permission may be granted for one and not
/// for another, and an answer may be broken for one only.
fn is_everybodys(failure: SourceErrorKind) -> bool {
    matches!(
        failure,
        SourceErrorKind::Unauthenticated
            | SourceErrorKind::RateLimited
            | SourceErrorKind::Unreachable
            | SourceErrorKind::DeadlineExceeded
            | SourceErrorKind::CircuitOpen
    )
}
