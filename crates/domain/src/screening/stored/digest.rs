//! The digest by which a stored screening is told to be the one that was stored. It is made with every
//! answer that is remembered, of all its texts.

use sha2::{Digest as _, Sha256};

use super::StoredFields;
use crate::recommendation::{Recommendation, Score, TextPart, UpstreamId};
use crate::screening::{PolicyVersion, Receipt, Receipts, Safe, StoredRejection};

/// Bytes that a recommendation comes to, mostly.
const LIKELY: usize = 1024;

/// SHA-256 over the rules' version and all fields.
pub(super) fn digest(policy_version: PolicyVersion, fields: &StoredFields<'_>) -> [u8; 32] {
    let StoredFields {
        kept,
        rejected,
        report,
        oddities,
        context,
        no_data,
    } = fields;
    let mut told = Told(Vec::with_capacity(LIKELY * (1 + kept.len())));
    told.text(&policy_version.to_string());
    told.each(kept, |told, safe| told.safe(safe));
    told.each(rejected, |told, rejection| told.rejection(rejection));
    for (_, count) in report.counts() {
        told.number(count);
    }
    told.length(oddities.malformed.len());
    for (reason, count) in &oddities.malformed {
        told.text(reason.as_str());
        told.number(*count);
    }
    told.number(oddities.refused_links);
    told.number(oddities.unknown_fields);
    told.maybe_id(context.agent_id.as_ref());
    told.maybe_id(context.queue_id.as_ref());
    told.flag(*no_data);
    Sha256::digest(told.0).into()
}

/// Values one after the other, in a form that no others have: numbers in eight bytes, a text behind its
/// length, and whatever may be missing behind a byte that says whether it is there.
struct Told(Vec<u8>);

impl Told {
    fn flag(&mut self, flag: bool) {
        self.0.push(u8::from(flag));
    }

    fn number(&mut self, number: impl Into<u64>) {
        self.0.extend_from_slice(&number.into().to_le_bytes());
    }

    fn length(&mut self, length: usize) {
        self.number(length as u64);
    }

    fn text(&mut self, text: &str) {
        self.length(text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    fn maybe<T>(&mut self, value: Option<T>, tell: impl FnOnce(&mut Self, T)) {
        self.flag(value.is_some());
        if let Some(value) = value {
            tell(self, value);
        }
    }

    fn maybe_id(&mut self, id: Option<&UpstreamId>) {
        self.maybe(id, |told, id| told.text(id.as_str()));
    }

    fn each<T>(&mut self, items: &[T], tell: impl Fn(&mut Self, &T)) {
        self.length(items.len());
        for item in items {
            tell(self, item);
        }
    }

    fn safe(&mut self, safe: &Safe) {
        let Safe {
            recommendation,
            basis,
            names_covered,
            receipts,
        } = safe;
        let Recommendation {
            id,
            kind,
            score,
            upstream_masked,
            state,
            created_at,
            parts,
            source,
        } = &**recommendation;
        self.text(id.as_str());
        self.text(kind.as_str());
        self.score(*score);
        self.maybe(*upstream_masked, Self::flag);
        self.maybe(*state, |told, state| told.number(state as u8));
        self.maybe(*created_at, |told, at| told.number(at.as_micros() as u64));
        self.each(parts, Self::part);
        self.maybe_id(source.knowledge_base_id.as_ref());
        self.maybe_id(source.document_id.as_ref());
        self.maybe_id(source.version_id.as_ref());
        self.maybe(source.uri.as_deref(), Self::text);
        self.maybe_id(source.trigger_id.as_ref());
        self.text(source.origin.as_str());
        self.text(basis.as_str());
        self.flag(*names_covered);
        self.receipts(receipts);
    }

    fn part(&mut self, part: &TextPart) {
        let TextPart {
            pointer,
            role,
            text,
            highlight,
        } = part;
        self.text(pointer);
        self.text(role.as_str());
        self.text(text);
        self.maybe(highlight.as_ref(), |told, range| {
            told.length(range.start);
            told.length(range.end);
        });
    }

    fn rejection(&mut self, rejection: &StoredRejection) {
        let StoredRejection {
            id,
            kind,
            score,
            reason,
            receipts,
        } = rejection;
        self.maybe(id.as_deref(), Self::text);
        self.text(kind.as_str());
        self.score(*score);
        self.text(reason.as_str());
        self.receipts(receipts);
    }

    fn receipts(&mut self, receipts: &Receipts) {
        let Receipts { kept, untold } = receipts;
        self.each(kept, Self::receipt);
        self.number(*untold);
    }

    fn receipt(&mut self, receipt: &Receipt) {
        let Receipt {
            pointer,
            start,
            end,
            entity,
            detector,
            rules_version,
            confidence,
            action,
            proof,
        } = receipt;
        self.text(pointer);
        self.number(*start);
        self.number(*end);
        self.text(entity.as_str());
        self.text(detector);
        self.number(*rules_version);
        self.number(*confidence);
        self.text(action.as_str());
        self.maybe(proof.why_missing(), Self::text);
        self.maybe(proof.hash(), |told, hash| {
            told.0.extend_from_slice(hash.as_bytes());
        });
    }

    /// The exact bits.
    fn score(&mut self, score: Option<Score>) {
        self.maybe(score, |told, score| told.number(score.get().to_bits()));
    }
}
