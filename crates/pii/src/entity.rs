//! What can be found, and where it was found.
//!
//! A [`Finding`] holds offsets and never the text, so it may be logged, counted and stored.

use std::fmt;

/// A kind of personal data.
///
/// Named as Microsoft Presidio names it where it has a name for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Entity {
    /// A payment card number that a known issuer could have given out and whose check digit holds.
    CreditCard,
    /// An e-mail address.
    EmailAddress,
    /// A telephone or fax number, international or national.
    PhoneNumber,
    /// Something the caller knows of this conversation's customer: see
    /// [`SubjectTerms`](crate::SubjectTerms).
    SubjectTerm,
    /// A US social security number, or an individual taxpayer number of the same shape.
    UsSsn,
}

impl Entity {
    /// The name used in mask tags, reports and policies, for example `EMAIL_ADDRESS`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CreditCard => "CREDIT_CARD",
            Self::EmailAddress => "EMAIL_ADDRESS",
            Self::PhoneNumber => "PHONE_NUMBER",
            Self::SubjectTerm => "SUBJECT_TERM",
            Self::UsSsn => "US_SSN",
        }
    }

    /// How much a find says about the value, to label overlapping finds: a checksum beats a
    /// strict shape beats a loose one. A subject term comes last because it names no kind.
    pub(crate) const fn strength(self) -> u8 {
        match self {
            Self::CreditCard => 5,
            Self::UsSsn => 4,
            Self::EmailAddress => 3,
            Self::PhoneNumber => 2,
            Self::SubjectTerm => 1,
        }
    }
}

impl fmt::Display for Entity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One find in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Finding {
    /// The kind of personal data.
    pub entity: Entity,
    /// Offset of the first byte, on a character boundary.
    pub start: usize,
    /// Offset behind the last byte, on a character boundary.
    pub end: usize,
}

/// Sorts findings and joins those that overlap, so that no fragment of a value stays uncovered.
/// A joined finding carries the label of the strongest evidence in it.
pub(crate) fn resolve_overlaps(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_unstable_by_key(|finding| (finding.start, finding.end));
    let mut resolved: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings {
        match resolved.last_mut() {
            Some(last) if finding.start < last.end => {
                last.end = last.end.max(finding.end);
                if finding.entity.strength() > last.entity.strength() {
                    last.entity = finding.entity;
                }
            }
            _ => resolved.push(finding),
        }
    }
    resolved
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_finds_are_joined_under_the_strongest_label() {
        let find = |entity, start, end| Finding { entity, start, end };
        let resolved = resolve_overlaps(vec![
            find(Entity::PhoneNumber, 10, 25),
            find(Entity::CreditCard, 0, 16),
            find(Entity::SubjectTerm, 25, 30),
        ]);
        assert_eq!(
            resolved,
            [
                find(Entity::CreditCard, 0, 25),
                find(Entity::SubjectTerm, 25, 30)
            ],
            "touching finds stay apart, overlapping ones do not"
        );
    }
}
