//! `agent-assist audit prove`, `audit prove-consistency`, `audit verify-consistency`, `audit checkpoint`.

use std::path::Path;

use agent_assist_app::wire::{self, SqliteStore};
use agent_assist_domain::audit::{InclusionPath, Seq, StoredCheckpoint};
use agent_assist_domain::ports::AuditTrail as _;
use agent_assist_tlog::{
    Checkpoint, ConsistencyProof, Hash, InclusionProof, ProofFile, SignedNote, VerifierKey,
};
use serde_json::json;

use super::verify::notes_in;
use super::verify_proof;
use crate::args::{Global, ProveArgs, ProveConsistencyArgs, VerifyConsistencyArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Printer};
use crate::session;

const NO_CHECKPOINT: &str = "set audit.key_file, and `agent-assist audit checkpoint` signs one now";

pub(super) async fn record(
    global: &Global,
    args: ProveArgs,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let loaded = session::load_for_store(global, false, printer)?;
    let store = session::open_to_read(&loaded.settings).await?;
    let checkpoint = newest(&store, u64::MAX).await?;
    let found = store.get(args.seq).await?;
    let proof = store.prove(args.seq, checkpoint.head.size).await?;
    store.close().await;
    let Some(proof) = proof else {
        return Err(not_under(args.seq, &checkpoint));
    };
    let index = proof.index;
    let file = file(proof, note(&checkpoint)?);
    write(&args.out, file.to_string().as_bytes(), "--out")?;
    if let Some(path) = &args.record {
        let Some(found) = found else {
            return Err(Failure::usage(format!("record {} was pruned", args.seq))
                .advise("leave --record out: the proof is written, the record must come from an archive"));
        };
        write(path, found.entry.as_bytes(), "--record")?;
    }
    let size = checkpoint.head.size;
    match printer.format() {
        Format::Table => printer.data(&format!(
            "record {} is leaf {index} of the log under its checkpoint of {size} records: {}",
            args.seq,
            args.out.display()
        )),
        Format::Json | Format::Ndjson => printer.json(&json!({
            "seq": args.seq,
            "index": index,
            "size": size,
            "file": args.out.display().to_string(),
        })),
    }
    Ok(Exit::Ok)
}

pub(super) async fn consistency(
    global: &Global,
    args: ProveConsistencyArgs,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let loaded = session::load_for_store(global, false, printer)?;
    let store = session::open_to_read(&loaded.settings).await?;
    let checkpoint = newest(&store, args.to.unwrap_or(u64::MAX)).await?;
    let size = checkpoint.head.size;
    if args.to.is_some_and(|to| to != size) {
        return Err(Failure::usage(format!(
            "there is no checkpoint of {} records; the newest before has {size}",
            args.to.unwrap_or_default()
        ))
        .advise("name that size, or none for the newest"));
    }
    let proof = store.prove_consistency(args.from, size).await?;
    store.close().await;
    let Some(proof) = proof else {
        return Err(Failure::usage(format!(
            "the checkpoint of {size} records is older than {}",
            args.from
        ))
        .advise("the earlier size comes first"));
    };
    let mut text = format!("old {}\n", args.from);
    for hash in proof.path {
        text.push_str(&Hash::from_bytes(hash).to_base64());
        text.push('\n');
    }
    text.push('\n');
    text.push_str(&checkpoint.note);
    write(&args.out, text.as_bytes(), "--out")?;
    match printer.format() {
        Format::Table => printer.data(&format!(
            "the log of {} records is the beginning of that of {size}: {}",
            args.from,
            args.out.display()
        )),
        Format::Json | Format::Ndjson => printer.json(&json!({
            "from": args.from,
            "to": size,
            "file": args.out.display().to_string(),
        })),
    }
    Ok(Exit::Ok)
}

pub(super) fn verify_consistency(
    args: &VerifyConsistencyArgs,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let keys: Vec<VerifierKey> = args
        .keys
        .iter()
        .map(|text| verify_proof::key(text))
        .collect::<Result<_, _>>()?;
    let bytes = verify_proof::read("FILE", &args.file)?;
    let (from, path, later) = parse(&bytes).ok_or_else(|| {
        Failure::usage("FILE: not a proof of consistency")
            .advise("give it as prove-consistency has written it, unchanged")
    })?;
    let olds = notes_in("--old", &args.old)?;
    let later = open(&later, &keys)?;
    let mut earlier = None;
    for old in &olds {
        let old = open(old, &keys)?;
        if old.head().size == from {
            earlier = Some(old);
        }
    }
    let Some(earlier) = earlier else {
        return Err(
            Failure::usage(format!("--old: no checkpoint of {from} records in it"))
                .advise("give the checkpoint that the proof begins with"),
        );
    };
    let to = later.head().size;
    let proof = ConsistencyProof { from, to, path };
    proof
        .verify(&earlier.head(), &later.head())
        .map_err(|error| {
            Failure::new(
                Exit::Fork,
                format!("the log was rewritten, or the proof is none: {error}"),
            )
            .advise("both checkpoints are signed, and no log has been in both states")
        })?;
    match printer.format() {
        Format::Table => printer.data(&format!(
            "the log {} of {to} records begins with that of {from}",
            later.origin()
        )),
        Format::Json | Format::Ndjson => printer.json(&json!({
            "verified": true,
            "origin": later.origin(),
            "from": from,
            "to": to,
        })),
    }
    Ok(Exit::Ok)
}

pub(super) async fn checkpoint(global: &Global, printer: &Printer) -> Result<Exit, Failure> {
    let loaded = session::load_for_store(global, false, printer)?;
    if loaded.settings.checkpoints.key_file.is_none() {
        return Err(
            Failure::usage("there is no key to sign with: audit.key_file is not set")
                .advise("`agent-assist audit keygen` makes one"),
        );
    }
    // Making no store by the way, and signing when it is closed.
    session::open_to_read(&loaded.settings).await?.close().await;
    wire::open_store(&loaded.settings).await?.close().await;
    let store = session::open_to_read(&loaded.settings).await?;
    let newest = newest(&store, u64::MAX).await;
    store.close().await;
    let newest = newest?;
    match printer.format() {
        Format::Table => printer.data(&newest.note),
        Format::Json | Format::Ndjson => printer.json(&json!({
            "number": newest.number,
            "size": newest.head.size,
            "root": Hash::from_bytes(newest.head.root).to_base64(),
            "at_us": newest.at.as_micros(),
            "checkpoint": newest.note,
        })),
    }
    Ok(Exit::Ok)
}

/// The newest checkpoint of at most `size` records.
pub(super) async fn newest(store: &SqliteStore, size: u64) -> Result<StoredCheckpoint, Failure> {
    store.newest_checkpoint(size).await?.ok_or_else(|| {
        Failure::usage("the log has no checkpoint to prove anything under").advise(NO_CHECKPOINT)
    })
}

pub(super) fn note(checkpoint: &StoredCheckpoint) -> Result<SignedNote, Failure> {
    checkpoint.note.parse().map_err(|_| {
        Failure::new(
            Exit::Altered,
            format!("checkpoint {} in the store is malformed", checkpoint.number),
        )
        .advise("`agent-assist audit verify` says what else is wrong")
    })
}

pub(super) fn file(proof: InclusionPath, note: SignedNote) -> ProofFile {
    let proof = InclusionProof {
        index: proof.index,
        size: proof.size,
        path: proof.path.into_iter().map(Hash::from_bytes).collect(),
    };
    ProofFile::new(proof, note)
}

pub(super) fn not_under(seq: Seq, checkpoint: &StoredCheckpoint) -> Failure {
    Failure::usage(format!(
        "record {seq} is not under the newest checkpoint, which has {} records",
        checkpoint.head.size
    ))
    .advise(
        "`agent-assist audit list` shows what there is; `agent-assist audit checkpoint` signs it",
    )
}

pub(super) fn write(path: &Path, bytes: &[u8], argument: &str) -> Result<(), Failure> {
    std::fs::write(path, bytes).map_err(|error| {
        Failure::usage(format!(
            "{argument}: {} cannot be written: {error}",
            path.display()
        ))
        .advise("name a file in a folder that is there and can be written to")
    })
}

fn parse(bytes: &[u8]) -> Option<(u64, Vec<Hash>, SignedNote)> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (proof, note) = text.split_once("\n\n")?;
    let mut lines = proof.lines();
    let from = lines.next()?.strip_prefix("old ")?.parse().ok()?;
    let path: Result<Vec<Hash>, _> = lines.map(Hash::from_base64).collect();
    Some((from, path.ok()?, note.parse().ok()?))
}

fn open(note: &SignedNote, keys: &[VerifierKey]) -> Result<Checkpoint, Failure> {
    let mut opened = keys
        .iter()
        .map(|key| Checkpoint::open(note, key.name(), keys));
    opened.find_map(Result::ok).ok_or_else(|| {
        Failure::new(
            Exit::BadSignature,
            "a checkpoint is not signed by the log's key",
        )
        .advise(
            "believe it only with the verifier key that the log's owner gave you by another way",
        )
    })
}
