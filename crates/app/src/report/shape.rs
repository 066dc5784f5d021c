//! The figures of a report as they are told.

use agent_assist_domain::adoption::{self, By, Group, Rates, Ratio, Reach};
use serde::Serialize;

/// Counts below this say what a single person did, and are not told of an agent.
const LEAST_OF_AGENT: u64 = 5;

/// One count over another.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Rate {
    /// How many count; `null` where that is not told of an agent.
    pub count: Option<u64>,
    /// Of how many.
    pub of: u64,
    /// The ratio, 0 to 1; `null` where there are fewer than 30, or it is not told.
    pub rate: Option<f64>,
    /// Lower bound of its interval of 95 %.
    pub low: Option<f64>,
    /// Upper bound.
    pub high: Option<f64>,
}

/// What was shown and what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Engagement {
    /// Conversations with something given out.
    pub conversations: u64,
    /// Distinct recommendations given out, counted in each conversation.
    pub emitted: u64,
    /// Of those, on a screen.
    pub displayed: u64,
    /// Whether enough was told to have been displayed for the rates over displayed items to be those of
    /// all: 95 %.
    pub verified: bool,
    /// Displayed of emitted.
    pub display: Rate,
    /// Adopted of displayed.
    pub adoption: Rate,
    /// Triggers with one adopted, of triggers with one displayed.
    pub set_adoption: Rate,
    /// Adopted of emitted, a lower bound.
    pub adopted_of_emitted: Rate,
    /// Dismissed of displayed.
    pub dismissal: Rate,
    /// Untouched for a day, of displayed.
    pub ignored: Rate,
    /// Found helpful, of rated.
    pub helpfulness: Rate,
    /// Rated of displayed.
    pub rated: Rate,
}

/// What was shown in a group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupReport {
    /// What its items have in common: a name, or the time at which an hour or day begins; `null` where it
    /// is not known.
    pub group: Option<String>,
    /// What became of them.
    #[serde(flatten)]
    pub engagement: Engagement,
}

/// Who got something to see, and why the others did not.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Coverage {
    /// Conversations asked about.
    pub asked: u64,
    /// Of those, with something given out.
    pub covered: u64,
    /// Their share, 0 to 1; `null` where nothing was asked.
    pub share: Option<f64>,
    /// Why the others got nothing, the most frequent first. Shares of these and of the covered sum to 1.
    pub gaps: Vec<Gap>,
}

/// Conversations that got nothing for one reason: that of the furthest they came.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Gap {
    /// Why.
    pub reason: &'static str,
    /// How many.
    pub conversations: u64,
    /// Their share of all asked about, 0 to 1.
    pub share: f64,
}

/// What reports used to tell: a number that halves when a desktop asks twice as often.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Legacy {
    /// Distinct recommendations that went to work.
    pub adoptions: u64,
    /// Requests.
    pub fetches: u64,
    /// One over the other; `null` without requests.
    pub adoptions_per_fetch: Option<f64>,
}

impl Rate {
    fn of(ratio: &Ratio) -> Self {
        let interval = ratio.interval();
        Self {
            count: Some(ratio.count()),
            of: ratio.of(),
            rate: ratio.shown(),
            low: interval.map(|interval| interval.low),
            high: interval.map(|interval| interval.high),
        }
    }

    /// The same without what a few events of one person say.
    fn discreet(self) -> Self {
        if self.count.is_some_and(|count| count >= LEAST_OF_AGENT) {
            return self;
        }
        Self {
            count: None,
            rate: None,
            low: None,
            high: None,
            ..self
        }
    }
}

impl Engagement {
    pub(super) fn of(rates: &Rates) -> Self {
        Self {
            conversations: rates.conversations,
            emitted: rates.display.of(),
            displayed: rates.display.count(),
            verified: rates.is_verified(),
            display: Rate::of(&rates.display),
            adoption: Rate::of(&rates.adoption),
            set_adoption: Rate::of(&rates.set_adoption),
            adopted_of_emitted: Rate::of(&rates.adopted_of_emitted),
            dismissal: Rate::of(&rates.dismissal),
            ignored: Rate::of(&rates.ignorance),
            helpfulness: Rate::of(&rates.helpfulness),
            rated: Rate::of(&rates.rated),
        }
    }

    fn discreet(self) -> Self {
        let Self {
            conversations,
            emitted,
            displayed,
            verified,
            ..
        } = self;
        Self {
            conversations,
            emitted,
            displayed,
            verified,
            display: self.display.discreet(),
            adoption: self.adoption.discreet(),
            set_adoption: self.set_adoption.discreet(),
            adopted_of_emitted: self.adopted_of_emitted.discreet(),
            dismissal: self.dismissal.discreet(),
            ignored: self.ignored.discreet(),
            helpfulness: self.helpfulness.discreet(),
            rated: self.rated.discreet(),
        }
    }
}

impl GroupReport {
    /// What is told of a group of `by`; nothing of an agent of whom every figure is small.
    pub(super) fn of(by: Option<By>, group: &Group, rates: &Rates) -> Option<Self> {
        let engagement = Engagement::of(rates);
        let engagement = match by {
            Some(By::Agent) => {
                let least = rates.conversations.min(engagement.displayed);
                if least < LEAST_OF_AGENT {
                    return None;
                }
                engagement.discreet()
            }
            _ => engagement,
        };
        Some(Self {
            group: match group {
                Group::From(at) => Some(at.to_rfc3339()),
                Group::Named(name) => Some(name.clone()),
                Group::All | Group::Unknown => None,
            },
            engagement,
        })
    }
}

impl Coverage {
    pub(super) fn of(coverage: &adoption::Coverage) -> Self {
        let mut gaps: Vec<Gap> = Reach::GAPS
            .into_iter()
            .filter_map(|reach| {
                Some(Gap {
                    reason: reach.as_str(),
                    conversations: coverage.count(reach),
                    share: coverage.share(reach)?,
                })
            })
            .filter(|gap| gap.conversations > 0)
            .collect();
        // Of equals the one that came further first, as in `Coverage::biggest_gap`.
        gaps.reverse();
        gaps.sort_by_key(|gap| std::cmp::Reverse(gap.conversations));
        Self {
            asked: coverage.asked(),
            covered: coverage.count(Reach::Emitted),
            share: coverage.share(Reach::Emitted),
            gaps,
        }
    }
}

impl Legacy {
    pub(super) fn of(adoptions: u64, fetches: u64) -> Self {
        Self {
            adoptions,
            fetches,
            adoptions_per_fetch: (fetches > 0).then(|| adoptions as f64 / fetches as f64),
        }
    }
}

#[cfg(test)]
mod tests {
    use agent_assist_domain::adoption::Tally;

    use super::*;

    fn rates(conversations: u64, tally: Tally) -> Rates {
        let mut rates = Rates::default();
        (0..conversations).for_each(|_| rates.add(&tally));
        rates
    }

    #[test]
    fn of_an_agent_no_count_below_five_is_told() {
        let tally = Tally {
            emitted: 2,
            displayed: 2,
            ..Tally::default()
        };
        let agent = Group::Named("agent~1~ab".to_owned());
        let told =
            |conversations| GroupReport::of(Some(By::Agent), &agent, &rates(conversations, tally));
        assert_eq!(told(4), None);
        let told = told(20).expect("enough to tell").engagement;
        assert_eq!((told.display.count, told.adoption.count), (Some(40), None));
        assert_eq!((told.adoption.rate, told.adoption.high), (None, None));
        let queue = GroupReport::of(Some(By::Queue), &agent, &rates(1, tally));
        assert_eq!(queue.expect("told").engagement.adoption.count, Some(0));
    }
}
