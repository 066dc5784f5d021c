//! The contract of [`Persons`].

use agent_assist_domain::person::{Drawn, EpochKey, Person, PersonKind, SECRET_BYTES};
use agent_assist_domain::ports::Persons;
use agent_assist_domain::sealing::NONCE_BYTES;
use futures_util::FutureExt as _;
use futures_util::future::join_all;

use super::at;
use crate::build::TENANT;

/// Holds a [`Persons`] to its contract; see [`conformance`](crate::conformance).
#[macro_export]
macro_rules! persons_conformance {
    ($fresh:expr $(,)?) => {
        $crate::__conformance_cases!(
            persons,
            $fresh,
            [
                a_person_keeps_the_first_row_that_was_made,
                persons_and_tenants_have_rows_of_their_own,
                a_row_is_found_by_lookup_and_by_pseudonym,
                of_concurrent_first_calls_one_makes_the_row_for_all,
                a_forgotten_person_is_gone_and_another_row_takes_its_place,
                epochs_are_told_with_every_key_they_were_used_with,
                a_dropped_call_leaves_a_row_whole_or_absent,
            ]
        );
    };
    ($fresh:expr, reopen: |$place:ident| $reopen:expr $(,)?) => {
        $crate::persons_conformance!($fresh);
        $crate::__reopening_cases!(
            persons,
            $fresh,
            |$place| $reopen,
            [a_row_and_its_forgetting_last_over_reopening]
        );
    };
}

/// What is offered later changes nothing.
pub async fn a_person_keeps_the_first_row_that_was_made(persons: &dyn Persons) {
    assert_eq!(admit(persons, "maria", 1).await, row("maria", 1));
    assert_eq!(admit(persons, "maria", 2).await, row("maria", 1));
}

/// Unusual identifiers included.
pub async fn persons_and_tenants_have_rows_of_their_own(persons: &dyn Persons) {
    let ids = ["a", "A", "a ", "\u{1f600} 'quoted' \""];
    for (number, id) in (1..).zip(ids) {
        assert_eq!(admit(persons, id, number).await, row(id, number));
    }
    // The same lookup, as no two tenants have it unless somebody moves rows.
    let theirs = persons.admit("other", &row("a", 9), at(0)).await;
    assert_eq!(theirs.expect("admit"), row("a", 9));
    let lookups = [row("a", 9).lookup];
    assert_eq!(persons.forget("other", &lookups).await.expect("forget"), 1);
    for (number, id) in (1..).zip(ids) {
        assert_eq!(admit(persons, id, 7).await, row(id, number));
    }
}

/// And not where it is another tenant's.
pub async fn a_row_is_found_by_lookup_and_by_pseudonym(persons: &dyn Persons) {
    let maria = row("maria", 1);
    let find = async |tenant: &str| {
        let found = persons.find(tenant, &maria.lookup).await.expect("find");
        let named = persons.named(tenant, &maria.pseudonym).await;
        assert_eq!(found, named.expect("named"));
        found
    };
    assert_eq!(find(TENANT).await, None);
    admit(persons, "maria", 1).await;
    admit(persons, "joe", 2).await;
    assert_eq!(find(TENANT).await, Some(maria.clone()));
    assert_eq!(find("other").await, None);
}

/// Whoever comes second gets what the first one made.
pub async fn of_concurrent_first_calls_one_makes_the_row_for_all(persons: &dyn Persons) {
    let made = join_all((1..=8).map(|number| admit(persons, "maria", number))).await;
    assert!(made.iter().all(|one| *one == made[0]), "{made:?}");
    assert_eq!(admit(persons, "maria", 9).await, made[0]);
}

/// Forgetting what is not there is no error.
pub async fn a_forgotten_person_is_gone_and_another_row_takes_its_place(persons: &dyn Persons) {
    assert_eq!(forget(persons, &["maria"]).await, 0);
    admit(persons, "maria", 1).await;
    admit(persons, "joe", 2).await;
    admit(persons, "ana", 3).await;
    assert_eq!(forget(persons, &["maria", "nobody", "ana"]).await, 2);
    assert_eq!(forget(persons, &["maria", "ana"]).await, 0);
    let erased = persons.named(TENANT, &row("maria", 1).pseudonym).await;
    assert_eq!(erased.expect("named"), None);
    assert_eq!(admit(persons, "maria", 4).await, row("maria", 4));
    assert_eq!(admit(persons, "joe", 5).await, row("joe", 2));
}

/// Two keys of one epoch are two: one of them has been lost.
pub async fn epochs_are_told_with_every_key_they_were_used_with(persons: &dyn Persons) {
    assert_eq!(persons.epochs().await.expect("epochs"), []);
    let keys = [key(2, 3), key(1, 1), key(1, 2)];
    for (number, key) in (1..).zip(&keys) {
        for tenant in [TENANT, "other"] {
            let person = key.admit(tenant, PersonKind::Agent, "maria", &drawn(number));
            persons.admit(tenant, &person, at(0)).await.expect("admit");
        }
    }
    let mut expected = [1, 2, 0].map(|at: usize| (keys[at].epoch(), keys[at].check()));
    expected.sort_unstable();
    assert_eq!(persons.epochs().await.expect("epochs"), expected);
}

/// Nobody ever reads half a row.
pub async fn a_dropped_call_leaves_a_row_whole_or_absent(persons: &dyn Persons) {
    let dropped = row("maria", 1);
    let _ = persons.admit(TENANT, &dropped, at(0)).now_or_never();
    let found = admit(persons, "maria", 2).await;
    assert!(found == dropped || found == row("maria", 2));
}

/// A row lasts, and so does its absence.
pub async fn a_row_and_its_forgetting_last_over_reopening<P: Persons>(
    persons: P,
    reopen: impl AsyncFn() -> P,
) {
    admit(&persons, "maria", 1).await;
    admit(&persons, "forgotten", 2).await;
    assert_eq!(forget(&persons, &["forgotten"]).await, 1);
    drop(persons);
    let persons = reopen().await;
    assert_eq!(admit(&persons, "maria", 3).await, row("maria", 1));
    assert_eq!(admit(&persons, "forgotten", 4).await, row("forgotten", 4));
}

fn key(epoch: u32, byte: u8) -> EpochKey {
    EpochKey::new(epoch, [byte; 32])
}

fn drawn(number: u8) -> Drawn {
    Drawn {
        secret: [number; SECRET_BYTES],
        nonce: [number; NONCE_BYTES],
    }
}

fn row(id: &str, number: u8) -> Person {
    key(1, 7).admit(TENANT, PersonKind::Agent, id, &drawn(number))
}

async fn admit(persons: &dyn Persons, id: &str, number: u8) -> Person {
    let admitted = persons.admit(TENANT, &row(id, number), at(0)).await;
    admitted.expect("admit")
}

async fn forget(persons: &dyn Persons, ids: &[&str]) -> u64 {
    let lookups: Vec<_> = ids.iter().map(|id| row(id, 0).lookup).collect();
    persons.forget(TENANT, &lookups).await.expect("forget")
}
