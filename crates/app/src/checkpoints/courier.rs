//! Takes checkpoints off the host, without anybody waiting for it.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use agent_assist_domain::ports::CheckpointSink;
use async_trait::async_trait;
use futures_util::future::join_all;
use tokio::sync::{Notify, watch};
use tokio::time::{sleep, timeout};

use crate::error::Chain;

/// Longest attempt.
const PATIENCE: Duration = Duration::from_secs(5);

/// Between two attempts: at first, and at most.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// How long a program that ends waits for its last checkpoint.
const LAST_WAIT: Duration = Duration::from_secs(2);

/// A checkpoint could not be handed over.
#[derive(Debug, thiserror::Error)]
#[error("the checkpoint was not taken")]
pub struct DeliveryError(#[source] pub Box<dyn Error + Send + Sync>);

/// A place off the host.
///
/// # Contract
/// - When `deliver` returns the checkpoint is there, as far as the way of sending tells.
/// - The same checkpoint may come twice. Dropping the future gives the attempt up.
#[async_trait]
pub trait Destination: fmt::Debug + Send + Sync + 'static {
    /// What it is called in logs and metrics.
    fn name(&self) -> &'static str;

    /// Hands `note` over.
    async fn deliver(&self, note: &str) -> Result<(), DeliveryError>;
}

type Note = Option<Arc<str>>;

/// Carries the newest checkpoint to every destination, each in its own time: what could not be
/// delivered gives way to what is newer, which says all that it said. What has not arrived when the
/// courier is dropped is not tried again.
#[derive(Debug)]
pub struct Courier {
    newest: watch::Sender<Note>,
    /// Wakes whoever waits for the next attempt.
    hurry: Arc<Notify>,
    arrived: Vec<watch::Receiver<Note>>,
}

impl Courier {
    /// Starts carrying. Inside a runtime.
    pub fn start(destinations: Vec<Arc<dyn Destination>>) -> Self {
        let (newest, offered) = watch::channel(None);
        let hurry = Arc::new(Notify::new());
        let start = |destination| {
            let (arrives, arrived) = watch::channel(None);
            let hurry = Arc::clone(&hurry);
            tokio::spawn(carry(destination, offered.clone(), arrives, hurry));
            arrived
        };
        let arrived = destinations.into_iter().map(start).collect();
        Self {
            newest,
            hurry,
            arrived,
        }
    }
}

#[async_trait]
impl CheckpointSink for Courier {
    fn offer(&self, note: &str) {
        self.newest.send_if_modified(|newest| {
            let is_new = newest.as_deref() != Some(note);
            if is_new {
                *newest = Some(note.into());
            }
            is_new
        });
    }

    async fn settle(&self) {
        let newest = self.newest.borrow().clone();
        // There may be no other time to try again.
        self.hurry.notify_waiters();
        let all = self.arrived.iter().cloned().map(|mut arrived| {
            let newest = newest.clone();
            // An error means that the task is gone, and nothing will arrive any more.
            async move { arrived.wait_for(|note| *note == newest).await.is_ok() }
        });
        if timeout(LAST_WAIT, join_all(all)).await.is_err() {
            tracing::warn!("the last checkpoint has not arrived everywhere; the next will");
        }
    }
}

async fn carry(
    destination: Arc<dyn Destination>,
    mut newest: watch::Receiver<Note>,
    arrives: watch::Sender<Note>,
    hurry: Arc<Notify>,
) {
    let name = destination.name();
    while newest.changed().await.is_ok() {
        let mut pause = FIRST_PAUSE;
        loop {
            let Some(note) = newest.borrow_and_update().clone() else {
                break;
            };
            match timeout(PATIENCE, destination.deliver(&note)).await {
                Ok(Ok(())) => {
                    count("agent_assist_checkpoints_delivered_total", name);
                    arrives.send_replace(Some(note));
                    break;
                }
                Ok(Err(error)) => {
                    tracing::warn!(destination = name, error = %Chain(&error), "a checkpoint was not delivered");
                }
                Err(_) => {
                    tracing::warn!(destination = name, "a checkpoint was not delivered in time");
                }
            }
            count("agent_assist_checkpoint_failures_total", name);
            tokio::select! {
                () = sleep(pause) => {}
                () = hurry.notified() => {}
            }
            if newest.has_changed().is_err() {
                return;
            }
            pause = LONGEST_PAUSE.min(pause * 2);
        }
    }
}

fn count(metric: &'static str, destination: &'static str) {
    metrics::counter!(metric, "destination" => destination).increment(1);
}
