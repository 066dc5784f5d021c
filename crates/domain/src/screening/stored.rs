//! What a store keeps of a screening, and the way back.
//!
//! A store is outside: its rows may be old, torn or edited. So it gets plain [`Stored`] data with
//! the version of the rules and a digest, and [`Stored::restore`] refuses what does not fit.

use sha2::{Digest as _, Sha256};

use super::{
    Masked, PolicyVersion, Receipt, Receipts, Rejection, Safe, Screened, ScreeningReport,
    StoredRejection,
};
use crate::batch::{Oddities, UpstreamContext};
use crate::canonical::Value;
use crate::recommendation::{Score, TextPart, UpstreamId};

/// A screening as plain data, with what is needed to trust it again.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// The rules it was made under.
    pub policy_version: PolicyVersion,
    /// SHA-256 over the canonical form of `policy_version` and `fields`.
    pub digest: [u8; 32],
    /// The content.
    pub fields: StoredFields,
}

/// The content of a [`Screened`], field by field.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredFields {
    /// What may be shown, in order.
    pub kept: Vec<Safe>,
    /// What may not, and why.
    pub rejected: Vec<StoredRejection>,
    /// The numbers.
    pub report: ScreeningReport,
    /// What the upstream sent that could not be understood.
    pub oddities: Oddities,
    /// Agent and queue according to the upstream.
    pub context: UpstreamContext,
    /// The upstream knows nothing of the conversation.
    pub no_data: bool,
}

/// Why a stored screening cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RestoreError {
    /// It was made under other rules; fetch again.
    #[error("made under other screening rules")]
    OtherPolicy,
    /// It is not what was stored; fetch again and look at the disk.
    #[error("content does not match its digest")]
    Digest,
    /// Its counts contradict each other.
    #[error("counts do not add up")]
    Counts,
}

impl Screened {
    /// The plain data that a store may keep.
    pub fn to_stored(&self) -> Stored {
        let policy_version = self.policy_version;
        let fields = StoredFields {
            kept: self.kept.iter().map(|safe| Safe::clone(safe)).collect(),
            rejected: self
                .rejected
                .iter()
                .map(|rejection| rejection.as_stored().clone())
                .collect(),
            report: self.report,
            oddities: self.oddities.clone(),
            context: self.context.clone(),
            no_data: self.no_data,
        };
        Stored {
            policy_version,
            digest: digest(policy_version, &fields),
            fields,
        }
    }
}

impl Stored {
    /// The screening again, if it was made under the rules of version `current`.
    ///
    /// # Errors
    /// If it was made under other rules, or is not what was stored.
    pub fn restore(self, current: PolicyVersion) -> Result<Screened, RestoreError> {
        if self.policy_version != current {
            return Err(RestoreError::OtherPolicy);
        }
        if digest(self.policy_version, &self.fields) != self.digest {
            return Err(RestoreError::Digest);
        }
        if !self.fields.report.is_balanced() {
            return Err(RestoreError::Counts);
        }
        Ok(Screened {
            kept: self.fields.kept.into_iter().map(Masked::seal).collect(),
            rejected: self
                .fields
                .rejected
                .into_iter()
                .map(Rejection::seal)
                .collect(),
            report: self.fields.report,
            oddities: self.fields.oddities,
            context: self.fields.context,
            no_data: self.fields.no_data,
            policy_version: self.policy_version,
        })
    }
}

fn digest(policy_version: PolicyVersion, fields: &StoredFields) -> [u8; 32] {
    // Here and below in the order of the canonical form, which spares sorting them.
    let value = Value::object([
        ("agent_id", maybe_id(fields.context.agent_id.as_ref())),
        ("kept", Value::list(fields.kept.iter().map(safe_value))),
        ("no_data", Value::Bool(fields.no_data)),
        ("oddities", oddities_value(&fields.oddities)),
        ("policy_version", Value::text(policy_version.to_string())),
        ("queue_id", maybe_id(fields.context.queue_id.as_ref())),
        (
            "rejected",
            Value::list(fields.rejected.iter().map(rejection_value)),
        ),
        (
            "report",
            Value::object(fields.report.counts().map(|(n, c)| (n, Value::int(c)))),
        ),
    ]);
    Sha256::digest(value.to_canonical()).into()
}

/// The same form goes into the audit record.
pub(crate) fn oddities_value(oddities: &Oddities) -> Value<'_> {
    let malformed = oddities
        .malformed
        .iter()
        .map(|(reason, count)| (reason.as_str(), Value::int(*count)));
    Value::object([
        ("malformed", Value::object(malformed)),
        ("refused_links", Value::int(oddities.refused_links)),
        ("unknown_fields", Value::int(oddities.unknown_fields)),
    ])
}

fn safe_value(safe: &Safe) -> Value<'_> {
    let item = &safe.recommendation;
    let created_at = item.created_at.map(|at| Value::int(at.as_micros()));
    let source = &item.source;
    Value::object([
        ("basis", Value::text(safe.basis.as_str())),
        ("created_at", created_at.unwrap_or(Value::Null)),
        ("document_id", maybe_id(source.document_id.as_ref())),
        ("id", Value::text(item.id.as_str())),
        ("kind", Value::text(item.kind.as_str())),
        (
            "knowledge_base_id",
            maybe_id(source.knowledge_base_id.as_ref()),
        ),
        ("names_covered", Value::Bool(safe.names_covered)),
        ("origin", Value::text(source.origin.as_str())),
        ("parts", Value::list(item.parts.iter().map(part_value))),
        ("receipts", receipts_value(&safe.receipts)),
        ("score", score_value(item.score)),
        ("trigger_id", maybe_id(source.trigger_id.as_ref())),
        ("uri", Value::maybe_text(source.uri.as_deref())),
        ("version_id", maybe_id(source.version_id.as_ref())),
    ])
}

fn part_value(part: &TextPart) -> Value<'_> {
    let edge = |edge: fn(&std::ops::Range<usize>) -> usize| {
        part.highlight
            .as_ref()
            .map_or(Value::Null, |range| Value::int(edge(range)))
    };
    Value::object([
        ("highlight_end", edge(|range| range.end)),
        ("highlight_start", edge(|range| range.start)),
        ("pointer", Value::text(&part.pointer)),
        ("role", Value::text(part.role.as_str())),
        ("text", Value::text(&part.text)),
    ])
}

fn rejection_value(rejection: &StoredRejection) -> Value<'_> {
    Value::object([
        ("id", Value::maybe_text(rejection.id.as_deref())),
        ("kind", Value::text(rejection.kind.as_str())),
        ("reason", Value::text(rejection.reason.as_str())),
        ("receipts", receipts_value(&rejection.receipts)),
        ("score", score_value(rejection.score)),
    ])
}

/// The same form goes into the audit record.
pub(crate) fn receipts_value(receipts: &Receipts) -> Value<'_> {
    Value::object([
        ("kept", Value::list(receipts.kept.iter().map(receipt_value))),
        ("untold", Value::int(receipts.untold)),
    ])
}

fn receipt_value(receipt: &Receipt) -> Value<'_> {
    let proof = &receipt.proof;
    Value::object([
        ("action", Value::text(receipt.action.as_str())),
        ("confidence_percent", Value::int(receipt.confidence)),
        ("detector", Value::text(&receipt.detector)),
        ("end", Value::int(receipt.end)),
        ("entity", Value::text(receipt.entity.as_str())),
        ("no_value_hash", Value::maybe_text(proof.why_missing())),
        ("pointer", Value::text(&receipt.pointer)),
        ("rules_version", Value::int(receipt.rules_version)),
        ("start", Value::int(receipt.start)),
        (
            "value_hash",
            Value::maybe_text(proof.hash().map(|hash| hash.to_string())),
        ),
    ])
}

/// The exact bits, as text: canonical numbers here are integers.
fn score_value(score: Option<Score>) -> Value<'static> {
    Value::maybe_text(score.map(|score| format!("{:016x}", score.get().to_bits())))
}

fn maybe_id(id: Option<&UpstreamId>) -> Value<'_> {
    Value::maybe_text(id.map(UpstreamId::as_str))
}
