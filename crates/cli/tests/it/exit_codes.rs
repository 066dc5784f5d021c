//! Exit codes and the words beside them: a contract with scripts, and with whoever is on call.

use std::path::Path;

use super::harness::{Home, Run, Upstream, recommendations};

/// What an agent's screen must not show.
const TECHNICAL: [&str; 12] = [
    "http", "status", "error", "upstream", "timeout", "json", "api", "server", "50", "429",
    "token", "fail",
];

#[test]
fn a_wrong_command_line_is_2_and_says_what_is_expected() {
    let home = Home::new();
    let cases = [
        ("fetch --sandbox --bogus", "--bogus"),
        (
            "fetch --sandbox --timeout 3",
            "a duration with its unit such as 250ms, 3s or 15m",
        ),
        (
            "fetch --sandbox --timeout 0",
            "a duration with its unit such as 250ms, 3s or 15m",
        ),
        (
            "fetch --sandbox --api-base http://127.0.0.1:1",
            "cannot be used with",
        ),
        ("fetch --sandbox --output yaml", "table, json, ndjson"),
        ("fetch --sandbox --profile nobody", "profile"),
        (
            "fetch --sandbox --config /nowhere/at-all.toml",
            "settings file",
        ),
        ("fetch --sandbox --dialect esperanto", "suggestions"),
        ("fetch --conversation c-1", "GENESYSCLOUD_REGION"),
        ("report --since yesterday", "a duration ago such as 24h"),
        (
            "audit list --event assist_fetch_lost",
            "assist_fetch_failed",
        ),
        ("cache invalidate", "--conversation"),
        ("cache invalidate --key 12", "64 hexadecimal digits"),
        (
            "sandbox --fault recomendations:status=503",
            "recommendations",
        ),
        ("doctor --agents 0", "1..=1000000"),
        ("frobnicate", "frobnicate"),
    ];
    for (words, expected) in cases {
        let run = home.call(words).exits(2);
        run.says(&[expected]);
        assert!(run.stdout.is_empty(), "{run}");
    }
}

#[test]
fn a_wrong_setting_is_2_and_names_where_it_stands() {
    let home = Home::new();
    let run = home
        .call("fetch --sandbox")
        .env("AGENT_ASSIST_CACHE__TTL", "3")
        .exits(2);
    run.says(&["cache.ttl", "250ms", "AGENT_ASSIST_CACHE__TTL"]);
}

#[test]
fn every_broken_payload_rule_is_told_at_once_and_nothing_is_sent() {
    let home = Home::new();
    let upstream = Upstream::start();
    let run = upstream
        .call(
            &home,
            "fetch --dialect recommendations --session s-1 --limit 0 --offset -1 \
             --min-relevance 1.5 --intent refund=2 --query no --knowledge-source a,b",
        )
        .exits(2);
    run.says(&[
        "7 payload rules",
        "conversation_id: is required",
        "limit: must be between 1 and 100, is 0",
        "offset: must be between 0",
        "min_relevance: must be between 0 and 1, is 1.5",
        "intent_confidence[0]: must be between 0 and 1, is 2",
        "query: must have 3 to 2000 characters, has 2",
        "knowledge_source_ids[0]: must hold no comma",
    ]);
    assert!(run.stdout.is_empty(), "{run}");
    assert_eq!(upstream.requests(""), 0);
    let record = home.ok("audit show 1").json();
    assert_eq!(record["entry"]["event"], "assist_fetch_refused");
}

#[test]
fn credentials_that_are_not_accepted_are_3_with_what_to_check() {
    let home = Home::new();
    let upstream = Upstream::start();
    let scope = "agentassist:recommendations:view";
    let refused = |run: &Run| {
        run.says(&[
            "GENESYSCLOUD_OAUTHCLIENT_ID",
            "GENESYSCLOUD_OAUTHCLIENT_SECRET",
            "GENESYSCLOUD_REGION",
            scope,
        ]);
        assert!(run.stdout.is_empty(), "{run}");
    };
    let call = upstream.fetch(&home);
    refused(
        &call
            .env("GENESYSCLOUD_OAUTHCLIENT_SECRET", "wrong")
            .exits(3),
    );
    let call = upstream.fetch(&home);
    refused(&call.env("GENESYSCLOUD_OAUTHCLIENT_ID", "nobody").exits(3));
    let call = upstream.fetch(&home);
    refused(&call.env("GENESYSCLOUD_ACCESS_TOKEN", "expired").exits(3));

    upstream.fault("recommendations:status=403");
    let run = upstream.fetch(&home).exits(3);
    run.says(&["hint: give the OAuth client's role", scope, "division"]);
    upstream.fault("suggestions:status=403");
    let run = upstream.fetch_suggestions(&home, 0).exits(3);
    run.says(&["conversation:suggestion:view"]);
    let failed = home.ok("audit list --event assist_fetch_failed").json();
    assert_eq!(failed.as_array().map(Vec::len), Some(5));
}

#[test]
fn a_missing_endpoint_is_5_and_suggests_the_other_dialect() {
    let home = Home::new();
    let upstream = Upstream::start();
    upstream.fault("recommendations:status=404");
    let run = upstream.fetch(&home).exits(5);
    run.says(&["--dialect suggestions"]);
    assert!(run.stdout.is_empty(), "{run}");
}

#[test]
fn a_failing_upstream_gives_a_degraded_answer_and_its_own_code_only_on_request() {
    let cases = [
        (
            "recommendations:status=429,retry_after=60",
            "rate_limited",
            4,
        ),
        ("token:status=429,retry_after=60", "rate_limited", 4),
        ("recommendations:status=500", "upstream_error", 5),
        ("recommendations:status=503", "upstream_error", 5),
        ("token:status=503", "upstream_error", 5),
        ("recommendations:status=504", "timeout", 5),
        ("recommendations:delay=20s", "timeout", 5),
        ("token:delay=20s", "timeout", 5),
        ("recommendations:body=truncated", "bad_format", 5),
        ("recommendations:body=malformed", "bad_format", 5),
        ("recommendations:body=empty", "bad_format", 5),
        ("recommendations:body=html", "bad_format", 5),
        ("token:body=html", "bad_format", 5),
        ("recommendations:status=400", "rejected", 5),
        ("recommendations:status=413", "rejected", 5),
    ];
    let home = Home::new();
    let upstream = Upstream::start();
    for (rule, reason, code) in cases {
        upstream.sandbox().clear_faults();
        upstream.fault(rule);
        // Long enough for a slow machine, unless it is the time that shall run out.
        let patience = if reason == "timeout" { "300ms" } else { "2s" };
        let fetch = || upstream.fetch(&home).arg("--timeout").arg(patience);
        assert_degraded(&fetch().exits(0), reason, rule);
        assert_degraded(&fetch().arg("--fail-degraded").exits(code), reason, rule);
    }
}

#[test]
fn an_upstream_that_is_not_there_degrades_the_answer() {
    let home = Home::new();
    let upstream = Upstream::start();
    let fetch = upstream.fetch(&home).words("--timeout 2s --fail-degraded");
    upstream.stop();
    let run = fetch.exits(5);
    assert_degraded(&run, "upstream_error", "nobody listens");
    run.says(&["hint: check the region or --api-base, DNS, proxy and certificates"]);
}

#[test]
fn what_an_agent_reads_is_in_the_table_too() {
    let home = Home::new();
    let upstream = Upstream::start();
    upstream.fault("recommendations:status=503");
    let run = upstream
        .fetch(&home)
        .words("--timeout 2s --output table")
        .exits(0);
    assert!(
        run.stdout.contains("Please carry on without them."),
        "{run}"
    );
}

#[test]
fn without_stale_if_error_a_server_error_forgets_the_remembered_answer() {
    let home = Home::new();
    let upstream = Upstream::start();
    let remembered = || home.ok("cache stats").json()["entries"].clone();
    let fetch_past_its_time = || {
        upstream
            .fetch(&home)
            .words("--timeout 2s")
            .env("AGENT_ASSIST_CACHE__TTL", "1us")
            .env("AGENT_ASSIST_CACHE__STALE_WHILE_REVALIDATE", "0s")
            .env("AGENT_ASSIST_CACHE__STALE_IF_ERROR", "0s")
            .exits(0)
    };
    upstream.fetch(&home).exits(0);
    assert_eq!(remembered(), 1);
    upstream.fault("recommendations:status=429,retry_after=60,times=1");
    fetch_past_its_time();
    assert_eq!(
        remembered(),
        1,
        "throttling says nothing against the answer"
    );
    upstream.fault("recommendations:status=500");
    fetch_past_its_time();
    assert_eq!(remembered(), 0);
}

#[test]
fn a_retry_that_succeeds_is_no_degraded_answer() {
    let home = Home::new();
    let upstream = Upstream::start();
    upstream.fault("recommendations:status=503,times=1");
    let answer = upstream.fetch(&home).exits(0).json();
    assert!(answer["degraded"].is_null());
    assert!(!recommendations(&answer).is_empty());
    assert_eq!(upstream.requests("recommendations"), 2);
}

#[test]
fn a_timeout_longer_than_any_clock_is_2_and_no_crash() {
    let home = Home::new();
    let call = home.call("fetch --sandbox --timeout 500000000000years");
    call.exits(2).says(&["at most a year"]);
    home.ok("fetch --sandbox --timeout 365d");
}

#[test]
fn a_store_that_cannot_be_used_is_6_whatever_the_command() {
    let home = Home::new();
    let foreign = home.path("foreign.db");
    make_store(&home, &foreign, 68, b"OTHR");
    let newer = home.path("newer.db");
    make_store(&home, &newer, 60, &[0, 0, 255, 255]);
    let text = home.write(
        "notes.txt",
        &"not a database, however long it is\n".repeat(200),
    );
    let folder = home.path("folder");
    std::fs::create_dir(&folder).expect("a folder");
    let below_a_file = text.join("store.db");
    for store in [&foreign, &newer, &text, &folder, &below_a_file] {
        let before = std::fs::read(store).ok();
        for command in ["fetch --sandbox", "report", "cache stats", "audit list"] {
            let run = home.call(command).arg("--store").arg(store).exits(6);
            // Reading asks for a file first; only a fetch would make one.
            let reads_nothing = command != "fetch --sandbox" && !store.is_file();
            let error = if reads_nothing {
                "error: there is no store at"
            } else {
                "error: cannot open the store"
            };
            run.says(&[error, "hint: "]);
            assert!(run.stdout.is_empty(), "{run}");
        }
        assert_eq!(std::fs::read(store).ok(), before, "{store:?} was touched");
    }
}

#[test]
fn a_read_only_store_is_6_and_says_what_to_change() {
    let home = Home::new();
    let store = home.path("mine.db");
    make_store(&home, &store, 0, b"");
    let mut permissions = std::fs::metadata(&store).expect("there").permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&store, permissions).expect("mine");
    if std::fs::OpenOptions::new()
        .append(true)
        .open(&store)
        .is_ok()
    {
        eprintln!("SKIPPED: this user may write to read-only files");
        return;
    }
    let run = home
        .call("fetch --sandbox")
        .arg("--store")
        .arg(&store)
        .exits(6);
    run.says(&["hint: make the store's folder writable"]);
}

#[test]
fn a_key_file_that_holds_something_else_is_6() {
    let home = Home::new();
    home.ok("fetch --sandbox");
    std::fs::write(home.data("sandbox.db.key"), "short").expect("written");
    let run = home.call("fetch --sandbox").exits(6);
    run.says(&["restore it or delete it"]);
}

#[test]
fn a_doctor_who_finds_a_failure_is_7() {
    let home = Home::new();
    let run = home.call("doctor").exits(7);
    assert!(run.stdout.contains("GENESYSCLOUD_REGION"), "{run}");
}

/// A store, with some bytes of its header replaced.
fn make_store(home: &Home, path: &Path, offset: usize, patch: &[u8]) {
    home.call("cache purge --store").arg(path).exits(0);
    let mut bytes = std::fs::read(path).expect("a store");
    bytes[offset..offset + patch.len()].copy_from_slice(patch);
    std::fs::write(path, bytes).expect("written");
}

fn assert_degraded(run: &Run, reason: &str, rule: &str) {
    let answer = run.json();
    assert_eq!(answer["degraded"]["reason"], reason, "{rule}: {run}");
    assert_eq!(answer["empty_reason"], "degraded", "{rule}: {run}");
    assert_eq!(answer["cache"]["status"], "none", "{rule}: {run}");
    assert!(recommendations(&answer).is_empty(), "{rule}: {run}");
    let message = answer["degraded"]["message"].as_str().expect("a message");
    let lower = message.to_lowercase();
    for word in TECHNICAL {
        assert!(!lower.contains(word), "{word:?} in {message:?}");
    }
    run.says(&["warning: degraded answer"]);
}

#[test]
fn reading_makes_no_store_and_says_what_would() {
    let home = Home::new();
    for command in ["report", "cache stats", "audit list", "audit show 1"] {
        home.call(command)
            .exits(6)
            .says(&["there is no store at", "agent-assist fetch"]);
    }
    assert!(home.stored().is_empty());
    home.ok("cache purge");
    home.call("audit show 99").exits(2).says(&["no record 99"]);
    // Of what was looked for and not found there is a record, and of nothing else.
    let records = home.ok("audit list").json();
    assert_eq!(records.as_array().map(Vec::len), Some(1), "{records}");
    assert_eq!(records[0]["entry"]["read"]["rows"], 0);
}

#[test]
#[cfg(target_os = "linux")]
fn output_that_is_lost_is_1() {
    let home = Home::new();
    let full = std::fs::File::options()
        .write(true)
        .open("/dev/full")
        .expect("the device");
    let mut command = home.call("config show").into_command();
    let status = command.stdout(full).status().expect("the program ends");
    assert_eq!(status.code(), Some(1));
}
