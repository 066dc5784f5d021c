//! `agent-assist report --reconcile`: the upstream's counts beside ours.

use std::time::Duration;

use agent_assist_app::reconcile::ReconcileError;
use agent_assist_app::wire;
use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::time::{Deadline, Timestamp};
use tokio::time::Instant;

use crate::args::{Global, Output};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Printer};
use crate::{progress, render, session};

/// Longest wait for the upstream's statistics, which take longer than an agent would wait.
const PATIENCE: Duration = Duration::from_secs(30);

pub(super) async fn run(
    global: &Global,
    since: Timestamp,
    until: Option<Timestamp>,
    printer: &Printer,
) -> Result<Exit, Failure> {
    if global.output == Some(Output::Csv) {
        return Err(
            Failure::usage("--output csv is for the report, not for its comparison")
                .advise("use table, json or ndjson"),
        );
    }
    let loaded = session::load_for_store(global, false, printer)?;
    let settings = &loaded.settings;
    if settings.dialect != Dialect::Suggestions {
        return Err(Failure::usage(
            "in the recommendations dialect the upstream has no counts to compare with",
        )
        .advise("set dialect = suggestions"));
    }
    let source = wire::upstream(settings)?;
    let store = session::open_to_read(settings).await?;
    let service = wire::reconcile(settings, &store, &source);
    let deadline = Deadline::at((Instant::now() + PATIENCE).into_std());
    let comparing = service.reconcile(since, until, deadline);
    let compared = progress::during(printer, "comparing counts", comparing).await;
    store.close().await;
    let compared = compared.map_err(|error| match error {
        ReconcileError::Store(error) => error.into(),
        ReconcileError::Upstream(error) => Failure::source(&error, settings.dialect).list([
            "the upstream's counts need the permission analytics:agentCopilotAggregate:view"
                .to_owned(),
        ]),
    })?;
    if printer.format() == Format::Table {
        printer.data(&render::reconciliation(&compared, printer));
    } else {
        printer.json(&compared);
    }
    Ok(Exit::Ok)
}
