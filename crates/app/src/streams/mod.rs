//! Conversations told as they go: what is new, to everybody who listens, without anybody asking again.
//!
//! ```text
//! fetch -> join ----> hub [watch -> news -> window] -> subscriptions, each at its own pace
//!          resume --> the same, behind the event that was had last
//! ```
//!
//! Whoever begins to listen has fetched before, so that a request that gets nothing is told so, and each
//! beginning is on record under its own request. The hub is started by the first, tells the others what
//! its watch brings, and goes on for a while after the last has left: clients come back. There is one for
//! all who ask the same in every respect, who asks included, since the records of its fetches say who
//! they were for; hubs of one answer share the calls upstream like other callers.
//!
//! What is told was audited and looked at by the fetch that brought it. To tell it to a client that comes
//! back is no new exposure and leaves no record.

mod event;
mod hub;
mod news;
mod subscription;
mod window;

pub use event::{Event, EventId, EventKind};
pub use subscription::{Delivery, Subscription};
pub use window::Room;

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use agent_assist_domain::payload::{RawField, RawRequest};
use agent_assist_domain::ports::Clock;
use tokio_util::sync::{CancellationToken, DropGuard};

use self::hub::Hub;
use self::window::{Share, Window};
use crate::fetch::{FetchOptions, FetchOutcome, FetchService};
use crate::ids::Ids;

/// How long a hub that nobody listens to goes on.
const LINGER: Duration = Duration::from_secs(60);

/// What a [`StreamService`] needs.
#[derive(Clone, Debug)]
pub struct StreamParts {
    /// Fetches what is told.
    pub fetch: FetchService,
    /// How.
    pub options: FetchOptions,
    /// How much is kept of streams.
    pub room: Room,
    /// Where there are more hubs than this, those that nobody listens to end at once.
    pub most_hubs: usize,
    /// The wall clock.
    pub clock: Arc<dyn Clock>,
    /// Names of hubs.
    pub ids: Ids,
}

/// Streams of conversations. Cheap to clone; when the last clone is dropped its hubs end.
#[derive(Clone, Debug)]
pub struct StreamService {
    inner: Arc<Inner>,
    _ending: Arc<DropGuard>,
}

#[derive(Debug)]
struct Inner {
    parts: StreamParts,
    /// By conversation: there are few of each.
    hubs: Mutex<HashMap<String, Vec<Arc<Hub>>>>,
    /// How many there are.
    count: Arc<AtomicUsize>,
    ending: CancellationToken,
    leaving: CancellationToken,
    broken: CancellationToken,
}

impl StreamService {
    /// Streams over `parts`.
    pub fn new(parts: StreamParts) -> Self {
        let ending = CancellationToken::new();
        Self {
            inner: Arc::new(Inner {
                parts,
                hubs: Mutex::default(),
                count: Arc::default(),
                ending: ending.clone(),
                leaving: CancellationToken::new(),
                broken: CancellationToken::new(),
            }),
            _ending: Arc::new(ending.drop_guard()),
        }
    }

    /// Asks those who listen to leave, and to come back to whatever takes the place of this.
    pub fn leave(&self) {
        self.inner.leaving.cancel();
    }

    /// Cancelled once those who listen should [leave](Self::leave).
    pub fn leaving(&self) -> &CancellationToken {
        &self.inner.leaving
    }

    /// Cancelled once a fetch of a hub has found that the store takes nothing any more.
    pub fn broken(&self) -> &CancellationToken {
        &self.inner.broken
    }

    /// Reads on behind `event`, for whoever asks the same as before. `None` if no hub knows that event:
    /// then they must [begin anew](Self::join).
    pub fn resume(&self, raw: &RawRequest, event: &EventId) -> Option<Subscription> {
        let hubs = self.inner.hubs();
        let of_conversation = hubs.get(conversation_of(raw))?;
        let hub = of_conversation
            .iter()
            .find(|hub| hub.has_told(event) && hub.raw == *raw)?;
        // Counted while nobody can take it away.
        Some(Subscription::behind(Arc::clone(hub), event.position))
    }

    /// Begins to listen, to what comes after `outcome`, the answer to `raw` that was just given; how
    /// things stand comes first.
    pub fn join(&self, raw: RawRequest, outcome: &FetchOutcome) -> Subscription {
        let conversation = conversation_of(&raw).to_owned();
        let mut hubs = self.inner.hubs();
        let of_conversation = hubs.entry(conversation.clone()).or_default();
        if let Some(hub) = of_conversation.iter().find(|hub| hub.raw == raw) {
            hub.compare(outcome);
            return Subscription::at_present(Arc::clone(hub));
        }
        let StreamParts {
            fetch,
            options,
            room,
            ids,
            ..
        } = &self.inner.parts;
        let watch = fetch.watch(raw.clone(), *options).behind(outcome);
        let window = Window::new(*room, Share::among(&self.inner.count));
        let hub = Arc::new(Hub::new(ids.next(), raw, window, outcome));
        of_conversation.push(Arc::clone(&hub));
        let subscription = Subscription::at_present(Arc::clone(&hub));
        let inner = Arc::clone(&self.inner);
        tokio::spawn(async move {
            tokio::select! {
                () = inner.ending.cancelled() => {}
                () = inner.left(&hub, &conversation) => {}
                never = hub.follow(watch, &*inner.parts.clock, &inner.broken) => match never {},
            }
        });
        subscription
    }
}

impl Inner {
    fn hubs(&self) -> MutexGuard<'_, HashMap<String, Vec<Arc<Hub>>>> {
        self.hubs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns once nobody has listened to `hub` for a while; nobody finds it any more then.
    async fn left(&self, hub: &Arc<Hub>, conversation: &str) {
        loop {
            let known = hub.deserted().await;
            if hub.is_heard_within(self.patience(), known).await {
                continue;
            }
            let mut hubs = self.hubs();
            // Whoever enters does so while holding this lock.
            if hub.is_deserted()
                && let Some(of_conversation) = hubs.get_mut(conversation)
            {
                of_conversation.retain(|other| !Arc::ptr_eq(other, hub));
                if of_conversation.is_empty() {
                    hubs.remove(conversation);
                }
                return;
            }
        }
    }

    /// How long a hub goes on that nobody listens to.
    fn patience(&self) -> Duration {
        match self.count.load(Ordering::Relaxed) > self.parts.most_hubs {
            true => Duration::ZERO,
            false => LINGER,
        }
    }
}

/// The conversation that is asked about, as it is said.
fn conversation_of(raw: &RawRequest) -> &str {
    match &raw.conversation_id {
        RawField::Text(text) => text,
        _ => "",
    }
}
