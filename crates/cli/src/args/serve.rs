//! Arguments of `serve` and `key`.

use std::time::Duration;

use agent_assist_domain::access::Role;
use clap::{Args, Subcommand};

use super::StorePlace;
use crate::moment;

/// What stands under the help of `serve`.
pub(super) const SERVE_HELP: &str = "\
Examples:
  agent-assist serve --sandbox
  agent-assist serve
  curl -H \"Authorization: Bearer $KEY\" -H 'Content-Type: application/json' \\
      -d '{\"conversation_id\":\"...\"}' http://127.0.0.1:8470/v1/recommendations

It prints one line of JSON once it is ready. The first start makes an admin's key and says in which
file it is; `agent-assist key create` makes others. SIGTERM ends it: requests under way get their
answers. A second one ends it at once. SIGHUP has the settings read anew. docs/HTTP.md tells the rest.";

/// What stands under the help of `key`.
pub(super) const KEY_HELP: &str = "\
Examples:
  agent-assist key create --name crm --role agent
  agent-assist key create --name desk-7 --role agent --queue 6b1f6a0e-7f0a-4c2b-9a53-0d2f6f2b8f11
  agent-assist key list
  agent-assist key revoke 0123456789abcdef

Roles:
  agent       asks for recommendations, mints tokens for widgets
  supervisor  reads reports
  auditor     reads the audit log and reports
  admin       everything, operating the daemon included";

/// Arguments of `serve`.
#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// Ask the embedded sandbox
    #[arg(long, conflicts_with_all = ["api_base", "login_base"])]
    pub(crate) sandbox: bool,
    /// Where to be asked [default: 127.0.0.1:8470]
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: Option<String>,
    /// Where to be operated [default: 127.0.0.1:8471]
    #[arg(long, value_name = "ADDR")]
    pub(crate) admin_listen: Option<String>,
    /// Read the settings anew when a file of theirs changes, as on SIGHUP
    #[arg(long)]
    pub(crate) watch: bool,
}

/// `key ...`
#[derive(Debug, Subcommand)]
pub(crate) enum KeyCommand {
    /// Make a key, and print its secret this once
    #[command(after_long_help = KEY_HELP)]
    Create(KeyCreateArgs),
    /// List keys, revoked ones among them
    #[command(after_long_help = KEY_HELP)]
    List {
        #[command(flatten)]
        place: StorePlace,
    },
    /// End a key, and the tokens minted with it
    #[command(after_long_help = KEY_HELP)]
    Revoke {
        /// Its id, as `key list` shows it
        id: String,
        #[command(flatten)]
        place: StorePlace,
    },
}

/// Arguments of `key create`.
#[derive(Debug, Args)]
pub(crate) struct KeyCreateArgs {
    /// What to call it
    #[arg(long, value_name = "NAME")]
    pub(crate) name: String,
    /// What it is for: agent, supervisor, auditor or admin
    #[arg(long, value_name = "ROLE", value_parser = role)]
    pub(crate) role: Role,
    /// Only for this tenant
    #[arg(long, value_name = "NAME")]
    pub(crate) tenant: Option<String>,
    /// Only for this queue; may be repeated
    #[arg(long = "queue", value_name = "ID")]
    pub(crate) queues: Vec<String>,
    /// Only for this conversation
    #[arg(long, value_name = "ID")]
    pub(crate) conversation: Option<String>,
    /// Let it end by itself after so long, such as 90d [default: not before `key revoke`]
    #[arg(long = "for", value_name = "DURATION", value_parser = moment::parse_span)]
    pub(crate) lasts: Option<Duration>,
    #[command(flatten)]
    pub(crate) place: StorePlace,
}

fn role(text: &str) -> Result<Role, String> {
    let roles = Role::ALL.map(Role::as_str).join(", ");
    Role::from_name(text).ok_or_else(|| format!("the roles are {roles}"))
}
