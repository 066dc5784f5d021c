//! The contract of [`ApiKeys`].

use agent_assist_domain::access::{ApiKey, KeyDigest, Limits, Role};
use agent_assist_domain::ports::ApiKeys;

use super::at;

/// Holds an [`ApiKeys`] to its contract; see [`conformance`](crate::conformance).
#[macro_export]
macro_rules! api_keys_conformance {
    ($fresh:expr $(,)?) => {
        $crate::__conformance_cases!(
            api_keys,
            $fresh,
            [
                a_key_comes_back_as_it_was_added,
                a_name_is_taken_once,
                keys_are_listed_the_oldest_first,
                a_key_is_revoked_once_and_stays,
            ]
        );
    };
    ($fresh:expr, reopen: |$place:ident| $reopen:expr $(,)?) => {
        $crate::api_keys_conformance!($fresh);
        $crate::__reopening_cases!(
            api_keys,
            $fresh,
            |$place| $reopen,
            [keys_and_revocations_survive_reopening]
        );
    };
}

/// With every limit, and with none.
pub async fn a_key_comes_back_as_it_was_added(port: &impl ApiKeys) {
    assert_eq!(port.find("k-1").await.expect("find"), None);
    for key in [plain("k-1", 1), limited("k-2", 2)] {
        assert!(port.add(&key).await.expect("add"));
        assert_eq!(port.find(&key.id).await.expect("find"), Some(key));
    }
    assert_eq!(port.find("k-").await.expect("find"), None);
    assert_eq!(port.find("K-1").await.expect("find"), None);
}

/// The second key of a name is not added, and the first stays as it was.
pub async fn a_name_is_taken_once(port: &impl ApiKeys) {
    let first = plain("k-1", 1);
    assert!(port.add(&first).await.expect("add"));
    assert!(!port.add(&limited("k-1", 2)).await.expect("add"));
    assert_eq!(port.list().await.expect("list"), [first]);
}

/// Whatever the order in which they came.
pub async fn keys_are_listed_the_oldest_first(port: &impl ApiKeys) {
    assert_eq!(port.list().await.expect("list"), []);
    let keys = [limited("k-3", 3), plain("k-2", 1), plain("k-1", 3)];
    for key in &keys {
        assert!(port.add(key).await.expect("add"));
    }
    let [newest, oldest, middle] = keys;
    assert_eq!(port.list().await.expect("list"), [oldest, middle, newest]);
}

/// The first time stands.
pub async fn a_key_is_revoked_once_and_stays(port: &impl ApiKeys) {
    let key = plain("k-1", 1);
    let other = limited("k-2", 2);
    assert!(!port.revoke(&key.id, at(5)).await.expect("revoke"));
    for key in [&key, &other] {
        assert!(port.add(key).await.expect("add"));
    }
    assert!(port.revoke(&key.id, at(5)).await.expect("revoke"));
    assert!(!port.revoke(&key.id, at(6)).await.expect("revoke"));
    let revoked = ApiKey {
        revoked_at: Some(at(5)),
        ..key
    };
    let found = port.find(&revoked.id).await.expect("find");
    assert_eq!(found.as_ref(), Some(&revoked));
    assert_eq!(port.list().await.expect("list"), [revoked, other]);
}

/// What has returned is there for the next process.
pub async fn keys_and_revocations_survive_reopening<P: ApiKeys>(
    port: P,
    reopen: impl AsyncFn() -> P,
) {
    let key = limited("k-1", 1);
    assert!(port.add(&key).await.expect("add"));
    assert!(port.revoke(&key.id, at(2)).await.expect("revoke"));
    drop(port);
    let revoked = ApiKey {
        revoked_at: Some(at(2)),
        ..key
    };
    assert_eq!(reopen().await.list().await.expect("list"), [revoked]);
}

fn plain(id: &str, seconds: i64) -> ApiKey {
    ApiKey {
        id: id.to_owned(),
        digest: KeyDigest([7; 32]),
        name: "desk".to_owned(),
        role: Role::Agent,
        limits: Limits::default(),
        created_at: at(seconds),
        expires_at: None,
        revoked_at: None,
    }
}

fn limited(id: &str, seconds: i64) -> ApiKey {
    ApiKey {
        digest: KeyDigest([0xFF; 32]),
        name: "Anrufe, \"früh\"".to_owned(),
        role: Role::Auditor,
        limits: Limits {
            tenant: Some("acme".to_owned()),
            queues: vec!["q-2".to_owned(), "q-1".to_owned()],
            conversation_id: Some("c-1".to_owned()),
        },
        expires_at: Some(at(1_000)),
        ..plain(id, seconds)
    }
}
