//! Open loop against a server that is told to end meanwhile. Requests leave when they are due and each
//! leaves once, on a connection that is kept for as long as the server keeps it, or on another. Whom
//! nobody hears any more is no loss; whoever was heard must be answered.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use super::connection::Connection;
use super::{Load, Requests};
use crate::Outcome;
use crate::child::{self, Core};
use crate::stats::{Spread, Times};

/// What came of each request, by its place in the list.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Drained {
    /// Answered with success.
    pub(crate) answered: Vec<usize>,
    /// Sent, and not answered, or not to the end.
    pub(crate) dropped: Vec<usize>,
    /// Answered with anything else.
    pub(crate) errors: Vec<usize>,
    /// Nobody listened.
    pub(crate) unheard: u64,
    pub(crate) times: Spread,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Answered(Duration),
    Dropped,
    Error,
    Unheard,
}

impl Load<'_> {
    /// Asks each request once, in a process on the load's core, whatever becomes of the server.
    pub(crate) async fn run_to_its_end(&self) -> Outcome<Drained> {
        let mut command = child::role(Core::Load, "drain")?;
        command.arg("--to").arg(self.to.to_string());
        command.arg("--requests").arg(self.requests);
        command
            .arg("--rate")
            .arg(self.rate.unwrap_or_default().to_string());
        child::result(command).await
    }
}

/// Connections that nobody asks on, the one longest silent first.
type Silent = Arc<Mutex<VecDeque<Connection>>>;

/// The role: asks `requests`, so many a second.
pub(crate) async fn ask(to: SocketAddr, requests: Requests, rate: f64) -> Outcome<Drained> {
    let silent = Silent::default();
    let began = Instant::now();
    let mut asking = JoinSet::new();
    for (number, request) in requests.into_iter().enumerate() {
        let due = began + Duration::from_secs_f64(number as f64 / rate);
        sleep_until(due).await;
        let silent = Arc::clone(&silent);
        asking.spawn(async move { (number, ask_once(to, &silent, &request, due).await) });
    }
    let mut times = Times::new();
    let mut drained = Drained::default();
    for (number, fate) in asking.join_all().await {
        match fate {
            Fate::Answered(after) => {
                times.add(after);
                drained.answered.push(number);
            }
            Fate::Dropped => drained.dropped.push(number),
            Fate::Error => drained.errors.push(number),
            Fate::Unheard => drained.unheard += 1,
        }
    }
    drained.times = times.spread();
    Ok(drained)
}

async fn ask_once(to: SocketAddr, silent: &Silent, request: &str, due: Instant) -> Fate {
    let kept = lock(silent).pop_front();
    let mut connection = match kept {
        Some(kept) => kept,
        None => match Connection::to(to).await {
            Ok(fresh) => fresh,
            Err(_) => return Fate::Unheard,
        },
    };
    match connection.ask(request.as_bytes()).await {
        Ok(status) => {
            if !connection.is_last() {
                lock(silent).push_back(connection);
            }
            match status {
                200 => Fate::Answered(due.elapsed()),
                _ => Fate::Error,
            }
        }
        Err(_) => Fate::Dropped,
    }
}

fn lock(silent: &Silent) -> std::sync::MutexGuard<'_, VecDeque<Connection>> {
    silent.lock().unwrap_or_else(PoisonError::into_inner)
}
