//! The contract of [`RecommendationCache`].

use std::sync::Arc;

use agent_assist_domain::batch::{Batch, Malformation};
use agent_assist_domain::cache::{CacheEntry, CacheRow, CacheScope, CacheStats};
use agent_assist_domain::ports::RecommendationCache;
use agent_assist_domain::recommendation::{Kind, Recommendation, Role, TextPart, UpstreamId};
use agent_assist_domain::screening::Screened;
use agent_assist_domain::time::Timestamp;
use futures_util::FutureExt as _;
use futures_util::future::join_all;

use super::at;
use crate::build::{CONVERSATION, SESSION, TENANT, batch, cache_entry, recommendation, screened};

/// Holds a [`RecommendationCache`] to its contract; see [`conformance`](crate::conformance).
#[macro_export]
macro_rules! cache_conformance {
    ($fresh:expr $(,)?) => {
        $crate::__conformance_cases!(
            cache,
            $fresh,
            [
                a_key_never_put_has_no_entry,
                what_was_put_is_given_back_and_restores,
                every_field_and_bit_survives,
                an_entry_is_given_however_old,
                a_second_put_replaces_the_first,
                concurrent_puts_leave_one_of_them,
                a_dropped_put_leaves_the_old_entry_or_the_new,
                a_key_is_forgotten_alone,
                a_conversation_is_forgotten_in_its_tenant_only,
                a_session_is_forgotten_in_its_tenant_only,
                everything_is_forgotten_at_once,
                entries_fetched_before_a_time_are_evicted,
                stats_count_what_is_held,
            ]
        );
    };
}

/// `None` where there is none.
pub async fn a_key_never_put_has_no_entry(cache: &dyn RecommendationCache) {
    put(cache, &cache_entry(1, at(0))).await;
    let missing = cache.get(&cache_entry(2, at(0)).key).await;
    assert_eq!(missing.expect("get"), None);
}

/// It never makes one up: the row is what the entry held, and the domain trusts it again.
pub async fn what_was_put_is_given_back_and_restores(cache: &dyn RecommendationCache) {
    let entry = cache_entry(1, at(0));
    put(cache, &entry).await;
    let row = get(cache, &entry).await;
    assert_eq!(row, row_of(&entry));
    let restored = row
        .stored
        .restore(entry.screened.policy_version())
        .expect("an untouched row restores");
    assert_eq!(restored, *entry.screened);
}

/// Rare values come back as they went in, scores to the last bit.
pub async fn every_field_and_bit_survives(cache: &dyn RecommendationCache) {
    for (key, screened) in (1..).zip(rare_contents()) {
        let entry = CacheEntry {
            screened: Arc::new(screened),
            fetched_at: Timestamp::from_micros(at(0).as_micros() + i64::from(key)),
            ..cache_entry(key, at(0))
        };
        put(cache, &entry).await;
        let row = get(cache, &entry).await;
        assert_eq!(row, row_of(&entry));
        let bits = |screened: &Screened| -> Vec<Option<u64>> {
            let kept = screened.kept().iter().map(|safe| safe.recommendation.score);
            kept.chain(
                screened
                    .rejected()
                    .iter()
                    .map(|rejection| rejection.score()),
            )
            .map(|score| score.map(|score| score.get().to_bits()))
            .collect()
        };
        let restored = row
            .stored
            .restore(entry.screened.policy_version())
            .expect("an untouched row restores");
        assert_eq!(bits(&restored), bits(&entry.screened));
    }
}

/// It decides nothing about freshness.
pub async fn an_entry_is_given_however_old(cache: &dyn RecommendationCache) {
    for (key, micros) in (1..).zip([0, -1, i64::MIN, i64::MAX]) {
        let entry = cache_entry(key, Timestamp::from_micros(micros));
        put(cache, &entry).await;
        assert_eq!(get(cache, &entry).await.fetched_at, entry.fetched_at);
    }
}

/// `put` replaces: content, time and what invalidation goes by.
pub async fn a_second_put_replaces_the_first(cache: &dyn RecommendationCache) {
    let first = cache_entry(1, at(0));
    let second = CacheEntry {
        key: first.key,
        session_id: "session-2".to_owned(),
        ..cache_entry(2, at(9))
    };
    put(cache, &first).await;
    put(cache, &second).await;
    assert_eq!(get(cache, &first).await, row_of(&second));
    assert_eq!(stats(cache).await.entries, 1);
    assert_eq!(invalidate(cache, &session(TENANT, SESSION)).await, 0);
    assert_eq!(invalidate(cache, &session(TENANT, "session-2")).await, 1);
}

/// Of concurrent `put`s of one key either may stay, whole.
pub async fn concurrent_puts_leave_one_of_them(cache: &dyn RecommendationCache) {
    let entries: Vec<CacheEntry> = (1..=16)
        .map(|n| CacheEntry {
            key: cache_entry(1, at(0)).key,
            ..cache_entry(n, at(i64::from(n)))
        })
        .collect();
    join_all(entries.iter().map(|entry| put(cache, entry))).await;
    let row = get(cache, &entries[0]).await;
    assert!(
        entries.iter().any(|entry| row == row_of(entry)),
        "the row is none of those put: {row:?}"
    );
    assert_eq!(stats(cache).await.entries, 1);
}

/// Dropping a call's future leaves each entry as it was or as it was to be.
pub async fn a_dropped_put_leaves_the_old_entry_or_the_new(cache: &dyn RecommendationCache) {
    let old = cache_entry(1, at(0));
    let new = CacheEntry {
        key: old.key,
        ..cache_entry(2, at(9))
    };
    put(cache, &old).await;
    // Polled once and dropped.
    let _ = cache.put(&new).now_or_never();
    let row = get(cache, &old).await;
    assert!(
        row == row_of(&old) || row == row_of(&new),
        "the row is neither the old nor the new: {row:?}"
    );
    put(cache, &new).await;
    assert_eq!(get(cache, &old).await, row_of(&new));
}

/// Invalidation by key.
pub async fn a_key_is_forgotten_alone(cache: &dyn RecommendationCache) {
    let (goes, stays) = (cache_entry(1, at(0)), cache_entry(2, at(0)));
    put(cache, &goes).await;
    put(cache, &stays).await;
    let scope = CacheScope::Key(goes.key);
    assert_eq!(invalidate(cache, &scope).await, 1);
    assert_eq!(cache.get(&goes.key).await.expect("get"), None);
    assert_eq!(get(cache, &stays).await, row_of(&stays));
    assert_eq!(
        invalidate(cache, &scope).await,
        0,
        "nothing left is no error"
    );
}

/// Invalidation by conversation; tenants are apart.
pub async fn a_conversation_is_forgotten_in_its_tenant_only(cache: &dyn RecommendationCache) {
    let entries = four_entries();
    put_all(cache, &entries).await;
    let scope = CacheScope::Conversation {
        tenant: TENANT.to_owned(),
        conversation_id: CONVERSATION.to_owned(),
    };
    assert_eq!(invalidate(cache, &scope).await, 2);
    assert_eq!(held(cache, &entries).await, [false, false, true, true]);
    assert_eq!(invalidate(cache, &scope).await, 0);
}

/// Invalidation by session; tenants are apart.
pub async fn a_session_is_forgotten_in_its_tenant_only(cache: &dyn RecommendationCache) {
    let entries = four_entries();
    put_all(cache, &entries).await;
    assert_eq!(invalidate(cache, &session(TENANT, SESSION)).await, 2);
    assert_eq!(held(cache, &entries).await, [false, true, false, true]);
    assert_eq!(invalidate(cache, &session(TENANT, SESSION)).await, 0);
}

/// Invalidation of everything, over all tenants.
pub async fn everything_is_forgotten_at_once(cache: &dyn RecommendationCache) {
    put_all(cache, &four_entries()).await;
    assert_eq!(invalidate(cache, &CacheScope::All).await, 4);
    assert_eq!(stats(cache).await, CacheStats::default());
    assert_eq!(invalidate(cache, &CacheScope::All).await, 0);
}

/// Eviction goes strictly by the time of fetching.
pub async fn entries_fetched_before_a_time_are_evicted(cache: &dyn RecommendationCache) {
    let entries = [1, 2, 3].map(|n| cache_entry(n, at(i64::from(n))));
    put_all(cache, &entries).await;
    assert_eq!(cache.evict(at(1)).await.expect("evict"), 0);
    assert_eq!(cache.evict(at(3)).await.expect("evict"), 2);
    assert_eq!(held(cache, &entries).await, [false, false, true]);
}

/// Stats count expired entries too, for nothing here knows what is expired.
pub async fn stats_count_what_is_held(cache: &dyn RecommendationCache) {
    assert_eq!(stats(cache).await, CacheStats::default());
    put_all(cache, &[7, 3, 5].map(|n| cache_entry(n, at(i64::from(n))))).await;
    let three = stats(cache).await;
    assert_eq!(three.entries, 3);
    assert_eq!((three.oldest, three.newest), (Some(at(3)), Some(at(7))));
    invalidate(cache, &CacheScope::Key(cache_entry(7, at(0)).key)).await;
    let two = stats(cache).await;
    assert_eq!((two.entries, two.newest), (2, Some(at(5))));
    assert!(
        0 < two.bytes && two.bytes < three.bytes,
        "bytes follow the content: {} of three entries, {} of two",
        three.bytes,
        two.bytes
    );
}

/// Two of them in [`CONVERSATION`], two in [`SESSION`], one of another tenant in both.
fn four_entries() -> [CacheEntry; 4] {
    let entry = cache_entry(1, at(0));
    [
        entry.clone(),
        CacheEntry {
            session_id: "session-2".to_owned(),
            ..cache_entry(2, at(0))
        },
        CacheEntry {
            conversation_id: "conversation-2".to_owned(),
            ..cache_entry(3, at(0))
        },
        CacheEntry {
            tenant: "other".to_owned(),
            ..cache_entry(4, at(0))
        },
    ]
}

/// Contents that a careless encoding would change.
fn rare_contents() -> Vec<Screened> {
    let scores = [
        0.1 + 0.2,
        1.0 / 3.0,
        0.850_000_000_000_000_1,
        1.0,
        0.0,
        5e-324,
    ];
    let mut items: Vec<Recommendation> = (0..)
        .zip(scores)
        .map(|(n, score)| recommendation(&format!("scored-{n}")).score(score).build())
        .collect();
    items.extend(Kind::ALL.map(|kind| recommendation(kind.as_str()).kind(kind).build()));
    items.push(recommendation("unscored").unscored().build());
    items.push(recommendation("without-text").parts(Vec::new()).build());
    items.push(
        recommendation("dated")
            .created_at(Timestamp::from_micros(-1))
            .knowledge_base("kb/1")
            .document("d\u{e9}", "\u{1f600}", "https://kb.test/a?b=c#d")
            .build(),
    );
    items.push(
        recommendation("highlighted")
            .parts(vec![
                TextPart {
                    pointer: "/answer~1/0".to_owned(),
                    role: Role::Body,
                    text: "\"quoted\" \\ \u{0} \u{7f} \u{2028} caf\u{e9} \u{1f600}".to_owned(),
                    highlight: Some(1..7),
                },
                TextPart {
                    pointer: "/answer~1/1".to_owned(),
                    role: Role::Excerpt,
                    text: "quoted".to_owned(),
                    highlight: None,
                },
            ])
            .build(),
    );
    let mut all = batch(items);
    all.context.agent_id = UpstreamId::new("agent-1");
    all.context.queue_id = UpstreamId::new("queue-1");
    all.malformed = Malformation::ALL
        .into_iter()
        .chain([Malformation::Id])
        .collect();
    all.unknown_fields = u32::MAX;
    all.refused_links = 2;
    let nothing_known = Batch {
        no_data: true,
        ..Batch::default()
    };
    let mut contents = vec![
        screened(&all),
        screened(&batch([recommendation("4111111111111111")])),
        screened(&nothing_known),
        screened(&Batch::default()),
    ];
    contents.extend((0..10).map(|n| screened(&batch(twenty_long_fractions(n)))));
    contents
}

/// Scores with all their decimals, of which an inexact reader gets some wrong in the last bit.
fn twenty_long_fractions(n: u32) -> impl Iterator<Item = Recommendation> {
    (n * 20..n * 20 + 20).map(|n| {
        let score = (f64::from(n) * std::f64::consts::E).fract();
        recommendation(&format!("long-{n}")).score(score).build()
    })
}

fn row_of(entry: &CacheEntry) -> CacheRow {
    CacheRow {
        fetched_at: entry.fetched_at,
        stored: entry.screened.to_stored().into_owned(),
    }
}

fn session(tenant: &str, session_id: &str) -> CacheScope {
    CacheScope::Session {
        tenant: tenant.to_owned(),
        session_id: session_id.to_owned(),
    }
}

async fn put(cache: &dyn RecommendationCache, entry: &CacheEntry) {
    cache.put(entry).await.expect("put");
}

async fn put_all(cache: &dyn RecommendationCache, entries: &[CacheEntry]) {
    for entry in entries {
        put(cache, entry).await;
    }
}

async fn get(cache: &dyn RecommendationCache, entry: &CacheEntry) -> CacheRow {
    let found = cache.get(&entry.key).await.expect("get");
    found.expect("an entry put a moment ago")
}

async fn held(cache: &dyn RecommendationCache, entries: &[CacheEntry]) -> Vec<bool> {
    let rows = join_all(entries.iter().map(|entry| cache.get(&entry.key))).await;
    rows.into_iter()
        .map(|row| row.expect("get").is_some())
        .collect()
}

async fn invalidate(cache: &dyn RecommendationCache, scope: &CacheScope) -> u64 {
    cache.invalidate(scope).await.expect("invalidate")
}

async fn stats(cache: &dyn RecommendationCache) -> CacheStats {
    cache.stats().await.expect("stats")
}
