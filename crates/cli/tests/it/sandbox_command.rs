//! `agent-assist sandbox`: one line when ready, then an upstream until it is told to stop.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};

use agent_assist_sandbox::Ready;
use serde_json::Value;

use super::harness::{Call, Home, recommendations};
use super::http;

/// A sandbox of its own process; killed if a test fails before it is stopped.
struct Running {
    child: Child,
    line: String,
}

impl Running {
    fn start(home: &Home, words: &str) -> Self {
        let mut child = home
            .call("sandbox")
            .words(words)
            .into_command()
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let stdout = child.stdout.as_mut().expect("a pipe");
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        Self { child, line }
    }

    fn ready(&self) -> Ready {
        serde_json::from_str(&self.line).expect("the promised line")
    }

    fn call(&self, home: &Home, words: &str) -> Call {
        let ready = self.ready();
        home.call(&format!("--api-base {} {words} --no-cache", ready.base_url))
            .words(&format!("--conversation {}", ready.conversations[0].id))
            .env("GENESYSCLOUD_OAUTHCLIENT_ID", ready.client_id)
            .env("GENESYSCLOUD_OAUTHCLIENT_SECRET", ready.client_secret)
    }

    /// Sends a signal; the exit code, and what was printed after the line.
    #[cfg(unix)]
    fn stop(mut self, signal: &str) -> (Option<i32>, String) {
        let process = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &process]).status();
        assert!(sent.expect("kill is there").success());
        let status = self.child.wait().expect("it ends");
        let mut rest = String::new();
        let stdout = self.child.stdout.as_mut().expect("a pipe");
        stdout.read_to_string(&mut rest).expect("UTF-8");
        (status.code(), rest)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_ready_line_has_exactly_what_is_promised() {
    let home = Home::new();
    let sandbox = Running::start(&home, "");
    let line: Value = serde_json::from_str(&sandbox.line).expect("JSON");
    let names = |value: &Value| -> BTreeSet<String> {
        value
            .as_object()
            .expect("an object")
            .keys()
            .cloned()
            .collect()
    };
    let promised = [
        "base_url",
        "token_url",
        "client_id",
        "client_secret",
        "conversations",
        "knowledge_sources",
    ];
    assert_eq!(names(&line), promised.map(str::to_owned).into());
    let ready = sandbox.ready();
    assert!(ready.base_url.starts_with("http://127.0.0.1:"));
    assert_eq!(ready.token_url, format!("{}/oauth/token", ready.base_url));
    assert!(ready.conversations.len() >= 2 && !ready.knowledge_sources.is_empty());
    for conversation in line["conversations"].as_array().expect("a list") {
        assert_eq!(
            names(conversation),
            ["id", "title"].map(str::to_owned).into()
        );
        let id = conversation["id"].as_str().expect("a text");
        assert_eq!(
            id.split('-').map(str::len).collect::<Vec<_>>(),
            [8, 4, 4, 4, 12]
        );
    }
}

#[test]
fn it_gives_tokens_and_speaks_both_dialects() {
    let home = Home::new();
    let sandbox = Running::start(&home, "");
    let ready = sandbox.ready();
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}",
        ready.client_id, ready.client_secret
    );
    let token = http::ask(&ready.base_url, "POST", "/oauth/token", "", &form);
    let token: Value = serde_json::from_str(&token).expect("JSON");
    assert!(
        token["access_token"]
            .as_str()
            .is_some_and(|token| !token.is_empty())
    );

    let suggestions = sandbox.call(&home, "fetch").exits(0).json();
    assert!(!recommendations(&suggestions).is_empty());
    let source = &ready.knowledge_sources[0];
    let words = format!("fetch --dialect recommendations --session s --knowledge-source {source}");
    let recommended = sandbox.call(&home, &words).exits(0).json();
    assert!(!recommendations(&recommended).is_empty());
}

#[test]
fn faults_are_had_on_demand() {
    let home = Home::new();
    let sandbox = Running::start(
        &home,
        "--fault suggestions:status=403,times=1 --fault token:delay=1ms",
    );
    sandbox.call(&home, "fetch").exits(3);
    sandbox.call(&home, "fetch").exits(0);
}

#[test]
fn it_recommends_from_articles_of_ones_own() {
    let home = Home::new();
    let file = home.write(
        "articles.json",
        r#"{"House rules": {"description": "returns", "subflows": {"Jeans that do not fit":
            {"instructions": ["Jeans of the wrong size may be returned within 90 days"]}}}}"#,
    );
    let sandbox = Running::start(&home, &format!("--knowledge-base {}", file.display()));
    let words = format!(
        "fetch --dialect recommendations --session s --min-relevance 0 --knowledge-source {}",
        sandbox.ready().knowledge_sources[0]
    );
    let answer = sandbox.call(&home, &words).exits(0).json();
    assert_eq!(
        recommendations(&answer)[0]["title"],
        "Jeans that do not fit"
    );
}

#[test]
fn what_cannot_be_started_is_2_with_the_reason() {
    let home = Home::new();
    let sandbox = Running::start(&home, "");
    let taken = sandbox.ready().base_url.replace("http://", "--listen ");
    home.call("sandbox")
        .words(&taken)
        .exits(2)
        .says(&["cannot listen"]);
    let missing = home.call("sandbox --knowledge-base /nowhere.json").exits(2);
    missing.says(&["cannot be read"]);
    let wrong = home.write("wrong.json", "[]");
    let wrong = home.call("sandbox --knowledge-base").arg(wrong).exits(2);
    wrong.says(&["wrong form"]);
    home.call("sandbox --fault token:status=199")
        .exits(2)
        .says(&["200 to 599"]);
}

#[test]
#[cfg(unix)]
fn it_ends_well_when_told_to_and_says_nothing_more() {
    let home = Home::new();
    for signal in ["-TERM", "-INT"] {
        let sandbox = Running::start(&home, "");
        let (code, rest) = sandbox.stop(signal);
        assert_eq!((code, rest.as_str()), (Some(0), ""), "{signal}");
    }
}
