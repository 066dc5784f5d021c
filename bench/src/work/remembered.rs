//! What is remembered, given out as a library does.

use std::time::Duration;

use quick_cache::sync::Cache;
use tokio::time::Instant;

use super::ports::{OPTIONS, request, service};
use super::{Done, Much, again};
use crate::Outcome;
use crate::listing::SHOWN;

/// A fetch up to its answer, one after the other.
pub(super) async fn hit(much: &Much) -> Outcome<Done> {
    let service = service(SHOWN)?;
    let raw = request(0)?;
    service.fetch(raw.clone(), OPTIONS).await?;
    again(much.until(), |_| {
        let asked = service.fetch(raw.clone(), OPTIONS);
        async {
            let outcome = asked.await?;
            std::hint::black_box(outcome.answer.recommendations().len());
            Ok(())
        }
    })
    .await
}

/// The same, among `at_once` conversations that are asked about in turn.
pub(super) async fn live(much: &Much) -> Outcome<Done> {
    let service = service(2)?;
    let mut requests = Vec::new();
    for conversation in 0..much.at_once {
        let raw = request(conversation)?;
        service.fetch(raw.clone(), OPTIONS).await?;
        requests.push(raw);
    }
    again(much.until(), |number| {
        let asked = service.fetch(requests[number as usize % requests.len()].clone(), OPTIONS);
        async {
            asked.await?;
            Ok(())
        }
    })
    .await
}

/// A look into a cache, and at the age of what is found.
pub(super) async fn quick_cache(much: &Much) -> Outcome<Done> {
    let cache: Cache<[u8; 32], (Instant, bytes::Bytes)> = Cache::new(10_000);
    cache.insert([7; 32], (Instant::now(), bytes::Bytes::from_static(b"{}")));
    again(much.until(), |_| {
        let found = cache.get(std::hint::black_box(&[7; 32]));
        let fresh = found.filter(|(at, _)| at.elapsed() < Duration::from_secs(3_600));
        std::hint::black_box(fresh);
        async { Ok(()) }
    })
    .await
}
