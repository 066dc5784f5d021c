//! The first command somebody types, and the shape of what it prints.

use serde_json::Value;

use super::harness::{Home, recommendations};

/// The one public shape of an answer, as documented.
const SHAPE: &str = r#"{"session_id":"","conversation_id":"","recommendations":[{"id":"","kind":"","title":"","text":"","relevance_score":0.0,"is_pii_masked":true,"pii_basis":"local_scan","names_covered":false,"source":{"knowledge_base_id":null,"document_id":null,"version_id":null,"uri":null,"origin":"upstream"}}],
 "metrics":{"latency_ms":0.0,"total_received":0,"total_returned":0,"malformed":0,"duplicates":0,"state_filtered":0,"source_filtered":0,"over_limit":0,"relevance_filtered":0,"pii_rejected":0,"unscored":0,"pii_masked_verified":0,"pii_masked_locally":0,"pii_findings":0,"pii_violations":0},
 "cache":{"status":"miss","age_ms":0},"empty_reason":null,"degraded":null,"request_id":""}"#;

#[test]
fn one_command_shows_screened_recommendations_and_records_them_apart_from_real_ones() {
    let home = Home::new();
    let run = home.ok("fetch --sandbox");
    let answer = run.json();
    let metrics = &answer["metrics"];
    assert!(recommendations(&answer).len() >= 3, "{run}");
    assert!(metrics["relevance_filtered"].as_u64() >= Some(1), "{run}");
    assert!(metrics["pii_rejected"].as_u64() >= Some(1), "{run}");
    assert!(metrics["pii_masked_locally"].as_u64() >= Some(1), "{run}");
    let shows_a_tag = |item: &Value| item["text"].as_str().is_some_and(has_tag);
    assert!(recommendations(&answer).iter().any(shows_a_tag), "{run}");

    let store = home.data("sandbox.db");
    assert!(store.is_file());
    assert!(!home.data("agent-assist.db").exists());
    run.says(&[&format!("store: {}", store.display())]);
    let record = home.ok("audit show 1 --sandbox").json();
    assert_eq!(record["entry"]["tenant"], "sandbox");
    assert_eq!(record["entry"]["request_id"], answer["request_id"]);
}

#[test]
fn the_same_command_again_is_answered_from_the_cache_unless_told_otherwise() {
    let home = Home::new();
    let first = home.ok("fetch --sandbox").json();
    assert_eq!(first["cache"]["status"], "miss");
    let second = home.ok("fetch --sandbox").json();
    assert_eq!(second["cache"]["status"], "hit");
    assert_eq!(second["recommendations"], first["recommendations"]);
    let record = home.ok("audit show 3 --sandbox").json();
    assert_eq!(record["entry"]["event"], "assist_fetch_hit");
    assert_eq!(record["entry"]["fetch"]["upstream_requests"], 0);

    let third = home.ok("fetch --sandbox --no-cache").json();
    assert_eq!(third["cache"]["status"], "bypass");
    assert_eq!(third["recommendations"], first["recommendations"]);
    assert_eq!(home.ok("cache stats --sandbox").json()["entries"], 1);
}

#[test]
fn without_a_terminal_the_answer_is_json_in_exactly_the_public_shape() {
    let home = Home::new();
    let run = home.ok("fetch --sandbox");
    let shape = serde_json::from_str(SHAPE).expect("the documented shape is JSON");
    assert_same_shape("answer", &shape, &run.json());

    let run = home.ok("fetch --sandbox --output ndjson");
    assert_eq!(run.stdout.lines().count(), 1, "{run}");
    assert_same_shape("answer", &shape, &run.json());
}

#[test]
fn an_explanation_goes_beside_the_data_not_into_it() {
    let home = Home::new();
    let run = home.ok("fetch --sandbox --explain");
    let answer = run.json();
    run.says(&["held back", "below threshold", "not flagged masked"]);
    let held_back = answer["metrics"]["relevance_filtered"].as_u64().expect("n")
        + answer["metrics"]["pii_rejected"].as_u64().expect("n");
    let rows = ["below threshold", "not flagged masked"]
        .map(|reason| run.stderr.matches(reason).count())
        .iter()
        .sum::<usize>();
    assert_eq!(rows as u64, held_back, "{run}");
}

#[test]
fn a_person_sees_a_table_with_its_numbers_and_the_store_under_it() {
    let home = Home::new();
    let run = home.ok("fetch --sandbox --output table");
    let titles = recommendations(&home.ok("fetch --sandbox").json())
        .iter()
        .map(|item| item["title"].as_str().expect("a title").to_owned())
        .collect::<Vec<_>>();
    for title in &titles {
        assert!(run.stdout.contains(title), "{run}");
    }
    let last_title = titles.last().and_then(|title| run.stdout.find(title));
    let numbers = run.stdout.find("received").expect("the numbers");
    let store = run.stdout.find("store: ").expect("the store");
    assert!(last_title < Some(numbers) && numbers < store, "{run}");
    assert!(run.stderr.is_empty(), "{run}");

    let mut settings = insta::Settings::clone_current();
    settings.add_filter(r"in \d+\.\d ms", "in [latency] ms");
    settings.add_filter(r"request [0-9a-f-]{36}", "request [id]");
    settings.add_filter(r"store: .*/data/", "store: [home]/data/");
    settings.bind(|| insta::assert_snapshot!("table_of_the_sandbox", run.stdout));
}

/// Whether the text holds a mask such as `[EMAIL_ADDRESS]`.
fn has_tag(text: &str) -> bool {
    text.split('[').skip(1).any(|rest| {
        rest.split_once(']').is_some_and(|(tag, _)| {
            tag.len() > 2 && tag.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
        })
    })
}

/// The same members everywhere, of the same types; what the sample leaves null may be anything.
fn assert_same_shape(at: &str, sample: &Value, found: &Value) {
    match (sample, found) {
        (Value::Object(sample), Value::Object(found)) => {
            let names = |object: &serde_json::Map<String, Value>| {
                object
                    .keys()
                    .cloned()
                    .collect::<std::collections::BTreeSet<_>>()
            };
            assert_eq!(names(sample), names(found), "members of {at}");
            for (name, sample) in sample {
                assert_same_shape(&format!("{at}.{name}"), sample, &found[name]);
            }
        }
        (Value::Array(sample), Value::Array(found)) => {
            assert!(!found.is_empty(), "{at} proves nothing when empty");
            for found in found {
                assert_same_shape(&format!("{at}[]"), &sample[0], found);
            }
        }
        (Value::Null, _) => {}
        (sample, found) => assert_eq!(
            std::mem::discriminant(sample),
            std::mem::discriminant(found),
            "type of {at}"
        ),
    }
}
