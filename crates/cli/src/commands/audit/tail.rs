//! `agent-assist audit tail`: the log as it grows, until somebody wants it to stop.

use agent_assist_app::egress::EgressCheck;
use agent_assist_app::reading::Reading;
use agent_assist_app::tail::Tail;
use agent_assist_domain::audit::{AuditRecord, ReadCommand};
use agent_assist_domain::ports::StoreError;

use super::access::Access;
use super::{egress, filter, is_stopped, line, stopped};
use crate::args::{Global, TailArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Printer};
use crate::{render, session, signals};

pub(super) async fn run(
    global: &Global,
    args: TailArgs,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let filter = filter(args.of, None, None)?;
    let loaded = session::load_for_store(global, args.place.sandbox, printer)?;
    let interrupted = signals::stopped()
        .map_err(|error| Failure::unexpected("signals cannot be listened to", &error))?;
    let egress = egress(&loaded.settings)?;
    let store = session::open_to_read(&loaded.settings).await?;
    let mut tail = Tail::from(&store, filter.clone(), args.since).await?;
    let reading = Reading {
        filter,
        after: Some(tail.cursor().seq()),
        ..Reading::of(ReadCommand::Tail)
    };
    let mut access = Access::open(global, &loaded.settings, reading, printer).await?;
    access.begun(Some(tail.cursor().seq())).await;
    if store.is_immutable() {
        printer
            .note("warning: the store cannot be written to here, so nothing will be added to it");
    }
    let mut shown = Shown {
        printer,
        egress,
        rows: 0,
        exit: Exit::Ok,
    };
    let ended = tokio::select! {
        () = interrupted => Ok(()),
        ended = follow(&mut tail, &mut shown) => ended,
    };
    access.ended(shown.rows, Some(tail.cursor().seq())).await;
    access.close().await;
    store.close().await;
    ended?;
    printer.note(&format!("cursor: {}", tail.cursor()));
    Ok(shown.exit)
}

/// Shows what comes until nobody takes more.
async fn follow(tail: &mut Tail<'_>, shown: &mut Shown<'_>) -> Result<(), StoreError> {
    loop {
        let records = tail.next().await?;
        if !shown.show(&records) {
            return Ok(());
        }
    }
}

/// What has been shown, and how.
struct Shown<'p> {
    printer: &'p Printer,
    egress: EgressCheck,
    rows: u64,
    exit: Exit,
}

impl Shown<'_> {
    /// Whether somebody takes more.
    fn show(&mut self, records: &[AuditRecord]) -> bool {
        records.iter().all(|record| {
            if is_stopped(record, &self.egress) {
                self.printer
                    .note(&format!("error: {}", stopped(record.seq)));
                self.exit = Exit::Unexpected;
                return true;
            }
            let text = match self.printer.format() {
                Format::Table => render::audit_line(record),
                Format::Json | Format::Ndjson => line(record),
            };
            self.rows += 1;
            self.printer.stream(format!("{text}\n").as_bytes())
        })
    }
}
