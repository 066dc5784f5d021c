//! `agent-assist audit replay` and `audit statement`: what the log says about a conversation.

use agent_assist_app::clock::SystemClock;
use agent_assist_app::conversation;
use agent_assist_app::conversation::replay::replay;
use agent_assist_app::conversation::statement::{Anchor, AnchorCheckpoint, statement};
use agent_assist_app::reading::Reading;
use agent_assist_app::settings::Settings;
use agent_assist_domain::audit::{AuditFilter, Egress, ReadCommand};
use agent_assist_domain::ports::Clock as _;
use serde::Serialize;

use super::{access, egress};
use crate::args::{Global, ReplayArgs, StatementArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Printer};
use crate::{progress, render, session};

pub(super) async fn run_replay(
    global: &Global,
    args: ReplayArgs,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let loaded = session::load_for_store(global, args.place.sandbox, printer)?;
    let at = args.at.unwrap_or_else(|| SystemClock.now());
    let reading = async {
        let store = session::open_to_read(&loaded.settings).await?;
        let records = conversation::records(&store, &args.conversation, None).await;
        store.close().await;
        Ok::<_, Failure>(records?)
    };
    let records = progress::during(printer, "reading the audit log", reading).await?;
    let mut reading = about(ReadCommand::Replay, &args.conversation);
    reading.as_of = Some(at);
    access::record(global, &loaded.settings, reading, records.len(), printer).await?;
    let told = replay(&args.conversation, at, &records);
    let text = || render::replay(&told);
    show(&told, text, &loaded.settings, printer)
}

pub(super) async fn run_statement(
    global: &Global,
    args: StatementArgs,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let loaded = session::load_for_store(global, args.place.sandbox, printer)?;
    let reading = async {
        let store = session::open_to_read(&loaded.settings).await?;
        let end = store.audit_end().await?;
        let records = conversation::records(&store, &args.conversation, Some(end.last)).await;
        store.close().await;
        Ok::<_, Failure>((records?, end))
    };
    let (records, end) = progress::during(printer, "reading the audit log", reading).await?;
    let reading = about(ReadCommand::Statement, &args.conversation);
    access::record(global, &loaded.settings, reading, records.len(), printer).await?;
    let anchor = Anchor {
        last_seq: end.last,
        size: end.tree.size,
        root_hash: hex::encode(end.tree.root.as_bytes()),
        checkpoint: end.checkpoint.map(|(size, at)| AnchorCheckpoint {
            size,
            at_us: at.as_micros(),
        }),
    };
    let told = statement(&args.conversation, &records, anchor);
    let text = || render::statement(&told);
    show(&told, text, &loaded.settings, printer)
}

fn about(command: ReadCommand, conversation_id: &str) -> Reading {
    Reading {
        filter: AuditFilter {
            conversation_id: Some(conversation_id.to_owned()),
            ..AuditFilter::default()
        },
        ..Reading::of(command)
    }
}

/// Shows what is told, unless a last look finds personal data in it.
fn show(
    told: &impl Serialize,
    text: impl FnOnce() -> String,
    settings: &Settings,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let json = serde_json::to_string(told).unwrap_or_default();
    if egress(settings)?.look(Egress::Export, &json).is_some() {
        printer.note("error: it is held back: there is personal data in it");
        return Ok(Exit::Unexpected);
    }
    match printer.format() {
        Format::Table => printer.data(&text()),
        Format::Json | Format::Ndjson => printer.json(told),
    }
    Ok(Exit::Ok)
}
