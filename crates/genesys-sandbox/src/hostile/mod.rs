//! Bodies that no well-meaning upstream sends.
//!
//! A fixed catalogue: each entry has a name, a number that is its position, and a way to make it of
//! the body that would have been sent, so that what is around the damage is real. Where that body
//! is no listing with entities, a small listing of both dialects stands in for it. None is held in
//! memory at its full length.
//!
//! New entries go to the end of the last group: numbers are what people have written down.

mod cut;
mod encoding;
mod entities;
mod envelope;
mod gzip;
mod listing;
mod rope;
mod transfer;
mod volume;

use std::fmt;

use axum::http::HeaderName;

pub(crate) use self::rope::Rope;

/// One entry of the catalogue of hostile bodies, which a fault rule asks for with `body=NAME` or
/// `body=NUMBER`.
#[derive(Clone, Copy)]
pub struct HostileBody {
    name: &'static str,
    what: &'static str,
    forge: fn(&[u8]) -> Forged,
}

/// A body made by an entry.
#[derive(Debug)]
pub(crate) struct Forged {
    pub(crate) rope: Rope,
    /// Headers to set, or to remove where there is no value.
    pub(crate) headers: Vec<(HeaderName, Option<&'static str>)>,
}

impl HostileBody {
    const fn new(name: &'static str, what: &'static str, forge: fn(&[u8]) -> Forged) -> Self {
        Self { name, what, forge }
    }

    /// The catalogue in the order of the numbers, from 0.
    pub fn all() -> impl Iterator<Item = Self> {
        let groups = [
            cut::BODIES,
            envelope::BODIES,
            encoding::BODIES,
            entities::BODIES,
            volume::BODIES,
            transfer::BODIES,
        ];
        groups.into_iter().flatten().copied()
    }

    /// Its name, such as `gzip_bomb`.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.name
    }

    /// What it is, in a few words.
    #[must_use]
    pub fn what(self) -> &'static str {
        self.what
    }

    /// The entry of this name or number.
    pub(crate) fn find(text: &str) -> Option<Self> {
        let number = text.parse::<usize>().ok();
        let wanted = |(at, body): &(usize, Self)| body.name == text || Some(*at) == number;
        Self::all().enumerate().find(wanted).map(|(_, body)| body)
    }

    /// The hostile body in place of the true one.
    pub(crate) fn forge(self, body: &[u8]) -> Forged {
        (self.forge)(body)
    }
}

impl fmt::Debug for HostileBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("HostileBody").field(&self.name).finish()
    }
}

impl PartialEq for HostileBody {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for HostileBody {}

impl Forged {
    /// Also sets a header, or removes it.
    fn with(mut self, name: HeaderName, value: Option<&'static str>) -> Self {
        self.headers.push((name, value));
        self
    }
}

/// A body as it is, under the headers the true one had.
impl<R: Into<Rope>> From<R> for Forged {
    fn from(rope: R) -> Self {
        Self {
            rope: rope.into(),
            headers: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use agent_assist_genesys_wire::Listing;

    use super::*;

    /// Written as it would be written again, so that nothing but damage makes a difference.
    const TRUE_BODY: &[u8] = br#"{"entities":[{"id":"a","is_pii_masked":true,"relevance_score":0.5,"text":"x"},{"faq":{"answer":"y","confidence":0.5},"id":"b","type":"Faq"}]}"#;

    fn contents(body: HostileBody, of: &[u8]) -> Vec<u8> {
        body.forge(of).rope.into_chunks().flatten().collect()
    }

    #[test]
    fn names_are_distinct_words_and_numbers_find_what_they_number() {
        let names: Vec<_> = HostileBody::all().map(HostileBody::name).collect();
        assert!(names.len() >= 60, "{} hostile bodies", names.len());
        assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len());
        for (at, name) in names.into_iter().enumerate() {
            let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            assert!(name.starts_with(|c: char| c.is_ascii_lowercase()), "{name}");
            assert!(name.chars().all(word), "{name}");
            assert_eq!(HostileBody::find(&at.to_string()), HostileBody::find(name));
        }
        assert_eq!(HostileBody::find("nonsense"), None);
    }

    #[test]
    fn every_body_differs_from_the_true_one_and_from_every_other() {
        assert_eq!(
            listing::text(&listing::listing(TRUE_BODY)).as_bytes(),
            TRUE_BODY
        );
        let mut seen = HashSet::from([(TRUE_BODY.to_vec(), String::from("[]"))]);
        for body in HostileBody::all() {
            let Forged { rope, headers } = body.forge(TRUE_BODY);
            let start: Vec<u8> = rope.into_chunks().take(64).flatten().collect();
            assert!(seen.insert((start, format!("{headers:?}"))), "{body:?}");
        }
    }

    #[test]
    fn the_true_body_may_be_anything() {
        for body in HostileBody::all() {
            for of in [&b""[..], b"\xff", b"{}", b"[]", br#"{"entities":[null]}"#] {
                body.forge(of);
            }
        }
    }

    /// Entities are judged one by one only where what is around them is sound.
    #[test]
    fn hostile_entities_come_in_a_readable_envelope() {
        for body in entities::BODIES {
            let text = contents(*body, TRUE_BODY);
            let listing: Listing<Box<serde_json::value::RawValue>> =
                serde_json::from_slice(&text).expect(body.name);
            assert!(!listing.entities.is_empty(), "{body:?}");
        }
    }

    #[test]
    fn the_great_ones_are_great_and_take_little_memory() {
        let length = |name: &str| {
            let body = HostileBody::find(name).expect(name);
            body.forge(TRUE_BODY).rope.len()
        };
        let mebibyte = 1024 * 1024;
        assert!(length("oversized") > 50 * mebibyte);
        let bomb = contents(HostileBody::find("gzip_bomb").expect("a bomb"), TRUE_BODY);
        assert!(bomb.len() < 100 * 1024, "{} bytes on the wire", bomb.len());
        let mut unpacked = flate2::read::GzDecoder::new(&bomb[..]);
        let length = std::io::copy(&mut unpacked, &mut std::io::sink()).expect("sound gzip");
        assert!(length > 60 * 1024 * 1024, "{length} bytes unpacked");
    }
}
