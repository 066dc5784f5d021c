//! Finds out why something does not work: settings, store, connection, clock, token, permission,
//! knowledge sources, a single conversation, the rate of many agents. Each failure says what to do.
//!
//! Nothing is changed upstream, and nothing of a conversation is shown or stored.

mod upstream;

use std::sync::Arc;

use agent_assist_domain::cache::{AnswerKey, CacheEntry, CacheScope};
use agent_assist_domain::ports::{RecommendationCache as _, RecommendationSource as _, StoreError};
use agent_assist_domain::screening::Screened;
use agent_assist_domain::time::Timestamp;
use serde::Serialize;

use crate::capacity::{self, Capacity};
use crate::checkpoints::load_key;
use crate::days_to_full::DaysToFull;
use crate::error::Chain;
use crate::settings::{Settings, Sources};
use crate::wire::{self, SqliteStore};
use upstream::Examination;

/// So few days are worth a warning.
const FEW_DAYS: f64 = 14.0;

/// Tokens that one program uses at most.
const MAX_TOKENS: u32 = 10;

/// What is wanted to be known.
#[derive(Clone, Debug, Default)]
pub struct Complaint {
    /// This conversation shows nothing.
    pub conversation_id: Option<String>,
    /// Its session, which the recommendations dialect needs.
    pub session_id: Option<String>,
    /// These knowledge sources should exist and be published.
    pub knowledge_sources: Vec<String>,
    /// So many agents are to be served.
    pub agents: Option<u32>,
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Nothing is wrong.
    Ok,
    /// It works, but somebody should look.
    Warning,
    /// It does not work.
    Failed,
    /// It could not be tried, because something before it failed.
    Skipped,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was looked at.
    pub name: &'static str,
    /// How it ended.
    pub status: Status,
    /// What was found.
    pub finding: String,
    /// What to do about it.
    pub advice: Option<String>,
}

impl Check {
    fn new(name: &'static str, status: Status, finding: impl Into<String>) -> Self {
        Self {
            name,
            status,
            finding: finding.into(),
            advice: None,
        }
    }

    fn ok(name: &'static str, finding: impl Into<String>) -> Self {
        Self::new(name, Status::Ok, finding)
    }

    fn failed(name: &'static str, finding: impl Into<String>, advice: impl Into<String>) -> Self {
        Self::new(name, Status::Failed, finding).advise(advice)
    }

    fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }
}

/// Examines everything that `sources` describe, and what `complaint` asks about.
pub async fn examine(sources: &Sources, complaint: &Complaint) -> Vec<Check> {
    let settings = match sources.load() {
        Ok(loaded) => loaded.settings,
        Err(mistakes) => {
            return mistakes
                .0
                .iter()
                .map(|mistake| {
                    let finding = format!("{} is wrong (from {})", mistake.key, mistake.origin);
                    Check::failed("settings", finding, format!("give {}", mistake.expected))
                })
                .collect();
        }
    };
    let mut checks = store(&settings).await;
    checks.push(checkpoints(&settings));
    let source = match wire::upstream(&settings) {
        Ok(source) => source,
        Err(error) => {
            let finding = Chain(&error).to_string();
            checks.push(Check::failed(
                "settings",
                finding,
                "set it, then run doctor again",
            ));
            checks.extend(agents_check(&settings, complaint, None));
            return checks;
        }
    };
    checks.insert(
        0,
        Check::ok(
            "settings",
            format!("{} at {}", settings.dialect, source.profile().origin),
        ),
    );
    Examination::new(&settings, complaint, &source)
        .run(&mut checks)
        .await;
    checks
}

/// Whether the store can be written, and for how long.
async fn store(settings: &Settings) -> Vec<Check> {
    const NAME: &str = "store";
    let finding = |error: &(dyn std::error::Error + 'static)| Chain(error).to_string();
    let advice = "make its folder writable, free some space, or name another file with --store";
    match wire::open_store(settings).await {
        Ok(store) => {
            let written = write_and_forget(&store, settings).await;
            let room = wire::room(&store).await;
            store.close().await;
            match written {
                Ok(_) => {
                    let finding = format!("{} can be written", settings.store.display());
                    vec![Check::ok(NAME, finding), days_to_full(room)]
                }
                Err(error) => vec![Check::failed(NAME, finding(&error), advice)],
            }
        }
        Err(error) => vec![Check::failed(NAME, finding(&error), advice)],
    }
}

/// How many days the disk lasts at the rate of the last week.
fn days_to_full(room: Result<wire::Room, StoreError>) -> Check {
    const NAME: &str = "days to full";
    let told = match room {
        Ok(room) => DaysToFull::of(&room),
        Err(error) => {
            let finding = Chain(&error).to_string();
            return Check::failed(NAME, finding, "make the disk of the store readable");
        }
    };
    let Some(days) = told.days else {
        return Check::ok(
            NAME,
            "not known yet: the audit log is empty or younger than an hour",
        );
    };
    let a_day = told.bytes_a_day.unwrap_or_default();
    let finding = format!("the disk lasts {days} days at {a_day} bytes a day");
    if days >= FEW_DAYS {
        return Check::ok(NAME, finding);
    }
    Check::new(NAME, Status::Warning, finding).advise(
        "make room on the disk of the store, or let `agent-assist audit archive` move older records \
         to another one (audit.retain_online, audit.archives)",
    )
}

/// Whether the audit log's head is signed, and kept by somebody else.
fn checkpoints(settings: &Settings) -> Check {
    const NAME: &str = "audit checkpoints";
    let checkpoints = &settings.checkpoints;
    match &checkpoints.key_file {
        None => Check::new(NAME, Status::Warning, "the audit log's head is not signed").advise(
            "`agent-assist audit keygen` makes a key; name it as audit.key_file",
        ),
        Some(path) => match load_key(path) {
            Err(error) => Check::failed(
                NAME,
                Chain(&error).to_string(),
                "put the key right, or name another as audit.key_file",
            ),
            Ok(key) if checkpoints.leave_the_host() => {
                Check::ok(NAME, format!("signed as {} and sent away", key.name()))
            }
            Ok(key) => Check::new(
                NAME,
                Status::Warning,
                format!(
                    "signed as {}, and none leaves this host: whoever holds host and key is not \
                     excluded",
                    key.name()
                ),
            )
            .advise(
                "set audit.checkpoint_webhook, audit.checkpoint_syslog, or audit.checkpoint_file on \
                 another machine's disk",
            ),
        },
    }
}

/// Writes a row and takes it away again: a full disk shows itself at the first page.
async fn write_and_forget(store: &SqliteStore, settings: &Settings) -> Result<u64, StoreError> {
    let key = AnswerKey::from_bytes([0; 32]);
    let entry = CacheEntry {
        key,
        tenant: settings.tenant.clone(),
        conversation_id: "doctor".to_owned(),
        session_id: "doctor".to_owned(),
        fetched_at: Timestamp::default(),
        screened: Arc::new(Screened::nothing()),
    };
    store.put(&entry).await?;
    store.invalidate(&CacheScope::Key(key)).await
}

fn agents_check(
    settings: &Settings,
    complaint: &Complaint,
    limits: Option<capacity::Limits>,
) -> Option<Check> {
    const NAME: &str = "agents";
    let agents = complaint.agents?;
    let from = if limits.is_some() {
        "the organisation's limits"
    } else {
        "the usual limits"
    };
    let limits = limits.unwrap_or_default();
    let plan = Capacity::plan(agents, settings.freshness.ttl, limits);
    let finding = format!(
        "{agents} agents asking every {} s send {} requests a minute; by {from} that takes {}",
        plan.interval.as_secs_f64(),
        plan.requests_per_minute,
        match plan.tokens {
            1 => "1 token".to_owned(),
            tokens => format!("{tokens} tokens"),
        },
    );
    let pool = u32::from(settings.upstream.token_pool);
    Some(match plan.shortest_interval {
        None if plan.tokens <= pool => Check::ok(NAME, finding),
        None if plan.tokens <= MAX_TOKENS => {
            let advice = format!("set upstream.token_pool = {}", plan.tokens);
            Check::new(
                NAME,
                Status::Warning,
                format!("{finding}, and {pool} is set"),
            )
            .advise(advice)
        }
        None => {
            let advice = "ask less often (cache.ttl), or share the agents out over several OAuth \
                          clients";
            let finding = format!("{finding}, more than one program uses ({MAX_TOKENS})");
            Check::new(NAME, Status::Warning, finding).advise(advice)
        }
        Some(interval) => Check::new(
            NAME,
            Status::Warning,
            format!(
                "{finding}, more than one OAuth client may send ({} a minute)",
                plan.app_per_minute
            ),
        )
        .advise(format!(
            "set cache.ttl to {} s or more, or ask the vendor for more",
            interval.as_secs()
        )),
    })
}
