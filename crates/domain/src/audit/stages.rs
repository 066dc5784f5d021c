//! How long the parts of a request took.

use crate::canonical::ObjectWriter;

/// Parts of a request, in microseconds; `None` where a part had no part in it. They need not add up to
/// the whole: waits for others who ask the same belong to the part that is waited for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stages {
    /// Looking for something remembered.
    pub cache_us: Option<u64>,
    /// Waiting for an access token and its share of the allowance, over all requests sent.
    pub token_us: Option<u64>,
    /// Asking the upstream, and fallbacks, but for that wait.
    pub upstream_us: Option<u64>,
    /// Selecting and screening.
    pub screening_us: Option<u64>,
    /// Writing the record before this one, of the same process, until it was durable. How long its own
    /// record takes none can say.
    pub audit_before_us: Option<u64>,
}

impl Stages {
    /// `first` and `then`, one after the other.
    fn sum(first: Option<u64>, then: u64) -> Option<u64> {
        Some(first.unwrap_or_default().saturating_add(then))
    }

    /// Adds what asking took, `waited_us` of it for a token.
    pub fn asked(&mut self, took_us: u64, waited_us: u64) {
        self.token_us = Self::sum(self.token_us, waited_us);
        self.upstream_us = Self::sum(self.upstream_us, took_us.saturating_sub(waited_us));
    }

    /// Adds what screening took.
    pub fn screened(&mut self, took_us: u64) {
        self.screening_us = Self::sum(self.screening_us, took_us);
    }

    /// Each stage by the name of its member.
    const fn members(&self) -> [(&'static str, Option<u64>); 5] {
        [
            ("audit_before_us", self.audit_before_us),
            ("cache_us", self.cache_us),
            ("screening_us", self.screening_us),
            ("token_us", self.token_us),
            ("upstream_us", self.upstream_us),
        ]
    }

    /// Those that had a part.
    pub(super) fn write(&self, object: &mut ObjectWriter<'_>) {
        for (name, us) in self.members() {
            if let Some(us) = us {
                object.int(name, us);
            }
        }
    }
}
