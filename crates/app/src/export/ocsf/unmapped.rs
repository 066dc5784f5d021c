//! What of an entry has no place in OCSF, and the little of it that the mapping looks into.

use std::borrow::Cow;
use std::collections::BTreeMap;

use agent_assist_domain::canonical::Reader;
use serde::Deserialize;
use serde_json::value::RawValue;

/// Members that most entries have no more of.
const LIKELY: usize = 16;

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
    members: Vec<(Name<'r>, &'r str)>,
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
        let Some(mut members) = members(entry) else {
            return Self {
                members: Vec::new(),
                entry_text: Some(entry),
                switch: None,
                operator: None,
                actor: None,
                administers: false,
            };
        };
        members.retain(|(Name(name), _)| !MAPPED.contains(&&**name));
        let orders = ["switch", "hold", "erasure", "key"].into_iter();
        let mut orders = orders.filter_map(|name| part::<Order<'r>>(&members, name));
        let mut deeds = ["read", "admin"].into_iter();
        let deed = deeds.find_map(|name| part::<Deed<'r>>(&members, name));
        Self {
            operator: orders.find_map(|order| order.by),
            switch: part(&members, "switch"),
            actor: deed.map(|deed| deed.by),
            administers: member(&members, "admin").is_some(),
            members,
            entry_text: None,
        }
    }

    /// Writes them as an object. Their values are JSON already: most of an event is copied only.
    pub(super) fn write(&self, out: &mut Vec<u8>) -> serde_json::Result<()> {
        out.push(b'{');
        for (position, (Name(name), value)) in self.members.iter().enumerate() {
            if position > 0 {
                out.push(b',');
            }
            serde_json::to_writer(&mut *out, name)?;
            out.push(b':');
            out.extend_from_slice(value.as_bytes());
        }
        if let Some(text) = self.entry_text {
            out.extend_from_slice(b"\"entry_text\":");
            serde_json::to_writer(&mut *out, text)?;
        }
        out.push(b'}');
        Ok(())
    }
}

/// The members of an entry by their names, each once; `None` if it is no object.
fn members(entry: &str) -> Option<Vec<(Name<'_>, &str)>> {
    let mut members = Vec::with_capacity(LIKELY);
    let mut reader = Reader::new(entry);
    let read = reader.object(|reader, name| {
        members.push((Name(name.into()), reader.value()?));
        Some(())
    });
    if read.is_some() && reader.is_at_end() {
        return Some(members);
    }
    // Not as this program writes it.
    let parsed: Result<BTreeMap<Name<'_>, &RawValue>, _> = serde_json::from_str(entry);
    let members = parsed.ok()?.into_iter();
    Some(members.map(|(name, raw)| (name, raw.get())).collect())
}

fn member<'r>(members: &[(Name<'_>, &'r str)], name: &str) -> Option<&'r str> {
    let found = members.iter().find(|(Name(member), _)| member == name);
    found.map(|(_, json)| *json)
}

/// A member that the mapping looks into.
fn part<'r, T: Deserialize<'r>>(members: &[(Name<'_>, &'r str)], name: &str) -> Option<T> {
    serde_json::from_str(member(members, name)?).ok()
}
