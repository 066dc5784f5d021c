//! One recommendation in its public shape.

use serde::Serialize;

use crate::recommendation::{Recommendation, Score, UpstreamId};
use crate::screening::Safe;

/// Where a recommended text lives.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AnswerSource {
    knowledge_base_id: Option<String>,
    document_id: Option<String>,
    version_id: Option<String>,
    uri: Option<String>,
    origin: &'static str,
}

/// One recommendation as shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AnswerItem {
    id: String,
    kind: &'static str,
    title: String,
    text: String,
    relevance_score: Option<f64>,
    is_pii_masked: bool,
    pii_basis: &'static str,
    names_covered: bool,
    source: AnswerSource,
}

impl AnswerItem {
    /// The upstream's identifier.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What it is.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// Heading, masked.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Body, masked, one text a line.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// 0..=1, where the upstream scores this kind.
    pub fn relevance_score(&self) -> Option<f64> {
        self.relevance_score
    }

    /// On what "masked" rests.
    pub fn pii_basis(&self) -> &'static str {
        self.pii_basis
    }

    /// Which path brought it, as [`Origin`](crate::recommendation::Origin) names it.
    pub fn origin(&self) -> &'static str {
        self.source.origin
    }

    pub(super) fn new(safe: &Safe) -> Self {
        let Recommendation {
            id,
            kind,
            score,
            source,
            ..
        } = &safe.recommendation;
        let text_of = |id: &Option<UpstreamId>| id.as_ref().map(|id| id.as_str().to_owned());
        Self {
            id: id.as_str().to_owned(),
            kind: kind.as_str(),
            title: safe.recommendation.title().to_owned(),
            text: safe.recommendation.text().into_owned(),
            relevance_score: score.map(Score::get),
            is_pii_masked: true,
            pii_basis: safe.basis.as_str(),
            names_covered: safe.names_covered,
            source: AnswerSource {
                knowledge_base_id: text_of(&source.knowledge_base_id),
                document_id: text_of(&source.document_id),
                version_id: text_of(&source.version_id),
                uri: source.uri.clone(),
                origin: source.origin.as_str(),
            },
        }
    }
}
