//! The body of a cached answer: its JSON shape, and the way from and to the domain.
//!
//! Decoding is validation: every value goes through the constructor that the domain has for it.
//! Whether a body is the one that was stored is for the domain to judge, by its digest.
//!
//! The shape has a version, [`BODY_VERSION`]. A change to it is a new version and a new snapshot;
//! rows of another version are not read but fetched again.

mod counts;
mod receipts;

use std::borrow::Cow;
use std::sync::Arc;

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

/// Bytes that a recommendation comes to, mostly.
const LIKELY: usize = 1024;

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
pub(crate) fn encode_body(fields: &StoredFields<'_>) -> Result<String, BadBody> {
    let mut json = Vec::with_capacity(LIKELY * (1 + fields.kept.len()));
    serde_json::to_writer(&mut json, &Body::from(fields)).map_err(|error| shape(&error))?;
    String::from_utf8(json).map_err(|_| BadBody::Value("text"))
}

/// The fields of a JSON text.
pub(crate) fn decode_body(json: &str) -> Result<StoredFields<'static>, BadBody> {
    let body: Body<'_> = serde_json::from_str(json).map_err(|error| shape(&error))?;
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
struct Body<'b> {
    #[serde(borrow)]
    kept: Vec<Kept<'b>>,
    #[serde(borrow)]
    rejected: Vec<Rejected<'b>>,
    report: Report,
    oddities: OddityCounts,
    #[serde(skip_serializing_if = "Option::is_none")]
    agent_id: Option<Cow<'b, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    queue_id: Option<Cow<'b, str>>,
    no_data: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept<'b> {
    #[serde(borrow)]
    id: Cow<'b, str>,
    #[serde(borrow)]
    kind: Cow<'b, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upstream_masked: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<StateName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    created_at_us: Option<i64>,
    #[serde(borrow)]
    parts: Vec<Part<'b>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    knowledge_base_id: Option<Cow<'b, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    document_id: Option<Cow<'b, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    version_id: Option<Cow<'b, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri: Option<Cow<'b, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trigger_id: Option<Cow<'b, str>>,
    #[serde(borrow)]
    origin: Cow<'b, str>,
    #[serde(borrow)]
    pii_basis: Cow<'b, str>,
    names_covered: bool,
    #[serde(default, skip_serializing_if = "Found::is_empty")]
    receipts: Found,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Part<'b> {
    #[serde(borrow)]
    pointer: Cow<'b, str>,
    #[serde(borrow)]
    role: Cow<'b, str>,
    #[serde(borrow)]
    text: Cow<'b, str>,
    /// Start and end, in bytes of the text.
    #[serde(skip_serializing_if = "Option::is_none")]
    highlight: Option<(usize, usize)>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rejected<'b> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Cow<'b, str>>,
    #[serde(borrow)]
    kind: Cow<'b, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<f64>,
    #[serde(borrow)]
    reason: Cow<'b, str>,
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

impl<'b> From<&'b StoredFields<'_>> for Body<'b> {
    fn from(fields: &'b StoredFields<'_>) -> Self {
        let (kept, rejected) = (fields.kept.iter(), fields.rejected.iter());
        Self {
            kept: kept.map(|safe| Kept::from(&**safe)).collect(),
            rejected: rejected.map(|one| Rejected::from(&**one)).collect(),
            report: fields.report.into(),
            oddities: fields.oddities.clone().into_owned().into(),
            agent_id: text_of(fields.context.agent_id.as_ref()),
            queue_id: text_of(fields.context.queue_id.as_ref()),
            no_data: fields.no_data,
        }
    }
}

impl TryFrom<Body<'_>> for StoredFields<'static> {
    type Error = BadBody;

    fn try_from(body: Body<'_>) -> Result<Self, BadBody> {
        let (kept, rejected) = (body.kept.into_iter(), body.rejected.into_iter());
        let kept = kept.map(|kept| Safe::try_from(kept).map(Cow::Owned));
        let rejected = rejected.map(|one| StoredRejection::try_from(one).map(Cow::Owned));
        Ok(Self {
            kept: kept.collect::<Result<_, _>>()?,
            rejected: rejected.collect::<Result<_, _>>()?,
            report: body.report.into(),
            oddities: Cow::Owned(body.oddities.try_into()?),
            context: Cow::Owned(UpstreamContext {
                agent_id: maybe_id(body.agent_id, "agent_id")?,
                queue_id: maybe_id(body.queue_id, "queue_id")?,
            }),
            no_data: body.no_data,
        })
    }
}

impl<'b> From<&'b Safe> for Kept<'b> {
    fn from(safe: &'b Safe) -> Self {
        let item = &safe.recommendation;
        Self {
            id: item.id.as_str().into(),
            kind: item.kind.as_str().into(),
            score: item.score.map(Score::get),
            upstream_masked: item.upstream_masked,
            state: item.state.map(StateName::from),
            created_at_us: item.created_at.map(Timestamp::as_micros),
            parts: item.parts.iter().map(Part::from).collect(),
            knowledge_base_id: text_of(item.source.knowledge_base_id.as_ref()),
            document_id: text_of(item.source.document_id.as_ref()),
            version_id: text_of(item.source.version_id.as_ref()),
            uri: item.source.uri.as_deref().map(Cow::Borrowed),
            trigger_id: text_of(item.source.trigger_id.as_ref()),
            origin: item.source.origin.as_str().into(),
            pii_basis: safe.basis.as_str().into(),
            names_covered: safe.names_covered,
            receipts: safe.receipts.clone().into(),
        }
    }
}

impl TryFrom<Kept<'_>> for Safe {
    type Error = BadBody;

    fn try_from(kept: Kept<'_>) -> Result<Self, BadBody> {
        Ok(Self {
            recommendation: Arc::new(Recommendation {
                id: UpstreamId::new(kept.id.into_owned()).ok_or(BadBody::Value("id"))?,
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
                    uri: kept.uri.map(Cow::into_owned),
                    trigger_id: maybe_id(kept.trigger_id, "trigger_id")?,
                    origin: Origin::from_name(&kept.origin).ok_or(BadBody::Value("origin"))?,
                },
            }),
            basis: PiiBasis::from_name(&kept.pii_basis).ok_or(BadBody::Value("pii_basis"))?,
            names_covered: kept.names_covered,
            receipts: kept.receipts.try_into()?,
        })
    }
}

impl<'b> From<&'b TextPart> for Part<'b> {
    fn from(part: &'b TextPart) -> Self {
        let highlight = part.highlight.as_ref();
        Self {
            pointer: part.pointer.as_str().into(),
            role: part.role.as_str().into(),
            text: part.text.as_str().into(),
            highlight: highlight.map(|range| (range.start, range.end)),
        }
    }
}

impl TryFrom<Part<'_>> for TextPart {
    type Error = BadBody;

    fn try_from(part: Part<'_>) -> Result<Self, BadBody> {
        let highlight = part.highlight.map(|(start, end)| start..end);
        if let Some(range) = &highlight
            && part.text.get(range.clone()).is_none()
        {
            return Err(BadBody::Value("highlight"));
        }
        Ok(Self {
            pointer: part.pointer.into_owned(),
            role: Role::from_name(&part.role).ok_or(BadBody::Value("role"))?,
            text: part.text.into_owned(),
            highlight,
        })
    }
}

impl<'b> From<&'b StoredRejection> for Rejected<'b> {
    fn from(rejection: &'b StoredRejection) -> Self {
        Self {
            id: rejection.id.as_deref().map(Cow::Borrowed),
            kind: rejection.kind.as_str().into(),
            score: rejection.score.map(Score::get),
            reason: rejection.reason.as_str().into(),
            receipts: rejection.receipts.clone().into(),
        }
    }
}

impl TryFrom<Rejected<'_>> for StoredRejection {
    type Error = BadBody;

    fn try_from(rejected: Rejected<'_>) -> Result<Self, BadBody> {
        Ok(Self {
            id: rejected.id.map(Cow::into_owned),
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

fn text_of(id: Option<&UpstreamId>) -> Option<Cow<'_, str>> {
    id.map(|id| id.as_str().into())
}

fn maybe_id(id: Option<Cow<'_, str>>, name: &'static str) -> Result<Option<UpstreamId>, BadBody> {
    id.map(|id| UpstreamId::new(id.into_owned()).ok_or(BadBody::Value(name)))
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
