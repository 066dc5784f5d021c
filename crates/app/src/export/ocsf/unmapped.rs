//! What of an entry has no place in OCSF, and the little of it that the mapping looks into.

use std::borrow::{Borrow, Cow};
use std::collections::BTreeMap;

use serde::ser::SerializeMap as _;
use serde::{Deserialize, Serialize, Serializer};
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
#[derive(Debug)]
pub(super) struct Unmapped<'r> {
    members: BTreeMap<Name<'r>, &'r RawValue>,
    /// An entry that is no JSON object.
    entry_text: Option<&'r str>,
    pub(super) switch: Option<Switch<'r>>,
    /// Who gave an order.
    pub(super) operator: Option<Cow<'r, str>>,
    /// Who read the log or administered the program, as far as the machine said so.
    pub(super) actor: Option<ActorFacts<'r>>,
    /// Whether that one administered.
    pub(super) administers: bool,
}

/// The name of a member, not copied unless it is escaped.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
struct Name<'r>(#[serde(borrow)] Cow<'r, str>);

impl Borrow<str> for Name<'_> {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// By hand: what serde makes of flattened members is slow, and this is most of an event.
impl Serialize for Unmapped<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (Name(name), value) in &self.members {
            map.serialize_entry(name, value)?;
        }
        if let Some(text) = self.entry_text {
            map.serialize_entry("entry_text", text)?;
        }
        map.end()
    }
}

/// An order to the switch.
#[derive(Debug, Deserialize)]
pub(super) struct Switch<'r> {
    #[serde(borrow)]
    pub(super) to: Cow<'r, str>,
    #[serde(borrow)]
    pub(super) cause: Cow<'r, str>,
}

/// Any order: to the switch, about a legal hold, to erase, or to change keys.
#[derive(Debug, Deserialize)]
struct Order<'r> {
    #[serde(borrow)]
    by: Option<Cow<'r, str>>,
}

/// A reading of the log, or an act of an administrator.
#[derive(Debug, Deserialize)]
struct Deed<'r> {
    #[serde(borrow)]
    by: ActorFacts<'r>,
}

/// Whose deed it was.
#[derive(Debug, Deserialize)]
pub(super) struct ActorFacts<'r> {
    pub(super) uid: Option<u32>,
    #[serde(borrow)]
    pub(super) name: Option<Cow<'r, str>>,
    #[serde(borrow)]
    pub(super) host: Option<Cow<'r, str>>,
}

impl<'r> Unmapped<'r> {
    pub(super) fn of(entry: &'r str) -> Self {
        let parsed: Result<BTreeMap<Name<'r>, &'r RawValue>, _> = serde_json::from_str(entry);
        let Ok(mut members) = parsed else {
            return Self {
                members: BTreeMap::new(),
                entry_text: Some(entry),
                switch: None,
                operator: None,
                actor: None,
                administers: false,
            };
        };
        for name in MAPPED {
            members.remove(name);
        }
        let orders = ["switch", "hold", "erasure", "key"].into_iter();
        let mut orders = orders.filter_map(|name| part::<Order<'r>>(&members, name));
        let mut deeds = ["read", "admin"].into_iter();
        let deed = deeds.find_map(|name| part::<Deed<'r>>(&members, name));
        Self {
            operator: orders.find_map(|order| order.by),
            switch: part(&members, "switch"),
            actor: deed.map(|deed| deed.by),
            administers: members.contains_key("admin"),
            members,
            entry_text: None,
        }
    }
}

/// A member that the mapping looks into.
fn part<'r, T: Deserialize<'r>>(
    members: &BTreeMap<Name<'r>, &'r RawValue>,
    name: &str,
) -> Option<T> {
    let json = members.get(name)?.get();
    serde_json::from_str(json).ok()
}
