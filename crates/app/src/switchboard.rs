//! What is switched off, at hand for every request: read from the port at most once a second.
//!
//! A switch turned by this process counts at once, one turned by another within a second. While
//! the store cannot be read the last reading holds: a request needs the store for its record
//! anyway, so nothing is shown behind a store that is gone for good. Nobody waits for a reading
//! beyond the time of its request.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use agent_assist_domain::assist::{Off, SwitchChange};
use agent_assist_domain::ports::{AssistSwitch, StoreError};
use agent_assist_domain::time::Deadline;
use tokio::time::{Instant, timeout_at};

use crate::error::Chain;

/// How old a reading may be.
const MAX_AGE: Duration = Duration::from_secs(1);

/// The switches of one tenant.
#[derive(Debug)]
pub(crate) struct Switchboard {
    tenant: Arc<str>,
    switch: Arc<dyn AssistSwitch>,
    last: Mutex<Option<Reading>>,
    /// Held by the one who reads; the others go on with the last reading.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Clone, Debug)]
struct Reading {
    at: Instant,
    off: Arc<[Off]>,
}

impl Switchboard {
    /// The switches of `tenant` behind `switch`.
    pub(crate) fn new(tenant: Arc<str>, switch: Arc<dyn AssistSwitch>) -> Self {
        Self {
            tenant,
            switch,
            last: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        }
    }

    /// What is off, as of a second ago at most; as of the last reading if another takes longer than
    /// until `deadline`.
    pub(crate) async fn off(&self, deadline: Deadline) -> Arc<[Off]> {
        let last = self.last().clone();
        if let Some(reading) = &last
            && reading.at.elapsed() < MAX_AGE
        {
            return Arc::clone(&reading.off);
        }
        let known = last.map(|reading| reading.off);
        let read = self.take_turn(known.clone());
        timeout_at(deadline.instant().into(), read)
            .await
            .unwrap_or_else(|_| known.unwrap_or_default())
    }

    /// Turns a switch.
    ///
    /// # Errors
    /// If the store fails.
    pub(crate) async fn set(&self, change: &SwitchChange) -> Result<bool, StoreError> {
        let changed = self.switch.set(&self.tenant, change).await?;
        *self.last() = None;
        Ok(changed)
    }

    /// Reads, or goes on with what is `known` where somebody else is at it.
    async fn take_turn(&self, known: Option<Arc<[Off]>>) -> Arc<[Off]> {
        let _turn = match (self.turn.try_lock(), known) {
            (Ok(turn), _) => turn,
            (Err(_), Some(known)) => return known,
            (Err(_), None) => self.turn.lock().await,
        };
        self.read().await
    }

    async fn read(&self) -> Arc<[Off]> {
        // Somebody else may have read while this caller waited for its turn.
        if let Some(reading) = self.last().clone()
            && reading.at.elapsed() < MAX_AGE
        {
            return reading.off;
        }
        let read = self.switch.off(&self.tenant).await;
        let mut last = self.last();
        let off: Arc<[Off]> = match read {
            Ok(off) => off.into(),
            Err(error) => {
                tracing::warn!(error = %Chain(&error), "the switches cannot be read");
                last.take().map_or_else(Arc::default, |reading| reading.off)
            }
        };
        let reading = last.insert(Reading {
            at: Instant::now(),
            off,
        });
        Arc::clone(&reading.off)
    }

    fn last(&self) -> MutexGuard<'_, Option<Reading>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
