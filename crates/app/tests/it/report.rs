//! The report over a log and a ledger that a gateway has filled.

use std::sync::Arc;

use agent_assist_app::fallbacks::Fallback;
use agent_assist_app::report::{
    Rate, Report, ReportError, ReportParts, ReportQuery, ReportService,
};
use agent_assist_domain::adoption::By;
use agent_assist_domain::dialect::Dialect::Recommendations;
use agent_assist_domain::payload::{RawEngagements, RawField};
use agent_assist_domain::ports::SourceErrorKind;
use agent_assist_domain::recommendation::{Origin, Recommendation};
use agent_assist_testkit::ScriptedSource;
use agent_assist_testkit::build::{batch, recommendation, request};

use crate::harness::{Bench, FORGOTTEN, TTL, about, engage, event, fetch, one, settled, told};

async fn report(bench: &Bench, by: Option<By>) -> Report {
    let query = ReportQuery {
        by,
        ..ReportQuery::default()
    };
    let report = bench.report_service().report(query).await;
    report.expect("a report")
}

/// Displays all of `shown` to `agent`.
fn displayed(shown: &[&str], agent: &str) -> RawEngagements {
    RawEngagements {
        agent_id: RawField::text(Some(agent)),
        events: shown
            .iter()
            .map(|id| event(id, "displayed", None))
            .collect(),
        ..told("", "", None)
    }
}

/// A chat of five minutes, asked about every five seconds: four shown, two copied. By fetches that is
/// 3.3 %, by what was shown 50 %.
#[tokio::test]
async fn five_minutes_of_polling_do_not_halve_the_rate() {
    let bench = Bench::new(Recommendations);
    let shown = ["r-1", "r-2", "r-3", "r-4"];
    bench.source.then(Ok(batch(shown.map(recommendation))));
    let fetcher = bench.service();
    for _ in 0..60 {
        fetch(&fetcher, request()).await.expect("an answer");
    }
    let service = bench.engage_service();
    service
        .engage(displayed(&shown, "agent-1"))
        .await
        .expect("recorded");
    for id in &shown[..2] {
        engage(&service, told(id, "copied", None))
            .await
            .expect("recorded");
    }
    let report = report(&bench, None).await;
    let by_fetches = report.legacy.adoptions_per_fetch.expect("fetches");
    assert_eq!(format!("{:.1} %", by_fetches * 100.0), "3.3 %");
    let adoption = report.engagement.adoption;
    assert_eq!((adoption.count, adoption.of), (Some(2), 4));
    assert_eq!(adoption.rate, None, "four are too few to tell a rate");
    assert!(report.engagement.verified);
    // All four came with one request, which is all that is known of what they were for.
    assert_eq!(report.engagement.set_adoption.of, 1);
}

/// Five recommendations on five ways to their agent. `late` was renewed for an answer that nobody asked for
/// again in its time, `stood-in` for one that was asked for when the upstream had failed. Half of what came
/// too late was used; of what came in time, all.
#[tokio::test(start_paused = true)]
async fn what_a_stale_answer_gave_out_first_is_counted_apart_from_what_came_fresh() {
    let mut bench = Bench::new(Recommendations);
    let elsewhere = Arc::new(ScriptedSource::new(Recommendations));
    elsewhere.then(Ok(one("instead")));
    bench.fallbacks.push(Fallback {
        source: elsewhere,
        knowledge_source_ids: vec!["kb-9".to_owned()],
        origin: Origin::FallbackSources,
    });
    let service = bench.service();
    let ask = async || {
        fetch(&service, request()).await.expect("an answer");
        settled().await;
    };
    bench.source.then(Ok(one("first")));
    ask().await;
    bench.pass(TTL).await;
    // Gives out `first` again and brings `late`; then gives out that and brings `in-time`, and so on.
    bench.source.then(Ok(one("late")));
    ask().await;
    bench.pass(TTL).await;
    let with_late = ["late", "in-time"].map(recommendation);
    bench.source.then(Ok(batch(with_late)));
    ask().await;
    ask().await;
    bench.pass(TTL).await;
    bench.source.then(Ok(one("stood-in")));
    ask().await;
    bench.pass(4 * TTL).await;
    bench.source.then_fail(SourceErrorKind::Unreachable);
    ask().await;
    bench.source.then_fail(SourceErrorKind::Unreachable);
    fetch(&service, about("another")).await.expect("instead");

    let engaging = bench.engage_service();
    for id in ["first", "late", "in-time"] {
        engage(&engaging, told(id, "copied", None))
            .await
            .expect("recorded");
    }
    let report = report(&bench, Some(By::Origin)).await;
    let mut groups: Vec<(&str, u64, Option<u64>)> = report
        .groups
        .iter()
        .map(|of| {
            let name = of.group.as_deref().expect("a name");
            let engagement = &of.engagement;
            (
                name,
                engagement.emitted,
                engagement.adopted_of_emitted.count,
            )
        })
        .collect();
    groups.sort_unstable();
    let expected = [
        ("fallback_sources", 1, Some(0)),
        ("stale", 2, Some(1)),
        ("upstream", 2, Some(2)),
    ];
    assert_eq!(groups, expected);
    assert_eq!(report.engagement.emitted, 5, "each once");
}

#[tokio::test]
async fn the_report_counts_how_fetches_ended_and_what_they_took() {
    let bench = Bench::new(Recommendations);
    bench.source.then(Ok(batch([recommendation("r-1")])));
    let fetcher = bench.service();
    for _ in 0..59 {
        fetch(&fetcher, request()).await.expect("an answer");
    }
    bench.clock.advance(FORGOTTEN);
    bench.source.then_fail(SourceErrorKind::RateLimited);
    fetch(&fetcher, request()).await.expect("degraded");
    fetch(&fetcher, Default::default())
        .await
        .expect_err("refused");
    let report = report(&bench, None).await;
    let fetches = report.fetches;
    assert_eq!(
        (fetches.total, fetches.hits, fetches.completed),
        (61, 58, 1)
    );
    assert_eq!((fetches.failed, fetches.refused), (1, 1));
    let latency = report.latency;
    let counts = |of: &agent_assist_app::report::StageLatencies| {
        [
            of.total,
            of.cache,
            of.token,
            of.upstream,
            of.screening,
            of.audit,
        ]
        .map(|latency| latency.map_or(0, |latency| latency.count))
    };
    assert_eq!(counts(&latency.hits), [58, 58, 0, 0, 0, 58]);
    assert_eq!(counts(&latency.misses), [1, 1, 1, 1, 1, 0]);
    assert_eq!(counts(&latency.all)[0], 59, "what was answered");
}

#[tokio::test]
async fn coverage_and_gaps_are_of_conversations_by_the_furthest_they_came() {
    let bench = Bench::new(Recommendations);
    let service = bench.service();
    let nothing = || Ok(batch(Vec::<Recommendation>::new()));
    bench.source.then(Ok(batch([recommendation("r-1")])));
    fetch(&service, about("covered")).await.expect("an answer");
    bench.source.then_fail(SourceErrorKind::RateLimited);
    fetch(&service, about("throttled")).await.expect("degraded");
    for conversation in ["empty-1", "empty-2"] {
        bench.source.then(nothing());
        fetch(&service, about(conversation))
            .await
            .expect("an answer");
    }
    // Throttled at first, and then there was nothing.
    bench.source.then_fail(SourceErrorKind::RateLimited);
    fetch(&service, about("empty-3")).await.expect("degraded");
    bench.source.then(nothing());
    fetch(&service, about("empty-3")).await.expect("an answer");
    let coverage = report(&bench, None).await.coverage;
    assert_eq!((coverage.asked, coverage.covered), (5, 1));
    let gaps: Vec<_> = coverage
        .gaps
        .iter()
        .map(|gap| (gap.reason, gap.conversations))
        .collect();
    assert_eq!(gaps, [("upstream_empty", 3), ("rate_limited", 1)]);
    let gaps: f64 = coverage.gaps.iter().map(|gap| gap.share).sum();
    let whole = gaps + coverage.share.expect("asked");
    assert!((whole - 1.0).abs() < 1e-12, "{whole}");
}

/// Forty conversations of two agents, one of whom had two.
async fn two_agents() -> Bench {
    let bench = Bench::new(Recommendations);
    let service = bench.service();
    let engage = bench.engage_service();
    for n in 0..40 {
        bench.source.then(Ok(batch([recommendation("r-1")])));
        let conversation = format!("c-{n}");
        fetch(&service, about(&conversation))
            .await
            .expect("an answer");
        let agent = if n < 38 { "agent-1" } else { "agent-2" };
        let mut raw = RawEngagements {
            conversation_id: RawField::text(Some(&conversation)),
            ..displayed(&["r-1"], agent)
        };
        if n % 4 == 0 {
            raw.events.push(event("r-1", "used", None));
        }
        if n % 20 == 0 {
            raw.events.push(event("r-1", "rated_positive", None));
        }
        engage.engage(raw).await.expect("recorded");
    }
    bench
}

#[tokio::test]
async fn agents_are_told_apart_by_pseudonym_and_small_counts_not_at_all() {
    let bench = two_agents().await;
    let report = report(&bench, Some(By::Agent)).await;
    assert_eq!((report.groups.len(), report.suppressed), (1, 1));
    let group = &report.groups[0];
    let pseudonym = bench
        .pseudonym(agent_assist_domain::person::PersonKind::Agent, "agent-1")
        .await;
    assert_eq!(group.group, Some(pseudonym));
    let Rate {
        count, of, rate, ..
    } = group.engagement.adoption;
    assert_eq!((count, of), (Some(10), 38));
    assert!(rate.is_some());
    assert_eq!(
        group.engagement.rated.count, None,
        "two ratings say who gave them"
    );
    assert_eq!(report.engagement.rated.count, Some(2), "of all it is told");
}

#[tokio::test]
async fn agents_are_told_apart_only_where_that_is_allowed() {
    let bench = two_agents().await;
    let service = ReportService::new(ReportParts {
        tenant: "default".to_owned(),
        trail: bench.audit.clone(),
        ledger: bench.ledger.clone(),
        clock: bench.clock.clone(),
        by_agent: false,
    });
    let query = |by| ReportQuery {
        by: Some(by),
        ..ReportQuery::default()
    };
    let refused = service.report(query(By::Agent)).await;
    assert!(matches!(refused, Err(ReportError::ByAgent)), "{refused:?}");
    for by in By::ALL.into_iter().filter(|by| *by != By::Agent) {
        let report = service.report(query(by)).await.expect("a report");
        let emitted: u64 = report.groups.iter().map(|of| of.engagement.emitted).sum();
        assert_eq!(emitted, 40, "{by:?}");
        assert_eq!(report.engagement.adoption.rate, Some(0.25));
    }
}
