//! `agent-assist audit verify-archive`: that archives are what was archived, from their files alone.

use std::path::{Path, PathBuf};

use agent_assist_app::error::Chain;
use agent_assist_app::wire::{ArchiveFault, Manifest, verify_archive};
use agent_assist_tlog::{Checkpoint, SignedNote, TreeHead, VerifierKey};
use serde_json::json;

use super::verify_proof::{key, read};
use crate::args::VerifyArchiveArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Printer};

/// What the names of an archive's two files end in.
const RECORDS: &str = ".ndjson.gz";
const MANIFEST: &str = ".manifest.json";

pub(super) fn run(args: &VerifyArchiveArgs, printer: &Printer) -> Result<Exit, Failure> {
    let keys = args.keys.iter().map(|text| key(text));
    let keys = keys.collect::<Result<Vec<_>, _>>()?;
    let states = args.checkpoints.iter().map(|path| checkpoint(path, &keys));
    let states = states.collect::<Result<Vec<_>, _>>()?;
    let mut verified: Vec<Manifest> = Vec::new();
    let mut had: Vec<TreeHead> = Vec::new();
    for path in manifests(&args.files) {
        let archive = verify_archive(&path, &states).map_err(|fault| failure(&path, &fault))?;
        had.extend(archive.had);
        verified.push(archive.manifest);
    }
    verified.sort_by_key(|manifest| manifest.first);
    follow_each_other(&verified, printer)?;
    say(&verified, printer);
    for state in states.iter().filter(|state| !had.contains(state)) {
        printer.note(&format!(
            "note: of the state with {} records these archives say nothing",
            state.size
        ));
    }
    if had.is_empty() {
        printer.note(
            "note: unanchored: whoever could write the log is not excluded; a checkpoint that was kept \
             elsewhere excludes them (--checkpoint)",
        );
    }
    Ok(Exit::Ok)
}

/// The manifests of `files`, each once.
fn manifests(files: &[PathBuf]) -> Vec<PathBuf> {
    let mut manifests: Vec<PathBuf> = Vec::new();
    for file in files {
        let name = file.file_name().and_then(|name| name.to_str());
        let stem = name.and_then(|name| name.strip_suffix(RECORDS));
        let manifest = stem.map(|stem| file.with_file_name(format!("{stem}{MANIFEST}")));
        let manifest = manifest.unwrap_or_else(|| file.clone());
        if !manifests.contains(&manifest) {
            manifests.push(manifest);
        }
    }
    manifests
}

/// The state of a checkpoint that one of `keys` has signed.
fn checkpoint(path: &Path, keys: &[VerifierKey]) -> Result<TreeHead, Failure> {
    let bytes = read("--checkpoint", path)?;
    let malformed = |error: &(dyn std::error::Error + 'static)| {
        Failure::usage(format!(
            "--checkpoint: {}: {}",
            path.display(),
            Chain(error)
        ))
        .advise("a checkpoint is a signed note; https://c2sp.org/tlog-checkpoint")
    };
    let note = SignedNote::from_bytes(&bytes).map_err(|error| malformed(&error))?;
    let signers = note.open(keys).map_err(|error| {
        Failure::new(Exit::BadSignature, Chain(&error).to_string()).advise(
            "believe a checkpoint only with the verifier key that the log's owner gave you by another \
             way; check --key",
        )
    })?;
    let origin = signers.first().map(|key| key.name()).unwrap_or_default();
    let checkpoint = Checkpoint::open(&note, origin, keys).map_err(|error| malformed(&error))?;
    Ok(checkpoint.head())
}

/// That of neighbours the later begins with the tree with which the earlier ends.
fn follow_each_other(sorted: &[Manifest], printer: &Printer) -> Result<(), Failure> {
    for (earlier, later) in sorted.iter().zip(sorted.iter().skip(1)) {
        let next = earlier.last + 1;
        if later.first > next {
            printer.note(&format!(
                "note: records {next} to {} are in none of these archives",
                later.first - 1
            ));
        } else if later.first < next || later.frontier.head() != earlier.after {
            let message = format!(
                "the archive from record {} on does not continue the one from record {} on",
                later.first, earlier.first
            );
            return Err(Failure::new(Exit::Fork, message));
        }
    }
    Ok(())
}

fn failure(path: &Path, fault: &ArchiveFault) -> Failure {
    let exit = match fault {
        ArchiveFault::Unreadable(..) | ArchiveFault::Manifest(_) => Exit::Usage,
        ArchiveFault::Missing { .. } => Exit::Truncated,
        ArchiveFault::Fork => Exit::Fork,
        _ => Exit::Altered,
    };
    let failure = Failure::new(exit, format!("{}: {}", path.display(), Chain(fault)));
    match fault {
        ArchiveFault::Unreadable(..) => failure.advise(
            "both files of an archive stand in one folder, under the names they were given",
        ),
        ArchiveFault::Manifest(_) => {
            failure.advise("use the manifest as it was written, unchanged")
        }
        _ => failure.advise("keep the files as they are, and look for a copy that verifies"),
    }
}

fn say(verified: &[Manifest], printer: &Printer) {
    let told = |manifest: &Manifest| {
        json!({
            "verified": true,
            "first_seq": manifest.first,
            "last_seq": manifest.last,
            "file_sha256": manifest.file_sha256.to_string(),
            "size": manifest.after.size,
            "root": manifest.after.root.to_base64(),
        })
    };
    match printer.format() {
        Format::Table => verified.iter().for_each(|manifest| {
            printer.data(&format!(
                "records {} to {} are what was archived; the log had root {} then",
                manifest.first,
                manifest.last,
                manifest.after.root.to_base64()
            ));
        }),
        Format::Json | Format::Ndjson => {
            let told: Vec<_> = verified.iter().map(told).collect();
            printer.json_list(&told);
        }
    }
}
