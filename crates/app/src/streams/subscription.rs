//! Somebody who reads a stream, at a pace of their own.

use std::sync::Arc;

use tokio::sync::watch;

use super::event::Event;
use super::hub::Hub;
use super::window::Gone;

/// What a reader gets.
#[derive(Clone, Debug)]
pub enum Delivery {
    /// The next event.
    Event(Arc<Event>),
    /// Events that this reader has not had are not kept any more; how things stand comes next.
    Resync,
}

/// Reads a stream. Nothing is kept for it beside its place: it reads from what is kept of the stream for
/// all, and whoever is too slow for that is told so. Dropping it is leaving.
#[derive(Debug)]
pub struct Subscription {
    hub: Arc<Hub>,
    newest: watch::Receiver<u64>,
    /// Of the last event that was read.
    position: u64,
}

impl Subscription {
    /// Reads on behind `position`.
    pub(super) fn behind(hub: Arc<Hub>, position: u64) -> Self {
        hub.enter();
        Self {
            newest: hub.newest(),
            hub,
            position,
        }
    }

    /// Reads how things stand, and what comes behind it.
    pub(super) fn at_present(hub: Arc<Hub>) -> Self {
        let position = hub.present();
        Self::behind(hub, position)
    }

    /// The next event, once there is one. Dropping the future loses nothing.
    pub async fn next(&mut self) -> Delivery {
        loop {
            if let Some(delivery) = self.at_hand() {
                return delivery;
            }
            // The sender lives in the hub, so waiting cannot fail.
            let _ = self.newest.changed().await;
        }
    }

    fn at_hand(&mut self) -> Option<Delivery> {
        match self.hub.behind(self.position) {
            Ok(event) => {
                let event = event?;
                self.position = event.id.position;
                Some(Delivery::Event(event))
            }
            Err(Gone) => {
                self.position = self.hub.present();
                Some(Delivery::Resync)
            }
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.hub.leave();
    }
}
