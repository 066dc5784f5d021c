//! The contract of [`EngagementLedger`].

use std::slice::from_ref;

use agent_assist_domain::adoption::{EngagementEvent, ItemKey, LedgerSummary, Recorded};
use agent_assist_domain::ports::{EngagementLedger, LedgerScope};
use agent_assist_domain::time::Timestamp;
use futures_util::FutureExt as _;
use futures_util::future::join_all;

use super::at;
use crate::build::{TENANT, emitted, item, used};

/// Holds an [`EngagementLedger`] to its contract; see [`conformance`](crate::conformance).
#[macro_export]
macro_rules! ledger_conformance {
    ($fresh:expr $(,)?) => {
        $crate::__conformance_cases!(
            ledger,
            $fresh,
            [
                an_event_counts_once_and_the_first_one_stays,
                an_event_id_stays_with_its_item_and_kind,
                a_conflict_keeps_no_other_event_of_its_call_out,
                tenants_may_use_the_same_event_id,
                answers_come_in_the_order_of_the_events,
                an_event_recorded_concurrently_is_new_once,
                a_dropped_record_keeps_all_its_events_or_none,
                an_emission_is_the_earliest_exposure,
                a_use_is_no_emission,
                a_summary_counts_distinct_items_and_conversations,
                a_summary_is_bounded_by_the_time_of_emission,
                a_summary_is_of_one_tenant,
                the_order_of_recording_changes_no_summary,
            ]
        );
    };
    ($fresh:expr, reopen: |$place:ident| $reopen:expr $(,)?) => {
        $crate::ledger_conformance!($fresh);
        $crate::__reopening_cases!(
            ledger,
            $fresh,
            |$place| $reopen,
            [recorded_events_survive_reopening]
        );
    };
}

/// An event is kept once per `event_id`, however often it is recorded.
pub async fn an_event_counts_once_and_the_first_one_stays(ledger: &dyn EngagementLedger) {
    let item = item("c-1", "r-1");
    let first = emitted(&item, at(1));
    let again = emitted(&item, at(0));
    assert_eq!(record(ledger, from_ref(&first)).await, [Recorded::New]);
    assert_eq!(record(ledger, &[again]).await, [Recorded::Replay]);
    assert_eq!(emission(ledger, &item).await, Some(first));

    let usage = used("u-1", &item, at(2));
    assert_eq!(record(ledger, from_ref(&usage)).await, [Recorded::New]);
    assert_eq!(record(ledger, from_ref(&usage)).await, [Recorded::Replay]);
    assert_eq!(summary(ledger, TENANT, None, None).await, counts(1, 1, 1));
}

/// The same `event_id` for another item or kind is a conflict, however often it is tried; nothing
/// changes, and the event it names is still known.
pub async fn an_event_id_stays_with_its_item_and_kind(ledger: &dyn EngagementLedger) {
    let ours = item("c-1", "r-1");
    let kept = used("u-1", &ours, at(2));
    let exposures = [
        emitted(&ours, at(0)),
        emitted(&item("c-2", "r-1"), at(0)),
        emitted(&item("c-1", "r-2"), at(0)),
    ];
    record(ledger, &exposures).await;
    record(ledger, from_ref(&kept)).await;
    let conflicting = [
        used("u-1", &item("c-2", "r-1"), at(1)),
        used("u-1", &item("c-1", "r-2"), at(1)),
        EngagementEvent {
            event_id: "u-1".to_owned(),
            ..emitted(&ours, at(-1))
        },
    ];
    for _ in 0..2 {
        let answers = record(ledger, &conflicting).await;
        assert_eq!(answers, [Recorded::Conflict; 3]);
    }
    assert_eq!(summary(ledger, TENANT, None, None).await, counts(3, 1, 2));
    assert_eq!(emission(ledger, &ours).await, Some(exposures[0].clone()));
    let another_telling = EngagementEvent {
        session_id: "session-2".to_owned(),
        agent_id: None,
        at: at(9),
        ..kept
    };
    assert_eq!(record(ledger, &[another_telling]).await, [Recorded::Replay]);
}

/// All new events of a call are kept, also beside one that conflicts with them or with another.
pub async fn a_conflict_keeps_no_other_event_of_its_call_out(ledger: &dyn EngagementLedger) {
    use Recorded::{Conflict, New, Replay};
    let (a, b) = (item("c-1", "r-1"), item("c-1", "r-2"));
    let events = [
        emitted(&a, at(0)),
        used("u-1", &a, at(1)),
        used("u-1", &b, at(1)),
        emitted(&b, at(0)),
        used("u-2", &b, at(1)),
    ];
    let answers = record(ledger, &events).await;
    assert_eq!(answers, [New, New, Conflict, New, New]);
    let answers = record(ledger, &events).await;
    assert_eq!(answers, [Replay, Replay, Conflict, Replay, Replay]);
    assert_eq!(summary(ledger, TENANT, None, None).await, counts(2, 2, 1));
}

/// Once per tenant: another's events are nobody else's.
pub async fn tenants_may_use_the_same_event_id(ledger: &dyn EngagementLedger) {
    let ours = item("c-1", "r-1");
    let theirs = of_tenant("other", &ours);
    let answers = record(ledger, &[emitted(&ours, at(0)), emitted(&theirs, at(5))]).await;
    assert_eq!(answers, [Recorded::New, Recorded::New]);
    assert_eq!(
        emission(ledger, &theirs).await,
        Some(emitted(&theirs, at(5)))
    );
}

/// One answer for each event, in their order, repeats within the call included.
pub async fn answers_come_in_the_order_of_the_events(ledger: &dyn EngagementLedger) {
    use Recorded::{New, Replay};
    let (known, fresh) = (item("c-1", "r-1"), item("c-1", "r-2"));
    assert_eq!(record(ledger, &[]).await, []);
    record(ledger, &[emitted(&known, at(0))]).await;
    let events = [
        emitted(&fresh, at(1)),
        emitted(&known, at(1)),
        emitted(&fresh, at(2)),
        used("u-1", &fresh, at(3)),
    ];
    assert_eq!(record(ledger, &events).await, [New, Replay, Replay, New]);
    assert_eq!(emission(ledger, &fresh).await, Some(events[0].clone()));
}

/// Of concurrent calls with one event exactly one hears that it was new.
pub async fn an_event_recorded_concurrently_is_new_once(ledger: &dyn EngagementLedger) {
    let events = [used("u-1", &item("c-1", "r-1"), at(0))];
    let answers = join_all((0..16).map(|_| record(ledger, &events))).await;
    let new = answers.iter().filter(|answer| **answer == [Recorded::New]);
    assert_eq!(new.count(), 1);
}

/// `record` keeps all new events of a call or none of them.
pub async fn a_dropped_record_keeps_all_its_events_or_none(ledger: &dyn EngagementLedger) {
    let events: Vec<EngagementEvent> = (0..8)
        .map(|n| emitted(&item("c-1", &format!("r-{n}")), at(n)))
        .collect();
    // Polled once and dropped.
    let _ = ledger.record(&events).now_or_never();
    let answers = record(ledger, &events).await;
    assert!(
        answers.iter().all(|answer| *answer == answers[0]),
        "some were kept and some not: {answers:?}"
    );
}

/// The first exposure by the events' own times, whichever was recorded first.
pub async fn an_emission_is_the_earliest_exposure(ledger: &dyn EngagementLedger) {
    let item = item("c-1", "r-1");
    assert_eq!(emission(ledger, &item).await, None);
    let earliest = emitted(&item, at(1));
    let later = EngagementEvent {
        event_id: "from-another-desktop".to_owned(),
        agent_id: None,
        ..emitted(&item, at(2))
    };
    record(ledger, &[later, earliest.clone()]).await;
    assert_eq!(emission(ledger, &item).await, Some(earliest));
}

/// Something used was not therefore given out by us.
pub async fn a_use_is_no_emission(ledger: &dyn EngagementLedger) {
    let item = item("c-1", "r-1");
    record(ledger, &[used("u-1", &item, at(0))]).await;
    assert_eq!(emission(ledger, &item).await, None);
    assert_eq!(summary(ledger, TENANT, None, None).await, counts(0, 0, 0));
}

/// Many uses of one recommendation are one recommendation used; an item is one conversation's.
pub async fn a_summary_counts_distinct_items_and_conversations(ledger: &dyn EngagementLedger) {
    assert_eq!(summary(ledger, TENANT, None, None).await, counts(0, 0, 0));
    let (a, b, c) = (item("c-1", "r-1"), item("c-1", "r-2"), item("c-2", "r-1"));
    let events = [
        emitted(&a, at(0)),
        emitted(&b, at(0)),
        emitted(&c, at(0)),
        used("u-1", &a, at(1)),
        used("u-2", &a, at(2)),
        used("u-3", &item("c-2", "never-shown"), at(3)),
    ];
    record(ledger, &events).await;
    assert_eq!(summary(ledger, TENANT, None, None).await, counts(3, 1, 2));
}

/// Bounds apply to the emission, `since` inclusive, `until` not; uses count whenever they were.
pub async fn a_summary_is_bounded_by_the_time_of_emission(ledger: &dyn EngagementLedger) {
    let (early, late) = (item("c-1", "r-1"), item("c-2", "r-2"));
    let events = [
        emitted(&early, at(10)),
        emitted(&late, at(20)),
        used("u-1", &early, at(99)),
        used("u-2", &late, at(5)),
    ];
    record(ledger, &events).await;
    let cases = [
        (None, None, counts(2, 2, 2)),
        (Some(10), Some(20), counts(1, 1, 1)),
        (Some(11), None, counts(1, 1, 1)),
        (None, Some(10), counts(0, 0, 0)),
        (Some(20), Some(21), counts(1, 1, 1)),
        (Some(21), None, counts(0, 0, 0)),
    ];
    for (since, until, expected) in cases {
        let counted = summary(ledger, TENANT, since.map(at), until.map(at)).await;
        assert_eq!(counted, expected, "since {since:?} until {until:?}");
    }
}

/// Nobody is measured by another's agents.
pub async fn a_summary_is_of_one_tenant(ledger: &dyn EngagementLedger) {
    let ours = item("c-1", "r-1");
    let theirs = of_tenant("other", &ours);
    let events = [emitted(&ours, at(0)), used("u-1", &theirs, at(1))];
    record(ledger, &events).await;
    assert_eq!(summary(ledger, TENANT, None, None).await, counts(1, 0, 1));
    assert_eq!(summary(ledger, "other", None, None).await, counts(0, 0, 0));
}

/// Events of several desktops arrive in any order; every order of five gives one summary, also
/// when half of them are sent twice. Each order plays in a tenant of its own.
pub async fn the_order_of_recording_changes_no_summary(ledger: &dyn EngagementLedger) {
    let orders = orders_of_five();
    assert_eq!(orders.len(), 120);
    for (n, order) in orders.iter().enumerate() {
        let tenant = format!("order-{n}");
        let (a, b) = (item("c-1", "r-1"), item("c-2", "r-1"));
        let (a, b) = (of_tenant(&tenant, &a), of_tenant(&tenant, &b));
        let events = [
            emitted(&a, at(1)),
            EngagementEvent {
                event_id: "from-another-desktop".to_owned(),
                ..emitted(&a, at(9))
            },
            emitted(&b, at(2)),
            used("u-1", &a, at(3)),
            used("u-2", &a, at(4)),
        ];
        let shuffled: Vec<EngagementEvent> = order.iter().map(|n| events[*n].clone()).collect();
        record(ledger, &shuffled[..3]).await;
        record(ledger, &shuffled[1..]).await;
        assert_eq!(
            summary(ledger, &tenant, None, Some(at(5))).await,
            counts(2, 1, 2),
            "recorded in the order {order:?}"
        );
    }
}

/// What was answered is durable.
pub async fn recorded_events_survive_reopening<L: EngagementLedger>(
    ledger: L,
    reopen: impl AsyncFn() -> L,
) {
    let item = item("c-1", "r-1");
    let events = [emitted(&item, at(0)), used("u-1", &item, at(1))];
    record(&ledger, &events).await;
    drop(ledger);
    let ledger = reopen().await;
    assert_eq!(emission(&ledger, &item).await, Some(events[0].clone()));
    assert_eq!(record(&ledger, &events).await, [Recorded::Replay; 2]);
    assert_eq!(summary(&ledger, TENANT, None, None).await, counts(1, 1, 1));
}

/// Every order of 0, 1, 2, 3, 4.
fn orders_of_five() -> Vec<Vec<usize>> {
    (0..5).fold(vec![Vec::new()], |orders, next| {
        let insert_everywhere = |order: Vec<usize>| {
            (0..=order.len()).map(move |position| {
                let mut longer = order.clone();
                longer.insert(position, next);
                longer
            })
        };
        orders.into_iter().flat_map(insert_everywhere).collect()
    })
}

fn of_tenant(tenant: &str, item: &ItemKey) -> ItemKey {
    ItemKey {
        tenant: tenant.to_owned(),
        ..item.clone()
    }
}

fn counts(emitted: u64, used: u64, conversations: u64) -> LedgerSummary {
    LedgerSummary {
        emitted,
        used,
        conversations,
    }
}

async fn record(ledger: &dyn EngagementLedger, events: &[EngagementEvent]) -> Vec<Recorded> {
    ledger.record(events).await.expect("record")
}

async fn emission(ledger: &dyn EngagementLedger, item: &ItemKey) -> Option<EngagementEvent> {
    ledger.emission(item).await.expect("emission")
}

async fn summary(
    ledger: &dyn EngagementLedger,
    tenant: &str,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
) -> LedgerSummary {
    let scope = LedgerScope {
        tenant: tenant.to_owned(),
        since,
        until,
    };
    ledger.summarise(&scope).await.expect("summarise")
}
