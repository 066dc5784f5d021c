//! Switching assist off and on by hand: told, kept, and on record.

use serde_json::{Value, json};

use super::harness::{Home, Run, texts};

/// What `assist status` lists, without its times.
fn standing(home: &Home, words: &str) -> Vec<Value> {
    let status = home.ok(&format!("assist status {words}")).json();
    let mut standing = status.as_array().expect("a list").clone();
    for off in &mut standing {
        let since = off["since_ms"].take();
        assert!(since.as_i64() > Some(1_700_000_000_000), "{since}");
    }
    standing
}

/// What every order in the log says, oldest first.
fn orders(home: &Home, words: &str) -> Vec<String> {
    let list = "audit list --event assist_switched --oldest-first";
    let records = home.ok(&format!("{list} {words}")).json();
    let records = records.as_array().expect("a list");
    records
        .iter()
        .map(|record| {
            let switch = &record["entry"]["switch"];
            let word = |member: &str| switch[member].as_str().unwrap_or("-").to_owned();
            ["to", "scope", "scope_id", "by"].map(word).join(" ")
        })
        .collect()
}

#[test]
fn what_is_switched_off_is_told_until_it_is_switched_on_and_every_order_is_on_record() {
    let home = Home::new();
    let off = home
        .call("assist off --queue q-1 --for 30m --by maria")
        .exits(0);
    let told = off.json();
    let until = told["until_ms"].as_i64().expect("a time");
    assert_eq!(
        told,
        json!({
            "assist": "off", "scope": "queue", "scope_id": "q-1", "until_ms": until,
            "by": "maria", "changed": true,
        })
    );
    home.ok("assist off --session s-1");
    let queue = json!({
        "scope": "queue", "scope_id": "q-1", "since_ms": null, "until_ms": until,
        "cause": "operator", "by": "maria",
    });
    let session = json!({
        "scope": "session", "scope_id": "s-1", "since_ms": null, "until_ms": null,
        "cause": "operator", "by": null,
    });
    assert_eq!(standing(&home, ""), [queue, session]);
    let lines = home.ok("assist status --output ndjson").json_lines();
    assert_eq!(texts(&lines, "scope"), ["queue", "session"]);

    let on = home.ok("assist on --queue q-1 --by joe").json();
    assert_eq!(
        (&on["assist"], &on["changed"]),
        (&json!("on"), &json!(true))
    );
    assert_eq!(on["still_off"][0]["scope_id"], "s-1");
    home.ok("assist on --session s-1");
    assert!(standing(&home, "").is_empty());
    assert_eq!(
        orders(&home, ""),
        [
            "off queue q-1 maria",
            "off session s-1 -",
            "on queue q-1 joe",
            "on session s-1 -",
        ]
    );
    assert_eq!(
        orders(&home, "--session s-1"),
        ["off session s-1 -", "on session s-1 -"]
    );
}

#[test]
fn switching_on_what_is_on_is_no_error_and_says_so() {
    let home = Home::new();
    for (words, expected) in [
        ("on --all", "assist is already on for everything\n"),
        (
            "off --all",
            "assist is now off for everything until it is switched on\n",
        ),
        (
            "off --all",
            "assist is already off for everything until it is switched on\n",
        ),
        (
            "on --all --by joe",
            "assist is now on for everything (by joe)\n",
        ),
        ("on --session s-1", "assist is already on for session s-1\n"),
    ] {
        let run = home.ok(&format!("assist {words} --output table"));
        assert_eq!(run.stdout, expected);
        assert!(run.stderr.is_empty(), "{run}");
    }
}

#[test]
fn who_switches_one_on_hears_what_keeps_it_off() {
    let home = Home::new();
    let still = |run: &Run| run.stderr.trim_end().to_owned();
    for scope in ["--session s-1", "--session s-2", "--queue q-1", "--all"] {
        home.ok(&format!("assist off {scope}"));
    }
    let hint = "; see `agent-assist assist status`";
    let run = home.ok("assist on --session s-1");
    assert_eq!(
        still(&run),
        format!("note: still off: everything, 1 queue{hint}")
    );
    let run = home.ok("assist on --queue q-2");
    assert_eq!(still(&run), format!("note: still off: everything{hint}"));
    let run = home.ok("assist on --all");
    assert_eq!(
        still(&run),
        format!("note: still off: 1 queue, 1 session{hint}")
    );
    let run = home.ok("assist on --queue q-1");
    assert_eq!(still(&run), "");
}

#[test]
fn people_read_a_sentence_and_a_line_for_each() {
    let home = Home::new();
    home.ok("assist on --all");
    let status = home.ok("assist status --output table");
    assert_eq!(status.stdout, "assist is on\n");
    home.ok("assist off --queue q-1 --for 2h --by maria");
    home.ok("assist off --session s-1 --by joe");
    let status = home.ok("assist status --output table").stdout;
    assert!(
        status.starts_with("assist is on, except for these\n"),
        "{status}"
    );
    for words in [
        "off for",
        "since (UTC)",
        "q-1",
        "maria",
        "switched on",
        "joe",
    ] {
        assert!(status.contains(words), "no {words:?} in {status}");
    }
    home.ok("assist off --all");
    let status = home.ok("assist status --output table").stdout;
    assert!(
        status.starts_with("assist is off for everything\n"),
        "{status}"
    );
    assert!(status.contains("an unnamed operator"), "{status}");

    let log = home.ok("audit list --output table").stdout;
    for words in [
        "switched",
        "off for queue q-1",
        "by maria",
        "off for everything",
    ] {
        assert!(log.contains(words), "no {words:?} in {log}");
    }
}

#[test]
fn whoever_is_logged_in_gave_the_order_unless_somebody_else_is_named() {
    let home = Home::new();
    let by = |variables: &[(&str, &str)], words: &str| {
        let mut call = home.call("assist off --all").words(words);
        for (name, value) in variables {
            call = call.env(name, value);
        }
        call.exits(0).json()["by"].clone()
    };
    assert_eq!(by(&[("USER", "maria")], ""), "maria");
    assert_eq!(by(&[("USERNAME", "joe")], ""), "joe");
    assert_eq!(by(&[("USER", "maria"), ("USERNAME", "joe")], ""), "maria");
    assert_eq!(by(&[("USER", ""), ("USERNAME", "joe")], ""), "joe");
    assert_eq!(by(&[("USER", "a\u{1b}[31m")], ""), Value::Null);
    assert_eq!(by(&[("USER", "maria")], "--by night-shift"), "night-shift");
}

#[test]
fn an_order_that_breaks_the_rules_is_2_by_field_and_rule_and_leaves_no_record() {
    let home = Home::new();
    home.ok("assist on --all");
    let long = "q".repeat(129);
    home.call("assist off --for 0s --by")
        .arg("a\u{7}b")
        .arg("--queue")
        .arg(&long)
        .exits(2)
        .says(&[
            "3 payload rules",
            "queue_id: must have 1 to 128 characters, has 129",
            "by: must hold no control characters; the first is at position 1 of 3",
            "for: must be longer than nothing and at most 365 days",
        ]);
    home.call("assist on --session")
        .arg("")
        .exits(2)
        .says(&["session_id: must have 1 to 128 characters, has 0"]);
    for (words, expected) in [
        ("assist off", "--all|--queue <ID>|--session <ID>"),
        ("assist on", "--all|--queue <ID>|--session <ID>"),
        ("assist off --all --queue q-1", "cannot be used with"),
        ("assist off --all --for 30", "a duration with its unit"),
        ("assist off --all --for 366d", "at most a year"),
        ("assist on --all --for 30m", "--for"),
        ("assist", "Usage:"),
    ] {
        home.call(words).exits(2).says(&[expected]);
    }
    assert_eq!(orders(&home, "").len(), 1);
}

#[test]
fn the_sandbox_has_a_switch_of_its_own() {
    let home = Home::new();
    home.ok("assist off --all --sandbox");
    home.ok("assist on --all");
    assert_eq!(standing(&home, "--sandbox").len(), 1);
    assert!(standing(&home, "").is_empty());
}

#[test]
fn without_a_store_nothing_is_known_and_without_a_disk_nothing_is_switched() {
    let home = Home::new();
    home.call("assist status")
        .exits(6)
        .says(&["there is no store at", "--sandbox"]);
    assert!(home.stored().is_empty(), "looking makes no store");
    home.write("file", "");
    let store = home.path("file/store.db");
    home.call("assist off --all --store").arg(store).exits(6);
}

#[test]
fn who_only_reads_a_store_of_an_older_version_hears_how_it_comes_up_to_date() {
    let home = Home::new();
    home.ok("assist off --all");
    let store = home.data("agent-assist.db");
    let mut bytes = std::fs::read(&store).expect("a store");
    // Where SQLite keeps the schema's number.
    bytes[60..64].copy_from_slice(&4_u32.to_be_bytes());
    std::fs::write(&store, bytes).expect("written");
    home.call("assist status").exits(6).says(&[
        "the file has schema 4",
        "`agent-assist fetch` brings it up to date",
    ]);
}
