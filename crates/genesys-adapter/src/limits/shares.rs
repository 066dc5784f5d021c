//! Keeps an allowance fair between conversations, within one window. Pure.
//!
//! Half of the allowance is for whoever comes first. The other half is only for conversations that
//! have not yet had their share of the whole, so that one conversation that asks and asks cannot
//! starve the others. Conversations are kept as hashes: no identifier outlives its request.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

/// What every conversation may have, however many there are: a question and its repetitions.
const LEAST_SHARE: u32 = 3;

/// What each conversation has had.
#[derive(Debug, Default)]
pub(super) struct Shares {
    hasher: RandomState,
    had: HashMap<u64, u32>,
    /// Conversations that asked in the window before. They will be back.
    active_before: usize,
}

impl Shares {
    /// Forgets what was had; the next window begins.
    pub(super) fn renew(&mut self) {
        self.active_before = self.had.len();
        self.had.clear();
    }

    /// Whether `conversation` may have one more of an `allowed` of which `used` are gone. That it
    /// asked counts, whatever the answer: the others' shares shrink.
    pub(super) fn permits(&mut self, conversation: &str, used: u32, allowed: u32) -> bool {
        let key = self.hasher.hash_one(conversation);
        // With so many asking, every share is the least one: no need to remember more of them.
        if self.had.len() < allowed as usize {
            self.had.entry(key).or_default();
        }
        let had = self.had.get(&key).copied().unwrap_or_default();
        used < allowed.div_ceil(2) || had < self.share(allowed)
    }

    /// `conversation` has one more.
    pub(super) fn take(&mut self, conversation: &str) {
        *self
            .had
            .entry(self.hasher.hash_one(conversation))
            .or_default() += 1;
    }

    /// `conversation` did not need the last one.
    pub(super) fn put_back(&mut self, conversation: &str) {
        if let Some(had) = self.had.get_mut(&self.hasher.hash_one(conversation)) {
            *had = had.saturating_sub(1);
        }
    }

    fn share(&self, allowed: u32) -> u32 {
        let active = self.had.len().max(self.active_before).max(1);
        let active = u32::try_from(active).unwrap_or(u32::MAX);
        (allowed / active).max(LEAST_SHARE)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALLOWED: u32 = 300;

    /// Lets `who` ask so often, and says how often it got something.
    fn ask(shares: &mut Shares, used: &mut u32, who: &str, times: u32) -> u32 {
        let mut granted = 0;
        for _ in 0..times {
            if *used < ALLOWED && shares.permits(who, *used, ALLOWED) {
                shares.take(who);
                *used += 1;
                granted += 1;
            }
        }
        granted
    }

    proptest! {
        #[test]
        fn a_noisy_conversation_leaves_the_others_their_share(
            others in 1..40_u32, noise in 0..2_000_u32,
        ) {
            let mut shares = Shares::default();
            for other in 0..others {
                shares.permits(&other.to_string(), 0, ALLOWED);
            }
            let mut used = 0;
            ask(&mut shares, &mut used, "noisy", noise);
            let share = (ALLOWED / (others + 1)).max(LEAST_SHARE);
            for other in 0..others {
                let granted = ask(&mut shares, &mut used, &other.to_string(), LEAST_SHARE);
                prop_assert_eq!(granted, LEAST_SHARE.min(share));
            }
        }
    }

    #[test]
    fn alone_a_conversation_may_have_everything_unless_others_were_there_a_window_ago() {
        let mut shares = Shares::default();
        assert_eq!(ask(&mut shares, &mut 0, "alone", 1_000), ALLOWED);
        for other in 0..9 {
            shares.permits(&other.to_string(), 0, ALLOWED);
        }
        shares.renew();
        assert_eq!(ask(&mut shares, &mut 0, "alone", 1_000), ALLOWED / 2);
        shares.renew();
        assert_eq!(ask(&mut shares, &mut 0, "alone", 1_000), ALLOWED);
    }

    #[test]
    fn memory_is_bounded_by_what_is_allowed() {
        let mut shares = Shares::default();
        for conversation in 0..10_000 {
            shares.permits(&conversation.to_string(), ALLOWED, ALLOWED);
        }
        assert_eq!(shares.had.len(), ALLOWED as usize);
    }

    #[test]
    fn what_is_put_back_can_be_had_again() {
        let mut shares = Shares::default();
        let mut used = ALLOWED / 2;
        shares.active_before = 100;
        assert_eq!(ask(&mut shares, &mut used, "a", 10), LEAST_SHARE);
        shares.put_back("a");
        assert_eq!(ask(&mut shares, &mut used, "a", 10), 1);
    }
}
