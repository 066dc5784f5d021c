//! `agent-assist pii`: the engine for personal data, on texts of the user's own.
//!
//! Nothing here reads settings or a store, and no text that came in is ever part of a message on
//! standard error: it may be all that these commands are there to hide.

pub(crate) mod explain;
pub(crate) mod golden;
mod lines;
mod markup;
mod mask;
mod policy;
mod scan;

use std::path::Path;

use agent_assist_pii::{Finding, MaskedText, Policy, Scanner, SubjectTerms, ValueKey, mask_with};

use crate::args::{Looking, PiiCommand};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Printer;
use crate::render::count;

pub(super) fn run(command: PiiCommand, printer: &Printer) -> Result<Exit, Failure> {
    match command {
        PiiCommand::Scan { looking } => scan::run(&Engine::new(&looking)?, printer),
        PiiCommand::Mask(args) => mask::run(&Engine::new(&args.looking)?, args.format, printer),
        PiiCommand::Explain(args) => {
            explain::run(&Engine::new(&args.looking)?, args.text, args.show, printer)
        }
        PiiCommand::Test { cases, policy } => {
            golden::run(&scanner(policy.as_deref())?, &cases, printer)
        }
        PiiCommand::Policy => {
            printer.data(&policy::template());
            Ok(Exit::Ok)
        }
    }
}

/// What looks, for whom, and under which key tokens are made.
struct Engine {
    scanner: Scanner,
    subject: SubjectTerms,
    /// Of this run alone: its tokens can be compared with each other and with no others.
    key: ValueKey,
}

impl Engine {
    fn new(looking: &Looking) -> Result<Self, Failure> {
        let mut key = [0; 32];
        getrandom::fill(&mut key)
            .map_err(|error| Failure::unexpected("no random key can be made", &error))?;
        Ok(Self {
            scanner: scanner(looking.policy.as_deref())?,
            subject: SubjectTerms::new(&looking.subjects),
            key: ValueKey::from_bytes(key),
        })
    }

    fn scan(&self, text: &str) -> Vec<Finding> {
        self.scanner.scan(text, &self.subject)
    }

    /// `text` without its `findings`, by the operators of the policy.
    fn mask(&self, text: &str, findings: &[Finding]) -> MaskedText {
        let operators = &self.scanner.policy().operators;
        mask_with(text, findings, operators, Some(&self.key))
    }
}

/// A scanner under the policy of `file`, else under the default policy.
fn scanner(file: Option<&Path>) -> Result<Scanner, Failure> {
    let Some(file) = file else {
        return Ok(Scanner::new());
    };
    let name = file.display();
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::usage(format!("the policy {name} cannot be read: {error}")))?;
    Policy::from_toml(&text)
        .and_then(Scanner::with_policy)
        .map_err(|error| {
            let mistakes = error.mistakes();
            let many = count(mistakes.len() as u64, "mistake");
            Failure::usage(format!("the policy {name} has {many}"))
                .list(mistakes.iter().map(ToString::to_string))
                .advise("`agent-assist pii policy` prints one with every key explained")
        })
}
