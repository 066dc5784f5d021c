//! `agent-assist completions` and `agent-assist man`: made from the same definitions as the help.

use std::io::{self, Write as _};
use std::path::Path;

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::args::Cli;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Printer;

pub(super) fn completions(shell: Shell) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "agent-assist", &mut script);
    // A closed pipe is the reader's choice.
    let _ = io::stdout().lock().write_all(&script);
    Exit::Ok
}

pub(super) fn man(dir: Option<&Path>, printer: &Printer) -> Result<Exit, Failure> {
    let written = match dir {
        Some(dir) => std::fs::create_dir_all(dir)
            .and_then(|()| clap_mangen::generate_to(Cli::command(), dir)),
        None => clap_mangen::Man::new(Cli::command()).render(&mut io::stdout().lock()),
    };
    match (written, dir) {
        (Ok(()), Some(dir)) => printer.note(&format!("written: {}", dir.display())),
        (Ok(()), None) => {}
        (Err(error), None) if error.kind() == io::ErrorKind::BrokenPipe => {}
        (Err(error), _) => {
            return Err(Failure::usage(format!(
                "the pages cannot be written: {error}"
            )));
        }
    }
    Ok(Exit::Ok)
}
