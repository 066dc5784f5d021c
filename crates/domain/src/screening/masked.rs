//! The proof that a value was screened.

use std::ops::Deref;
use std::sync::Arc;

use super::receipt::Receipts;
use crate::recommendation::Recommendation;

/// On what the statement "its personal data is masked" rests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PiiBasis {
    /// The upstream's flag says so and the local scan found nothing that contradicts it.
    UpstreamFlag,
    /// The local scan; whatever it found is masked.
    LocalScan,
}

impl PiiBasis {
    /// The name used in answers and stores.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UpstreamFlag => "upstream_flag",
            Self::LocalScan => "local_scan",
        }
    }

    /// The basis of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::UpstreamFlag, Self::LocalScan]
            .into_iter()
            .find(|basis| basis.as_str() == name)
    }
}

/// A value whose texts went through the screening. Only this module's parent makes one, so "we
/// forgot to mask" does not compile; `tests/compile_fail` tries the ways around it.
#[derive(Clone, Debug, PartialEq)]
pub struct Masked<T> {
    value: T,
}

impl<T> Masked<T> {
    pub(super) fn seal(value: T) -> Self {
        Self { value }
    }
}

impl<T> Deref for Masked<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// A recommendation that may be shown, with what its safety rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct Safe {
    /// The recommendation, every text of it masked where need be.
    pub recommendation: Arc<Recommendation>,
    /// On what "masked" rests.
    pub basis: PiiBasis,
    /// Whether people's names are covered: by the upstream's masking, or by the subject terms
    /// known of this conversation. The local scan alone cannot know a name.
    pub names_covered: bool,
    /// What was masked or left out here.
    pub receipts: Receipts,
}
