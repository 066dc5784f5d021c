//! What a sink that never answers costs those who fetch: the same fetches without a sink and with one
//! that takes every connection and says nothing, in turns of one run.
//!
//! | row | must reach |
//! |---|---|
//! | p99 of a fetch with the dead sink, of that without one | 1.10 |
//!
//! Every fetch asks the sandbox and is recorded durably: none is answered from the cache. The rounds'
//! medians are compared, since a machine has other things to do.
//!
//! `cargo run --release -p agent-assist-app --example dead_sink [ROUNDS]`

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use agent_assist_app::events::Deliverer;
use agent_assist_app::fetch::{FetchOptions, FetchService};
use agent_assist_app::settings::{Settings, Sources};
use agent_assist_app::wire::{self, SqliteStore};
use agent_assist_domain::payload::{RawField, RawRequest};
use agent_assist_sandbox::{Ready, Sandbox, SandboxConfig};
use hdrhistogram::Histogram;
use tokio::net::TcpListener;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

/// Rounds of each kind unless told otherwise.
const ROUNDS: usize = 15;
/// Fetches of a round, by so many callers at once.
const FETCHES: usize = 1_000;
const CALLERS: usize = 8;
/// More a minute than anybody asks here; the gateway goes by what the upstream says it allows.
const UNHURRIED: u32 = 1_000_000;

/// A gateway over a store of its own.
struct Side {
    fetch: FetchService,
    deliverer: Deliverer,
    store: SqliteStore,
    timeout: Duration,
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "a program for people to run")]
async fn main() -> Result<(), Box<dyn Error>> {
    let rounds = std::env::args().nth(1).map(|number| number.parse());
    let rounds: usize = rounds.transpose()?.unwrap_or(ROUNDS);
    let sandbox = Sandbox::start(SandboxConfig {
        requests_per_minute: UNHURRIED,
        application_requests_per_minute: UNHURRIED,
        ..SandboxConfig::default()
    })
    .await?;
    let folder = tempfile::tempdir()?;
    let (dead, hanging) = dead_sink().await?;
    let secret = folder.path().join("sink.secret");
    std::fs::write(&secret, agent_assist_app::events::DEVELOPMENT_SECRET)?;

    let alone = side(sandbox.ready(), &folder.path().join("alone.db"), &[]).await?;
    let sink = [
        ("analytics.webhooks.dead.url", dead),
        (
            "analytics.webhooks.dead.secret_file",
            secret.display().to_string(),
        ),
        ("analytics.webhooks.dead.allow_private", "true".to_owned()),
    ];
    let told = side(sandbox.ready(), &folder.path().join("told.db"), &sink).await?;
    let ending = CancellationToken::new();
    let delivering = tokio::spawn({
        let (deliverer, ending) = (told.deliverer.clone(), ending.clone());
        async move { deliverer.run(&ending).await }
    });

    let requests = requests(sandbox.ready());
    let (mut without, mut with) = (Vec::new(), Vec::new());
    // The first of each fills caches and is not counted.
    for round in 0..=rounds {
        for (side, figures) in [(&alone, &mut without), (&told, &mut with)] {
            let taken = side.round(&requests).await?;
            if round > 0 {
                figures.push(taken);
            }
        }
    }
    for (name, quantile) in [("p50", 0.5), ("p99", 0.99)] {
        let (without, with) = (median(&without, quantile), median(&with, quantile));
        println!(
            "{name}, without a sink {:.3} ms, with a dead one {:.3} ms: {:.2} times",
            without / 1e3,
            with / 1e3,
            with / without
        );
    }
    ending.cancel();
    delivering.await?;
    drop(hanging);
    alone.store.close().await;
    told.store.close().await;
    sandbox.shutdown().await;
    Ok(())
}

impl Side {
    /// How long each fetch of a round took, in microseconds.
    async fn round(&self, requests: &[RawRequest]) -> Result<Histogram<u64>, Box<dyn Error>> {
        let callers = requests.iter().cycle().take(CALLERS).map(|request| {
            let (fetch, request) = (self.fetch.clone(), request.clone());
            let options = FetchOptions {
                timeout: self.timeout,
                use_cache: false,
            };
            tokio::spawn(async move {
                let mut taken = Vec::with_capacity(FETCHES / CALLERS);
                for _ in 0..FETCHES / CALLERS {
                    let begin = Instant::now();
                    let outcome = fetch.fetch(request.clone(), options).await;
                    taken.push(begin.elapsed());
                    outcome.map_err(|error| error.to_string())?;
                }
                Ok::<_, String>(taken)
            })
        });
        let mut figures = Histogram::new(3)?;
        for caller in callers.collect::<Vec<_>>() {
            for taken in caller.await?? {
                figures.record(u64::try_from(taken.as_micros())?)?;
            }
        }
        Ok(figures)
    }
}

async fn side(
    ready: &Ready,
    store: &Path,
    more: &[(&'static str, String)],
) -> Result<Side, Box<dyn Error>> {
    let upstream = [
        ("tenant", "measured".to_owned()),
        ("store", store.display().to_string()),
        ("dialect", "recommendations".to_owned()),
        ("upstream.api_base", ready.base_url.clone()),
        ("upstream.client_id", ready.client_id.clone()),
        ("upstream.client_secret", ready.client_secret.clone()),
        ("upstream.requests_per_minute", "100000".to_owned()),
        ("upstream.app_requests_per_minute", "100000".to_owned()),
    ];
    let flags = upstream.iter().chain(more);
    let sources = Sources {
        flags: flags
            .map(|(name, value)| (*name, value.clone(), "this program"))
            .collect(),
        ..Sources::default()
    };
    let settings: Settings = sources.load()?.settings;
    let store = wire::open_store(&settings).await?;
    let upstream = wire::with_fallbacks(&settings, &Arc::new(wire::upstream(&settings)?));
    let gateway = wire::gateway(&settings, &store, upstream, Vec::new())?;
    Ok(Side {
        deliverer: wire::deliverer(&settings, &store, gateway.bell, None)?,
        fetch: gateway.fetch,
        timeout: settings.fetch_timeout,
        store,
    })
}

/// A receiver that takes every connection, keeps it and says nothing; as long as the task lives.
async fn dead_sink() -> Result<(String, tokio::task::JoinHandle<()>), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/", listener.local_addr()?);
    let kept = tokio::spawn(async move {
        let mut connections = Vec::new();
        while let Ok((connection, _)) = listener.accept().await {
            connections.push(connection);
        }
    });
    Ok((url, kept))
}

/// One for each conversation: callers who ask the same would share an answer.
fn requests(ready: &Ready) -> Vec<RawRequest> {
    let sources = &ready.knowledge_sources;
    let of = |conversation_id: &String| RawRequest {
        session_id: RawField::text(Some("measured-session")),
        conversation_id: RawField::text(Some(conversation_id)),
        knowledge_source_ids: sources.iter().cloned().map(RawField::Text).collect(),
        ..RawRequest::default()
    };
    let conversations = ready.conversations.iter();
    conversations
        .map(|conversation| of(&conversation.id))
        .collect()
}

/// The median of the rounds' quantiles, in microseconds.
#[expect(clippy::cast_precision_loss, reason = "microseconds of a fetch")]
fn median(rounds: &[Histogram<u64>], quantile: f64) -> f64 {
    let mut all: Vec<_> = rounds
        .iter()
        .map(|round| round.value_at_quantile(quantile))
        .collect();
    all.sort_unstable();
    all.get(all.len() / 2)
        .map_or(f64::NAN, |value| *value as f64)
}
