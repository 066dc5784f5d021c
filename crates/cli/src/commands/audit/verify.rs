//! `agent-assist audit verify`: whether the log is whole, and by whose word.

use std::path::Path;

use agent_assist_app::checkpoints::{self, AuditKeyError, Checked};
use agent_assist_app::erase::{ErasedFields, erased_fields};
use agent_assist_app::error::Chain;
use agent_assist_app::settings::Settings;
use agent_assist_domain::audit::{Damage, Fault};
use agent_assist_tlog::{Hash, SignedNote, VerifierKey};
use serde_json::{Value, json};

use super::verify_proof;
use crate::args::{Global, VerifyArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Printer};
use crate::{progress, session};

pub(super) async fn run(
    global: &Global,
    args: VerifyArgs,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let loaded = session::load_for_store(global, args.place.sandbox, printer)?;
    let keys = keys(&args.keys, &loaded.settings, printer)?;
    let notes = notes(&args.checkpoints)?;
    if keys.is_empty() && !notes.is_empty() {
        return Err(
            Failure::usage("--checkpoint proves nothing without the log's key")
                .advise("give the verifier key that `audit keygen` printed with --key"),
        );
    }
    let store = session::open_to_read(&loaded.settings).await?;
    let looking = checkpoints::check(&store, &notes, &keys);
    let checked = progress::during(printer, "verifying the audit log", looking).await;
    let erased = erased_fields(&store).await;
    store.close().await;
    let checked = checked?;
    let erased = match erased {
        // What cannot be read is told of below.
        Err(_) if checked.verification.worst().is_some() => Vec::new(),
        erased => erased?,
    };
    say(&checked, &erased, printer);
    Ok(match checked.verification.worst() {
        None => Exit::Ok,
        Some(fault) => exit_of(fault.damage),
    })
}

/// Those given, else that of the key that signs here, where it can be read.
pub(super) fn keys(
    given: &[String],
    settings: &Settings,
    printer: &Printer,
) -> Result<Vec<VerifierKey>, Failure> {
    if !given.is_empty() {
        return given.iter().map(|text| verify_proof::key(text)).collect();
    }
    let Some(path) = &settings.checkpoints.key_file else {
        return Ok(Vec::new());
    };
    match checkpoints::load_key(path) {
        Ok(key) => Ok(vec![key.verifier()]),
        // Auditors need not be able to.
        Err(error @ AuditKeyError::Io { .. }) => {
            printer.note(&format!("warning: {}; give --key", Chain(&error)));
            Ok(Vec::new())
        }
        Err(error) => Err(Failure::usage(Chain(&error).to_string())),
    }
}

fn notes(files: &[impl AsRef<Path>]) -> Result<Vec<SignedNote>, Failure> {
    let mut all = Vec::new();
    for file in files {
        all.extend(notes_in("--checkpoint", file.as_ref())?);
    }
    Ok(all)
}

/// The checkpoints in a file.
pub(super) fn notes_in(argument: &str, file: &Path) -> Result<Vec<SignedNote>, Failure> {
    let bytes = verify_proof::read(argument, file)?;
    let text = String::from_utf8_lossy(&bytes);
    checkpoints::read_notes(&text).map_err(|error| {
        Failure::usage(format!("{argument}: {}: {}", file.display(), Chain(&error))).advise(
            "give checkpoints as they were sent: https://c2sp.org/tlog-checkpoint, or lines of syslog",
        )
    })
}

fn exit_of(damage: Damage) -> Exit {
    match damage {
        Damage::Altered => Exit::Altered,
        Damage::Projection => Exit::Projection,
        Damage::Fork => Exit::Fork,
        Damage::Truncated => Exit::Truncated,
        Damage::BadSignature => Exit::BadSignature,
    }
}

fn say(checked: &Checked, erased: &[ErasedFields], printer: &Printer) {
    let found = &checked.verification;
    match printer.format() {
        Format::Table => printer.data(&text(checked, erased)),
        Format::Json | Format::Ndjson => printer.json(&document(checked, erased)),
    }
    if found.outside_head.is_none() && found.head.size > 0 {
        printer.note(
            "warning: there is no file with the log's head beside the store; a log that has lost its \
             end looks whole without it",
        );
    }
}

fn text(checked: &Checked, erased: &[ErasedFields]) -> String {
    let found = &checked.verification;
    let mut lines = Vec::new();
    match found.worst() {
        None => lines.push(format!("consistent: {} records verified", found.records)),
        Some(worst) => lines.push(match worst.seq {
            Some(seq) => format!("{}: from record {seq} on", worst.damage.as_str()),
            None => worst.damage.as_str().to_owned(),
        }),
    }
    lines.extend(found.faults.iter().map(line));
    if let Some(below) = found.pruned_below {
        lines.push(format!(
            "records before {below} were pruned; their leaves are there"
        ));
    }
    lines.extend(erased.iter().map(ErasedFields::to_string));
    lines.push(match checked.anchored_to {
        Some(seq) => format!("anchored to record {seq}"),
        None => "unanchored: whoever holds the key is not excluded".to_owned(),
    });
    lines.push(format!(
        "{} checkpoints in the store, signatures {}",
        found.checkpoints,
        if checked.signatures_checked {
            "checked"
        } else {
            "not checked: no key"
        },
    ));
    let root = Hash::from_bytes(found.head.root).to_base64();
    lines.push(format!("size {}, root {root}", found.head.size));
    lines.join("\n")
}

fn line(fault: &Fault) -> String {
    match fault.seq {
        Some(seq) => format!("  - record {seq}: {}", fault.symptom),
        None => format!("  - {}", fault.symptom),
    }
}

fn document(checked: &Checked, erased: &[ErasedFields]) -> Value {
    let found = &checked.verification;
    let worst = found.worst();
    let fault = |fault: &Fault| {
        json!({
            "damage": fault.damage.as_str(),
            "symptom": fault.symptom.as_str(),
            "seq": fault.seq,
            "message": fault.symptom.to_string(),
        })
    };
    json!({
        "verdict": worst.map_or("consistent", |fault| fault.damage.as_str()),
        "first_bad_seq": worst.and_then(|fault| fault.seq),
        "records": found.records,
        "last_seq": found.last(),
        "size": found.head.size,
        "root": Hash::from_bytes(found.head.root).to_base64(),
        "anchored_to": checked.anchored_to,
        "outside_head": found.outside_head,
        "pruned_below": found.pruned_below,
        "erased": erased
            .iter()
            .map(|erased| json!({"seq": erased.seq, "fields": erased.fields}))
            .collect::<Vec<_>>(),
        "checkpoints": found.checkpoints,
        "signatures_checked": checked.signatures_checked,
        "faults": found.faults.iter().map(fault).collect::<Vec<_>>(),
    })
}
