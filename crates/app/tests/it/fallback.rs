//! When the upstream fails and nothing remembered stands in, others are asked, in their order; what
//! they bring says where it came from.

use std::sync::Arc;
use std::time::Duration;

use agent_assist_app::fallbacks::Fallback;
use agent_assist_app::fetch::{FetchOutcome, FetchService};
use agent_assist_domain::answer::{CacheStatus, DegradedReason, EmptyReason};
use agent_assist_domain::audit::AuditEvent::{FetchCompleted, FetchFailed};
use agent_assist_domain::batch::{Batch, QueryStatement};
use agent_assist_domain::dialect::Dialect::{self, Recommendations, Suggestions};
use agent_assist_domain::payload::{RawField, RawRequest};
use agent_assist_domain::ports::{SourceError, SourceErrorKind, SourceProfile};
use agent_assist_domain::recommendation::Origin;
use agent_assist_testkit::ScriptedSource;
use agent_assist_testkit::build::{KNOWLEDGE_SOURCE, batch, recommendation, request};
use serde_json::Value;
use tokio::time::Instant;

use crate::harness::{Bench, TTL, about, failure, fetch, label, one, options, shown};

/// A bench whose upstream is down.
fn down(dialect: Dialect) -> Bench {
    let bench = Bench::new(dialect);
    bench
        .source
        .otherwise(|_| Err(failure(SourceErrorKind::ServerError, 503, 1)));
    bench
}

/// The same dialect, asked for other knowledge sources.
fn other_sources(bench: &mut Bench, ids: &[&str]) -> Arc<ScriptedSource> {
    let source = Arc::new(ScriptedSource::new(Recommendations));
    bench.fallbacks.push(Fallback {
        source: source.clone(),
        knowledge_source_ids: ids.iter().map(|id| (*id).to_owned()).collect(),
        origin: Origin::FallbackSources,
    });
    source
}

/// A search of knowledge bases, which needs words.
fn search(bench: &mut Bench) -> Arc<ScriptedSource> {
    let profile = SourceProfile {
        sends_query: true,
        ..SourceProfile::new(Recommendations, "https://upstream.test/search")
    };
    let source = Arc::new(ScriptedSource::new(Recommendations).with_profile(profile));
    bench.fallbacks.push(Fallback {
        source: source.clone(),
        knowledge_source_ids: Vec::new(),
        origin: Origin::KnowledgeSearch,
    });
    source
}

async fn answered(service: &FetchService, raw: RawRequest) -> FetchOutcome {
    fetch(service, raw).await.expect("an answer")
}

fn asking(words: &str) -> RawRequest {
    RawRequest {
        query: RawField::text(Some(words)),
        ..request()
    }
}

/// Where each recommendation says it came from.
fn origins(outcome: &FetchOutcome) -> Vec<Value> {
    let answer = serde_json::to_value(&outcome.answer).expect("serialises");
    let items = answer["recommendations"].as_array().expect("a list");
    items
        .iter()
        .map(|item| item["source"]["origin"].clone())
        .collect()
}

/// The same of the last record.
fn recorded_origins(bench: &Bench) -> Vec<Value> {
    let entry: Value = serde_json::from_str(&bench.last_entry().to_canonical()).expect("JSON");
    let items = entry["fetch"]["shown"].as_array().expect("a list");
    items.iter().map(|item| item["origin"].clone()).collect()
}

#[tokio::test(start_paused = true)]
async fn what_a_fallback_brings_is_labelled_with_its_origin_in_answer_and_record() {
    let mut bench = down(Recommendations);
    let fallback = other_sources(&mut bench, &["kb-9"]);
    fallback.then(Ok(one("f-1")));
    let outcome = answered(&bench.service(), request()).await;
    assert_eq!(outcome.answer.cache().status, CacheStatus::Fallback);
    assert_eq!(label(&outcome.answer), Some(DegradedReason::UpstreamError));
    assert_eq!(shown(&outcome.answer), ["f-1"]);
    assert_eq!(origins(&outcome), ["fallback_sources"]);
    let cause = outcome.cause.expect("what failed");
    assert_eq!(cause.kind(), SourceErrorKind::ServerError);
    assert_eq!(fallback.queries()[0].knowledge_source_ids, ["kb-9"]);

    assert_eq!(bench.events(), [FetchFailed]);
    let facts = bench.last_facts();
    assert_eq!(facts.error, Some(SourceErrorKind::ServerError));
    assert_eq!(facts.cache.status, CacheStatus::Fallback);
    assert_eq!(recorded_origins(&bench), ["fallback_sources"]);
    assert_eq!(bench.exposed(), ["f-1"]);
}

#[tokio::test(start_paused = true)]
async fn fallbacks_are_asked_in_their_order_until_one_brings_something() {
    let nothing = || Ok(Batch::default());
    let failed = || Err(SourceError::new(SourceErrorKind::Unreachable));
    for (first, expected, calls) in [
        (Ok(one("first")), "fallback_sources", [1, 0]),
        (nothing(), "knowledge_search", [1, 1]),
        (failed(), "knowledge_search", [1, 1]),
    ] {
        let mut bench = down(Recommendations);
        let sources = other_sources(&mut bench, &["kb-9"]);
        let search = search(&mut bench);
        sources.then(first);
        search.then(Ok(one("second")));
        let outcome = answered(&bench.service(), asking("lost my card")).await;
        assert_eq!(origins(&outcome), [expected]);
        assert_eq!([sources.calls(), search.calls()], calls, "{expected}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_remembered_comes_before_any_fallback() {
    let mut bench = down(Recommendations);
    let fallback = other_sources(&mut bench, &["kb-9"]);
    fallback.otherwise(|_| Ok(one("f-1")));
    bench.source.then(Ok(one("r-1")));
    let service = bench.service();
    answered(&service, request()).await;
    bench.pass(TTL * 4).await;
    let outcome = answered(&service, request()).await;
    assert_eq!(outcome.answer.cache().status, CacheStatus::Stale);
    assert_eq!(shown(&outcome.answer), ["r-1"]);
    assert_eq!(fallback.calls(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_fallback_that_keeps_failing_is_left_alone_without_the_others() {
    let mut bench = down(Recommendations);
    let broken = other_sources(&mut bench, &["kb-8"]);
    broken.otherwise(|_| Err(SourceError::new(SourceErrorKind::Unreachable)));
    let sound = other_sources(&mut bench, &["kb-9"]);
    sound.otherwise(|_| Ok(one("f-1")));
    let service = bench.service();
    for conversation in 0..20 {
        let outcome = answered(&service, about(conversation)).await;
        assert_eq!(shown(&outcome.answer), ["f-1"]);
    }
    let calls = [&bench.source, &broken, &sound].map(|source| source.calls());
    assert_eq!(calls, [5, 5, 20]);
}

#[tokio::test(start_paused = true)]
async fn a_search_is_skipped_while_nobody_knows_the_words_or_they_are_old() {
    let mut bench = down(Suggestions);
    let search = search(&mut bench);
    search.otherwise(|_| Ok(one("k-1")));
    let service = bench.service();
    let outcome = answered(&service, request()).await;
    assert_eq!(outcome.answer.cache().status, CacheStatus::None);
    assert_eq!(search.calls(), 0, "nobody knows what to search for");

    let heard = Batch {
        query_statement: Some(QueryStatement("where is my order".to_owned())),
        ..Batch::default()
    };
    bench.source.then(Ok(heard));
    answered(&service, request()).await;
    bench.pass(TTL * 100).await;
    let outcome = answered(&service, request()).await;
    assert_eq!(outcome.answer.cache().status, CacheStatus::None);
    assert_eq!(search.calls(), 0, "the question is too old by now");
}

#[tokio::test(start_paused = true)]
async fn a_search_takes_the_words_of_the_request_else_what_the_customer_last_asked() {
    // Nothing remembered stands in first.
    let mut bench = down(Suggestions).without_stale();
    let search = search(&mut bench);
    search.otherwise(|_| Ok(one("k-1")));
    let service = bench.service();
    for words in ["where is my parcel", "can I return it"] {
        bench.source.then(Ok(Batch {
            query_statement: Some(QueryStatement(words.to_owned())),
            ..one("s-1")
        }));
        answered(&service, request()).await;
        bench.pass(TTL).await;
    }
    let outcome = answered(&service, request()).await;
    assert_eq!(origins(&outcome), ["knowledge_search"]);
    answered(&service, asking("lost my card")).await;
    let other = "0b9f1c2e-3a74-4f5b-9d2e-0c5a1f6b7e88";
    answered(&service, about(other)).await;
    let asked: Vec<_> = search
        .queries()
        .into_iter()
        .map(|query| query.query)
        .collect();
    let expected = ["can I return it", "lost my card"];
    assert_eq!(asked, expected.map(|words| Some(words.to_owned())));
}

#[tokio::test(start_paused = true)]
async fn the_very_sources_that_failed_are_not_asked_again() {
    let mut bench = down(Recommendations);
    let same = other_sources(&mut bench, &["kb-2", KNOWLEDGE_SOURCE]);
    let wanted = [KNOWLEDGE_SOURCE, "kb-2"].map(|id| RawField::text(Some(id)));
    let raw = RawRequest {
        knowledge_source_ids: wanted.into(),
        ..request()
    };
    let service = bench.service();
    let outcome = answered(&service, raw).await;
    assert_eq!(outcome.answer.cache().status, CacheStatus::None);
    assert_eq!(same.calls(), 0);
    same.then(Ok(one("f-1")));
    let outcome = answered(&service, request()).await;
    assert_eq!(shown(&outcome.answer), ["f-1"], "more than was wanted");
}

#[tokio::test(start_paused = true)]
async fn a_fallbacks_answer_is_not_remembered_as_the_upstreams() {
    let mut bench = down(Recommendations);
    let fallback = other_sources(&mut bench, &["kb-9"]);
    fallback.otherwise(|_| Ok(one("f-1")));
    let service = bench.service();
    answered(&service, request()).await;
    assert!(bench.cache.keys().is_empty());
    bench.pass(Duration::from_secs(3)).await;
    let again = answered(&service, request()).await.answer;
    let cache = again.cache();
    assert_eq!((cache.status, cache.age_ms), (CacheStatus::Fallback, 3_000));
    assert_eq!(fallback.calls(), 1, "the fallback is spared, too");

    bench.source.then(Ok(one("r-1")));
    let outcome = answered(&service, request()).await;
    assert_eq!(outcome.answer.cache().status, CacheStatus::Miss);
    assert_eq!(origins(&outcome), ["upstream"]);
    assert_eq!(bench.events(), [FetchFailed, FetchFailed, FetchCompleted]);
}

#[tokio::test(start_paused = true)]
async fn when_the_upstream_hangs_time_is_left_for_the_fallback() {
    let mut bench = Bench::new(Recommendations);
    let fallback = other_sources(&mut bench, &["kb-9"]);
    fallback.then(Ok(one("f-1")));
    let gate = bench.source.hold();
    let slow = fallback.hold();
    let began = Instant::now();
    let answering = tokio::spawn({
        let service = bench.service();
        async move { fetch(&service, request()).await }
    });
    fallback.called(1).await;
    bench.pass(Duration::from_millis(300)).await;
    slow.open();
    let outcome = answering.await.expect("no panic").expect("an answer");
    assert_eq!(shown(&outcome.answer), ["f-1"]);
    assert_eq!(label(&outcome.answer), Some(DegradedReason::Timeout));
    assert_eq!(outcome.answer.cache().age_ms, 0, "fetched for this answer");
    assert!(began.elapsed() < options().timeout);
    drop(gate);
}

#[tokio::test(start_paused = true)]
async fn a_fallback_that_hangs_as_well_ends_with_the_deadline() {
    let mut bench = Bench::new(Recommendations);
    let fallback = other_sources(&mut bench, &["kb-9"]);
    let gates = [bench.source.hold(), fallback.hold()];
    let began = Instant::now();
    let outcome = answered(&bench.service(), request()).await;
    assert_eq!(outcome.answer.cache().status, CacheStatus::None);
    assert_eq!(began.elapsed(), options().timeout);
    drop(gates);
}

#[tokio::test(start_paused = true)]
async fn the_record_counts_every_request_spent_on_the_way() {
    let mut bench = Bench::new(Recommendations);
    let failed = |requests| Err(failure(SourceErrorKind::ServerError, 503, requests));
    bench.source.then(failed(3));
    let [empty, broken, last] = ["kb-7", "kb-8", "kb-9"].map(|id| other_sources(&mut bench, &[id]));
    empty.then(Ok(Batch {
        items: Vec::new(),
        ..one("none")
    }));
    broken.then(failed(2));
    last.then(Ok(one("f-1")));
    answered(&bench.service(), request()).await;
    assert_eq!(bench.last_facts().upstream.requests, 3 + 1 + 2 + 1);
    assert_eq!(bench.last_facts().upstream.status, Some(503));
}

#[tokio::test(start_paused = true)]
async fn requests_spent_in_vain_are_counted_as_well() {
    let mut bench = down(Recommendations);
    let fallback = other_sources(&mut bench, &["kb-9"]);
    fallback.then(Err(failure(SourceErrorKind::ServerError, 503, 2)));
    answered(&bench.service(), request()).await;
    assert_eq!(bench.last_facts().upstream.requests, 1 + 2);
}

#[tokio::test(start_paused = true)]
async fn a_fallback_without_anything_fit_to_show_leaves_an_explicit_nothing() {
    let irrelevant = batch([recommendation("f-1").score(0.1)]);
    let unmasked = batch([recommendation("f-1").flagged(false)]);
    for brought in [Batch::default(), irrelevant, unmasked] {
        let mut bench = down(Recommendations);
        let fallback = other_sources(&mut bench, &["kb-9"]);
        fallback.then(Ok(brought));
        let outcome = answered(&bench.service(), request()).await;
        assert_eq!(outcome.answer.cache().status, CacheStatus::None);
        assert_eq!(outcome.answer.empty_reason(), Some(EmptyReason::Degraded));
        assert_eq!(label(&outcome.answer), Some(DegradedReason::UpstreamError));
        assert!(bench.exposed().is_empty());
    }
}
