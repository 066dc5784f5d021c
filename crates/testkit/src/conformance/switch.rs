//! The contract of [`AssistSwitch`].

use agent_assist_domain::assist::{Off, SwitchChange, SwitchScope};
use agent_assist_domain::ports::AssistSwitch;
use agent_assist_domain::time::Timestamp;
use futures_util::FutureExt as _;
use futures_util::future::join_all;

use super::at;
use crate::build::{SESSION, TENANT, session_pause, switch_off, switch_on};

/// Holds an [`AssistSwitch`] to its contract; see [`conformance`](crate::conformance).
#[macro_export]
macro_rules! switch_conformance {
    ($fresh:expr $(,)?) => {
        $crate::__conformance_cases!(
            switch,
            $fresh,
            [
                nothing_is_off_at_first_and_switching_on_changes_nothing,
                what_is_off_is_told_as_it_was_ordered_the_widest_scope_first,
                the_same_change_again_changes_nothing,
                switching_off_again_moves_the_end_and_keeps_the_start,
                an_operator_and_a_pause_do_not_overwrite_each_other,
                switching_on_removes_every_cause_of_one_scope_only,
                what_is_over_counts_as_gone_before_a_change,
                tenants_switch_for_themselves,
                of_concurrent_changes_one_makes_the_difference,
                a_dropped_change_is_whole_or_absent,
            ]
        );
    };
    ($fresh:expr, reopen: |$place:ident| $reopen:expr $(,)?) => {
        $crate::switch_conformance!($fresh);
        $crate::__reopening_cases!(
            switch,
            $fresh,
            |$place| $reopen,
            [what_is_off_stays_off_over_reopening]
        );
    };
}

/// A new switch is on.
pub async fn nothing_is_off_at_first_and_switching_on_changes_nothing(switch: &dyn AssistSwitch) {
    assert_eq!(off(switch).await, []);
    for scope in [SwitchScope::Everything, queue("q-1"), session("s-1")] {
        assert!(!set(switch, &switch_on(scope, at(0))).await);
    }
    assert_eq!(off(switch).await, []);
}

/// Every field comes back, in the order promised, also where identifiers are unusual.
pub async fn what_is_off_is_told_as_it_was_ordered_the_widest_scope_first(
    switch: &dyn AssistSwitch,
) {
    let unnamed = SwitchChange {
        by: None,
        ..switch_off(queue("Q-1"), at(3), None)
    };
    let in_order = [
        switch_off(SwitchScope::Everything, at(1), Some(at(60))),
        unnamed,
        switch_off(queue("q-1"), at(2), None),
        switch_off(queue("\u{1f600} 'quoted' \""), at(4), Some(at(64))),
        switch_off(session("q-1"), at(5), None),
        switch_off(session(SESSION), at(6), Some(at(66))),
        session_pause(at(7), at(67)),
    ];
    for position in [4, 0, 6, 2, 5, 3, 1] {
        assert!(set(switch, &in_order[position]).await);
    }
    assert_eq!(off(switch).await, in_order.map(|change| entry(&change)));
}

/// `set` says whether anything is different now.
pub async fn the_same_change_again_changes_nothing(switch: &dyn AssistSwitch) {
    let scopes = [SwitchScope::Everything, queue("q-1"), session("s-1")];
    for scope in scopes {
        for until in [None, Some(at(60))] {
            let change = switch_off(scope.clone(), at(0), until);
            assert!(set(switch, &change).await, "{change:?}");
            assert!(!set(switch, &change).await, "{change:?}");
            let later = SwitchChange {
                at: at(9),
                ..change.clone()
            };
            assert!(!set(switch, &later).await, "{later:?}");
            assert_eq!(off(switch).await, [entry(&change)]);
        }
        let on = switch_on(scope, at(10));
        assert!(set(switch, &on).await);
        assert!(!set(switch, &on).await);
        assert_eq!(off(switch).await, []);
    }
}

/// Whoever speaks last says until when; `since` tells how long it has been off.
pub async fn switching_off_again_moves_the_end_and_keeps_the_start(switch: &dyn AssistSwitch) {
    let first = switch_off(queue("q-1"), at(0), Some(at(60)));
    set(switch, &first).await;
    for (seconds, until, by) in [
        (10, Some(at(90)), "operator-1"),
        (20, Some(at(30)), "operator-1"),
        (25, None, "operator-1"),
        (26, None, "operator-2"),
    ] {
        let again = SwitchChange {
            by: Some(by.to_owned()),
            ..switch_off(queue("q-1"), at(seconds), until)
        };
        assert!(set(switch, &again).await, "{again:?}");
        let expected = Off {
            since: at(0),
            ..entry(&again)
        };
        assert_eq!(off(switch).await, [expected]);
    }
}

/// One entry for each cause: a pause does not end what an operator ordered without end.
pub async fn an_operator_and_a_pause_do_not_overwrite_each_other(switch: &dyn AssistSwitch) {
    let ordered = switch_off(session(SESSION), at(0), None);
    let paused = session_pause(at(1), at(301));
    set(switch, &ordered).await;
    assert!(set(switch, &paused).await);
    assert_eq!(off(switch).await, [entry(&ordered), entry(&paused)]);
}

/// On is on, whyever it was off; and nothing else is.
pub async fn switching_on_removes_every_cause_of_one_scope_only(switch: &dyn AssistSwitch) {
    let staying = [
        switch_off(SwitchScope::Everything, at(0), None),
        switch_off(queue(SESSION), at(0), None),
        switch_off(session("s-2"), at(0), None),
    ];
    for change in &staying {
        set(switch, change).await;
    }
    set(switch, &switch_off(session(SESSION), at(0), None)).await;
    set(switch, &session_pause(at(0), at(300))).await;
    assert!(set(switch, &switch_on(session(SESSION), at(1))).await);
    assert_eq!(off(switch).await, staying.map(|change| entry(&change)));
}

/// From its end on an entry is as good as gone: switching on finds nothing, switching off starts
/// anew, and it is forgotten with the next change.
pub async fn what_is_over_counts_as_gone_before_a_change(switch: &dyn AssistSwitch) {
    let short = switch_off(session("s-1"), at(0), Some(at(10)));
    set(switch, &short).await;
    assert!(!set(switch, &switch_on(session("s-1"), at(10))).await);
    assert_eq!(off(switch).await, []);

    set(switch, &short).await;
    let anew = switch_off(session("s-1"), at(10), Some(at(20)));
    assert!(set(switch, &anew).await);
    assert_eq!(off(switch).await, [entry(&anew)]);

    let elsewhere = switch_off(queue("q-1"), at(20), None);
    assert!(set(switch, &elsewhere).await);
    assert_eq!(off(switch).await, [entry(&elsewhere)]);

    let not_yet = switch_off(session("s-2"), at(0), Some(at(30)));
    set(switch, &not_yet).await;
    let just_before = Timestamp::from_micros(at(30).as_micros() - 1);
    assert!(set(switch, &switch_on(session("s-2"), just_before)).await);
}

/// Nobody is switched off by another.
pub async fn tenants_switch_for_themselves(switch: &dyn AssistSwitch) {
    let ours = switch_off(SwitchScope::Everything, at(0), None);
    let theirs = switch_off(SwitchScope::Everything, at(1), Some(at(9)));
    assert!(set(switch, &ours).await);
    assert_eq!(switch.off("other").await.expect("off"), []);
    assert!(switch.set("other", &theirs).await.expect("set"));
    assert_eq!(off(switch).await, [entry(&ours)]);
    set(switch, &switch_on(SwitchScope::Everything, at(99))).await;
    let left = switch.off("other").await.expect("off");
    assert_eq!(left, [entry(&theirs)], "over, but nobody touched it");
}

/// Each is judged against what the others left.
pub async fn of_concurrent_changes_one_makes_the_difference(switch: &dyn AssistSwitch) {
    let changes = [
        switch_off(queue("q-1"), at(0), Some(at(60))),
        switch_on(queue("q-1"), at(1)),
    ];
    for change in changes {
        let answers = join_all((0..16).map(|_| set(switch, &change))).await;
        let changed = answers.into_iter().filter(|changed| *changed);
        assert_eq!(changed.count(), 1, "{change:?}");
    }
    assert_eq!(off(switch).await, []);
}

/// Dropping the future leaves things as they were or as they were to be.
pub async fn a_dropped_change_is_whole_or_absent(switch: &dyn AssistSwitch) {
    let first = switch_off(queue("q-1"), at(0), None);
    set(switch, &first).await;
    let dropped = switch_off(queue("q-1"), at(1), Some(at(60)));
    // Polled once and dropped.
    let _ = switch.set(TENANT, &dropped).now_or_never();
    // Behind whatever the drop left to be done.
    assert!(set(switch, &switch_off(queue("q-2"), at(2), None)).await);
    let left = off(switch).await;
    let changed = Off {
        since: at(0),
        ..entry(&dropped)
    };
    assert!(
        left[0] == entry(&first) || left[0] == changed,
        "neither before nor after: {left:?}"
    );
}

/// When `set` returns, the change is durable.
pub async fn what_is_off_stays_off_over_reopening<S: AssistSwitch>(
    switch: S,
    reopen: impl AsyncFn() -> S,
) {
    let staying = switch_off(queue("q-1"), at(0), Some(at(60)));
    let going = switch_off(SwitchScope::Everything, at(0), None);
    set(&switch, &staying).await;
    set(&switch, &going).await;
    set(&switch, &switch_on(SwitchScope::Everything, at(1))).await;
    drop(switch);
    let switch = reopen().await;
    assert_eq!(off(&switch).await, [entry(&staying)]);
    assert!(!set(&switch, &staying).await);
}

/// What is left behind by a change that switches off what was on.
fn entry(change: &SwitchChange) -> Off {
    Off {
        scope: change.scope.clone(),
        since: change.at,
        until: change.to.until(),
        cause: change.cause,
        by: change.by.clone(),
    }
}

fn queue(id: &str) -> SwitchScope {
    SwitchScope::Queue(id.to_owned())
}

fn session(id: &str) -> SwitchScope {
    SwitchScope::Session(id.to_owned())
}

async fn off(switch: &dyn AssistSwitch) -> Vec<Off> {
    switch.off(TENANT).await.expect("off")
}

async fn set(switch: &dyn AssistSwitch, change: &SwitchChange) -> bool {
    switch.set(TENANT, change).await.expect("set")
}
