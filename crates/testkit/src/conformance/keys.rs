//! The contract of [`ConversationKeys`].

use agent_assist_domain::ports::{ConversationKey, ConversationKeys};
use futures_util::FutureExt as _;
use futures_util::future::join_all;

use super::at;
use crate::build::{CONVERSATION, TENANT};

/// Holds a [`ConversationKeys`] to its contract; see [`conformance`](crate::conformance).
#[macro_export]
macro_rules! keys_conformance {
    ($fresh:expr $(,)?) => {
        $crate::__conformance_cases!(
            keys,
            $fresh,
            [
                a_conversation_keeps_the_first_key_it_was_given,
                conversations_and_tenants_have_keys_of_their_own,
                of_concurrent_first_calls_one_makes_the_key_for_all,
                a_forgotten_key_is_gone_and_another_takes_its_place,
                a_dropped_call_leaves_a_key_whole_or_absent,
            ]
        );
    };
    ($fresh:expr, reopen: |$place:ident| $reopen:expr $(,)?) => {
        $crate::keys_conformance!($fresh);
        $crate::__reopening_cases!(
            keys,
            $fresh,
            |$place| $reopen,
            [a_key_and_its_forgetting_last_over_reopening]
        );
    };
}

/// What is offered later changes nothing.
pub async fn a_conversation_keeps_the_first_key_it_was_given(keys: &dyn ConversationKeys) {
    assert_eq!(key(keys, CONVERSATION, 1).await, fresh(1));
    assert_eq!(key(keys, CONVERSATION, 2).await, fresh(1));
}

/// Unusual identifiers included.
pub async fn conversations_and_tenants_have_keys_of_their_own(keys: &dyn ConversationKeys) {
    let conversations = ["c", "C", "c ", "", "\u{1f600} 'quoted' \""];
    for (number, conversation) in (1..).zip(conversations) {
        assert_eq!(key(keys, conversation, number).await, fresh(number));
    }
    let theirs = keys.key("other", "c", &fresh(9), at(0)).await;
    assert_eq!(theirs.expect("key"), fresh(9));
    assert!(keys.forget("other", "c").await.expect("forget"));
    for (number, conversation) in (1..).zip(conversations) {
        assert_eq!(key(keys, conversation, 7).await, fresh(number));
    }
}

/// Whoever comes second gets what the first one made.
pub async fn of_concurrent_first_calls_one_makes_the_key_for_all(keys: &dyn ConversationKeys) {
    let made = join_all((1..=8).map(|number| key(keys, CONVERSATION, number))).await;
    assert!(made.iter().all(|one| *one == made[0]), "{made:?}");
    assert_eq!(key(keys, CONVERSATION, 9).await, made[0]);
}

/// Forgetting what is not there is no error.
pub async fn a_forgotten_key_is_gone_and_another_takes_its_place(keys: &dyn ConversationKeys) {
    assert!(!forget(keys).await);
    key(keys, CONVERSATION, 1).await;
    assert!(forget(keys).await);
    assert!(!forget(keys).await);
    assert_eq!(key(keys, CONVERSATION, 2).await, fresh(2));
}

/// Nobody ever reads half a key.
pub async fn a_dropped_call_leaves_a_key_whole_or_absent(keys: &dyn ConversationKeys) {
    let dropped = fresh(1);
    let _ = keys
        .key(TENANT, CONVERSATION, &dropped, at(0))
        .now_or_never();
    let found = key(keys, CONVERSATION, 2).await;
    assert!(found == fresh(1) || found == fresh(2));
}

/// A key lasts, and so does its absence.
pub async fn a_key_and_its_forgetting_last_over_reopening<K: ConversationKeys>(
    keys: K,
    reopen: impl AsyncFn() -> K,
) {
    key(&keys, CONVERSATION, 1).await;
    key(&keys, "forgotten", 2).await;
    assert!(keys.forget(TENANT, "forgotten").await.expect("forget"));
    drop(keys);
    let keys = reopen().await;
    assert_eq!(key(&keys, CONVERSATION, 3).await, fresh(1));
    assert_eq!(key(&keys, "forgotten", 4).await, fresh(4));
}

fn fresh(number: u8) -> ConversationKey {
    ConversationKey::from_bytes([number; 32])
}

async fn key(keys: &dyn ConversationKeys, conversation: &str, number: u8) -> ConversationKey {
    let key = keys.key(TENANT, conversation, &fresh(number), at(0)).await;
    key.expect("key")
}

async fn forget(keys: &dyn ConversationKeys) -> bool {
    keys.forget(TENANT, CONVERSATION).await.expect("forget")
}
