//! The commands, one file each. Each reads settings, calls a use case and has the result shown.

mod adopt;
mod assist;
mod audit;
mod cache;
mod config;
mod displayed;
mod doctor;
mod engage;
mod events;
mod fetch;
mod key;
mod pages;
pub(crate) mod pii;
mod reconcile;
mod report;
mod sandbox;
mod serve;

use crate::args::{Cli, Command, Output};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Printer;

/// Runs what `cli` asks for.
pub(crate) async fn run(cli: Cli, printer: &Printer) -> Result<Exit, Failure> {
    let global = cli.global;
    if global.output == Some(Output::Csv) && !matches!(cli.command, Command::Report(_)) {
        return Err(Failure::usage("only `report` writes csv").advise("--output json, or ndjson"));
    }
    match cli.command {
        Command::Fetch(args) => fetch::run(&global, *args, printer).await,
        Command::Adopt(args) => adopt::run(&global, args, printer).await,
        Command::Engage(args) => engage::run(&global, *args, printer).await,
        Command::Assist(command) => assist::run(&global, command, printer).await,
        Command::Report(args) => report::run(&global, &args, printer).await,
        Command::Audit(command) => audit::run(&global, command, printer).await,
        Command::Events(command) => events::run(&global, command, printer).await,
        Command::Cache(command) => cache::run(&global, command, printer).await,
        Command::Pii(command) => pii::run(command, printer),
        Command::Serve(args) => serve::run(&global, args, printer).await,
        Command::Key(command) => key::run(&global, command, printer).await,
        Command::Sandbox(args) => sandbox::run(args, printer).await,
        Command::Doctor(args) => doctor::run(&global, args, printer).await,
        Command::Config(command) => config::run(&global, command, printer),
        Command::Completions { shell } => Ok(pages::completions(shell)),
        Command::Man { dir } => pages::man(dir.as_deref(), printer),
    }
}
