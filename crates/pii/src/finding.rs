//! What was found where, by which rule, and how surely.
//!
//! A [`Finding`] holds offsets and never the text, so it may be logged, counted and stored.

use std::{borrow::Cow, fmt};

use crate::entity::Entity;

/// How sure a rule is of a find, in percent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Confidence(u8);

impl Confidence {
    /// No doubt.
    pub const CERTAIN: Self = Self(100);

    /// A confidence of `percent`; more than 100 is 100.
    #[must_use]
    pub const fn from_percent(percent: u8) -> Self {
        Self(if percent > 100 { 100 } else { percent })
    }

    /// 0 to 100.
    #[must_use]
    pub const fn percent(self) -> u8 {
        self.0
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", self.0)
    }
}

/// The name of the rule that made a find, for example `card` or `uk.nhs`; `own.` and a name for a
/// rule of the user's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Detector(Cow<'static, str>);

impl Detector {
    /// A rule of this crate.
    pub(crate) const fn built_in(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// A rule of the user's, under the name they gave it.
    pub(crate) fn own(name: &str) -> Self {
        Self(Cow::Owned(format!("own.{name}")))
    }

    /// Whether it is a rule of the user's.
    fn is_own(&self) -> bool {
        self.0.starts_with("own.")
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Detector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// One find in a text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Finding {
    /// The kind of personal data.
    pub entity: Entity,
    /// Offset of the first byte, on a character boundary.
    pub start: usize,
    /// Offset behind the last byte, on a character boundary.
    pub end: usize,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// The rule.
    pub detector: Detector,
}

impl Finding {
    /// A find that the caller vouches for.
    #[must_use]
    pub const fn certain(entity: Entity, start: usize, end: usize) -> Self {
        Self {
            entity,
            start,
            end,
            confidence: Confidence::CERTAIN,
            detector: Detector::built_in("caller"),
        }
    }
}

/// Sorts findings and joins those that overlap, so that no fragment of a value stays uncovered.
/// A joined finding carries the label of the strongest evidence in it.
pub(crate) fn resolve_overlaps(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by_key(|finding| (finding.start, finding.end));
    let mut resolved: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings {
        match resolved.last_mut() {
            Some(last) if finding.start < last.end => {
                let (start, end) = (last.start, last.end.max(finding.end));
                if is_stronger(&finding, last) {
                    *last = finding;
                }
                (last.start, last.end) = (start, end);
            }
            _ => resolved.push(finding),
        }
    }
    resolved
}

/// The surer find gives the label, and a rule of the user's own before any of ours, because they
/// know what their numbers are. Among equals the one that covers more does, and a subject term
/// comes last, because it names no kind.
fn is_stronger(finding: &Finding, other: &Finding) -> bool {
    let rank = |finding: &Finding| {
        (
            finding.entity != Entity::SubjectTerm,
            finding.detector.is_own(),
            finding.confidence,
            finding.end - finding.start,
        )
    };
    rank(finding) > rank(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_finds_are_joined_under_the_strongest_label() {
        let find = |entity: &Entity, start, end, percent| Finding {
            entity: entity.clone(),
            start,
            end,
            confidence: Confidence::from_percent(percent),
            detector: Detector::built_in("test"),
        };
        let (card, phone) = (Entity::CreditCard, Entity::PhoneNumber);
        let resolved = resolve_overlaps(vec![
            find(&phone, 10, 25, 60),
            find(&card, 0, 16, 95),
            find(&Entity::SubjectTerm, 20, 24, 100),
            find(&Entity::SubjectTerm, 25, 30, 100),
        ]);
        assert_eq!(
            resolved,
            [
                find(&card, 0, 25, 95),
                find(&Entity::SubjectTerm, 25, 30, 100)
            ],
            "touching finds stay apart, overlapping ones do not"
        );
    }
}
