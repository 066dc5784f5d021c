//! Runs the rules over a text and settles what they found.
//!
//! The scanner owns the order of work: skip texts without a trigger, fold, apply the rules,
//! resolve overlaps, and look again with the finds masked until nothing new turns up.

use std::{ops::Range, sync::Arc};

use crate::{
    context::{CueIndex, lexicon},
    entity::Entity,
    finding::{Confidence, Finding, resolve_overlaps},
    policy::Policy,
    rules::{Candidate, Rules, subject::SubjectTerms},
    trigger,
    view::{
        View,
        folded::Folded,
        masked::MaskTags,
        readings::{Reading, readings},
    },
};

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
/// assert_eq!(findings[0].entity, Entity::CreditCard);
/// assert_eq!((findings[0].start, findings[0].end), (5, 24));
/// ```
#[derive(Debug, Clone)]
pub struct Scanner {
    parts: Arc<Parts>,
}

#[derive(Debug)]
struct Parts {
    policy: Policy,
    mask_tags: MaskTags,
    cues: CueIndex,
    rules: Rules,
}

impl Scanner {
    /// A scanner with the built-in rules, all of them.
    #[must_use]
    pub fn new() -> Self {
        Self::with_policy(Policy::default())
    }

    /// A scanner that looks for what `policy` wants.
    #[must_use]
    pub fn with_policy(policy: Policy) -> Self {
        Self {
            parts: Arc::new(Parts {
                mask_tags: MaskTags::new([]),
                cues: CueIndex::new(lexicon()),
                rules: Rules::new(|entity| policy.wants(entity)),
                policy,
            }),
        }
    }

    /// Everything personal in `text`, sorted by start, without overlaps.
    ///
    /// `subject` holds what is known of the customer the text is about; its terms are found too.
    #[must_use]
    pub fn scan(&self, text: &str, subject: &SubjectTerms) -> Vec<Finding> {
        let mut findings = Vec::new();
        if subject.is_empty() && !trigger::is_in(text) {
            return findings;
        }
        let tags = self.masks(text);
        // Masking a find can bring a context word nearer to a number, or part two numbers that
        // shielded each other. Looking again at what is left makes the masked text scan clean.
        for _ in 0..MOST_LOOKS {
            let fresh = self.look(text, &masked_spans(&tags, &findings), subject);
            if fresh.is_empty() {
                break;
            }
            findings.extend(fresh);
        }
        findings.sort_unstable_by_key(|finding| finding.start);
        findings
    }

    /// What of `text` is masked already.
    fn masks(&self, text: &str) -> Vec<Range<usize>> {
        let folded = Folded::new(text, &[]);
        let masks = self.parts.mask_tags.find(folded.as_str());
        masks
            .into_iter()
            .map(|mask| folded.origin_of(mask))
            .collect()
    }

    /// One look of every rule at what of `text` is not `masked`.
    fn look(&self, text: &str, masked: &[Range<usize>], subject: &SubjectTerms) -> Vec<Finding> {
        let mut findings = Vec::new();
        for reading in readings(Folded::new(text, masked)) {
            let view = View::new(&reading.folded, &self.parts.cues);
            let candidates = self.parts.rules.find(&view).candidates;
            let known = subject.find(view.text()).into_iter().map(subject_term);
            let counting = candidates
                .into_iter()
                .chain(known)
                .filter(|candidate| self.is_enough(candidate) && reading.accepts(candidate));
            findings.extend(counting.flat_map(|candidate| placed(&candidate, &reading)));
        }
        resolve_overlaps(findings)
    }

    fn is_enough(&self, candidate: &Candidate) -> bool {
        let policy = &self.parts.policy;
        candidate.entity == Entity::SubjectTerm
            || (policy.wants(&candidate.entity)
                && candidate.percent >= policy.threshold(&candidate.entity).percent())
    }
}

impl Default for Scanner {
    fn default() -> Self {
        Self::new()
    }
}

fn subject_term(span: Range<usize>) -> Candidate {
    Candidate::new(&Entity::SubjectTerm, "subject", span, 100)
}

/// The finds in the original that a candidate is: one, or one for each part of a number that was
/// split.
fn placed(candidate: &Candidate, reading: &Reading<'_>) -> Vec<Finding> {
    let find = |origin: Range<usize>| Finding {
        entity: candidate.entity.clone(),
        start: origin.start,
        end: origin.end,
        confidence: Confidence::from_percent(candidate.percent),
        detector: candidate.detector.clone(),
    };
    let origins = reading.origins(candidate.span.clone());
    origins.into_iter().map(find).collect()
}

/// Tags and findings together, sorted. They never overlap, for nothing is found across a tag.
fn masked_spans(tags: &[Range<usize>], findings: &[Finding]) -> Vec<Range<usize>> {
    let found = findings.iter().map(|finding| finding.start..finding.end);
    let mut spans: Vec<_> = tags.iter().cloned().chain(found).collect();
    spans.sort_unstable_by_key(|span| span.start);
    spans
}
