//! Who got something to see, and why the others did not.

use std::collections::BTreeMap;

use crate::answer::{DegradedReason, EmptyReason};
use crate::ports::SourceErrorKind;

/// How far a conversation came towards having something shown; the furthest last.
///
/// A conversation is asked about many times. What is told of it is the furthest it ever came: who was
/// throttled once and then had nothing relevant lacked relevance, not requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// Assist was off for it.
    AssistOff,
    /// The breaker kept the question back.
    CircuitOpen,
    /// The upstream, or our share of it, allowed no more requests.
    RateLimited,
    /// The upstream failed, was too slow, refused, or sent nonsense.
    UpstreamError,
    /// The upstream had nothing to recommend.
    UpstreamEmpty,
    /// What there was lay outside what was asked for.
    Filtered,
    /// What there was was not relevant enough.
    BelowThreshold,
    /// What was relevant could not be shown for personal data.
    PersonalData,
    /// Something was given out.
    Emitted,
}

impl Reach {
    /// Every gap: each way of having nothing shown.
    pub const GAPS: [Self; 8] = [
        Self::AssistOff,
        Self::CircuitOpen,
        Self::RateLimited,
        Self::UpstreamError,
        Self::UpstreamEmpty,
        Self::Filtered,
        Self::BelowThreshold,
        Self::PersonalData,
    ];

    /// The name used in output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AssistOff => "assist_off",
            Self::CircuitOpen => "circuit_open",
            Self::RateLimited => "rate_limited",
            Self::UpstreamError => "upstream_error",
            Self::UpstreamEmpty => "upstream_empty",
            Self::Filtered => "filtered",
            Self::BelowThreshold => "below_threshold",
            Self::PersonalData => "personal_data",
            Self::Emitted => "emitted",
        }
    }

    /// How far an answer with nothing in it came.
    pub fn of_empty(
        empty: Option<EmptyReason>,
        degraded: Option<DegradedReason>,
        error: Option<SourceErrorKind>,
    ) -> Self {
        match (degraded, empty) {
            (Some(DegradedReason::AssistOff | DegradedReason::SessionPaused), _) => Self::AssistOff,
            (Some(DegradedReason::PersonalData), _) => Self::PersonalData,
            _ if error == Some(SourceErrorKind::CircuitOpen) => Self::CircuitOpen,
            (Some(DegradedReason::RateLimited), _) => Self::RateLimited,
            (Some(_), _) => Self::UpstreamError,
            (None, Some(EmptyReason::NoCopilotData | EmptyReason::UpstreamEmpty)) => {
                Self::UpstreamEmpty
            }
            (None, Some(EmptyReason::BelowThreshold)) => Self::BelowThreshold,
            (None, Some(EmptyReason::PersonalData)) => Self::PersonalData,
            (None, Some(EmptyReason::Filtered)) => Self::Filtered,
            (None, Some(EmptyReason::Malformed | EmptyReason::Degraded) | None) => {
                Self::UpstreamError
            }
        }
    }
}

/// Conversations asked about, by how far they came. The shares of [`Reach::Emitted`] and of all
/// [gaps](Reach::GAPS) sum to 1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    counts: BTreeMap<Reach, u64>,
}

impl Coverage {
    /// Adds a conversation whose furthest was `reach`.
    pub fn add(&mut self, reach: Reach) {
        *self.counts.entry(reach).or_default() += 1;
    }

    /// Conversations asked about.
    pub fn asked(&self) -> u64 {
        self.counts.values().sum()
    }

    /// Conversations that came as far as `reach`, and no further.
    pub fn count(&self, reach: Reach) -> u64 {
        self.counts.get(&reach).copied().unwrap_or_default()
    }

    /// Their share of all; `None` where nothing was asked.
    pub fn share(&self, reach: Reach) -> Option<f64> {
        let asked = self.asked();
        (asked > 0).then(|| self.count(reach) as f64 / asked as f64)
    }

    /// The gap with the most conversations; of equal ones the one that came further.
    pub fn biggest_gap(&self) -> Option<(Reach, u64)> {
        let gaps = self.counts.iter().map(|(reach, count)| (*reach, *count));
        gaps.filter(|(reach, count)| *reach != Reach::Emitted && *count > 0)
            .max_by_key(|(reach, count)| (*count, *reach))
    }
}
