//! Measures the program beside what people would use instead, in one run on one machine.
//!
//! ```sh
//! cargo run --release -p agent-assist-bench -- all            # every row, some 12 minutes
//! cargo run --release -p agent-assist-bench -- cached-64      # one row
//! cargo run --release -p agent-assist-bench -- counts         # instructions, against bench/counts.toml
//! ```
//!
//! What counts are ratios of one and the same run: contestants take turns, round by round, and medians
//! of the rounds are compared. The server that is measured has a core of its own, the load another.
//! `docs/PERFORMANCE.md` says what was learnt.

mod args;
mod child;
mod counts;
mod daemon;
mod listing;
mod load;
mod machine;
mod peers;
mod process;
mod rows;
mod stats;
mod table;
mod work;

use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser as _;

use crate::args::{Cli, Options, Role, RoleCli};
use crate::machine::Machine;
use crate::rows::{Measurable, ROWS, Setting};
use crate::table::{Figure, Report, Row};

/// What comes of something that may fail: whoever measures reads why.
pub(crate) type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// The first argument of the program when it has started itself.
pub(crate) const ROLE: &str = "role";

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let done = match arguments.get(1) {
        Some(first) if first == ROLE => {
            let rest = arguments.iter().enumerate();
            let rest = rest.filter(|(place, _)| *place != 1).map(|(_, word)| word);
            act(RoleCli::parse_from(rest).role).await
        }
        _ => measure(Cli::parse()).await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tell(&format!("error: {error}"));
            ExitCode::FAILURE
        }
    }
}

async fn act(role: Role) -> Outcome<()> {
    match role {
        Role::Canned { body } => peers::canned::serve(&body).await,
        Role::Axum { body } => peers::axum::serve(&body).await,
        Role::Work(much) => {
            let done = work::run(&much).await?;
            say(&serde_json::to_string(&done)?);
            Ok(())
        }
        Role::Drain { to, requests, rate } => {
            let drained = load::drain(to, &requests, rate).await?;
            say(&serde_json::to_string(&drained)?);
            Ok(())
        }
        Role::Slow { to, clients } => load::slow::trickle(to, clients).await,
        Role::Load {
            to,
            requests,
            connections,
            seconds,
            rate,
        } => {
            let loaded = load::ask(to, &requests, connections, seconds, rate).await?;
            say(&serde_json::to_string(&loaded)?);
            Ok(())
        }
    }
}

async fn measure(cli: Cli) -> Outcome<()> {
    let Cli { rows, options } = cli;
    if rows == ["counts"] {
        return counts::run(options.write).await;
    }
    let wanted = choose(&rows)?;
    let parent = options.dir.clone().unwrap_or_else(std::env::temp_dir);
    let place = tempfile::tempdir_in(parent)?;
    let machine = Machine::look(place.path())?;
    for line in machine.lines() {
        say(&line);
    }
    let Options { quick, json, .. } = options.clone();
    let setting = Setting::new(options, machine.clone(), place.path().to_owned());
    let setting = Arc::new(setting);
    let mut rows = Vec::new();
    for Measurable { name, work, run } in wanted {
        tell(&format!("measuring {name}: {work}"));
        let figures = run(Arc::clone(&setting)).await.unwrap_or_else(|error| {
            // A row that breaks is no reason to lose the others; the table says that it did.
            vec![Figure::skipped("all of it", format!("it broke: {error}"))]
        });
        rows.push(Row {
            name,
            work,
            figures,
        });
        std::fs::remove_dir_all(setting.place.join(name)).ok();
    }
    let report = Report {
        machine,
        quick,
        rows,
    };
    say(&report.table());
    if let Some(path) = json {
        std::fs::write(path, serde_json::to_vec_pretty(&report)?)?;
    }
    Ok(())
}

fn choose(names: &[String]) -> Outcome<Vec<&'static Measurable>> {
    let known: Vec<&str> = ROWS.iter().map(|row| row.name).collect();
    let known = known.join(", ");
    if let Some(unknown) = names
        .iter()
        .find(|name| *name != "all" && ROWS.iter().all(|row| row.name != **name))
    {
        return Err(format!("no row is called {unknown}; there are all, {known}").into());
    }
    let wanted = |row: &&Measurable| names.iter().any(|name| name == "all" || name == row.name);
    Ok(ROWS.iter().filter(wanted).collect())
}

/// To whoever reads the result.
#[expect(clippy::print_stdout, reason = "its output is what it is for")]
pub(crate) fn say(line: &str) {
    println!("{line}");
}

/// To whoever waits for it.
#[expect(clippy::print_stderr, reason = "its progress is for whoever waits")]
pub(crate) fn tell(line: &str) {
    eprintln!("{line}");
}
