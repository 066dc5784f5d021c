//! What is switched off, at hand for every request: read from the port at most once a second.
//!
//! A switch turned by this process counts at once, one turned by another within a second. While
//! the store cannot be read the last reading holds: a request needs the store for its record
//! anyway, so nothing is shown behind a store that is gone for good. Nobody waits for a reading
//! beyond the time of its request.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use agent_assist_domain::assist::Off;
use agent_assist_domain::ports::AssistSwitch;
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
    last: Mutex<Reading>,
    /// Held by the one who reads; the others go on with the last reading.
    turn: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Reading {
    /// What was off; `None` before the first reading.
    off: Option<Arc<[Off]>>,
    /// When that was asked for; `None` if it is out of date.
    asked_at: Option<Instant>,
    /// Counts what put it out of date.
    outdated: u64,
}

impl Reading {
    fn of_late(&self) -> Option<Arc<[Off]>> {
        let young = self.asked_at.is_some_and(|at| at.elapsed() < MAX_AGE);
        self.off.clone().filter(|_| young)
    }
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
        let of_late = self.last().of_late();
        if let Some(off) = of_late {
            return off;
        }
        let known = self.last().off.clone();
        let read = self.take_turn(known.clone());
        timeout_at(deadline.instant().into(), read)
            .await
            .unwrap_or_else(|_| known.unwrap_or_default())
    }

    /// Somebody has turned a switch: the last reading is out of date, and one under way is, too.
    pub(crate) fn outdate(&self) {
        let mut last = self.last();
        last.asked_at = None;
        last.outdated += 1;
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
        let of_late = self.last().of_late();
        if let Some(off) = of_late {
            return off;
        }
        let (asked_at, outdated) = (Instant::now(), self.last().outdated);
        let read = self.switch.off(&self.tenant).await;
        let mut last = self.last();
        match read {
            Ok(off) => last.off = Some(off.into()),
            Err(error) => tracing::warn!(error = %Chain(&error), "the switches cannot be read"),
        }
        last.asked_at = (last.outdated == outdated).then_some(asked_at);
        last.off.clone().unwrap_or_default()
    }

    fn last(&self) -> MutexGuard<'_, Reading> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
