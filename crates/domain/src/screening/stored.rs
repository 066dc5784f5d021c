//! What a store keeps of a screening, and the way back.
//!
//! A store is outside: its rows may be old, torn or edited. So it gets plain [`Stored`] data with
//! the version of the rules and a digest, and [`Stored::restore`] refuses what does not fit.

mod digest;

use std::borrow::Cow;

use digest::digest;

use super::{
    Masked, PolicyVersion, Receipt, Receipts, Rejection, Safe, Screened, ScreeningReport,
    StoredRejection,
};
use crate::batch::{Oddities, UpstreamContext};
use crate::canonical::Value;

/// A screening as plain data, with what is needed to trust it again. It borrows from the screening that
/// it is [of](Screened::to_stored); what a store gives back owns all it has.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored<'s> {
    /// The rules it was made under.
    pub policy_version: PolicyVersion,
    /// SHA-256 over `policy_version` and `fields`.
    pub digest: [u8; 32],
    /// The content.
    pub fields: StoredFields<'s>,
}

/// The content of a [`Screened`], field by field.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredFields<'s> {
    /// What may be shown, in order.
    pub kept: Vec<Cow<'s, Safe>>,
    /// What may not, and why.
    pub rejected: Vec<Cow<'s, StoredRejection>>,
    /// The numbers.
    pub report: ScreeningReport,
    /// What the upstream sent that could not be understood.
    pub oddities: Cow<'s, Oddities>,
    /// Agent and queue according to the upstream.
    pub context: Cow<'s, UpstreamContext>,
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
    pub fn to_stored(&self) -> Stored<'_> {
        let policy_version = self.policy_version;
        let fields = StoredFields {
            kept: self
                .kept
                .iter()
                .map(|safe| Cow::Borrowed(&**safe))
                .collect(),
            rejected: self
                .rejected
                .iter()
                .map(|rejection| Cow::Borrowed(rejection.as_stored()))
                .collect(),
            report: self.report,
            oddities: Cow::Borrowed(&self.oddities),
            context: Cow::Borrowed(&self.context),
            no_data: self.no_data,
        };
        Stored {
            policy_version,
            digest: digest(policy_version, &fields),
            fields,
        }
    }
}

impl Stored<'_> {
    /// The same, for longer than the screening that it is of.
    pub fn into_owned(self) -> Stored<'static> {
        let StoredFields {
            kept,
            rejected,
            report,
            oddities,
            context,
            no_data,
        } = self.fields;
        let owned = StoredFields {
            kept: kept.into_iter().map(owned).collect(),
            rejected: rejected.into_iter().map(owned).collect(),
            report,
            oddities: owned(oddities),
            context: owned(context),
            no_data,
        };
        Stored {
            policy_version: self.policy_version,
            digest: self.digest,
            fields: owned,
        }
    }

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
        let (kept, rejected) = (
            self.fields.kept.into_iter(),
            self.fields.rejected.into_iter(),
        );
        Ok(Screened {
            kept: kept.map(|safe| Masked::seal(safe.into_owned())).collect(),
            rejected: rejected
                .map(|rejection| Rejection::seal(rejection.into_owned()))
                .collect(),
            report: self.fields.report,
            oddities: self.fields.oddities.into_owned(),
            context: self.fields.context.into_owned(),
            no_data: self.fields.no_data,
            policy_version: self.policy_version,
        })
    }
}

fn owned<T: Clone>(value: Cow<'_, T>) -> Cow<'static, T> {
    Cow::Owned(value.into_owned())
}

/// As it stands in the audit record.
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

/// As they stand in the audit record.
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
