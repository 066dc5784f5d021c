//! One conversation that is watched for all who ask the same about it.

use std::convert::Infallible;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use agent_assist_domain::payload::RawRequest;
use agent_assist_domain::ports::{Clock, StoreErrorKind};
use agent_assist_domain::time::Timestamp;
use serde::Serialize;
use tokio::sync::{Notify, watch};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::event::{Event, EventId, EventKind};
use super::news::{Seen, json, news};
use super::window::{Gone, Window};
use crate::error::Chain;
use crate::fetch::{FetchError, FetchOutcome, Watch};

/// What is told of a conversation, and who listens.
pub(super) struct Hub {
    id: Arc<str>,
    /// What its readers ask: all of it, so that records name who asked.
    pub(super) raw: RawRequest,
    told: Mutex<Told>,
    /// The position of the newest event.
    newest: watch::Sender<u64>,
    readers: watch::Sender<Readers>,
    /// Somebody knows of something newer.
    hurry: Notify,
}

#[derive(Clone, Copy, Debug, Default)]
struct Readers {
    now: usize,
    /// Also those who came and went before anybody looked.
    ever: u64,
}

struct Told {
    window: Window,
    /// The last answer that was told; `None` where whatever comes next is news.
    last: Option<Seen>,
    interrupted: bool,
}

#[derive(Serialize)]
struct Interruption {
    reason: &'static str,
    /// Milliseconds since the epoch.
    since: i64,
}

impl Hub {
    /// A hub of this name, whose first answer has just been given; what it tells is kept in `window`.
    pub(super) fn new(id: String, raw: RawRequest, window: Window, first: &FetchOutcome) -> Self {
        let hub = Self {
            id: id.into(),
            raw,
            told: Mutex::new(Told {
                window,
                last: None,
                interrupted: false,
            }),
            newest: watch::Sender::new(0),
            readers: watch::Sender::default(),
            hurry: Notify::new(),
        };
        hub.tell(first);
        hub
    }

    /// Tells what is new in each answer of `watch`, for ever.
    /// Cancels `broken` if one shows that the store takes nothing any more.
    pub(super) async fn follow(
        &self,
        mut watch: Watch,
        clock: &dyn Clock,
        broken: &CancellationToken,
    ) -> Infallible {
        loop {
            let next = tokio::select! {
                next = watch.next() => next,
                () = self.hurry.notified() => {
                    watch.hurry();
                    continue;
                }
            };
            match next {
                Ok(outcome) => self.tell(&outcome),
                Err(error) => {
                    if is_poisoned(&error) {
                        broken.cancel();
                    }
                    self.interrupt(&error, clock.now());
                }
            }
        }
    }

    /// Returns once nobody listens: how many have come until then.
    pub(super) async fn deserted(&self) -> u64 {
        let mut readers = self.readers.subscribe();
        // The sender lives in `self`, so waiting cannot fail.
        let deserted = readers.wait_for(|readers| readers.now == 0).await;
        deserted.map(|readers| readers.ever).unwrap_or_default()
    }

    /// Waits for somebody to come beside those `known`, for `patience` at most, and says whether somebody
    /// has.
    pub(super) async fn is_heard_within(&self, patience: Duration, known: u64) -> bool {
        let mut readers = self.readers.subscribe();
        let heard = timeout(patience, readers.wait_for(|readers| readers.ever != known)).await;
        heard.is_ok()
    }

    pub(super) fn is_deserted(&self) -> bool {
        self.readers.borrow().now == 0
    }

    /// Looks for an answer at once if `outcome`, which somebody else got, is another than the last.
    pub(super) fn compare(&self, outcome: &FetchOutcome) {
        let is_news = match &self.told().last {
            Some(last) => last.differs_from(&outcome.answer),
            None => true,
        };
        if is_news {
            self.hurry.notify_one();
        }
    }

    /// Whether it has told this event.
    pub(super) fn has_told(&self, event: &EventId) -> bool {
        *event.hub == *self.id && event.position <= self.told().window.newest()
    }

    /// The event behind `position`, if there is one by now.
    pub(super) fn behind(&self, position: u64) -> Result<Option<Arc<Event>>, Gone> {
        self.told().window.behind(position)
    }

    /// The position behind which how things stand is told.
    pub(super) fn present(&self) -> u64 {
        self.told().window.present()
    }

    /// The position of the newest event, as it moves on.
    pub(super) fn newest(&self) -> watch::Receiver<u64> {
        self.newest.subscribe()
    }

    pub(super) fn enter(&self) {
        self.readers.send_modify(|readers| {
            readers.now += 1;
            readers.ever += 1;
        });
    }

    pub(super) fn leave(&self) {
        self.readers.send_modify(|readers| readers.now -= 1);
    }

    fn tell(&self, outcome: &FetchOutcome) {
        let answer = &outcome.answer;
        let mut told = self.told();
        let news = news(told.last.as_ref(), answer);
        if news.is_empty() {
            return;
        }
        let queue = outcome.screened.context().queue_id.as_ref();
        for (kind, data) in news {
            let queue = queue.filter(|_| kind == EventKind::Recommendations);
            self.push(&mut told, kind, data, queue.map(|queue| queue.as_str()));
        }
        told.last = Some(Seen::of(answer));
        told.interrupted = false;
    }

    /// Said once, however long it lasts; what comes behind it is news.
    fn interrupt(&self, error: &FetchError, now: Timestamp) {
        tracing::warn!(error = %Chain(error), "a stream is interrupted");
        let mut told = self.told();
        told.last = None;
        if told.interrupted {
            return;
        }
        told.interrupted = true;
        let interruption = Interruption {
            reason: match error {
                FetchError::Source(_) => "upstream-refused",
                FetchError::Record(_) => "store-unavailable",
                // It was valid when the stream began.
                FetchError::Invalid(_) => "invalid-payload",
                // A hub is limited by nothing: each who listens is, before each event.
                FetchError::Denied(_) => "denied",
            },
            since: now.as_millis(),
        };
        self.push(&mut told, EventKind::Interrupted, json(&interruption), None);
    }

    fn push(&self, told: &mut Told, kind: EventKind, data: String, queue_id: Option<&str>) {
        told.window.push(|position| Event {
            id: EventId {
                hub: Arc::clone(&self.id),
                position,
            },
            kind,
            data: data.into(),
            queue_id: queue_id.map(Into::into),
        });
        self.newest.send_replace(told.window.newest());
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_poisoned(error: &FetchError) -> bool {
    matches!(error, FetchError::Record(error) if error.kind() == StoreErrorKind::Poisoned)
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub")
            .field("id", &self.id)
            .field("newest", &self.newest.borrow())
            .field("readers", &self.readers.borrow())
            .finish_non_exhaustive()
    }
}
