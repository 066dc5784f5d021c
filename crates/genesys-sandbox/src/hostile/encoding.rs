//! Text that is not UTF-8, or not what JSON allows in it, and numbers that are none.

use axum::http::header::CONTENT_TYPE;
use serde_json::Value;

use super::listing::{each, listing, raw, text};
use super::{Forged, HostileBody};

pub(super) const BODIES: &[HostileBody] = &[
    HostileBody::new("bom", "a byte order mark before the JSON", |body| {
        format!("\u{feff}{}", text(&listing(body))).into()
    }),
    HostileBody::new("utf16", "UTF-16 with a byte order mark", |body| {
        let text = format!("\u{feff}{}", text(&listing(body)));
        let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        bytes.into()
    }),
    HostileBody::new("charset_utf16", "UTF-8 that is said to be UTF-16", |body| {
        Forged::from(text(&listing(body)))
            .with(CONTENT_TYPE, Some("application/json; charset=utf-16"))
    }),
    HostileBody::new(
        "invalid_utf8",
        "bytes that are not UTF-8 in each id",
        |body| replaced(body, b"\"a\xff\xfe\""),
    ),
    HostileBody::new("overlong_utf8", "an overlong slash in each id", |body| {
        replaced(body, b"\"a\xc0\xaf\"")
    }),
    HostileBody::new("latin1", "Latin-1 in each id", |body| {
        replaced(body, b"\"caf\xe9\"")
    }),
    HostileBody::new(
        "lone_surrogate",
        "half a surrogate pair in each id",
        |body| replaced(body, br#""a\ud800""#),
    ),
    HostileBody::new(
        "control_characters",
        "control characters in each id",
        |body| replaced(body, b"\"a\x01\x1b\n\""),
    ),
    HostileBody::new("escaped_null", "an escaped zero in each id", |body| {
        replaced(body, br#""a\u0000b""#)
    }),
    HostileBody::new("bad_escape", "an escape that JSON does not know", |body| {
        replaced(body, br#""a\x41""#)
    }),
    HostileBody::new("nan", "scores are NaN", |body| scores(body, "NaN")),
    HostileBody::new("infinity", "scores are Infinity", |body| {
        scores(body, "Infinity")
    }),
    HostileBody::new("negative_infinity", "scores are -Infinity", |body| {
        scores(body, "-Infinity")
    }),
    HostileBody::new("leading_zeros", "scores are 00.5", |body| {
        scores(body, "00.5")
    }),
    HostileBody::new("hexadecimal", "scores are 0x1", |body| scores(body, "0x1")),
    HostileBody::new("long_number", "scores of 100,000 digits", |body| {
        scores(body, &format!("0.{}", "3".repeat(100_000)))
    }),
];

/// Every id is this text, quotes included.
fn replaced(body: &[u8], id: &[u8]) -> Forged {
    let mut listing = listing(body);
    each(&mut listing, |entity| {
        entity.insert("id".to_owned(), Value::from(raw::MARK));
    });
    raw::put(&listing, id).into()
}

/// Every score is this text.
fn scores(body: &[u8], score: &str) -> Forged {
    let mut listing = listing(body);
    super::listing::scores(&mut listing, &Value::from(raw::MARK));
    raw::put(&listing, score.as_bytes()).into()
}
