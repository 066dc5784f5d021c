//! `agent-assist audit export`: the whole log, oldest first, one record a line.

use agent_assist_app::egress::EgressCheck;
use agent_assist_app::export::{Cursor, Export, ExportFormat, ExportQuery, line};
use agent_assist_domain::audit::{AuditFilter, AuditRecord, Seq};

use super::{egress, events, is_stopped, stopped};
use crate::args::{ExportArgs, ExportShape, Global};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Printer};
use crate::session;

pub(super) async fn run(
    global: &Global,
    args: ExportArgs,
    printer: &Printer,
) -> Result<Exit, Failure> {
    if global.output.is_some_and(|output| output != Format::Ndjson) {
        return Err(
            Failure::usage("--output says nothing here: an export is one document a line")
                .advise("--format ndjson or --format ocsf says what is in a line"),
        );
    }
    let since = args.since.unwrap_or_default();
    let query = ExportQuery {
        since,
        until: args.until,
        filter: AuditFilter {
            tenant: None,
            conversation_id: args.of.conversation,
            session_id: args.of.session,
            request_id: args.of.request,
            events: events(&args.of.events)?,
            since: None,
            until: None,
        },
    };
    let format = match args.format {
        ExportShape::Ndjson => ExportFormat::Ndjson,
        ExportShape::Ocsf => ExportFormat::Ocsf,
    };
    let loaded = session::load_for_store(global, args.place.sandbox, printer)?;
    let egress = egress(&loaded.settings)?;
    let store = session::open_to_read(&loaded.settings).await?;
    let ended = write(Export::new(&store, query), since, format, &egress, printer).await;
    store.close().await;
    ended
}

/// Lines for standard output, and what is not in them.
struct Page {
    lines: String,
    last: Option<Seq>,
    held: Vec<Seq>,
}

fn lines(records: &[AuditRecord], format: ExportFormat, egress: &EgressCheck) -> Page {
    let mut page = Page {
        lines: String::new(),
        last: records.last().map(|record| record.seq),
        held: Vec::new(),
    };
    for record in records {
        if is_stopped(record, egress) {
            page.held.push(record.seq);
        } else {
            page.lines.push_str(&line(record, format));
            page.lines.push('\n');
        }
    }
    page
}

async fn write(
    mut export: Export<'_>,
    since: Cursor,
    format: ExportFormat,
    egress: &EgressCheck,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let mut cursor = since;
    let mut exit = Exit::Ok;
    loop {
        let egress = egress.clone();
        let page = match export.page(move |page| lines(&page, format, &egress)).await {
            Ok(Some(page)) => page,
            Ok(None) => break,
            Err(error) => {
                end(cursor, printer);
                return Err(error.into());
            }
        };
        for seq in page.held {
            printer.note(&format!("error: {}", stopped(seq)));
            exit = Exit::Unexpected;
        }
        // Of what a reader that left has taken nobody knows: there is no cursor to give.
        if !printer.stream(page.lines.as_bytes()) {
            return Ok(exit);
        }
        cursor = page.last.map_or(cursor, Cursor::behind);
    }
    end(cursor, printer);
    Ok(exit)
}

/// Says where the next export is to begin.
fn end(cursor: Cursor, printer: &Printer) {
    printer.note(&format!("cursor: {cursor}"));
}
