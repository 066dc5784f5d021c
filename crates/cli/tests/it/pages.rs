//! Help, manual and completions: what is promised stands there.

use std::io::Write as _;
use std::process::{Command, Stdio};

use super::harness::Home;

/// The commands, and flags each is promised to have.
const PROMISED: &[(&str, &str)] = &[
    (
        "fetch",
        "--conversation --session --knowledge-source --intent --limit --offset --min-relevance \
         --agent --customer --queue --query --subject-terms --payload --no-cache --explain --timeout \
         --sandbox --fail-degraded",
    ),
    (
        "adopt",
        "--conversation --session --recommendation --event-id",
    ),
    (
        "engage",
        "--conversation --session --recommendation --kind --event-id --at --agent --batch --sandbox",
    ),
    ("assist off", "--all --queue --session --for --by --sandbox"),
    ("assist on", "--all --queue --session --by --sandbox"),
    ("assist status", "--sandbox"),
    ("report", "--since --until --by --reconcile --sandbox"),
    ("audit list", ""),
    ("audit show", ""),
    (
        "audit export",
        "--format --since --until --conversation --session --request --event --sandbox",
    ),
    ("audit query", "--limit --timeout --sandbox"),
    ("audit replay", "--conversation --at --sandbox"),
    ("audit statement", "--conversation --sandbox"),
    (
        "audit tail",
        "--since --conversation --session --request --event --sandbox",
    ),
    ("audit whois", "--agent --customer --sandbox"),
    (
        "audit erase",
        "--conversation --customer --agent --by --yes --sandbox",
    ),
    ("audit new-epoch", "--sandbox"),
    ("audit keygen", "--name --out"),
    ("audit rotate-key", "--by"),
    ("audit verify", "--checkpoint --key"),
    ("audit verify-proof", "--record --key --origin"),
    ("cache stats", ""),
    ("cache invalidate", "--conversation --session --key"),
    ("cache purge", ""),
    ("pii scan", "--policy --subject"),
    ("pii mask", "--policy --subject --format"),
    ("pii explain", "--policy --subject --show"),
    ("pii test", "--policy"),
    ("pii policy", ""),
    ("sandbox", "--listen --fault --knowledge-base"),
    ("doctor", "--conversation --agents --knowledge-source"),
    ("config show", ""),
    ("config check", ""),
    ("config init", ""),
    ("completions", ""),
    ("man", ""),
];

/// Flags that every command understands.
const EVERYWHERE: &str = "--output --config --profile --api-base --login-base --dialect --store \
                          -v, --no-color";

#[test]
fn every_promised_command_and_flag_is_in_the_help() {
    let home = Home::new();
    for (command, flags) in PROMISED {
        let help = home.ok(&format!("{command} --help"));
        for flag in flags
            .split_whitespace()
            .chain(EVERYWHERE.split_whitespace())
        {
            assert!(
                help.stdout.contains(flag),
                "{command} has no {flag}: {help}"
            );
        }
        assert!(help.stderr.is_empty(), "{help}");
        home.ok(&format!("{command} -h"));
    }
}

#[test]
fn help_has_examples_rights_exit_codes_and_variables() {
    let home = Home::new();
    let help = home.ok("--help").stdout;
    for words in [
        "Examples:",
        "agent-assist fetch --sandbox",
        "Exit codes:",
        "6 no record or store failed",
        "GENESYSCLOUD_OAUTHCLIENT_SECRET",
        "AGENT_ASSIST_CACHE__TTL",
    ] {
        assert!(help.contains(words), "no {words:?} in {help}");
    }
    let help = home.ok("fetch --help").stdout;
    for words in [
        "Examples:",
        "conversation:suggestion:view",
        "agentassist:recommendations:view",
        "[default: 3s]",
    ] {
        assert!(help.contains(words), "no {words:?} in {help}");
    }
    home.call("").exits(2).says(&["Usage:"]);
    assert!(home.ok("--version").stdout.starts_with("agent-assist "));
}

#[test]
fn no_secret_can_be_a_flag() {
    let home = Home::new();
    for (command, _) in PROMISED {
        let help = home.ok(&format!("{command} --help")).stdout;
        for flag in [
            "--client-secret",
            "--secret",
            "--token",
            "--access-token",
            "--password",
        ] {
            assert!(!help.contains(flag), "{command} has {flag}");
        }
    }
}

#[test]
fn completions_are_scripts_their_shells_can_read() {
    let home = Home::new();
    for (shell, mark) in [
        ("bash", "complete -F"),
        ("zsh", "#compdef agent-assist"),
        ("fish", "complete -c agent-assist"),
        ("powershell", "Register-ArgumentCompleter"),
        ("elvish", "edit:completion"),
    ] {
        let script = home.ok(&format!("completions {shell}")).stdout;
        for words in [mark, "knowledge-source", "invalidate"] {
            assert!(script.contains(words), "no {words:?} for {shell}");
        }
        assert!(parses(shell, &script), "{shell} cannot read its script");
    }
    home.call("completions tcsh").exits(2);
}

#[test]
fn the_manual_has_every_command_and_the_exit_codes() {
    let home = Home::new();
    let page = home.ok("man").stdout;
    assert!(page.contains(".TH agent-assist 1"), "{page}");
    for words in [
        "Exit codes:",
        "Examples:",
        "doctor found a failure",
        "GENESYSCLOUD_REGION",
    ] {
        assert!(page.contains(words), "no {words:?} in {page}");
    }
    let folder = home.path("pages");
    home.call("man --dir").arg(&folder).exits(0);
    for (command, flags) in PROMISED {
        let name = format!("agent-assist-{}.1", command.replace(' ', "-"));
        let page = std::fs::read_to_string(folder.join(&name));
        let page = page.unwrap_or_else(|error| panic!("{name}: {error}"));
        for flag in flags.split_whitespace() {
            let flag = flag.replace('-', "\\-");
            assert!(page.contains(&flag), "{name} has no {flag}");
        }
    }
    home.call("man --dir /dev/null/pages").exits(2);
}

/// Whether the shell can parse the script; true, aloud, where there is no such shell.
#[expect(clippy::print_stderr, reason = "what was not tried must be told")]
fn parses(shell: &str, script: &str) -> bool {
    let started = Command::new(shell)
        .arg("-n")
        .stdin(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn();
    let Ok(mut child) = started else {
        eprintln!("SKIPPED: {shell} is not here to read its script");
        return true;
    };
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin.write_all(script.as_bytes()).expect("the shell reads");
    drop(stdin);
    child.wait().expect("the shell ends").success()
}
