//! An entity of the `recommendations` dialect, `GET /api/v2/agentassist/recommendations`.
//!
//! The contract of that route names three fields and leaves the rest open, so only those three have
//! names here; title, text and whatever else an organisation's gateway adds arrive in
//! [`RecommendationEntity::extra`].

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::redacted::redacted_debug;

/// One recommendation.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RecommendationEntity {
    /// The recommendation's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// How well it fits the conversation, promised to lie in `0.0..=1.0`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relevance_score: Option<f64>,
    /// The upstream's claim that its text holds no unmasked personal data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_pii_masked: Option<bool>,
    /// Every other field, by name.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

redacted_debug!(RecommendationEntity {
    id,
    relevance_score,
    is_pii_masked
});
