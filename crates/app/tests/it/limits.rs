//! Callers who are limited to queues: the queue that counts is known when the upstream has been heard.

use agent_assist_app::fetch::{FetchError, FetchOutcome, FetchService};
use agent_assist_domain::access::{Denial, Limits};
use agent_assist_domain::audit::AuditEvent::{
    FetchCompleted, FetchHit, FetchInitiated, FetchWithheld,
};
use agent_assist_domain::batch::{Batch, UpstreamContext};
use agent_assist_domain::dialect::Dialect::Suggestions;
use agent_assist_domain::payload::{RawField, RawRequest};
use agent_assist_domain::recommendation::UpstreamId;
use agent_assist_testkit::build::request;

use crate::harness::{Bench, fetch, one, options, shown};

/// A bench whose upstream names this queue, or none.
fn bench_in(queue: Option<&str>) -> Bench {
    let bench = Bench::new(Suggestions);
    let queue_id = queue.and_then(UpstreamId::new);
    bench.source.otherwise(move |_| {
        Ok(Batch {
            context: UpstreamContext {
                agent_id: None,
                queue_id: queue_id.clone(),
            },
            ..one("s-1")
        })
    });
    bench
}

/// Asks with a key for `q-1`.
async fn fetch_limited(
    service: &FetchService,
    raw: RawRequest,
) -> Result<FetchOutcome, FetchError> {
    let limits = Limits {
        queues: vec!["q-1".to_owned()],
        ..Limits::default()
    };
    let id = "r-limited".to_owned();
    service.fetch_within(limits, id, (), raw, options()).await
}

fn naming(queue: Option<&str>) -> RawRequest {
    RawRequest {
        queue_id: RawField::text(queue),
        ..request()
    }
}

#[tokio::test(start_paused = true)]
async fn the_queue_that_the_upstream_names_counts_and_one_that_nobody_knows_is_outside() {
    for (upstream, named, within) in [
        (Some("q-1"), None, true),
        (Some("q-1"), Some("q-2"), true),
        (None, Some("q-1"), true),
        (Some("q-2"), Some("q-1"), false),
        (Some("q-2"), None, false),
        (None, None, false),
    ] {
        let bench = bench_in(upstream);
        let outcome = fetch_limited(&bench.service(), naming(named)).await;
        match outcome {
            Ok(outcome) => assert_eq!(shown(&outcome.answer), ["s-1"]),
            Err(FetchError::Denied(denial)) => assert_eq!(denial, Denial::Queue),
            Err(error) => panic!("{error}"),
        }
        assert_eq!(
            !bench.exposed().is_empty(),
            within,
            "{upstream:?} {named:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn who_is_denied_has_been_shown_nothing_whether_it_was_fetched_or_remembered() {
    let bench = bench_in(Some("q-2")).strict();
    let service = bench.service();
    assert!(fetch_limited(&service, naming(None)).await.is_err());
    assert_eq!(bench.events(), [FetchInitiated, FetchWithheld]);
    let facts = bench.last_facts();
    assert_eq!(facts.upstream.requests, 1, "the log tells the traffic");
    assert!(facts.shown.is_empty() && facts.degraded.is_none());
    assert!(bench.exposed().is_empty());
    // Somebody who may see it does, and it is remembered.
    fetch(&service, naming(None)).await.expect("an answer");
    fetch(&service, naming(None)).await.expect("an answer");
    let exposed = bench.exposed();
    assert!(fetch_limited(&service, naming(None)).await.is_err());
    assert_eq!(bench.exposed(), exposed);
    let ends = [FetchHit, FetchWithheld];
    assert!(bench.events().ends_with(&ends), "{:?}", bench.events());
    assert_eq!(bench.recorded(FetchCompleted) + bench.recorded(FetchHit), 2);
}
