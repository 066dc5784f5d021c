//! What a scanner considered in a text, and why it decided as it did.

use std::ops::Range;

use crate::{Confidence, Detector, Entity, Finding};

/// Everything that was considered in one text. Holds offsets, never the text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Explanation {
    /// What the rules proposed, sorted by where it begins.
    pub considered: Vec<Considered>,
    /// What is masked already, sorted: no rule looks there.
    pub masked: Vec<Range<usize>>,
}

/// One proposal of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Considered {
    /// What it may be.
    pub entity: Entity,
    /// The rule.
    pub detector: Detector,
    /// Offset of the first byte.
    pub start: usize,
    /// Offset behind the last byte.
    pub end: usize,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// Where the words stand that spoke for it or against it.
    pub cue: Option<Range<usize>>,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a proposal.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It is a finding, or gave a finding its name.
    Found,
    /// It is covered by a finding that another rule is surer of.
    Overlapped {
        /// That rule.
        by: Detector,
    },
    /// The rule is not sure enough.
    BelowThreshold {
        /// How sure it would have to be.
        least: Confidence,
    },
    /// It is one of the organisation's own contacts, or a part of one.
    Allowed,
    /// The policy does not look for this entity.
    NotWanted,
}

impl Explanation {
    /// Adds what one look considered. Of a proposal made more than once, that it was found is
    /// kept, or else what became of it last.
    pub(crate) fn note(&mut self, mut looked: Vec<Considered>) {
        looked.append(&mut self.considered);
        let is_lost = |considered: &Considered| considered.outcome != Outcome::Found;
        looked.sort_by(|one, other| {
            let places = one.place().cmp(&other.place());
            places.then(is_lost(one).cmp(&is_lost(other)))
        });
        looked.dedup_by(|again, kept| again.place() == kept.place());
        self.considered = looked;
    }
}

impl Considered {
    /// What tells one proposal from another.
    fn place(&self) -> (usize, usize, &Entity, &Detector) {
        (self.start, self.end, &self.entity, &self.detector)
    }

    pub(crate) fn finding(&self) -> Finding {
        Finding {
            entity: self.entity.clone(),
            start: self.start,
            end: self.end,
            confidence: self.confidence,
            detector: self.detector.clone(),
        }
    }

    /// Says of one that would be found whether `findings`, sorted and without overlaps, hold it
    /// under its own name.
    pub(crate) fn settle(&mut self, findings: &[Finding]) {
        let behind = findings.partition_point(|finding| finding.end <= self.start);
        match findings.get(behind) {
            Some(finding)
                if self.outcome == Outcome::Found
                    && (&finding.entity, &finding.detector) != (&self.entity, &self.detector) =>
            {
                self.outcome = Outcome::Overlapped {
                    by: finding.detector.clone(),
                };
            }
            _ => {}
        }
    }
}
