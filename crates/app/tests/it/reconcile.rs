//! The upstream's counts beside ours: what is asked, and what is known of the difference.

use std::sync::Arc;
use std::time::Duration;

use agent_assist_app::reconcile::{
    ReconcileError, ReconcileParts, ReconcileService, Reconciliation,
};
use agent_assist_domain::adoption::{EngagementKind, Exposure, Measure, UpstreamCount};
use agent_assist_domain::outbox::OutboxItem;
use agent_assist_domain::ports::{
    Clock as _, EngagementLedger as _, MockUpstreamCounts, Outbox as _, SourceError,
    SourceErrorKind,
};
use agent_assist_domain::recommendation::{Kind, Origin};
use agent_assist_domain::time::{Deadline, Timestamp};
use agent_assist_testkit::ManualClock;
use agent_assist_testkit::build::{CONVERSATION, TENANT, engaged, exposed, item};
use agent_assist_testkit::memory::{MemoryLedger, MemoryOutbox};
use tokio::time::Instant;

const HOUR: Duration = Duration::from_secs(3_600);

/// Two searches and a script given out an hour ago, the script past its time, one of each copied; what waits to be told; and an
/// upstream that has counted `theirs`.
async fn compare(
    theirs: Result<Vec<UpstreamCount>, SourceErrorKind>,
    told: bool,
) -> Result<Reconciliation, ReconcileError> {
    let (ledger, outbox) = (
        Arc::new(MemoryLedger::default()),
        Arc::new(MemoryOutbox::default()),
    );
    let given = |name: &str, kind, origin| Exposure {
        kind,
        origin,
        ..exposed(&item(CONVERSATION, name), ManualClock::START)
    };
    let exposures = [
        given("search", Kind::KnowledgeSearch, Origin::Upstream),
        given("found", Kind::KnowledgeSearch, Origin::KnowledgeSearch),
        Exposure {
            stale: true,
            ..given("script", Kind::Script, Origin::Upstream)
        },
    ];
    ledger.expose(exposures.to_vec()).await.expect("exposed");
    let copied = ["search", "script"].map(|name| {
        let item = item(CONVERSATION, name);
        engaged(name, EngagementKind::Copied, &item, ManualClock::START)
    });
    ledger.record(&copied).await.expect("recorded");
    let waiting = OutboxItem {
        id: "1".to_owned(),
        lane: String::new(),
        at: ManualClock::START,
        body: String::new(),
    };
    let destination = format!("{TENANT}/upstream");
    outbox
        .enqueue(&destination, &[waiting], None)
        .await
        .expect("kept");
    let clock = ManualClock::at(ManualClock::START.plus(2 * HOUR));
    let now = clock.now();
    let mut counts = MockUpstreamCounts::new();
    counts
        .expect_counts()
        .withf(move |since: &Timestamp, until: &Timestamp, _| {
            (*since, *until) == (ManualClock::START, now)
        })
        .returning(move |_, _, _| theirs.clone().map_err(SourceError::new));
    let service = ReconcileService::new(ReconcileParts {
        tenant: TENANT.to_owned(),
        ledger,
        outbox,
        counts: Arc::new(counts),
        told,
        clock: Arc::new(clock),
    });
    let deadline = Deadline::at((Instant::now() + HOUR).into_std());
    service.reconcile(ManualClock::START, None, deadline).await
}

#[tokio::test]
async fn each_difference_is_told_with_what_is_known_to_explain_it() {
    let theirs = |kind, measure, suggestions| UpstreamCount {
        kind,
        measure,
        suggestions,
    };
    let compared = compare(
        Ok(vec![
            theirs(Some(Kind::KnowledgeSearch), Measure::Suggestions, 1),
            theirs(Some(Kind::KnowledgeSearch), Measure::Copied, 1),
            theirs(Some(Kind::Script), Measure::Suggestions, 1),
            theirs(None, Measure::Suggestions, 2),
        ]),
        true,
    );
    let compared = compared.await.expect("compared");
    assert!(compared.told && !compared.agrees);
    assert_eq!(compared.until_ms - compared.since_ms, 7_200_000);
    let rows: Vec<String> = compared
        .counts
        .iter()
        .map(|count| {
            let kind = count.kind.unwrap_or("unknown");
            let because = count.reasons.join(", ");
            let (ours, theirs) = (count.ours, count.theirs);
            let told = format!("{kind} {}: {ours} and {theirs} {because}", count.measure);
            told.trim_end().to_owned()
        })
        .collect();
    insta::assert_snapshot!(rows.join("\n"), @r"
    unknown suggestions: 0 and 2 not_given_out
    knowledge_search suggestions: 2 and 1 fallbacks, lag
    knowledge_search copied: 1 and 1
    script suggestions: 1 and 1
    script copied: 1 and 0 waiting, fallbacks, lag
    ");
}

#[tokio::test]
async fn nothing_is_compared_with_counts_that_are_not_to_be_had() {
    let refused = compare(Err(SourceErrorKind::Forbidden), false).await;
    let Err(ReconcileError::Upstream(error)) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(error.kind(), SourceErrorKind::Forbidden);
}
