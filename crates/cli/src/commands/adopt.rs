//! `agent-assist adopt`: a recommendation was used.

use agent_assist_app::wire;
use agent_assist_domain::payload::{RawAdoption, RawField};

use crate::args::{AdoptArgs, Global};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Printer};
use crate::session;

pub(super) async fn run(
    global: &Global,
    args: AdoptArgs,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let loaded = session::load_for_store(global, args.place.sandbox, printer)?;
    let store = wire::open_store(&loaded.settings).await?;
    let raw = RawAdoption {
        conversation_id: RawField::text(args.conversation),
        session_id: RawField::text(args.session),
        recommendation_id: RawField::text(args.recommendation),
        event_id: RawField::text(args.event_id),
        agent_id: RawField::text(args.agent),
    };
    let adoption = wire::adopt(&loaded.settings, &store, Vec::new())
        .adopt(raw)
        .await;
    store.close().await;
    let adoption = adoption?;
    if printer.format() == Format::Table {
        let word = if adoption.replay {
            "already recorded"
        } else {
            "recorded"
        };
        printer.data(&format!(
            "{word}: use of {} as event {}",
            adoption.recommendation_id, adoption.event_id
        ));
    } else {
        printer.json(&adoption);
    }
    Ok(Exit::Ok)
}
