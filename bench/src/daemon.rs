//! The program itself, as it is built for release, as a process of its own.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use agent_assist_app::access::KeyOrder;
use agent_assist_app::settings::{Settings, Sources};
use agent_assist_app::wire;
use agent_assist_domain::access::{Limits, Role};
use agent_assist_domain::audit::Actor;
use serde::Deserialize;
use tokio::process::Command;

use crate::Outcome;
use crate::child::{self, Core, Server, first_line};

/// Settings by name.
pub(crate) type Given = Vec<(&'static str, String)>;

/// The daemon, and the keys that it knows.
#[derive(Debug)]
pub(crate) struct Daemon {
    pub(crate) server: Server,
    /// One for each connection: a key may ask only so often.
    pub(crate) keys: Vec<String>,
}

#[derive(Deserialize)]
struct Ready {
    url: String,
}

/// Settings of a gateway that asks `upstream`, with its store in `folder`.
pub(crate) fn settings(folder: &Path, upstream: SocketAddr) -> Given {
    let text = str::to_owned;
    vec![
        ("store", folder.join("store.db").display().to_string()),
        ("upstream.api_base", format!("http://{upstream}")),
        ("upstream.client_id", text("bench")),
        ("upstream.client_secret", text("bench")),
        ("upstream.requests_per_minute", text("100000")),
        ("upstream.app_requests_per_minute", text("100000")),
        ("serve.listen", text("127.0.0.1:0")),
        ("serve.admin_listen", text("127.0.0.1:0")),
        ("serve.requests_per_minute", text("100000")),
        ("cache.ttl", text("1h")),
    ]
}

/// The environment that says the same.
pub(crate) fn environment(given: &Given) -> BTreeMap<String, String> {
    let variable = |name: &str| format!("AGENT_ASSIST_{}", name.to_uppercase().replace('.', "__"));
    let given = given.iter();
    given
        .map(|(name, value)| (variable(name), value.clone()))
        .collect()
}

/// The settings as the program reads them.
///
/// # Errors
/// If it would not take them.
pub(crate) fn read(given: &Given) -> Outcome<Settings> {
    let sources = Sources {
        environment: environment(given),
        ..Sources::default()
    };
    Ok(sources.load().map_err(|error| error.to_string())?.settings)
}

impl Daemon {
    /// Starts it on the server's core, with so many keys.
    pub(crate) async fn start(program: &Path, given: &Given, keys: usize) -> Outcome<Self> {
        let keys = issue(given, keys).await?;
        let server = begin(program, given).await?;
        Ok(Self { server, keys })
    }

    /// A request for recommendations with the key of this place.
    pub(crate) fn request(&self, place: usize, body: &str) -> String {
        let key = &self.keys[place % self.keys.len()];
        let at = self.server.at;
        let length = body.len();
        format!(
            "POST /v1/recommendations HTTP/1.1\r\nHost: {at}\r\nAuthorization: Bearer {key}\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        )
    }
}

/// Starts it on the server's core, until it is ready.
pub(crate) async fn begin(program: &Path, given: &Given) -> Outcome<Server> {
    let mut command = child::command(Core::Server, program);
    command
        .arg("serve")
        .envs(environment(given))
        .stderr(Stdio::null());
    let (process, line) = first_line(command).await?;
    let ready: Ready = serde_json::from_str(&line)?;
    let at = ready.url.trim_start_matches("http://").parse()?;
    Ok(Server::of(process, at))
}

async fn issue(given: &Given, count: usize) -> Outcome<Vec<String>> {
    let settings = read(given)?;
    let store = wire::open_store(&settings).await?;
    let service = wire::keys(&settings, &store, &wire::screening(&settings)?);
    let by = Actor::default();
    let mut keys = Vec::new();
    for number in 0..count {
        let order = KeyOrder {
            name: format!("bench {number}"),
            role: Role::Agent,
            limits: Limits::default(),
            lasts: None,
        };
        keys.push(service.issue(order, &by).await?.secret.to_string());
    }
    store.close().await;
    Ok(keys)
}

/// Builds the program for release, beside this one.
///
/// # Errors
/// If it does not compile.
pub(crate) async fn build() -> Outcome<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
    let status = Command::new(cargo)
        // Both, so that cargo chooses the same features of what they share, and builds it once.
        .args(["build", "--release", "--quiet"])
        .args([
            "--package",
            "agent-assist",
            "--package",
            "agent-assist-bench",
        ])
        .arg("--manifest-path")
        .arg(manifest)
        .status()
        .await?;
    if !status.success() {
        return Err(format!("the program does not compile: {status}").into());
    }
    let folder = std::env::current_exe()?;
    let folder = folder.parent().ok_or("this program is nowhere")?;
    Ok(folder.join(format!("agent-assist{}", std::env::consts::EXE_SUFFIX)))
}
