//! What may be asked for, by flags, file and standard input.

use serde_json::{Value, json};

use super::harness::{Home, Upstream, recommendations, texts};

/// The customer of the sandbox's first conversation, quoted in its suggestions.
const CUSTOMER: &str = "Crystal Minh";

#[test]
fn a_payload_from_a_file_or_standard_input_asks_the_same_as_flags() {
    let home = Home::new();
    let upstream = Upstream::start();
    let by_flags = upstream
        .fetch(&home)
        .words("--limit 5 --offset 1 --min-relevance 0.5 --no-cache")
        .exits(0)
        .json();
    let payload = json!({
        "session_id": "s-1",
        "conversation_id": upstream.conversation(0),
        "knowledge_source_ids": upstream.sources(),
        "limit": 5,
        "offset": 1,
        "min_relevance": 0.5,
    })
    .to_string();
    let fetch = "fetch --dialect recommendations --no-cache --payload";
    let file = home.write("payload.json", &payload);
    let by_file = upstream.call(&home, fetch).arg(file).exits(0).json();
    let by_input = upstream.call(&home, fetch).arg("-").input(payload).exits(0);
    for answer in [&by_file, &by_input.json()] {
        assert_eq!(answer["recommendations"], by_flags["recommendations"]);
        assert_eq!(answer["session_id"], "s-1");
    }
    let scopes: Vec<Value> = home
        .ok("audit list --output ndjson --event assist_fetch_completed")
        .json_lines()
        .into_iter()
        .map(|line| line["entry"]["scope"].clone())
        .collect();
    assert_eq!(scopes.len(), 3);
    assert!(
        scopes.iter().all(|scope| *scope == scopes[0]),
        "{scopes:#?}"
    );
}

#[test]
fn a_payload_and_payload_flags_together_are_refused() {
    let home = Home::new();
    for flag in [
        "--conversation c",
        "--session s",
        "--knowledge-source k",
        "--intent a=0.1",
        "--limit 3",
        "--offset 3",
        "--min-relevance 0.3",
        "--agent a",
        "--queue q",
        "--query text",
        "--subject-terms -",
    ] {
        let run = home
            .call("fetch --payload -")
            .words(flag)
            .input("{}")
            .exits(2);
        run.says(&["cannot be used with", "--payload"]);
    }
}

#[test]
fn what_is_no_payload_is_refused_with_its_place_and_without_its_text() {
    let home = Home::new();
    let upstream = Upstream::start();
    for text in ["", "[]", "{\"canary\":", "canary", "{} canary"] {
        let call = upstream.call(&home, "fetch --payload -");
        let run = call.input(text).exits(2);
        run.says(&["the payload must be one JSON object (line 1"]);
        assert!(!run.stderr.contains("canary"), "{run}");
    }
    let missing = home.path("missing.json");
    let call = upstream.call(&home, "fetch --payload").arg(&missing);
    call.exits(2).says(&["the payload cannot be read from"]);
    let huge = format!("{{\"query\":\"{}\"}}", "x".repeat(1024 * 1024));
    let call = upstream.call(&home, "fetch --payload -").input(huge);
    call.exits(2).says(&["at most 1048576 bytes"]);
}

#[test]
fn an_offending_number_is_shown_and_an_offending_text_is_not() {
    let home = Home::new();
    let upstream = Upstream::start();
    let payload = json!({
        "conversation_id": "canary\nid",
        "session_id": "canary".repeat(30),
        "knowledge_source_ids": ["kb,canary"],
        "intent_confidence": {"canary": 1.25},
        "limit": "canary",
        "min_relevance": 7,
        "query": true,
        "canary": 1,
    });
    let fetch = "fetch --dialect recommendations --payload -";
    let run = upstream
        .call(&home, fetch)
        .input(payload.to_string())
        .exits(2);
    run.says(&[
        "8 payload rules",
        "conversation_id: must hold no control characters; the first is at position 6 of 9",
        "session_id: must have 1 to 128 characters, has 180",
        "knowledge_source_ids[0]: must hold no comma",
        "position 2 of 9",
        "intent_confidence[0]: must be between 0 and 1, is 1.25",
        "limit: must be a number; the text has 6 characters",
        "min_relevance: must be between 0 and 1, is 7",
        "query: must be text, not a boolean",
        "is no field of a payload",
    ]);
    assert!(!run.stderr.contains("canary"), "{run}");
}

#[test]
fn intents_travel_only_when_switched_on_and_then_change_what_comes() {
    let home = Home::new();
    let upstream = Upstream::start();
    let fetch = || {
        upstream
            .fetch(&home)
            .words("--min-relevance 0 --limit 100")
            .words("--intent subscription=0.6 --intent website=0.4")
    };
    let kept_back = fetch().exits(0).json();
    assert_eq!(upstream.requests("intent_confidence"), 0);
    let sent = fetch()
        .env("AGENT_ASSIST_UPSTREAM__SEND_INTENTS", "true")
        .arg("--no-cache")
        .exits(0)
        .json();
    assert_eq!(upstream.requests("intent_confidence"), 1);
    let scores = |answer: &Value| -> Vec<Value> {
        let items = recommendations(answer).iter();
        items.map(|item| item["relevance_score"].clone()).collect()
    };
    assert_ne!(scores(&kept_back), scores(&sent));

    let run = upstream
        .fetch(&home)
        .words("--intent refund=0.7 --intent return=0.4 --intent refund")
        .exits(2);
    run.says(&[
        "intent_confidence: must add up to at most 1",
        "intent_confidence[2]: needs",
    ]);
}

#[test]
fn limit_and_offset_choose_a_window_and_min_relevance_a_floor() {
    let home = Home::new();
    let upstream = Upstream::start();
    let fetch = |words: &str| upstream.fetch(&home).words(words).exits(0).json();
    // Unmasked ones are shown too, so that nothing but the window and the floor chooses.
    let all = upstream
        .fetch(&home)
        .words("--limit 100 --min-relevance 0")
        .env("AGENT_ASSIST_SCREENING__REQUIRE_PII_MASK", "false")
        .exits(0)
        .json();
    let all_ids = texts(recommendations(&all), "id");
    let window = upstream
        .fetch(&home)
        .words("--limit 4 --offset 3 --min-relevance 0")
        .env("AGENT_ASSIST_SCREENING__REQUIRE_PII_MASK", "false")
        .exits(0)
        .json();
    assert_eq!(texts(recommendations(&window), "id"), &all_ids[3..7]);

    let floored = fetch("--min-relevance 0.8");
    let scores: Vec<f64> = recommendations(&floored)
        .iter()
        .map(|item| item["relevance_score"].as_f64().expect("a score"))
        .collect();
    assert!(
        !scores.is_empty() && scores.iter().all(|score| *score >= 0.8),
        "{scores:?}"
    );
    let nothing = fetch("--min-relevance 1");
    assert_eq!(nothing["empty_reason"], "below_threshold");
    let beyond = fetch("--offset 1000");
    assert_eq!(beyond["empty_reason"], "upstream_empty");
}

#[test]
fn subject_terms_are_masked_exactly_and_written_nowhere() {
    let home = Home::new();
    let upstream = Upstream::start();
    let fetch = || {
        upstream
            .fetch_suggestions(&home, 0)
            .words("--limit 100 --min-relevance 0 --explain -vvv")
    };
    let plain = fetch().exits(0);
    assert!(plain.stdout.contains(CUSTOMER), "nothing to mask: {plain}");

    let terms = home.write("terms.txt", &format!("\n  {CUSTOMER}  \nBRONZE\n"));
    let by_file = fetch().arg("--subject-terms").arg(&terms).exits(0);
    let by_input = fetch().words("--subject-terms -").input(CUSTOMER).exits(0);
    for (run, masked) in [
        (&by_file, &[CUSTOMER, "bronze"][..]),
        (&by_input, &[CUSTOMER]),
    ] {
        let output = format!("{}{}", run.stdout, run.stderr).to_lowercase();
        for term in masked {
            assert!(!output.contains(&term.to_lowercase()), "{term}: {run}");
        }
        let answer = run.json();
        assert_eq!(
            answer["cache"]["status"], "miss",
            "other terms, another answer"
        );
        let covered = |item: &Value| item["names_covered"] == true;
        assert!(recommendations(&answer).iter().all(covered), "{run}");
    }
    assert!(
        by_input.stdout.contains("bronze"),
        "only what was named: {by_input}"
    );
    let log = home.ok("audit list --output ndjson").stdout;
    assert!(!log.contains("Minh") && !log.contains("terms"), "{log}");
}

#[test]
fn the_agent_and_the_queue_are_recorded_with_where_they_came_from() {
    let home = Home::new();
    let upstream = Upstream::start();
    upstream
        .fetch(&home)
        .words("--agent a-7 --queue q-9")
        .exits(0);
    upstream.fetch(&home).arg("--no-cache").exits(0);
    let fetches = "audit list --oldest-first --event assist_fetch_completed";
    let entries = home.ok(fetches).json();
    let known = home.ok("audit whois --agent a-7").json();
    assert_eq!(
        entries[0]["entry"]["agent"],
        json!({"id": known[0]["pseudonym"], "origin": "request"})
    );
    assert_eq!(
        entries[0]["entry"]["queue"],
        json!({"id": "q-9", "origin": "request"})
    );
    assert_eq!(
        entries[1]["entry"]["agent"],
        json!({"id": null, "origin": "unknown"})
    );
}

#[test]
fn one_standard_input_does_not_serve_a_secret_and_a_payload() {
    let home = Home::new();
    let upstream = Upstream::start();
    let secret = &upstream.sandbox().ready().client_secret;
    let conversation = upstream.conversation(0);
    for flags in [
        &format!("--conversation {conversation} --subject-terms -"),
        "--payload -",
    ] {
        let run = upstream
            .call(&home, &format!("fetch {flags}"))
            .env("GENESYSCLOUD_OAUTHCLIENT_SECRET", "")
            .env("AGENT_ASSIST_UPSTREAM__CLIENT_SECRET_FILE", "-")
            .input(secret.as_str())
            .exits(2);
        // Terms that were not read would be masked nowhere, and nobody would know.
        run.says(&["standard input already serves upstream.client_secret_file"]);
        assert!(!format!("{run}").contains(secret), "{run}");
    }
}
