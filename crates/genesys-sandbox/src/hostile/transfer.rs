//! Bodies about whose form or length the headers lie.

use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};

use super::{Forged, HostileBody, gzip};

pub(super) const BODIES: &[HostileBody] = &[
    HostileBody::new(
        "gzip_bomb",
        "64 MiB of JSON in about 64 KiB of gzip",
        |_| Forged::from(gzip::bomb()).with(CONTENT_ENCODING, Some("gzip")),
    ),
    HostileBody::new("gzip_truncated", "gzip that ends early", |body| {
        let mut packed = gzip::packed(body);
        packed.truncate(packed.len() / 2);
        Forged::from(packed).with(CONTENT_ENCODING, Some("gzip"))
    }),
    HostileBody::new("gzip_checksum", "gzip whose checksum is wrong", |body| {
        let mut packed = gzip::packed(body);
        // The last eight bytes are checksum and length.
        let at = packed.len() - 8;
        packed[at] ^= 0xff;
        Forged::from(packed).with(CONTENT_ENCODING, Some("gzip"))
    }),
    HostileBody::new("gzip_false", "plain JSON that is said to be gzip", |body| {
        as_it_is(body).with(CONTENT_ENCODING, Some("gzip"))
    }),
    HostileBody::new("gzip_unsaid", "gzip of which nothing is said", |body| {
        gzip::packed(body).into()
    }),
    HostileBody::new("gzip_twice", "gzip in gzip, of which one is said", |body| {
        let packed = gzip::packed(&gzip::packed(body));
        Forged::from(packed).with(CONTENT_ENCODING, Some("gzip"))
    }),
    HostileBody::new(
        "deflate_false",
        "plain JSON that is said to be deflate",
        |body| as_it_is(body).with(CONTENT_ENCODING, Some("deflate")),
    ),
    HostileBody::new("encoding_unknown", "an encoding nobody asked for", |body| {
        as_it_is(body).with(CONTENT_ENCODING, Some("x-unknown"))
    }),
    HostileBody::new("type_html", "JSON that is said to be HTML", |body| {
        as_it_is(body).with(CONTENT_TYPE, Some("text/html"))
    }),
    HostileBody::new("type_binary", "JSON that is said to be bytes", |body| {
        as_it_is(body).with(CONTENT_TYPE, Some("application/octet-stream"))
    }),
    HostileBody::new("type_garbled", "a content type that is none", |body| {
        as_it_is(body).with(CONTENT_TYPE, Some("///;;=,"))
    }),
    HostileBody::new("type_missing", "no content type", |body| {
        as_it_is(body).with(CONTENT_TYPE, None)
    }),
    HostileBody::new("length_long", "1 GB is promised", |body| {
        as_it_is(body).with(CONTENT_LENGTH, Some("1000000000"))
    }),
    HostileBody::new("length_short", "the length told is a byte", |body| {
        as_it_is(body).with(CONTENT_LENGTH, Some("1"))
    }),
];

fn as_it_is(body: &[u8]) -> Forged {
    body.to_vec().into()
}
