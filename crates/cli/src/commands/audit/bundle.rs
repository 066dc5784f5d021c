//! `agent-assist audit bundle`: a stretch of the log as a folder that can be checked without this
//! program.

use std::path::Path;

use agent_assist_domain::audit::{AuditOrder, AuditQuery};
use agent_assist_domain::ports::AuditTrail as _;
use agent_assist_tlog::Hash;
use serde_json::json;

use super::prove::{newest, not_under, note, write};
use super::{egress, is_stopped, stopped, verify};
use crate::args::{BundleArgs, Global};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Printer};
use crate::session;

/// Checks a bundle with nothing but Python's standard library.
const VERIFY_PY: &str = include_str!("verify.py");

/// Records read at once.
const PAGE: u32 = 500;

pub(super) async fn run(
    global: &Global,
    args: BundleArgs,
    printer: &Printer,
) -> Result<Exit, Failure> {
    if args.from == 0 || args.to < args.from {
        return Err(
            Failure::usage("--from and --to: the first record and the last, from 1")
                .advise("`agent-assist audit list` shows what there is"),
        );
    }
    let loaded = session::load_for_store(global, false, printer)?;
    let egress = egress(&loaded.settings)?;
    let keys = verify::keys(&[], &loaded.settings, printer)?;
    let store = session::open_to_read(&loaded.settings).await?;
    let checkpoint = newest(&store, u64::MAX).await?;
    note(&checkpoint)?;
    let (mut entries, mut proofs) = (String::new(), String::new());
    let mut query = AuditQuery {
        filter: Default::default(),
        order: AuditOrder::OldestFirst,
        after: Some(args.from - 1),
        limit: PAGE,
    };
    let mut next = args.from;
    while next <= args.to {
        let page = store.page(&query).await?;
        query.after = page.last().map(|record| record.seq);
        if page.is_empty() {
            return Err(not_under(next, &checkpoint));
        }
        for record in page.iter().take_while(|record| record.seq <= args.to) {
            if record.seq != next {
                return Err(Failure::usage(format!("record {next} was pruned"))
                    .advise(format!("begin with --from {}", record.seq)));
            }
            if is_stopped(record, &egress) {
                printer.note(&format!("error: {}", stopped(record.seq)));
                return Ok(Exit::Unexpected);
            }
            let Some(proof) = store.prove(record.seq, checkpoint.head.size).await? else {
                return Err(not_under(record.seq, &checkpoint));
            };
            let path: Vec<String> = proof
                .path
                .into_iter()
                .map(|hash| Hash::from_bytes(hash).to_base64())
                .collect();
            entries.push_str(&record.entry);
            entries.push('\n');
            let proof = json!({ "seq": record.seq, "index": proof.index, "path": path });
            proofs.push_str(&proof.to_string());
            proofs.push('\n');
            next += 1;
        }
    }
    store.close().await;
    std::fs::create_dir(&args.out).map_err(|error| {
        Failure::usage(format!(
            "--out: {} cannot be made: {error}",
            args.out.display()
        ))
        .advise("name a folder that is not there yet, in one that can be written to")
    })?;
    let keys: String = keys.iter().map(|key| format!("{key}\n")).collect();
    let files = [
        ("entries.ndjson", entries.as_str()),
        ("proofs.ndjson", &proofs),
        ("checkpoint", &checkpoint.note),
        ("verifier.key", &keys),
        ("verify.py", VERIFY_PY),
    ];
    for (name, content) in files {
        write(&args.out.join(name), content.as_bytes(), "--out")?;
    }
    say(&args, &args.out, checkpoint.head.size, printer);
    Ok(Exit::Ok)
}

fn say(args: &BundleArgs, out: &Path, size: u64, printer: &Printer) {
    let BundleArgs { from, to, .. } = args;
    match printer.format() {
        Format::Table => printer.data(&format!(
            "records {from} to {to} under the checkpoint of {size}: python3 {}/verify.py VKEY",
            out.display()
        )),
        Format::Json | Format::Ndjson => printer.json(&json!({
            "from": from,
            "to": to,
            "size": size,
            "folder": out.display().to_string(),
        })),
    }
}
