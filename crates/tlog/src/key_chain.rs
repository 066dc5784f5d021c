//! Which keys may sign for a log, by those that somebody trusts and by what these say of others.

use crate::{Checkpoint, HandOver, SignedNote, VerifierKey};

/// Keys of a log: those that were given, and those that [hand-overs](HandOver) lead to from them.
///
/// From a key one gets to those before it and to those behind it, never from an earlier one to what
/// else that one has handed over to: whoever finds a key that was given up years ago must not be able
/// to name its successor. A key that was not given counts up to the state at which it gave way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyChain {
    given: Vec<VerifierKey>,
    followed: Vec<Followed>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Followed {
    key: VerifierKey,
    /// The largest log that it may speak of; `None` while it has not given way.
    until: Option<u64>,
}

impl KeyChain {
    /// Of the keys `given`, in a log with these `hand_overs`.
    pub fn new(given: Vec<VerifierKey>, hand_overs: &[HandOver]) -> Self {
        let mut chain = Self {
            given,
            followed: Vec::new(),
        };
        let before = chain.reach(hand_overs, HandOver::new_key, HandOver::old_key);
        let behind = chain.reach(hand_overs, HandOver::old_key, HandOver::new_key);
        let all: Vec<&VerifierKey> = chain.given.iter().chain(&before).chain(&behind).collect();
        let until = |key: &VerifierKey| {
            let gave_way = hand_overs.iter().filter(|hand_over| {
                hand_over.old_key() == key && all.contains(&hand_over.new_key())
            });
            gave_way.map(|hand_over| hand_over.head().size).max()
        };
        let followed = before.iter().chain(&behind).map(|key| Followed {
            key: key.clone(),
            until: until(key),
        });
        chain.followed = followed.collect();
        chain
    }

    /// What is reached from the given keys, one hand-over after the other.
    fn reach(
        &self,
        hand_overs: &[HandOver],
        from: fn(&HandOver) -> &VerifierKey,
        to: fn(&HandOver) -> &VerifierKey,
    ) -> Vec<VerifierKey> {
        let mut reached = self.given.clone();
        let mut next = 0;
        while let Some(key) = reached.get(next).cloned() {
            next += 1;
            for hand_over in hand_overs.iter().filter(|each| *from(each) == key) {
                if !reached.contains(to(hand_over)) {
                    reached.push(to(hand_over).clone());
                }
            }
        }
        reached.split_off(self.given.len())
    }

    /// Whether there is no key at all.
    pub fn is_empty(&self) -> bool {
        self.given.is_empty()
    }

    /// What `note` says of the log of one of the keys, if that one has signed it and may.
    pub fn open(&self, note: &SignedNote) -> Option<Checkpoint> {
        // The log is called as its key is.
        let open =
            |key: &VerifierKey| Checkpoint::open(note, key.name(), std::slice::from_ref(key)).ok();
        let followed = || {
            let mut opened = self.followed.iter().filter_map(|followed| {
                let checkpoint = open(&followed.key)?;
                let size = checkpoint.head().size;
                followed
                    .until
                    .is_none_or(|until| size <= until)
                    .then_some(checkpoint)
            });
            opened.next()
        };
        self.given.iter().find_map(open).or_else(followed)
    }
}
