//! What a record says of the content of an answer: all of it, or where it stands already.

use std::sync::Arc;

use agent_assist_domain::answer::{CacheInfo, CacheStatus};
use agent_assist_domain::audit::{ContentDigest, FetchFacts, Seq, ShownAs};
use agent_assist_domain::batch::UpstreamFacts;
use agent_assist_domain::screening::Screened;
use agent_assist_domain::time::Timestamp;

use super::Service;
use super::walk::Walk;

/// How content was come by that is to be recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Occasion {
    /// It answers somebody.
    Answer,
    /// It renews what is remembered.
    Refresh,
}

/// The facts of content, and what to keep in mind of them once they are recorded.
pub(super) struct Telling {
    pub(super) facts: FetchFacts,
    /// Of content that is told whole.
    digest: Option<ContentDigest>,
}

impl Service {
    /// The facts of `screened`. What was remembered, and what a renewal brought, names the record that
    /// has the same content whole, if there is one; what the upstream gave as an answer is told whole.
    pub(super) fn tell(
        &self,
        walk: &Walk,
        occasion: Occasion,
        screened: &Arc<Screened>,
        cache: CacheInfo,
        upstream: UpstreamFacts,
        latency_us: u64,
    ) -> Telling {
        let (key, now) = (&walk.owner.key, self.clock.now());
        // Where there is nothing in it, saying so is shorter.
        let has_content = !screened.kept().is_empty() || !screened.rejected().is_empty();
        let may_repeat = occasion == Occasion::Refresh
            || matches!(cache.status, CacheStatus::Hit | CacheStatus::Stale);
        let repeating = |shown_as, upstream| Telling {
            facts: FetchFacts::repeating(screened, shown_as, latency_us, cache, upstream),
            digest: None,
        };
        if may_repeat
            && has_content
            && let Some(shown_as) = self.told.find(key, screened, now)
        {
            return repeating(shown_as, upstream);
        }
        let facts = FetchFacts::of(screened, latency_us, cache, upstream);
        let digest = has_content.then(|| facts.content_digest(walk.scope.policy_version()));
        if may_repeat
            && let Some(digest) = digest
            && let Some(shown_as) = self.told.find_equal(key, digest, screened, now)
        {
            return repeating(shown_as, facts.upstream);
        }
        Telling { facts, digest }
    }

    /// Keeps in mind that record `seq`, of about that time, tells `screened` whole, if it does.
    pub(super) fn note_told(
        &self,
        walk: &Walk,
        digest: Option<ContentDigest>,
        screened: &Arc<Screened>,
        seq: Seq,
        at: Timestamp,
    ) {
        if let Some(digest) = digest {
            let shown_as = ShownAs {
                seq,
                request_id: walk.request_id.clone(),
                digest,
            };
            self.told.note(walk.owner.key, shown_as, screened, at);
        }
    }
}

impl Telling {
    /// The facts, and what to [keep in mind](Service::note_told).
    pub(super) fn into_parts(self) -> (FetchFacts, Option<ContentDigest>) {
        (self.facts, self.digest)
    }
}
