//! Asks over HTTP/1.1 and measures: closed loop, as many connections as wanted, each asking as fast as
//! it is answered; or open loop, so many requests a second whether they are answered or not.
//!
//! One generator for all who are measured. It reads no more of an answer than it must (status, length)
//! so that it costs little beside them, and it counts every answer that is no success.

mod closed;
mod connection;
mod drain;
mod open;
pub(crate) mod slow;

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::Outcome;
use crate::child::{self, Core};
use crate::stats::Spread;

pub(crate) use self::connection::{Connection, end_of_head, header};
pub(crate) use self::drain::Drained;

/// Requests, each the text of one.
pub(crate) type Requests = Vec<String>;

/// What is to be asked.
#[derive(Clone, Debug)]
pub(crate) struct Load<'a> {
    pub(crate) to: SocketAddr,
    /// File of [`Requests`].
    pub(crate) requests: &'a Path,
    pub(crate) connections: usize,
    pub(crate) seconds: f64,
    /// A second; `None` for as fast as they are answered.
    pub(crate) rate: Option<f64>,
}

/// What came of it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Loaded {
    pub(crate) answered: u64,
    /// Answers that are no success, and connections that broke.
    pub(crate) errors: u64,
    pub(crate) seconds: f64,
    pub(crate) times: Spread,
}

impl Loaded {
    /// Answers a second.
    pub(crate) fn rate(&self) -> f64 {
        self.answered as f64 / self.seconds
    }
}

impl Load<'_> {
    /// Asks, in a process on the load's core.
    pub(crate) async fn run(&self) -> Outcome<Loaded> {
        let mut command = child::role(Core::Load, "load")?;
        command.arg("--to").arg(self.to.to_string());
        command.arg("--requests").arg(self.requests);
        command
            .arg("--connections")
            .arg(self.connections.to_string());
        command.arg("--seconds").arg(self.seconds.to_string());
        if let Some(rate) = self.rate {
            command.arg("--rate").arg(rate.to_string());
        }
        child::result(command).await
    }
}

/// Keeps requests in a file for [`Load`].
///
/// # Errors
/// If it cannot be written.
pub(crate) fn keep(folder: &Path, name: &str, requests: &[String]) -> Outcome<PathBuf> {
    let path = folder.join(format!("{name}.requests"));
    fs::write(&path, serde_json::to_vec(requests)?)?;
    Ok(path)
}

/// The role: asks each once, whatever becomes of who is asked.
pub(crate) async fn drain(to: SocketAddr, requests: &Path, rate: f64) -> Outcome<Drained> {
    let requests: Requests = serde_json::from_slice(&fs::read(requests)?)?;
    drain::ask(to, requests, rate).await
}

/// The role: asks, and gives what came of it.
pub(crate) async fn ask(
    to: SocketAddr,
    requests: &Path,
    connections: usize,
    seconds: f64,
    rate: Option<f64>,
) -> Outcome<Loaded> {
    let requests: Requests = serde_json::from_slice(&fs::read(requests)?)?;
    match rate {
        None => closed::ask(to, requests, connections, seconds).await,
        Some(rate) => open::ask(to, requests, connections, seconds, rate).await,
    }
}
