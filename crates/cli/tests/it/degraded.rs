//! What somebody at the command line sees of an answer that is less than it should be: old, from
//! elsewhere, or withheld.

use serde_json::{Value, json};

use super::harness::{Call, Home, Run, Upstream, recommendations};

/// What is remembered is given only if the upstream fails.
fn past_its_time(call: Call) -> Call {
    call.words("--timeout 2s")
        .env("AGENT_ASSIST_CACHE__TTL", "1us")
        .env("AGENT_ASSIST_CACHE__STALE_WHILE_REVALIDATE", "0s")
}

/// Status, reason in the label, and the origins of what is shown.
fn label(run: &Run) -> (Value, Value, Vec<Value>) {
    let answer = run.json();
    let items = recommendations(&answer).iter();
    let mut origins: Vec<Value> = items.map(|item| item["source"]["origin"].clone()).collect();
    origins.dedup();
    let reason = answer["degraded"]["reason"].clone();
    (answer["cache"]["status"].clone(), reason, origins)
}

/// The part of a table above its rows, where it is said what the answer is.
fn above_the_rows(run: &Run) -> String {
    let above = run.stdout.split("──").next();
    above.expect("a first part").to_owned()
}

#[test]
fn an_old_answer_stands_in_for_a_failing_upstream_and_the_exit_code_stays_0() {
    let (home, upstream) = (Home::new(), Upstream::start());
    let fresh = upstream.fetch(&home).exits(0).json();
    upstream.fault("recommendations:status=503");
    let run = past_its_time(upstream.fetch(&home)).exits(0);
    let (status, reason, origins) = label(&run);
    assert_eq!((status, reason), (json!("stale"), json!("upstream_error")));
    assert_eq!(origins, ["upstream"]);
    let answer = run.json();
    assert_eq!(answer["recommendations"], fresh["recommendations"]);
    assert!(answer["cache"]["age_ms"].as_u64() > Some(0), "{run}");
    assert!(answer["empty_reason"].is_null());
    let message = answer["degraded"]["message"].as_str().expect("a message");
    assert!(message.contains("may be out of date"), "{message}");
    run.says(&["warning: degraded answer: the upstream failed (status 503"]);

    let record = home.ok("audit show 3").json();
    assert_eq!(record["entry"]["event"], "assist_fetch_failed");
    assert_eq!(record["entry"]["fetch"]["cache_status"], "stale");
}

#[test]
fn who_wants_a_code_for_a_degraded_answer_gets_that_of_its_cause() {
    let (home, upstream) = (Home::new(), Upstream::start());
    upstream.fetch(&home).exits(0);
    let fetch = || past_its_time(upstream.fetch(&home)).arg("--fail-degraded");
    for (rule, code) in [
        ("recommendations:status=429,retry_after=60", 4),
        ("recommendations:status=503", 5),
        ("recommendations:body=malformed", 5),
    ] {
        upstream.sandbox().clear_faults();
        upstream.fault(rule);
        let (status, ..) = label(&fetch().exits(code));
        assert_eq!(status, "stale", "{rule}");
    }
    upstream.sandbox().clear_faults();
    home.ok("assist off --session s-1");
    let (status, reason, _) = label(&fetch().exits(5));
    assert_eq!((status, reason), (json!("none"), json!("assist_off")));
    home.ok("assist on --session s-1");
    fetch().exits(0);
}

#[test]
fn an_old_answer_that_is_being_refreshed_is_no_failure_and_the_next_run_finds_a_new_one() {
    let (home, upstream) = (Home::new(), Upstream::start());
    upstream.fetch(&home).exits(0);
    let stale = upstream
        .fetch(&home)
        .arg("--fail-degraded")
        .env("AGENT_ASSIST_CACHE__TTL", "1us")
        .exits(0);
    let (status, reason, _) = label(&stale);
    assert_eq!((status, reason), (json!("stale"), Value::Null));
    assert!(!stale.stderr.contains("degraded"), "{stale}");
    assert_eq!(upstream.requests("recommendations"), 2);
    let events: Vec<Value> = home
        .ok("audit list --oldest-first")
        .json()
        .as_array()
        .expect("a list")
        .iter()
        .map(|record| record["entry"]["event"].clone())
        // What was printed is on record beside the renewal, in whatever order.
        .filter(|event| event != "assist_recommendation_engaged")
        .collect();
    let expected = ["fetch_completed", "fetch_hit", "refresh_completed"];
    assert_eq!(events, expected.map(|event| format!("assist_{event}")));
    let age = |run: &Run| run.json()["cache"]["age_ms"].as_u64().expect("a number");
    let next = upstream.fetch(&home).exits(0);
    assert_eq!(label(&next).0, "hit");
    assert!(age(&next) < 15_000);
    assert_eq!(upstream.requests("recommendations"), 2);
}

#[test]
fn other_knowledge_sources_stand_in_for_those_that_failed() {
    let (home, upstream) = (Home::new(), Upstream::start());
    let sources = upstream.sources();
    // The first call fails and is not repeated; that of the fallback is served.
    upstream.fault("recommendations:status=400,times=1");
    let words = format!(
        "fetch --dialect recommendations --session s-1 --min-relevance 0 --conversation {} \
         --knowledge-source {}",
        upstream.conversation(0),
        sources[0]
    );
    let run = upstream
        .call(&home, &words)
        .env(
            "AGENT_ASSIST_FALLBACK__KNOWLEDGE_SOURCES",
            sources[1..].join(","),
        )
        .exits(0);
    let (status, reason, origins) = label(&run);
    assert_eq!((status, reason), (json!("fallback"), json!("rejected")));
    assert_eq!(origins, ["fallback_sources"]);
    let answer = run.json();
    let message = answer["degraded"]["message"].as_str().expect("a message");
    assert!(message.contains("another source"), "{message}");
    run.says(&["warning: degraded answer: the upstream calls the request invalid"]);
    let fetch = home.ok("audit show 1").json()["entry"]["fetch"].clone();
    assert_eq!(fetch["cache_status"], "fallback");
    assert_eq!(fetch["upstream_requests"], 2);
    assert_eq!(home.ok("cache stats").json()["entries"], 0);
}

#[test]
fn a_knowledge_search_stands_in_for_either_dialect() {
    for dialect in ["recommendations", "suggestions"] {
        let (home, upstream) = (Home::new(), Upstream::start());
        upstream.fault(&format!("{dialect}:status=503"));
        let sources = upstream.sources();
        let words = format!(
            "fetch --dialect {dialect} --session s-1 --conversation {} --knowledge-source {} \
             --min-relevance 0 --query",
            upstream.conversation(0),
            sources[0]
        );
        let run = upstream
            .call(&home, &words)
            .arg("return an item because of its size")
            .words("--timeout 4s")
            .env("AGENT_ASSIST_FALLBACK__KNOWLEDGE_BASES", sources.join(","))
            .exits(0);
        let (status, reason, origins) = label(&run);
        assert_eq!(status, "fallback", "{run}");
        assert_eq!(reason, "upstream_error");
        assert_eq!(origins, ["knowledge_search"]);
        assert!(upstream.requests("documents/search") >= 1);
    }
}

#[test]
fn a_fallback_that_cannot_work_is_a_mistake_and_says_what_does() {
    let home = Home::new();
    let sources = "AGENT_ASSIST_FALLBACK__KNOWLEDGE_SOURCES";
    let check = |dialect: &str| home.call("config check --dialect").arg(dialect);
    check("suggestions").env(sources, "kb-1").exits(2).says(&[
        "fallback.knowledge_sources",
        "fallback.knowledge_bases are searched",
        sources,
    ]);
    for wrong in ["kb-1,kb-1", "kb-1,,kb-2", ","] {
        let expected = "at most 100 identifiers without repeats, separated by commas";
        check("recommendations")
            .env(sources, wrong)
            .exits(2)
            .says(&[expected]);
    }
    check("recommendations").env(sources, "kb-1, kb-2").exits(0);
    let bases = "AGENT_ASSIST_FALLBACK__KNOWLEDGE_BASES";
    check("suggestions").env(bases, "kb-1").exits(0);
}

#[test]
fn the_report_counts_what_stood_in_and_what_was_withheld() {
    let (home, upstream) = (Home::new(), Upstream::start());
    upstream.fetch(&home).exits(0);
    upstream.fault("recommendations:body=malformed");
    past_its_time(upstream.fetch(&home)).exits(0);
    upstream.fetch(&home).words("--limit 3").exits(0);
    home.ok("assist off --all");
    upstream.fetch(&home).exits(0);
    let report = home.ok("report").json();
    assert_eq!(
        report["fetches"],
        json!({
            "total": 4, "hits": 0, "completed": 1, "failed": 2, "stood_in": 1, "withheld": 1,
            "refused": 0,
        })
    );
    let table = home.ok("report --output table").stdout;
    assert!(
        table.contains("stood in") && table.contains("withheld"),
        "{table}"
    );
}

#[test]
fn a_person_sees_first_of_all_that_an_answer_is_old_from_elsewhere_or_none() {
    let (home, upstream) = (Home::new(), Upstream::start());
    let sources = upstream.sources().join(",");
    upstream.fetch(&home).exits(0);
    let table = |call: Call| {
        let run = call.words("--output table").exits(0);
        (above_the_rows(&run), run)
    };
    let refreshed = upstream.fetch(&home).env("AGENT_ASSIST_CACHE__TTL", "1us");
    let (refreshed, _) = table(refreshed);
    upstream.fault("recommendations:body=malformed");
    let (stale, run) = table(past_its_time(upstream.fetch(&home)));
    assert!(run.stdout.contains("id "), "what there is is shown: {run}");
    let (none, run) = table(upstream.fetch(&home).words("--limit 3"));
    assert!(
        run.stdout.contains("Please carry on without them."),
        "{run}"
    );
    let fallback = upstream
        .fetch(&home)
        .words("--limit 4 --min-relevance 0 --query returns")
        .env("AGENT_ASSIST_FALLBACK__KNOWLEDGE_BASES", sources);
    let (fallback, run) = table(fallback);
    assert!(run.stdout.contains("id "), "what there is is shown: {run}");
    home.ok("assist off --session s-1");
    let (withheld, _) = table(upstream.fetch(&home));

    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"\d+\.\d s old", "[age] old");
    settings.add_filter(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "[time]");
    settings.add_filter(r"in \d+\.\d ms", "in [latency] ms");
    settings.add_filter(r"request [0-9a-f-]{36}", "request [id]");
    settings.add_filter(r"store: .*/data/", "store: [home]/data/");
    settings.bind(|| {
        for (name, text) in [
            ("table_of_a_stale_answer_being_refreshed", refreshed),
            ("table_of_a_stale_answer", stale),
            ("table_of_no_answer", none),
            ("table_of_a_fallback", fallback),
            ("table_of_a_withheld_answer", withheld),
        ] {
            insta::assert_snapshot!(name, text);
        }
    });
}
