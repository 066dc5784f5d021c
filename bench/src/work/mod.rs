//! Pieces of work that are measured by themselves, without a server: each in a process of its own on
//! the server's core, done again and again for a time, or so often.

mod append;
mod coalesced;
mod gateway;
mod kept;
mod ports;
mod pure;
mod remembered;

pub(crate) use self::append::{FIRST_US, RECORD_US};

use std::future::Future;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use agent_assist_domain::screening::Screening;
use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::child::{self, Core};
use crate::{Outcome, process};

/// What can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Work {
    /// A fetch answered from memory, with an audit log in memory.
    Hit,
    /// A look into a bare cache.
    QuickCache,
    /// A fetch from the upstream by the gateway as it is put together for the program.
    Fetch,
    /// A fetch from the upstream by bare reqwest, parsed to types.
    Bare,
    /// Screening of a batch, as if none had come before.
    Screen,
    /// Screening of one whose texts came before.
    ScreenAgain,
    /// Parsing of the body that the batch was made of.
    Parse,
    /// The body verified and mapped to a batch.
    Read,
    /// Callers that share a call, one at a time counted.
    Coalesced,
    /// Tasks on one watch channel, likewise.
    Watch,
    /// The same of `at_once` conversations in turn, each with few suggestions.
    Live,
    /// An answer read from a store that holds `at_once` of them.
    Kept,
    /// A record appended to the audit log of a store.
    Append,
}

impl Work {
    fn name(self) -> String {
        let value = self.to_possible_value();
        value.map_or_else(String::new, |value| value.get_name().to_owned())
    }
}

/// How much of it.
#[derive(Clone, Debug, Args)]
pub(crate) struct Much {
    /// What is done.
    #[arg(value_enum)]
    pub(crate) work: Work,
    /// Whom the upstream is.
    #[arg(long)]
    pub(crate) upstream: Option<SocketAddr>,
    /// Folder of a store.
    #[arg(long)]
    pub(crate) folder: Option<PathBuf>,
    /// At once.
    #[arg(long, default_value_t = 1)]
    pub(crate) at_once: usize,
    /// For so long.
    #[arg(long, default_value_t = 1.0)]
    pub(crate) seconds: f64,
    /// So often, instead.
    #[arg(long)]
    pub(crate) count: Option<u64>,
}

impl Much {
    /// One after the other, for so long.
    pub(crate) fn of(work: Work, seconds: f64) -> Self {
        Self {
            work,
            upstream: None,
            folder: None,
            at_once: 1,
            seconds,
            count: None,
        }
    }

    /// Does it in a process of its own.
    pub(crate) async fn measure(&self) -> Outcome<Done> {
        let mut command = child::role(Core::Server, "work")?;
        command.arg(self.work.name());
        command.arg("--seconds").arg(self.seconds.to_string());
        command.arg("--at-once").arg(self.at_once.to_string());
        if let Some(upstream) = self.upstream {
            command.arg("--upstream").arg(upstream.to_string());
        }
        if let Some(count) = self.count {
            command.arg("--count").arg(count.to_string());
        }
        if let Some(folder) = &self.folder {
            command.arg("--folder").arg(folder);
        }
        child::result(command).await
    }

    fn until(&self) -> Until {
        match self.count {
            Some(count) => Until::Count(count),
            None => Until::Time(Duration::from_secs_f64(self.seconds)),
        }
    }

    fn folder(&self) -> Outcome<&Path> {
        self.folder.as_deref().ok_or("no --folder".into())
    }

    fn upstream(&self) -> Outcome<SocketAddr> {
        self.upstream.ok_or("no --upstream".into())
    }
}

/// What was done.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Done {
    pub(crate) count: u64,
    pub(crate) seconds: f64,
    /// Microseconds of processor time, of all threads.
    pub(crate) processor_us: f64,
}

impl Done {
    /// A second.
    pub(crate) fn rate(&self) -> f64 {
        self.count as f64 / self.seconds
    }

    /// Microseconds of processor time each.
    pub(crate) fn processor(&self) -> f64 {
        self.processor_us / self.count as f64
    }

    /// Microseconds each, one after the other.
    pub(crate) fn each_us(&self) -> f64 {
        self.seconds * 1e6 / self.count as f64
    }
}

/// When it ends.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Until {
    Time(Duration),
    Count(u64),
}

impl Until {
    fn is_over(self, done: u64, began: Instant) -> bool {
        match self {
            Self::Count(count) => done >= count,
            // The clock is not asked for every piece of work of a microsecond.
            Self::Time(time) => done.is_multiple_of(16) && began.elapsed() >= time,
        }
    }
}

/// Measures from now until it ends.
#[derive(Debug)]
struct Watch {
    began: Instant,
    processor: Duration,
}

impl Watch {
    fn start() -> Self {
        Self {
            began: Instant::now(),
            processor: process::processor(std::process::id()),
        }
    }

    fn stop(self, count: u64) -> Done {
        let processor = process::processor(std::process::id()).saturating_sub(self.processor);
        Done {
            count,
            seconds: self.began.elapsed().as_secs_f64(),
            processor_us: processor.as_secs_f64() * 1e6,
        }
    }
}

/// Does `work` again and again.
async fn again<F: Future<Output = Outcome<()>>>(
    until: Until,
    mut work: impl FnMut(u64) -> F,
) -> Outcome<Done> {
    let watch = Watch::start();
    let mut done = 0;
    while !until.is_over(done, watch.began) {
        work(done).await?;
        done += 1;
    }
    Ok(watch.stop(done))
}

/// The role: does it, and says what was done.
pub(crate) async fn run(much: &Much) -> Outcome<Done> {
    match much.work {
        Work::Hit => remembered::hit(much).await,
        Work::QuickCache => remembered::quick_cache(much).await,
        Work::Fetch => gateway::fetch(much).await,
        Work::Bare => gateway::bare(much).await,
        Work::Screen => pure::screen(much, Screening::new()).await,
        Work::ScreenAgain => pure::screen(much, Screening::new().remembering([7; 16])).await,
        Work::Parse => pure::parse(much).await,
        Work::Read => pure::read(much).await,
        Work::Coalesced => coalesced::callers(much).await,
        Work::Watch => coalesced::watchers(much).await,
        Work::Live => remembered::live(much).await,
        Work::Kept => kept::read(much).await,
        Work::Append => append::append(much).await,
    }
}
