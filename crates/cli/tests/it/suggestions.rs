//! The dialect of the platform's own endpoint.

use serde_json::Value;

use super::harness::{Home, Upstream, recommendations};

#[test]
fn every_page_is_read_and_what_is_shown_was_scanned_here() {
    let home = Home::new();
    let upstream = Upstream::start();
    let answer = upstream
        .fetch_suggestions(&home, 0)
        .words("--limit 100 --min-relevance 0")
        .exits(0)
        .json();
    let conversation = upstream.conversation(0);
    assert_eq!(answer["conversation_id"], conversation);
    assert_eq!(
        answer["session_id"], conversation,
        "there is no session upstream"
    );
    assert!(
        answer["metrics"]["state_filtered"].as_u64() >= Some(1),
        "{answer}"
    );
    let items = recommendations(&answer);
    assert!(items.len() > 20);
    for item in items {
        assert_eq!(item["is_pii_masked"], true);
        assert_eq!(item["pii_basis"], "local_scan");
        assert_eq!(item["names_covered"], false);
    }
    let kinds = |kind: &str| items.iter().any(|item| item["kind"] == kind);
    for kind in [
        "knowledge_search",
        "knowledge_article",
        "faq",
        "article",
        "canned_response",
        "script",
        "third_party_suggestion",
    ] {
        assert!(kinds(kind), "no {kind} in {answer:#}");
    }
}

#[test]
fn an_answer_too_large_for_one_page_comes_in_several_and_is_the_same() {
    let home = Home::new();
    let upstream = Upstream::start();
    let fetch = || {
        let fetch = upstream.fetch_suggestions(&home, 0);
        fetch.words("--limit 100 --min-relevance 0 --no-cache")
    };
    let whole = fetch().exits(0).json();
    let before = upstream.requests("/suggestions");
    assert_eq!(before, 1);
    upstream.fault("suggestions:status=400,code=response.entity.too.large,times=4");
    let in_pages = fetch().exits(0).json();
    let pages = upstream.requests("/suggestions") - before - 4;
    assert!(pages > 2, "{pages} pages");
    assert_eq!(in_pages["recommendations"], whole["recommendations"]);

    upstream.sandbox().clear_faults();
    upstream.fault("suggestions:status=400,code=response.entity.too.large,times=4");
    let bounded = fetch()
        .env("AGENT_ASSIST_UPSTREAM__MAX_PAGES", "1")
        .exits(0)
        .json();
    let received = |answer: &Value| answer["metrics"]["total_received"].as_u64();
    assert!(received(&bounded) < received(&whole));
}

#[test]
fn an_answer_read_under_another_bound_is_another_answer() {
    let (home, upstream) = (Home::new(), Upstream::start());
    let status = |pages: &str| {
        let call = upstream.fetch_suggestions(&home, 0);
        let run = call.env("AGENT_ASSIST_UPSTREAM__MAX_PAGES", pages).exits(0);
        run.json()["cache"]["status"].clone()
    };
    assert_eq!(status("2"), "miss");
    assert_eq!(status("2"), "hit");
    assert_eq!(status("3"), "miss");
}

#[test]
fn named_subject_terms_cover_names() {
    let home = Home::new();
    let upstream = Upstream::start();
    let answer = upstream
        .fetch_suggestions(&home, 0)
        .words("--subject-terms -")
        .input("Crystal Minh")
        .exits(0)
        .json();
    let items = recommendations(&answer);
    assert!(!items.is_empty());
    assert!(
        items.iter().all(|item| item["names_covered"] == true),
        "{answer:#}"
    );
}

#[test]
fn only_the_sources_asked_for_are_shown_and_those_that_name_none() {
    let home = Home::new();
    let upstream = Upstream::start();
    let source = upstream.sources()[1].clone();
    let answer = upstream
        .fetch_suggestions(&home, 0)
        .words("--limit 100 --min-relevance 0 --knowledge-source")
        .arg(&source)
        .exits(0)
        .json();
    assert!(
        answer["metrics"]["source_filtered"].as_u64() >= Some(1),
        "{answer}"
    );
    let named: Vec<&Value> = recommendations(&answer)
        .iter()
        .map(|item| &item["source"]["knowledge_base_id"])
        .filter(|id| !id.is_null())
        .collect();
    assert!(
        !named.is_empty() && named.iter().all(|id| **id == *source),
        "{named:?}"
    );
}

#[test]
fn a_conversation_without_copilot_data_is_an_empty_answer_with_its_reason() {
    let home = Home::new();
    let upstream = Upstream::start();
    let run = upstream
        .fetch_suggestions(&home, upstream.without_copilot())
        .exits(0);
    let answer = run.json();
    assert_eq!(answer["empty_reason"], "no_copilot_data", "{run}");
    assert!(answer["degraded"].is_null(), "{run}");
    let table = upstream
        .fetch_suggestions(&home, upstream.without_copilot())
        .words("--output table")
        .exits(0);
    assert!(
        table.stdout.contains("no recommendations: no copilot data"),
        "{table}"
    );
}

#[test]
fn a_conversation_that_is_no_uuid_is_refused_before_anything_is_sent() {
    let home = Home::new();
    let upstream = Upstream::start();
    let run = upstream.call(&home, "fetch --conversation c-1").exits(2);
    run.says(&["conversation_id: the suggestions dialect needs a UUID"]);
    assert_eq!(upstream.requests(""), 0);
}
