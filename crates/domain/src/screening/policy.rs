//! The rules of the screening, as data.

use std::collections::BTreeMap;
use std::fmt;

use crate::dialect::Dialect;
use crate::pii;
use crate::recommendation::{Kind, Score};

/// Changes whenever the pipeline's rules or a stored shape change, so that cached answers made
/// under other rules are never served.
const SCREENING_VERSION: u32 = 1;

/// The rules under which something was screened: those of this pipeline and of the scanner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PolicyVersion {
    screening: u32,
    scanner: u32,
}

impl PolicyVersion {
    /// The version this program applies.
    pub const CURRENT: Self = Self {
        screening: SCREENING_VERSION,
        scanner: pii::RULES_VERSION,
    };

    /// Reads what [`fmt::Display`] wrote.
    pub fn parse(text: &str) -> Option<Self> {
        let (screening, scanner) = text.split_once('.')?;
        Some(Self {
            screening: screening.parse().ok()?,
            scanner: scanner.parse().ok()?,
        })
    }
}

impl fmt::Display for PolicyVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.screening, self.scanner)
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
}

impl ScreeningPolicy {
    /// The policy of `dialect` when nobody says otherwise.
    pub fn for_dialect(dialect: Dialect) -> Self {
        Self {
            min_relevance: dialect.default_min_relevance(),
            min_relevance_by_kind: BTreeMap::new(),
            unscored: BTreeMap::new(),
            require_pii_mask: true,
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
