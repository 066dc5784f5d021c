//! What the screening did, as numbers that add up and as one line per rejected recommendation.
//!
//! The same report feeds the answer's metrics, the audit record, `--explain`, the analytics event
//! and the tests, so none of them can disagree.

use super::receipt::Receipts;
use crate::recommendation::{Kind, Score};

/// Where every received entity went.
///
/// `total_received` equals the sum of `malformed`, `duplicates`, `state_filtered`,
/// `source_filtered`, `over_limit`, `relevance_filtered`, `pii_rejected` and `total_returned`;
/// `total_returned` equals `pii_masked_verified` plus `pii_masked_locally`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScreeningReport {
    /// Entities the upstream sent.
    pub total_received: u32,
    /// Recommendations in the answer.
    pub total_returned: u32,
    /// Entities that broke the format.
    pub malformed: u32,
    /// Repeats of an identifier.
    pub duplicates: u32,
    /// Dismissed or failed upstream.
    pub state_filtered: u32,
    /// From a knowledge base that was not asked for.
    pub source_filtered: u32,
    /// Skipped by the offset or beyond the limit.
    pub over_limit: u32,
    /// Scored below the least relevance, or unscored where the policy rejects those.
    pub relevance_filtered: u32,
    /// Not known to be masked, personal data where it cannot be masked, or such as is not to be shown
    /// even masked.
    pub pii_rejected: u32,
    /// Returned without a score.
    pub unscored: u32,
    /// Returned on the word of the upstream's flag.
    pub pii_masked_verified: u32,
    /// Returned on the word of the local scan.
    pub pii_masked_locally: u32,
    /// Finds of personal data, in what was returned and what was not shown for them.
    pub pii_findings: u32,
    /// Recommendations that the upstream says are masked, and that carried finds all the same.
    pub pii_violations: u32,
}

impl ScreeningReport {
    /// Every count with its name, in the order of the public shape.
    pub fn counts(&self) -> [(&'static str, u32); 14] {
        [
            ("total_received", self.total_received),
            ("total_returned", self.total_returned),
            ("malformed", self.malformed),
            ("duplicates", self.duplicates),
            ("state_filtered", self.state_filtered),
            ("source_filtered", self.source_filtered),
            ("over_limit", self.over_limit),
            ("relevance_filtered", self.relevance_filtered),
            ("pii_rejected", self.pii_rejected),
            ("unscored", self.unscored),
            ("pii_masked_verified", self.pii_masked_verified),
            ("pii_masked_locally", self.pii_masked_locally),
            ("pii_findings", self.pii_findings),
            ("pii_violations", self.pii_violations),
        ]
    }

    /// Whether the counts add up.
    pub fn is_balanced(&self) -> bool {
        let accounted = [
            self.malformed,
            self.duplicates,
            self.state_filtered,
            self.source_filtered,
            self.over_limit,
            self.relevance_filtered,
            self.pii_rejected,
            self.total_returned,
        ]
        .into_iter()
        .map(u64::from)
        .sum::<u64>();
        let labelled = u64::from(self.pii_masked_verified) + u64::from(self.pii_masked_locally);
        accounted == u64::from(self.total_received) && labelled == u64::from(self.total_returned)
    }
}

/// Why a recommendation was not shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum RejectReason {
    /// Scored below the least relevance.
    BelowThreshold,
    /// Unscored, and the policy for its kind rejects that.
    Unscored,
    /// The upstream does not say that its personal data is masked.
    NotFlaggedMasked,
    /// Personal data in an identifier, where masking would destroy what it identifies.
    PersonalDataInId,
    /// Personal data that the policy does not want shown even masked.
    PersonalData,
}

impl RejectReason {
    /// Every reason.
    pub const ALL: [Self; 5] = [
        Self::BelowThreshold,
        Self::Unscored,
        Self::NotFlaggedMasked,
        Self::PersonalDataInId,
        Self::PersonalData,
    ];

    /// The name used in output, stores and audit records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BelowThreshold => "below_threshold",
            Self::Unscored => "unscored",
            Self::NotFlaggedMasked => "not_flagged_masked",
            Self::PersonalDataInId => "personal_data_in_id",
            Self::PersonalData => "personal_data",
        }
    }

    /// The reason of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }
}

/// One recommendation that was not shown. Holds no text of it, and like what is shown it is made by
/// the screening only.
#[derive(Clone, Debug, PartialEq)]
pub struct Rejection(StoredRejection);

impl Rejection {
    pub(super) fn seal(rejection: StoredRejection) -> Self {
        Self(rejection)
    }

    /// Its identifier; `None` where that is itself personal data.
    pub fn id(&self) -> Option<&str> {
        self.0.id.as_deref()
    }

    /// What it was.
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// Its score, if it had one.
    pub fn score(&self) -> Option<Score> {
        self.0.score
    }

    /// Why.
    pub fn reason(&self) -> RejectReason {
        self.0.reason
    }

    /// The personal data in it, where it was looked for.
    pub fn receipts(&self) -> &Receipts {
        &self.0.receipts
    }

    pub(super) fn as_stored(&self) -> &StoredRejection {
        &self.0
    }
}

/// A [`Rejection`] as plain data, for a store.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredRejection {
    /// As [`Rejection::id`].
    pub id: Option<String>,
    /// As [`Rejection::kind`].
    pub kind: Kind,
    /// As [`Rejection::score`].
    pub score: Option<Score>,
    /// As [`Rejection::reason`].
    pub reason: RejectReason,
    /// As [`Rejection::receipts`].
    pub receipts: Receipts,
}
