//! The contract of [`Outbox`].

use std::collections::BTreeSet;

use agent_assist_domain::outbox::{
    Enqueued, Held, LeaseTerms, Leased, OutboxItem, Outcome, Standing, Taken, Ticket,
};
use agent_assist_domain::ports::Outbox;
use futures_util::FutureExt as _;
use futures_util::future::join_all;

use super::at;

/// Holds an [`Outbox`] to its contract; see [`conformance`](crate::conformance).
#[macro_export]
macro_rules! outbox_conformance {
    ($fresh:expr $(,)?) => {
        $crate::__conformance_cases!(
            outbox,
            $fresh,
            [
                an_unused_destination_is_empty,
                items_come_in_order_with_every_field_and_a_delivered_one_never_again,
                an_item_that_is_there_is_not_kept_again,
                destinations_do_not_see_each_other,
                a_lease_keeps_others_away_until_it_runs_out,
                an_outcome_under_an_older_ticket_changes_nothing,
                an_item_that_waits_for_its_retry_holds_back_its_lane_only,
                what_was_returned_is_due_as_before,
                a_dead_item_lets_the_next_pass_and_comes_back_before_it_when_redriven,
                items_and_cursor_move_together_or_not_at_all,
                a_destination_that_is_held_gives_out_nothing,
                the_time_of_failing_runs_from_the_first_failure_to_the_next_delivery,
                of_concurrent_leases_each_item_goes_to_one,
                of_concurrent_hand_overs_one_is_kept,
                a_dropped_call_is_whole_or_absent,
            ]
        );
    };
    ($fresh:expr, reopen: |$place:ident| $reopen:expr $(,)?) => {
        $crate::outbox_conformance!($fresh);
        $crate::__reopening_cases!(
            outbox,
            $fresh,
            |$place| $reopen,
            [everything_survives_reopening]
        );
    };
}

const TO: &str = "webhook/crm";

/// Nobody has to announce a destination.
pub async fn an_unused_destination_is_empty(outbox: &dyn Outbox) {
    assert_eq!(standing(outbox).await, Standing::default());
    assert_eq!(lease(outbox, 0, 9).await, []);
    assert_eq!(outbox.dead(TO, 0, 9).await.expect("dead"), []);
    assert_eq!(outbox.redrive(TO, &[], at(0)).await.expect("redrive"), 0);
    assert!(!outbox.resume(TO).await.expect("resume"));
}

/// Every field comes back, also where texts are unusual.
pub async fn items_come_in_order_with_every_field_and_a_delivered_one_never_again(
    outbox: &dyn Outbox,
) {
    let odd = OutboxItem {
        id: "\u{1f600} 'quoted' \"".into(),
        lane: "another | lane".into(),
        at: at(-5),
        body: "{\"a\":\"\u{2028}\"}".repeat(2_000),
    };
    let items = [item("b", ""), odd, item("a", ""), item("c", "")];
    assert_eq!(enqueue(outbox, &items).await, Enqueued::Kept(4));
    let first = lease(outbox, 0, 3).await;
    let given: Vec<OutboxItem> = first.iter().map(|leased| leased.item.clone()).collect();
    assert_eq!(given, items[..3]);
    assert!(
        first
            .iter()
            .all(|leased| leased.attempts == 0 && !leased.unsettled)
    );
    let positions: Vec<u64> = first.iter().map(|leased| leased.ticket.position).collect();
    assert!(positions.is_sorted() && positions[0] < positions[1]);
    let found = standing(outbox).await;
    assert_eq!(
        (found.waiting, found.dead, found.oldest),
        (4, 0, Some(at(-5)))
    );
    let outcomes: Vec<_> = first
        .iter()
        .map(|leased| (leased.ticket, Outcome::Delivered))
        .collect();
    assert_eq!(settle(outbox, 1, &outcomes).await, [true; 3]);
    assert_eq!(ids(&lease(outbox, 1_000_000, 9).await), ["c"]);
    assert_eq!(standing(outbox).await.waiting, 1);
}

/// Twice in one call, in two calls, and dead: kept once. Delivered: forgotten.
pub async fn an_item_that_is_there_is_not_kept_again(outbox: &dyn Outbox) {
    let (a, b) = (item("a", ""), item("b", ""));
    assert_eq!(
        enqueue(outbox, &[a.clone(), a.clone()]).await,
        Enqueued::Kept(1)
    );
    let other = OutboxItem {
        body: "other".into(),
        ..a.clone()
    };
    assert_eq!(enqueue(outbox, &[other, b]).await, Enqueued::Kept(1));
    let leased = lease(outbox, 0, 9).await;
    assert_eq!(leased[0].item, a);
    let dead = Outcome::Dead {
        why: "status 400".into(),
    };
    settle(
        outbox,
        0,
        &[
            (leased[0].ticket, dead),
            (leased[1].ticket, Outcome::Delivered),
        ],
    )
    .await;
    let again = [a, item("b", "")];
    assert_eq!(
        enqueue(outbox, &again).await,
        Enqueued::Kept(1),
        "b was delivered, a is dead"
    );
}

/// Neither items nor cursors nor holds.
pub async fn destinations_do_not_see_each_other(outbox: &dyn Outbox) {
    enqueue(outbox, &[item("a", "")]).await;
    let taken = Some(Taken {
        after: None,
        upto: 7,
    });
    let theirs = outbox.enqueue("other", &[item("a", "")], taken).await;
    assert_eq!(theirs.expect("enqueue"), Enqueued::Kept(1));
    outbox.hold("other", at(0), "gone").await.expect("hold");
    assert_eq!(ids(&lease(outbox, 0, 9).await), ["a"]);
    assert_eq!(standing(outbox).await.cursor, None);
    let other = outbox.standing("other").await.expect("standing");
    assert_eq!((other.waiting, other.cursor), (1, Some(7)));
}

/// A deliverer that died loses its turn, and the next one is told that nobody knows what it did.
pub async fn a_lease_keeps_others_away_until_it_runs_out(outbox: &dyn Outbox) {
    enqueue(outbox, &[item("a", ""), item("b", "")]).await;
    let first = lease(outbox, 0, 1).await;
    assert_eq!(ids(&first), ["a"]);
    assert_eq!(lease(outbox, 0, 9).await, [], "b is behind a");
    assert_eq!(standing(outbox).await.next_due, Some(at(LEASE)));
    let second = lease(outbox, LEASE, 9).await;
    assert_eq!(ids(&second), ["a", "b"]);
    assert_eq!(
        second
            .iter()
            .map(|leased| leased.unsettled)
            .collect::<Vec<_>>(),
        [true, false]
    );
    assert!(second[0].ticket.lease > first[0].ticket.lease);
}

/// Whoever lost its turn changes nothing any more, twice settled least of all.
pub async fn an_outcome_under_an_older_ticket_changes_nothing(outbox: &dyn Outbox) {
    enqueue(outbox, &[item("a", "")]).await;
    let old = lease(outbox, 0, 1).await[0].ticket;
    let new = lease(outbox, LEASE, 1).await[0].ticket;
    for outcome in [
        Outcome::Delivered,
        Outcome::Retry {
            at: at(0),
            why: "status 500".into(),
        },
        Outcome::Dead {
            why: "status 400".into(),
        },
        Outcome::Returned,
    ] {
        assert_eq!(settle(outbox, LEASE, &[(old, outcome)]).await, [false]);
    }
    assert_eq!(standing(outbox).await.failing_since, None);
    assert_eq!(
        settle(outbox, LEASE, &[(new, Outcome::Returned)]).await,
        [true]
    );
    assert_eq!(
        settle(outbox, LEASE, &[(new, Outcome::Delivered)]).await,
        [false],
        "settled"
    );
    assert_eq!(lease(outbox, LEASE, 1).await.len(), 1);
}

/// Order holds within a lane; others go on.
pub async fn an_item_that_waits_for_its_retry_holds_back_its_lane_only(outbox: &dyn Outbox) {
    let items = [
        item("x1", "x"),
        item("y1", "y"),
        item("x2", "x"),
        item("y2", "y"),
    ];
    enqueue(outbox, &items).await;
    let leased = lease(outbox, 0, 2).await;
    assert_eq!(ids(&leased), ["x1", "y1"]);
    let retry = Outcome::Retry {
        at: at(60),
        why: "status 503".into(),
    };
    settle(
        outbox,
        0,
        &[
            (leased[0].ticket, retry),
            (leased[1].ticket, Outcome::Delivered),
        ],
    )
    .await;
    let rest = lease(outbox, 1, 9).await;
    assert_eq!(ids(&rest), ["y2"]);
    assert_eq!(standing(outbox).await.next_due, Some(at(60)));
    assert_eq!(lease(outbox, 59, 9).await, []);
    let due = lease(outbox, 60, 9).await;
    assert_eq!(ids(&due), ["x1", "x2"]);
    assert_eq!(
        due.iter().map(|leased| leased.attempts).collect::<Vec<_>>(),
        [1, 0]
    );
    assert!(due.iter().all(|leased| !leased.unsettled));
}

/// Nothing was tried, so nothing is counted.
pub async fn what_was_returned_is_due_as_before(outbox: &dyn Outbox) {
    enqueue(outbox, &[item("a", ""), item("b", "")]).await;
    let leased = lease(outbox, 0, 9).await;
    let returned: Vec<_> = leased
        .iter()
        .map(|leased| (leased.ticket, Outcome::Returned))
        .collect();
    assert_eq!(settle(outbox, 1, &returned).await, [true, true]);
    let again = lease(outbox, 1, 9).await;
    assert_eq!(ids(&again), ["a", "b"]);
    assert!(
        again
            .iter()
            .all(|leased| leased.attempts == 0 && !leased.unsettled)
    );
    assert_eq!(standing(outbox).await.failing_since, None);
}

/// What died is kept to be looked at, and is not lost by being tried again.
pub async fn a_dead_item_lets_the_next_pass_and_comes_back_before_it_when_redriven(
    outbox: &dyn Outbox,
) {
    let items = [item("a", ""), item("b", ""), item("c", "")];
    enqueue(outbox, &items).await;
    let leased = lease(outbox, 0, 2).await;
    let dead = |why: &str| Outcome::Dead { why: why.into() };
    settle(
        outbox,
        3,
        &[
            (leased[0].ticket, dead("one")),
            (leased[1].ticket, dead("two")),
        ],
    )
    .await;
    let listed = outbox.dead(TO, 0, 9).await.expect("dead");
    let told: Vec<_> = listed
        .iter()
        .map(|dead| (&*dead.item.id, &*dead.why, dead.attempts))
        .collect();
    assert_eq!(told, [("a", "one", 1), ("b", "two", 1)]);
    assert_eq!((listed[0].died_at, &listed[0].item), (at(3), &items[0]));
    let behind = outbox.dead(TO, listed[0].position, 9).await.expect("dead");
    assert_eq!(behind, listed[1..]);
    assert_eq!(outbox.dead(TO, 0, 1).await.expect("dead"), listed[..1]);
    let found = standing(outbox).await;
    assert_eq!((found.waiting, found.dead), (1, 2));

    let only = ["b".to_owned(), "nobody".to_owned(), "c".to_owned()];
    assert_eq!(outbox.redrive(TO, &only, at(9)).await.expect("redrive"), 1);
    let again = lease(outbox, 9, 9).await;
    assert_eq!(ids(&again), ["b", "c"]);
    assert_eq!(again[0].attempts, 0);
    assert_eq!(outbox.redrive(TO, &[], at(9)).await.expect("redrive"), 1);
    assert_eq!(ids(&lease(outbox, 9, 9).await), ["a"]);
    assert_eq!(standing(outbox).await.dead, 0);
}

/// A source that is handed over twice, by whomever, is handed over once.
pub async fn items_and_cursor_move_together_or_not_at_all(outbox: &dyn Outbox) {
    let hand_over = async |items: &[OutboxItem], after, upto| {
        let taken = Some(Taken { after, upto });
        outbox.enqueue(TO, items, taken).await.expect("enqueue")
    };
    assert_eq!(hand_over(&[], Some(0), 5).await, Enqueued::Overtaken(None));
    assert_eq!(hand_over(&[], None, 10).await, Enqueued::Kept(0));
    assert_eq!(
        hand_over(&[item("a", "")], None, 11).await,
        Enqueued::Overtaken(Some(10))
    );
    assert_eq!(standing(outbox).await.waiting, 0);
    let two = [item("a", ""), item("b", "")];
    assert_eq!(hand_over(&two, Some(10), 12).await, Enqueued::Kept(2));
    assert_eq!(
        hand_over(&two, Some(10), 12).await,
        Enqueued::Overtaken(Some(12))
    );
    assert_eq!(enqueue(outbox, &[item("c", "")]).await, Enqueued::Kept(1));
    let found = standing(outbox).await;
    assert_eq!((found.cursor, found.waiting), (Some(12), 3));
}

/// What is held waits; who held it first is told.
pub async fn a_destination_that_is_held_gives_out_nothing(outbox: &dyn Outbox) {
    enqueue(outbox, &[item("a", "")]).await;
    let leased = lease(outbox, 0, 9).await;
    assert!(outbox.hold(TO, at(1), "status 410").await.expect("hold"));
    assert!(!outbox.hold(TO, at(2), "again").await.expect("hold"));
    let held = Some(Held {
        since: at(1),
        why: "status 410".into(),
    });
    assert_eq!(standing(outbox).await.held, held);
    let retry = Outcome::Retry {
        at: at(3),
        why: "status 410".into(),
    };
    assert_eq!(
        settle(outbox, 2, &[(leased[0].ticket, retry)]).await,
        [true]
    );
    assert_eq!(enqueue(outbox, &[item("b", "")]).await, Enqueued::Kept(1));
    assert_eq!(lease(outbox, 99, 9).await, []);
    assert!(outbox.resume(TO).await.expect("resume"));
    assert!(!outbox.resume(TO).await.expect("resume"));
    let found = standing(outbox).await;
    assert_eq!((found.held, found.failing_since), (None, None));
    assert_eq!(ids(&lease(outbox, 99, 9).await), ["a", "b"]);
}

/// From it somebody decides that a receiver is to be left alone.
pub async fn the_time_of_failing_runs_from_the_first_failure_to_the_next_delivery(
    outbox: &dyn Outbox,
) {
    enqueue(outbox, &[item("a", ""), item("b", "")]).await;
    for seconds in [1, 2] {
        let leased = lease(outbox, seconds, 1).await;
        let retry = Outcome::Retry {
            at: at(seconds),
            why: "timed out".into(),
        };
        settle(outbox, seconds, &[(leased[0].ticket, retry)]).await;
        assert_eq!(standing(outbox).await.failing_since, Some(at(1)));
    }
    let leased = lease(outbox, 3, 9).await;
    let dead = Outcome::Dead {
        why: "timed out".into(),
    };
    settle(outbox, 3, &[(leased[0].ticket, dead)]).await;
    assert_eq!(
        standing(outbox).await.failing_since,
        Some(at(1)),
        "giving up is no delivery"
    );
    settle(outbox, 4, &[(leased[1].ticket, Outcome::Delivered)]).await;
    assert_eq!(standing(outbox).await.failing_since, None);
}

/// No item is in two hands.
pub async fn of_concurrent_leases_each_item_goes_to_one(outbox: &dyn Outbox) {
    let items: Vec<OutboxItem> = (0..40)
        .map(|number| item(&format!("i-{number:02}"), &format!("lane-{number}")))
        .collect();
    enqueue(outbox, &items).await;
    let leases = join_all((0..16).map(|_| lease(outbox, 0, 5))).await;
    let given: Vec<String> = leases
        .iter()
        .flat_map(|leased| ids(leased))
        .map(str::to_owned)
        .collect();
    let distinct: BTreeSet<&String> = given.iter().collect();
    assert_eq!((given.len(), distinct.len()), (40, 40));
}

/// Of many that saw the same end of a source one moves it.
pub async fn of_concurrent_hand_overs_one_is_kept(outbox: &dyn Outbox) {
    let calls = (0..16).map(|number| async move {
        let items = [item(&format!("from-{number}"), "")];
        let taken = Some(Taken {
            after: None,
            upto: 1,
        });
        outbox.enqueue(TO, &items, taken).await.expect("enqueue")
    });
    let kept = join_all(calls).await;
    let kept = kept
        .into_iter()
        .filter(|kept| *kept == Enqueued::Kept(1))
        .count();
    assert_eq!((kept, standing(outbox).await.waiting), (1, 1));
}

/// Dropping the future leaves things as they were or as they were to be.
pub async fn a_dropped_call_is_whole_or_absent(outbox: &dyn Outbox) {
    let items: Vec<OutboxItem> = (0..20)
        .map(|number| item(&format!("i-{number}"), ""))
        .collect();
    let taken = Some(Taken {
        after: None,
        upto: 20,
    });
    // Polled once and dropped.
    let _ = outbox.enqueue(TO, &items, taken).now_or_never();
    // Behind whatever the drop left to be done.
    outbox.hold(TO, at(0), "a test").await.expect("hold");
    let found = standing(outbox).await;
    let whole = (found.waiting, found.cursor) == (20, Some(20));
    assert!(
        whole || (found.waiting, found.cursor) == (0, None),
        "{found:?}"
    );
}

/// What the contract calls durable is.
pub async fn everything_survives_reopening<O: Outbox>(outbox: O, reopen: impl AsyncFn() -> O) {
    let items = [item("a", ""), item("b", ""), item("c", "")];
    let taken = Some(Taken {
        after: None,
        upto: 3,
    });
    outbox.enqueue(TO, &items, taken).await.expect("enqueue");
    let leased = lease(&outbox, 0, 2).await;
    let dead = Outcome::Dead {
        why: "status 400".into(),
    };
    let retry = Outcome::Retry {
        at: at(60),
        why: "status 503".into(),
    };
    settle(
        &outbox,
        1,
        &[(leased[0].ticket, dead), (leased[1].ticket, retry)],
    )
    .await;
    outbox.hold(TO, at(2), "by hand").await.expect("hold");
    let before = standing(&outbox).await;
    let listed = outbox.dead(TO, 0, 9).await.expect("dead");
    drop(outbox);
    let outbox = reopen().await;
    assert_eq!(standing(&outbox).await, before);
    assert_eq!(outbox.dead(TO, 0, 9).await.expect("dead"), listed);
    outbox.resume(TO).await.expect("resume");
    assert_eq!(ids(&lease(&outbox, 60, 9).await), ["b", "c"]);
}

/// Seconds for which everything is leased here.
const LEASE: i64 = 300;

fn item(id: &str, lane: &str) -> OutboxItem {
    OutboxItem {
        id: id.to_owned(),
        lane: lane.to_owned(),
        at: at(0),
        body: format!("body of {id}"),
    }
}

fn ids(leased: &[Leased]) -> Vec<&str> {
    leased.iter().map(|leased| &*leased.item.id).collect()
}

async fn enqueue(outbox: &dyn Outbox, items: &[OutboxItem]) -> Enqueued {
    outbox.enqueue(TO, items, None).await.expect("enqueue")
}

async fn lease(outbox: &dyn Outbox, seconds: i64, limit: u32) -> Vec<Leased> {
    let terms = LeaseTerms {
        now: at(seconds),
        until: at(seconds + LEASE),
        limit,
    };
    outbox.lease(TO, terms).await.expect("lease")
}

async fn settle(outbox: &dyn Outbox, seconds: i64, outcomes: &[(Ticket, Outcome)]) -> Vec<bool> {
    outbox
        .settle(TO, at(seconds), outcomes)
        .await
        .expect("settle")
}

async fn standing(outbox: &dyn Outbox) -> Standing {
    outbox.standing(TO).await.expect("standing")
}
