//! The rules of the screening, as data.

use std::collections::BTreeMap;
use std::fmt;

use super::finding_rules::FindingRules;
use crate::dialect::Dialect;
use crate::pii;
use crate::recommendation::{Kind, Score};

/// Changes whenever the pipeline's rules or a stored shape change, so that cached answers made
/// under other rules are never served.
const SCREENING_VERSION: u32 = 2;

/// The rules under which something was screened: those of this pipeline, those of the scanner, and
/// what the organisation's own policy makes of them.
///
/// Subject terms are no part of it: they belong to a request, and enter the keys of answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PolicyVersion {
    screening: u32,
    scanner: u32,
    /// The head of the policy's fingerprint. Nobody gains anything by finding a second policy with
    /// the same one: it would have to be their own.
    policy: u64,
}

impl PolicyVersion {
    /// The version that this program applies under `policy`.
    pub fn of(policy: &pii::Policy) -> Self {
        let fingerprint = policy.fingerprint();
        let head = fingerprint.first_chunk().copied().unwrap_or_default();
        Self {
            screening: SCREENING_VERSION,
            scanner: pii::RULES_VERSION,
            policy: u64::from_be_bytes(head),
        }
    }

    /// Reads what [`fmt::Display`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let version = Self {
            screening: parts.next()?.parse().ok()?,
            scanner: parts.next()?.parse().ok()?,
            policy: u64::from_str_radix(parts.next()?, 16).ok()?,
        };
        parts.next().is_none().then_some(version)
    }
}

impl fmt::Display for PolicyVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}.{}.{:016x}",
            self.screening, self.scanner, self.policy
        )
    }
}

/// What becomes of a recommendation without a score.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum UnscoredPolicy {
    /// Shown after the scored ones, labelled by an empty score.
    #[default]
    Keep,
    /// Not shown.
    Reject,
}

/// What may be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct ScreeningPolicy {
    /// The least relevance shown, 0..=1.
    pub min_relevance: f64,
    /// The same for single kinds.
    pub min_relevance_by_kind: BTreeMap<Kind, f64>,
    /// Kinds whose unscored members are not shown.
    pub unscored: BTreeMap<Kind, UnscoredPolicy>,
    /// In the recommendations dialect, show only what the upstream flags as masked.
    pub require_pii_mask: bool,
    /// What becomes of what carries personal data.
    pub on_finding: FindingRules,
}

impl ScreeningPolicy {
    /// The policy of `dialect` when nobody says otherwise.
    pub fn for_dialect(dialect: Dialect) -> Self {
        Self {
            min_relevance: dialect.default_min_relevance(),
            min_relevance_by_kind: BTreeMap::new(),
            unscored: BTreeMap::new(),
            require_pii_mask: true,
            on_finding: FindingRules::default(),
        }
    }

    /// The same policy with a least relevance that one request asked for; it overrides those by
    /// kind too, because the person asking sees the result.
    #[must_use]
    pub fn with_request(mut self, min_relevance: Option<f64>) -> Self {
        if let Some(least) = min_relevance {
            self.min_relevance = least;
            self.min_relevance_by_kind.clear();
        }
        self
    }

    /// Whether a recommendation of `kind` with `score` is relevant enough.
    pub(super) fn is_relevant(&self, kind: Kind, score: Score) -> bool {
        let least = self
            .min_relevance_by_kind
            .get(&kind)
            .unwrap_or(&self.min_relevance);
        score.get() >= *least
    }

    /// What becomes of an unscored recommendation of `kind`.
    pub(super) fn unscored(&self, kind: Kind) -> UnscoredPolicy {
        self.unscored.get(&kind).copied().unwrap_or_default()
    }
}
