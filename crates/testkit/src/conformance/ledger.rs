//! The contract of [`EngagementLedger`].

use std::collections::BTreeMap;
use std::slice::from_ref;

use agent_assist_domain::adoption::progress::LATEST_US;
use agent_assist_domain::adoption::{
    By, EngagementEvent, EngagementKind, Exposure, Group, Item, ItemKey, LedgerScope, Progress,
    Recorded, STALE, Tally,
};
use agent_assist_domain::ports::EngagementLedger;
use agent_assist_domain::recommendation::{Kind, Origin};
use agent_assist_domain::time::Timestamp;
use futures_util::FutureExt as _;
use futures_util::future::join_all;

use super::at;
use crate::build::{TENANT, engaged, exposed, item, used};

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
                an_exposure_is_the_earliest_whole,
                what_was_only_used_is_no_item,
                an_item_tells_all_that_happened_to_it,
                it_counts_for_the_agent_who_saw_it_first,
                every_kind_counts_as_the_domain_counts_it,
                conversations_are_counted_apart,
                items_are_counted_apart_by_what_was_asked,
                counts_are_bounded_by_the_time_of_emission,
                counts_are_of_one_tenant,
                the_order_of_recording_changes_no_count,
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
    expose(ledger, &[exposed(&item, at(0))]).await;
    let usage = used("u-1", &item, at(2));
    assert_eq!(record(ledger, from_ref(&usage)).await, [Recorded::New]);
    assert_eq!(record(ledger, from_ref(&usage)).await, [Recorded::Replay]);
    let tally = whole(ledger, TENANT).await;
    assert_eq!((tally.emitted, tally.adopted), (1, 1));
}

/// The same `event_id` for another item or kind is a conflict, however often it is tried; nothing
/// changes, and the event it names is still known.
pub async fn an_event_id_stays_with_its_item_and_kind(ledger: &dyn EngagementLedger) {
    let ours = item("c-1", "r-1");
    let kept = used("u-1", &ours, at(2));
    let items = [ours.clone(), item("c-2", "r-1"), item("c-1", "r-2")];
    expose(ledger, &items.each_ref().map(|item| exposed(item, at(0)))).await;
    record(ledger, from_ref(&kept)).await;
    let conflicting = [
        used("u-1", &item("c-2", "r-1"), at(1)),
        used("u-1", &item("c-1", "r-2"), at(1)),
        engaged("u-1", EngagementKind::Dismissed, &ours, at(1)),
    ];
    for _ in 0..2 {
        let answers = record(ledger, &conflicting).await;
        assert_eq!(answers, [Recorded::Conflict; 3]);
    }
    let tally = whole(ledger, TENANT).await;
    assert_eq!((tally.emitted, tally.adopted, tally.dismissed), (3, 1, 0));
    let another_telling = EngagementEvent {
        session_id: "session-2".to_owned(),
        agent_id: None,
        at: at(9),
        client_at: Some(at(8)),
        ..kept
    };
    assert_eq!(record(ledger, &[another_telling]).await, [Recorded::Replay]);
}

/// All new events of a call are kept, also beside one that conflicts with them or with another.
pub async fn a_conflict_keeps_no_other_event_of_its_call_out(ledger: &dyn EngagementLedger) {
    use Recorded::{Conflict, New, Replay};
    let (a, b) = (item("c-1", "r-1"), item("c-1", "r-2"));
    expose(ledger, &[exposed(&a, at(0)), exposed(&b, at(0))]).await;
    let events = [
        used("u-1", &a, at(1)),
        used("u-1", &b, at(1)),
        used("u-2", &b, at(1)),
    ];
    assert_eq!(record(ledger, &events).await, [New, Conflict, New]);
    assert_eq!(record(ledger, &events).await, [Replay, Conflict, Replay]);
    assert_eq!(whole(ledger, TENANT).await.adopted, 2);
}

/// Once per tenant: another's events are nobody else's.
pub async fn tenants_may_use_the_same_event_id(ledger: &dyn EngagementLedger) {
    let ours = item("c-1", "r-1");
    let theirs = of_tenant("other", &ours);
    let answers = record(
        ledger,
        &[used("u-1", &ours, at(0)), used("u-1", &theirs, at(5))],
    )
    .await;
    assert_eq!(answers, [Recorded::New, Recorded::New]);
}

/// One answer for each event, in their order, repeats within the call included.
pub async fn answers_come_in_the_order_of_the_events(ledger: &dyn EngagementLedger) {
    use Recorded::{New, Replay};
    let item = item("c-1", "r-1");
    assert_eq!(record(ledger, &[]).await, []);
    record(ledger, &[used("u-1", &item, at(0))]).await;
    let events = [
        used("u-2", &item, at(1)),
        used("u-1", &item, at(1)),
        used("u-2", &item, at(2)),
        used("u-3", &item, at(3)),
    ];
    assert_eq!(record(ledger, &events).await, [New, Replay, Replay, New]);
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
        .map(|n| used(&format!("u-{n}"), &item("c-1", &format!("r-{n}")), at(n)))
        .collect();
    // Polled once and dropped.
    let _ = ledger.record(&events).now_or_never();
    let answers = record(ledger, &events).await;
    assert!(
        answers.iter().all(|answer| *answer == answers[0]),
        "some were kept and some not: {answers:?}"
    );
}

/// The first exposure by its own time, whichever was recorded first, with all that it says.
pub async fn an_exposure_is_the_earliest_whole(ledger: &dyn EngagementLedger) {
    let item = item("c-1", "r-1");
    assert_eq!(look_up(ledger, &item).await, None);
    let earliest = exposed(&item, at(1));
    let later = Exposure {
        session_id: "another-desktop".to_owned(),
        agent_id: None,
        queue_id: None,
        trigger_id: "another trigger".to_owned(),
        kind: Kind::Script,
        origin: Origin::KnowledgeSearch,
        stale: true,
        document_id: None,
        ..exposed(&item, at(2))
    };
    let latest = exposed(&item, at(3));
    for exposure in [later, earliest.clone(), latest] {
        expose(ledger, &[exposure]).await;
    }
    let found = look_up(ledger, &item).await.expect("an item");
    assert_eq!(found.exposure, earliest);
}

/// Something used was not therefore given out by us; once it was, the use counts.
pub async fn what_was_only_used_is_no_item(ledger: &dyn EngagementLedger) {
    let item = item("c-1", "r-1");
    record(ledger, &[used("u-1", &item, at(5))]).await;
    assert_eq!(look_up(ledger, &item).await, None);
    assert_eq!(whole(ledger, TENANT).await, Tally::default());
    expose(ledger, &[exposed(&item, at(0))]).await;
    assert_eq!(whole(ledger, TENANT).await.adopted, 1);
}

/// What happened to an item is all that was told of it.
pub async fn an_item_tells_all_that_happened_to_it(ledger: &dyn EngagementLedger) {
    let item = item("c-1", "r-1");
    let told = [
        (EngagementKind::Displayed, at(1)),
        (EngagementKind::RatedPositive, at(5)),
        (EngagementKind::RatedNegative, at(9)),
        (EngagementKind::Copied, at(4)),
    ];
    expose(ledger, &[exposed(&item, at(0))]).await;
    for (n, (kind, at)) in told.into_iter().enumerate() {
        let event = engaged(&format!("e-{n}"), kind, &item, at);
        record(ledger, &[event]).await;
    }
    let found = look_up(ledger, &item).await.expect("an item");
    let emitted = (EngagementKind::Emitted, at(0));
    let progress = Progress::of(told.into_iter().chain([emitted]));
    let summary = |progress: &Progress| {
        let seen = (
            progress.is_displayed(),
            progress.is_opened(),
            progress.is_adopted(),
        );
        (seen, progress.is_dismissed(), progress.rating())
    };
    assert_eq!(summary(&found.progress), summary(&progress));
    assert_eq!(found.progress.rating(), Some(false));
}

/// An item is counted as of the agent to whom it was displayed first; who used it later took it over.
pub async fn it_counts_for_the_agent_who_saw_it_first(ledger: &dyn EngagementLedger) {
    let item = item("c-1", "r-1");
    let by = |agent: Option<&str>, kind, id: &str, second| EngagementEvent {
        agent_id: agent.map(str::to_owned),
        ..engaged(id, kind, &item, at(second))
    };
    let given_out = Exposure {
        agent_id: Some("agent-0".to_owned()),
        ..exposed(&item, at(0))
    };
    expose(ledger, &[given_out]).await;
    let of = async || {
        let found = look_up(ledger, &item).await.expect("an item");
        found.agent_id().map(str::to_owned)
    };
    assert_eq!(of().await.as_deref(), Some("agent-0"));
    let events = [
        by(Some("agent-2"), EngagementKind::Displayed, "e-2", 20),
        by(Some("agent-1"), EngagementKind::Displayed, "e-1", 10),
        by(None, EngagementKind::Displayed, "e-0", 5),
        by(Some("agent-3"), EngagementKind::Copied, "e-3", 7),
    ];
    record(ledger, &events).await;
    assert_eq!(of().await.as_deref(), Some("agent-1"));
    let groups = groups(ledger, By::Agent).await;
    assert_eq!(groups.keys().collect::<Vec<_>>(), [&named("agent-1")]);
}

/// Whatever is told of an item, alone or behind a display, and whether its time has passed or not,
/// counts as in [`Tally`].
pub async fn every_kind_counts_as_the_domain_counts_it(ledger: &dyn EngagementLedger) {
    let long_after = at(2 * LATEST_US / 1_000_000);
    for (n, kind) in EngagementKind::ALL.into_iter().enumerate() {
        if kind == EngagementKind::Emitted {
            continue;
        }
        for displayed in [false, true] {
            let tenant = format!("{n}-{displayed}");
            let item = of_tenant(&tenant, &item("c-1", "r-1"));
            let mut told = vec![(EngagementKind::Emitted, at(0)), (kind, at(2))];
            let mut events = vec![engaged("e-1", kind, &item, at(2))];
            if displayed {
                told.push((EngagementKind::Displayed, at(1)));
                events.push(engaged("e-2", EngagementKind::Displayed, &item, at(1)));
            }
            record(ledger, &events).await;
            expose(ledger, &[exposed(&item, at(0))]).await;
            for now in [at(3), long_after] {
                let progress = Progress::of(told.iter().copied());
                let expected = Tally::of([("t", &progress)], now);
                let scope = scope(&tenant, now);
                assert_eq!(
                    sum(ledger, &scope).await,
                    expected,
                    "{kind:?} {displayed} {now:?}"
                );
            }
        }
    }
}

/// One tally for each conversation, triggers counted once in each.
pub async fn conversations_are_counted_apart(ledger: &dyn EngagementLedger) {
    assert_eq!(tallies(ledger, &scope(TENANT, at(9)), None).await, []);
    let on = |conversation: &str, recommendation: &str, trigger: &str| Exposure {
        trigger_id: trigger.to_owned(),
        ..exposed(&item(conversation, recommendation), at(0))
    };
    let exposures = [
        on("c-1", "r-1", "t-1"),
        on("c-1", "r-2", "t-1"),
        on("c-1", "r-3", "t-2"),
        on("c-2", "r-1", "t-1"),
    ];
    expose(ledger, &exposures).await;
    let shown = ["r-1", "r-2", "r-3"].map(|r| {
        engaged(
            &format!("d-{r}"),
            EngagementKind::Displayed,
            &item("c-1", r),
            at(1),
        )
    });
    record(ledger, &shown).await;
    record(ledger, &[used("u-1", &item("c-1", "r-2"), at(2))]).await;
    let mut tallies = tallies(ledger, &scope(TENANT, at(9)), None).await;
    tallies.sort_by(|one, other| one.1.cmp(&other.1));
    let first = Tally {
        emitted: 3,
        displayed: 3,
        adopted: 1,
        triggers_displayed: 2,
        triggers_adopted: 1,
        ..Tally::default()
    };
    let second = Tally {
        emitted: 1,
        ..Tally::default()
    };
    let expected = [(Group::All, "c-1", first), (Group::All, "c-2", second)];
    assert_eq!(
        tallies,
        expected.map(|(group, id, tally)| (group, id.to_owned(), tally))
    );
}

/// Each item is in exactly one group of everything that it can be counted by.
pub async fn items_are_counted_apart_by_what_was_asked(ledger: &dyn EngagementLedger) {
    let known = Exposure {
        kind: Kind::Faq,
        origin: Origin::FallbackSources,
        ..exposed(&item("c-1", "r-1"), at(0))
    };
    let unknown = Exposure {
        agent_id: None,
        queue_id: None,
        document_id: None,
        ..exposed(&item("c-1", "r-2"), at(30 * 60 * 60))
    };
    let late = Exposure {
        stale: true,
        ..exposed(&item("c-1", "r-3"), at(0))
    };
    let exposures = [known, unknown, late];
    expose(ledger, &exposures).await;
    for by in By::ALL {
        let mut expected = BTreeMap::new();
        for exposure in &exposures {
            let item = Item {
                exposure: exposure.clone(),
                displayed_to: None,
                progress: Progress::default(),
            };
            *expected.entry(Group::of(Some(by), &item)).or_default() += 1;
        }
        assert!(expected.len() > 1, "{by:?}");
        assert_eq!(groups(ledger, by).await, expected, "{by:?}");
    }
    let late = groups(ledger, By::Origin).await.remove(&named(STALE));
    assert_eq!(late, Some(1), "whatever brought it");
}

/// Bounds apply to the emission, `since` inclusive, `until` not; uses count whenever they were.
pub async fn counts_are_bounded_by_the_time_of_emission(ledger: &dyn EngagementLedger) {
    let (early, late) = (item("c-1", "r-1"), item("c-2", "r-2"));
    expose(ledger, &[exposed(&early, at(10)), exposed(&late, at(20))]).await;
    record(
        ledger,
        &[used("u-1", &early, at(99)), used("u-2", &late, at(21))],
    )
    .await;
    let cases = [
        (None, None, None, 2),
        (Some(10), Some(20), None, 1),
        (Some(11), None, None, 1),
        (None, Some(10), None, 0),
        (Some(20), Some(21), None, 1),
        (Some(21), None, None, 0),
        (None, None, Some("c-1"), 1),
        (Some(11), None, Some("c-1"), 0),
        (None, None, Some("c-3"), 0),
    ];
    for (since, until, conversation, expected) in cases {
        let scope = LedgerScope {
            since: since.map(at),
            until: until.map(at),
            conversation_id: conversation.map(str::to_owned),
            ..scope(TENANT, at(100))
        };
        let tally = sum(ledger, &scope).await;
        assert_eq!(
            (tally.emitted, tally.adopted),
            (expected, expected),
            "{scope:?}"
        );
    }
}

/// Nobody is measured by another's agents.
pub async fn counts_are_of_one_tenant(ledger: &dyn EngagementLedger) {
    let ours = item("c-1", "r-1");
    let theirs = of_tenant("other", &ours);
    expose(ledger, &[exposed(&ours, at(0))]).await;
    record(ledger, &[used("u-1", &theirs, at(1))]).await;
    assert_eq!(whole(ledger, TENANT).await.emitted, 1);
    assert_eq!(whole(ledger, TENANT).await.adopted, 0);
    assert_eq!(whole(ledger, "other").await, Tally::default());
}

/// Events of several desktops arrive in any order; every order of five gives one count, also
/// when half of them are sent twice. Each order plays in a tenant of its own.
pub async fn the_order_of_recording_changes_no_count(ledger: &dyn EngagementLedger) {
    let orders = orders_of_five();
    assert_eq!(orders.len(), 120);
    for (n, order) in orders.iter().enumerate() {
        let tenant = format!("order-{n}");
        let (a, b) = (item("c-1", "r-1"), item("c-2", "r-1"));
        let (a, b) = (of_tenant(&tenant, &a), of_tenant(&tenant, &b));
        let exposures = [exposed(&a, at(1)), exposed(&a, at(9)), exposed(&b, at(2))];
        let rated = EngagementKind::RatedPositive;
        let events = [
            engaged("e-1", rated, &a, at(3)),
            engaged("e-2", EngagementKind::RatedNegative, &a, at(4)),
        ];
        let tell = async |places: &[usize]| {
            for place in places {
                match (exposures.get(*place), events.get(place.wrapping_sub(3))) {
                    (Some(exposure), _) => expose(ledger, from_ref(exposure)).await,
                    (None, Some(event)) => drop(record(ledger, from_ref(event)).await),
                    (None, None) => unreachable!("there are five"),
                }
            }
        };
        tell(&order[..3]).await;
        tell(&order[1..]).await;
        let scope = LedgerScope {
            until: Some(at(5)),
            ..scope(&tenant, at(9))
        };
        let expected = Tally {
            emitted: 2,
            displayed: 1,
            rated: 1,
            triggers_displayed: 1,
            ..Tally::default()
        };
        assert_eq!(
            sum(ledger, &scope).await,
            expected,
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
    let exposure = exposed(&item, at(0));
    expose(&ledger, from_ref(&exposure)).await;
    let events = [used("u-1", &item, at(1))];
    record(&ledger, &events).await;
    drop(ledger);
    let ledger = reopen().await;
    let found = look_up(&ledger, &item).await.expect("an item");
    assert_eq!(found.exposure, exposure);
    assert_eq!(record(&ledger, &events).await, [Recorded::Replay]);
    assert_eq!(whole(&ledger, TENANT).await.adopted, 1);
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

fn named(name: &str) -> Group {
    Group::Named(name.to_owned())
}

fn scope(tenant: &str, now: Timestamp) -> LedgerScope {
    LedgerScope {
        tenant: tenant.to_owned(),
        since: None,
        until: None,
        conversation_id: None,
        now,
    }
}

async fn expose(ledger: &dyn EngagementLedger, exposures: &[Exposure]) {
    ledger.expose(exposures.to_vec()).await.expect("expose");
}

async fn record(ledger: &dyn EngagementLedger, events: &[EngagementEvent]) -> Vec<Recorded> {
    ledger.record(events).await.expect("record")
}

async fn look_up(ledger: &dyn EngagementLedger, item: &ItemKey) -> Option<Item> {
    ledger.item(item).await.expect("an answer")
}

async fn tallies(
    ledger: &dyn EngagementLedger,
    scope: &LedgerScope,
    by: Option<By>,
) -> Vec<(Group, String, Tally)> {
    let tallies = ledger.tallies(scope, by).await.expect("tallies");
    tallies
        .into_iter()
        .map(|one| (one.group, one.conversation_id, one.tally))
        .collect()
}

/// How many were emitted in each group.
async fn groups(ledger: &dyn EngagementLedger, by: By) -> BTreeMap<Group, u64> {
    let mut groups = BTreeMap::new();
    for (group, _, tally) in tallies(ledger, &scope(TENANT, at(1)), Some(by)).await {
        *groups.entry(group).or_default() += tally.emitted;
    }
    groups
}

/// All of `scope` together.
async fn sum(ledger: &dyn EngagementLedger, scope: &LedgerScope) -> Tally {
    let mut sum = Tally::default();
    for (_, _, tally) in tallies(ledger, scope, None).await {
        sum += tally;
    }
    sum
}

async fn whole(ledger: &dyn EngagementLedger, tenant: &str) -> Tally {
    sum(ledger, &scope(tenant, at(9))).await
}
