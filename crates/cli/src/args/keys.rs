//! Arguments of the commands of `audit` about the key that signs the log.

use std::path::PathBuf;

use clap::Args;

pub(super) const KEYGEN_HELP: &str = "\
Examples:
  agent-assist audit keygen --name assist.example.com/audit --out audit.key

Standard output has the verifier key: public, and what whoever checks the log needs.";

pub(super) const ROTATE_HELP: &str = "\
Examples:
  agent-assist audit rotate-key
  agent-assist audit rotate-key --by maria

The file audit.key_file gets a new key of the same name; the old one is destroyed. The change is on record,
and both keys sign the checkpoint behind it, by which `audit verify` gets from either key to the other. End
programs that run first: what they sign with the old key after that is not believed.
Standard output has the new verifier key.";

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

/// Arguments of `audit rotate-key`.
#[derive(Debug, Args)]
pub(crate) struct RotateKeyArgs {
    /// Who orders it, for the record [default: the user's name in USER or USERNAME]
    #[arg(long, value_name = "NAME")]
    pub(crate) by: Option<String>,
}
