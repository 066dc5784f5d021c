//! How a sandbox is set up.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use crate::fault::FaultRule;

/// How a sandbox is set up. The default is a free loopback port, the built-in knowledge and no
/// faults.
#[derive(Clone, Debug)]
pub struct SandboxConfig {
    /// Where to listen. Default `127.0.0.1:0`, a port of the system's choice.
    pub listen: SocketAddr,
    /// Decides client secret, tokens, correlation ids and chance. Default 7. The same seed and the
    /// same requests give the same answers.
    pub seed: u64,
    /// Faults in force from the start. Default none.
    pub faults: Vec<FaultRule>,
    /// Agent guidelines to serve instead of the built-in ones: a JSON object of flows, each
    /// `{"description", "published" (default true), "subflows": {"<title>": {"instructions": [""],
    /// "actions": [{"text", "subtext": [""]}]}}}`. Each flow is a knowledge base, each sub-flow an
    /// article. Default none.
    pub knowledge_base: Option<PathBuf>,
    /// How long a token lasts. Default 86,400 s.
    pub token_ttl: Duration,
    /// How many requests a token may make within 60 s. Default 300.
    pub requests_per_minute: u32,
    /// How many requests all tokens of the OAuth client together may make within 60 s. Default
    /// 3,000.
    pub application_requests_per_minute: u32,
}

impl Default for SandboxConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            seed: 7,
            faults: Vec::new(),
            knowledge_base: None,
            token_ttl: Duration::from_secs(86_400),
            requests_per_minute: 300,
            application_requests_per_minute: 3_000,
        }
    }
}
