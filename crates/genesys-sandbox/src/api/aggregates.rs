//! `POST /api/v2/analytics/agentcopilots/aggregates/query`.
//!
//! Counts what was served and what was done with it, over the whole interval at once. A suggestion with
//! which several things were done is in several groups, as on the platform; one that has no value of a
//! dimension is in a group without it.

mod dimension;
mod filter;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use agent_assist_genesys_wire::{
    AggregateData, AggregateMetric, AggregateQuery, AggregateResponse, AggregateResult,
    AggregateStats, Suggestion, SuggestionType,
};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use self::dimension::{Dimension, Happened};
use self::filter::Filter;
use super::answer::ApiError;
use crate::world::World;

/// The values of the dimensions grouped by.
type Group = BTreeMap<String, String>;

pub(super) async fn query(
    State(world): State<Arc<World>>,
    body: Bytes,
) -> Result<Json<AggregateResponse>, ApiError> {
    let query: AggregateQuery = serde_json::from_slice(&body).map_err(|_| {
        ApiError::bad_request(
            "interval",
            "The body must be JSON with interval and metrics.",
        )
    })?;
    let (since, until) = interval(&query.interval)?;
    let metrics = metrics(&query)?;
    let group_by = query.group_by.iter().flatten();
    let group_by: Vec<Dimension> = group_by
        .map(|name| Dimension::from_name("groupBy", name))
        .collect::<Result<_, _>>()?;
    let filter = query.filter.as_ref().map(Filter::read).transpose()?;
    if query.granularity.is_some() {
        let message = "The sandbox counts the interval at once; leave granularity out.";
        return Err(ApiError::bad_value("granularity", message));
    }

    let mut groups: BTreeMap<Group, Counted> = BTreeMap::new();
    for session in &world.sessions {
        let suggestions = session.suggestions();
        let usage = session.usage();
        for suggestion in suggestions.iter() {
            let used = suggestion.id.as_deref().and_then(|id| usage.of(id));
            let Some(engagements) = used.and_then(|used| used.within(since, until)) else {
                continue;
            };
            let happened = Happened {
                suggestion,
                engagements,
            };
            if filter
                .as_ref()
                .is_none_or(|filter| filter.admits(&happened))
            {
                for group in groups_of(&happened, &group_by) {
                    groups.entry(group).or_default().add(suggestion);
                }
            }
        }
    }
    let results = groups.into_iter().map(|(group, counted)| AggregateResult {
        group,
        data: vec![AggregateData {
            interval: query.interval.clone(),
            metrics: metrics.iter().map(|metric| counted.tell(*metric)).collect(),
        }],
    });
    Ok(Json(AggregateResponse {
        results: Some(results.collect()),
    }))
}

/// Every group that it is in: each combination of its values.
fn groups_of(happened: &Happened<'_>, group_by: &[Dimension]) -> Vec<Group> {
    let mut groups = vec![Group::new()];
    for dimension in group_by {
        let values = happened.values(*dimension);
        if values.is_empty() {
            continue;
        }
        let with = |group: &Group, value: &String| {
            let mut group = group.clone();
            group.insert(dimension.name().to_owned(), value.clone());
            group
        };
        groups = groups
            .iter()
            .flat_map(|group| values.iter().map(|value| with(group, value)))
            .collect();
    }
    groups
}

/// What is in one group.
#[derive(Debug, Default)]
struct Counted {
    suggestions: BTreeSet<String>,
    conversations: BTreeSet<String>,
    by_type: BTreeMap<String, BTreeSet<String>>,
}

impl Counted {
    fn add(&mut self, suggestion: &Suggestion) {
        let id = suggestion.id.clone().unwrap_or_default();
        let conversation = suggestion.conversation.as_ref();
        let conversation = conversation.and_then(|conversation| conversation.id.clone());
        self.conversations.extend(conversation);
        if let Some(kind) = &suggestion.kind {
            let of_type = self.by_type.entry(kind.to_string()).or_default();
            of_type.insert(id.clone());
        }
        self.suggestions.insert(id);
    }

    fn tell(&self, metric: Metric) -> AggregateMetric {
        let count = match metric {
            Metric::DistinctSuggestions => self.suggestions.len(),
            Metric::DistinctConversations => self.conversations.len(),
            _ => {
                let of_type = metric
                    .counts()
                    .and_then(|kind| self.by_type.get(kind.as_str()));
                of_type.map_or(0, BTreeSet::len)
            }
        };
        AggregateMetric {
            metric: metric.name().to_owned(),
            stats: Some(AggregateStats {
                count: i64::try_from(count).ok(),
            }),
        }
    }
}

/// Something to count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Metric {
    DistinctSuggestions,
    DistinctConversations,
    KnowledgeSearchSuggestions,
    KnowledgeArticleSuggestions,
    KnowledgeAnswerSuggestions,
    CannedResponseSuggestions,
    ScriptSuggestions,
}

impl Metric {
    const ALL: [Self; 7] = [
        Self::DistinctSuggestions,
        Self::DistinctConversations,
        Self::KnowledgeSearchSuggestions,
        Self::KnowledgeArticleSuggestions,
        Self::KnowledgeAnswerSuggestions,
        Self::CannedResponseSuggestions,
        Self::ScriptSuggestions,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::DistinctSuggestions => "nDistinctSuggestions",
            Self::DistinctConversations => "nDistinctConversations",
            Self::KnowledgeSearchSuggestions => "nKnowledgeSearchSuggestions",
            Self::KnowledgeArticleSuggestions => "nKnowledgeArticleSuggestions",
            Self::KnowledgeAnswerSuggestions => "nKnowledgeAnswerSuggestions",
            Self::CannedResponseSuggestions => "nCannedResponseSuggestions",
            Self::ScriptSuggestions => "nScriptSuggestions",
        }
    }

    /// The type that it is about, if it is about one.
    fn counts(self) -> Option<SuggestionType> {
        match self {
            Self::DistinctSuggestions | Self::DistinctConversations => None,
            Self::KnowledgeSearchSuggestions => Some(SuggestionType::KnowledgeSearch),
            Self::KnowledgeArticleSuggestions => Some(SuggestionType::KnowledgeArticle),
            Self::KnowledgeAnswerSuggestions => Some(SuggestionType::SuggestedKnowledgeAnswer),
            Self::CannedResponseSuggestions => Some(SuggestionType::CannedResponse),
            Self::ScriptSuggestions => Some(SuggestionType::Script),
        }
    }
}

fn metrics(query: &AggregateQuery) -> Result<Vec<Metric>, ApiError> {
    if query.metrics.is_empty() {
        return Err(ApiError::bad_request("metrics", "metrics is required."));
    }
    let known = |name: &String| Metric::ALL.into_iter().find(|metric| metric.name() == name);
    let metrics: Option<Vec<Metric>> = query.metrics.iter().map(known).collect();
    metrics.ok_or_else(|| {
        let known = Metric::ALL.map(Metric::name).join(", ");
        ApiError::bad_value("metrics", format!("metrics must be among {known}."))
    })
}

/// Two RFC 3339 times with a slash between, the later one last.
fn interval(text: &str) -> Result<(OffsetDateTime, OffsetDateTime), ApiError> {
    let time = |text: &str| OffsetDateTime::parse(text, &Rfc3339).ok();
    let times = text.split_once('/');
    let times = times.and_then(|(since, until)| Some((time(since)?, time(until)?)));
    times.filter(|(since, until)| since < until).ok_or_else(|| {
        let message =
            "interval must be two ISO 8601 times with a slash between, the later one last.";
        ApiError::bad_value("interval", message)
    })
}
