//! Whether assist is switched off, for whom, since when and until when.
//!
//! An operator switches it off and on by hand; repeated failures peculiar to one session switch it
//! off for that session for a while. Both leave an [`Off`], one for each scope and cause, so that
//! neither overwrites the other: a pause cannot shorten what an operator decided. A store keeps
//! them behind [`AssistSwitch`](crate::ports::AssistSwitch); whether one of them concerns a
//! request is decided here, by [`off_for`].

use crate::answer::DegradedReason;
use crate::time::Timestamp;

/// For whom assist is switched. Ordered from the widest to the narrowest, then by identifier.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SwitchScope {
    /// Every request of the tenant.
    Everything,
    /// The requests of this queue, by what they say or else by what the upstream says of their
    /// conversation. Where neither is known, a request belongs to no queue.
    Queue(String),
    /// The requests of this session.
    Session(String),
}

impl SwitchScope {
    /// The scope of these words, as [`kind`](Self::kind) and [`id`](Self::id) give them.
    pub fn from_parts(kind: &str, id: Option<String>) -> Option<Self> {
        match (kind, id) {
            ("everything", None) => Some(Self::Everything),
            ("queue", Some(id)) => Some(Self::Queue(id)),
            ("session", Some(id)) => Some(Self::Session(id)),
            _ => None,
        }
    }

    /// How far it reaches, as named in stores, records and output.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::Queue(_) => "queue",
            Self::Session(_) => "session",
        }
    }

    /// Which queue or session.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Everything => None,
            Self::Queue(id) | Self::Session(id) => Some(id),
        }
    }

    /// Whether a request of this session and queue is concerned.
    pub fn covers(&self, session_id: &str, queue_id: Option<&str>) -> bool {
        match self {
            Self::Everything => true,
            Self::Queue(id) => queue_id == Some(id),
            Self::Session(id) => session_id == id,
        }
    }
}

/// Who or what turns a switch. Ordered by weight: people before the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum SwitchCause {
    /// An operator, by hand.
    Operator,
    /// Failures of one session while others had none.
    RepeatedFailures,
}

impl SwitchCause {
    /// Every cause.
    pub const ALL: [Self; 2] = [Self::Operator, Self::RepeatedFailures];

    /// The name used in stores, records and output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::RepeatedFailures => "repeated_failures",
        }
    }

    /// The cause of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cause| cause.as_str() == name)
    }

    /// How an answer withheld for this cause is labelled.
    pub const fn degraded_reason(self) -> DegradedReason {
        match self {
            Self::Operator => DegradedReason::AssistOff,
            Self::RepeatedFailures => DegradedReason::SessionPaused,
        }
    }
}

/// Assist is off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Off {
    /// For whom.
    pub scope: SwitchScope,
    /// Since when, without a break.
    pub since: Timestamp,
    /// When it comes back by itself; `None` for not before somebody switches it on.
    pub until: Option<Timestamp>,
    /// Why.
    pub cause: SwitchCause,
    /// Who said so, if known; for an operator's last word on it.
    pub by: Option<String>,
}

impl Off {
    /// Whether assist has come back by itself: from `until` on.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| until <= now)
    }
}

/// The entry for which a request of this session and queue gets no recommendations at `now`;
/// `None` if assist is on for it.
///
/// Entries that are over do not count. Everything beats a queue and a queue beats a session,
/// because the widest says most about what is going on; for one scope an operator beats a pause.
pub fn off_for<'a>(
    entries: &'a [Off],
    session_id: &str,
    queue_id: Option<&str>,
    now: Timestamp,
) -> Option<&'a Off> {
    entries
        .iter()
        .filter(|off| !off.is_over(now) && off.scope.covers(session_id, queue_id))
        .min_by_key(|off| (&off.scope, off.cause))
}

/// The position of a switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SwitchState {
    /// Assist is on.
    On,
    /// Assist is off.
    Off {
        /// When it comes back by itself, if it does.
        until: Option<Timestamp>,
    },
}

impl SwitchState {
    /// The name used in records and output.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off { .. } => "off",
        }
    }

    /// When assist comes back by itself, if it is off and does.
    pub const fn until(self) -> Option<Timestamp> {
        match self {
            Self::On => None,
            Self::Off { until } => until,
        }
    }
}

/// A turn of a switch: what is asked of a store, and what is audited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SwitchChange {
    /// When.
    pub at: Timestamp,
    /// For whom.
    pub scope: SwitchScope,
    /// To which position.
    pub to: SwitchState,
    /// Why.
    pub cause: SwitchCause,
    /// Who said so, if known.
    pub by: Option<String>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_000);

    fn off(scope: SwitchScope, until_ms: Option<i64>, cause: SwitchCause) -> Off {
        Off {
            scope,
            since: Timestamp::from_millis(0),
            until: until_ms.map(Timestamp::from_millis),
            cause,
            by: None,
        }
    }

    fn any_entry() -> impl Strategy<Value = Off> {
        let id = prop::sample::select(vec!["a", "b"]).prop_map(str::to_owned);
        let scope = prop_oneof![
            Just(SwitchScope::Everything),
            id.clone().prop_map(SwitchScope::Queue),
            id.prop_map(SwitchScope::Session),
        ];
        let until = prop::option::of(990_i64..1_010);
        let cause = prop::sample::select(SwitchCause::ALL.to_vec());
        (scope, until, cause).prop_map(|(scope, until, cause)| off(scope, until, cause))
    }

    proptest! {
        #[test]
        fn of_all_entries_that_count_the_widest_and_weightiest_is_told(
            entries in prop::collection::vec(any_entry(), 0..8),
            session in prop::sample::select(vec!["a", "c"]),
            queue in prop::sample::select(vec![None, Some("a"), Some("c")]),
        ) {
            let counts = |off: &&Off| {
                off.until.is_none_or(|until| until > NOW) && match &off.scope {
                    SwitchScope::Everything => true,
                    SwitchScope::Queue(id) => queue == Some(id.as_str()),
                    SwitchScope::Session(id) => id == session,
                }
            };
            let rank = |off: &Off| match (off.scope.kind(), off.cause) {
                ("everything", SwitchCause::Operator) => 0,
                ("everything", _) => 1,
                ("queue", SwitchCause::Operator) => 2,
                ("queue", _) => 3,
                (_, SwitchCause::Operator) => 4,
                _ => 5,
            };
            let expected = entries.iter().filter(counts).map(rank).min();
            let told = off_for(&entries, session, queue, NOW);
            prop_assert_eq!(told.map(rank), expected);
            prop_assert!(told.is_none_or(|off| counts(&off)));
        }
    }

    #[test]
    fn assist_comes_back_at_its_time_and_not_before() {
        let session = SwitchScope::Session("s".to_owned());
        let entries = [off(session, Some(1_000), SwitchCause::Operator)];
        let before = Timestamp::from_micros(NOW.as_micros() - 1);
        assert!(off_for(&entries, "s", None, before).is_some());
        assert_eq!(off_for(&entries, "s", None, NOW), None);
    }

    #[test]
    fn a_queue_of_a_sessions_name_is_another_scope() {
        let queue = SwitchScope::Queue("s".to_owned());
        let entries = [off(queue, None, SwitchCause::Operator)];
        assert_eq!(off_for(&entries, "s", None, NOW), None);
        assert!(off_for(&entries, "t", Some("s"), NOW).is_some());
    }

    #[test]
    fn a_scope_is_what_its_parts_say() {
        for scope in [
            SwitchScope::Everything,
            SwitchScope::Queue("q".to_owned()),
            SwitchScope::Session("s".to_owned()),
        ] {
            let id = scope.id().map(str::to_owned);
            assert_eq!(SwitchScope::from_parts(scope.kind(), id), Some(scope));
        }
        let with_id = SwitchScope::from_parts("everything", Some("q".to_owned()));
        assert_eq!(with_id, None);
        assert_eq!(SwitchScope::from_parts("queue", None), None);
    }
}
