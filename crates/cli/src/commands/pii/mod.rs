//! `agent-assist pii`: the engine for personal data, on texts of the user's own.
//!
//! Nothing here reads settings or a store, and no text that came in is ever part of a message on
//! standard error: it may be all that these commands are there to hide.

mod lines;
mod mask;
mod scan;

use std::path::Path;

use agent_assist_pii::{Scanner, SubjectTerms};

use crate::args::{Looking, PiiCommand};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Printer;

pub(super) fn run(command: PiiCommand, printer: &Printer) -> Result<Exit, Failure> {
    match command {
        PiiCommand::Scan { looking } => scan::run(&Engine::new(&looking)?, printer),
        PiiCommand::Mask(args) => mask::run(&Engine::new(&args.looking)?, args.format, printer),
        _ => Ok(Exit::Ok),
    }
}

/// What looks, and for whom.
struct Engine {
    scanner: Scanner,
    subject: SubjectTerms,
}

impl Engine {
    fn new(looking: &Looking) -> Result<Self, Failure> {
        Ok(Self {
            scanner: scanner(looking.policy.as_deref())?,
            subject: SubjectTerms::new(&looking.subjects),
        })
    }
}

fn scanner(_policy: Option<&Path>) -> Result<Scanner, Failure> {
    Ok(Scanner::new())
}
