//! Masks findings in a text, and tells where its other bytes have gone.
//!
//! Every finding is replaced whole. Nothing of the value survives but what [`Operator::Partial`]
//! shows on purpose.

mod operator;
mod value;

use std::{fmt, ops::Range};

pub(crate) use operator::Replacement;
pub use operator::{Action, Operator, Operators};
pub use value::{ValueHash, ValueKey};

use crate::finding::{Finding, resolve_overlaps};

/// Replaces each finding by its tag, for example `[EMAIL_ADDRESS]`.
///
/// Takes findings as [`Scanner::scan`](crate::Scanner::scan) returns them, and is lenient with
/// others: they are sorted, overlapping ones are joined, offsets inside a character or past the
/// end are widened to the character or cut to the end.
///
/// ```
/// use agent_assist_pii::{Scanner, SubjectTerms, mask};
///
/// let text = "Call (977) 625-2661 today";
/// let masked = mask(text, &Scanner::new().scan(text, &SubjectTerms::none()));
/// assert_eq!(masked.text(), "Call [PHONE_NUMBER] today");
/// ```
#[must_use]
pub fn mask(text: &str, findings: &[Finding]) -> MaskedText {
    mask_with(text, findings, &Operators::default(), None)
}

/// Replaces each finding as `operators` say, with tokens under `key`.
///
/// As lenient with findings as [`mask()`].
///
/// ```
/// use agent_assist_pii::{Entity, Operator, Operators, Scanner, SubjectTerms, mask_with};
///
/// let mut operators = Operators::default();
/// operators.by_entity.insert(Entity::CreditCard, Operator::Partial { last: 4 });
///
/// let text = "Card 4242 4242 4242 4242 of joe@x.org";
/// let findings = Scanner::new().scan(text, &SubjectTerms::none());
/// let masked = mask_with(text, &findings, &operators, None);
/// assert_eq!(masked.text(), "Card ************4242 of [EMAIL_ADDRESS]");
/// ```
#[must_use]
pub fn mask_with(
    text: &str,
    findings: &[Finding],
    operators: &Operators,
    key: Option<&ValueKey>,
) -> MaskedText {
    let findings = settled(text, findings);
    let mut masked = String::with_capacity(text.len());
    let mut kept = Vec::with_capacity(findings.len() + 1);
    let mut from = 0;
    for finding in &findings {
        kept.push(Kept {
            origin: from,
            len: finding.start - from,
            at: masked.len(),
        });
        masked.push_str(&text[from..finding.start]);
        masked.push_str(&Replacement::of(finding, text, operators, key).text);
        from = finding.end;
    }
    kept.push(Kept {
        origin: from,
        len: text.len() - from,
        at: masked.len(),
    });
    masked.push_str(&text[from..]);
    MaskedText { text: masked, kept }
}

/// The findings that are masked: sorted, without overlaps, on character boundaries of `text`.
pub(crate) fn settled(text: &str, findings: &[Finding]) -> Vec<Finding> {
    let widened = findings.iter().map(|finding| Finding {
        start: text.floor_char_boundary(finding.start),
        end: text.ceil_char_boundary(finding.end.min(text.len())),
        ..finding.clone()
    });
    resolve_overlaps(
        widened
            .filter(|finding| finding.start < finding.end)
            .collect(),
    )
}

/// A text whose findings have been replaced by tags.
///
/// `Debug` prints lengths only: names that no rule knows may still be in the text.
#[derive(Clone, PartialEq, Eq)]
pub struct MaskedText {
    text: String,
    /// The stretches between findings, in order; empty ones included.
    kept: Vec<Kept>,
}

/// A stretch of the original that was copied.
#[derive(Clone, PartialEq, Eq)]
struct Kept {
    /// Where it begins in the original.
    origin: usize,
    /// Its length in bytes.
    len: usize,
    /// Where it begins in the masked text.
    at: usize,
}

impl MaskedText {
    /// The masked text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The masked text.
    #[must_use]
    pub fn into_text(self) -> String {
        self.text
    }

    /// Where byte offset `at` of the original lies in the masked text.
    ///
    /// The two edges of a masked span lie at the edges of its tag, so a highlight that begins or
    /// ends there can be kept. `None` inside a masked span, inside a character, and past the end.
    ///
    /// ```
    /// use agent_assist_pii::{Entity, Finding, mask};
    ///
    /// let masked = mask("to j@x.org now", &[Finding::certain(Entity::EmailAddress, 3, 10)]);
    /// assert_eq!(masked.text(), "to [EMAIL_ADDRESS] now");
    /// assert_eq!(masked.map_offset(3), Some(3));
    /// assert_eq!(masked.map_offset(5), None);
    /// assert_eq!(masked.map_offset(11), Some(19));
    /// ```
    #[must_use]
    pub fn map_offset(&self, at: usize) -> Option<usize> {
        let behind = self.kept.partition_point(|kept| kept.origin <= at);
        let kept = &self.kept[behind.checked_sub(1)?];
        let into = at - kept.origin;
        let mapped = kept.at + into;
        (into <= kept.len && self.text.is_char_boundary(mapped)).then_some(mapped)
    }

    /// The range of the original that a non-empty range of the masked text came from. Where it
    /// touches the inside of a tag, the whole of what the tag stands for belongs to it.
    pub(crate) fn origin_of(&self, range: Range<usize>) -> Range<usize> {
        let piece = |at: usize| {
            self.kept
                .partition_point(|kept| kept.at <= at)
                .saturating_sub(1)
        };
        let first = &self.kept[piece(range.start)];
        let start = first.origin + (range.start - first.at).min(first.len);
        let last = piece(range.end.saturating_sub(1));
        let into = range.end - self.kept[last].at;
        let end = match self.kept.get(last + 1) {
            Some(next) if into > self.kept[last].len => next.origin,
            _ => self.kept[last].origin + into.min(self.kept[last].len),
        };
        start..end
    }
}

impl fmt::Debug for MaskedText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MaskedText")
            .field("len", &self.text.len())
            .field("masked_spans", &(self.kept.len() - 1))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Entity;

    #[test]
    fn stray_offsets_are_widened_and_cut_instead_of_panicking() {
        let find = |start, end| Finding::certain(Entity::SubjectTerm, start, end);
        // "é" takes bytes 1 and 2.
        let masked = mask(
            "aéb",
            &[find(2, 2), find(9, 12), find(3, 99), find(2, 3), find(4, 1)],
        );
        assert_eq!(masked.text(), "a[SUBJECT_TERM][SUBJECT_TERM]");
        assert_eq!(mask("", &[find(0, 7)]).text(), "");
    }

    #[test]
    fn adjacent_findings_keep_the_edge_between_them() {
        let find = |start, end| Finding::certain(Entity::UsSsn, start, end);
        let masked = mask("xxyyé", &[find(0, 2), find(2, 4)]);
        assert_eq!(masked.text(), "[US_SSN][US_SSN]é");
        let mapped: Vec<_> = (0..=7).map(|at| masked.map_offset(at)).collect();
        let end = Some(masked.text().len());
        assert_eq!(
            mapped,
            [Some(0), None, Some(8), None, Some(16), None, end, None]
        );
    }

    #[test]
    fn debug_shows_no_text() {
        assert_eq!(
            format!("{:?}", mask("Minh", &[])),
            "MaskedText { len: 4, masked_spans: 0, .. }"
        );
    }
}
