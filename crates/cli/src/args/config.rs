//! Arguments of `config init`.

use agent_assist_app::settings::OwnContacts;
use clap::Args;

/// The organisation's own contacts. Where none is given and somebody sits at the terminal, they are
/// asked for.
#[derive(Clone, Debug, Args)]
pub(crate) struct OwnContactArgs {
    /// A telephone number of your own, which stays readable; may be repeated
    #[arg(long = "own-phone", value_name = "NUMBER")]
    phones: Vec<String>,
    /// A mailbox of your own; may be repeated
    #[arg(long = "own-email", value_name = "ADDRESS")]
    emails: Vec<String>,
    /// A domain of your own, with every mailbox in it; may be repeated
    #[arg(long = "own-domain", value_name = "DOMAIN")]
    domains: Vec<String>,
    /// A bank account or tax number of your own; may be repeated
    #[arg(long = "own-account", value_name = "NUMBER")]
    accounts: Vec<String>,
}

impl OwnContactArgs {
    /// What was given.
    pub(crate) fn into_contacts(self) -> OwnContacts {
        OwnContacts {
            phones: self.phones,
            emails: self.emails,
            domains: self.domains,
            accounts: self.accounts,
        }
    }
}
