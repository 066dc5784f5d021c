//! `agent-assist audit hold`: legal holds.

use agent_assist_app::holds::{HoldError, HoldTold};
use agent_assist_app::settings::Settings;
use agent_assist_app::wire;
use agent_assist_domain::payload::{RawField, RawHold, RawHoldScope};

use crate::args::{Global, HoldCommand};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Printer};
use crate::{progress, render, session};

pub(super) async fn run(
    global: &Global,
    command: HoldCommand,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let sources = session::sources(global);
    match command {
        HoldCommand::Add {
            scope,
            reason,
            by,
            place,
        } => {
            let raw = RawHold {
                scope: match scope.conversation {
                    Some(id) => RawHoldScope::Conversation(RawField::Text(id)),
                    None => RawHoldScope::Everything,
                },
                reason: RawField::Text(reason),
                by: RawField::text(by.or_else(|| session::user(&sources))),
            };
            let loaded = session::load_for_store(global, place.sandbox, printer)?;
            let placing = add(&loaded.settings, raw);
            show(
                &progress::during(printer, "placing the hold", placing).await?,
                printer,
            );
        }
        HoldCommand::Release { id, by, place } => {
            let loaded = session::load_for_store(global, place.sandbox, printer)?;
            let by = by.or_else(|| session::user(&sources));
            let releasing = release(&loaded.settings, id, by);
            show(
                &progress::during(printer, "releasing the hold", releasing).await?,
                printer,
            );
        }
        HoldCommand::List { place } => {
            let loaded = session::load_for_store(global, place.sandbox, printer)?;
            let store = session::open_to_read(&loaded.settings).await?;
            let holds = wire::holds(&loaded.settings, &store)?.list().await;
            store.close().await;
            let holds = holds?;
            match printer.format() {
                Format::Table => printer.data(&render::holds(&holds, printer)),
                Format::Json | Format::Ndjson => printer.json_list(&holds),
            }
        }
    }
    Ok(Exit::Ok)
}

async fn add(settings: &Settings, raw: RawHold) -> Result<HoldTold, Failure> {
    let store = session::open_existing(settings).await?;
    let placed = wire::holds(settings, &store)?.place(raw).await;
    store.close().await;
    Ok(placed?)
}

async fn release(settings: &Settings, id: u64, by: Option<String>) -> Result<HoldTold, Failure> {
    let store = session::open_existing(settings).await?;
    let released = wire::holds(settings, &store)?.release(id, by).await;
    store.close().await;
    Ok(released?)
}

/// A sentence for people, a document for programs.
fn show(hold: &HoldTold, printer: &Printer) {
    match printer.format() {
        Format::Table => printer.data(&render::hold(hold)),
        Format::Json | Format::Ndjson => printer.json(hold),
    }
}

impl From<HoldError> for Failure {
    fn from(error: HoldError) -> Self {
        let message = error.to_string();
        match error {
            HoldError::Invalid(violations) => violations.into(),
            HoldError::PersonalData => Self::usage(message)
                .advise("name the case and not the person: the reason stays in the log for good"),
            HoldError::NoSuchHold(_) => {
                Self::usage(message).advise("`agent-assist audit hold list` shows those that do")
            }
            HoldError::Read(cause) | HoldError::Record(cause) | HoldError::CarryOut(cause) => {
                Self::from(cause).under(&message)
            }
        }
    }
}
