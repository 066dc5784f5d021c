//! Schemathesis against the daemon, by the daemon's own document: whatever it comes up with, no answer is a
//! server's error, and every one has a status, a content type and a shape that the document tells.
//!
//! The tests never download it. A script prepares it; without, the test says so on standard error and passes,
//! unless it is required.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::harness::Home;
use super::serve::Daemon;

/// The version that the script installs.
const VERSION: &str = "4.32.5";
/// How long it may look for mistakes, in seconds.
const SECONDS_VARIABLE: &str = "AGENT_ASSIST_SCHEMATHESIS_SECONDS";
const SECONDS: u64 = 20;
/// Where it is set, a missing tool is a failure: a run that counts must not skip this.
const REQUIRED_VARIABLE: &str = "AGENT_ASSIST_REQUIRE_SCHEMATHESIS";
/// What it holds answers against. That every payload by the schema is taken is no promise: there are rules
/// that a schema cannot say.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_headers_conformance,response_schema_conformance,unsupported_method,\
                      allow_header_conformance,ignored_auth,missing_required_header";

#[test]
fn the_daemon_answers_nothing_that_its_document_does_not_tell() {
    let tool = workspace().join("target/schemathesis/bin/schemathesis");
    let there = Command::new(&tool).arg("--version").output();
    let there = there.is_ok_and(|said| String::from_utf8_lossy(&said.stdout).contains(VERSION));
    if !there {
        let script = "crates/cli/tests/schemathesis_setup.sh";
        let required = std::env::var_os(REQUIRED_VARIABLE).is_some();
        assert!(!required, "schemathesis {VERSION} is missing: run {script}");
        eprintln!("NOTHING WAS TESTED: schemathesis {VERSION} is missing; {script} prepares it");
        return;
    }
    let seconds = std::env::var(SECONDS_VARIABLE).map_or(SECONDS, |seconds| {
        seconds.parse().expect("a number of seconds")
    });
    let home = Home::new();
    let call = home
        .call("serve --sandbox --listen 127.0.0.1:0 --admin-listen 127.0.0.1:0")
        .env("AGENT_ASSIST_SERVE__REQUESTS_PER_MINUTE", "100000");
    let daemon = Daemon::spawn(call.into_command());
    let (document, key) = (format!("{}/openapi.json", daemon.url()), daemon.first_key());
    let run = |url: &str, paths: &[&str], seconds: u64| {
        let mut command = Command::new(&tool);
        command
            .current_dir(home.path(""))
            .args(["run", &document, "--url", url, "--checks", CHECKS])
            .args(["--max-time", &seconds.max(1).to_string()])
            .args(["--rate-limit", "auto", "--continue-on-failure"])
            .args(["--header", &format!("Authorization: Bearer {key}")])
            .args(paths);
        let output = command.output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stdout);
        eprintln!("{said}");
        assert!(output.status.success(), "{said}");
    };
    run(
        daemon.url(),
        &["--include-path-regex", "^/v1/"],
        seconds * 2 / 3,
    );
    // Drained it is not ready, which a tool takes for a server's error; a test of its own shows it.
    run(
        daemon.admin_url(),
        &["--exclude-path-regex", "^/v1/|^/admin/drain$"],
        seconds / 3,
    );
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
