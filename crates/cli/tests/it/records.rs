//! What stays behind: uses, numbers, the log, the cache.

use std::process::Stdio;

use serde_json::{Value, json};

use super::harness::{Home, Upstream, recommendations, texts};

/// A home in which the sandbox was asked once; the conversation and what was shown.
fn after_a_fetch() -> (Home, String, Vec<String>) {
    let home = Home::new();
    let answer = home.ok("fetch --sandbox").json();
    let conversation = answer["conversation_id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let shown = texts(recommendations(&answer), "id");
    let shown = shown.into_iter().map(str::to_owned).collect();
    (home, conversation, shown)
}

#[test]
fn a_use_counts_once_however_often_it_is_sent() {
    let (home, conversation, shown) = after_a_fetch();
    let adopt = |recommendation: &str, rest: &str| {
        home.call("adopt --sandbox --session s-2 --agent a-1")
            .words(&format!(
                "--conversation {conversation} --recommendation {recommendation}"
            ))
            .words(rest)
    };
    let first = adopt(&shown[0], "--event-id e-1").exits(0).json();
    assert_eq!(
        first,
        json!({
            "conversation_id": conversation, "session_id": "s-2",
            "recommendation_id": shown[0], "kind": "used", "event_id": "e-1", "replay": false,
        })
    );
    let again = adopt(&shown[0], "--event-id e-1").exits(0).json();
    assert_eq!(again["replay"], true);
    let table = adopt(&shown[0], "--event-id e-1 --output table").exits(0);
    assert!(table.stdout.starts_with("already recorded"), "{table}");
    let unnamed = adopt(&shown[1], "").exits(0).json();
    assert_eq!(unnamed["replay"], false);
    assert!(
        unnamed["event_id"]
            .as_str()
            .is_some_and(|id| !id.is_empty())
    );

    let report = home.ok("report --sandbox").json();
    assert_eq!(report["engagement"]["emitted"], shown.len());
    assert_eq!(
        report["engagement"]["displayed"],
        shown.len(),
        "it was printed"
    );
    assert_eq!(report["engagement"]["adoption"]["count"], 2);
    let uses = home
        .ok("audit list --sandbox --event assist_recommendation_adopted")
        .json();
    let replays: Vec<&Value> = uses
        .as_array()
        .expect("a list")
        .iter()
        .map(|line| &line["entry"]["adoption"]["replay"])
        .collect();
    assert_eq!(replays, [false, true, true, false]);
}

#[test]
fn a_use_of_something_never_given_out_there_is_refused() {
    let (home, conversation, shown) = after_a_fetch();
    let never = "never given out in this conversation";
    let elsewhere = format!(
        "adopt --sandbox --session s --conversation c-2 --recommendation {}",
        shown[0]
    );
    home.call(&elsewhere)
        .exits(2)
        .says(&[never, "hint: check --conversation"]);
    let other =
        format!("adopt --sandbox --session s --conversation {conversation} --recommendation r");
    home.call(&other).exits(2).says(&[never]);
    // The store of real fetches knows nothing of the sandbox.
    let real = format!(
        "adopt --session s --conversation {conversation} --recommendation {}",
        shown[0]
    );
    home.call(&real).exits(2).says(&[never]);

    let nothing = home.call("adopt --sandbox").exits(2);
    nothing.says(&[
        "3 payload rules",
        "conversation_id: is required",
        "session_id: is required",
        "recommendation_id: is required",
    ]);
}

#[test]
fn the_report_counts_requests_by_how_they_ended() {
    let home = Home::new();
    let upstream = Upstream::start();
    upstream.fetch(&home).exits(0);
    upstream.fetch(&home).exits(0);
    upstream.fetch(&home).words("--limit 0").exits(2);
    upstream.fault("recommendations:status=403");
    upstream.fetch(&home).arg("--no-cache").exits(3);
    let report = home.ok("report").json();
    assert_eq!(
        report["fetches"],
        json!({
            "total": 4, "hits": 1, "completed": 1, "failed": 1, "stood_in": 0, "withheld": 0,
            "refused": 1,
        })
    );
    assert_eq!(report["engagement"]["conversations"], 1);
    assert_eq!(report["engagement"]["adoption"]["count"], 0);
    assert_eq!(report["latency"]["hits"]["total"]["count"], 1);
    let misses = &report["latency"]["misses"]["total"];
    assert_eq!(misses["count"], 1);
    let p50 = misses["p50_ms"].as_f64().expect("a number");
    assert!(p50 > 0.0 && misses["p99_ms"].as_f64() >= Some(p50));

    let past = home.ok("report --until 2020-01-01T00:00:00Z").json();
    assert_eq!(past["fetches"]["total"], 0);
    assert!(past["engagement"]["adoption"]["rate"].is_null());
    let recent = home.ok("report --since 1h").json();
    assert_eq!(recent["fetches"], report["fetches"]);
    let table = home.ok("report --output table");
    assert!(
        table
            .stdout
            .contains("in 1 conversation, 0 used, too few to tell a rate."),
        "{table}"
    );
}

#[test]
fn the_log_is_read_whole_by_filter_and_onward_from_a_position() {
    let home = Home::new();
    let upstream = Upstream::start();
    upstream.fetch(&home).exits(0);
    upstream.fetch(&home).exits(0);
    upstream.fetch_suggestions(&home, 1).exits(0);
    upstream.fetch(&home).words("--limit 0").exits(2);
    let seqs = |words: &str| -> Vec<u64> {
        home.ok(&format!("audit list --output ndjson {words}"))
            .json_lines()
            .iter()
            .map(|line| line["seq"].as_u64().expect("a position"))
            .collect()
    };
    // Each reading is a record, behind what it read.
    assert_eq!(seqs(""), [7, 6, 5, 4, 3, 2, 1]);
    assert_eq!(seqs("--oldest-first"), [1, 2, 3, 4, 5, 6, 7, 8]);
    assert_eq!(seqs("--oldest-first --after 5"), [6, 7, 8, 9]);
    assert_eq!(seqs("--after 3"), [2, 1]);
    assert_eq!(seqs("--limit 2"), [11, 10]);
    // The refused one too: its session keeps the rules.
    assert_eq!(seqs("--session s-1"), [7, 4, 3, 2, 1]);
    let conversation = upstream.conversation(1);
    assert_eq!(seqs(&format!("--conversation {conversation}")), [6, 5]);
    assert_eq!(
        seqs("--event assist_fetch_hit --event assist_fetch_refused"),
        [7, 3]
    );
    assert_eq!(seqs("--since 1h").len(), 15);
    assert!(seqs("--until 1h").is_empty());
    let request = home.ok("audit show 5").json()["entry"]["request_id"].clone();
    let request = request.as_str().expect("an id");
    assert_eq!(seqs(&format!("--request {request}")), [5]);
}

#[test]
fn the_log_prints_each_entry_byte_for_byte_in_every_format() {
    let (home, conversation, _) = after_a_fetch();
    let lines = home
        .ok("audit list --sandbox --output ndjson --after 2")
        .stdout;
    let line = lines.trim_end();
    assert!(
        line.starts_with(r#"{"seq":1,"entry":{"#) && line.ends_with("}}"),
        "{line}"
    );
    assert_eq!(home.ok("audit show 1 --sandbox").stdout.trim_end(), line);
    let shown = home.ok("audit show 1 --sandbox --output ndjson");
    assert_eq!(shown.stdout.trim_end(), line);
    let list = home.ok("audit list --sandbox --output json --oldest-first");
    assert_eq!(
        list.json()[0],
        serde_json::from_str::<Value>(line).expect("JSON")
    );
    assert!(list.stdout.contains(line), "{list}");

    let table = home.ok("audit list --sandbox --output table");
    for word in ["fetch completed", "miss", &conversation] {
        assert!(table.stdout.contains(word), "{word}: {table}");
    }
    let record = home.ok("audit show 1 --sandbox --output table");
    assert!(record.stdout.starts_with("record 1 at "), "{record}");
    assert!(
        record
            .stdout
            .contains("\"event\": \"assist_fetch_completed\""),
        "{record}"
    );
}

#[test]
fn in_strict_mode_a_fetch_is_recorded_before_it_is_made_too() {
    let home = Home::new();
    home.call("fetch --sandbox")
        .env("AGENT_ASSIST_AUDIT__STRICT", "true")
        .exits(0);
    let entries = home.ok("audit list --sandbox --oldest-first").json();
    let entries = entries.as_array().expect("a list");
    let events: Vec<&Value> = entries.iter().map(|line| &line["entry"]["event"]).collect();
    assert_eq!(
        events,
        [
            "assist_fetch_initiated",
            "assist_fetch_completed",
            "assist_recommendation_engaged"
        ]
    );
    assert_eq!(
        entries[0]["entry"]["request_id"],
        entries[1]["entry"]["request_id"]
    );
}

/// The events in the log, the oldest first, but for those of reading it.
fn events(home: &Home) -> Vec<String> {
    let run = home.call("audit list --oldest-first").run();
    // Before there is a store there are none.
    let entries: Vec<Value> = match run.code {
        Some(0) => run.json().as_array().cloned().unwrap_or_default(),
        _ => Vec::new(),
    };
    let event = |line: &Value| line["entry"]["event"].as_str().expect("a name").to_owned();
    let events = entries.iter().map(event);
    events
        .filter(|event| event != "assist_audit_read")
        .collect()
}

#[test]
fn what_a_killed_program_had_announced_is_ended_by_the_next_that_writes() {
    let home = Home::new();
    let upstream = Upstream::start();
    upstream.fault("recommendations:delay=20s");
    let fetch = upstream.fetch(&home).words("--timeout 1m");
    let fetch = fetch.env("AGENT_ASSIST_AUDIT__STRICT", "true");
    let mut fetch = fetch.into_command();
    fetch.stdout(Stdio::null()).stderr(Stdio::null());
    let mut killed = fetch.spawn().expect("a process");
    while events(&home).is_empty() {
        assert!(matches!(killed.try_wait(), Ok(None)), "it ended too early");
    }
    // Beside one that is only slow nobody ends anything.
    home.ok("cache purge");
    assert_eq!(events(&home), ["assist_fetch_initiated"]);
    killed.kill().expect("killed");
    killed.wait().expect("its end");
    home.ok("report");
    assert_eq!(
        events(&home),
        ["assist_fetch_initiated"],
        "reading ends nothing"
    );
    home.ok("cache purge").says(&["the outcome is unknown"]);
    let expected = ["assist_fetch_initiated", "assist_outcome_unknown"];
    assert_eq!(events(&home), expected);
    home.ok("cache purge");
    assert_eq!(events(&home), expected, "once");
    let list = home.ok("audit list --output table").stdout;
    assert!(list.contains("of record "), "{list}");
}

#[test]
fn a_use_that_is_refused_is_on_record_with_why() {
    let (home, conversation, shown) = after_a_fetch();
    let words = format!("adopt --sandbox --session s-2 --conversation {conversation}");
    home.call(&words).exits(2);
    home.call(&words)
        .words("--recommendation never-shown")
        .exits(2);
    let id = &shown[0];
    let with = format!("--recommendation {id} --event-id emitted/x");
    home.call(&words).words(&with).exits(2);
    let list = home.ok("audit list --sandbox --event assist_adoption_refused --oldest-first");
    let list = list.json();
    let list = list.as_array().expect("a list");
    let reasons: Vec<&Value> = list.iter().map(|line| &line["entry"]["refusal"]).collect();
    assert_eq!(reasons, ["payload_rules", "never_emitted", "payload_rules"]);
    assert!(
        !list
            .iter()
            .any(|line| line.to_string().contains("never-shown"))
    );
}

#[test]
fn remembered_answers_are_counted_and_forgotten_by_scope() {
    let home = Home::new();
    let upstream = Upstream::start();
    home.ok("cache purge");
    let empty = home.ok("cache stats").json();
    assert_eq!(
        empty,
        json!({"entries": 0, "bytes": 0, "oldest_ms": null, "newest_ms": null})
    );
    let fill = || {
        upstream.fetch(&home).exits(0);
        upstream.fetch(&home).words("--min-relevance 0.5").exits(0);
        upstream.fetch_suggestions(&home, 1).exits(0);
    };
    let forget = |words: &str| home.ok(words).json()["forgotten"].clone();
    fill();
    let full = home.ok("cache stats").json();
    assert_eq!(full["entries"], 3);
    assert!(
        full["bytes"].as_u64() > Some(0)
            && full["oldest_ms"].as_i64() <= full["newest_ms"].as_i64()
    );

    let conversation = upstream.conversation(1);
    let by_conversation = format!("cache invalidate --conversation {conversation}");
    assert_eq!(forget(&by_conversation), 1);
    assert_eq!(forget(&by_conversation), 0);
    assert_eq!(forget("cache invalidate --session s-1"), 2);
    assert_eq!(
        forget(&format!("cache invalidate --key {}", "0".repeat(64))),
        0
    );
    fill();
    let purged = home.ok("cache purge --output table");
    assert_eq!(purged.stdout, "3 answers forgotten\n");
    assert_eq!(home.ok("cache stats").json()["entries"], 0);
    let again = upstream.fetch(&home).exits(0).json();
    assert_eq!(again["cache"]["status"], "miss");
}
