//! Schemathesis against the daemon, by the daemon's own document: whatever it comes up with, no answer is a
//! server's error, and every one has a status, a content type and a shape that the document tells.
//!
//! The tests never download it. A script prepares it; without, the test says so on standard error and passes,
//! unless it is required.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::harness::{Home, Upstream};
use super::serve::{Daemon, request};

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
    let (home, upstream) = (Home::new(), Upstream::start());
    let words = "serve --listen 127.0.0.1:0 --admin-listen 127.0.0.1:0";
    let call = upstream
        .call(&home, words)
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
        seconds / 3,
    );
    // Drained it is not ready, which a tool takes for a server's error; a test of its own shows it.
    run(
        daemon.admin_url(),
        &[
            "--include-path-regex",
            "^/(admin/(?!drain$)|livez|readyz|metrics)",
        ],
        seconds / 3,
    );
    // What the tool makes up is no conversation, and where all are asked about the platform's allowance
    // ends: half of the rest is about one that there is.
    let platform = [
        "--include-path-regex",
        "^/(api/v2|oauth)/",
        // Links that it infers lead to other operations.
        "--phases",
        "coverage,fuzzing",
    ];
    run(daemon.url(), &platform, seconds / 6);
    let listed = format!(
        "/api/v2/conversations/{}/suggestions",
        upstream.conversation(0)
    );
    let head = format!("authorization: Bearer {key}\r\n");
    let listed = request(daemon.url(), &format!("GET {listed}"), &head, "");
    let listed = listed.json();
    let suggestion = listed["entities"][0]["id"].as_str().expect("a suggestion");
    let known = format!(
        "[parameters]\n\"path.conversation_id\" = \"{}\"\n\"path.suggestion_id\" = \"{suggestion}\"\n",
        upstream.conversation(0)
    );
    std::fs::write(home.path("schemathesis.toml"), known).expect("written");
    run(daemon.url(), &platform, seconds / 6);
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
