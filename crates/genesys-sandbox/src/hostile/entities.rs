//! Sound envelopes whose entities are wrong one by one.

use serde_json::{Value, json};

use super::listing::{each, leaves, listing, raw, scores, text};
use super::{Forged, HostileBody};

const MEGABYTE: usize = 1_000_000;

pub(super) const BODIES: &[HostileBody] = &[
    HostileBody::new("entities_of_null", "entities are null", |_| {
        r#"{"entities":[null,null]}"#.into()
    }),
    HostileBody::new("entities_of_numbers", "entities are numbers", |_| {
        r#"{"entities":[1,-1,0.5]}"#.into()
    }),
    HostileBody::new("entities_of_strings", "entities are strings", |_| {
        r#"{"entities":["a","b"]}"#.into()
    }),
    HostileBody::new(
        "entities_of_arrays",
        "entities are arrays of the fields' values",
        |_| r#"{"entities":[["a",0.5,true],[]]}"#.into(),
    ),
    HostileBody::new("entities_of_nothing", "entities are empty objects", |_| {
        r#"{"entities":[{},{}]}"#.into()
    }),
    HostileBody::new("ids_missing", "entities have no id", |body| {
        let mut listing = listing(body);
        each(&mut listing, |entity| {
            entity.remove("id");
        });
        text(&listing).into()
    }),
    HostileBody::new("ids_null", "ids are null", |body| ids(body, &Value::Null)),
    HostileBody::new("ids_numbers", "ids are numbers", |body| {
        ids(body, &json!(7))
    }),
    HostileBody::new("ids_empty", "ids are empty", |body| ids(body, &json!(""))),
    HostileBody::new("ids_equal", "all ids are the same", |body| {
        ids(body, &json!("a"))
    }),
    HostileBody::new("ids_paths", "ids are paths that lead out", |body| {
        ids(body, &json!("../../oauth/token?x=%2e%2e#y"))
    }),
    HostileBody::new("ids_long", "ids of 1 MB", |body| {
        let mut listing = listing(body);
        let mut first = true;
        each(&mut listing, |entity| {
            // One is enough: a listing may have many entities.
            if std::mem::take(&mut first) {
                entity.insert("id".to_owned(), "a".repeat(MEGABYTE).into());
            }
        });
        text(&listing).into()
    }),
    HostileBody::new("ids_twice", "entities have two ids", |body| {
        let mut listing = listing(body);
        each(&mut listing, |entity| {
            entity.insert("id".to_owned(), raw::MARK.into());
        });
        raw::put(&listing, br#""a","id":"b""#).into()
    }),
    HostileBody::new("scores_high", "scores above 1", |body| {
        score(body, &json!(1.000_001))
    }),
    HostileBody::new("scores_negative", "scores below 0", |body| {
        score(body, &json!(-0.1))
    }),
    HostileBody::new("scores_text", "scores are strings", |body| {
        score(body, &json!("0.9"))
    }),
    HostileBody::new("scores_arrays", "scores are arrays", |body| {
        score(body, &json!([0.5]))
    }),
    HostileBody::new("scores_huge", "scores beyond what a double holds", |body| {
        let mut listing = listing(body);
        scores(&mut listing, &raw::MARK.into());
        raw::put(&listing, b"1e999").into()
    }),
    HostileBody::new(
        "texts_numbers",
        "all texts but ids and types are numbers",
        |body| texts(body, &json!(7)),
    ),
    HostileBody::new(
        "texts_null",
        "all texts but ids and types are null",
        |body| texts(body, &Value::Null),
    ),
    HostileBody::new(
        "texts_objects",
        "all texts but ids and types are objects",
        |body| texts(body, &json!({"text": "x"})),
    ),
    HostileBody::new(
        "texts_terminal",
        "all texts but ids and types move a terminal's cursor",
        |body| texts(body, &json!("\u{1b}[2J\u{1b}]0;x\u{7}\u{202e}\u{0}\r")),
    ),
    HostileBody::new("text_long", "a text of 1 MB", |body| {
        let mut listing = listing(body);
        let mut long = Some("x ".repeat(MEGABYTE / 2));
        leaves(&mut listing["entities"], "", &mut |name, value| {
            if is_text(name, value)
                && let Some(long) = long.take()
            {
                *value = long.into();
            }
        });
        text(&listing).into()
    }),
    HostileBody::new("flags_text", "booleans are strings", |body| {
        let mut listing = listing(body);
        leaves(&mut listing["entities"], "", &mut |_, value| {
            if let Value::Bool(flag) = value {
                *value = flag.to_string().into();
            }
        });
        each(&mut listing, |entity| {
            entity.insert("is_pii_masked".to_owned(), "true".into());
        });
        text(&listing).into()
    }),
    HostileBody::new("types_unknown", "types nobody has heard of", |body| {
        let mut listing = listing(body);
        each(&mut listing, |entity| {
            entity.insert("type".to_owned(), "SomeFutureType".into());
        });
        text(&listing).into()
    }),
    HostileBody::new("types_swapped", "the type of another payload", |body| {
        let mut listing = listing(body);
        each(&mut listing, |entity| {
            let faq = entity.get("type").is_some_and(|kind| kind == "Faq");
            let other = if faq { "CannedResponse" } else { "Faq" };
            entity.insert("type".to_owned(), other.into());
        });
        text(&listing).into()
    }),
    HostileBody::new(
        "members_strings",
        "all members of entities but ids and types are strings",
        |body| members(body, &json!("x")),
    ),
    HostileBody::new(
        "members_arrays",
        "all members of entities but ids and types are arrays",
        |body| members(body, &json!([["x"]])),
    ),
    HostileBody::new(
        "members_objects",
        "all members of entities but ids and types are objects",
        |body| members(body, &json!({"x": {}})),
    ),
];

fn ids(body: &[u8], id: &Value) -> Forged {
    let mut listing = listing(body);
    each(&mut listing, |entity| {
        entity.insert("id".to_owned(), id.clone());
    });
    text(&listing).into()
}

fn score(body: &[u8], score: &Value) -> Forged {
    let mut listing = listing(body);
    scores(&mut listing, score);
    text(&listing).into()
}

fn texts(body: &[u8], with: &Value) -> Forged {
    let mut listing = listing(body);
    leaves(&mut listing["entities"], "", &mut |name, value| {
        if is_text(name, value) {
            *value = with.clone();
        }
    });
    text(&listing).into()
}

/// Whether a value is a text by which an entity is neither found nor told apart.
fn is_text(name: &str, value: &Value) -> bool {
    value.is_string() && name != "id" && name != "type"
}

fn members(body: &[u8], with: &Value) -> Forged {
    let mut listing = listing(body);
    each(&mut listing, |entity| {
        let others = |(name, _): &(&String, &mut Value)| *name != "id" && *name != "type";
        for (_, value) in entity.iter_mut().filter(others) {
            *value = with.clone();
        }
    });
    text(&listing).into()
}
