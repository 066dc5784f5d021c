//! Arguments of the commands of `audit` about people.

use clap::Args;

use super::StorePlace;

pub(super) const WHOIS_HELP: &str = "\
Examples:
  agent-assist audit whois agent~1~00112233445566778899aabbccddeeff
  agent-assist audit whois --agent maria.lopez

It takes the key file that lies beside the store, <store>.persons.key, and no other permission.";

pub(super) const ERASE_HELP: &str = "\
Examples:
  agent-assist audit erase --agent maria.lopez
  agent-assist audit erase --conversation 8d7c1c2e-3a74-4f5b-9d2e-0c5a1f6b7e88 --yes

Records stay as they are and verify as before. That it is about to happen is recorded before, and what
became of it afterwards. Processes that run may use a pseudonym or key they know for a minute more.";

/// Arguments of `audit whois`.
#[derive(Debug, Args)]
pub(crate) struct WhoisArgs {
    #[command(flatten)]
    pub(crate) who: Whom,
    #[command(flatten)]
    pub(crate) place: StorePlace,
}

/// Who is asked for.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct Whom {
    /// A pseudonym, such as agent~1~00112233445566778899aabbccddeeff
    #[arg(value_name = "PSEUDONYM")]
    pub(crate) pseudonym: Option<String>,
    /// Every pseudonym of this agent
    #[arg(long, value_name = "ID")]
    pub(crate) agent: Option<String>,
    /// Every pseudonym of this customer
    #[arg(long, value_name = "ID")]
    pub(crate) customer: Option<String>,
}

/// Arguments of `audit erase`.
#[derive(Debug, Args)]
pub(crate) struct EraseArgs {
    #[command(flatten)]
    pub(crate) of: ErasureOf,
    /// Who orders it, for the records [default: the user's name in USER or USERNAME]
    #[arg(long, value_name = "NAME")]
    pub(crate) by: Option<String>,
    /// Do not ask
    #[arg(long)]
    pub(crate) yes: bool,
    #[command(flatten)]
    pub(crate) place: StorePlace,
}

/// What to erase.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct ErasureOf {
    /// What was found and shown in this conversation
    #[arg(long, value_name = "ID")]
    pub(crate) conversation: Option<String>,
    /// Who this customer is, and what was found and shown in the conversations with them
    #[arg(long, value_name = "ID")]
    pub(crate) customer: Option<String>,
    /// Who this agent is
    #[arg(long, value_name = "ID")]
    pub(crate) agent: Option<String>,
}
