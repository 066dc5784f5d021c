//! Dropped at any await, again and again: what was announced and not ended is not told again, and what was
//! not announced is.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::super::kills::killed_after;
use super::slow::SleepyLog;
use super::*;

fn hearing() -> impl Strategy<Value = Hearing> {
    prop_oneof![
        4 => Just(Hearing::Acknowledged),
        1 => Just(Hearing::Lost),
        1 => Just(Hearing::Missed),
        2 => Just(Hearing::NotDelivered(None)),
        1 => Just(Hearing::Refused),
    ]
}

/// One life of a process: what is engaged with, how the upstream hears it, whether the process has no time
/// for it, when it dies, and how long nobody is there.
#[derive(Clone, Debug)]
struct Life {
    engaged: Vec<u8>,
    hearings: Vec<Hearing>,
    hurried: bool,
    polls: Option<usize>,
    pause: u64,
}

fn life() -> impl Strategy<Value = Life> {
    let engaged = prop::collection::vec(0_u8..4, 0..5);
    let hearings = prop::collection::vec(hearing(), 0..5);
    let polls = prop::option::of(0_usize..250);
    let life = (
        engaged,
        hearings,
        prop::bool::weighted(0.2),
        polls,
        0_u64..8_000,
    );
    life.prop_map(|(engaged, hearings, hurried, polls, pause)| Life {
        engaged,
        hearings,
        hurried,
        polls,
        pause,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn nothing_is_told_twice_or_lost_or_out_of_order(
        lives in prop::collection::vec(life(), 1..25),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .expect("a runtime");
        runtime.block_on(live(lives))?;
    }
}

async fn live(lives: Vec<Life>) -> Result<(), TestCaseError> {
    let telling = Telling::new().await;
    // Each engagement is told apart by its kind, in turn.
    let kinds = [
        EngagementKind::Opened,
        EngagementKind::Copied,
        EngagementKind::Dismissed,
        EngagementKind::RatedPositive,
        EngagementKind::RatedNegative,
    ];
    let mut engaged: BTreeMap<String, Vec<ToldAct>> = BTreeMap::new();
    for life in lives {
        for item in life.engaged {
            // A lane may get more than there are kinds: then another suggestion of that name.
            let of = engaged
                .keys()
                .filter(|name| name.starts_with(&format!("item-{item}-")));
            let full = of
                .filter(|name| engaged[*name].len() == kinds.len())
                .count();
            let name = format!("item-{item}-{full}");
            let lane = engaged.entry(name.clone()).or_default();
            let kind = kinds[lane.len()];
            lane.extend(ToldAct::of(kind));
            telling.engage(&name, kind).await;
        }
        for hearing in life.hearings {
            telling.reporter.then(hearing);
        }
        let by = match life.hurried {
            true => Instant::now(),
            false => Instant::now() + LEASE_OVER,
        };
        let drained = telling.drain_by(by);
        match life.polls {
            Some(polls) => killed_after(polls, drained).await,
            None => drop(drained.await),
        }
        telling.clock.advance(Duration::from_secs(life.pause));
    }
    telling.reporter.recover();
    loop {
        telling.clock.advance(RETRY_OVER);
        let told = telling.drain().await;
        if told.waiting == 0 {
            break;
        }
    }

    let mut told: BTreeMap<String, Vec<ToldAct>> = BTreeMap::new();
    for (item, act) in telling.taken() {
        told.entry(item).or_default().push(act);
    }
    let mut missing = 0;
    for (item, acts) in &engaged {
        let arrived = told.remove(item).unwrap_or_default();
        let mut expected = acts.iter();
        for act in &arrived {
            prop_assert!(
                expected.any(|next| next == act),
                "{item}: {arrived:?} is twice or out of the order of {acts:?}"
            );
        }
        missing += acts.len() - arrived.len();
    }
    prop_assert!(told.is_empty(), "nobody engaged with {told:?}");
    // Whatever has not arrived was given up, for one of two reasons.
    let dead = telling.dead().await;
    for dead in &dead {
        let known = dead.why.starts_with("not known whether it arrived")
            || ["status 404", "refused before"].contains(&&*dead.why);
        prop_assert!(known, "{}", dead.why);
    }
    prop_assert!(
        missing <= dead.len(),
        "{missing} missing, {} given up",
        dead.len()
    );
    Ok(())
}

/// Between announcing and sending, between sending and recording, between recording and settling.
#[tokio::test(start_paused = true)]
async fn wherever_a_process_dies_the_next_one_knows_what_to_do() {
    let mut seen = BTreeSet::new();
    for polls in 0..120 {
        let telling = Telling::new().await;
        telling.engage("item-1", EngagementKind::Copied).await;
        killed_after(polls, telling.drain()).await;
        let (recorded, sent) = (telling.recorded(), telling.reporter.told().len());
        telling.clock.advance(LEASE_OVER);
        let told = telling.drain().await;
        assert_eq!(told.waiting, 0);
        let again = telling.reporter.told().len() - sent;
        use AuditEvent::{ForwardCompleted, ForwardInitiated};
        let expected = match recorded[..] {
            [] => ("nothing announced: told", 0, 1, 1),
            [ForwardInitiated] => ("announced: given up", sent, 0, 0),
            [ForwardInitiated, ForwardCompleted] => ("ended: settled", 1, 0, 1),
            _ => panic!("{recorded:?}"),
        };
        let (what, sent_before, sent_after, delivered) = expected;
        assert_eq!(
            (sent, again),
            (sent_before, sent_after),
            "{what}, {polls} polls"
        );
        assert!(sent + again <= 1);
        // Where the first had settled it, there was nothing left.
        assert!(told.delivered <= delivered, "{what}, {polls} polls");
        assert_eq!(
            told.dead,
            u64::from(recorded == [ForwardInitiated]),
            "{polls} polls"
        );
        seen.insert((what, sent));
    }
    let seen: Vec<_> = seen.into_iter().collect();
    assert_eq!(
        seen,
        [
            ("announced: given up", 0),
            ("announced: given up", 1),
            ("ended: settled", 1),
            ("nothing announced: told", 0),
        ]
    );
}

/// Somebody else may have told it meanwhile.
#[tokio::test(start_paused = true)]
async fn a_machine_that_slept_through_its_lease_tells_nothing_any_more() {
    let telling = Telling::new().await;
    telling.engage("item-1", EngagementKind::Copied).await;
    let parts = EventParts {
        audit: Arc::new(SleepyLog {
            log: telling.log.clone(),
            clock: telling.clock.clone(),
        }),
        ..telling.parts()
    };
    let drained = Deliverer::new(parts, || 0.5)
        .drain(Instant::now() + LEASE_OVER)
        .await;
    assert_eq!(drained.expect("drain")[0].failed, 1);
    assert_eq!(telling.reporter.told(), []);
    use AuditEvent::{ForwardFailed, ForwardInitiated};
    assert_eq!(telling.recorded(), [ForwardInitiated, ForwardFailed]);
    telling.clock.advance(RETRY_OVER);
    assert_eq!(telling.drain().await.delivered, 1);
    assert_eq!(telling.reporter.told().len(), 1);
}

/// Whoever takes over may have no time for it, or nothing may get through: the doubt stays.
#[tokio::test(start_paused = true)]
async fn what_is_in_doubt_and_not_looked_at_stays_in_doubt() {
    for hurried in [true, false] {
        let telling = Telling::new().await;
        telling.engage("item-1", EngagementKind::Opened).await;
        telling.reporter.then(Hearing::NotDelivered(None));
        telling.drain().await;
        telling.engage("item-2", EngagementKind::Copied).await;
        let mut sent = Box::pin(telling.drain());
        while telling.reporter.taken().is_empty() {
            assert!(futures_util::poll!(&mut sent).is_pending());
        }
        drop(sent);
        telling.clock.advance(LEASE_OVER);
        // What comes first fails, so that the rest is not tried.
        telling.reporter.then(Hearing::NotDelivered(None));
        match hurried {
            true => drop(telling.drain_by(Instant::now()).await),
            false => drop(telling.drain().await),
        }
        for _ in 0..3 {
            telling.clock.advance(RETRY_OVER);
            telling.drain().await;
        }
        let told = telling.taken();
        let copied = told.iter().filter(|(item, _)| item == "item-2").count();
        assert_eq!(copied, 1, "{told:?}");
        assert_eq!(told.len(), 2);
    }
}
