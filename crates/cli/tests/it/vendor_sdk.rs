//! The vendor's own SDKs, unchanged, against the daemon: programs that nobody here wrote log in, page, read,
//! engage and are refused, and have changed nothing but the host that they ask.
//!
//! The SDKs are large, so the tests never download them. Scripts prepare them; without, the tests say so on
//! standard error and pass, unless they are required.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::json;

use super::serve::Daemon;
use crate::harness::Home;

/// The version of the JavaScript SDK that the script installs.
const JAVASCRIPT_VERSION: &str = "262.0.0";
/// Names a Python interpreter that has the SDK, in place of the prepared one.
const PYTHON_VARIABLE: &str = "AGENT_ASSIST_VENDOR_PYTHON";
/// Where it is set, a missing SDK is a failure: a run that counts must not skip this.
const REQUIRED_VARIABLE: &str = "AGENT_ASSIST_REQUIRE_VENDOR_SDK";

#[test]
fn a_python_program_asks_the_daemon_instead_of_the_platform() {
    let prepared = || workspace().join("target/vendor-sdk/bin/python");
    let python = std::env::var_os(PYTHON_VARIABLE).map_or_else(prepared, PathBuf::from);
    let version = "import importlib.metadata as m; m.version('PureCloudPlatformClientV2')";
    if !runs(Command::new(&python).args(["-c", version])) {
        return say_that_nothing_was_tested(
            "Python",
            "crates/genesys-sandbox/tests/vendor_sdk_setup.sh",
        );
    }
    let mut command = Command::new(&python);
    command.arg(script("client.py"));
    passes(command);
}

#[test]
fn a_javascript_program_asks_the_daemon_instead_of_the_platform() {
    let modules = workspace().join("target/npm/node_modules");
    let package = modules.join("purecloud-platform-client-v2/package.json");
    let package = std::fs::read_to_string(package).unwrap_or_default();
    let installed = package.contains(&format!("\"version\": \"{JAVASCRIPT_VERSION}\""));
    if !installed || !runs(Command::new("node").arg("--version")) {
        return say_that_nothing_was_tested("JavaScript", "crates/cli/tests/npm_setup.sh");
    }
    let mut command = Command::new("node");
    command.arg(script("client.js")).env("NODE_PATH", modules);
    passes(command);
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/vendor_sdk")
        .join(name)
}

fn runs(command: &mut Command) -> bool {
    command.output().is_ok_and(|output| output.status.success())
}

/// Runs the program against a daemon of its own.
#[track_caller]
fn passes(mut program: Command) {
    let home = Home::new();
    let key = home
        .ok("key create --sandbox --name sdk --role agent")
        .json();
    let shown = home.ok("fetch --sandbox").json();
    let daemon = Daemon::start(&home, "--sandbox --dialect suggestions");
    let gateway = json!({
        "url": daemon.url(),
        "client_id": key["id"],
        "client_secret": key["key"],
        "conversation": shown["conversation_id"],
    });
    let run = program
        .env("GATEWAY", gateway.to_string())
        // The SDKs read a configuration file from the home folder if there is one.
        .env("HOME", home.path(""))
        .output()
        .expect("it runs");
    let (told, errors) = (
        String::from_utf8_lossy(&run.stdout),
        String::from_utf8_lossy(&run.stderr),
    );
    assert!(run.status.success(), "the SDK disagrees:\n{told}\n{errors}");
    assert!(
        told.ends_with("all steps passed\n"),
        "the program did not reach its end:\n{told}"
    );
}

/// Written past the test harness, which would swallow what a passing test prints.
#[track_caller]
fn say_that_nothing_was_tested(language: &str, setup: &str) {
    let rule = "*".repeat(80);
    let notice = format!(
        "\n{rule}\n\
         *  NOT TESTED: the vendor's {language} SDK is not installed, so the daemon was not\n\
         *  asked by it. To prepare it, run\n\
         *      {setup}\n\
         {rule}\n\n"
    );
    // Without a standard error there is nobody to tell.
    let _ = std::io::stderr().write_all(notice.as_bytes());
    assert!(
        std::env::var_os(REQUIRED_VARIABLE).is_none(),
        "{REQUIRED_VARIABLE} is set, so the SDK must be there"
    );
}
