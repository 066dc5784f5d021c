//! `agent-assist audit archive`: old records into archives, and old archives away.

use agent_assist_app::wire;

use crate::args::{Global, StorePlace};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Printer};
use crate::{progress, render, session};

pub(super) async fn run(
    global: &Global,
    place: StorePlace,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let loaded = session::load_for_store(global, place.sandbox, printer)?;
    let archiving = async {
        let store = session::open_existing(&loaded.settings).await?;
        let report = wire::retention(&loaded.settings, &store).run().await;
        store.close().await;
        Ok::<_, Failure>(report?)
    };
    let report = progress::during(printer, "archiving old records", archiving).await?;
    match printer.format() {
        Format::Table => printer.data(&render::retention(&report)),
        Format::Json | Format::Ndjson => printer.json(&report),
    }
    if report.held || !report.archives_held.is_empty() {
        printer.note(
            "note: a legal hold keeps what is past its time; see `agent-assist audit hold list`",
        );
    }
    Ok(Exit::Ok)
}
