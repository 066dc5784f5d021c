//! Bodies that end too early, or are no JSON at all.

use axum::http::header::CONTENT_TYPE;

use super::{Forged, HostileBody};

const HTML: &str =
    "<!doctype html><html><head><title>Bad gateway</title></head><body>Bad gateway</body></html>";
const XML: &str = "<?xml version=\"1.0\"?><error><code>bad.gateway</code></error>";

pub(super) const BODIES: &[HostileBody] = &[
    HostileBody::new("truncated", "its first half", |body| {
        upto(body, body.len() / 2)
    }),
    HostileBody::new("malformed", "not JSON", |_| {
        r#"{"entities": [{"id": nope, "#.into()
    }),
    HostileBody::new("empty", "nothing", |_| "".into()),
    HostileBody::new("html", "an HTML page, as of a proxy in front", |_| {
        Forged::from(HTML).with(CONTENT_TYPE, Some("text/html"))
    }),
    HostileBody::new(
        "html_as_json",
        "an HTML page that is said to be JSON",
        |_| HTML.into(),
    ),
    HostileBody::new("xml", "an XML document", |_| {
        Forged::from(XML).with(CONTENT_TYPE, Some("application/xml"))
    }),
    HostileBody::new("plain_text", "two words", |_| "not now".into()),
    HostileBody::new("whitespace", "spaces and line ends only", |_| {
        " \r\n\t ".into()
    }),
    HostileBody::new("truncated_first", "its first byte", |body| upto(body, 1)),
    HostileBody::new("truncated_last", "all but its last byte", |body| {
        upto(body, body.len().saturating_sub(1))
    }),
    HostileBody::new("truncated_string", "ends within a string", |_| {
        r#"{"entities":[{"id":"abc"#.into()
    }),
    HostileBody::new("truncated_escape", "ends within an escape", |_| {
        r#"{"entities":[{"id":"a\u00"#.into()
    }),
    HostileBody::new(
        "truncated_character",
        "ends within a UTF-8 character",
        |_| b"{\"entities\":[{\"id\":\"\xe2\x82"[..].into(),
    ),
    HostileBody::new("truncated_number", "ends within a number", |_| {
        r#"{"entities":[{"id":"a","relevance_score":0."#.into()
    }),
    HostileBody::new("truncated_entity", "ends after an entity", |_| {
        r#"{"entities":[{"id":"a"},"#.into()
    }),
    HostileBody::new("null_bytes", "zeros", |_| b"\0\0\0\0\0\0\0\0"[..].into()),
];

fn upto(body: &[u8], length: usize) -> Forged {
    body[..length.min(body.len())].to_vec().into()
}
