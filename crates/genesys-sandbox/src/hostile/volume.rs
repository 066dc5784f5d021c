//! Too much of something.

use super::HostileBody;
use super::rope::Rope;

const DEPTH: usize = 10_000;
const MANY: usize = 100_000;
const KIBIBYTE: usize = 1024;

pub(super) const BODIES: &[HostileBody] = &[
    HostileBody::new(
        "oversized",
        "50 MiB of sound JSON, most of it one string",
        |_| {
            let rope = Rope::default().then(r#"{"entities":[],"x":""#, 1);
            let filler = "x".repeat(64 * KIBIBYTE);
            rope.then(filler, 800).then("\"}", 1).into()
        },
    ),
    HostileBody::new(
        "oversized_space",
        "50 MiB of spaces before the JSON",
        |_| {
            let spaces = " ".repeat(64 * KIBIBYTE);
            Rope::default()
                .then(spaces, 800)
                .then(r#"{"entities":[]}"#, 1)
                .into()
        },
    ),
    HostileBody::new("deep", "an entity of arrays 10,000 levels deep", |_| {
        deep("[", "]")
    }),
    HostileBody::new(
        "deep_objects",
        "an entity of objects 10,000 levels deep",
        |_| deep("{\"a\":", "}"),
    ),
    HostileBody::new("deep_open", "10,000 arrays begun and none ended", |_| {
        "[".repeat(DEPTH).into()
    }),
    HostileBody::new("many_entities", "100,000 entities", |_| {
        let entities: Vec<_> = (0..MANY)
            .map(|at| format!("{{\"id\":\"e{at}\"}}"))
            .collect();
        format!("{{\"entities\":[{}]}}", entities.join(",")).into()
    }),
    HostileBody::new("many_nulls", "100,000 entities that are null", |_| {
        let rope = Rope::default().then("{\"entities\":[", 1);
        let nulls = "null,".repeat(MANY / 100);
        rope.then(nulls, 100).then("null]}", 1).into()
    }),
    HostileBody::new("many_keys", "an entity of 100,000 fields", |_| {
        let fields: Vec<_> = (0..MANY).map(|at| format!("\"k{at}\":{at}")).collect();
        format!("{{\"entities\":[{{\"id\":\"a\",{}}}]}}", fields.join(",")).into()
    }),
    HostileBody::new("many_texts", "an entity of 100,000 snippets", |_| {
        let rope = Rope::default().then(r#"{"entities":[{"id":"a","snippets":["#, 1);
        let texts = "\"Ask.\",".repeat(MANY / 100);
        rope.then(texts, 100).then("\"\"]}]}", 1).into()
    }),
    HostileBody::new("long_key", "an entity with a field name of 1 MB", |_| {
        let name = "k".repeat(1_000_000);
        format!("{{\"entities\":[{{\"id\":\"a\",\"{name}\":1}}]}}").into()
    }),
];

/// An entity with a member of nested values.
fn deep(open: &str, close: &str) -> super::Forged {
    let nested = format!("{}1{}", open.repeat(DEPTH), close.repeat(DEPTH));
    format!("{{\"entities\":[{{\"id\":\"a\",\"x\":{nested}}}]}}").into()
}
