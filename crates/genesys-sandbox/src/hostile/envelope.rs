//! JSON, or nearly so, of which the outermost level is wrong.

use super::listing::{listing, text};
use super::{Forged, HostileBody};

pub(super) const BODIES: &[HostileBody] = &[
    HostileBody::new("null", "null", |_| "null".into()),
    HostileBody::new("number", "a number", |_| "42".into()),
    HostileBody::new("string", "a string", |_| "\"entities\"".into()),
    HostileBody::new("array", "an empty array", |_| "[]".into()),
    HostileBody::new(
        "bare_entities",
        "the entities without what is around them",
        |body| listing(body)["entities"].to_string().into(),
    ),
    HostileBody::new("empty_object", "an empty object", |_| "{}".into()),
    HostileBody::new("wrong_type", "entities is a string", |_| {
        r#"{"entities":"none"}"#.into()
    }),
    HostileBody::new("entities_null", "entities is null", |_| {
        r#"{"entities":null}"#.into()
    }),
    HostileBody::new("entities_object", "entities is an object", |_| {
        r#"{"entities":{"0":{"id":"a"}}}"#.into()
    }),
    HostileBody::new("entities_missing", "no entities, but a nextUri", |_| {
        r#"{"nextUri":"/api/v2/conversations/x/suggestions?after=a"}"#.into()
    }),
    HostileBody::new("next_number", "nextUri is a number", |body| {
        let mut listing = listing(body);
        listing["nextUri"] = 7.into();
        text(&listing).into()
    }),
    HostileBody::new("next_object", "nextUri is an object", |body| {
        let mut listing = listing(body);
        listing["nextUri"] = serde_json::json!({"uri": "/x"});
        text(&listing).into()
    }),
    HostileBody::new(
        "duplicate_keys",
        "entities twice, first none, then all",
        |body| {
            let text = text(&listing(body));
            format!("{{\"entities\":[],{}", &text[1..]).into()
        },
    ),
    HostileBody::new("concatenated", "the JSON twice in a row", |body| {
        text(&listing(body)).repeat(2).into()
    }),
    HostileBody::new("json_lines", "one entity a line", |_| {
        "{\"id\":\"a\"}\n{\"id\":\"b\"}\n".into()
    }),
    HostileBody::new("trailing_garbage", "something after the JSON", |body| {
        around(body, "", " trailing")
    }),
    HostileBody::new(
        "leading_garbage",
        "an anti-hijacking prefix before the JSON",
        |body| around(body, ")]}',\n", ""),
    ),
    HostileBody::new("trailing_comma", "a comma after the last entity", |_| {
        r#"{"entities":[{"id":"a"},]}"#.into()
    }),
    HostileBody::new("comment", "a comment before the JSON", |body| {
        around(body, "/* entities */", "")
    }),
    HostileBody::new("single_quotes", "strings in single quotes", |_| {
        "{'entities':[{'id':'a'}]}".into()
    }),
    HostileBody::new("bare_keys", "names without quotes", |_| {
        r#"{entities:[{id:"a"}]}"#.into()
    }),
];

fn around(body: &[u8], before: &str, after: &str) -> Forged {
    format!("{before}{}{after}", text(&listing(body))).into()
}
