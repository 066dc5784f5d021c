//! Questions about the upstream itself, for a diagnosis: is it reachable, is its clock ours, does
//! it grant tokens, whose are they, may they read, do the knowledge sources exist.
//!
//! Each question sends one request, retried like any other, changes nothing, and returns facts. What
//! a fact means for the operator, and what to do about it, is said by whoever asks.

use std::sync::Arc;
use std::time::Duration;

use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::ports::{SourceError, SourceErrorKind, SourceQuery};
use agent_assist_domain::time::{Deadline, Timestamp};
use agent_assist_genesys_wire::{KnowledgeBase, Limit, TokenInfo};
use http::header::DATE;
use serde_json::value::RawValue;
use url::Url;

use crate::ask::Ask;
use crate::client::{ApiClient, inexpressible};
use crate::error;
use crate::request;
use crate::retry::Endpoint;
use crate::retry_after::http_date;
use crate::spent::Spent;
use crate::verify;

/// Asks the upstream about itself.
#[derive(Clone, Debug)]
pub struct Probe {
    client: Arc<ApiClient>,
}

/// The token at hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenFacts {
    /// How long it is valid from now; `None` for a token obtained elsewhere.
    pub expires_in: Option<Duration>,
}

/// Whom the token belongs to, and what it may do. All as far as the platform says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TokenOwner {
    /// The organisation's name.
    pub organization: Option<String>,
    /// The OAuth client's name.
    pub oauth_client: Option<String>,
    /// The scopes it carries, where the organisation enforces scopes.
    pub scopes: Option<Vec<String>>,
}

/// A knowledge source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnowledgeBaseFacts {
    /// The name its authors gave it.
    pub name: Option<String>,
    /// Whether its articles are served.
    pub published: Option<bool>,
}

/// What reading a conversation brought. That it brought anything is the permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadFacts {
    /// Entities on the first page, usable or not.
    pub entities: usize,
    /// Whether the upstream's assistant knows the conversation.
    pub known: bool,
}

/// How many requests a minute the organisation may send.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RateLimits {
    /// By one token.
    pub token_per_minute: Option<i64>,
    /// By one token obtained with client credentials.
    pub client_credentials_token_per_minute: Option<i64>,
    /// By one application over all its tokens. The platform's row `org.app.user.rate.per.minute`,
    /// 3,000 unless the organisation has another.
    pub org_app_user_per_minute: Option<i64>,
}

/// By how much the upstream's clock is ahead of ours; exact to the second at best.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockSkew {
    /// Seconds that the upstream is ahead; negative if it is behind.
    pub seconds: i64,
}

impl Probe {
    pub(crate) fn new(client: Arc<ApiClient>) -> Self {
        Self { client }
    }

    /// Obtains a token, or says why there is none.
    pub async fn token(&self, deadline: Deadline) -> Result<TokenFacts, SourceError> {
        let tokens = self.client.pool.first();
        tokens.current(deadline).await?;
        Ok(TokenFacts {
            expires_in: tokens.expires_in(),
        })
    }

    /// Asks whom the token belongs to.
    pub async fn token_owner(&self, deadline: Deadline) -> Result<TokenOwner, SourceError> {
        let info: TokenInfo = self.read(&request::token_me(self.base()), deadline).await?;
        Ok(TokenOwner {
            organization: info.organization.and_then(|organization| organization.name),
            oauth_client: info.oauth_client.and_then(|client| client.name),
            scopes: info.authorized_scope,
        })
    }

    /// Looks a knowledge source up. One that does not exist is
    /// [`NotFound`](SourceErrorKind::NotFound).
    pub async fn knowledge_base(
        &self,
        id: &str,
        deadline: Deadline,
    ) -> Result<KnowledgeBaseFacts, SourceError> {
        let url = request::knowledge_base(self.base(), id).map_err(inexpressible)?;
        let base: KnowledgeBase = self.read(&url, deadline).await?;
        Ok(KnowledgeBaseFacts {
            name: base.name,
            published: base.published,
        })
    }

    /// Reads one entity of what `query` names, to see whether the token may.
    pub async fn reading(
        &self,
        query: &SourceQuery,
        deadline: Deadline,
    ) -> Result<ReadFacts, SourceError> {
        let url = match self.client.config.dialect {
            Dialect::Recommendations => {
                let one = SourceQuery {
                    limit: 1,
                    offset: 0,
                    ..query.clone()
                };
                request::recommendations(self.base(), &one, false)
            }
            Dialect::Suggestions => request::suggestions(self.base(), &query.conversation_id, 1)
                .map_err(inexpressible)?,
        };
        let mut spent = Spent::default();
        match self
            .client
            .send(Ask::get(&url, query)?, deadline, &mut spent)
            .await
        {
            Ok(response) => {
                let listing = verify::listing::<&RawValue>(&response)
                    .map_err(|error| error.in_answer(&response, spent))?;
                Ok(ReadFacts {
                    entities: listing.entities.len(),
                    known: true,
                })
            }
            Err(error) if self.knows_nothing(&error) => Ok(ReadFacts {
                entities: 0,
                known: false,
            }),
            Err(error) => Err(error),
        }
    }

    /// Asks for the organisation's limits on the platform API.
    pub async fn rate_limits(&self, deadline: Deadline) -> Result<RateLimits, SourceError> {
        let url = request::limits(self.base());
        let mut spent = Spent::default();
        let response = self
            .client
            .send(Ask::about_upstream(&url)?, deadline, &mut spent)
            .await?;
        let listing = verify::listing::<&RawValue>(&response)
            .map_err(|error| error.in_answer(&response, spent))?;
        let entities = listing.entities.iter();
        let limits: Vec<Limit> = entities
            .filter_map(|entity| serde_json::from_str(entity.get()).ok())
            .collect();
        let value = |key: &str| {
            let limit = limits
                .iter()
                .find(|limit| limit.key.as_deref() == Some(key));
            limit.and_then(|limit| limit.value)
        };
        Ok(RateLimits {
            token_per_minute: value("token.rate.per.minute"),
            client_credentials_token_per_minute: value("client.credentials.token.rate.per.minute"),
            org_app_user_per_minute: value("org.app.user.rate.per.minute"),
        })
    }

    /// Compares clocks. Needs no token, so it also tells whether the upstream can be reached at
    /// all. `None` if the upstream does not tell the time.
    pub async fn clock_skew(&self, deadline: Deadline) -> Result<Option<ClockSkew>, SourceError> {
        let request = request::get(&request::token_me(self.base())).map_err(inexpressible)?;
        let exchange = &self.client.exchange;
        let asked = exchange.now();
        let response = exchange
            .answer(Endpoint::Api, &request, deadline, &mut Spent::default())
            .await?;
        let answered = exchange.now();
        let date = response
            .headers()
            .get(DATE)
            .and_then(|date| date.to_str().ok());
        Ok(date
            .and_then(http_date)
            .map(|date| skew(asked, answered, date)))
    }

    async fn read<T: serde::de::DeserializeOwned>(
        &self,
        url: &Url,
        deadline: Deadline,
    ) -> Result<T, SourceError> {
        let mut spent = Spent::default();
        let response = self
            .client
            .send(Ask::about_upstream(url)?, deadline, &mut spent)
            .await?;
        verify::json(&response).map_err(|error| error.in_answer(&response, spent))
    }

    fn knows_nothing(&self, error: &SourceError) -> bool {
        self.client.config.dialect == Dialect::Suggestions
            && error.kind() == SourceErrorKind::NotFound
            && error.code() == Some(error::NOT_FOUND)
    }

    fn base(&self) -> &Url {
        &self.client.config.api_base
    }
}

/// The difference between `date`, told somewhere between `asked` and `answered`, and that moment's
/// reading here. A date within the two is no difference.
fn skew(asked: Timestamp, answered: Timestamp, date: Timestamp) -> ClockSkew {
    let second = |at: Timestamp| at.as_millis().div_euclid(1_000);
    let (asked, answered, date) = (second(asked), second(answered), second(date));
    let seconds = if date > answered {
        date - answered
    } else if date < asked {
        date - asked
    } else {
        0
    };
    ClockSkew { seconds }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_between_question_and_answer_is_no_skew() {
        let at = |millis: i64| Timestamp::from_millis(millis);
        for (asked, answered, date, seconds) in [
            (10_900, 12_100, 10_000, 0),
            (10_900, 12_100, 12_000, 0),
            (10_900, 12_100, 15_000, 3),
            (10_900, 12_100, 2_000, -8),
        ] {
            let skew = skew(at(asked), at(answered), at(date));
            assert_eq!(skew.seconds, seconds);
        }
    }
}
