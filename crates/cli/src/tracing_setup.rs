//! Logs: to standard error, ours only. Other crates stay at warnings, because what they print at
//! finer levels is not written with secrets in mind.

use tracing_subscriber::EnvFilter;

/// The variable that sets the filter itself, for those who know what they ask for.
const VARIABLE: &str = "AGENT_ASSIST_LOG";

/// Starts logging: warnings, and with each `-v` one level more.
pub(crate) fn init(verbose: u8) {
    let level = match verbose {
        0 => "warn",
        1 => "info",
        2 => "debug",
        _ => "trace",
    };
    let ours = format!(
        "warn,agent_assist_app={level},agent_assist_domain={level},agent_assist_genesys={level},\
         agent_assist_sqlite={level},agent_assist_sandbox={level},agent_assist_http={level},agent_assist={level}"
    );
    let filter = EnvFilter::try_from_env(VARIABLE).unwrap_or_else(|_| EnvFilter::new(ours));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .compact()
        .init();
}
