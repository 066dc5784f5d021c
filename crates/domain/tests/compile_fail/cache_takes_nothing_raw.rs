//! Having a cache keep what the upstream sent.

use std::sync::Arc;

use agent_assist_domain::batch::Batch;
use agent_assist_domain::cache::CacheEntry;
use agent_assist_domain::ports::RecommendationCache;

fn entry(entry: CacheEntry, raw: Batch) -> CacheEntry {
    CacheEntry {
        screened: Arc::new(raw),
        ..entry
    }
}

async fn put(cache: &dyn RecommendationCache, raw: &Batch) {
    let _ = cache.put(raw).await;
}

fn main() {}
