//! `agent-assist cache`: what is remembered on disk.

use agent_assist_app::settings::Settings;
use agent_assist_app::wire;
use agent_assist_domain::cache::{AnswerKey, CacheScope, CacheStats};
use agent_assist_domain::ports::RecommendationCache as _;
use agent_assist_domain::time::Timestamp;
use serde::Serialize;

use crate::args::{CacheCommand, Global, InvalidateScope};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Format, Printer};
use crate::{progress, render, session};

/// `cache stats` as JSON.
#[derive(Serialize)]
struct Stats {
    entries: u64,
    bytes: u64,
    oldest_ms: Option<i64>,
    newest_ms: Option<i64>,
}

/// `cache invalidate` and `cache purge` as JSON.
#[derive(Serialize)]
struct Forgotten {
    forgotten: u64,
}

pub(super) async fn run(
    global: &Global,
    command: CacheCommand,
    printer: &Printer,
) -> Result<Exit, Failure> {
    match command {
        CacheCommand::Stats { place } => {
            let loaded = session::load_for_store(global, place.sandbox, printer)?;
            stats(&loaded.settings, printer).await
        }
        CacheCommand::Invalidate { scope, place } => {
            let loaded = session::load_for_store(global, place.sandbox, printer)?;
            let scope = named(scope, &loaded.settings)?;
            forget(&loaded.settings, &scope, printer).await
        }
        CacheCommand::Purge { place } => {
            let loaded = session::load_for_store(global, place.sandbox, printer)?;
            forget(&loaded.settings, &CacheScope::All, printer).await
        }
    }
}

async fn stats(settings: &Settings, printer: &Printer) -> Result<Exit, Failure> {
    let counting = async {
        let store = session::open_to_read(settings).await?;
        let stats = store.stats().await;
        store.close().await;
        Ok::<CacheStats, Failure>(stats?)
    };
    let stats = progress::during(printer, "looking at the cache", counting).await?;
    if printer.format() == Format::Table {
        printer.data(&render::cache_stats(&stats));
    } else {
        printer.json(&Stats {
            entries: stats.entries,
            bytes: stats.bytes,
            oldest_ms: stats.oldest.map(Timestamp::as_millis),
            newest_ms: stats.newest.map(Timestamp::as_millis),
        });
    }
    Ok(Exit::Ok)
}

async fn forget(
    settings: &Settings,
    scope: &CacheScope,
    printer: &Printer,
) -> Result<Exit, Failure> {
    let forgetting = async {
        let store = wire::open_store(settings).await?;
        let forgotten = store.invalidate(scope).await;
        store.close().await;
        Ok::<u64, Failure>(forgotten?)
    };
    let forgotten = progress::during(printer, "forgetting answers", forgetting).await?;
    if printer.format() == Format::Table {
        printer.data(&format!("{} forgotten", render::count(forgotten, "answer")));
    } else {
        printer.json(&Forgotten { forgotten });
    }
    Ok(Exit::Ok)
}

fn named(scope: InvalidateScope, settings: &Settings) -> Result<CacheScope, Failure> {
    let tenant = settings.tenant.clone();
    match (scope.conversation, scope.session, scope.key) {
        (Some(conversation_id), ..) => Ok(CacheScope::Conversation {
            tenant,
            conversation_id,
        }),
        (_, Some(session_id), _) => Ok(CacheScope::Session { tenant, session_id }),
        (.., Some(key)) => AnswerKey::parse(&key)
            .map(CacheScope::Key)
            .ok_or_else(|| Failure::usage("--key must be 64 hexadecimal digits")),
        _ => Err(Failure::usage("name a conversation, a session or a key")),
    }
}
