//! Reading the log is recorded: by whom, which way, of what. And what is read: replay, statement, tail.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use super::harness::{Home, Upstream};

/// Columns of a terminal.
const WIDTH: usize = 80;

/// Every reading on record, but for the one that asks.
fn readings(home: &Home) -> Vec<Value> {
    let sql = "SELECT command, stage, read_by, conversation_id, sql, row_count, untold, pseudonyms \
               FROM audit_accesses ORDER BY seq";
    let asked = home.call("audit query --output ndjson").arg(sql).exits(0);
    asked.json_lines()
}

#[test]
fn every_way_to_read_leaves_a_record() {
    let (home, upstream) = (Home::new(), Upstream::start());
    upstream.fetch(&home).exits(0);
    let conversation = upstream.conversation(0);
    let run = |words: &str| home.call(words).env("USER", "maria").exits(0);
    run("audit list --limit 1");
    run("audit show 1");
    run("audit export --event assist_fetch_completed");
    run(&format!("audit replay --conversation {conversation}"));
    run(&format!("audit statement --conversation {conversation}"));
    let query = home
        .call("audit query")
        .arg("SELECT 'joe', agent_id FROM audit_fetches");
    query.exits(0);
    let somebody = "agent~1~00112233445566778899aabbccddeeff";
    run(&format!("audit whois {somebody}"));
    run("audit whois --customer joe");
    let told = readings(&home);
    let commands: Vec<&Value> = told.iter().map(|row| &row["command"]).collect();
    assert_eq!(
        commands,
        [
            "list",
            "show",
            "export",
            "replay",
            "statement",
            "query",
            "whois",
            "whois"
        ]
    );
    assert!(
        told[..5].iter().all(|row| row["read_by"] == "maria"),
        "{told:#?}"
    );
    assert!(
        told.iter()
            .all(|row| row["stage"] == "whole" && row["row_count"].is_u64())
    );
    assert_eq!(told[3]["conversation_id"], conversation);
    assert_eq!(told[5]["sql"], "SELECT ?, agent_id FROM audit_fetches");
    assert_eq!(told[5]["read_by"], Value::Null);
    assert_eq!(told[6]["pseudonyms"], json!([somebody]).to_string());
    assert_eq!(told[7]["pseudonyms"], "[]");
    // A name is never told.
    assert_eq!(told[7]["untold"], json!(["customer_id"]).to_string());
}

#[test]
fn what_is_looked_for_is_not_recorded_where_it_may_be_a_person() {
    let (home, upstream) = (Home::new(), Upstream::start());
    upstream.fetch(&home).exits(0);
    home.ok("audit list --conversation joe@example.com");
    home.ok("audit statement --conversation joe@example.com");
    home.call("audit query")
        .arg("SELECT * FROM audit WHERE agent_id = 'joe@example.com' -- joe@example.com")
        .exits(0);
    for (path, bytes) in home.stored() {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains("joe@example"), "{}", path.display());
    }
    let told = readings(&home);
    assert_eq!(told[0]["untold"], json!(["conversation_id"]).to_string());
}

#[test]
fn a_copy_that_was_put_away_is_read_and_left_as_it_is() {
    let (home, upstream) = (Home::new(), Upstream::start());
    upstream.fetch(&home).exits(0);
    let copy = home.path("archive.db");
    std::fs::copy(home.data("agent-assist.db"), &copy).expect("copied");
    let before = std::fs::read(&copy).expect("readable");
    for words in ["audit list", "audit export", "audit show 1"] {
        let run = home.call(words).arg("--store").arg(&copy).exits(0);
        run.says(&[
            "warning: this reading is not recorded",
            "the store is a copy",
        ]);
        assert!(!run.stdout.is_empty(), "{run}");
    }
    assert_eq!(std::fs::read(&copy).expect("readable"), before);
    assert!(!home.path("archive.db.audit-head").exists());
}

#[test]
fn a_conversation_is_replayed_and_stated_within_the_width_of_a_terminal() {
    let (home, upstream) = (Home::new(), Upstream::start());
    let answer = upstream.fetch(&home).exits(0).json();
    upstream.fetch(&home).exits(0);
    let conversation = upstream.conversation(0);
    let about = |command: &str, output: &str| {
        home.ok(&format!(
            "audit {command} --conversation {conversation} --output {output}"
        ))
    };
    let shown = answer["recommendations"][0]["id"].as_str().expect("an id");
    for (command, words) in [
        (
            "replay",
            [
                "from the cache, of record 1",
                "given out:",
                "held back:",
                "the client told so",
                shown,
            ],
        ),
        (
            "statement",
            [
                "asked for 2 times",
                "Given out: ",
                "Held back",
                "with the root",
                shown,
            ],
        ),
    ] {
        let page = about(command, "table");
        for word in words {
            assert!(page.stdout.contains(word), "no {word:?} in {page}");
        }
        let wide = page
            .stdout
            .lines()
            .find(|line| line.chars().count() > WIDTH);
        assert_eq!(wide, None, "{page}");
    }
    let replay = about("replay", "json").json();
    assert_eq!(replay["displayed"], "confirmed");
    let session = &replay["sessions"][0];
    assert_eq!(session["whence"]["seq"], 1);
    assert_eq!(session["shown"][0]["recommendation_id"], shown);
    let statement = about("statement", "json").json();
    assert_eq!(statement["requests"]["from_cache"], 1);
    assert_eq!(
        statement["anchor"]["root_hash"].as_str().map(str::len),
        Some(64)
    );

    let earlier = format!("audit replay --conversation {conversation} --at 2020-01-01T00:00:00Z");
    assert_eq!(home.ok(&earlier).json()["sessions"], json!([]));
    let nothing = home.ok("audit statement --conversation c-2 --output table");
    assert!(nothing.stdout.contains("has no request in it"), "{nothing}");
}

/// A tail of its own process; killed if a test fails before it ends.
struct Tailing {
    child: Child,
    out: Option<BufReader<std::process::ChildStdout>>,
}

impl Tailing {
    fn start(home: &Home, words: &str) -> Self {
        let call = home.call("audit tail --output ndjson").words(words);
        let mut child = call
            .into_command()
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let out = child.stdout.take().map(BufReader::new);
        Self { child, out }
    }

    /// The event of the next line.
    fn next(&mut self) -> String {
        let mut line = String::new();
        let out = self.out.as_mut().expect("still read");
        out.read_line(&mut line).expect("readable");
        let line: Value = serde_json::from_str(&line).expect("JSON");
        line["entry"]["event"]
            .as_str()
            .expect("an event")
            .to_owned()
    }

    /// Waits for its end: exit code and standard error.
    fn end(mut self) -> (Option<i32>, String) {
        let status = self.child.wait().expect("it ends");
        let mut said = String::new();
        let mut stderr = self.child.stderr.take().expect("a pipe");
        stderr.read_to_string(&mut said).expect("UTF-8");
        (status.code(), said)
    }
}

impl Drop for Tailing {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
#[cfg(unix)]
fn a_tail_follows_the_log_until_it_is_told_to_stop() {
    let (home, upstream) = (Home::new(), Upstream::start());
    upstream.fetch(&home).exits(0);
    for signal in ["-TERM", "-INT"] {
        let mut tail = Tailing::start(
            &home,
            "--since 0 --event assist_fetch_completed --event assist_fetch_hit",
        );
        assert_eq!(tail.next(), "assist_fetch_completed");
        upstream.fetch(&home).exits(0);
        tail.next();
        let process = tail.child.id().to_string();
        let sent = Command::new("kill").args([signal, &process]).status();
        assert!(sent.expect("kill is there").success());
        let (code, said) = tail.end();
        assert_eq!(code, Some(0), "{said}");
        assert!(
            said.lines()
                .last()
                .is_some_and(|line| line.starts_with("cursor: ")),
            "{said}"
        );
    }
    let stages: Vec<Value> = readings(&home)
        .iter()
        .map(|row| row["stage"].clone())
        .collect();
    assert_eq!(stages, ["begun", "ended", "begun", "ended"]);
}

#[test]
fn a_tail_whose_reader_leaves_ends_with_the_next_record() {
    let (home, upstream) = (Home::new(), Upstream::start());
    upstream.fetch(&home).exits(0);
    let mut tail = Tailing::start(&home, "--since 0");
    assert_eq!(tail.next(), "assist_fetch_completed");
    assert_eq!(tail.next(), "assist_recommendation_engaged");
    assert_eq!(tail.next(), "assist_audit_read");
    drop(tail.out.take());
    upstream.fetch(&home).exits(0);
    let (code, said) = tail.end();
    assert_eq!(code, Some(0), "{said}");
}
