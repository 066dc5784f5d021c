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
    /// Adds what one look considered. A proposal that an earlier look had made already is known.
    pub(crate) fn note(&mut self, looked: Vec<Considered>) {
        for considered in looked {
            if !self
                .considered
                .iter()
                .any(|known| known.is_same(&considered))
            {
                self.considered.push(considered);
            }
        }
        self.considered
            .sort_by_key(|considered| (considered.start, considered.end));
    }
}

impl Considered {
    /// Whether the same rule proposed the same.
    fn is_same(&self, other: &Self) -> bool {
        (self.start, self.end, &self.entity, &self.detector)
            == (other.start, other.end, &other.entity, &other.detector)
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
