//! Arguments of `assist`.

use std::time::Duration;

use clap::{Args, Subcommand};

use super::StorePlace;
use crate::moment;

/// What stands under the help of each of these commands.
pub(super) const HELP: &str = "\
Examples:
  agent-assist assist off --all --for 30m
  agent-assist assist off --queue 6b1f6a0e-7f0a-4c2b-9a53-0d2f6f2b8f11 --by maria
  agent-assist assist on --all
  agent-assist assist status

Switched off, a request gets an empty answer that says so, and the upstream is not asked. A queue
concerns the requests that name it. Every order is in the audit log:
  agent-assist audit list --event assist_switched";

/// `assist ...`
#[derive(Debug, Subcommand)]
pub(crate) enum AssistCommand {
    /// Switch off: requests get an empty answer that says so
    #[command(after_long_help = HELP)]
    Off {
        /// Come back by itself after so long, such as 30m or 2h [default: not before `assist on`]
        #[arg(long = "for", value_name = "DURATION", value_parser = moment::parse_span)]
        lasts: Option<Duration>,
        #[command(flatten)]
        order: SwitchOrder,
    },
    /// Switch on, whyever it was off
    #[command(after_long_help = HELP)]
    On {
        #[command(flatten)]
        order: SwitchOrder,
    },
    /// Say what is off, since when, until when, and who said so
    #[command(after_long_help = HELP)]
    Status {
        #[command(flatten)]
        place: StorePlace,
    },
}

/// What `assist off` and `assist on` share.
#[derive(Debug, Args)]
pub(crate) struct SwitchOrder {
    #[command(flatten)]
    pub(crate) scope: SwitchTarget,
    /// Who says so, for the records [default: the user's name in USER or USERNAME]
    #[arg(long, value_name = "NAME")]
    pub(crate) by: Option<String>,
    #[command(flatten)]
    pub(crate) place: StorePlace,
}

/// For whom to switch.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct SwitchTarget {
    /// Everything
    #[arg(long)]
    pub(crate) all: bool,
    /// Only requests that name this queue
    #[arg(long, value_name = "ID")]
    pub(crate) queue: Option<String>,
    /// Only this session
    #[arg(long, value_name = "ID")]
    pub(crate) session: Option<String>,
}
