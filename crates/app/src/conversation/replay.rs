//! What had been given out in a conversation, as of a point in time: the last answer of each session,
//! where its content came from, how old it was, what was held back from it, what of it was on a screen,
//! and what was used.
//!
//! It tells what is on record. An answer is recorded before it is given, so one that was recorded may
//! not have arrived; that it was on a screen is told by clients, and by `fetch` of what it prints.

use std::collections::BTreeMap;

use agent_assist_domain::adoption::EngagementKind;
use agent_assist_domain::answer::CacheStatus;
use agent_assist_domain::audit::{AuditEvent, AuditRecord, Egress, Seq};
use agent_assist_domain::time::Timestamp;
use serde::Serialize;

use super::Displayed;
use super::entry::{Entry, Item, Told};

/// Counts of what was left out before any rule looked at it by name.
const UNNAMED: [&str; 5] = [
    "malformed",
    "duplicates",
    "state_filtered",
    "source_filtered",
    "over_limit",
];

/// A conversation as of a point in time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Replay {
    /// The conversation.
    pub conversation_id: String,
    /// The point in time, microseconds since the epoch.
    pub at_us: i64,
    /// The last record that was considered; `null` without any.
    pub through_seq: Option<Seq>,
    /// Whether what was given out was on the screens.
    pub displayed: Displayed,
    /// The last answer of each session, in the order in which the sessions came.
    pub sessions: Vec<SessionReplay>,
    /// Records that cannot be read, which only a hand at the file can have made so.
    pub unreadable: Vec<Seq>,
}

/// The last answer of a session.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SessionReplay {
    /// In whose name.
    pub tenant: String,
    /// The session.
    pub session_id: String,
    /// The agent, where known, and who said so.
    pub agent_id: Option<String>,
    /// `credential`, `request`, `upstream_context` or `unknown`.
    pub agent_origin: String,
    /// Its record.
    pub seq: Seq,
    /// Its request.
    pub request_id: String,
    /// When it was recorded, microseconds since the epoch.
    pub answered_at_us: i64,
    /// `hit`, `completed`, `failed` or `withheld`.
    pub outcome: String,
    /// Where its content came from.
    pub whence: Whence,
    /// The record that a last look stopped the answer, if it did: then nothing was given out.
    pub stopped_by_seq: Option<Seq>,
    /// How it was labelled, if it was degraded.
    pub degraded_reason: Option<String>,
    /// What went wrong upstream, if something did.
    pub error: Option<String>,
    /// Why it was empty, if it was.
    pub empty_reason: Option<String>,
    /// Version of the rules.
    pub policy_version: Option<String>,
    /// Least relevance asked for, 0 to 1.
    pub threshold: Option<f64>,
    /// What was given out, in order.
    pub shown: Vec<Shown>,
    /// What was held back.
    pub suppressed: Vec<Suppressed>,
    /// How many were left out before any rule looked at them by name, by reason.
    pub suppressed_unnamed: BTreeMap<&'static str, u64>,
}

/// Where content came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Whence {
    /// `upstream`, `cache`, `stale` (remembered beyond its time), `fallback`, or `nowhere`.
    pub from: &'static str,
    /// The record of the answer that it repeats, if it does and that is in the log.
    pub seq: Option<Seq>,
    /// When that was recorded, microseconds since the epoch.
    pub recorded_at_us: Option<i64>,
    /// How old the content was when it was given out, milliseconds.
    pub age_then_ms: i64,
    /// How old it was at the point in time, milliseconds.
    pub age_at_ms: i64,
}

/// A recommendation that was given out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shown {
    /// Its identifier.
    pub recommendation_id: String,
    /// What it was.
    pub kind: String,
    /// Its version, where it has one.
    pub version_id: Option<String>,
    /// Its relevance, 0 to 1, where it has one.
    pub score: Option<f64>,
    /// Where it comes from: `upstream`, `fallback_sources` or `knowledge_search`.
    pub origin: Option<String>,
    /// SHA-256 of title, a zero byte, and text as shown.
    pub content_sha256: Option<String>,
    /// Finds of personal data in it, all of them masked.
    pub masked_findings: u64,
    /// When the session told first that it was on a screen, microseconds since the epoch: that it was
    /// displayed, or anything that cannot have happened otherwise; `null` if it did not.
    pub displayed_at_us: Option<i64>,
    /// When it went to work in this session, microseconds since the epoch.
    pub used_at_us: Vec<i64>,
}

/// A recommendation that was held back.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Suppressed {
    /// Its identifier; `null` where that is itself personal data.
    pub recommendation_id: Option<String>,
    /// What it was.
    pub kind: String,
    /// Why.
    pub reason: Option<String>,
    /// Its relevance, 0 to 1, where it has one.
    pub score: Option<f64>,
    /// Finds of personal data in it.
    pub findings: u64,
}

/// The conversation as of `at`, from its `records`, oldest first.
pub fn replay(conversation_id: &str, at: Timestamp, records: &[AuditRecord]) -> Replay {
    let Told {
        entries: read,
        unreadable,
    } = Told::by(records.iter().filter(|record| record.columns.at <= at));
    let mut sessions: Vec<(&str, &str, usize)> = Vec::new();
    for (position, (record, entry)) in read.iter().enumerate() {
        let columns = &record.columns;
        let (Some(session), true) = (columns.session_id.as_deref(), is_answer(record, entry))
        else {
            continue;
        };
        let known = sessions
            .iter_mut()
            .find(|(tenant, id, _)| *tenant == columns.tenant && *id == session);
        match known {
            Some((.., last)) => *last = position,
            None => sessions.push((&columns.tenant, session, position)),
        }
    }
    let sessions: Vec<SessionReplay> = sessions
        .into_iter()
        .filter_map(|(.., position)| session_replay(&read, position, at))
        .collect();
    let shown = sessions.iter().flat_map(|session| &session.shown);
    Replay {
        conversation_id: conversation_id.to_owned(),
        at_us: at.as_micros(),
        through_seq: read.last().map(|(record, _)| record.seq),
        displayed: Displayed::of(shown.map(|item| item.displayed_at_us.is_some())),
        sessions,
        unreadable,
    }
}

/// Whether somebody was answered. Refused requests were, too, but nothing on a screen changed.
fn is_answer(record: &AuditRecord, entry: &Entry) -> bool {
    let answers = [
        AuditEvent::FetchHit,
        AuditEvent::FetchCompleted,
        AuditEvent::FetchFailed,
        AuditEvent::FetchWithheld,
    ];
    entry.fetch.is_some()
        && answers
            .iter()
            .any(|event| event.as_str() == record.columns.event)
}

fn session_replay(
    read: &[(&AuditRecord, Entry)],
    position: usize,
    at: Timestamp,
) -> Option<SessionReplay> {
    let (record, entry) = read.get(position)?;
    let fetch = entry.fetch.as_ref()?;
    let columns = &record.columns;
    let later = read.get(position + 1..).unwrap_or_default();
    let scope = entry.scope.as_ref();
    let counted = |name: &&'static str| Some((*name, *fetch.counts.get(*name)?));
    Some(SessionReplay {
        tenant: columns.tenant.clone(),
        session_id: columns.session_id.clone()?,
        agent_id: columns.agent_id.clone(),
        agent_origin: columns.agent_origin.clone(),
        seq: record.seq,
        request_id: columns.request_id.clone(),
        answered_at_us: columns.at.as_micros(),
        outcome: columns.event.replace("assist_fetch_", ""),
        whence: whence(read, position, at)?,
        stopped_by_seq: later
            .iter()
            .find(|(other, entry)| {
                let egress = entry.egress.as_ref().map(|stop| &*stop.egress);
                other.columns.request_id == columns.request_id
                    && egress == Some(Egress::Answer.as_str())
            })
            .map(|(stop, _)| stop.seq),
        degraded_reason: columns.degraded_reason.clone(),
        error: columns.error.clone(),
        empty_reason: columns.empty_reason.clone(),
        policy_version: scope.and_then(|scope| scope.policy_version.clone()),
        threshold: scope.and_then(|scope| fraction(scope.min_relevance_millionths)),
        shown: fetch
            .shown
            .iter()
            .filter_map(|item| shown(item, read, position))
            .collect(),
        suppressed: fetch.rejected.iter().map(suppressed).collect(),
        suppressed_unnamed: UNNAMED
            .iter()
            .filter_map(counted)
            .filter(|(_, count)| *count > 0)
            .collect(),
    })
}

fn shown(item: &Item, read: &[(&AuditRecord, Entry)], position: usize) -> Option<Shown> {
    let id = item.id.as_deref()?;
    let (answer, _) = read.get(position)?;
    let mut displayed_at_us = None;
    let mut used_at_us = Vec::new();
    for (number, (record, entry)) in read.iter().enumerate() {
        let columns = &record.columns;
        if columns.session_id != answer.columns.session_id
            || columns.tenant != answer.columns.tenant
        {
            continue;
        }
        let at = columns.at.as_micros();
        for told in entry.told().filter(|told| told.recommendation_id == id) {
            // What stays on a screen is told of once, however often it is given out.
            displayed_at_us.get_or_insert(at);
            let is_use = told.kind().is_some_and(EngagementKind::is_adoption);
            if is_use && number > position {
                used_at_us.push(at);
            }
        }
    }
    Some(Shown {
        recommendation_id: id.to_owned(),
        kind: item.kind.clone(),
        version_id: item.version_id.clone(),
        score: fraction(item.score_millionths),
        origin: item.origin.clone(),
        content_sha256: item.content_sha256.clone(),
        masked_findings: item.findings(),
        displayed_at_us,
        used_at_us,
    })
}

fn suppressed(item: &Item) -> Suppressed {
    Suppressed {
        recommendation_id: item.id.clone(),
        kind: item.kind.clone(),
        reason: item.reason.clone(),
        score: fraction(item.score_millionths),
        findings: item.findings(),
    }
}

fn fraction(millionths: Option<u32>) -> Option<f64> {
    millionths.map(|millionths| f64::from(millionths) / 1e6)
}

/// Where the content of the answer at `position` came from.
fn whence(read: &[(&AuditRecord, Entry)], position: usize, at: Timestamp) -> Option<Whence> {
    let (record, entry) = read.get(position)?;
    let fetch = entry.fetch.as_ref()?;
    let status = record.columns.cache_status.as_deref().unwrap_or_default();
    let from = match status {
        _ if status == CacheStatus::Hit.as_str() => "cache",
        _ if status == CacheStatus::Stale.as_str() => "stale",
        _ if status == CacheStatus::Fallback.as_str() => "fallback",
        _ if status == CacheStatus::None.as_str() => "nowhere",
        _ => "upstream",
    };
    let repeats = matches!(from, "cache" | "stale");
    let source = repeats.then(|| source(read, position)).flatten();
    let since_answer_ms = (at.as_micros() - record.columns.at.as_micros()).max(0) / 1_000;
    Some(Whence {
        from,
        seq: source.map(|source| source.seq),
        recorded_at_us: source.map(|source| source.columns.at.as_micros()),
        age_then_ms: fetch.cache_age_ms,
        age_at_ms: fetch.cache_age_ms.saturating_add(since_answer_ms),
    })
}

/// The record of the answer or refresh that the one at `position` repeats: of those before it with the
/// same content, the one whose time is nearest to when the content was fetched.
fn source<'r>(read: &[(&'r AuditRecord, Entry)], position: usize) -> Option<&'r AuditRecord> {
    let (record, entry) = read.get(position)?;
    let fetch = entry.fetch.as_ref()?;
    let fetched_at = record.columns.at.as_micros() - fetch.cache_age_ms.saturating_mul(1_000);
    let original = [
        CacheStatus::Miss.as_str(),
        CacheStatus::Bypass.as_str(),
        CacheStatus::Fallback.as_str(),
    ];
    let made_it = |(other, entry): &&(&AuditRecord, Entry)| {
        let status = other.columns.cache_status.as_deref();
        let same = entry.fetch.as_ref().is_some_and(|other| {
            let content = |item: &Item| (item.id.clone(), item.content_sha256.clone());
            other
                .shown
                .iter()
                .map(content)
                .eq(fetch.shown.iter().map(content))
        });
        same && other.columns.tenant == record.columns.tenant
            && status.is_some_and(|status| original.contains(&status))
    };
    read.get(..position)?
        .iter()
        .filter(made_it)
        .min_by_key(|(other, _)| other.columns.at.as_micros().abs_diff(fetched_at))
        .map(|(other, _)| *other)
}
