//! The fault table, end to end: what a failing or hostile upstream makes of the answers.
//!
//! The gateway is put together as in the program and asks the sandbox over real HTTP; its store is
//! a real file. Each row runs in a process of its own, so that its memory can be measured and its
//! hanging takes no other along. The output is a table of what was tried, what survived, and the
//! figures measured against those required; the exit code is 1 if any row fails.
//!
//! ```sh
//! cargo test -p agent-assist-tests --test chaos                     # reduced counts
//! cargo test --release -p agent-assist-tests --test chaos -- --full # all of them
//! cargo test -p agent-assist-tests --test chaos -- throttled        # rows with that in the name
//! ```

mod arguments;
mod bench;
mod load;
mod process;
mod rows;
mod table;
mod trail;
mod verdict;

use std::process::ExitCode;

use tokio::runtime::Runtime;

use crate::arguments::{Arguments, Job};
use crate::rows::{ROWS, Row};

/// How much is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scale {
    /// Enough to see every rule hold, in a debug build.
    Reduced,
    /// The counts and times of the table.
    Full,
}

impl Scale {
    /// `reduced` or `full`, as the scale is.
    pub(crate) fn pick<T>(self, reduced: T, full: T) -> T {
        match self {
            Self::Reduced => reduced,
            Self::Full => full,
        }
    }
}

fn main() -> ExitCode {
    let Arguments { job, scale } = Arguments::read(std::env::args().skip(1));
    let runtime = Runtime::new().expect("a runtime");
    match job {
        Job::Child(name) => match ROWS.iter().find(|row| row.name == name) {
            Some(row) => runtime.block_on(process::serve(row, scale)),
            None => ExitCode::FAILURE,
        },
        Job::List => table::list(ROWS),
        Job::Table(filters) => {
            let wanted = |row: &&Row| filters.is_empty() || filters.iter().any(|f| row.answers(f));
            let rows: Vec<&Row> = ROWS.iter().filter(wanted).collect();
            runtime.block_on(table::run(&rows, scale))
        }
    }
}
