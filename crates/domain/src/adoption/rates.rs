//! The ratios that a supervisor asks for.

use super::ratio::Ratio;
use super::tally::Tally;

/// Displayed of emitted: below this, what is said of displayed items is said of a part of them that
/// nobody chose fairly.
const VERIFIED_FROM: f64 = 0.95;

/// Ratios over conversations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rates {
    /// Conversations with something emitted.
    pub conversations: u64,
    /// Displayed of emitted.
    pub display: Ratio,
    /// Adopted of displayed.
    pub adoption: Ratio,
    /// Triggers with one adopted, of triggers with one displayed.
    pub set_adoption: Ratio,
    /// Adopted of emitted: a lower bound, for clients that do not tell what they display.
    pub adopted_of_emitted: Ratio,
    /// Dismissed of displayed.
    pub dismissal: Ratio,
    /// Untouched until the end, of displayed.
    pub ignorance: Ratio,
    /// Found helpful, of rated.
    pub helpfulness: Ratio,
    /// Rated of displayed: how many the helpfulness rests on.
    pub rated: Ratio,
}

impl Rates {
    /// Adds the items of one more conversation.
    pub fn add(&mut self, tally: &Tally) {
        self.conversations += u64::from(tally.emitted > 0);
        self.display.add(tally.displayed, tally.emitted);
        self.adoption.add(tally.adopted, tally.displayed);
        self.set_adoption
            .add(tally.triggers_adopted, tally.triggers_displayed);
        self.adopted_of_emitted.add(tally.adopted, tally.emitted);
        self.dismissal.add(tally.dismissed, tally.displayed);
        self.ignorance.add(tally.ignored, tally.displayed);
        self.helpfulness.add(tally.helpful, tally.rated);
        self.rated.add(tally.rated, tally.displayed);
    }

    /// Whether enough of what was emitted is known to have been displayed for the rates over displayed
    /// items to be those of all.
    pub fn is_verified(&self) -> bool {
        self.display
            .value()
            .is_some_and(|rate| rate >= VERIFIED_FROM)
    }
}
