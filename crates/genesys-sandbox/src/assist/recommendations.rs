//! Answers in the `recommendations` dialect.

use agent_assist_genesys_wire::RecommendationEntity;
use serde_json::{Map, Value};

use super::Answer;

/// One answer as an entity: the three fields of the contract, and what a gateway would add.
pub(crate) fn recommendation(answer: &Answer<'_>) -> RecommendationEntity {
    let extra = [
        ("type", "knowledge_article".to_owned()),
        ("title", answer.article.title.clone()),
        ("text", answer.text()),
        ("knowledge_source_id", answer.base.id.to_string()),
        ("document_id", answer.article.id.to_string()),
        ("version_id", answer.article.version_id.to_string()),
        ("uri", answer.document_uri()),
    ];
    RecommendationEntity {
        id: Some(answer.id.to_string()),
        relevance_score: Some(answer.relevance),
        is_pii_masked: Some(answer.claims_masked),
        extra: extra
            .into_iter()
            .map(|(name, value)| (name.to_owned(), Value::String(value)))
            .collect::<Map<_, _>>(),
    }
}
