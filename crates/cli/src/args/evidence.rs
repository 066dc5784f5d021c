//! Arguments of the commands of `audit` that prove something about the log.

use std::path::PathBuf;

use clap::Args;

use super::StorePlace;

pub(super) const VERIFY_HELP: &str = "\
Examples:
  agent-assist audit verify
  agent-assist audit verify --checkpoint /mnt/elsewhere/checkpoints --key 'assist.example.com/audit+1a2b3c4d+AQ...'

A checkpoint file is what audit.checkpoint_file, a webhook or a syslog collector has kept. Without one
whoever holds host and key is not excluded: all of the log could have been written anew.

Exit codes:
  0 consistent: `anchored to record N` by a checkpoint given, or `unanchored`
  10 altered, from the record named on         11 truncated: records are missing at the end
  12 fork: another log than the one signed     13 a checkpoint is not signed by the key
  14 columns say something else than the entry";

pub(super) const PROVE_HELP: &str = "\
Examples:
  agent-assist audit prove 17 --out record-17.proof --record record-17.json
  agent-assist audit verify-proof record-17.proof --record record-17.json --key VKEY

The proof (c2sp.org/tlog-proof) stands for itself: record, proof and verifier key are enough to check it.";

pub(super) const PROVE_CONSISTENCY_HELP: &str = "\
Examples:
  agent-assist audit prove-consistency 1200 --out 1200-on.proof
  agent-assist audit verify-consistency 1200-on.proof --old checkpoint-1200 --key VKEY

It proves that the log is the one of FROM records with others appended. The proof is what a witness is
asked with (c2sp.org/tlog-witness): the earlier size, hashes, and the later checkpoint.";

pub(super) const VERIFY_CONSISTENCY_HELP: &str = "\
Examples:
  agent-assist audit verify-consistency 1200-on.proof --old checkpoint-1200 --key VKEY

Exit codes:
  0 the later log begins with the earlier   2 a file or an argument is malformed
  12 it does not                            13 not signed by the key";

pub(super) const CHECKPOINT_HELP: &str = "\
Examples:
  agent-assist audit checkpoint --output table > checkpoint

Signs the head of the log with audit.key_file, unless it is signed already, and prints the newest
checkpoint (c2sp.org/tlog-checkpoint). Keep it where nobody who may write to the store may write.";

pub(super) const BUNDLE_HELP: &str = "\
Examples:
  agent-assist audit bundle --from 100 --to 250 --out evidence
  python3 evidence/verify.py 'assist.example.com/audit+1a2b3c4d+AQ...'

The folder holds the records, a proof for each, the checkpoint they are under, the verifier key, and a
short program that checks all of it with Python's standard library alone.";

/// Arguments of `audit verify`.
#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    /// Checkpoints that were kept elsewhere; may be repeated
    #[arg(long = "checkpoint", value_name = "FILE")]
    pub(crate) checkpoints: Vec<PathBuf>,
    /// A verifier key of the log, from which those that gave way to one another are followed; may be repeated [default: that of audit.key_file]
    #[arg(long = "key", value_name = "VKEY")]
    pub(crate) keys: Vec<String>,
    #[command(flatten)]
    pub(crate) place: StorePlace,
}

/// Arguments of `audit prove`.
#[derive(Debug, Args)]
pub(crate) struct ProveArgs {
    /// Position of the record
    pub(crate) seq: u64,
    /// File of the proof; what is there is overwritten
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
    /// File of the record itself, byte for byte as it stands in the log
    #[arg(long, value_name = "FILE")]
    pub(crate) record: Option<PathBuf>,
}

/// Arguments of `audit prove-consistency`.
#[derive(Debug, Args)]
pub(crate) struct ProveConsistencyArgs {
    /// Size of the earlier log
    pub(crate) from: u64,
    /// Size of the later log, of which there must be a checkpoint [default: the newest]
    pub(crate) to: Option<u64>,
    /// File of the proof; what is there is overwritten
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}

/// Arguments of `audit verify-consistency`.
#[derive(Debug, Args)]
pub(crate) struct VerifyConsistencyArgs {
    /// The proof, as prove-consistency writes it
    pub(crate) file: PathBuf,
    /// The earlier checkpoint
    #[arg(long, value_name = "FILE")]
    pub(crate) old: PathBuf,
    /// The log's verifier key; may be repeated
    #[arg(long = "key", value_name = "VKEY", required = true)]
    pub(crate) keys: Vec<String>,
}

/// Arguments of `audit bundle`.
#[derive(Debug, Args)]
pub(crate) struct BundleArgs {
    /// The first record
    #[arg(long, value_name = "SEQ")]
    pub(crate) from: u64,
    /// The last record
    #[arg(long, value_name = "SEQ")]
    pub(crate) to: u64,
    /// Folder to make; there must be none
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
}
