//! Events on their way out: a file, webhooks, and the help for those who develop a receiver.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::harness::{Home, Run, Upstream};

/// Signs what is forwarded by hand.
const DEVELOPMENT_SECRET: &str = "whsec_YWdlbnQtYXNzaXN0LWRldmVsb3BtZW50LW9ubHk=";

/// The version of the compiler that the script installs.
const TYPESCRIPT_VERSION: &str = "5.9.3";
/// Where it is set, a missing interpreter or compiler is a failure.
const REQUIRED_VARIABLE: &str = "AGENT_ASSIST_REQUIRE_VENDOR_SDK";

/// A receiver of docs/receivers, run by whatever runs it.
struct Receiver {
    child: Child,
    url: String,
    output: BufReader<std::process::ChildStdout>,
}

impl Receiver {
    /// `None`, said loudly, on a machine without Python.
    fn in_python() -> Option<Self> {
        let path = workspace().join("docs/receivers/receiver.py");
        Self::started(Command::new("python3").arg(path))
    }

    /// Compiled as its users would, with every check. `None`, said loudly, on a machine without the compiler.
    fn in_typescript(home: &Home) -> Option<Self> {
        let packages = workspace().join("target/npm/node_modules");
        let compiler = packages.join("typescript");
        let package = std::fs::read_to_string(compiler.join("package.json")).unwrap_or_default();
        if !package.contains(&format!("\"version\": \"{TYPESCRIPT_VERSION}\"")) {
            skipped("TypeScript", "crates/cli/tests/npm_setup.sh prepares it");
            return None;
        }
        let compiled = home.path("receiver");
        let ran = Command::new("node")
            .arg(compiler.join("bin/tsc"))
            .args(["--strict", "--erasableSyntaxOnly", "--target", "es2022"])
            .args(["--module", "nodenext", "--types", "node", "--typeRoots"])
            .arg(packages.join("@types"))
            .arg("--outDir")
            .arg(&compiled)
            .arg(workspace().join("docs/receivers/receiver.ts"))
            .output()
            .expect("Node.js runs");
        let said = String::from_utf8_lossy(&ran.stdout);
        assert!(ran.status.success(), "{said}");
        Self::started(Command::new("node").arg(compiled.join("receiver.js")))
    }

    fn started(command: &mut Command) -> Option<Self> {
        let child = command
            .arg("0")
            .env("WEBHOOK_SECRET", DEVELOPMENT_SECRET)
            .stdout(Stdio::piped())
            .spawn();
        let Ok(mut child) = child else {
            skipped(&command.get_program().to_string_lossy(), "it is not there");
            return None;
        };
        let mut output = BufReader::new(child.stdout.take().expect("its output"));
        let mut line = String::new();
        output.read_line(&mut line).expect("a line");
        let url = line
            .trim()
            .strip_prefix("listening on ")
            .expect(&line)
            .to_owned();
        Some(Self { child, url, output })
    }

    /// Identifier and name of the next event that it took.
    fn next(&mut self) -> (String, String) {
        let mut line = String::new();
        self.output.read_line(&mut line).expect("a line");
        let mut words = line.split(' ').map(str::to_owned);
        (words.next().expect("an id"), words.next().expect("a name"))
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[allow(clippy::print_stderr, reason = "whoever reads the log must see it")]
fn skipped(language: &str, why: &str) {
    assert!(
        std::env::var_os(REQUIRED_VARIABLE).is_none(),
        "the example receiver in {language} has to be tried: {why}"
    );
    eprintln!("SKIPPED: the example receiver in {language} was not tried: {why}");
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The events in a file, one a line.
fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let lines = text.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

/// Positions and entries of the whole audit log.
fn log(home: &Home) -> Vec<Value> {
    let listed = home.ok("audit list --output ndjson --oldest-first --limit 1000");
    let lines = listed.stdout.lines();
    lines
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect()
}

fn switch(home: &Home, session: u32, settings: &[(&str, &str)]) -> Run {
    let mut call = home.call(&format!("assist off --session s-{session}"));
    for (name, value) in settings {
        call = call.env(name, value);
    }
    call.exits(0)
}

#[test]
fn a_file_gets_every_record_from_then_on_and_an_export_knows_the_same_identifiers() {
    let home = Home::new();
    switch(&home, 0, &[]);
    let file = home.path("events.ndjson");
    let settings = [(
        "AGENT_ASSIST_ANALYTICS__FILE",
        file.to_str().expect("a path"),
    )];
    for session in 1..4 {
        switch(&home, session, &settings);
    }
    // Recorded by somebody who knows nothing of the file.
    switch(&home, 4, &[]);
    home.call("events deliver")
        .env(settings[0].0, settings[0].1)
        .exits(0);
    let events = lines(&file);
    let exported = home.ok("audit export --since 1");
    let mut expected = log(&home).split_off(1);
    // That the log was exported.
    expected.retain(|record| record["entry"]["event"] != "assist_audit_read");
    assert_eq!(events.len(), expected.len());
    for (event, record) in events.iter().zip(&expected) {
        assert_eq!(
            (&event["seq"], &event["data"]),
            (&record["seq"], &record["entry"])
        );
    }
    let ids = exported.stdout.lines().map(|line| {
        let record: Value = serde_json::from_str(line).expect("JSON");
        record["id"].clone()
    });
    let events: Vec<Value> = events
        .into_iter()
        .map(|event| event["id"].clone())
        .collect();
    assert_eq!(ids.collect::<Vec<_>>(), events);
}

#[test]
fn the_receiver_in_python_takes_what_is_signed_with_its_secret_and_nothing_else() {
    let home = Home::new();
    if let Some(receiver) = Receiver::in_python() {
        takes_what_is_signed_and_nothing_else(&home, receiver);
    }
}

#[test]
fn the_receiver_in_typescript_takes_what_is_signed_with_its_secret_and_nothing_else() {
    let home = Home::new();
    if let Some(receiver) = Receiver::in_typescript(&home) {
        takes_what_is_signed_and_nothing_else(&home, receiver);
    }
}

#[track_caller]
fn takes_what_is_signed_and_nothing_else(home: &Home, mut receiver: Receiver) {
    let trigger = format!(
        "events trigger assist_fetch_completed --forward-to {}",
        receiver.url
    );
    let run = home.call(&trigger).exits(0);
    let sent: Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(sent["arrived"], true);
    assert!(run.stderr.contains(DEVELOPMENT_SECRET), "{run}");
    let taken = receiver.next();
    assert_eq!(
        taken,
        (
            sent["id"].as_str().expect("an id").to_owned(),
            "assist_fetch_completed".into()
        )
    );

    let other = home.write("other.secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n");
    let run = home
        .call(&trigger)
        .arg("--secret-file")
        .arg(&other)
        .exits(5);
    assert!(run.stdout.contains("status 401"), "{run}");
    // While a secret is replaced, either will do.
    let both = format!("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n{DEVELOPMENT_SECRET}\n");
    let both = home.write("both.secret", &both);
    home.call(&trigger).arg("--secret-file").arg(&both).exits(0);
    let printed = format!("{run}");
    assert!(!printed.contains("MfKQ9r8G"), "{printed}");
}

#[test]
fn a_webhook_gets_what_it_asked_for_and_a_dead_one_is_told_of_and_tried_again() {
    let Some(mut receiver) = Receiver::in_python() else {
        return;
    };
    let home = Home::new();
    let secret = home.write("crm.secret", DEVELOPMENT_SECRET);
    let settings = format!(
        "[analytics.webhooks.crm]\nurl = \"{}\"\nsecret_file = \"{}\"\nallow_private = true\n\
         types = [\"assist_switched\"]\n",
        receiver.url,
        secret.display(),
    );
    home.write("config/agent-assist/config.toml", &settings);
    for session in 0..3 {
        switch(&home, session, &[]);
        assert_eq!(receiver.next().1, "assist_switched");
    }
    let url = receiver.url.clone();
    drop(receiver);
    switch(&home, 3, &[]);
    let listed = home.ok("events list --output json");
    let sinks: Value = serde_json::from_str(&listed.stdout).expect("JSON");
    assert_eq!(sinks[0]["sink"], "webhook/crm");
    assert_eq!(sinks[0]["waiting"], 1);
    assert!(sinks[0]["failing_since_ms"].is_i64(), "{listed}");
    // Not due for seconds: a receiver that failed is not asked again by every command.
    let delivered = home.ok("events deliver --output json");
    let delivered: Value = serde_json::from_str(&delivered.stdout).expect("JSON");
    assert_eq!(
        (&delivered[0]["failed"], &delivered[0]["waiting"]),
        (&0.into(), &1.into())
    );
    assert_eq!(
        home.ok("events list --dead --output json").stdout.trim(),
        "[]"
    );
    assert!(!listed.stdout.contains(&url), "{listed}");
}

#[test]
fn whoever_listens_sees_the_log_grow() {
    let home = Home::new();
    switch(&home, 0, &[]);
    let mut child = home
        .call("events listen --since 0 --types assist_switched")
        .into_command()
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program");
    let mut output = BufReader::new(child.stdout.take().expect("its output"));
    for session in 0..3_u64 {
        let mut line = String::new();
        output.read_line(&mut line).expect("a line");
        let event: Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(
            (&event["seq"], &event["type"]),
            (&(session + 1).into(), &"assist_switched".into())
        );
        switch(&home, session as u32 + 1, &[]);
    }
    child.kill().expect("kill");
    child.wait().expect("its end");
}

#[test]
fn what_is_wrong_with_a_sink_is_said_before_anything_is_done() {
    let home = Home::new();
    let run = home.call("events deliver").exits(2);
    assert!(run.stderr.contains("no sink is set"), "{run}");
    let run = home
        .call("events trigger assist_fetch_done --forward-to http://127.0.0.1:1/")
        .exits(2);
    assert!(run.stderr.contains("assist_fetch_completed"), "{run}");
    let all = [
        (
            "AGENT_ASSIST_ANALYTICS__WEBHOOKS__CRM__URL",
            "http://hooks.example.com/canary",
        ),
        ("AGENT_ASSIST_ANALYTICS__WEBHOOKS__CRM__TYPES", "fetches"),
        (
            "AGENT_ASSIST_ANALYTICS__WEBHOOKS__CRM__ALLOW_PRIVATE",
            "perhaps",
        ),
    ];
    let mut call = home.call("config check");
    for (name, value) in all {
        call = call.env(name, value);
    }
    let run = call.exits(2);
    for part in [
        "crm.url",
        "crm.types",
        "crm.allow_private",
        "crm.secret_file",
    ] {
        assert!(
            run.stderr.contains(part) || run.stdout.contains(part),
            "{part}: {run}"
        );
    }
    assert!(!run.stderr.contains("canary"), "{run}");
    // A secret that is none costs nobody an answer, and is not shown.
    let secret = home.write("bad.secret", "hunter2");
    let call = home
        .call("assist off --session s-1")
        .env(
            "AGENT_ASSIST_ANALYTICS__WEBHOOKS__CRM__URL",
            "https://hooks.example.com/",
        )
        .env("AGENT_ASSIST_ANALYTICS__WEBHOOKS__CRM__SECRET_FILE", secret);
    let run = call.exits(0);
    assert!(run.stderr.contains("whsec_"), "{run}");
    assert!(!run.stderr.contains("hunter2"), "{run}");
}

/// A fetch of strict mode that was killed when it had announced itself. Its program knew of the sinks
/// in `settings`.
fn killed_fetch(home: &Home, settings: (&str, &str)) {
    let upstream = Upstream::start();
    upstream.fault("recommendations:delay=20s");
    let fetch = upstream.fetch(home).words("--timeout 1m");
    let fetch = fetch.env("AGENT_ASSIST_AUDIT__STRICT", "true");
    let mut fetch = fetch.env(settings.0, settings.1).into_command();
    fetch.stdout(Stdio::null()).stderr(Stdio::null());
    let mut killed = fetch.spawn().expect("a process");
    let announced = || {
        let list = home.call("audit list --event assist_fetch_initiated").run();
        list.code == Some(0) && list.stdout.contains("assist_fetch_initiated")
    };
    while !announced() {
        assert!(matches!(killed.try_wait(), Ok(None)), "it ended too early");
    }
    killed.kill().expect("killed");
    killed.wait().expect("its end");
}

/// The end of what a program left open is recorded when the store is opened, by the store itself: sinks
/// hear of it from the log like of everything else, whoever opened it.
#[test]
fn what_a_killed_program_left_open_is_told_of_too() {
    for settled_by in ["cache purge", "events deliver", "assist on --all"] {
        let home = Home::new();
        let file = home.path("events.ndjson");
        let settings = (
            "AGENT_ASSIST_ANALYTICS__FILE",
            file.to_str().expect("a path"),
        );
        killed_fetch(&home, settings);
        let settled = home.call(settled_by).env(settings.0, settings.1).exits(0);
        settled.says(&["the outcome is unknown"]);
        let deliver = home.call("events deliver").env(settings.0, settings.1);
        deliver.exits(0);
        let exported = home.ok("audit export --event assist_outcome_unknown");
        let exported = exported.json_lines();
        assert_eq!(exported.len(), 1, "{settled_by}");
        let told: Vec<Value> = lines(&file)
            .into_iter()
            .filter(|event| event["type"] == "assist_outcome_unknown")
            .collect();
        assert_eq!(told.len(), 1, "{settled_by}");
        assert_eq!(told[0]["id"], exported[0]["id"], "{settled_by}");
    }
}
