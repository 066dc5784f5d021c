//! Arguments of the commands of `audit` about the key that signs the log.

use std::path::PathBuf;

use clap::Args;

pub(super) const KEYGEN_HELP: &str = "\
Examples:
  agent-assist audit keygen --name assist.example.com/audit --out audit.key

Standard output has the verifier key: public, and what whoever checks the log needs.";

/// Arguments of `audit keygen`.
#[derive(Debug, Args)]
pub(crate) struct KeygenArgs {
    /// Name of the log, told apart by it: without spaces and plus signs
    #[arg(long, value_name = "ORIGIN", default_value = "agent-assist")]
    pub(crate) name: String,
    /// File of the secret key; there must be none
    #[arg(long, value_name = "FILE")]
    pub(crate) out: PathBuf,
}
