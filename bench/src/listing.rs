//! What the upstream gives: a conversation's suggestions as the platform lists them, the same in every
//! run. Half are articles found by search, half proposed by a rule; each has a title, a passage and
//! references, some 650 bytes. No personal data: clean text is what nearly all of it is.

use std::fmt::Write as _;

/// Suggestions of a listing that is looked at whole: 65 KB.
pub(crate) const ENTITIES: usize = 100;
/// Suggestions of which an answer takes 40 KB.
pub(crate) const SHOWN: usize = 56;

/// A word that stands in every text of a [`marked`] listing, and in no other: whoever gives it out puts
/// another in its place, for a text that nobody has seen before.
pub(crate) const MARK: &str = "kqqqqqqq";

/// Characters of a passage.
const PASSAGE: usize = 300;

const WORDS: [&str; 64] = [
    "account",
    "adjust",
    "after",
    "agent",
    "always",
    "answer",
    "appliance",
    "appointment",
    "area",
    "ask",
    "balance",
    "before",
    "bill",
    "booking",
    "branch",
    "cable",
    "cancel",
    "change",
    "charge",
    "check",
    "choose",
    "claim",
    "clear",
    "close",
    "confirm",
    "contract",
    "cover",
    "credit",
    "customer",
    "delivery",
    "device",
    "discount",
    "document",
    "email",
    "explain",
    "filter",
    "form",
    "goodwill",
    "guide",
    "home",
    "invoice",
    "item",
    "letter",
    "line",
    "menu",
    "meter",
    "model",
    "offer",
    "open",
    "order",
    "parcel",
    "payment",
    "policy",
    "press",
    "refund",
    "repair",
    "return",
    "router",
    "select",
    "service",
    "signal",
    "store",
    "tariff",
    "warranty",
];

/// A listing of so many suggestions as JSON.
pub(crate) fn of(entities: usize) -> String {
    written(entities, "")
}

/// The same with a [`MARK`] in each text.
pub(crate) fn marked(entities: usize) -> String {
    written(entities, MARK)
}

fn written(entities: usize, mark: &str) -> String {
    let mut chance = fastrand::Rng::with_seed(20);
    let mut json = String::from(r#"{"entities":["#);
    for number in 0..entities {
        if number > 0 {
            json.push(',');
        }
        entity(&mut json, &mut chance, number, mark);
    }
    json.push_str(r#"],"selfUri":"/api/v2/conversations/c/suggestions"}"#);
    json
}

fn entity(json: &mut String, chance: &mut fastrand::Rng, number: usize, mark: &str) {
    let (id, document) = (uuid(chance), uuid(chance));
    let (title, passage) = (text(chance, 30, mark), text(chance, PASSAGE, mark));
    let (kind, member, score) = match number.is_multiple_of(2) {
        true => ("KnowledgeArticle", "knowledgeArticle", String::new()),
        false => {
            let confidence = 0.6 + 0.3 * chance.f64();
            let search = uuid(chance);
            let score = format!(r#","confidence":{confidence:.6},"searchId":"{search}""#);
            ("KnowledgeSearch", "knowledgeSearch", score)
        }
    };
    let (day, minute, ms) = (chance.u8(1..=28), chance.u8(0..60), chance.u16(0..1000));
    // A string takes whatever is written to it.
    let _ = write!(
        json,
        r#"{{"id":"{id}","type":"{kind}","state":"Suggested","dateCreated":"2026-03-{day:02}T09:{minute:02}:30.{ms:03}Z","triggerType":"Intent","{member}":{{"title":"{title}","snippets":["{passage}"],"document":{{"id":"{document}"}}{score}}}}}"#
    );
}

fn text(chance: &mut fastrand::Rng, length: usize, mark: &str) -> String {
    let mut text = String::with_capacity(length + 16);
    text.push_str(mark);
    while text.len() < length {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(chance.choice(WORDS).unwrap_or_default());
    }
    text.push('.');
    text
}

fn uuid(chance: &mut fastrand::Rng) -> String {
    let (a, b, c) = (chance.u32(..), chance.u16(..), chance.u16(..) & 0x0fff);
    let (d, e) = ((chance.u16(..) & 0x3fff) | 0x8000, chance.u64(..) >> 16);
    format!("{a:08x}-{b:04x}-4{c:03x}-{d:04x}-{e:012x}")
}

/// The payload of a request, in a conversation of this number.
pub(crate) fn payload(conversation: usize) -> String {
    format!(
        r#"{{"conversation_id":"8d7c1c2e-3a74-4f5b-9d2e-{conversation:012x}","session_id":"s-{conversation:012x}","knowledge_source_ids":["kb-1"],"limit":100}}"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_is_json_of_the_size_that_is_told() {
        let json = of(ENTITIES);
        let value: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(value["entities"].as_array().map(Vec::len), Some(ENTITIES));
        assert!((60_000..70_000).contains(&json.len()), "{}", json.len());
        assert_eq!(json, of(ENTITIES));
        assert_eq!(marked(ENTITIES).matches(MARK).count(), 2 * ENTITIES);
    }
}
