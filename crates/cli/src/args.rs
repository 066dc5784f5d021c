//! The command line, as clap reads it.

mod assist;
mod audit;
mod config;
mod events;
mod evidence;
mod keys;
mod persons;
mod pii;
mod retention;
mod serve;

use std::path::PathBuf;

use agent_assist_domain::adoption::By;
use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::time::Timestamp;
use agent_assist_sandbox::SandboxConfig;
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub(crate) use self::assist::{AssistCommand, SwitchOrder, SwitchTarget};
pub(crate) use self::audit::{
    AuditCommand, AuditListArgs, ExportArgs, ExportShape, QueryArgs, RecordsOf, ReplayArgs,
    StatementArgs, TailArgs, VerifyProofArgs,
};
pub(crate) use self::config::OwnContactArgs;
pub(crate) use self::events::{EventsCommand, EventsListArgs, Forwarding, ListenArgs, TriggerArgs};
pub(crate) use self::evidence::{
    BundleArgs, ProveArgs, ProveConsistencyArgs, VerifyArgs, VerifyConsistencyArgs,
};
pub(crate) use self::keys::{KeygenArgs, RotateKeyArgs};
pub(crate) use self::persons::{EraseArgs, ErasureOf, WhoisArgs, Whom};
pub(crate) use self::pii::{Looking, PiiCommand, TextForm};
pub(crate) use self::retention::{HoldCommand, VerifyArchiveArgs};
pub(crate) use self::serve::{KeyCommand, KeyCreateArgs, ServeArgs};
use crate::moment;
use crate::output::Format;

const AFTER_HELP: &str = "\
Examples:
  agent-assist fetch --sandbox
  agent-assist fetch --conversation 8d7c1c2e-3a74-4f5b-9d2e-0c5a1f6b7e88
  agent-assist report --since 24h
  agent-assist pii explain 'card 4111 1111 1111 1111'
  agent-assist doctor

Environment:
  GENESYSCLOUD_REGION, GENESYSCLOUD_OAUTHCLIENT_ID, GENESYSCLOUD_OAUTHCLIENT_SECRET,
  GENESYSCLOUD_ACCESS_TOKEN as with the vendor's own tools; AGENT_ASSIST_* for every
  setting of `agent-assist config show` (cache.ttl is AGENT_ASSIST_CACHE__TTL).

Exit codes:
  0 ok, degraded answers included   1 unexpected, or a failed case of `pii test`
  2 usage or invalid payload        3 authentication, authorisation
  4 rate limited                    5 upstream failed or timed out
  6 no record or store failed       7 doctor found a failure
  10 a record or proof was altered  11 records are missing
  12 it is another log              13 a signature is wrong";

const FETCH_HELP: &str = "\
Examples:
  agent-assist fetch --sandbox
  agent-assist fetch --conversation 8d7c1c2e-3a74-4f5b-9d2e-0c5a1f6b7e88 --explain
  agent-assist fetch --dialect recommendations --api-base https://assist.example.com \\
      --conversation c-1 --session s-1 --knowledge-source kb-1 --intent refund=0.8
  echo '{\"conversation_id\":\"...\"}' | agent-assist fetch --payload -

Rights needed upstream:
  suggestions      permission conversation:suggestion:view, scope conversations:readonly
  recommendations  scope agentassist:recommendations:view";

const ENGAGE_HELP: &str = "\
Examples:
  agent-assist engage --conversation 8d7c1c2e-3a74-4f5b-9d2e-0c5a1f6b7e88 \\
      --recommendation 6f0b --kind copied
  agent-assist engage --batch events.ndjson
  echo '{\"conversation_id\":\"c-1\",\"session_id\":\"s-1\",\"recommendation_id\":\"r-1\",\"kind\":\"displayed\",
    \"event_id\":\"e-1\",\"at\":\"2026-05-04T09:00:00Z\"}' | tr -d '\\n' | agent-assist engage --batch -

Only what was given out in the conversation within the last 24 hours can be told of. An event id
that is sent again counts once. What `fetch` prints counts as displayed by itself.";

const DOCTOR_HELP: &str = "\
Examples:
  agent-assist doctor
  agent-assist doctor --knowledge-source 4b000000-0000-4000-8000-000000000014
  agent-assist doctor --conversation 8d7c1c2e-3a74-4f5b-9d2e-0c5a1f6b7e88
  agent-assist doctor --agents 300";

/// Fetches agent-assist recommendations from Genesys Cloud and makes them safe to show.
#[derive(Debug, Parser)]
#[command(name = "agent-assist", version, after_long_help = AFTER_HELP, arg_required_else_help = true)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Understood by every command.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Everywhere")]
pub(crate) struct Global {
    /// How to print data; table on a terminal, json elsewhere; csv is of `report` only
    #[arg(long, global = true, value_enum)]
    pub(crate) output: Option<Output>,
    /// Settings file [default: agent-assist/config.toml in the configuration folder, if there]
    #[arg(long, global = true, value_name = "FILE", env = "AGENT_ASSIST_CONFIG")]
    pub(crate) config: Option<PathBuf>,
    /// Table [profile.NAME] of the settings file, over its other settings
    #[arg(long, global = true, value_name = "NAME", env = "AGENT_ASSIST_PROFILE")]
    pub(crate) profile: Option<String>,
    /// API origin, instead of a region: a gateway or a sandbox
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) api_base: Option<String>,
    /// Login origin [default: that of --api-base where given]
    #[arg(long, global = true, value_name = "URL")]
    pub(crate) login_base: Option<String>,
    /// Which API the upstream offers: recommendations or suggestions
    #[arg(long, global = true)]
    pub(crate) dialect: Option<Dialect>,
    /// SQLite file of cache, audit log and ledger
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) store: Option<PathBuf>,
    /// Which of several tenants, by the name of its table in the settings
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) tenant: Option<String>,
    /// Log more; repeat for still more
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// How to log, on standard error
    #[arg(
        long,
        global = true,
        value_enum,
        value_name = "FORMAT",
        env = "AGENT_ASSIST_LOG_FORMAT",
        default_value = "text"
    )]
    pub(crate) log_format: LogFormat,
    /// No colour; so does a NO_COLOR variable
    #[arg(long, global = true)]
    pub(crate) no_color: bool,
}

/// How what is logged is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people: a line each
    Text,
    /// For programs: a JSON object a line
    Json,
}

/// How data is printed, as it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Output {
    /// For people
    Table,
    /// For programs: one document
    Json,
    /// For programs: one document a line
    Ndjson,
    /// For spreadsheets: the groups of `report`, a line each
    Csv,
}

impl Output {
    /// The notation of everything but tables for spreadsheets.
    pub(crate) const fn format(self) -> Format {
        match self {
            Self::Table => Format::Table,
            Self::Json | Self::Csv => Format::Json,
            Self::Ndjson => Format::Ndjson,
        }
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Fetch the recommendations of a conversation
    #[command(after_long_help = FETCH_HELP)]
    Fetch(Box<FetchArgs>),
    /// Record that a recommendation was used: `engage --kind used`
    Adopt(AdoptArgs),
    /// Record what became of recommendations: displayed, copied, dismissed, rated
    #[command(after_long_help = ENGAGE_HELP)]
    Engage(Box<EngageArgs>),
    /// Switch assist off and on: for a session, a queue or everything
    #[command(subcommand, after_long_help = assist::HELP)]
    Assist(AssistCommand),
    /// Say what was shown and used, and how fast
    Report(ReportArgs),
    /// Read the audit log: list, export, ask in SQL, archive, hold, verify proofs
    #[command(subcommand, after_long_help = audit::HELP)]
    Audit(AuditCommand),
    /// Call back: deliver events to sinks, look after them, develop a receiver
    #[command(subcommand, after_long_help = events::HELP)]
    Events(EventsCommand),
    /// Look at or empty the cache on disk
    #[command(subcommand)]
    Cache(CacheCommand),
    /// Find and mask personal data in texts of one's own
    #[command(subcommand, after_long_help = pii::HELP)]
    Pii(PiiCommand),
    /// Serve desktops of any language over HTTP
    #[command(after_long_help = serve::SERVE_HELP)]
    Serve(ServeArgs),
    /// Make, list and revoke the keys with which the daemon is asked
    #[command(subcommand, after_long_help = serve::KEY_HELP)]
    Key(KeyCommand),
    /// Run the Genesys Cloud sandbox alone
    Sandbox(SandboxArgs),
    /// Find out why something does not work
    #[command(after_long_help = DOCTOR_HELP)]
    Doctor(DoctorArgs),
    /// Show, check or write settings
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
    /// Print the manual page
    Man {
        /// Write the pages of all commands into this folder instead
        #[arg(long, value_name = "FOLDER")]
        dir: Option<PathBuf>,
    },
}

/// Arguments of `fetch`.
#[derive(Debug, Args)]
pub(crate) struct FetchArgs {
    /// Ask the embedded sandbox; conversation, session and sources then have defaults
    #[arg(long, conflicts_with_all = ["api_base", "login_base"])]
    pub(crate) sandbox: bool,
    /// The conversation
    #[arg(long, value_name = "ID")]
    pub(crate) conversation: Option<String>,
    /// The assist session
    #[arg(long, value_name = "ID")]
    pub(crate) session: Option<String>,
    /// A knowledge source; may be repeated
    #[arg(long = "knowledge-source", value_name = "ID")]
    pub(crate) knowledge_sources: Vec<String>,
    /// An intent and its confidence; may be repeated
    #[arg(long = "intent", value_name = "NAME=CONF")]
    pub(crate) intents: Vec<String>,
    /// Most recommendations wanted, 1 to 100 [default: 20]
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(crate) limit: Option<String>,
    /// Recommendations to skip [default: 0]
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(crate) offset: Option<String>,
    /// Least relevance shown, 0 to 1
    #[arg(long, value_name = "SCORE", allow_hyphen_values = true)]
    pub(crate) min_relevance: Option<String>,
    /// The agent, for the records
    #[arg(long, value_name = "ID")]
    pub(crate) agent: Option<String>,
    /// The customer, for the records
    #[arg(long, value_name = "ID")]
    pub(crate) customer: Option<String>,
    /// The queue, for the records
    #[arg(long, value_name = "ID")]
    pub(crate) queue: Option<String>,
    /// What the agent is looking for, in words
    #[arg(long, value_name = "TEXT")]
    pub(crate) query: Option<String>,
    /// Names, phones and the like of the customer, one a line, to be masked; - for standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) subject_terms: Option<PathBuf>,
    /// The whole payload as JSON; - for standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = [
        "conversation", "session", "knowledge_sources", "intents", "limit", "offset",
        "min_relevance", "agent", "customer", "queue", "query", "subject_terms",
    ])]
    pub(crate) payload: Option<PathBuf>,
    /// Neither ask nor fill the cache
    #[arg(long)]
    pub(crate) no_cache: bool,
    /// Say on standard error what was held back, and why
    #[arg(long)]
    pub(crate) explain: bool,
    /// Longest wait, such as 250ms or 3s [default: 3s]
    #[arg(long, value_name = "DURATION", value_parser = moment::parse_duration)]
    pub(crate) timeout: Option<String>,
    /// Exit with the cause's code when the answer is degraded
    #[arg(long)]
    pub(crate) fail_degraded: bool,
    /// Go on: refresh ahead of expiry and print again what is new, until interrupted
    #[arg(long, conflicts_with = "fail_degraded")]
    pub(crate) watch: bool,
}

/// Arguments of `adopt`.
#[derive(Debug, Args)]
pub(crate) struct AdoptArgs {
    /// The conversation in which it was given out
    #[arg(long, value_name = "ID")]
    pub(crate) conversation: Option<String>,
    /// The session in which it was used
    #[arg(long, value_name = "ID")]
    pub(crate) session: Option<String>,
    /// The recommendation
    #[arg(long, value_name = "ID")]
    pub(crate) recommendation: Option<String>,
    /// Names this use; sent again it counts once [default: a new one]
    #[arg(long, value_name = "ID")]
    pub(crate) event_id: Option<String>,
    /// The agent who used it
    #[arg(long, value_name = "ID")]
    pub(crate) agent: Option<String>,
    #[command(flatten)]
    pub(crate) place: StorePlace,
}

/// Arguments of `engage`.
#[derive(Debug, Args)]
pub(crate) struct EngageArgs {
    /// The conversation in which it was given out
    #[arg(long, value_name = "ID")]
    pub(crate) conversation: Option<String>,
    /// The session in which it happened [default in the suggestions dialect: the conversation]
    #[arg(long, value_name = "ID")]
    pub(crate) session: Option<String>,
    /// The recommendation
    #[arg(long, value_name = "ID")]
    pub(crate) recommendation: Option<String>,
    /// displayed, opened, copied, inserted, used, accepted, dismissed, rated_positive or rated_negative
    #[arg(long, value_name = "KIND")]
    pub(crate) kind: Option<String>,
    /// Names this event; sent again it counts once [default: a new one]
    #[arg(long, value_name = "ID")]
    pub(crate) event_id: Option<String>,
    /// When it happened by the clock of whoever tells it: a time, or a duration ago
    #[arg(long, value_name = "WHEN", value_parser = moment::parse)]
    pub(crate) at: Option<Timestamp>,
    /// The agent to or by whom it happened
    #[arg(long, value_name = "ID")]
    pub(crate) agent: Option<String>,
    /// Events as JSON, one a line, each answered; - for standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = [
        "conversation", "session", "recommendation", "kind", "event_id", "at", "agent",
    ])]
    pub(crate) batch: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) place: StorePlace,
}

/// Whose store.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct StorePlace {
    /// The store that `fetch --sandbox` writes
    #[arg(long)]
    pub(crate) sandbox: bool,
}

/// Arguments of `report`.
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// From then on: a duration ago (24h) or a time (2026-05-04T09:00:00Z)
    #[arg(long, value_name = "WHEN", value_parser = moment::parse)]
    pub(crate) since: Option<Timestamp>,
    /// Until before then
    #[arg(long, value_name = "WHEN", value_parser = moment::parse)]
    pub(crate) until: Option<Timestamp>,
    /// Count apart by hour, day, queue, article, agent, kind or origin
    #[arg(long, value_name = "WHAT", value_parser = by)]
    pub(crate) by: Option<By>,
    /// Ask the upstream for its own counts of that time and say where they differ, and why
    #[arg(long, requires = "since", conflicts_with = "sandbox")]
    pub(crate) reconcile: bool,
    #[command(flatten)]
    pub(crate) place: StorePlace,
}

fn by(text: &str) -> Result<By, String> {
    let by = By::ALL.into_iter().find(|by| by.as_str() == text);
    by.ok_or_else(|| format!("expected one of {}", By::ALL.map(By::as_str).join(", ")))
}

/// `cache ...`
#[derive(Debug, Subcommand)]
pub(crate) enum CacheCommand {
    /// Say how much is held
    Stats {
        #[command(flatten)]
        place: StorePlace,
    },
    /// Forget one conversation, session or answer
    Invalidate {
        #[command(flatten)]
        scope: InvalidateScope,
        #[command(flatten)]
        place: StorePlace,
    },
    /// Forget everything
    Purge {
        #[command(flatten)]
        place: StorePlace,
    },
}

/// Which answers to forget.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct InvalidateScope {
    /// Every answer of this conversation
    #[arg(long, value_name = "ID")]
    pub(crate) conversation: Option<String>,
    /// Every answer of this session
    #[arg(long, value_name = "ID")]
    pub(crate) session: Option<String>,
    /// The answer of this key, 64 hexadecimal digits
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Option<String>,
}

/// Arguments of `sandbox`.
#[derive(Debug, Args)]
pub(crate) struct SandboxArgs {
    /// Where to listen
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
    pub(crate) listen: std::net::SocketAddr,
    /// A fault on demand, such as recommendations:status=503,times=2; may be repeated
    #[arg(long = "fault", value_name = "RULE")]
    pub(crate) faults: Vec<String>,
    /// Articles to recommend instead of the embedded ones
    #[arg(long, value_name = "FILE")]
    pub(crate) knowledge_base: Option<PathBuf>,
    /// Seed of everything random
    #[arg(long, default_value_t = SandboxConfig::default().seed)]
    pub(crate) seed: u64,
}

/// Arguments of `doctor`.
#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// Examine the embedded sandbox
    #[arg(long, conflicts_with_all = ["api_base", "login_base"])]
    pub(crate) sandbox: bool,
    /// Say why this conversation shows nothing
    #[arg(long, value_name = "ID")]
    pub(crate) conversation: Option<String>,
    /// Session for --conversation, in the recommendations dialect
    #[arg(long, value_name = "ID")]
    pub(crate) session: Option<String>,
    /// Check that this knowledge source exists and is published; may be repeated
    #[arg(long = "knowledge-source", value_name = "ID")]
    pub(crate) knowledge_sources: Vec<String>,
    /// Say how many tokens so many agents need
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) agents: Option<u32>,
}

/// `config ...`
#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Show every setting, its value and where it comes from
    Show,
    /// Report all mistakes in the settings at once
    Check,
    /// Write a settings file with every setting explained
    Init {
        /// Where to [default: the file read when --config is not given]
        file: Option<PathBuf>,
        /// Replace a file that is there
        #[arg(long)]
        force: bool,
        #[command(flatten)]
        own: OwnContactArgs,
    },
}
