//! What of an entry has no place in OCSF, and the little of it that the mapping looks into.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Members that stand elsewhere in the event, whole.
const MAPPED: [&str; 5] = [
    "conversation_id",
    "event",
    "request_id",
    "session_id",
    "tenant",
];

/// Members of an entry, as they stand there.
#[derive(Debug, Serialize)]
pub(super) struct Unmapped<'r> {
    #[serde(flatten)]
    members: BTreeMap<Cow<'r, str>, &'r RawValue>,
    /// An entry that is no JSON object.
    #[serde(skip_serializing_if = "Option::is_none")]
    entry_text: Option<&'r str>,
    #[serde(skip)]
    pub(super) switch: Option<Switch<'r>>,
}

/// An order to the switch.
#[derive(Debug, Deserialize)]
pub(super) struct Switch<'r> {
    #[serde(borrow)]
    pub(super) to: Cow<'r, str>,
    #[serde(borrow)]
    pub(super) cause: Cow<'r, str>,
    pub(super) by: Option<Cow<'r, str>>,
}

impl<'r> Unmapped<'r> {
    pub(super) fn of(entry: &'r str) -> Self {
        let parsed: Result<BTreeMap<Cow<'r, str>, &'r RawValue>, _> = serde_json::from_str(entry);
        let Ok(mut members) = parsed else {
            return Self {
                members: BTreeMap::new(),
                entry_text: Some(entry),
                switch: None,
            };
        };
        for name in MAPPED {
            members.remove(name);
        }
        let switch = members.get("switch").copied();
        Self {
            switch: switch.and_then(|json| serde_json::from_str(json.get()).ok()),
            members,
            entry_text: None,
        }
    }
}
