//! `agent-assist adopt`: a recommendation was used.

use agent_assist_app::adopt::Adoption;
use agent_assist_app::events::Bell;
use agent_assist_app::settings::Settings;
use agent_assist_app::wire::{self, SqliteStore};
use agent_assist_domain::payload::{RawAdoption, RawField};

use crate::args::{AdoptArgs, Global};
use crate::delivery::Delivery;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Printer};
use crate::render::clean;
use crate::{progress, session};

pub(super) async fn run(
    global: &Global,
    args: AdoptArgs,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let loaded = session::load_for_store(global, args.place.sandbox, printer)?;
    let raw = RawAdoption {
        conversation_id: RawField::text(args.conversation),
        session_id: RawField::text(args.session),
        recommendation_id: RawField::text(args.recommendation),
        event_id: RawField::text(args.event_id),
        agent_id: RawField::text(args.agent),
    };
    let settings = &loaded.settings;
    let store = wire::open_store(settings).await?;
    let recording = record(settings, &store, raw);
    let adoption = progress::during(printer, "recording the use", recording).await;
    let shown = adoption.map(|adoption| show(&adoption, printer));
    let delivery = Delivery::new(settings, &store, Bell::default(), printer);
    delivery.finish(printer).await;
    store.close().await;
    shown.map(|()| Exit::Ok)
}

fn show(adoption: &Adoption, printer: &Printer) {
    if printer.format() == Format::Table {
        let word = if adoption.replay {
            "already recorded"
        } else {
            "recorded"
        };
        printer.data(&format!(
            "{word}: use of {} as event {}",
            clean(&adoption.recommendation_id),
            clean(&adoption.event_id)
        ));
    } else {
        printer.json(adoption);
    }
}

async fn record(
    settings: &Settings,
    store: &SqliteStore,
    raw: RawAdoption,
) -> Result<Adoption, Failure> {
    Ok(wire::adopt(settings, store, Vec::new())?.adopt(raw).await?)
}
