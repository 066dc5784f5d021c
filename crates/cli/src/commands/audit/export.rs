//! `agent-assist audit export`: the whole log, oldest first, one record a line.

use agent_assist_app::egress::EgressCheck;
use agent_assist_app::export::{Cursor, Export, ExportFormat, ExportQuery, line};
use agent_assist_app::reading::Reading;
use agent_assist_domain::audit::{AuditFilter, AuditRecord, ReadCommand, Seq};

use super::access::Access;
use super::{egress, filter, is_stopped, stopped};
use crate::args::{ExportArgs, ExportShape, Global, Output};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Printer;
use crate::session;

pub(super) async fn run(
    global: &Global,
    args: ExportArgs,
    printer: &Printer,
) -> Result<Exit, Failure> {
    if global.output.is_some_and(|output| output != Output::Ndjson) {
        return Err(
            Failure::usage("--output says nothing here: an export is one document a line")
                .advise("--format ndjson or --format ocsf says what is in a line"),
        );
    }
    let since = args.since.unwrap_or_default();
    let filter = filter(args.of, None, None)?;
    let format = match args.format {
        ExportShape::Ndjson => ExportFormat::Ndjson,
        ExportShape::Ocsf => ExportFormat::Ocsf,
    };
    let loaded = session::load_for_store(global, args.place.sandbox, printer)?;
    let reading = Reading {
        filter: AuditFilter {
            until: args.until,
            ..filter.clone()
        },
        after: args.since.map(Cursor::seq),
        ..Reading::of(ReadCommand::Export)
    };
    let query = ExportQuery {
        since,
        until: args.until,
        filter,
    };
    let egress = egress(&loaded.settings)?;
    let store = session::open_to_read(&loaded.settings).await?;
    let mut export = Export::new(&store, query);
    let beginning = export.begin().await?;
    let mut written = Written {
        cursor: since,
        ..Written::default()
    };
    if beginning.is_whole && beginning.is_of_exports {
        // Nothing, or only what earlier exports left: a record of this one would be the next one's.
        write(export, &mut written, format, &egress, printer).await?;
    } else {
        let mut access = Access::open(global, &loaded.settings, reading, printer).await?;
        if beginning.is_whole {
            let cursor = beginning.cursor.map(Cursor::seq);
            access.whole(beginning.records as usize, cursor).await;
        } else {
            access.begun(Some(since.seq())).await;
        }
        let ended = write(export, &mut written, format, &egress, printer).await;
        if !beginning.is_whole {
            access.ended(written.rows, Some(written.cursor.seq())).await;
        }
        access.close().await;
        ended?;
    }
    store.close().await;
    Ok(if written.held_back {
        Exit::Unexpected
    } else {
        Exit::Ok
    })
}

/// What has been written.
#[derive(Default)]
struct Written {
    rows: u64,
    cursor: Cursor,
    /// Whether a record was left out.
    held_back: bool,
}

/// Lines for standard output, and what is not in them.
struct Page {
    lines: String,
    rows: u64,
    last: Option<Seq>,
    held: Vec<Seq>,
}

fn lines(records: &[AuditRecord], format: ExportFormat, egress: &EgressCheck) -> Page {
    let mut page = Page {
        lines: String::new(),
        rows: records.len() as u64,
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
    written: &mut Written,
    format: ExportFormat,
    egress: &EgressCheck,
    printer: &Printer,
) -> Result<(), Failure> {
    loop {
        let egress = egress.clone();
        let page = match export.page(move |page| lines(&page, format, &egress)).await {
            Ok(Some(page)) => page,
            Ok(None) => break,
            Err(error) => {
                end(written.cursor, printer);
                return Err(error.into());
            }
        };
        for seq in &page.held {
            printer.note(&format!("error: {}", stopped(*seq)));
            written.held_back = true;
        }
        // Of what a reader that left has taken nobody knows: there is no cursor to give.
        if !printer.stream(page.lines.as_bytes()) {
            return Ok(());
        }
        written.rows += page.rows;
        written.cursor = page.last.map_or(written.cursor, Cursor::behind);
    }
    end(written.cursor, printer);
    Ok(())
}

/// Says where the next export is to begin.
fn end(cursor: Cursor, printer: &Printer) {
    printer.note(&format!("cursor: {cursor}"));
}
