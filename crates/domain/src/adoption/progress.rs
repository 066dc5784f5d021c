//! All that happened to one item.

use super::event::EngagementKind;
use crate::time::Timestamp;

/// How long after its emission something may still be told of an item: an agent finishes the call
/// first, a desktop was offline. Behind that an untouched item has expired.
pub const LATEST_US: i64 = 24 * 60 * 60 * 1_000_000;

/// What is known to have happened to one item. The order of events and their repeats change
/// nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    kinds: u16,
    emitted_at: Option<Timestamp>,
    rated: Option<(Timestamp, bool)>,
}

impl Progress {
    /// What `told` of one item says.
    pub fn of(told: impl IntoIterator<Item = (EngagementKind, Timestamp)>) -> Self {
        let mut progress = Self::default();
        for (kind, at) in told {
            progress.add(kind, at);
        }
        progress
    }

    /// Takes note of something that happened at `at`.
    pub fn add(&mut self, kind: EngagementKind, at: Timestamp) {
        self.kinds |= bit(kind);
        match kind {
            EngagementKind::Emitted => {
                let earlier = self.emitted_at.is_none_or(|known| at < known);
                if earlier {
                    self.emitted_at = Some(at);
                }
            }
            // A change of mind counts; of two at one time the better one, whichever came first.
            EngagementKind::RatedPositive | EngagementKind::RatedNegative => {
                let rating = (at, kind == EngagementKind::RatedPositive);
                self.rated = self.rated.max(Some(rating));
            }
            _ => {}
        }
    }

    /// Whether it was given out. What was never given out is counted nowhere.
    pub fn is_emitted(&self) -> bool {
        self.has(EngagementKind::Emitted)
    }

    /// Whether it was on a screen: told so, or anything told that cannot have happened otherwise.
    pub fn is_displayed(&self) -> bool {
        self.is_emitted() && self.kinds != bit(EngagementKind::Emitted)
    }

    /// Whether it was opened.
    pub fn is_opened(&self) -> bool {
        self.is_emitted() && self.has(EngagementKind::Opened)
    }

    /// Whether it went to work: copied, inserted, used, or accepted upstream.
    pub fn is_adopted(&self) -> bool {
        let adopted = |kind: EngagementKind| kind.is_adoption() && self.has(kind);
        self.is_emitted() && EngagementKind::ALL.into_iter().any(adopted)
    }

    /// Whether it was sent away.
    pub fn is_dismissed(&self) -> bool {
        self.is_emitted() && self.has(EngagementKind::Dismissed)
    }

    /// The last rating: whether it was found helpful.
    pub fn rating(&self) -> Option<bool> {
        let (_, positive) = self.rated?;
        self.is_emitted().then_some(positive)
    }

    /// Whether it was displayed, nothing else came of it, and by `now` nothing will.
    pub fn is_ignored(&self, now: Timestamp) -> bool {
        let untouched = bit(EngagementKind::Emitted) | bit(EngagementKind::Displayed);
        let expired = self
            .emitted_at
            .is_some_and(|at| now.as_micros().saturating_sub(at.as_micros()) > LATEST_US);
        self.kinds == untouched && expired
    }

    fn has(&self, kind: EngagementKind) -> bool {
        self.kinds & bit(kind) != 0
    }
}

/// The place of `kind` in a set.
fn bit(kind: EngagementKind) -> u16 {
    1 << kind as u16
}
