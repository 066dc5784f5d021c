//! `agent-assist assist`: switches it off and on by hand, and says what is off.

use std::time::Duration;

use agent_assist_app::assist::{OffNow, Turned};
use agent_assist_app::events::Bell;
use agent_assist_app::settings::Settings;
use agent_assist_app::wire;
use agent_assist_domain::payload::{RawField, RawSwitch, RawSwitchScope};
use serde::Serialize;

use crate::args::{AssistCommand, Global, SwitchOrder, SwitchTarget};
use crate::delivery::Delivery;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Printer};
use crate::{progress, render, session};

/// Which way to turn.
#[derive(Clone, Copy)]
enum Turn {
    /// For so long, or without end.
    Off(Option<Duration>),
    On,
}

/// `assist on` as JSON.
#[derive(Serialize)]
struct TurnedOn<'a> {
    #[serde(flatten)]
    turned: &'a Turned,
    still_off: Vec<OffNow>,
}

pub(super) async fn run(
    global: &Global,
    command: AssistCommand,
    printer: &Printer,
) -> Result<Exit, Failure> {
    match command {
        AssistCommand::Off { lasts, order } => {
            let (turned, _) = carry_out(global, Turn::Off(lasts), order, printer).await?;
            show(&turned, &turned, printer);
        }
        AssistCommand::On { order } => {
            let (turned, still_off) = carry_out(global, Turn::On, order, printer).await?;
            let note = render::still_off(&turned, &still_off);
            let document = TurnedOn {
                turned: &turned,
                still_off,
            };
            show(&turned, &document, printer);
            if let Some(note) = note {
                printer.note(&note);
            }
        }
        AssistCommand::Status { place } => {
            let loaded = session::load_for_store(global, place.sandbox, printer)?;
            status(&loaded.settings, printer).await?;
        }
    }
    Ok(Exit::Ok)
}

/// What came of an order: a sentence for people, `document` for programs.
fn show(turned: &Turned, document: &impl Serialize, printer: &Printer) {
    if printer.format() == Format::Table {
        printer.data(&render::turned(turned));
    } else {
        printer.json(document);
    }
}

async fn status(settings: &Settings, printer: &Printer) -> Result<(), Failure> {
    let looking = async {
        let store = session::open_to_read(settings).await?;
        let standing = wire::assist(settings, &store).status().await;
        store.close().await;
        Ok::<Vec<OffNow>, Failure>(standing?)
    };
    let standing = progress::during(printer, "looking at the switches", looking).await?;
    if printer.format() == Format::Table {
        printer.data(&render::off_list(&standing, printer));
    } else {
        printer.json_list(&standing);
    }
    Ok(())
}

/// Gives the order; what came of it, and what is off now.
async fn carry_out(
    global: &Global,
    turn: Turn,
    order: SwitchOrder,
    printer: &Printer,
) -> Result<(Turned, Vec<OffNow>), Failure> {
    let loaded = session::load_for_store(global, order.place.sandbox, printer)?;
    let sources = session::sources(global);
    let raw = RawSwitch {
        scope: scope(order.scope),
        by: RawField::text(order.by.or_else(|| session::user(&sources))),
        lasts: match turn {
            Turn::Off(lasts) => lasts,
            Turn::On => None,
        },
    };
    let turning = async {
        let store = wire::open_store(&loaded.settings).await?;
        let service = wire::assist(&loaded.settings, &store);
        let turned = match turn {
            Turn::Off(_) => service.off(raw).await,
            Turn::On => service.on(raw).await,
        };
        let standing = service.status().await;
        let delivery = Delivery::new(&loaded.settings, &store, Bell::default(), None, printer);
        delivery.finish(printer).await;
        store.close().await;
        Ok((turned?, standing?))
    };
    progress::during(printer, "turning the switch", turning).await
}

/// The arguments' group lets exactly one of the three through.
fn scope(target: SwitchTarget) -> RawSwitchScope {
    match (target.queue, target.session) {
        (Some(id), _) => RawSwitchScope::Queue(RawField::Text(id)),
        (None, Some(id)) => RawSwitchScope::Session(RawField::Text(id)),
        (None, None) => RawSwitchScope::Everything,
    }
}
