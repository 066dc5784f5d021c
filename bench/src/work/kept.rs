//! Answers on disk, among so many others.

use agent_assist_domain::cache::{AnswerKey, CacheEntry};
use agent_assist_domain::ports::RecommendationCache as _;
use agent_assist_domain::time::Timestamp;
use agent_assist_sqlite::SqliteStore;
use agent_assist_testkit::build::cache_entry;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::{Done, Much, again};
use crate::Outcome;

/// Answers that are put at a time where they are missing.
const AT_ONCE: usize = 64;

/// Reads answers of a store that holds `at_once` of them.
pub(super) async fn read(much: &Much) -> Outcome<Done> {
    let store = SqliteStore::open(&much.folder()?.join("cache.db")).await?;
    let template = cache_entry(0, Timestamp::from_micros(0));
    let keys = much.at_once as u64;
    let (store, template) = (&store, &template);
    let put = |number| async move {
        let entry = CacheEntry {
            key: key(number),
            conversation_id: format!("c-{:016x}", mixed(number)),
            session_id: format!("s-{:016x}", mixed(number)),
            ..template.clone()
        };
        store.put(&entry).await
    };
    let missing = stream::iter(store.stats().await?.entries..keys);
    let filled = missing.map(put).buffer_unordered(AT_ONCE);
    filled.try_collect::<()>().await?;
    let (asked, keys) = (store, keys.max(1));
    let done = again(much.until(), |number| async move {
        let found = asked.get(&key(mixed(number) % keys)).await?;
        found
            .map(drop)
            .ok_or("an answer that was kept is not there".into())
    })
    .await?;
    store.close().await;
    Ok(done)
}

/// A key of which nobody can tell by its number where it stands.
fn key(number: u64) -> AnswerKey {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&mixed(number).to_be_bytes());
    bytes[8..16].copy_from_slice(&number.to_be_bytes());
    AnswerKey::from_bytes(bytes)
}

fn mixed(number: u64) -> u64 {
    let mixed = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ (mixed >> 31)).wrapping_mul(0xbf58_476d_1ce4_e5b9)
}
