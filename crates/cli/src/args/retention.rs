//! Arguments of `audit archive` and `audit hold`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::StorePlace;

/// What stands under the help of `audit archive`.
pub(super) const ARCHIVE_HELP: &str = "\
Examples:
  agent-assist audit archive
  zcat agent-assist.db.archives/audit-00000000000000000001.ndjson.gz | jq .event

Records older than audit.retain_online go into compressed files in the folder audit.archives, each with
a manifest by which it verifies alone; archives of records older than audit.retain_archived are deleted.
What a legal hold covers stays. Run it once a day.";

/// What stands under the help of `audit hold`.
pub(super) const HOLD_HELP: &str = "\
Examples:
  agent-assist audit hold add --conversation 8d7c1c2e-3a74-4f5b-9d2e-0c5a1f6b7e88 --reason 'case 7'
  agent-assist audit hold add --everything --reason 'audit of 2026' --by maria
  agent-assist audit hold list
  agent-assist audit hold release 1042

While a hold stands, records that it covers are neither archived nor erased, and archives with them are
not deleted. No record behind the first that is held is archived either: the log is let go from its
beginning only.";

/// What stands under the help of `audit verify-archive`.
pub(super) const VERIFY_HELP: &str = "\
Examples:
  agent-assist audit verify-archive archives/audit-*.ndjson.gz
  agent-assist audit verify-archive archives/*.gz --checkpoint kept.note --key 'name+1a2b3c4d+AQ...'

Each file is read with the manifest beside it: no store, no settings. Exit codes:
  0 they are what was archived     2 a file or an argument is malformed
  10 a record or a file was altered   11 records are missing at the end
  12 they are of another log       13 the checkpoint is not signed by the key";

/// Arguments of `audit verify-archive`.
#[derive(Debug, Args)]
pub(crate) struct VerifyArchiveArgs {
    /// Archives: their files of records, or their manifests
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// A signed checkpoint that was kept elsewhere; the log must have been so; may be repeated
    #[arg(long = "checkpoint", value_name = "FILE", requires = "keys")]
    pub(crate) checkpoints: Vec<PathBuf>,
    /// The log's verifier key, as `audit keygen` prints it; may be repeated
    #[arg(long = "key", value_name = "VKEY")]
    pub(crate) keys: Vec<String>,
}

/// `audit hold ...`
#[derive(Debug, Subcommand)]
pub(crate) enum HoldCommand {
    /// Order that records are kept
    #[command(after_long_help = HOLD_HELP)]
    Add {
        #[command(flatten)]
        scope: HoldTarget,
        /// Why: a case, not a person
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// Who says so, for the records [default: the user's name in USER or USERNAME]
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
        #[command(flatten)]
        place: StorePlace,
    },
    /// Say what is held and was, and why
    #[command(after_long_help = HOLD_HELP)]
    List {
        #[command(flatten)]
        place: StorePlace,
    },
    /// End a hold
    #[command(after_long_help = HOLD_HELP)]
    Release {
        /// The hold, as `audit hold list` names it
        #[arg(value_name = "ID")]
        id: u64,
        /// Who says so, for the records [default: the user's name in USER or USERNAME]
        #[arg(long, value_name = "NAME")]
        by: Option<String>,
        #[command(flatten)]
        place: StorePlace,
    },
}

/// How far a hold is to reach.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct HoldTarget {
    /// Every record
    #[arg(long)]
    pub(crate) everything: bool,
    /// The records of this conversation
    #[arg(long, value_name = "ID")]
    pub(crate) conversation: Option<String>,
}
