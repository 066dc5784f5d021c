//! `agent-assist audit verify-proof`: that a record is in a log, from a file and nothing else.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use agent_assist_app::error::Chain;
use agent_assist_tlog::{
    Checkpoint, OpenCheckpointError, OpenError, ProofError, ProofFile, VerifierKey, VerifyFileError,
};
use serde_json::json;

use crate::args::VerifyProofArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Printer};

/// Longest file that is read: no record and no proof comes near it.
const MAX_BYTES: u64 = 16 << 20;

pub(super) fn run(args: &VerifyProofArgs, printer: &Printer) -> Result<Exit, Failure> {
    let keys = args
        .keys
        .iter()
        .map(|text| key(text))
        .collect::<Result<Vec<_>, _>>()?;
    let proof = read("FILE", &args.file)?;
    let proof = ProofFile::from_bytes(&proof).map_err(|error| {
        Failure::usage(format!("FILE: {}", Chain(&error))).advise(
            "a proof is the file as it was given out, unchanged; https://c2sp.org/tlog-proof",
        )
    })?;
    let record = read("--record", &args.record)?;
    let origin = args
        .origin
        .as_deref()
        .or_else(|| keys.first().map(VerifierKey::name))
        .unwrap_or_default();
    let checkpoint = verify(&proof, &record, origin, &keys)?;
    say(&proof, &checkpoint, printer);
    Ok(Exit::Ok)
}

pub(super) fn key(text: &str) -> Result<VerifierKey, Failure> {
    text.parse().map_err(|error| {
        Failure::usage(format!("--key: {error}"))
            .advise("a verifier key as `audit keygen` prints it: name+id+base64")
    })
}

pub(super) fn read(argument: &str, path: &Path) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        io::stdin()
            .lock()
            .take(MAX_BYTES + 1)
            .read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes))
    };
    match read {
        Ok(_) if bytes.len() as u64 > MAX_BYTES => Err(Failure::usage(format!(
            "{argument}: {} has more than {MAX_BYTES} bytes",
            path.display()
        ))
        .advise("name the file of one record, and that of its proof")),
        Ok(_) => Ok(bytes),
        Err(error) => Err(Failure::usage(format!(
            "{argument}: {} cannot be read: {error}",
            path.display()
        ))
        .advise("name a file, or - for standard input")),
    }
}

/// Records end without a line end; one that an editor or a shell has put there is not the record's.
fn verify(
    proof: &ProofFile,
    record: &[u8],
    origin: &str,
    keys: &[VerifierKey],
) -> Result<Checkpoint, Failure> {
    let as_given = proof.verify(record, origin, keys);
    let bare = record
        .strip_suffix(b"\r\n")
        .or_else(|| record.strip_suffix(b"\n"));
    let verified = match (as_given, bare) {
        (Err(VerifyFileError::Proof(ProofError::Root)), Some(bare)) => {
            proof.verify(bare, origin, keys)
        }
        (as_given, _) => as_given,
    };
    verified.map_err(|error| failure(&error, origin))
}

fn failure(error: &VerifyFileError, origin: &str) -> Failure {
    let message = Chain(error).to_string();
    match error {
        VerifyFileError::Checkpoint(OpenCheckpointError::Note(OpenError::Malformed(_))) => {
            Failure::usage(message).advise("use the file as it was given out, unchanged")
        }
        VerifyFileError::Checkpoint(OpenCheckpointError::Note(_)) => {
            Failure::new(Exit::BadSignature, message).advise(
                "believe the proof only with the verifier key that the log's owner gave you \
                 by another way; check --key",
            )
        }
        VerifyFileError::Checkpoint(OpenCheckpointError::OtherOrigin) => {
            Failure::new(Exit::Altered, format!("{message}, not of {origin}"))
                .advise("--origin names the log whose checkpoint it must be")
        }
        VerifyFileError::Checkpoint(OpenCheckpointError::Text(_)) => {
            Failure::new(Exit::Altered, message)
        }
        VerifyFileError::Proof(_) => Failure::new(Exit::Altered, message).advise(
            "the record is the entry alone, byte for byte as it stands in the log; if that is what \
             was given, it has been altered, or the proof is that of another record",
        ),
    }
}

fn say(proof: &ProofFile, checkpoint: &Checkpoint, printer: &Printer) {
    let head = checkpoint.head();
    let origin = checkpoint.origin();
    // Positions in the log count from 1.
    let seq = proof.index().saturating_add(1);
    match printer.format() {
        Format::Table => printer.data(&format!(
            "the record is number {seq} of the log {origin}, under its checkpoint of {} records\n\
             root {}",
            head.size,
            head.root.to_base64()
        )),
        Format::Json | Format::Ndjson => printer.json(&json!({
            "verified": true,
            "origin": origin,
            "seq": seq,
            "size": head.size,
            "root": head.root.to_base64(),
        })),
    }
}
