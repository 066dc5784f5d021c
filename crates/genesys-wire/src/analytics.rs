//! Aggregates over suggestions, `POST /api/v2/analytics/agentcopilots/aggregates/query`.
//!
//! The shapes are those of all of the platform's aggregates; names of metrics and dimensions are plain
//! text here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// What is to be counted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AggregateQuery {
    /// From when until before when: two RFC 3339 times with a slash between. Required.
    pub interval: String,
    /// What to count. Required.
    pub metrics: Vec<String>,
    /// Dimensions to count apart by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_by: Option<Vec<String>>,
    /// What to count at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<AggregateFilter>,
    /// An ISO 8601 duration to count apart by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub granularity: Option<String>,
}

/// A condition made of others.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AggregateFilter {
    /// `and` or `or`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Conditions made of others, one level deep.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clauses: Option<Vec<Self>>,
    /// Conditions on a dimension.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub predicates: Option<Vec<AggregatePredicate>>,
}

/// A condition on one dimension.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AggregatePredicate {
    /// `dimension`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dimension: Option<String>,
    /// `matches`, `exists` or `notExists`; `matches` where it is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operator: Option<String>,
    /// What it has to be, for `matches`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// The counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AggregateResponse {
    /// One for each group in which there is something.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub results: Option<Vec<AggregateResult>>,
}

/// The counts of one group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AggregateResult {
    /// Dimensions of the group; one that it has no value of is not there.
    pub group: BTreeMap<String, String>,
    /// One for each span of time.
    pub data: Vec<AggregateData>,
}

/// The counts of one span of time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AggregateData {
    /// Which, as in the query.
    pub interval: String,
    /// The counts.
    pub metrics: Vec<AggregateMetric>,
}

/// One count.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AggregateMetric {
    /// Of what.
    pub metric: String,
    /// How many.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stats: Option<AggregateStats>,
}

/// A count as a number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AggregateStats {
    /// The number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub count: Option<i64>,
}
