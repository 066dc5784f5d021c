//! `agent-assist report`: what was shown and used, and how fast.

use agent_assist_app::report::ReportSpan;
use agent_assist_app::wire;

use crate::args::{Global, ReportArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Printer};
use crate::{progress, render, session};

pub(super) async fn run(
    global: &Global,
    args: &ReportArgs,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let loaded = session::load_for_store(global, args.place.sandbox, printer)?;
    let store = session::open_to_read(&loaded.settings).await?;
    let service = wire::report(&loaded.settings, &store);
    let span = ReportSpan {
        since: args.since,
        until: args.until,
    };
    let report = progress::during(printer, "reading the audit log", service.report(span)).await;
    store.close().await;
    let report = report?;
    if printer.format() == Format::Table {
        printer.data(&render::report(&report, printer));
    } else {
        printer.json(&report);
    }
    Ok(Exit::Ok)
}
