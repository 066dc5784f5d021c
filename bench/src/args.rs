//! The command line. Two faces: what people type, and the roles in which the program starts itself
//! again, pinned to a core.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::work::Much;

/// Measures the program beside what people would use instead.
#[derive(Debug, Parser)]
#[command(name = "agent-assist-bench")]
pub(crate) struct Cli {
    /// Rows to measure by name, or `all`; `counts` alone counts instructions instead
    #[arg(required = true, value_name = "ROW")]
    pub(crate) rows: Vec<String>,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// How to measure.
#[derive(Clone, Debug, Args)]
pub(crate) struct Options {
    /// Fewer and shorter rounds: to see that it works, not to believe its figures
    #[arg(long)]
    pub(crate) quick: bool,
    /// Grow to the sizes of the table where that takes an hour and tens of gigabytes
    #[arg(long, conflicts_with = "quick")]
    pub(crate) full: bool,
    /// With `counts`: expect from now on what is counted
    #[arg(long)]
    pub(crate) write: bool,
    /// Write all figures to this file, too
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
    /// Folder with tutorial_python.py, the class that users start from
    #[arg(long, value_name = "DIR")]
    pub(crate) baseline: Option<PathBuf>,
    /// A build of the program [default: one made by --release]
    #[arg(long, value_name = "FILE")]
    pub(crate) program: Option<PathBuf>,
    /// Folder to work in; its disk is what is measured [default: that for temporary files]
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
}

/// What the program is when it has started itself.
#[derive(Debug, Parser)]
pub(crate) struct RoleCli {
    #[command(subcommand)]
    pub(crate) role: Role,
}

/// A part in a measurement. Each prints one line once it is ready, or its result as JSON.
#[derive(Debug, Subcommand)]
pub(crate) enum Role {
    /// Answers every request with one body; the token endpoint with a token.
    Canned {
        /// File of the body.
        #[arg(long)]
        body: PathBuf,
    },
    /// The same over axum, for those who show the right header.
    Axum {
        /// File of the body.
        #[arg(long)]
        body: PathBuf,
    },
    /// Does a piece of work again and again.
    Work(Much),
    /// Asks each once, whatever becomes of who is asked.
    Drain {
        /// Whom.
        #[arg(long)]
        to: SocketAddr,
        /// File with a list of requests as JSON, each the text of one.
        #[arg(long)]
        requests: PathBuf,
        /// Requests a second.
        #[arg(long)]
        rate: f64,
    },
    /// Never finishes a request, on many connections.
    Slow {
        /// Whose.
        #[arg(long)]
        to: SocketAddr,
        /// Connections.
        #[arg(long)]
        clients: usize,
    },
    /// Asks, and measures.
    Load {
        /// Whom.
        #[arg(long)]
        to: SocketAddr,
        /// File with a list of requests as JSON, each the text of one.
        #[arg(long)]
        requests: PathBuf,
        /// Connections; each sends the requests of its own place in turn.
        #[arg(long)]
        connections: usize,
        /// How long.
        #[arg(long)]
        seconds: f64,
        /// Requests a second, come what may; else each connection asks as fast as it is answered.
        #[arg(long)]
        rate: Option<f64>,
    },
}
