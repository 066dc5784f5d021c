//! Taking a listing apart and putting it together wrongly.

use serde_json::{Map, Value, json};

/// The names under which the two dialects have their scores.
const SCORES: [&str; 2] = ["relevance_score", "confidence"];

/// The body as a listing, or a listing of one recommendation and one suggestion if it is none or
/// has no entities.
pub(super) fn listing(body: &[u8]) -> Value {
    let has_entities = |listing: &Value| {
        let entities = listing["entities"].as_array();
        entities.is_some_and(|entities| entities.iter().any(Value::is_object))
    };
    let listing = serde_json::from_slice(body).ok();
    listing.filter(has_entities).unwrap_or_else(|| {
        json!({"entities": [
            {"id": "a", "relevance_score": 0.5, "is_pii_masked": true, "text": "Ask for the size."},
            {"id": "b", "type": "Faq", "faq": {"confidence": 0.5, "question": "Q", "answer": "A"}},
        ]})
    })
}

pub(super) fn text(value: &Value) -> String {
    value.to_string()
}

/// Changes every entity that is an object.
pub(super) fn each(listing: &mut Value, change: impl FnMut(&mut Map<String, Value>)) {
    if let Some(entities) = listing["entities"].as_array_mut() {
        let objects = entities.iter_mut().filter_map(Value::as_object_mut);
        objects.for_each(change);
    }
}

/// Gives every score this value, at whatever depth it is.
pub(super) fn scores(listing: &mut Value, score: &Value) {
    leaves(&mut listing["entities"], "", &mut |name, value| {
        if SCORES.contains(&name) {
            *value = score.clone();
        }
    });
}

/// Shows every value that is neither an array nor an object, with the name it goes by.
pub(super) fn leaves(value: &mut Value, name: &str, change: &mut impl FnMut(&str, &mut Value)) {
    match value {
        Value::Array(values) => {
            for value in values {
                leaves(value, name, change);
            }
        }
        Value::Object(members) => {
            for (name, value) in members {
                leaves(value, name, change);
            }
        }
        leaf => change(name, leaf),
    }
}

/// Text that no JSON value can be written as, put in place of a mark.
pub(super) mod raw {
    use serde_json::Value;

    /// Stands for the text until it is put there.
    pub(in super::super) const MARK: &str = "@raw@";

    /// The value as JSON, with the text for every mark.
    pub(in super::super) fn put(value: &Value, text: &[u8]) -> Vec<u8> {
        let json = value.to_string();
        let pieces: Vec<_> = json.split("\"@raw@\"").map(str::as_bytes).collect();
        pieces.join(text)
    }
}
