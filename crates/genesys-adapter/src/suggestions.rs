//! The suggestions dialect: reads a conversation's suggestions page by page.
//!
//! The listing has no total, only a link to the next page. Reading ends where there is no link, at
//! an empty page, at a page already read, at a link that leads elsewhere (counted, not followed),
//! and at the bounds of the settings. A platform that calls its own answer too large is asked for
//! smaller pages.

use std::collections::HashSet;
use std::sync::Arc;

use agent_assist_domain::batch::{Batch, Malformation, QueryStatement, UpstreamContext};
use agent_assist_domain::ports::{SourceError, SourceErrorKind, SourceQuery};
use agent_assist_domain::recommendation::{Recommendation, UpstreamId};
use agent_assist_domain::time::{Deadline, Timestamp};
use agent_assist_genesys_wire::{Suggestion, SuggestionContext};
use bytes::Bytes;
use http::Response;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use url::Url;

use crate::ask::Ask;
use crate::client::{ApiClient, inexpressible};
use crate::error;
use crate::mapping::{decode, id, suggestion, timestamp};
use crate::next_link;
use crate::request::{self, MAX_PAGE_SIZE};
use crate::spent::Spent;
use crate::verify::{self, FormatError};

/// Reads every suggestion of the conversation that `query` names, within the bounds.
pub(crate) async fn fetch(
    client: &ApiClient,
    query: &SourceQuery,
    deadline: Deadline,
) -> Result<Batch, SourceError> {
    let config = &client.config;
    let first = request::suggestions(&config.api_base, &query.conversation_id, MAX_PAGE_SIZE);
    let mut pages = Pages {
        client,
        query,
        deadline,
        page_size: MAX_PAGE_SIZE,
        spent: Spent::default(),
    };
    let mut url = first.map_err(inexpressible)?;
    let mut reading = Reading::default();
    let mut seen = HashSet::from([next_link::page_key(&url)]);
    for page in 1.. {
        let response = match pages.read(&url).await {
            Err(error) if page == 1 && knows_nothing(&error) => {
                reading.batch.no_data = true;
                reading.batch.upstream = error.upstream().clone();
                break;
            }
            answered => answered?,
        };
        reading.batch.upstream = error::facts(&response, pages.spent);
        let (anything_new, next) = reading
            .page(&response)
            .map_err(|error| error.in_answer(&response, pages.spent))?;
        let Some(link) = next.filter(|_| anything_new) else {
            break;
        };
        let received = reading.batch.total_received();
        if page >= config.max_pages || received >= config.max_entities as usize {
            tracing::warn!(
                pages = page,
                received,
                "suggestions beyond the bound are not read"
            );
            break;
        }
        let Ok(next) = next_link::resolve(&config.api_base, &link) else {
            tracing::warn!("the link to the next page leads elsewhere and is not followed");
            reading.batch.refused_links += 1;
            break;
        };
        if !seen.insert(next_link::page_key(&next)) {
            break;
        }
        url = next;
    }
    Ok(reading.finish())
}

/// Reads single pages, smaller ones once the platform asked for that.
struct Pages<'a> {
    client: &'a ApiClient,
    query: &'a SourceQuery,
    deadline: Deadline,
    page_size: u32,
    spent: Spent,
}

impl Pages<'_> {
    async fn read(&mut self, url: &Url) -> Result<Response<Bytes>, SourceError> {
        loop {
            let url = if self.page_size < MAX_PAGE_SIZE {
                request::with_page_size(url.clone(), self.page_size)
            } else {
                url.clone()
            };
            let answered = self
                .client
                .send(Ask::get(&url, self.query)?, self.deadline, &mut self.spent)
                .await;
            match answered {
                Err(error) if asks_for_smaller_pages(&error) && self.page_size > 1 => {
                    self.page_size /= 2;
                }
                answered => return answered,
            }
        }
    }
}

/// What the pages so far brought.
#[derive(Default)]
struct Reading {
    batch: Batch,
    ids: HashSet<UpstreamId>,
    agent: Newest<UpstreamId>,
    queue: Newest<UpstreamId>,
    question: Newest<QueryStatement>,
}

impl Reading {
    /// Takes in the page that `response` is. Gives whether it brought anything that was not there before,
    /// and the link to the next one.
    fn page(&mut self, response: &Response<Bytes>) -> Result<(bool, Option<String>), FormatError> {
        // Nearly always every entity can be read, and the whole page at once in half the time. Where
        // one cannot, it must not take the others along: then each is read by itself.
        if let Ok(listing) = verify::listing::<Entity>(response) {
            let new = listing
                .entities
                .into_iter()
                .map(Ok)
                .map(|entity| self.take(entity));
            return Ok((any(new), listing.next_uri));
        }
        let listing = verify::listing::<&RawValue>(response)?;
        let new = listing
            .entities
            .into_iter()
            .map(|entity| self.take(decode(entity)));
        Ok((any(new), listing.next_uri))
    }

    /// Takes in one entity; says whether it was not there before.
    fn take(&mut self, entity: Result<Entity, Malformation>) -> bool {
        let item = entity.and_then(|entity| {
            let Entity {
                item,
                unknown_fields,
                said,
            } = entity;
            self.batch.unknown_fields += unknown_fields;
            if let Some(said) = said {
                self.agent.offer(said.at, said.agent);
                self.queue.offer(said.at, said.queue);
                self.question.offer(said.at, said.question);
            }
            item
        });
        match item {
            Ok(item) => {
                let is_new = self.ids.insert(item.id.clone());
                self.batch.items.push(Arc::new(item));
                is_new
            }
            Err(reason) => {
                self.batch.malformed.push(reason);
                true
            }
        }
    }

    fn finish(mut self) -> Batch {
        self.batch.context = UpstreamContext {
            agent_id: self.agent.value,
            queue_id: self.queue.value,
        };
        self.batch.query_statement = self.question.value;
        self.batch
    }
}

/// What one entity of a page comes to. Made of it at once, so that no page of entities is ever held.
struct Entity {
    item: Result<Recommendation, Malformation>,
    unknown_fields: u32,
    said: Option<Said>,
}

/// What an entity says of its conversation, and when.
struct Said {
    at: Option<Timestamp>,
    agent: Option<UpstreamId>,
    queue: Option<UpstreamId>,
    question: Option<QueryStatement>,
}

impl<'de> Deserialize<'de> for Entity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let suggestion = Suggestion::deserialize(deserializer)?;
        Ok(Self {
            unknown_fields: suggestion::unknown_fields(&suggestion),
            said: suggestion.context.as_ref().map(|context| {
                Said::of(
                    context,
                    suggestion.date_created.as_deref().and_then(timestamp),
                )
            }),
            item: suggestion::read(suggestion),
        })
    }
}

impl Said {
    fn of(context: &SuggestionContext, at: Option<Timestamp>) -> Self {
        let SuggestionContext {
            user,
            queue,
            query_statement,
            ..
        } = context;
        Self {
            at,
            agent: user.as_ref().and_then(id),
            queue: queue.as_ref().and_then(id),
            question: query_statement.as_deref().and_then(question),
        }
    }
}

/// Whether any of them holds, each looked at.
fn any(each: impl Iterator<Item = bool>) -> bool {
    each.fold(false, |any, holds| any | holds)
}

/// What the newest suggestion that has something of the sort gives; undated ones are the oldest.
struct Newest<T> {
    at: Option<Timestamp>,
    value: Option<T>,
}

impl<T> Default for Newest<T> {
    fn default() -> Self {
        Self {
            at: None,
            value: None,
        }
    }
}

impl<T> Newest<T> {
    fn offer(&mut self, at: Option<Timestamp>, value: Option<T>) {
        if value.is_some() && (self.value.is_none() || at > self.at) {
            *self = Self { at, value };
        }
    }
}

/// What the assistant took the customer to ask, unless that is nothing.
fn question(statement: &str) -> Option<QueryStatement> {
    let statement = statement.trim();
    (!statement.is_empty()).then(|| QueryStatement(statement.to_owned()))
}

fn asks_for_smaller_pages(error: &SourceError) -> bool {
    error.kind() == SourceErrorKind::TooLarge && error.code() == Some(error::RESPONSE_TOO_LARGE)
}

/// A conversation without assistant data: the platform's own 404, not that of a missing route.
fn knows_nothing(error: &SourceError) -> bool {
    error.kind() == SourceErrorKind::NotFound && error.code() == Some(error::NOT_FOUND)
}
