//! One client that listens, from its first event to its last.
//!
//! Nothing waits here for a client: it reads from what is kept of the stream for all, at the pace at which
//! its connection takes bytes, and one that takes none for too long is hung up on by the listener.

use std::convert::Infallible;
use std::future::pending;
use std::time::Duration;

use agent_assist_app::access::AccessError;
use agent_assist_app::error::Chain;
use agent_assist_app::streams::{Delivery, Subscription};
use agent_assist_domain::time::Timestamp;
use axum::response::sse::Event;
use futures_util::Stream;
use futures_util::stream::unfold;
use metrics::counter;
use serde_json::json;
use tokio::sync::watch;
use tokio::time::sleep;

use crate::auth::Seat;
use crate::state::{Asking, Shared};

/// How long a client should wait before it comes back.
const RETRY: Duration = Duration::from_secs(3);
/// After an end that all are told of at once, they come back spread over so long, in milliseconds.
const SPREAD_MS: u64 = 4_000;

/// Why there are events that the client has not had and will not get.
#[derive(Clone, Copy, Debug)]
pub(super) enum Lost {
    /// The event it names was told by nobody who is still there.
    UnknownId,
    /// What came behind it is not kept any more.
    OutsideWindow,
}

/// Why the stream ends.
#[derive(Clone, Copy, Debug)]
enum End {
    /// The daemon ends, was taken out of rotation, or answers otherwise from now on.
    Draining,
    /// The key or token has ended.
    Unauthenticated,
    /// The conversation has come to where the key or token does not reach.
    Denied,
}

/// A client that listens.
pub(super) struct Line {
    shared: Shared,
    asking: Asking,
    subscription: Subscription,
    /// Its place among those that there may be.
    _seat: Seat,
    drained: watch::Receiver<bool>,
    begun: bool,
    lost: Option<Lost>,
    ended: bool,
}

impl Line {
    pub(super) fn new(
        shared: Shared,
        asking: Asking,
        subscription: Subscription,
        seat: Seat,
        drained: watch::Receiver<bool>,
        lost: Option<Lost>,
    ) -> Self {
        Self {
            shared,
            asking,
            subscription,
            _seat: seat,
            drained,
            begun: false,
            lost,
            ended: false,
        }
    }

    /// What it hears, in order.
    pub(super) fn into_events(self) -> impl Stream<Item = Result<Event, Infallible>> + Send {
        unfold(self, async |mut line| {
            let event = line.next().await?;
            Some((Ok(event), line))
        })
    }

    async fn next(&mut self) -> Option<Event> {
        if self.ended {
            return None;
        }
        if !self.begun {
            self.begun = true;
            return Some(Event::default().retry(RETRY));
        }
        if let Some(lost) = self.lost.take() {
            return Some(resync(lost));
        }
        let silence = self.silence();
        let streams = &self.shared.services().streams;
        let delivery = tokio::select! {
            biased;
            () = self.shared.closing().cancelled() => return self.end(End::Draining),
            () = told_to_leave(&mut self.drained) => return self.end(End::Draining),
            () = streams.leaving().cancelled() => return self.end(End::Draining),
            () = streams.broken().cancelled() => {
                // Found by a fetch of nobody's, so nobody else has said so.
                self.shared.broken().cancel();
                return self.end(End::Draining);
            }
            delivery = self.subscription.next() => Some(delivery),
            () = sleep(silence) => None,
        };
        // Before each word: a key that was revoked meanwhile hears nothing more.
        if !self.stands().await {
            return self.end(End::Unauthenticated);
        }
        match delivery {
            None => Some(Event::default().comment("")),
            Some(Delivery::Resync) => Some(resync(Lost::OutsideWindow)),
            Some(Delivery::Event(event)) => {
                let told = event.queue_id.as_deref();
                let limits = &self.asking.caller.limits;
                if let Some(Err(denial)) = told.map(|queue| limits.allow_queue(Some(queue))) {
                    // What it is told is how it ends.
                    let _ = self.shared.deny(&self.asking, denial, None).await;
                    return self.end(End::Denied);
                }
                let kind = event.kind.as_str();
                counter!("agent_assist_stream_events_total", "event" => kind).increment(1);
                let said = Event::default().id(event.id.to_string()).event(kind);
                Some(said.data(&event.data))
            }
        }
    }

    /// How long it may be silent, if nothing happens: no longer than its token lives.
    fn silence(&self) -> Duration {
        let now = self.shared.services().clock.now();
        let left = |end: Timestamp| end.since(now).unwrap_or_default();
        let heartbeat = self.shared.heartbeat();
        let left = self.asking.caller.expires_at.map(left);
        left.map_or(heartbeat, |left| left.min(heartbeat))
    }

    /// Whether the caller would be let in now.
    async fn stands(&self) -> bool {
        let access = &self.shared.services().access;
        match access.stands(&self.asking.caller).await {
            Ok(()) => true,
            Err(AccessError::Unknown) => false,
            Err(AccessError::Store(error)) => {
                tracing::error!(error = %Chain(&error), "credentials cannot be looked up");
                self.shared.note(&error);
                false
            }
        }
    }

    fn end(&mut self, why: End) -> Option<Event> {
        self.ended = true;
        let reason = match why {
            End::Draining => "draining",
            End::Unauthenticated => "unauthenticated",
            End::Denied => "denied",
        };
        let bye = Event::default().event("bye").retry(self.retry());
        Some(bye.data(json!({ "reason": reason }).to_string()))
    }

    /// By the request's identifier, which is any number.
    fn retry(&self) -> Duration {
        let id = self.asking.request_id.as_str().bytes();
        let number = id.fold(0_u64, |sum, byte| {
            sum.wrapping_mul(31).wrapping_add(byte.into())
        });
        Duration::from_millis(1_000 + number % SPREAD_MS)
    }
}

fn resync(lost: Lost) -> Event {
    counter!("agent_assist_stream_events_total", "event" => "resync").increment(1);
    let reason = match lost {
        Lost::UnknownId => "unknown_id",
        Lost::OutsideWindow => "outside_window",
    };
    let data = json!({ "reason": reason }).to_string();
    Event::default().event("resync").data(data)
}

/// Returns when the daemon is taken out of rotation. One that is out already stays as it is: whoever
/// comes all the same is answered.
async fn told_to_leave(drained: &mut watch::Receiver<bool>) {
    while drained.changed().await.is_ok() {
        if *drained.borrow_and_update() {
            return;
        }
    }
    pending::<()>().await;
}
