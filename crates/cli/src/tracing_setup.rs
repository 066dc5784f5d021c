//! Logs: to standard error, ours only. Other crates stay at warnings, because what they print at
//! finer levels is not written with secrets in mind.

use std::sync::OnceLock;

use agent_assist_http::Level;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::reload;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, Registry, fmt};

use crate::args::LogFormat;

/// The variable that sets the filter itself, for those who know what they ask for.
const VARIABLE: &str = "AGENT_ASSIST_LOG";

/// What changes the filter while the program runs; nothing where the variable sets it.
static FILTER: OnceLock<reload::Handle<EnvFilter, Registry>> = OnceLock::new();

/// Starts logging in this format: warnings, and with each `-v` one level more.
pub(crate) fn init(verbose: u8, format: LogFormat) {
    let level = match verbose {
        0 => Level::Warn,
        1 => Level::Info,
        2 => Level::Debug,
        _ => Level::Trace,
    };
    let given = EnvFilter::try_from_env(VARIABLE).ok();
    let changeable = given.is_none();
    let (filter, handle) = reload::Layer::new(given.unwrap_or_else(|| ours(level)));
    if changeable {
        // The first call of one.
        let _ = FILTER.set(handle);
    }
    let lines = fmt::layer().with_writer(std::io::stderr).with_ansi(false);
    let lines = match format {
        LogFormat::Text => lines.compact().boxed(),
        LogFormat::Json => lines.json().boxed(),
    };
    tracing_subscriber::registry()
        .with(filter)
        .with(lines)
        .init();
}

/// Sets the level of our own crates, if the variable does not say what is logged.
pub(crate) fn level() -> Option<impl Fn(Level) + Send + Sync + 'static> {
    let handle = FILTER.get()?;
    Some(|level| {
        // It lives as long as the program.
        let _ = handle.reload(ours(level));
    })
}

fn ours(level: Level) -> EnvFilter {
    let level = level.as_str();
    EnvFilter::new(format!(
        "warn,agent_assist_app={level},agent_assist_domain={level},agent_assist_genesys={level},\
         agent_assist_http={level},agent_assist_sqlite={level},agent_assist_sandbox={level},\
         agent_assist={level}"
    ))
}
