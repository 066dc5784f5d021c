//! Recommendations, batches of them, and what the screening makes of those.

use std::sync::Arc;

use agent_assist_domain::batch::{Batch, UpstreamFacts};
use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::pii::ValueKey;
use agent_assist_domain::plain_token::PlainToken;
use agent_assist_domain::recommendation::{
    Kind, Origin, Recommendation, Role, Score, Source, State, TextPart, UpstreamId,
};
use agent_assist_domain::screening::{Screened, Screening, ScreeningPolicy};
use agent_assist_domain::time::Timestamp;

use super::fetch_request;

/// Makes a [`Recommendation`]. Starts with kind `Recommendation`, score 0.9, the masking flag set,
/// a title and one body text.
#[derive(Clone, Debug)]
pub struct RecommendationBuilder(Recommendation);

/// A builder for the recommendation named `id`.
///
/// # Panics
/// If `id` breaks the rule of [`UpstreamId`].
pub fn recommendation(id: &str) -> RecommendationBuilder {
    RecommendationBuilder(Recommendation {
        id: upstream_id(id),
        kind: Kind::Recommendation,
        score: Score::new(0.9),
        upstream_masked: Some(true),
        state: None,
        created_at: None,
        parts: vec![
            part("/title", Role::Title, &format!("Title of {id}")),
            part("/text", Role::Body, &format!("Text of {id}.")),
        ],
        source: Source {
            knowledge_base_id: None,
            document_id: None,
            version_id: None,
            uri: None,
            trigger_id: None,
            origin: Origin::Upstream,
        },
    })
}

impl RecommendationBuilder {
    /// With this score.
    ///
    /// # Panics
    /// If `score` is outside 0..=1.
    #[must_use]
    pub fn score(mut self, score: f64) -> Self {
        self.0.score = Some(Score::new(score).expect("a score lies in 0..=1"));
        self
    }

    /// Without a score.
    #[must_use]
    pub fn unscored(mut self) -> Self {
        self.0.score = None;
        self
    }

    /// With this claim of the upstream that personal data is masked, or none.
    #[must_use]
    pub fn flagged(mut self, flag: impl Into<Option<bool>>) -> Self {
        self.0.upstream_masked = flag.into();
        self
    }

    /// Of this kind.
    #[must_use]
    pub fn kind(mut self, kind: Kind) -> Self {
        self.0.kind = kind;
        self
    }

    /// In this upstream state.
    #[must_use]
    pub fn state(mut self, state: State) -> Self {
        self.0.state = Some(state);
        self
    }

    /// With this title and body text in place of what it has.
    #[must_use]
    pub fn texts(mut self, title: &str, body: &str) -> Self {
        self.0.parts = vec![
            part("/title", Role::Title, title),
            part("/text", Role::Body, body),
        ];
        self
    }

    /// With these parts in place of what it has.
    #[must_use]
    pub fn parts(mut self, parts: Vec<TextPart>) -> Self {
        self.0.parts = parts;
        self
    }

    /// From this knowledge base.
    ///
    /// # Panics
    /// If `id` breaks the rule of [`UpstreamId`].
    #[must_use]
    pub fn knowledge_base(mut self, id: &str) -> Self {
        self.0.source.knowledge_base_id = Some(upstream_id(id));
        self
    }

    /// From this version of this document, at this link.
    ///
    /// # Panics
    /// If an identifier breaks the rule of [`UpstreamId`].
    #[must_use]
    pub fn document(mut self, id: &str, version: &str, uri: &str) -> Self {
        self.0.source.document_id = Some(upstream_id(id));
        self.0.source.version_id = Some(upstream_id(version));
        self.0.source.uri = Some(uri.to_owned());
        self
    }

    /// Made upstream at this time.
    #[must_use]
    pub fn created_at(mut self, at: Timestamp) -> Self {
        self.0.created_at = Some(at);
        self
    }

    /// The recommendation.
    pub fn build(self) -> Recommendation {
        self.0
    }
}

impl From<RecommendationBuilder> for Recommendation {
    fn from(builder: RecommendationBuilder) -> Self {
        builder.build()
    }
}

/// What an upstream call brought: `items`, status 200, one request.
pub fn batch<T: Into<Recommendation>>(items: impl IntoIterator<Item = T>) -> Batch {
    Batch {
        items: items
            .into_iter()
            .map(|item| Arc::new(item.into()))
            .collect(),
        upstream: UpstreamFacts {
            status: Some(200),
            correlation_id: PlainToken::new("c0ffee00-0000-4000-8000-000000000001", 128),
            requests: 1,
            token_us: 0,
        },
        ..Batch::default()
    }
}

/// `batch` as the screening of the recommendations dialect lets it through for the standard
/// request, under the standard policy.
pub fn screened(batch: &Batch) -> Screened {
    let dialect = Dialect::Recommendations;
    Screening::new().screen(
        batch,
        &fetch_request(dialect),
        dialect,
        &ScreeningPolicy::for_dialect(dialect),
        Some(&ValueKey::from_bytes([5; 32])),
    )
}

fn upstream_id(id: &str) -> UpstreamId {
    UpstreamId::new(id).expect("an identifier keeps the rule of UpstreamId")
}

fn part(pointer: &str, role: Role, text: &str) -> TextPart {
    TextPart {
        pointer: pointer.to_owned(),
        role,
        text: text.to_owned(),
        highlight: None,
    }
}
