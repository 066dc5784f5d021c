//! The members of an entry that are looked into here. Whatever else there is, of this version or a
//! later one, is passed over.

use std::collections::BTreeMap;

use agent_assist_domain::adoption::EngagementKind;
use agent_assist_domain::audit::{AuditRecord, Seq};
use serde::Deserialize;

/// What the log says of a request, of what became of recommendations, or of a stop.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Entry {
    pub(super) fetch: Option<Fetch>,
    pub(super) scope: Option<Scope>,
    adoption: Option<Engagement>,
    engaged: Vec<Engagement>,
    pub(super) egress: Option<Egress>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Fetch {
    pub(super) cache_age_ms: i64,
    #[serde(default)]
    pub(super) shown: Vec<Item>,
    #[serde(default)]
    pub(super) rejected: Vec<Item>,
    #[serde(default)]
    pub(super) counts: BTreeMap<String, u64>,
    shown_as: Option<ShownAs>,
}

/// The record that tells what was shown and held back.
#[derive(Debug, Deserialize)]
struct ShownAs {
    seq: Seq,
}

/// A recommendation that was shown or held back.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Item {
    pub(super) id: Option<String>,
    pub(super) kind: String,
    pub(super) score_millionths: Option<u32>,
    pub(super) version_id: Option<String>,
    pub(super) origin: Option<String>,
    pub(super) content_sha256: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) receipts: Option<Receipts>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Receipts {
    pub(super) kept: Vec<Receipt>,
    pub(super) untold: u64,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Receipt {
    pub(super) entity: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Scope {
    pub(super) min_relevance_millionths: Option<u32>,
    pub(super) policy_version: Option<String>,
}

/// What was told of a recommendation.
#[derive(Debug, Deserialize)]
pub(super) struct Engagement {
    pub(super) recommendation_id: String,
    /// The first versions knew one kind, and did not say which.
    #[serde(default = "Engagement::first_kind")]
    kind: String,
    replay: bool,
}

impl Engagement {
    fn first_kind() -> String {
        EngagementKind::Used.as_str().to_owned()
    }

    pub(super) fn kind(&self) -> Option<EngagementKind> {
        EngagementKind::from_name(&self.kind)
    }
}

#[derive(Debug, Deserialize)]
pub(super) struct Egress {
    pub(super) egress: String,
}

impl Entry {
    /// The entry of `record`; `None` if it is not in the shape that an entry has.
    fn of(record: &AuditRecord) -> Option<Self> {
        serde_json::from_str(&record.entry).ok()
    }

    /// What was told of recommendations, but for what had been told before.
    pub(super) fn told(&self) -> impl Iterator<Item = &Engagement> {
        let told = self.adoption.iter().chain(&self.engaged);
        told.filter(|engagement| !engagement.replay)
    }
}

/// A conversation's records, read. What one of them refers to instead of telling it is filled in, unless
/// that has left the log.
pub(super) struct Told<'r> {
    pub(super) entries: Vec<(&'r AuditRecord, Entry)>,
    /// Records that cannot be read.
    pub(super) unreadable: Vec<Seq>,
}

impl<'r> Told<'r> {
    /// What `records` say, in their order.
    pub(super) fn by(records: impl IntoIterator<Item = &'r AuditRecord>) -> Self {
        let mut told = Self {
            entries: Vec::new(),
            unreadable: Vec::new(),
        };
        for record in records {
            match Entry::of(record) {
                Some(mut entry) => {
                    told.fill_in(&mut entry);
                    told.entries.push((record, entry));
                }
                None => told.unreadable.push(record.seq),
            }
        }
        told
    }

    fn fill_in(&self, entry: &mut Entry) {
        let Some(fetch) = &mut entry.fetch else {
            return;
        };
        let Some(whole) = &fetch.shown_as else { return };
        let place = self
            .entries
            .binary_search_by_key(&whole.seq, |(record, _)| record.seq);
        let whole = place.ok().and_then(|place| self.entries.get(place));
        if let Some(whole) = whole.and_then(|(_, entry)| entry.fetch.as_ref()) {
            fetch.shown.clone_from(&whole.shown);
            fetch.rejected.clone_from(&whole.rejected);
        }
    }
}

impl Item {
    /// Finds of personal data in it.
    pub(super) fn findings(&self) -> u64 {
        let receipts = self.receipts.as_ref();
        receipts.map_or(0, |receipts| receipts.kept.len() as u64 + receipts.untold)
    }
}
