//! `agent-assist audit`: reads the log, and what was given out of it.

mod access;
mod archive;
mod bundle;
mod conversation;
mod erase;
mod export;
mod hold;
mod keygen;
mod prove;
mod query;
mod rotate_key;
mod tail;
mod verify;
mod verify_archive;
mod verify_proof;
mod whois;

use agent_assist_app::egress::EgressCheck;
use agent_assist_app::reading::Reading;
use agent_assist_app::settings::Settings;
use agent_assist_app::wire;
use agent_assist_domain::audit::{
    AuditEvent, AuditFilter, AuditOrder, AuditQuery, AuditRecord, Egress, ReadCommand, Seq,
};
use agent_assist_domain::ports::{AuditTrail as _, StoreError};
use agent_assist_domain::time::Timestamp;
use serde_json::value::RawValue;

use crate::args::{AuditCommand, AuditListArgs, Global, RecordsOf};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Printer};
use crate::{progress, render, session};

/// Records read at once.
const PAGE: u32 = 1_000;

pub(super) async fn run(
    global: &Global,
    command: AuditCommand,
    printer: &Printer,
) -> Result<Exit, Failure> {
    match command {
        AuditCommand::List(args) => list(global, args, printer).await,
        AuditCommand::Show { seq, place } => show(global, seq, place.sandbox, printer).await,
        AuditCommand::Export(args) => export::run(global, args, printer).await,
        AuditCommand::Query(args) => query::run(global, args, printer).await,
        AuditCommand::Tail(args) => tail::run(global, args, printer).await,
        AuditCommand::Replay(args) => conversation::run_replay(global, args, printer).await,
        AuditCommand::Statement(args) => conversation::run_statement(global, args, printer).await,
        AuditCommand::Archive { place } => archive::run(global, place, printer).await,
        AuditCommand::VerifyArchive(args) => verify_archive::run(&args, printer),
        AuditCommand::Hold(command) => hold::run(global, command, printer).await,
        AuditCommand::Whois(args) => whois::run(global, args, printer).await,
        AuditCommand::Erase(args) => erase::run(global, args, printer).await,
        AuditCommand::NewEpoch { place } => new_epoch(global, place.sandbox, printer).await,
        AuditCommand::Keygen(args) => keygen::run(&args, printer),
        AuditCommand::RotateKey(args) => rotate_key::run(global, args, printer).await,
        AuditCommand::Verify(args) => verify::run(global, args, printer).await,
        AuditCommand::Checkpoint => prove::checkpoint(global, printer).await,
        AuditCommand::Prove(args) => prove::record(global, args, printer).await,
        AuditCommand::VerifyProof(args) => verify_proof::run(&args, printer),
        AuditCommand::ProveConsistency(args) => prove::consistency(global, args, printer).await,
        AuditCommand::VerifyConsistency(args) => prove::verify_consistency(&args, printer),
        AuditCommand::Bundle(args) => bundle::run(global, args, printer).await,
    }
}

async fn list(global: &Global, args: AuditListArgs, printer: &Printer) -> Result<Exit, Failure> {
    let filter = filter(args.of, args.since, args.until)?;
    let loaded = session::load_for_store(global, args.place.sandbox, printer)?;
    let asked = Reading {
        filter: filter.clone(),
        after: args.after,
        ..Reading::of(ReadCommand::List)
    };
    let query = AuditQuery {
        filter,
        order: if args.oldest_first {
            AuditOrder::OldestFirst
        } else {
            AuditOrder::NewestFirst
        },
        after: args.after,
        limit: 0,
    };
    let reading = read(&loaded.settings, query, args.limit);
    let records = progress::during(printer, "reading the audit log", reading).await?;
    access::record(global, &loaded.settings, asked, records.len(), printer).await?;
    let egress = egress(&loaded.settings)?;
    let (held, records): (Vec<_>, Vec<_>) = records
        .into_iter()
        .partition(|record| is_stopped(record, &egress));
    print(&records, printer);
    if held.is_empty() {
        return Ok(Exit::Ok);
    }
    for record in &held {
        printer.note(&format!("error: {}", stopped(record.seq)));
    }
    Ok(Exit::Unexpected)
}

/// Up to `limit` records, page by page.
async fn read(
    settings: &Settings,
    mut query: AuditQuery,
    limit: u32,
) -> Result<Vec<AuditRecord>, Failure> {
    let store = session::open_to_read(settings).await?;
    let mut records = Vec::new();
    let mut left = limit;
    while left > 0 {
        query.limit = left.min(PAGE);
        let page = store.page(&query).await?;
        let full = page.len() == query.limit as usize;
        left -= page.len() as u32;
        query.after = page.last().map(|record| record.seq);
        records.extend(page);
        if !full {
            break;
        }
    }
    store.close().await;
    Ok(records)
}

async fn show(
    global: &Global,
    seq: u64,
    sandbox: bool,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let loaded = session::load_for_store(global, sandbox, printer)?;
    let store = session::open_to_read(&loaded.settings).await?;
    let record: Result<Option<AuditRecord>, StoreError> = store.get(seq).await;
    store.close().await;
    let record = record?;
    let asked = Reading {
        seq: Some(seq),
        ..Reading::of(ReadCommand::Show)
    };
    let rows = usize::from(record.is_some());
    access::record(global, &loaded.settings, asked, rows, printer).await?;
    let Some(record) = record else {
        return Err(Failure::usage(format!("the log has no record {seq}"))
            .advise("`agent-assist audit list` shows what there is"));
    };
    if is_stopped(&record, &egress(&loaded.settings)?) {
        printer.note(&format!("error: {}", stopped(seq)));
        return Ok(Exit::Unexpected);
    }
    if printer.format() == Format::Table {
        printer.data(&render::audit_record(&record));
    } else {
        printer.data(&line(&record));
    }
    Ok(Exit::Ok)
}

async fn new_epoch(global: &Global, sandbox: bool, printer: &Printer) -> Result<Exit, Failure> {
    let loaded = session::load_for_store(global, sandbox, printer)?;
    let store = session::open_to_read(&loaded.settings).await?;
    let begun = wire::new_epoch(&loaded.settings, &store).await;
    store.close().await;
    let epoch = begun?;
    if printer.format() == Format::Table {
        printer.data(&format!("epoch {epoch} begins"));
    } else {
        printer.json(&serde_json::json!({ "epoch": epoch }));
    }
    printer.note("processes that run go on with the epoch they know until they are started again");
    Ok(Exit::Ok)
}

fn print(records: &[AuditRecord], printer: &Printer) {
    match printer.format() {
        Format::Table => printer.data(&render::audit_list(records, printer)),
        Format::Ndjson => records
            .iter()
            .for_each(|record| printer.data(&line(record))),
        Format::Json => {
            let entries: Vec<Box<RawValue>> = records
                .iter()
                .filter_map(|record| RawValue::from_string(line(record)).ok())
                .collect();
            printer.json(&entries);
        }
    }
}

fn egress(settings: &Settings) -> Result<EgressCheck, Failure> {
    let screening = wire::screening(settings)?;
    Ok(wire::egress(settings, &screening))
}

/// Whether a last look finds personal data in a record, which then is not shown.
fn is_stopped(record: &AuditRecord, egress: &EgressCheck) -> bool {
    egress.look(Egress::Export, &record.entry).is_some()
}

fn stopped(seq: Seq) -> String {
    format!("record {seq} is held back: there is personal data in it")
}

/// One record as one line, the entry byte for byte as it stands in the log.
fn line(record: &AuditRecord) -> String {
    format!(r#"{{"seq":{},"entry":{}}}"#, record.seq, record.entry)
}

/// The records that are wanted.
fn filter(
    of: RecordsOf,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
) -> Result<AuditFilter, Failure> {
    Ok(AuditFilter {
        tenant: None,
        events: events(&of.events)?,
        conversation_id: of.conversation,
        session_id: of.session,
        request_id: of.request,
        since,
        until,
    })
}

fn events(names: &[String]) -> Result<Vec<AuditEvent>, Failure> {
    names.iter().map(|name| event(name)).collect()
}

fn event(name: &str) -> Result<AuditEvent, Failure> {
    AuditEvent::from_name(name).ok_or_else(|| {
        let names: Vec<&str> = AuditEvent::ALL
            .into_iter()
            .map(AuditEvent::as_str)
            .collect();
        Failure::usage("--event names no event")
            .advise(format!("the events are {}", names.join(", ")))
    })
}
