//! A conversation told for a person: what was asked, given out, used and held back, how it failed, who
//! read about it, and what the statement rests on.

use std::collections::{BTreeMap, BTreeSet};

use agent_assist_domain::audit::{AuditEvent, AuditRecord, Seq};
use serde::Serialize;

use super::Displayed;
use super::entry::{Entry, Fetch, Told};

/// What a statement rests on: whoever has the log can compute it again, and an older one of the log's
/// own checkpoints tells whether anything was changed since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Anchor {
    /// The last record of the log.
    pub last_seq: Seq,
    /// Leaves of the log's tree.
    pub size: u64,
    /// The root of the tree, in hexadecimal.
    pub root_hash: String,
    /// The newest signed checkpoint of the log; `null` without any.
    pub checkpoint: Option<AnchorCheckpoint>,
}

/// A signed checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct AnchorCheckpoint {
    /// How many leaves it covers.
    pub size: u64,
    /// When it was signed, microseconds since the epoch.
    pub at_us: i64,
}

/// A conversation as a whole.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Statement {
    /// The conversation.
    pub conversation_id: String,
    /// In whose name.
    pub tenant_ids: BTreeSet<String>,
    /// Its sessions.
    pub session_ids: BTreeSet<String>,
    /// Its agents, as far as anybody said so.
    pub agent_ids: BTreeSet<String>,
    /// When the first request was recorded, microseconds since the epoch; `null` without any.
    pub first_at_us: Option<i64>,
    /// When the last was.
    pub last_at_us: Option<i64>,
    /// How requests ended.
    pub requests: Requests,
    /// Every recommendation that was given out, in the order in which they first were.
    pub given_out: Vec<GivenOut>,
    /// Whether what was given out was on a screen.
    pub displayed: Displayed,
    /// Distinct recommendations that were held back, by reason, and never given out.
    pub held_back: BTreeMap<String, u64>,
    /// Finds of personal data that were masked before anything was given out, by kind, in distinct
    /// contents.
    pub masked: BTreeMap<String, u64>,
    /// Answers that a last look stopped.
    pub stopped: u64,
    /// Errors, by name.
    pub errors: BTreeMap<String, u64>,
    /// How often the log was read about this conversation.
    pub readings: u64,
    /// Records that cannot be read, which only a hand at the file can have made so.
    pub unreadable: Vec<Seq>,
    /// What it rests on.
    pub anchor: Anchor,
}

/// How requests ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Requests {
    /// All of them.
    pub total: u64,
    /// Answered from what was remembered.
    pub from_cache: u64,
    /// Answered by the upstream.
    pub from_upstream: u64,
    /// The upstream failed; something else stood in, or nothing.
    pub failed: u64,
    /// Assist was off.
    pub withheld: u64,
    /// They broke the payload rules.
    pub refused: u64,
}

/// A recommendation that was given out.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GivenOut {
    /// Its identifier.
    pub recommendation_id: String,
    /// What it was.
    pub kind: String,
    /// In how many answers.
    pub times: u64,
    /// When first, microseconds since the epoch.
    pub first_at_us: i64,
    /// When last.
    pub last_at_us: i64,
    /// Distinct texts, by their SHA-256: more than one if it changed meanwhile.
    pub contents_sha256: BTreeSet<String>,
    /// When it was told first that it was on a screen, microseconds since the epoch: displayed, or anything
    /// that cannot have happened otherwise; `null` if nobody told.
    pub displayed_at_us: Option<i64>,
    /// When it went to work, once for each time.
    pub used_at_us: Vec<i64>,
}

/// The statement on a conversation, from its `records`, oldest first, as far as `anchor` reaches.
pub fn statement(conversation_id: &str, records: &[AuditRecord], anchor: Anchor) -> Statement {
    let mut told = Telling {
        statement: Statement {
            conversation_id: conversation_id.to_owned(),
            tenant_ids: BTreeSet::new(),
            session_ids: BTreeSet::new(),
            agent_ids: BTreeSet::new(),
            first_at_us: None,
            last_at_us: None,
            requests: Requests::default(),
            given_out: Vec::new(),
            displayed: Displayed::NotReported,
            held_back: BTreeMap::new(),
            masked: BTreeMap::new(),
            stopped: 0,
            errors: BTreeMap::new(),
            readings: 0,
            unreadable: Vec::new(),
            anchor,
        },
        held: BTreeMap::new(),
        masked_in: BTreeSet::new(),
    };
    let read = Told::by(records);
    for (record, entry) in &read.entries {
        told.add(record, entry);
    }
    told.statement.unreadable = read.unreadable;
    told.finish()
}

struct Telling {
    statement: Statement,
    /// Reason by identifier, or by record where there is none.
    held: BTreeMap<String, String>,
    /// Contents whose masks are counted.
    masked_in: BTreeSet<String>,
}

impl Telling {
    fn add(&mut self, record: &AuditRecord, entry: &Entry) {
        match AuditEvent::from_name(&record.columns.event) {
            Some(AuditEvent::FetchHit) => self.request(record, entry, |r| &mut r.from_cache),
            Some(AuditEvent::FetchCompleted) => {
                self.request(record, entry, |r| &mut r.from_upstream);
            }
            Some(AuditEvent::FetchFailed) => self.request(record, entry, |r| &mut r.failed),
            Some(AuditEvent::FetchWithheld) => self.request(record, entry, |r| &mut r.withheld),
            Some(AuditEvent::FetchRefused) => self.request(record, entry, |r| &mut r.refused),
            Some(AuditEvent::RecommendationAdopted | AuditEvent::RecommendationEngaged) => {
                self.engagement(record, entry);
            }
            Some(AuditEvent::EgressStopped) => self.statement.stopped += 1,
            Some(AuditEvent::AuditRead) => self.statement.readings += 1,
            _ => {}
        }
    }

    fn request(
        &mut self,
        record: &AuditRecord,
        entry: &Entry,
        ended: impl Fn(&mut Requests) -> &mut u64,
    ) {
        let statement = &mut self.statement;
        let columns = &record.columns;
        statement.requests.total += 1;
        *ended(&mut statement.requests) += 1;
        statement.tenant_ids.insert(columns.tenant.clone());
        statement.session_ids.extend(columns.session_id.clone());
        statement.agent_ids.extend(columns.agent_id.clone());
        let at = columns.at.as_micros();
        statement.first_at_us.get_or_insert(at);
        statement.last_at_us = Some(at);
        if let Some(error) = &columns.error {
            *statement.errors.entry(error.clone()).or_default() += 1;
        }
        if let Some(fetch) = &entry.fetch {
            self.shown(fetch, at);
            self.held_back(fetch, record.seq);
        }
    }

    fn shown(&mut self, fetch: &Fetch, at: i64) {
        for item in &fetch.shown {
            let Some(id) = &item.id else { continue };
            let content = item.content_sha256.clone().unwrap_or_default();
            if self.masked_in.insert(format!("{id}\n{content}")) {
                let receipts = item.receipts.iter().flat_map(|receipts| &receipts.kept);
                for receipt in receipts {
                    let count = self.statement.masked.entry(receipt.entity.clone());
                    *count.or_default() += 1;
                }
            }
            let given_out = &mut self.statement.given_out;
            match given_out.iter_mut().find(|of| of.recommendation_id == *id) {
                Some(of) => {
                    of.times += 1;
                    of.last_at_us = at;
                    of.contents_sha256.insert(content);
                }
                None => given_out.push(GivenOut {
                    recommendation_id: id.clone(),
                    kind: item.kind.clone(),
                    times: 1,
                    first_at_us: at,
                    last_at_us: at,
                    contents_sha256: [content].into(),
                    displayed_at_us: None,
                    used_at_us: Vec::new(),
                }),
            }
        }
    }

    fn held_back(&mut self, fetch: &Fetch, seq: Seq) {
        for (position, item) in fetch.rejected.iter().enumerate() {
            // One whose identifier is not told counts once for each answer.
            let name = item.id.clone();
            let name = name.unwrap_or_else(|| format!("{seq}\n{position}"));
            let reason = item.reason.clone().unwrap_or_default();
            self.held.insert(name, reason);
        }
    }

    fn engagement(&mut self, record: &AuditRecord, entry: &Entry) {
        let at = record.columns.at.as_micros();
        for told in entry.told() {
            let mut given_out = self.statement.given_out.iter_mut();
            let of = given_out.find(|of| of.recommendation_id == told.recommendation_id);
            if let (Some(of), Some(kind)) = (of, told.kind()) {
                of.displayed_at_us.get_or_insert(at);
                if kind.is_adoption() {
                    of.used_at_us.push(at);
                }
            }
        }
    }

    fn finish(mut self) -> Statement {
        let given_out = self.statement.given_out.iter();
        let displayed = given_out.map(|of| of.displayed_at_us.is_some());
        self.statement.displayed = Displayed::of(displayed);
        for (name, reason) in self.held {
            let given_out = &self.statement.given_out;
            if given_out.iter().all(|of| of.recommendation_id != name) {
                *self.statement.held_back.entry(reason).or_default() += 1;
            }
        }
        self.statement
    }
}
