//! What was given out before is not told again: the record names the one that tells it.

use std::time::Duration;

use agent_assist_app::fetch::FetchService;
use agent_assist_domain::audit::AuditEvent::{
    FetchCompleted, FetchFailed, FetchHit, RefreshCompleted,
};
use agent_assist_domain::audit::{AuditRecord, ShownAs};
use agent_assist_domain::batch::Batch;
use agent_assist_domain::dialect::Dialect::Recommendations;
use agent_assist_domain::payload::RawRequest;
use agent_assist_domain::ports::{AuditTrail as _, SourceErrorKind, StoreErrorKind};
use agent_assist_testkit::build::{batch, recommendation, request};
use agent_assist_testkit::faulty::Calls;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::harness::{Bench, TTL, fetch, in_session, one, settled};

async fn ask(service: &FetchService, raw: RawRequest) {
    fetch(service, raw).await.expect("an answer");
}

fn ten() -> Batch {
    let text = "Check the order's state first. ".repeat(130);
    let item = |n| recommendation(&format!("r-{n}")).texts("How to cancel", &text);
    batch((0..10).map(item).chain([recommendation("low").score(0.1)]))
}

async fn record(bench: &Bench, seq: u64) -> AuditRecord {
    let record = bench.audit.get(seq).await.expect("read");
    record.expect("a record")
}

async fn entry(bench: &Bench, seq: u64) -> Value {
    serde_json::from_str(&record(bench, seq).await.entry).expect("JSON")
}

/// What a reader makes of the record that a reference leads to, with nothing but JSON and SHA-256.
async fn digest(bench: &Bench, seq: u64) -> String {
    let whole = entry(bench, seq).await;
    let content = json!({
        "policy_version": whole["scope"]["policy_version"],
        "rejected": whole["fetch"]["rejected"],
        "shown": whole["fetch"]["shown"],
    });
    let canonical = serde_json_canonicalizer::to_string(&content).expect("canonical");
    let digest = Sha256::digest(canonical);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn last_shown_as(bench: &Bench) -> Option<ShownAs> {
    bench.last_facts().shown_as
}

#[tokio::test(start_paused = true)]
async fn a_hit_names_the_record_that_tells_the_same_and_its_digest_proves_it() {
    let bench = Bench::new(Recommendations);
    bench.source.then(Ok(ten()));
    let service = bench.service();
    for _ in 0..3 {
        ask(&service, request()).await;
    }
    assert_eq!(bench.events(), [FetchCompleted, FetchHit, FetchHit]);
    let whole = entry(&bench, 1).await;
    assert_eq!(whole["fetch"]["shown"].as_array().map(Vec::len), Some(10));
    assert!(whole["fetch"].get("shown_as").is_none());
    for seq in [2, 3] {
        let hit = entry(&bench, seq).await;
        assert_eq!(
            hit["fetch"]["shown_as"]["seq"], 1,
            "always the one that tells it whole"
        );
        assert_eq!(hit["fetch"]["shown_as"]["request_id"], whole["request_id"]);
        assert_eq!(hit["fetch"]["shown_as"]["digest"], digest(&bench, 1).await);
        for list in ["shown", "rejected"] {
            assert!(hit["fetch"].get(list).is_none(), "{list}");
        }
        assert_eq!(hit["fetch"]["counts"], whole["fetch"]["counts"]);
    }
    let bytes = async |seq| record(&bench, seq).await.entry.len();
    let (whole, hit) = (bytes(1).await, bytes(2).await);
    assert!(hit < 1_400 && whole > 3 * hit, "{whole} and {hit} bytes");
}

/// Polls of a conversation about which the upstream says the same for hours.
#[tokio::test(start_paused = true)]
async fn a_refresh_that_brings_the_same_is_a_repetition_too_and_one_of_something_new_is_not() {
    let bench = Bench::new(Recommendations);
    bench
        .source
        .then(Ok(ten()))
        .then(Ok(ten()))
        .then(Ok(one("new")));
    let service = bench.service();
    ask(&service, request()).await;
    bench.pass(TTL).await;
    ask(&service, request()).await;
    settled().await;
    assert_eq!(bench.events(), [FetchCompleted, FetchHit, RefreshCompleted]);
    assert_eq!(last_shown_as(&bench).map(|as_| as_.seq), Some(1));
    ask(&service, request()).await;
    assert_eq!(last_shown_as(&bench).map(|as_| as_.seq), Some(1));

    bench.pass(TTL).await;
    ask(&service, request()).await;
    settled().await;
    assert_eq!(bench.recorded(RefreshCompleted), 2);
    assert_eq!(last_shown_as(&bench), None, "something new");
    ask(&service, request()).await;
    let told = bench.events().len() as u64 - 1;
    assert_eq!(last_shown_as(&bench).map(|as_| as_.seq), Some(told));
}

#[tokio::test(start_paused = true)]
async fn what_is_remembered_and_stands_in_for_a_failure_is_a_repetition() {
    let bench = Bench::new(Recommendations);
    let failure = SourceErrorKind::Unreachable;
    bench.source.then(Ok(ten())).then_fail(failure);
    let service = bench.service();
    ask(&service, request()).await;
    bench.pass(Duration::from_secs(60)).await;
    ask(&service, request()).await;
    assert_eq!(bench.events(), [FetchCompleted, FetchFailed]);
    assert_eq!(last_shown_as(&bench).map(|as_| as_.seq), Some(1));
}

#[tokio::test(start_paused = true)]
async fn it_is_told_whole_again_where_no_record_of_the_same_answer_is_within_reach() {
    let bench = Bench::new(Recommendations);
    bench.source.then(Ok(ten()));
    let service = bench.service();
    ask(&service, request()).await;

    ask(&service, in_session("another")).await;
    assert_eq!(last_shown_as(&bench), None, "another session's answer");

    ask(&bench.service(), request()).await;
    assert_eq!(
        last_shown_as(&bench),
        None,
        "after a restart nothing is known of it"
    );

    bench.clock.advance(Duration::from_secs(5));
    ask(&service, request()).await;
    assert_eq!(last_shown_as(&bench).map(|as_| as_.seq), Some(1));
}

#[tokio::test(start_paused = true)]
async fn a_reference_reaches_back_an_hour_at_most() {
    let mut bench = Bench::new(Recommendations);
    bench.resilience.freshness.ttl = Duration::from_secs(3 * 60 * 60);
    bench.source.then(Ok(ten()));
    let service = bench.service();
    ask(&service, request()).await;
    let nearly = Duration::from_secs(60 * 60 - 1);
    bench.clock.advance(nearly);
    ask(&service, request()).await;
    assert_eq!(last_shown_as(&bench).map(|as_| as_.seq), Some(1));
    bench.clock.advance(Duration::from_secs(1));
    ask(&service, request()).await;
    assert_eq!(last_shown_as(&bench), None);
    bench.clock.advance(nearly);
    ask(&service, request()).await;
    assert_eq!(last_shown_as(&bench).map(|as_| as_.seq), Some(3));
}

/// A record that was not written tells nothing.
#[tokio::test(start_paused = true)]
async fn nothing_refers_to_a_record_that_could_not_be_written() {
    let bench = Bench::new(Recommendations);
    bench.source.then(Ok(ten()));
    let service = bench.service();
    let kind = StoreErrorKind::Unavailable;
    bench.audit_faults.fail_times(1, Calls::All, kind);
    assert!(fetch(&service, request()).await.is_err());
    ask(&service, request()).await;
    assert_eq!(last_shown_as(&bench), None);
    ask(&service, request()).await;
    assert_eq!(last_shown_as(&bench).map(|as_| as_.seq), Some(1));
}

#[tokio::test(start_paused = true)]
async fn an_answer_with_nothing_in_it_says_so_itself() {
    let bench = Bench::new(Recommendations);
    bench.source.then(Ok(batch(
        Vec::<Batch>::new().into_iter().map(|_| recommendation("")),
    )));
    let service = bench.service();
    ask(&service, request()).await;
    ask(&service, request()).await;
    assert_eq!(bench.events(), [FetchCompleted, FetchHit]);
    assert_eq!(last_shown_as(&bench), None);
}
