//! One recommendation in its public shape.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::recommendation::{Recommendation, Score, UpstreamId};
use crate::screening::{PiiBasis, Safe};

/// One recommendation as shown. It shares its texts with what it was made of.
#[derive(Clone, Debug)]
pub struct AnswerItem {
    recommendation: Arc<Recommendation>,
    /// Its body, where that is more than one text.
    body: Option<Box<str>>,
    pii_basis: PiiBasis,
    names_covered: bool,
}

/// The members of one, in their order.
#[derive(PartialEq, Serialize)]
struct Shape<'a> {
    id: &'a str,
    kind: &'static str,
    title: &'a str,
    text: &'a str,
    relevance_score: Option<f64>,
    is_pii_masked: bool,
    pii_basis: &'static str,
    names_covered: bool,
    source: SourceShape<'a>,
}

/// Where a recommended text lives.
#[derive(PartialEq, Serialize)]
struct SourceShape<'a> {
    knowledge_base_id: Option<&'a str>,
    document_id: Option<&'a str>,
    version_id: Option<&'a str>,
    uri: Option<&'a str>,
    origin: &'static str,
}

impl AnswerItem {
    /// The upstream's identifier.
    pub fn id(&self) -> &str {
        self.recommendation.id.as_str()
    }

    /// What it is.
    pub fn kind(&self) -> &'static str {
        self.recommendation.kind.as_str()
    }

    /// Heading, masked.
    pub fn title(&self) -> &str {
        self.recommendation.title()
    }

    /// Body, masked, one text a line.
    pub fn text(&self) -> &str {
        match &self.body {
            Some(body) => body,
            None => self.recommendation.first_text(),
        }
    }

    /// 0..=1, where the upstream scores this kind.
    pub fn relevance_score(&self) -> Option<f64> {
        self.recommendation.score.map(Score::get)
    }

    /// On what "masked" rests.
    pub fn pii_basis(&self) -> &'static str {
        self.pii_basis.as_str()
    }

    /// Which path brought it, as [`Origin`](crate::recommendation::Origin) names it.
    pub fn origin(&self) -> &'static str {
        self.recommendation.source.origin.as_str()
    }

    pub(super) fn new(safe: &Safe) -> Self {
        let body = match safe.recommendation.text() {
            Cow::Borrowed(_) => None,
            Cow::Owned(body) => Some(body.into_boxed_str()),
        };
        Self {
            recommendation: Arc::clone(&safe.recommendation),
            body,
            pii_basis: safe.basis,
            names_covered: safe.names_covered,
        }
    }

    fn shape(&self) -> Shape<'_> {
        let source = &self.recommendation.source;
        Shape {
            id: self.id(),
            kind: self.kind(),
            title: self.title(),
            text: self.text(),
            relevance_score: self.relevance_score(),
            is_pii_masked: true,
            pii_basis: self.pii_basis(),
            names_covered: self.names_covered,
            source: SourceShape {
                knowledge_base_id: text_of(&source.knowledge_base_id),
                document_id: text_of(&source.document_id),
                version_id: text_of(&source.version_id),
                uri: source.uri.as_deref(),
                origin: self.origin(),
            },
        }
    }
}

fn text_of(id: &Option<UpstreamId>) -> Option<&str> {
    id.as_ref().map(UpstreamId::as_str)
}

/// What is shown counts, not what else is known of it.
impl PartialEq for AnswerItem {
    fn eq(&self, other: &Self) -> bool {
        self.shape() == other.shape()
    }
}

impl Serialize for AnswerItem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.shape().serialize(serializer)
    }
}
