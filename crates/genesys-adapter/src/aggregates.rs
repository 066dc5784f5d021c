//! The platform's own counts of suggestions, to hold ours against them.
//!
//! Two questions: how many suggestions of each type there were, and how many of each type were engaged
//! with in which way. A suggestion engaged with in two ways is in two of the second's counts.

use std::sync::Arc;

use agent_assist_domain::adoption::{Measure, UpstreamCount};
use agent_assist_domain::ports::{SourceError, UpstreamCounts};
use agent_assist_domain::time::{Deadline, Timestamp};
use agent_assist_genesys_wire::{
    AggregateQuery, AggregateResponse, AggregateResult, EngagementType, SuggestionType,
};
use async_trait::async_trait;
use bytes::Bytes;

use crate::ask::Ask;
use crate::client::ApiClient;
use crate::mapping::kind_of;
use crate::request;
use crate::spent::Spent;
use crate::verify;

const DISTINCT_SUGGESTIONS: &str = "nDistinctSuggestions";
const SUGGESTION_TYPE: &str = "suggestionType";
const ENGAGEMENT_TYPE: &str = "engagementType";

/// Genesys Cloud's statistics of suggestions. They need the permission
/// `analytics:agentCopilotAggregate:view`.
#[derive(Clone, Debug)]
pub struct GenesysCounts {
    client: Arc<ApiClient>,
}

impl GenesysCounts {
    pub(crate) fn new(client: Arc<ApiClient>) -> Self {
        Self { client }
    }

    async fn ask(
        &self,
        interval: &str,
        group_by: &[&str],
        deadline: Deadline,
    ) -> Result<Vec<AggregateResult>, SourceError> {
        let query = AggregateQuery {
            interval: interval.to_owned(),
            metrics: vec![DISTINCT_SUGGESTIONS.to_owned()],
            group_by: Some(group_by.iter().map(|&name| name.to_owned()).collect()),
            ..AggregateQuery::default()
        };
        // Texts always have a JSON form.
        let body = Bytes::from(serde_json::to_vec(&query).unwrap_or_default());
        let url = request::suggestion_aggregates(&self.client.config.api_base);
        let mut spent = Spent::default();
        let response = self
            .client
            .send(Ask::statistics(&url, body)?, deadline, &mut spent)
            .await?;
        let answer: AggregateResponse =
            verify::json(&response).map_err(|error| error.in_answer(&response, spent))?;
        // Where there is nothing to count, there is nothing in the answer.
        Ok(answer.results.unwrap_or_default())
    }
}

#[async_trait]
impl UpstreamCounts for GenesysCounts {
    async fn counts(
        &self,
        since: Timestamp,
        until: Timestamp,
        deadline: Deadline,
    ) -> Result<Vec<UpstreamCount>, SourceError> {
        let interval = format!("{}/{}", moment(since), moment(until));
        let all = self.ask(&interval, &[SUGGESTION_TYPE], deadline).await?;
        let engaged = [SUGGESTION_TYPE, ENGAGEMENT_TYPE];
        let engaged = self.ask(&interval, &engaged, deadline).await?;
        let all = all.iter().map(|result| count(result, Measure::Suggestions));
        let engaged = engaged
            .iter()
            .filter_map(|result| Some(count(result, measure(result)?)));
        Ok(all.chain(engaged).collect())
    }
}

/// As the platform writes times: with milliseconds.
fn moment(at: Timestamp) -> String {
    let text = at.to_rfc3339();
    let to_the_millisecond = text.len().saturating_sub("000Z".len());
    format!("{}Z", text.get(..to_the_millisecond).unwrap_or_default())
}

/// Which engagement the suggestions of a group have in common; `None` for those without one, and for
/// one that we do not know.
fn measure(result: &AggregateResult) -> Option<Measure> {
    match EngagementType::from(result.group.get(ENGAGEMENT_TYPE)?.as_str()) {
        EngagementType::Opened => Some(Measure::Opened),
        EngagementType::Copied => Some(Measure::Copied),
        EngagementType::Dismissed => Some(Measure::Dismissed),
        EngagementType::Feedback => Some(Measure::Rated),
        EngagementType::Other(_) => None,
    }
}

fn count(result: &AggregateResult, measure: Measure) -> UpstreamCount {
    let kind = result.group.get(SUGGESTION_TYPE);
    let kind = kind.and_then(|name| kind_of(&SuggestionType::from(name.as_str())));
    let metrics = result.data.iter().flat_map(|data| &data.metrics);
    let distinct = metrics.filter(|metric| metric.metric == DISTINCT_SUGGESTIONS);
    let counts = distinct.filter_map(|metric| metric.stats.as_ref()?.count);
    UpstreamCount {
        kind,
        measure,
        suggestions: counts.filter_map(|count| u64::try_from(count).ok()).sum(),
    }
}
