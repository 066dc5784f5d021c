//! `agent-assist report`: what was shown and used, who got nothing, and how fast it was.

use agent_assist_app::report::ReportQuery;
use agent_assist_app::wire;

use super::reconcile;
use crate::args::{Global, Output, ReportArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Printer};
use crate::{progress, render, session};

pub(super) async fn run(
    global: &Global,
    args: &ReportArgs,
    printer: &Printer,
) -> Result<Exit, Failure> {
    if let (true, Some(since)) = (args.reconcile, args.since) {
        return reconcile::run(global, since, args.until, printer).await;
    }
    let loaded = session::load_for_store(global, args.place.sandbox, printer)?;
    let store = session::open_to_read(&loaded.settings).await?;
    let service = wire::report(&loaded.settings, &store);
    let query = ReportQuery {
        since: args.since,
        until: args.until,
        by: args.by,
    };
    let report = progress::during(printer, "reading the audit log", service.report(query)).await;
    store.close().await;
    let report = report?;
    if global.output == Some(Output::Csv) {
        printer.data(&render::report_csv(&report));
    } else if printer.format() == Format::Table {
        printer.data(&render::report(&report, printer));
    } else {
        printer.json(&report);
    }
    Ok(Exit::Ok)
}
