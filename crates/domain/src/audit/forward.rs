//! What an entry says of an engagement that the upstream is told of.

use super::Seq;
use crate::adoption::ToldAct;
use crate::batch::UpstreamFacts;
use crate::canonical::Value;
use crate::ports::{ReportError, ReportErrorKind};

/// An engagement that is to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForwardScope {
    /// The record of the engagement.
    pub engagement: Seq,
    /// What was engaged with.
    pub recommendation_id: String,
    /// What the upstream is told of it.
    pub act: ToldAct,
}

impl ForwardScope {
    pub(super) fn to_value<'v>(
        &'v self,
        ended: Option<(&'v UpstreamFacts, Option<ReportErrorKind>)>,
    ) -> Value<'v> {
        let mut members = vec![
            ("act", Value::text(self.act.as_str())),
            ("engagement_seq", Value::int(self.engagement)),
            ("recommendation_id", Value::text(&self.recommendation_id)),
        ];
        if let Some((upstream, failure)) = ended {
            let correlation_id = upstream.correlation_id.as_deref();
            members.extend([
                (
                    "failure",
                    Value::maybe_text(failure.map(ReportErrorKind::as_str)),
                ),
                ("upstream_correlation_id", Value::maybe_text(correlation_id)),
                ("upstream_requests", Value::int(upstream.requests)),
                (
                    "upstream_status",
                    upstream.status.map_or(Value::Null, Value::int),
                ),
            ]);
        }
        Value::object(members)
    }
}

/// Why the upstream did not acknowledge it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForwardFailure {
    /// Whether it may be told again.
    pub kind: ReportErrorKind,
    /// How the upstream answered, if it did.
    pub upstream: UpstreamFacts,
}

impl From<&ReportError> for ForwardFailure {
    fn from(error: &ReportError) -> Self {
        Self {
            kind: error.kind(),
            upstream: error.upstream().clone(),
        }
    }
}
