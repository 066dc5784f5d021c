//! The body of a cached answer: its JSON shape, and the way from and to the domain.
//!
//! Decoding is validation: every value goes through the constructor that the domain has for it.
//! Whether a body is the one that was stored is for the domain to judge, by its digest.
//!
//! The shape has a version, [`BODY_VERSION`]. A change to it is a new version and a new snapshot;
//! rows of another version are not read but fetched again.

mod counts;
mod receipts;

use agent_assist_domain::batch::UpstreamContext;
use agent_assist_domain::recommendation::{
    Kind, Origin, Recommendation, Role, Score, Source, State, TextPart, UpstreamId,
};
use agent_assist_domain::screening::{PiiBasis, RejectReason, Safe, StoredFields, StoredRejection};
use agent_assist_domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use counts::{OddityCounts, Report};
use receipts::Found;

/// Version of the shape.
pub(crate) const BODY_VERSION: i64 = 3;

/// Why a row cannot be read. Says where, never what: the content stays in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadBody {
    /// Another version of the shape.
    #[error("the body has version {0}")]
    Version(i64),
    /// Not this shape, or no JSON at all.
    #[error("the body is malformed at column {column}")]
    Shape {
        /// Where in the text.
        column: usize,
    },
    /// A value that the domain does not take.
    #[error("the row holds an invalid {0}")]
    Value(&'static str),
}

/// The JSON of `fields`.
pub(crate) fn encode_body(fields: StoredFields) -> Result<String, BadBody> {
    serde_json::to_string(&Body::from(fields)).map_err(|error| shape(&error))
}

/// The fields of a JSON text.
pub(crate) fn decode_body(json: &str) -> Result<StoredFields, BadBody> {
    let body: Body = serde_json::from_str(json).map_err(|error| shape(&error))?;
    body.try_into()
}

/// The message of a JSON error quotes the text; its place does not.
fn shape(error: &serde_json::Error) -> BadBody {
    BadBody::Shape {
        column: error.column(),
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    kept: Vec<Kept>,
    rejected: Vec<Rejected>,
    report: Report,
    oddities: OddityCounts,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    queue_id: Option<String>,
    no_data: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    id: String,
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upstream_masked: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<StateName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at_us: Option<i64>,
    parts: Vec<Part>,
    #[serde(skip_serializing_if = "Option::is_none")]
    knowledge_base_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    document_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trigger_id: Option<String>,
    origin: String,
    pii_basis: String,
    names_covered: bool,
    #[serde(default, skip_serializing_if = "Found::is_empty")]
    receipts: Found,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Part {
    pointer: String,
    role: String,
    text: String,
    /// Start and end, in bytes of the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    highlight: Option<(usize, usize)>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rejected {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<f64>,
    reason: String,
    #[serde(default, skip_serializing_if = "Found::is_empty")]
    receipts: Found,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum StateName {
    Suggested,
    Accepted,
    Dismissed,
    Failed,
    Rated,
    Other,
}

impl From<StoredFields> for Body {
    fn from(fields: StoredFields) -> Self {
        Self {
            kept: fields.kept.into_iter().map(Kept::from).collect(),
            rejected: fields.rejected.into_iter().map(Rejected::from).collect(),
            report: fields.report.into(),
            oddities: fields.oddities.into(),
            agent_id: text_of(fields.context.agent_id.as_ref()),
            queue_id: text_of(fields.context.queue_id.as_ref()),
            no_data: fields.no_data,
        }
    }
}

impl TryFrom<Body> for StoredFields {
    type Error = BadBody;

    fn try_from(body: Body) -> Result<Self, BadBody> {
        Ok(Self {
            kept: try_all(body.kept)?,
            rejected: try_all(body.rejected)?,
            report: body.report.into(),
            oddities: body.oddities.try_into()?,
            context: UpstreamContext {
                agent_id: maybe_id(body.agent_id, "agent_id")?,
                queue_id: maybe_id(body.queue_id, "queue_id")?,
            },
            no_data: body.no_data,
        })
    }
}

impl From<Safe> for Kept {
    fn from(safe: Safe) -> Self {
        let item = safe.recommendation;
        Self {
            id: item.id.as_str().to_owned(),
            kind: item.kind.as_str().to_owned(),
            score: item.score.map(Score::get),
            upstream_masked: item.upstream_masked,
            state: item.state.map(StateName::from),
            created_at_us: item.created_at.map(Timestamp::as_micros),
            parts: item.parts.into_iter().map(Part::from).collect(),
            knowledge_base_id: text_of(item.source.knowledge_base_id.as_ref()),
            document_id: text_of(item.source.document_id.as_ref()),
            version_id: text_of(item.source.version_id.as_ref()),
            uri: item.source.uri,
            trigger_id: text_of(item.source.trigger_id.as_ref()),
            origin: item.source.origin.as_str().to_owned(),
            pii_basis: safe.basis.as_str().to_owned(),
            names_covered: safe.names_covered,
            receipts: safe.receipts.into(),
        }
    }
}

impl TryFrom<Kept> for Safe {
    type Error = BadBody;

    fn try_from(kept: Kept) -> Result<Self, BadBody> {
        Ok(Self {
            recommendation: Recommendation {
                id: UpstreamId::new(kept.id).ok_or(BadBody::Value("id"))?,
                kind: kind(&kept.kind)?,
                score: score(kept.score)?,
                upstream_masked: kept.upstream_masked,
                state: kept.state.map(State::from),
                created_at: kept.created_at_us.map(Timestamp::from_micros),
                parts: try_all(kept.parts)?,
                source: Source {
                    knowledge_base_id: maybe_id(kept.knowledge_base_id, "knowledge_base_id")?,
                    document_id: maybe_id(kept.document_id, "document_id")?,
                    version_id: maybe_id(kept.version_id, "version_id")?,
                    uri: kept.uri,
                    trigger_id: maybe_id(kept.trigger_id, "trigger_id")?,
                    origin: Origin::from_name(&kept.origin).ok_or(BadBody::Value("origin"))?,
                },
            },
            basis: PiiBasis::from_name(&kept.pii_basis).ok_or(BadBody::Value("pii_basis"))?,
            names_covered: kept.names_covered,
            receipts: kept.receipts.try_into()?,
        })
    }
}

impl From<TextPart> for Part {
    fn from(part: TextPart) -> Self {
        Self {
            pointer: part.pointer,
            role: part.role.as_str().to_owned(),
            text: part.text,
            highlight: part.highlight.map(|range| (range.start, range.end)),
        }
    }
}

impl TryFrom<Part> for TextPart {
    type Error = BadBody;

    fn try_from(part: Part) -> Result<Self, BadBody> {
        let highlight = part.highlight.map(|(start, end)| start..end);
        if let Some(range) = &highlight
            && part.text.get(range.clone()).is_none()
        {
            return Err(BadBody::Value("highlight"));
        }
        Ok(Self {
            pointer: part.pointer,
            role: Role::from_name(&part.role).ok_or(BadBody::Value("role"))?,
            text: part.text,
            highlight,
        })
    }
}

impl From<StoredRejection> for Rejected {
    fn from(rejection: StoredRejection) -> Self {
        Self {
            id: rejection.id,
            kind: rejection.kind.as_str().to_owned(),
            score: rejection.score.map(Score::get),
            reason: rejection.reason.as_str().to_owned(),
            receipts: rejection.receipts.into(),
        }
    }
}

impl TryFrom<Rejected> for StoredRejection {
    type Error = BadBody;

    fn try_from(rejected: Rejected) -> Result<Self, BadBody> {
        Ok(Self {
            id: rejected.id,
            kind: kind(&rejected.kind)?,
            score: score(rejected.score)?,
            reason: RejectReason::from_name(&rejected.reason).ok_or(BadBody::Value("reason"))?,
            receipts: rejected.receipts.try_into()?,
        })
    }
}

impl From<State> for StateName {
    fn from(state: State) -> Self {
        match state {
            State::Suggested => Self::Suggested,
            State::Accepted => Self::Accepted,
            State::Dismissed => Self::Dismissed,
            State::Failed => Self::Failed,
            State::Rated => Self::Rated,
            _ => Self::Other,
        }
    }
}

impl From<StateName> for State {
    fn from(name: StateName) -> Self {
        match name {
            StateName::Suggested => Self::Suggested,
            StateName::Accepted => Self::Accepted,
            StateName::Dismissed => Self::Dismissed,
            StateName::Failed => Self::Failed,
            StateName::Rated => Self::Rated,
            StateName::Other => Self::Other,
        }
    }
}

fn try_all<R, D: TryFrom<R, Error = BadBody>>(rows: Vec<R>) -> Result<Vec<D>, BadBody> {
    rows.into_iter().map(D::try_from).collect()
}

fn text_of(id: Option<&UpstreamId>) -> Option<String> {
    id.map(|id| id.as_str().to_owned())
}

fn maybe_id(id: Option<String>, name: &'static str) -> Result<Option<UpstreamId>, BadBody> {
    id.map(|id| UpstreamId::new(id).ok_or(BadBody::Value(name)))
        .transpose()
}

fn kind(name: &str) -> Result<Kind, BadBody> {
    Kind::from_name(name).ok_or(BadBody::Value("kind"))
}

fn score(score: Option<f64>) -> Result<Option<Score>, BadBody> {
    score
        .map(|score| Score::new(score).ok_or(BadBody::Value("score")))
        .transpose()
}

#[cfg(test)]
mod tests;
