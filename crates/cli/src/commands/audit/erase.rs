//! `agent-assist audit erase`: destroys keys, so that records say nothing of somebody any more.

use std::io::BufRead as _;

use agent_assist_app::erase::{EraseError, Erasure, ErasurePlan, ErasureTarget};
use agent_assist_app::wire;
use agent_assist_domain::payload::is_identifier;
use agent_assist_domain::person::PersonKind;

use crate::args::{EraseArgs, ErasureOf, Global};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Printer};
use crate::render::count;
use crate::{progress, session};

/// What to answer.
const YES: &str = "yes";

pub(super) async fn run(
    global: &Global,
    args: EraseArgs,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let by = args.by.or_else(|| session::user(&session::sources(global)));
    if by.as_ref().is_some_and(|by| !is_identifier(by)) {
        return Err(Failure::usage(
            "--by must have 1 to 128 characters, none of them a control character",
        ));
    }
    let loaded = session::load_for_store(global, args.place.sandbox, printer)?;
    // Erasing makes no store either.
    session::open_to_read(&loaded.settings).await?.close().await;
    let store = wire::open_store(&loaded.settings).await?;
    let erased = async {
        let service = wire::erase(&loaded.settings, &store)?;
        let planning = service.plan(target(args.of));
        super::whois::warn_of_lost(&service.lost_epochs().await?, printer);
        let plan = progress::during(printer, "reading the audit log", planning).await?;
        if !plan.is_empty() && !args.yes {
            confirm(&plan, printer)?;
        }
        let erasing = service.erase(plan, by.as_deref());
        Ok::<Erasure, Failure>(progress::during(printer, "erasing", erasing).await?)
    }
    .await;
    store.close().await;
    let erased = erased?;
    if printer.format() == Format::Table {
        printer.data(&told(&erased));
    } else {
        printer.json(&erased);
    }
    if erased.plain_records > 0 {
        printer.note(&format!(
            "warning: {} from before there were pseudonyms {} the identifier itself, and {}",
            count(erased.plain_records, "record"),
            if erased.plain_records == 1 {
                "holds"
            } else {
                "hold"
            },
            "cannot be changed",
        ));
    }
    Ok(Exit::Ok)
}

/// The arguments' group lets exactly one of the three through.
fn target(of: ErasureOf) -> ErasureTarget {
    match (of.conversation, of.customer, of.agent) {
        (Some(id), ..) => ErasureTarget::Conversation(id),
        (_, Some(id), _) => ErasureTarget::Person(PersonKind::Customer, id),
        (.., id) => ErasureTarget::Person(PersonKind::Agent, id.unwrap_or_default()),
    }
}

fn confirm(plan: &ErasurePlan, printer: &Printer) -> Result<(), Failure> {
    printer.note(&format!(
        "{}. It cannot be undone. Type {YES} to go on:",
        reached("this concerns", &plan.preview())
    ));
    let mut answer = String::new();
    // What cannot be read is no yes.
    let _ = std::io::stdin().lock().read_line(&mut answer);
    if answer.trim() == YES {
        return Ok(());
    }
    Err(Failure::usage("nothing was erased").advise(format!("answer {YES}, or give --yes")))
}

fn reached(what: &str, erasure: &Erasure) -> String {
    format!(
        "{what} {} of records, {} and {}",
        count(erasure.fields, "field"),
        count(erasure.pseudonyms.len() as u64, "pseudonym"),
        count(erasure.conversation_ids.len() as u64, "conversation"),
    )
}

fn told(erasure: &Erasure) -> String {
    let Some(seq) = erasure.seq else {
        return format!(
            "no {} of that name is known: never recorded, or erased before",
            erasure.erased
        );
    };
    format!(
        "{}: {} destroyed, {} forgotten; record {seq}",
        reached("erased", erasure),
        count(erasure.keys, "key"),
        count(erasure.answers, "remembered answer"),
    )
}

impl From<EraseError> for Failure {
    fn from(error: EraseError) -> Self {
        let message = error.to_string();
        match error {
            EraseError::Invalid => Self::usage(message),
            EraseError::Held => {
                Self::usage(message).advise("`agent-assist audit hold list` shows the holds")
            }
            EraseError::Read(cause)
            | EraseError::Record(cause)
            | EraseError::Destroy(cause)
            | EraseError::Outcome(cause) => Self::from(cause).behind(&message),
        }
    }
}
