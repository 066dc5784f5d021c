//! The items of one conversation, counted.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use super::progress::Progress;
use crate::time::Timestamp;

/// What became of the items of one conversation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Given out.
    pub emitted: u64,
    /// Of those, on a screen.
    pub displayed: u64,
    /// Of those displayed, opened.
    pub opened: u64,
    /// Of those displayed, copied, inserted, used or accepted upstream.
    pub adopted: u64,
    /// Of those displayed, sent away.
    pub dismissed: u64,
    /// Of those displayed, untouched until nothing more could come of them.
    pub ignored: u64,
    /// Of those displayed, judged.
    pub rated: u64,
    /// Of those judged, last found helpful.
    pub helpful: u64,
    /// What the items were recommended for (utterance, message, search), with one displayed.
    pub triggers_displayed: u64,
    /// Of those, with one adopted.
    pub triggers_adopted: u64,
}

impl Tally {
    /// Counts `items`, each with what it was recommended for, as of `now`.
    pub fn of<'a>(
        items: impl IntoIterator<Item = (&'a str, &'a Progress)>,
        now: Timestamp,
    ) -> Self {
        let mut tally = Self::default();
        let mut triggers: BTreeMap<&str, bool> = BTreeMap::new();
        for (trigger, item) in items {
            tally.emitted += u64::from(item.is_emitted());
            if !item.is_displayed() {
                continue;
            }
            tally.displayed += 1;
            tally.opened += u64::from(item.is_opened());
            tally.adopted += u64::from(item.is_adopted());
            tally.dismissed += u64::from(item.is_dismissed());
            tally.ignored += u64::from(item.is_ignored(now));
            tally.rated += u64::from(item.rating().is_some());
            tally.helpful += u64::from(item.rating() == Some(true));
            *triggers.entry(trigger).or_default() |= item.is_adopted();
        }
        tally.triggers_displayed = triggers.len() as u64;
        tally.triggers_adopted = triggers.values().filter(|adopted| **adopted).count() as u64;
        tally
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.emitted += other.emitted;
        self.displayed += other.displayed;
        self.opened += other.opened;
        self.adopted += other.adopted;
        self.dismissed += other.dismissed;
        self.ignored += other.ignored;
        self.rated += other.rated;
        self.helpful += other.helpful;
        self.triggers_displayed += other.triggers_displayed;
        self.triggers_adopted += other.triggers_adopted;
    }
}
