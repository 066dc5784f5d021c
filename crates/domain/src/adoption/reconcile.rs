//! Whether the upstream's own counts and ours agree, and what most likely explains where they do not.
//!
//! They count alike: distinct suggestions, by what they are and what was done with them. They do not see
//! alike: the upstream knows only what it was told and hears of other clients, too; we know only what we
//! gave out.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::time::Duration;

use super::ledger::{Group, GroupTally};
use super::tally::Tally;
use crate::recommendation::Kind;
use crate::time::Timestamp;

/// Statistics of the upstream's that end less long ago than this may miss the last of it.
const LAG: Duration = Duration::from_secs(60 * 60);

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// Suggestions, whatever became of them.
    Suggestions,
    /// Those that were opened.
    Opened,
    /// Those that were copied, or went to work otherwise.
    Copied,
    /// Those that were sent away.
    Dismissed,
    /// Those that were rated.
    Rated,
}

impl Measure {
    /// Every measure.
    pub const ALL: [Self; 5] = [
        Self::Suggestions,
        Self::Opened,
        Self::Copied,
        Self::Dismissed,
        Self::Rated,
    ];

    /// The name used in output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Suggestions => "suggestions",
            Self::Opened => "opened",
            Self::Copied => "copied",
            Self::Dismissed => "dismissed",
            Self::Rated => "rated",
        }
    }

    fn of(self, tally: &Tally) -> u64 {
        match self {
            Self::Suggestions => tally.emitted,
            Self::Opened => tally.opened,
            Self::Copied => tally.adopted,
            Self::Dismissed => tally.dismissed,
            Self::Rated => tally.rated,
        }
    }
}

/// A count of the upstream's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UpstreamCount {
    /// What the suggestions are; `None` for a type that we do not know.
    pub kind: Option<Kind>,
    /// What is counted of them.
    pub measure: Measure,
    /// Distinct suggestions.
    pub suggestions: u64,
}

/// Ours of one kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OurCount {
    /// What the suggestions are.
    pub kind: Option<Kind>,
    /// What became of them.
    pub tally: Tally,
}

impl OurCount {
    /// What the ledger counted of one conversation, apart by kind.
    pub fn of(counted: &GroupTally) -> Self {
        let kind = match &counted.group {
            Group::Named(name) => Kind::ALL.into_iter().find(|kind| kind.as_str() == name),
            _ => None,
        };
        Self {
            kind,
            tally: counted.tally,
        }
    }
}

/// What else is known and may explain a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Circumstances {
    /// Whether the upstream is told of engagements.
    pub told: bool,
    /// Engagements that it is still to be told of.
    pub waiting: u64,
    /// Engagements that were given up: refused, or nobody knows whether they arrived.
    pub given_up: u64,
    /// Ours that a fallback brought, of which the upstream's assistant knows nothing.
    pub from_fallbacks: u64,
    /// The end of the time compared.
    pub until: Timestamp,
    /// The time now.
    pub now: Timestamp,
}

/// What may explain a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// The upstream is not told of engagements.
    NotTold,
    /// It is still to be told of some.
    Waiting,
    /// Some were given up.
    GivenUp,
    /// Some of ours came from a fallback.
    Fallbacks,
    /// Its statistics lag behind, and the time compared has hardly ended.
    Lag,
    /// Suggestions were made in conversations that nobody asked us about, or were held back.
    NotGivenOut,
    /// Other clients, such as the upstream's own desktop, engaged with them.
    OtherClients,
    /// None that is known here.
    Unexplained,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 8] = [
        Self::NotTold,
        Self::Waiting,
        Self::GivenUp,
        Self::Fallbacks,
        Self::Lag,
        Self::NotGivenOut,
        Self::OtherClients,
        Self::Unexplained,
    ];

    /// The name used in output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotTold => "not_told",
            Self::Waiting => "waiting",
            Self::GivenUp => "given_up",
            Self::Fallbacks => "fallbacks",
            Self::Lag => "lag",
            Self::NotGivenOut => "not_given_out",
            Self::OtherClients => "other_clients",
            Self::Unexplained => "unexplained",
        }
    }
}

/// One count of ours beside the upstream's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What the suggestions are; `None` for a type that we do not know.
    pub kind: Option<Kind>,
    /// What is counted.
    pub measure: Measure,
    /// Ours.
    pub ours: u64,
    /// The upstream's.
    pub theirs: u64,
    /// What may explain that they differ, the likeliest first; empty where they do not.
    pub reasons: Vec<Reason>,
}

/// Our counts beside the upstream's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// Each count that is not zero on both sides, by kind and measure.
    pub rows: Vec<Difference>,
}

impl Comparison {
    /// Compares `ours` with `theirs`, of the same time.
    pub fn of(
        ours: impl IntoIterator<Item = OurCount>,
        theirs: impl IntoIterator<Item = UpstreamCount>,
        circumstances: &Circumstances,
    ) -> Self {
        let mut counts: BTreeMap<(&str, Measure), (Option<Kind>, u64, u64)> = BTreeMap::new();
        let key = |kind: Option<Kind>, measure| (kind.map_or("", Kind::as_str), measure);
        for OurCount { kind, tally } in ours {
            for measure in Measure::ALL {
                let count = counts.entry(key(kind, measure)).or_default();
                *count = (kind, count.1 + measure.of(&tally), count.2);
            }
        }
        for count in theirs {
            let both = counts.entry(key(count.kind, count.measure)).or_default();
            *both = (count.kind, both.1, both.2 + count.suggestions);
        }
        let told = counts
            .into_iter()
            .filter(|(_, (_, ours, theirs))| *ours > 0 || *theirs > 0);
        let rows = told.map(|((_, measure), (kind, ours, theirs))| Difference {
            kind,
            measure,
            ours,
            theirs,
            reasons: circumstances.explain(measure, ours, theirs),
        });
        Self {
            rows: rows.collect(),
        }
    }

    /// Whether every count agrees.
    pub fn agrees(&self) -> bool {
        self.rows.iter().all(|row| row.ours == row.theirs)
    }
}

impl Circumstances {
    fn explain(&self, measure: Measure, ours: u64, theirs: u64) -> Vec<Reason> {
        let engaged = measure != Measure::Suggestions;
        let lags = self.now.since(self.until).is_none_or(|ago| ago < LAG);
        let likely: &[(Reason, bool)] = match ours.cmp(&theirs) {
            Ordering::Equal => return Vec::new(),
            Ordering::Greater => &[
                (Reason::NotTold, engaged && !self.told),
                (Reason::Waiting, engaged && self.waiting > 0),
                (Reason::GivenUp, engaged && self.given_up > 0),
                (Reason::Fallbacks, self.from_fallbacks > 0),
                (Reason::Lag, lags),
            ],
            Ordering::Less => &[(Reason::OtherClients, engaged), (Reason::NotGivenOut, true)],
        };
        let applying = likely.iter().filter(|(_, applies)| *applies);
        let mut reasons: Vec<Reason> = applying.map(|(reason, _)| *reason).collect();
        if reasons.is_empty() {
            reasons.push(Reason::Unexplained);
        }
        reasons
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_767_603_600_000);

    fn calm() -> Circumstances {
        Circumstances {
            told: true,
            waiting: 0,
            given_up: 0,
            from_fallbacks: 0,
            until: NOW.minus(LAG),
            now: NOW,
        }
    }

    fn ours(kind: Kind, emitted: u64, adopted: u64) -> OurCount {
        OurCount {
            kind: Some(kind),
            tally: Tally {
                emitted,
                displayed: emitted,
                adopted,
                ..Tally::default()
            },
        }
    }

    fn theirs(kind: Kind, measure: Measure, suggestions: u64) -> UpstreamCount {
        UpstreamCount {
            kind: Some(kind),
            measure,
            suggestions,
        }
    }

    /// Two conversations; the platform's own desktop was used for a third suggestion.
    #[test]
    fn a_worked_example() {
        let told = Comparison::of(
            [
                ours(Kind::KnowledgeSearch, 4, 2),
                ours(Kind::KnowledgeSearch, 2, 0),
                ours(Kind::Script, 1, 1),
            ],
            [
                theirs(Kind::KnowledgeSearch, Measure::Suggestions, 9),
                theirs(Kind::KnowledgeSearch, Measure::Copied, 3),
                theirs(Kind::Script, Measure::Suggestions, 1),
            ],
            &Circumstances {
                waiting: 1,
                ..calm()
            },
        );
        let rows: Vec<_> = told
            .rows
            .iter()
            .map(|row| (row.measure, row.ours, row.theirs, &*row.reasons))
            .collect();
        use Reason::{NotGivenOut, OtherClients, Waiting};
        assert_eq!(
            rows,
            [
                (Measure::Suggestions, 6, 9, &[NotGivenOut][..]),
                (Measure::Copied, 2, 3, &[OtherClients, NotGivenOut]),
                (Measure::Suggestions, 1, 1, &[]),
                (Measure::Copied, 1, 0, &[Waiting]),
            ]
        );
        assert!(!told.agrees());
    }

    #[test]
    fn what_is_missing_upstream_is_explained_by_what_is_known() {
        let reasons = |circumstances: Circumstances| {
            let told = Comparison::of([ours(Kind::Faq, 0, 1)], [], &circumstances);
            told.rows[0].reasons.clone()
        };
        assert_eq!(reasons(calm()), [Reason::Unexplained]);
        let all = Circumstances {
            told: false,
            waiting: 1,
            given_up: 1,
            from_fallbacks: 1,
            until: NOW,
            ..calm()
        };
        use Reason::{Fallbacks, GivenUp, Lag, NotTold, Waiting};
        assert_eq!(reasons(all), [NotTold, Waiting, GivenUp, Fallbacks, Lag]);
    }

    #[test]
    fn types_that_we_do_not_know_are_compared_among_themselves() {
        let unknown = UpstreamCount {
            kind: None,
            ..theirs(Kind::Faq, Measure::Suggestions, 2)
        };
        let told = Comparison::of([], [unknown, unknown], &calm());
        assert_eq!((told.rows[0].kind, told.rows[0].theirs), (None, 4));
    }

    proptest! {
        #[test]
        fn rows_differ_where_they_are_explained_and_nothing_is_lost(
            ours_of in prop::collection::vec((0_usize..9, 0_u64..5, 0_u64..5), 0..12),
            theirs_of in prop::collection::vec((0_usize..9, 0_usize..5, 0_u64..5), 0..12),
            told: bool, waiting in 0_u64..2, fallbacks in 0_u64..2,
        ) {
            let circumstances = Circumstances { told, waiting, from_fallbacks: fallbacks, ..calm() };
            let ours_of: Vec<OurCount> = ours_of
                .into_iter()
                .map(|(kind, emitted, adopted)| ours(Kind::ALL[kind], emitted, adopted))
                .collect();
            let theirs_of: Vec<UpstreamCount> = theirs_of
                .into_iter()
                .map(|(kind, measure, count)| theirs(Kind::ALL[kind], Measure::ALL[measure], count))
                .collect();
            let told = Comparison::of(ours_of.clone(), theirs_of.clone(), &circumstances);
            for row in &told.rows {
                prop_assert_eq!(row.reasons.is_empty(), row.ours == row.theirs);
            }
            for measure in Measure::ALL {
                let rows = || told.rows.iter().filter(|row| row.measure == measure);
                let ours: u64 = ours_of.iter().map(|count| measure.of(&count.tally)).sum();
                prop_assert_eq!(rows().map(|row| row.ours).sum::<u64>(), ours);
                let counted = theirs_of.iter().filter(|count| count.measure == measure);
                let theirs: u64 = counted.map(|count| count.suggestions).sum();
                prop_assert_eq!(rows().map(|row| row.theirs).sum::<u64>(), theirs);
            }
        }
    }
}
