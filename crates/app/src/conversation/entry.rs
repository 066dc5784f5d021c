//! The members of an entry that are looked into here. Whatever else there is, of this version or a
//! later one, is passed over.

use std::collections::BTreeMap;

use agent_assist_domain::audit::AuditRecord;
use serde::Deserialize;

/// What the log says of a request, an adoption or a stop.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Entry {
    pub(super) fetch: Option<Fetch>,
    pub(super) scope: Option<Scope>,
    pub(super) adoption: Option<Adoption>,
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
}

/// A recommendation that was shown or held back.
#[derive(Debug, Deserialize)]
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

#[derive(Debug, Deserialize)]
pub(super) struct Receipts {
    pub(super) kept: Vec<Receipt>,
    pub(super) untold: u64,
}

#[derive(Debug, Deserialize)]
pub(super) struct Receipt {
    pub(super) entity: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Scope {
    pub(super) min_relevance_millionths: Option<u32>,
    pub(super) policy_version: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Adoption {
    pub(super) recommendation_id: String,
    pub(super) replay: bool,
}

#[derive(Debug, Deserialize)]
pub(super) struct Egress {
    pub(super) egress: String,
}

impl Entry {
    /// The entry of `record`; `None` if it is not in the shape that an entry has.
    pub(super) fn of(record: &AuditRecord) -> Option<Self> {
        serde_json::from_str(&record.entry).ok()
    }
}

impl Item {
    /// Finds of personal data in it.
    pub(super) fn findings(&self) -> u64 {
        let receipts = self.receipts.as_ref();
        receipts.map_or(0, |receipts| receipts.kept.len() as u64 + receipts.untold)
    }
}
