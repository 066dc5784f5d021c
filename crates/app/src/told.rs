//! What the audit log tells whole already: a record that would repeat it names that one instead.

use std::fmt;
use std::ptr;
use std::sync::{Arc, Weak};
use std::time::Duration;

use agent_assist_domain::audit::{ContentDigest, ShownAs};
use agent_assist_domain::cache::AnswerKey;
use agent_assist_domain::screening::Screened;
use agent_assist_domain::time::Timestamp;
use quick_cache::sync::Cache;

/// Answers kept in mind at most; one that is forgotten is told whole again.
const ANSWERS: usize = 10_000;

/// How far back a record may refer. It saves hardly more if it reaches further, and whoever reads a
/// record finds what it refers to close by, in the same archive or the one before.
const REACH: Duration = Duration::from_secs(60 * 60);

/// The records that tell answers whole, the last of each.
pub(crate) struct Told(Cache<AnswerKey, Whole>);

/// A record that tells an answer whole.
#[derive(Clone)]
struct Whole {
    shown_as: ShownAs,
    at: Timestamp,
    /// What it tells. Whoever gives out the very same need not look into it.
    content: Weak<Screened>,
}

impl Told {
    /// Nothing has been told yet.
    pub(crate) fn new() -> Self {
        Self(Cache::new(ANSWERS))
    }

    /// Where this content is told as the answer of `key`, if it is the very one that was.
    pub(crate) fn find(
        &self,
        key: &AnswerKey,
        content: &Arc<Screened>,
        now: Timestamp,
    ) -> Option<ShownAs> {
        let whole = self.within_reach(key, now)?;
        ptr::eq(whole.content.as_ptr(), Arc::as_ptr(content)).then_some(whole.shown_as)
    }

    /// Where content that looks like `digest` is told as the answer of `key`.
    pub(crate) fn find_equal(
        &self,
        key: &AnswerKey,
        digest: ContentDigest,
        content: &Arc<Screened>,
        now: Timestamp,
    ) -> Option<ShownAs> {
        let whole = self.within_reach(key, now)?;
        if whole.shown_as.digest != digest {
            return None;
        }
        let shown_as = whole.shown_as.clone();
        let content = Arc::downgrade(content);
        self.0.insert(*key, Whole { content, ..whole });
        Some(shown_as)
    }

    /// The record of `shown_as`, of that time, tells `content` whole.
    pub(crate) fn note(
        &self,
        key: AnswerKey,
        shown_as: ShownAs,
        content: &Arc<Screened>,
        at: Timestamp,
    ) {
        let content = Arc::downgrade(content);
        self.0.insert(
            key,
            Whole {
                shown_as,
                at,
                content,
            },
        );
    }

    fn within_reach(&self, key: &AnswerKey, now: Timestamp) -> Option<Whole> {
        let whole = self.0.get(key)?;
        let age = now.since(whole.at)?;
        (age < REACH).then_some(whole)
    }
}

impl fmt::Debug for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Told({})", self.0.len())
    }
}
