//! Arguments of `events`.

use std::path::PathBuf;
use std::time::Duration;

use agent_assist_app::events::Types;
use agent_assist_domain::audit::AuditEvent;
use clap::{Args, Subcommand};
use url::Url;

use super::StorePlace;
use crate::moment;

/// What stands under the help of `events`.
pub(super) const HELP: &str = "\
Examples:
  agent-assist events list
  agent-assist events deliver
  agent-assist events listen --forward-to http://localhost:8080/hook \\
      --types assist_fetch_completed,assist_recommendation_adopted

Sinks are settings: analytics.file, analytics.webhooks.NAME; with upstream.report_engagements the upstream is
one, which is told of engagements (docs/FORWARDING.md). docs/EVENTS.md says what an event holds, how it is
signed, when it is tried again, and has receivers to begin with.";

const DELIVER_HELP: &str = "\
Examples:
  agent-assist events deliver
  agent-assist events deliver --timeout 5m

Every command that records something delivers what is due before it ends, for two seconds at most. This
one takes more time, for a backlog. Exit code 5 if a receiver failed.";

const LIST_HELP: &str = "\
Examples:
  agent-assist events list
  agent-assist events list --dead --sink webhook/crm --output ndjson";

const REDRIVE_HELP: &str = "\
Examples:
  agent-assist events redrive
  agent-assist events redrive --sink webhook/crm --id 6f1c6a1e-8d5f-5a0e-9d6e-0f3c4b7b2a11

What was given up is tried again, before everything that waits behind it, and a sink to which nothing was
sent any more is sent to again. `agent-assist events deliver` does it at once.";

const LISTEN_HELP: &str = "\
Examples:
  agent-assist events listen
  agent-assist events listen --sandbox --forward-to http://localhost:8080/hook --types assist_fetch_hit

Follows the log from its end on, or from --since, until interrupted. Without --forward-to events are
printed, one a line. Nothing is tried again, and no sink is concerned.";

const TRIGGER_HELP: &str = "\
Examples:
  agent-assist events trigger assist_fetch_completed --forward-to http://localhost:8080/hook
  agent-assist events trigger assist_switched --sink webhook/crm

Sends a sample: a real shape with made-up content, signed, tenant acme. Nothing is recorded.";

/// `events ...`
#[derive(Debug, Subcommand)]
pub(crate) enum EventsCommand {
    /// Say how each sink stands, or list the events that were given up
    #[command(after_long_help = LIST_HELP)]
    List(EventsListArgs),
    /// Deliver what is due, now
    #[command(after_long_help = DELIVER_HELP)]
    Deliver {
        /// End after this time, such as 30s or 5m
        #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = moment::parse_span)]
        timeout: Duration,
    },
    /// Try again what was given up
    #[command(after_long_help = REDRIVE_HELP)]
    Redrive {
        /// Only of this sink; may be repeated
        #[arg(long = "sink", value_name = "NAME")]
        sinks: Vec<String>,
        /// Only this event; may be repeated
        #[arg(long = "id", value_name = "ID")]
        ids: Vec<String>,
    },
    /// Follow events, and forward them to a receiver under development
    #[command(after_long_help = LISTEN_HELP)]
    Listen(ListenArgs),
    /// Send a sample event
    #[command(after_long_help = TRIGGER_HELP)]
    Trigger(TriggerArgs),
}

/// Arguments of `events list`.
#[derive(Debug, Args)]
pub(crate) struct EventsListArgs {
    /// List the events that were given up instead
    #[arg(long)]
    pub(crate) dead: bool,
    /// Only of this sink; may be repeated
    #[arg(long = "sink", value_name = "NAME")]
    pub(crate) sinks: Vec<String>,
    /// At most so many events
    #[arg(long, value_name = "N", default_value_t = 50, requires = "dead", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) limit: u32,
}

/// Where events go that are forwarded by hand.
#[derive(Debug, Args)]
pub(crate) struct Forwarding {
    /// A receiver under development, on this machine or anywhere
    #[arg(long, value_name = "URL")]
    pub(crate) forward_to: Option<Url>,
    /// File with the secret to sign with [default: the development secret, which it prints]
    #[arg(long, value_name = "FILE", requires = "forward_to")]
    pub(crate) secret_file: Option<PathBuf>,
}

/// Arguments of `events listen`.
#[derive(Debug, Args)]
pub(crate) struct ListenArgs {
    #[command(flatten)]
    pub(crate) to: Forwarding,
    /// Only these events, separated by commas
    #[arg(long, value_name = "NAMES", value_parser = parse_types)]
    pub(crate) types: Option<Types>,
    /// From the record behind this position of the audit log on [default: the log's end]
    #[arg(long, value_name = "SEQ")]
    pub(crate) since: Option<u64>,
    #[command(flatten)]
    pub(crate) place: StorePlace,
}

/// Arguments of `events trigger`.
#[derive(Debug, Args)]
pub(crate) struct TriggerArgs {
    /// The event, such as assist_fetch_completed
    #[arg(value_name = "TYPE", value_parser = parse_type)]
    pub(crate) event: AuditEvent,
    /// A sink of the settings
    #[arg(
        long,
        value_name = "NAME",
        conflicts_with = "forward_to",
        required_unless_present = "forward_to"
    )]
    pub(crate) sink: Option<String>,
    #[command(flatten)]
    pub(crate) to: Forwarding,
}

fn parse_types(text: &str) -> Result<Types, String> {
    Types::parse(text).ok_or_else(expected)
}

fn parse_type(text: &str) -> Result<AuditEvent, String> {
    AuditEvent::from_name(text).ok_or_else(expected)
}

fn expected() -> String {
    let names: Vec<&str> = AuditEvent::ALL
        .into_iter()
        .map(AuditEvent::as_str)
        .collect();
    format!("the events are {}", names.join(", "))
}
