//! `agent-assist`: arguments in, an exit code out. Everything that decides something lives in the
//! crates below; here it is asked for and shown.

mod args;
mod commands;
mod delivery;
mod exit;
mod failure;
mod moment;
mod output;
mod progress;
mod render;
mod session;
mod signals;
mod systemd;
mod tracing_setup;

use std::process::ExitCode;

use clap::Parser as _;

use crate::args::{Cli, Output};
use crate::exit::Exit;
use crate::output::Printer;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are no failures; clap knows which stream each belongs to.
            let code = if error.use_stderr() {
                Exit::Usage
            } else {
                Exit::Ok
            };
            // A closed pipe is the reader's choice.
            let _ = error.print();
            return code.into();
        }
    };
    tracing_setup::init(cli.global.verbose, cli.global.log_format);
    let printer = Printer::new(cli.global.output.map(Output::format), cli.global.no_color);
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            printer.note(&format!("error: the runtime cannot be started: {error}"));
            return Exit::Unexpected.into();
        }
    };
    let exit = runtime
        .block_on(commands::run(cli, &printer))
        .unwrap_or_else(|failure| {
            failure.report(&printer);
            failure.exit
        });
    if exit == Exit::Ok && printer.lost_data() {
        return Exit::Unexpected.into();
    }
    exit.into()
}
