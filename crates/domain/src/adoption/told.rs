//! What the upstream is told of an engagement, in the few words that it knows.

use super::event::EngagementKind;

/// What an agent did with a suggestion, as the upstream distinguishes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ToldAct {
    /// Opened it.
    Opened,
    /// Copied it, or used it otherwise: there is no further word.
    Copied,
    /// Sent it away.
    Dismissed,
    /// Found it helpful.
    RatedPositive,
    /// Found it unhelpful.
    RatedNegative,
}

impl ToldAct {
    /// Every act.
    pub const ALL: [Self; 5] = [
        Self::Opened,
        Self::Copied,
        Self::Dismissed,
        Self::RatedPositive,
        Self::RatedNegative,
    ];

    /// What is told of `kind`; nothing of what the upstream did itself, and of what it has no word for.
    pub const fn of(kind: EngagementKind) -> Option<Self> {
        match kind {
            EngagementKind::Opened => Some(Self::Opened),
            EngagementKind::Copied | EngagementKind::Inserted | EngagementKind::Used => {
                Some(Self::Copied)
            }
            EngagementKind::Dismissed => Some(Self::Dismissed),
            EngagementKind::RatedPositive => Some(Self::RatedPositive),
            EngagementKind::RatedNegative => Some(Self::RatedNegative),
            EngagementKind::Emitted | EngagementKind::Displayed | EngagementKind::Accepted => None,
        }
    }

    /// The name used in records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Copied => "copied",
            Self::Dismissed => "dismissed",
            Self::RatedPositive => "rated_positive",
            Self::RatedNegative => "rated_negative",
        }
    }

    /// The act of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.as_str() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_went_to_work_is_told_as_copied_and_what_was_only_seen_is_not() {
        for kind in EngagementKind::ALL {
            let told = ToldAct::of(kind);
            let is_ours = kind.is_adoption() && kind != EngagementKind::Accepted;
            assert_eq!(told == Some(ToldAct::Copied), is_ours, "{kind:?}");
        }
        let untold = EngagementKind::ALL
            .into_iter()
            .filter(|kind| ToldAct::of(*kind).is_none());
        let untold: Vec<&str> = untold.map(EngagementKind::as_str).collect();
        assert_eq!(untold, ["emitted", "displayed", "accepted"]);
    }

    #[test]
    fn acts_have_names_of_their_own() {
        for act in ToldAct::ALL {
            assert_eq!(ToldAct::from_name(act.as_str()), Some(act));
        }
    }
}
