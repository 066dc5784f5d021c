//! Fetches over HTTP from an upstream beside, so many at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use agent_assist_app::wire;
use agent_assist_genesys::tls_config;
use agent_assist_genesys_wire::{Listing, Suggestion};
use tokio::task::JoinSet;

use super::ports::{OPTIONS, request};
use super::{Done, Much, Until, Watch};
use crate::Outcome;
use crate::daemon;

/// The conversation that brings token and connection.
const TO_BEGIN_WITH: usize = 0xffff_ffff_ffff;

/// So many tasks do `work`, each piece of a number of its own, until it ends.
async fn together<F>(much: &Much, work: impl Fn(u64) -> F + Clone + Send + 'static) -> Outcome<Done>
where
    F: Future<Output = Outcome<()>> + Send,
{
    let (until, next) = (much.until(), Arc::new(AtomicU64::new(0)));
    let watch = Watch::start();
    let began = watch.began;
    let mut tasks = JoinSet::new();
    for _ in 0..much.at_once {
        let (work, next) = (work.clone(), Arc::clone(&next));
        tasks.spawn(async move {
            let mut done = 0;
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let over = match until {
                    Until::Count(count) => number >= count,
                    Until::Time(time) => began.elapsed() >= time,
                };
                if over {
                    return Outcome::Ok(done);
                }
                work(number).await?;
                done += 1;
            }
        });
    }
    let mut done = 0;
    while let Some(task) = tasks.join_next().await {
        done += task??;
    }
    Ok(watch.stop(done))
}

/// By the gateway over its real store: a token, the GET, verification, screening, the audit record, the
/// ledger, the cache. Each is of a conversation of its own.
pub(super) async fn fetch(much: &Much) -> Outcome<Done> {
    let given = daemon::settings(much.folder()?, much.upstream()?);
    let settings = daemon::read(&given)?;
    let source = wire::upstream(&settings)?;
    let store = wire::open_store(&settings).await?;
    let gateway = wire::gateway(&settings, &store, source, Vec::new())?;
    let service = gateway.fetch;
    // The token, and the connection.
    service.fetch(request(TO_BEGIN_WITH)?, OPTIONS).await?;
    let done = together(much, move |number| {
        let (service, raw) = (service.clone(), request(number as usize));
        async move {
            let outcome = service.fetch(raw?, OPTIONS).await?;
            match outcome.cause {
                Some(cause) => Err(cause.into()),
                None => Ok(()),
            }
        }
    })
    .await?;
    store.close().await;
    Ok(done)
}

/// By bare reqwest.
pub(super) async fn bare(much: &Much) -> Outcome<Done> {
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(tls_config(None)?)
        .no_proxy()
        .build()?;
    let url = format!(
        "http://{}/api/v2/conversations/c/suggestions",
        much.upstream()?
    );
    together(much, move |_| {
        let asked = client.get(&url).bearer_auth("bench").send();
        async move {
            let body = asked.await?.error_for_status()?.bytes().await?;
            let listing: Listing<Suggestion> = serde_json::from_slice(&body)?;
            std::hint::black_box(listing.entities.len());
            Ok(())
        }
    })
    .await
}
