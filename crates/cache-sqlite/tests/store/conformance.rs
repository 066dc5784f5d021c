//! The store passes what every backend must, and keeps what it promises over a restart.

use agent_assist_domain::ports::RecommendationCache as _;
use agent_assist_testkit::build::cache_entry;

use super::{at, fresh};

mod cache {
    use super::fresh;
    agent_assist_testkit::cache_conformance!(fresh().await);
}

mod audit {
    use super::fresh;
    agent_assist_testkit::audit_conformance!(fresh().await, reopen: |place| place.open().await);
}

mod ledger {
    use super::fresh;
    agent_assist_testkit::ledger_conformance!(fresh().await, reopen: |place| place.open().await);
}

mod switch {
    use super::fresh;
    agent_assist_testkit::switch_conformance!(fresh().await, reopen: |place| place.open().await);
}

mod holds {
    use super::fresh;

    async fn both() -> (
        (
            agent_assist_sqlite::SqliteStore,
            agent_assist_sqlite::SqliteStore,
        ),
        super::super::Place,
    ) {
        let (store, place) = fresh().await;
        ((store.clone(), store), place)
    }

    agent_assist_testkit::holds_conformance!(both().await);
}

mod outbox {
    use super::fresh;
    agent_assist_testkit::outbox_conformance!(fresh().await, reopen: |place| place.open().await);
}

mod keys {
    use super::fresh;
    agent_assist_testkit::keys_conformance!(fresh().await, reopen: |place| place.open().await);
}

mod api_keys {
    use super::fresh;
    agent_assist_testkit::api_keys_conformance!(fresh().await, reopen: |place| place.open().await);
}

mod persons {
    use super::fresh;
    agent_assist_testkit::persons_conformance!(fresh().await, reopen: |place| place.open().await);
}

#[tokio::test]
async fn cached_answers_survive_reopening_here_though_no_cache_must() {
    let (store, place) = fresh().await;
    let entry = cache_entry(1, at(0));
    store.put(&entry).await.expect("put");
    store.close().await;
    let row = place.open().await.get(&entry.key).await.expect("get");
    let row = row.expect("the entry put before");
    assert_eq!(
        row.stored
            .restore(entry.screened.policy_version())
            .expect("restore"),
        *entry.screened
    );
}

#[tokio::test]
async fn a_closed_store_and_its_clones_say_that_they_are_unavailable() {
    use agent_assist_domain::ports::StoreErrorKind;
    let (store, _place) = fresh().await;
    let clone = store.clone();
    store.close().await;
    let entry = cache_entry(1, at(0));
    let errors = [
        clone.put(&entry).await.expect_err("closed"),
        clone.get(&entry.key).await.expect_err("closed"),
    ];
    assert_eq!(
        errors.map(|error| error.kind()),
        [StoreErrorKind::Unavailable; 2]
    );
}
