//! Runs the recognisers over a text and settles what they found.
//!
//! The scanner owns the order of work: skip texts without a trigger, fold, recognise, resolve
//! overlaps, and look again with the finds masked until nothing new turns up.

use std::ops::Range;

use crate::{
    entity::{Entity, Finding, resolve_overlaps},
    folded::{Folded, fold},
    mask_tags::MaskTags,
    numerals::Numerals,
    recognise::{card, email, phone, ssn, subject::SubjectTerms},
};

/// No recogniser of numbers finds anything in fewer digits.
const FEWEST_DIGITS: usize = phone::FEWEST_DIGITS;

/// Looks are bounded so that no text can make scanning slower than linear. The second look is
/// there to confirm the first, and a third is rare. Finds cannot free each other in long chains:
/// what a neighbour forbids is forbidden by the neighbour on the other side as well, and a context
/// word reaches past a handful of masked values at most.
const MOST_LOOKS: usize = 8;

/// Finds personal data in text.
///
/// Build it once and share it: it is immutable, `Send` and `Sync`, and cheap to clone.
///
/// ```
/// use agent_assist_pii::{Entity, Scanner, SubjectTerms};
///
/// let findings = Scanner::new().scan("card 4111 1111 1111 1111", &SubjectTerms::none());
/// assert_eq!((findings[0].entity, findings[0].start, findings[0].end), (Entity::CreditCard, 5, 24));
/// ```
#[derive(Debug, Clone)]
pub struct Scanner {
    mask_tags: MaskTags,
}

impl Scanner {
    /// A scanner with the built-in rules.
    #[must_use]
    pub fn new() -> Self {
        Self {
            mask_tags: MaskTags::new(),
        }
    }

    /// Everything personal in `text`, sorted by start, without overlaps.
    ///
    /// `subject` holds what is known of the customer the text is about; its terms are found too.
    #[must_use]
    pub fn scan(&self, text: &str, subject: &SubjectTerms) -> Vec<Finding> {
        let mut findings = Vec::new();
        if subject.is_empty() && !has_trigger(text) {
            return findings;
        }
        let tags = self.mask_tags.find(text);
        // Masking a find can bring a context word nearer to a number, or part two numbers that
        // shielded each other. Looking again at what is left makes the masked text scan clean.
        for _ in 0..MOST_LOOKS {
            let fresh = look(&Folded::new(text, &masked_spans(&tags, &findings)), subject);
            if fresh.is_empty() {
                break;
            }
            findings.extend(fresh);
        }
        findings.sort_unstable_by_key(|finding| finding.start);
        findings
    }
}

impl Default for Scanner {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether a text can hold anything but subject terms.
fn has_trigger(text: &str) -> bool {
    if text.is_ascii() {
        let mut digits = text.bytes().filter(u8::is_ascii_digit);
        text.contains('@') || digits.nth(FEWEST_DIGITS - 1).is_some()
    } else {
        let folded = || text.chars().filter_map(fold);
        let mut digits = folded().filter(char::is_ascii_digit);
        folded().any(|c| c == '@') || digits.nth(FEWEST_DIGITS - 1).is_some()
    }
}

/// Tags and findings together, sorted. They never overlap, for nothing is found across a tag.
fn masked_spans(tags: &[Range<usize>], findings: &[Finding]) -> Vec<Range<usize>> {
    let found = findings.iter().map(|finding| finding.start..finding.end);
    let mut spans: Vec<_> = tags.iter().cloned().chain(found).collect();
    spans.sort_unstable_by_key(|span| span.start);
    spans
}

/// One look of every recogniser at a folded text.
fn look(folded: &Folded<'_>, subject: &SubjectTerms) -> Vec<Finding> {
    let text = folded.as_str();
    let numerals = Numerals::of(text);
    let spans = [
        (Entity::EmailAddress, email::find(text)),
        (Entity::CreditCard, card::find(&numerals)),
        (Entity::UsSsn, ssn::find(&numerals)),
        (Entity::PhoneNumber, phone::find(&numerals)),
        (Entity::SubjectTerm, subject.find(text)),
    ];
    let findings = spans.into_iter().flat_map(|(entity, spans)| {
        spans.into_iter().map(move |span| {
            let Range { start, end } = folded.origin_of(span);
            Finding { entity, start, end }
        })
    });
    resolve_overlaps(findings.collect())
}
