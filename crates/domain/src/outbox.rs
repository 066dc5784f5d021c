//! What waits to be delivered to somewhere else, as the port [`Outbox`](crate::ports::Outbox) keeps
//! it: items, the tickets of those who deliver them, and what became of each.

use crate::time::Timestamp;

/// Something to deliver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxItem {
    /// Unique within the destination; the same identifier again is the same item.
    pub id: String,
    /// Order is kept within a lane: one that fails holds back those behind it in its own. Empty for
    /// the only one of a destination that has one.
    pub lane: String,
    /// When what it tells of happened.
    pub at: Timestamp,
    /// What to deliver, in the destination's own notation. No unmasked text, no secret.
    pub body: String,
}

/// How far a numbered source was looked through for the items of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// How far it had been before, as the caller knows it; `None` if never.
    pub after: Option<u64>,
    /// How far it is now, whether there was anything to keep or not.
    pub upto: u64,
}

/// What came of a call to enqueue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enqueued {
    /// All of it is kept; so many items were not there yet.
    Kept(u32),
    /// Nothing was changed: somebody else has looked through the source up to here.
    Overtaken(Option<u64>),
}

/// For how long, and how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaseTerms {
    /// The time now.
    pub now: Timestamp,
    /// When items that were not settled come back.
    pub until: Timestamp,
    /// At most so many items.
    pub limit: u32,
}

/// Whose turn it is to deliver an item. Of two deliverers with tickets for one item the later one's
/// counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ticket {
    /// Place in the outbox; a later item has a higher one.
    pub position: u64,
    /// How often the item has been leased.
    pub lease: u64,
}

/// An item to deliver now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leased {
    /// To settle it with.
    pub ticket: Ticket,
    /// What to deliver.
    pub item: OutboxItem,
    /// How many attempts have failed.
    pub attempts: u32,
    /// An earlier lease ran out without a word: whether it was delivered is not known. What must not
    /// arrive twice is not to be sent then.
    pub unsettled: bool,
}

/// What became of a leased item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It has arrived, and is forgotten.
    Delivered,
    /// An attempt failed; the next is not before `at`.
    Retry {
        /// When.
        at: Timestamp,
        /// Why it failed: words of ours, such as `status 503`.
        why: String,
    },
    /// It is not tried any more, and kept for somebody to look at.
    Dead {
        /// Why.
        why: String,
    },
    /// It was not tried, and is due as before.
    Returned,
}

/// An item that is not tried any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadItem {
    /// Its place.
    pub position: u64,
    /// What was to be delivered.
    pub item: OutboxItem,
    /// How many attempts failed.
    pub attempts: u32,
    /// Why it was given up.
    pub why: String,
    /// When.
    pub died_at: Timestamp,
}

/// Nothing is leased of a destination that is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Since when.
    pub since: Timestamp,
    /// Why, in words of ours.
    pub why: String,
}

/// How a destination stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// Items that wait, leased ones among them.
    pub waiting: u64,
    /// Items that are not tried any more.
    pub dead: u64,
    /// When the oldest item that waits happened.
    pub oldest: Option<Timestamp>,
    /// When the first item of some lane is due, or its lease runs out: before that there is nothing to
    /// lease. In the past if there is now.
    pub next_due: Option<Timestamp>,
    /// How far its source was looked through; `None` if never.
    pub cursor: Option<u64>,
    /// Since when no attempt has succeeded; `None` if the last one did, or there was none.
    pub failing_since: Option<Timestamp>,
    /// Whether it is held.
    pub held: Option<Held>,
}
