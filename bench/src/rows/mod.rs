//! The rows of the table.

mod cached;
mod command_line;
mod drain;
mod growth;
mod library;
mod memory;
mod open_loop;
mod report;
mod slow_clients;
mod start;

use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

use tokio::sync::OnceCell;

use crate::Outcome;
use crate::args::Options;
use crate::daemon;
use crate::machine::Machine;
use crate::table::Figure;

/// Where and how rows are measured.
#[derive(Debug)]
pub(crate) struct Setting {
    pub(crate) options: Options,
    pub(crate) machine: Machine,
    /// The folder to work in.
    pub(crate) place: PathBuf,
    program: OnceCell<PathBuf>,
}

impl Setting {
    /// Rows are measured in `place`.
    pub(crate) fn new(options: Options, machine: Machine, place: PathBuf) -> Self {
        Self {
            options,
            machine,
            place,
            program: OnceCell::new(),
        }
    }

    /// The program: the one that is named, else built once.
    pub(crate) async fn program(&self) -> Outcome<&Path> {
        if let Some(program) = &self.options.program {
            return Ok(program);
        }
        let program = self.program.get_or_try_init(daemon::build).await?;
        Ok(program)
    }

    /// A folder of its own.
    pub(crate) fn folder(&self, name: &str) -> Outcome<PathBuf> {
        let folder = self.place.join(name);
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// How many rounds, and how long each of whom they compare takes in one.
    pub(crate) fn rounds(&self) -> (usize, f64) {
        match self.options.quick {
            true => (1, 0.5),
            false => (5, 2.0),
        }
    }
}

/// What comes of a row.
pub(crate) type Measured<'a> = Pin<Box<dyn Future<Output = Outcome<Vec<Figure>>> + Send + 'a>>;

/// A row that can be measured.
pub(crate) struct Measurable {
    /// By which it is asked for.
    pub(crate) name: &'static str,
    /// What is done.
    pub(crate) work: &'static str,
    /// Measures it.
    pub(crate) run: fn(Arc<Setting>) -> Measured<'static>,
}

/// Every row, in the order of the table.
pub(crate) const ROWS: &[Measurable] = &[
    Measurable {
        name: "cached-64",
        work: "cached answer over HTTP, durable audit, 64 connections",
        run: |setting| Box::pin(async move { cached::many(&setting).await }),
    },
    Measurable {
        name: "cached-1",
        work: "cached answer over HTTP, durable audit, one connection",
        run: |setting| Box::pin(async move { cached::one(&setting).await }),
    },
    Measurable {
        name: "open-loop",
        work: "600 requests/s from 3,000 agents, durable audit, hits and misses 4:1, one core",
        run: |setting| Box::pin(async move { open_loop::run(&setting).await }),
    },
    Measurable {
        name: "slow-clients",
        work: "cached answers for one client beside 500 who never finish a request",
        run: |setting| Box::pin(async move { slow_clients::run(&setting).await }),
    },
    Measurable {
        name: "drain",
        work: "SIGTERM while 1,000 requests/s arrive, durable audit, one core",
        run: |setting| Box::pin(async move { drain::run(&setting).await }),
    },
    Measurable {
        name: "start",
        work: "process start to ready",
        run: |setting| Box::pin(async move { start::run(&setting).await }),
    },
    Measurable {
        name: "library-hit",
        work: "library: cached fetch up to the answer, audit to a log in memory",
        run: |setting| Box::pin(async move { library::hit(&setting).await }),
    },
    Measurable {
        name: "uncached",
        work: "uncached fetch: GET of 100 entities, verify, screen, cache, ledger, durable audit",
        run: |setting| Box::pin(async move { library::uncached(&setting).await }),
    },
    Measurable {
        name: "command-line",
        work: "process start to printed result: token and GET over loopback, store opened",
        run: |setting| Box::pin(async move { command_line::run(&setting).await }),
    },
    Measurable {
        name: "coalesced",
        work: "10,000 concurrent identical cold requests",
        run: |setting| Box::pin(async move { library::coalesced(&setting).await }),
    },
    Measurable {
        name: "screening",
        work: "screening of 100 entities, personal data included",
        run: |setting| Box::pin(async move { library::screening(&setting).await }),
    },
    Measurable {
        name: "memory",
        work: "bytes in memory",
        run: |setting| Box::pin(async move { memory::run(&setting).await }),
    },
    Measurable {
        name: "report",
        work: "report of a day by queue from a month's audit log of 1,000,000 records",
        run: |setting| Box::pin(async move { report::run(&setting).await }),
    },
    Measurable {
        name: "growth-log",
        work: "cost of a record as the audit log grows",
        run: |setting| Box::pin(async move { growth::log(&setting).await }),
    },
    Measurable {
        name: "growth-cache",
        work: "cost of an answer from disk as the cache grows",
        run: |setting| Box::pin(async move { growth::cache(&setting).await }),
    },
    Measurable {
        name: "growth-live",
        work: "cost of a cached fetch as conversations become more",
        run: |setting| Box::pin(async move { growth::conversations(&setting).await }),
    },
];
