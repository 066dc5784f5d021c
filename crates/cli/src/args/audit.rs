//! Arguments of `audit`.

use std::path::PathBuf;
use std::time::Duration;

use agent_assist_app::export::Cursor;
use agent_assist_domain::time::Timestamp;
use clap::{Args, Subcommand, ValueEnum};

use super::StorePlace;
use super::evidence::{
    self, BundleArgs, ProveArgs, ProveConsistencyArgs, VerifyArgs, VerifyConsistencyArgs,
};
use super::keys::{self, KeygenArgs, RotateKeyArgs};
use super::persons::{self, EraseArgs, WhoisArgs};
use super::retention::{
    ARCHIVE_HELP, HOLD_HELP, HoldCommand, VERIFY_HELP as VERIFY_ARCHIVE_HELP, VerifyArchiveArgs,
};
use crate::moment;

/// What stands under the help of `audit`.
pub(super) const HELP: &str = "\
Examples:
  agent-assist audit list --conversation 8d7c1c2e-3a74-4f5b-9d2e-0c5a1f6b7e88
  agent-assist audit export --format ocsf > events.ndjson
  agent-assist audit query 'SELECT outcome, count(*) FROM audit_fetches GROUP BY outcome'

docs/AUDIT.md describes the log, its views and what each export holds.";

const EXPORT_HELP: &str = "\
Examples:
  agent-assist audit export > log.ndjson
  agent-assist audit export --format ocsf --since 1042 >> events.ndjson

At its end it says on standard error where it ended: `cursor: 1042`. The next export continues there
with --since, without a gap or a repeat. The position of the last whole line (seq, in OCSF
metadata.sequence) is a cursor as well, for an export that was cut off.";

const QUERY_HELP: &str = "\
Examples:
  agent-assist audit query 'SELECT outcome, count(*) FROM audit_fetches GROUP BY outcome'
  agent-assist audit query --output ndjson --limit 100000 'SELECT * FROM audit_findings'

One statement that reads: SELECT, VALUES, or WITH before them. docs/AUDIT.md describes the views,
docs/audit-queries.sql has questions to begin with.";

const REPLAY_HELP: &str = "\
Examples:
  agent-assist audit replay --conversation 8d7c1c2e-3a74-4f5b-9d2e-0c5a1f6b7e88
  agent-assist audit replay --conversation 8d7c1c2e-3a74-4f5b-9d2e-0c5a1f6b7e88 \\
      --at 2026-05-04T09:15:27Z --output json

It tells what is on record as given out. Whether it was on the screen clients do not report yet.";

const TAIL_HELP: &str = "\
Examples:
  agent-assist audit tail
  agent-assist audit tail --since 1042 --output ndjson | your-shipper

At its end it says on standard error where it ended: `cursor: 1042`.";

const VERIFY_PROOF_HELP: &str = "\
Examples:
  agent-assist audit verify-proof record-17.proof --record record-17.json \\
      --key 'assist.example.com/audit+1a2b3c4d+AQ...'

Exit codes:
  0 the record is in the log   2 a file or an argument is malformed
  10 it is not, or was altered 13 not signed by the key";

/// `audit ...`
#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// List records, newest first; with --output ndjson one entry a line, for a SIEM
    List(AuditListArgs),
    /// Show one record whole
    Show {
        /// Its position
        seq: u64,
        #[command(flatten)]
        place: StorePlace,
    },
    /// Write the whole log to standard output, oldest first, one record a line, for a SIEM
    #[command(after_long_help = EXPORT_HELP)]
    Export(ExportArgs),
    /// Ask the store a question in SQL; it changes nothing
    #[command(after_long_help = QUERY_HELP)]
    Query(QueryArgs),
    /// Say what had been given out in a conversation as of a time, and what was held back
    #[command(after_long_help = REPLAY_HELP)]
    Replay(ReplayArgs),
    /// Tell a conversation in words, on one page, with what that rests on
    Statement(StatementArgs),
    /// Follow the log: print records as they come, until interrupted
    #[command(after_long_help = TAIL_HELP)]
    Tail(TailArgs),
    /// Move old records into archives, delete old archives, and say how long the disk lasts
    #[command(after_long_help = ARCHIVE_HELP)]
    Archive {
        #[command(flatten)]
        place: StorePlace,
    },
    /// Verify archives by themselves, without any store
    #[command(after_long_help = VERIFY_ARCHIVE_HELP)]
    VerifyArchive(VerifyArchiveArgs),
    /// Order that records are kept, whatever their age
    #[command(subcommand, after_long_help = HOLD_HELP)]
    Hold(HoldCommand),
    /// Say whose a pseudonym is, or which somebody has, from the key beside the store
    #[command(after_long_help = persons::WHOIS_HELP)]
    Whois(WhoisArgs),
    /// Destroy the keys without which records say nothing of a conversation, a customer or an agent
    #[command(after_long_help = persons::ERASE_HELP)]
    Erase(EraseArgs),
    /// Begin another epoch of pseudonyms: from the next start on people have new ones
    NewEpoch {
        #[command(flatten)]
        place: StorePlace,
    },
    /// Make the key with which the log signs its checkpoints
    #[command(after_long_help = keys::KEYGEN_HELP)]
    Keygen(KeygenArgs),
    /// Let the key with which the log signs give way to a new one, on record
    #[command(after_long_help = keys::ROTATE_HELP)]
    RotateKey(RotateKeyArgs),
    /// Verify the whole log: that nothing was changed, added, taken away or put in its place
    #[command(after_long_help = evidence::VERIFY_HELP)]
    Verify(VerifyArgs),
    /// Sign the head of the log now and print the newest checkpoint
    #[command(after_long_help = evidence::CHECKPOINT_HELP)]
    Checkpoint,
    /// Prove that a record is in the log, in a file that stands for itself
    #[command(after_long_help = evidence::PROVE_HELP)]
    Prove(ProveArgs),
    /// Verify that a record is in a log, from its proof alone, without any store
    #[command(after_long_help = VERIFY_PROOF_HELP)]
    VerifyProof(VerifyProofArgs),
    /// Prove that the log only grew since an earlier size
    #[command(after_long_help = evidence::PROVE_CONSISTENCY_HELP)]
    ProveConsistency(ProveConsistencyArgs),
    /// Verify that a log only grew between two checkpoints, without any store
    #[command(after_long_help = evidence::VERIFY_CONSISTENCY_HELP)]
    VerifyConsistency(VerifyConsistencyArgs),
    /// Write a stretch of the log with its proofs and a program that checks them, for others
    #[command(after_long_help = evidence::BUNDLE_HELP)]
    Bundle(BundleArgs),
}

/// Of whom and what records are wanted.
#[derive(Debug, Args)]
pub(crate) struct RecordsOf {
    /// Only of this conversation
    #[arg(long, value_name = "ID")]
    pub(crate) conversation: Option<String>,
    /// Only of this session
    #[arg(long, value_name = "ID")]
    pub(crate) session: Option<String>,
    /// Only of this request
    #[arg(long, value_name = "ID")]
    pub(crate) request: Option<String>,
    /// Only this event, such as assist_fetch_failed; may be repeated
    #[arg(long = "event", value_name = "NAME")]
    pub(crate) events: Vec<String>,
}

/// Arguments of `audit list`.
#[derive(Debug, Args)]
pub(crate) struct AuditListArgs {
    #[command(flatten)]
    pub(crate) of: RecordsOf,
    /// From then on: a duration ago (24h) or a time (2026-05-04T09:00:00Z)
    #[arg(long, value_name = "WHEN", value_parser = moment::parse)]
    pub(crate) since: Option<Timestamp>,
    /// Until before then
    #[arg(long, value_name = "WHEN", value_parser = moment::parse)]
    pub(crate) until: Option<Timestamp>,
    /// Continue behind this position
    #[arg(long, value_name = "SEQ")]
    pub(crate) after: Option<u64>,
    /// Oldest first
    #[arg(long)]
    pub(crate) oldest_first: bool,
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) limit: u32,
    #[command(flatten)]
    pub(crate) place: StorePlace,
}

/// Arguments of `audit export`.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// The shape of a line: the record as it is, or an event for a SIEM
    #[arg(long, value_enum, default_value_t = ExportShape::Ndjson)]
    pub(crate) format: ExportShape,
    /// Continue behind the cursor at which the last export ended
    #[arg(long, value_name = "CURSOR")]
    pub(crate) since: Option<Cursor>,
    /// End before the first record from then on: a duration ago (24h) or a time (2026-05-04T09:00:00Z)
    #[arg(long, value_name = "WHEN", value_parser = moment::parse)]
    pub(crate) until: Option<Timestamp>,
    #[command(flatten)]
    pub(crate) of: RecordsOf,
    #[command(flatten)]
    pub(crate) place: StorePlace,
}

/// The shapes of an exported record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportShape {
    /// Identifier, position, columns and the entry
    Ndjson,
    /// Event of the Open Cybersecurity Schema Framework, version 1.8
    Ocsf,
}

/// Arguments of `audit query`.
#[derive(Debug, Args)]
pub(crate) struct QueryArgs {
    /// The statement
    #[arg(value_name = "SQL")]
    pub(crate) sql: String,
    /// At most so many rows
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) limit: u32,
    /// Longest wait, such as 500ms or 1m
    #[arg(long, value_name = "DURATION", default_value = "10s", value_parser = moment::parse_span)]
    pub(crate) timeout: Duration,
    #[command(flatten)]
    pub(crate) place: StorePlace,
}

/// Arguments of `audit replay`.
#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    /// The conversation
    #[arg(long, value_name = "ID")]
    pub(crate) conversation: String,
    /// As of then: a duration ago (24h) or a time (2026-05-04T09:00:00Z) [default: now]
    #[arg(long, value_name = "WHEN", value_parser = moment::parse)]
    pub(crate) at: Option<Timestamp>,
    #[command(flatten)]
    pub(crate) place: StorePlace,
}

/// Arguments of `audit statement`.
#[derive(Debug, Args)]
pub(crate) struct StatementArgs {
    /// The conversation
    #[arg(long, value_name = "ID")]
    pub(crate) conversation: String,
    #[command(flatten)]
    pub(crate) place: StorePlace,
}

/// Arguments of `audit tail`.
#[derive(Debug, Args)]
pub(crate) struct TailArgs {
    /// Begin behind this cursor, as an export or another tail printed it [default: where the log ends]
    #[arg(long, value_name = "CURSOR")]
    pub(crate) since: Option<Cursor>,
    #[command(flatten)]
    pub(crate) of: RecordsOf,
    #[command(flatten)]
    pub(crate) place: StorePlace,
}

/// Arguments of `audit verify-proof`.
#[derive(Debug, Args)]
pub(crate) struct VerifyProofArgs {
    /// The proof (c2sp.org/tlog-proof)
    pub(crate) file: PathBuf,
    /// The record, byte for byte as it stands in the log; - for standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) record: PathBuf,
    /// The log's verifier key, as `audit keygen` prints it; may be repeated
    #[arg(long = "key", value_name = "VKEY", required = true)]
    pub(crate) keys: Vec<String>,
    /// Name of the log [default: that of the key]
    #[arg(long, value_name = "NAME")]
    pub(crate) origin: Option<String>,
}
