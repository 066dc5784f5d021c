//! Private keys: PEM blocks, PuTTY files, and labelled keys of wallets.
//!
//! A block is found whole, over as many lines as it has, whether its line breaks are real, written
//! as `\n` or gone, and without its end as well. A heading without a body, as documentation quotes
//! it, is no key.

use std::ops::Range;

use memchr::memmem;

use crate::{
    context::{Phrases, Topic},
    entity::Entity,
    rules::{Candidate, Found, label},
    view::{View, folded::BARRIER},
};

/// The fewest characters of a body.
const FEWEST: usize = 24;
const DASHES: &str = "-----";
/// What a block begins with.
const HEADING: &str = "-----BEGIN ";
const PUTTY: &str = "PuTTY-User-Key-File-";

/// What private keys are called.
pub(crate) const PHRASES: &[Phrases] = &[Phrases {
    topic: Topic::PrivateKey,
    phrases: "private key | privatekey | priv key | wallet key | wif | secret exponent | privater \
        schlussel | cle privee | clave privada | chiave privata | chave privada | seed \
        phrase | recovery phrase | mnemonic | mnemonic phrase | secret recovery phrase",
}];

/// The private keys in `view`.
pub(crate) fn find(view: &View<'_>, found: &mut Found) {
    let text = view.text();
    let bytes = text.as_bytes();
    let mut from = 0;
    while let Some(start) = memmem::find(&bytes[from..], HEADING.as_bytes()).map(|at| from + at) {
        let end = block_end(text, start);
        if let Some(end) = end {
            found.push(Candidate::new(
                &Entity::PrivateKey,
                "private_key",
                start..end,
                99,
            ));
        }
        from = end.unwrap_or(start + DASHES.len());
    }
    for start in memmem::find_iter(bytes, PUTTY) {
        let span = putty(text, start);
        found.push(Candidate::new(&Entity::PrivateKey, "private_key", span, 99));
    }
    for cue in label::labels(view, Topic::PrivateKey.set()) {
        if let Some(span) = labelled(text, cue.end) {
            found.push(Candidate::new(&Entity::PrivateKey, "private_key", span, 92));
        }
    }
}

/// The end of the block whose heading begins at `start`, if it is that of a private key.
fn block_end(text: &str, start: usize) -> Option<usize> {
    const LONGEST_HEADING: usize = 64;
    let heading = &text[start + DASHES.len()..];
    let heading = &heading[..heading.floor_char_boundary(LONGEST_HEADING)];
    let heading = &heading[..heading.find(DASHES)?];
    if !heading.contains("PRIVATE KEY") {
        return None;
    }
    let body = start + 2 * DASHES.len() + heading.len();
    let rest = &text[body..];
    let stop = rest
        .bytes()
        .zip(0..)
        .find(|&(byte, at)| !is_body(byte) || rest.as_bytes()[at..].starts_with(DASHES.as_bytes()))
        .map_or(rest.len(), |(_, at)| at);
    let (key, rest) = rest.split_at(stop);
    let len = key.bytes().filter(u8::is_ascii_alphanumeric).count();
    if len < FEWEST || !key.bytes().any(|b| b.is_ascii_digit() || b == b'+') {
        return None;
    }
    let footer = rest
        .strip_prefix(DASHES)
        .filter(|footer| footer.starts_with("END "));
    let footer = footer.map(|footer| &footer[..footer.floor_char_boundary(LONGEST_HEADING)]);
    let closed = footer.and_then(|footer| footer.find(DASHES));
    Some(closed.map_or_else(
        || body + unclosed(key),
        |close| body + stop + close + 2 * DASHES.len(),
    ))
}

/// Whether a byte can stand in a block: base64, the headers before it, and line breaks however
/// they are written.
fn is_body(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/=\\ \n\r\t\"',:.-_>|#()*".contains(&byte)
}

/// How much of a body without an end is base64: up to the first line that is prose.
fn unclosed(key: &str) -> usize {
    let is_base64 = |word: &str| {
        word.len() >= 16 || word.ends_with('=') || word.bytes().any(|b| matches!(b, b'+' | b'/'))
    };
    let mut end = 0;
    let mut at = 0;
    for word in key.split_inclusive([' ', '\n', '\r', '\t']) {
        let bare = word.trim_end();
        if !bare.is_empty() {
            if !is_base64(bare) && end > 0 {
                // The last line is short, but has no space in it and ends the line.
                let is_last = bare.len() >= 4
                    && word.ends_with('\n')
                    && bare.bytes().any(|b| b.is_ascii_digit());
                return if is_last { at + bare.len() } else { end };
            }
            end = at + bare.len();
        }
        at += word.len();
    }
    key[..end]
        .trim_end_matches(['"', '\'', ',', '.', ')'])
        .len()
}

/// A PuTTY file from its first line to its last, which is its `Private-MAC`.
fn putty(text: &str, start: usize) -> Range<usize> {
    const LONGEST: usize = 16 << 10;
    let rest = &text[start..];
    let next = rest[PUTTY.len()..]
        .find(PUTTY)
        .map_or(rest.len(), |at| at + PUTTY.len());
    let file = &rest[..rest.floor_char_boundary(next.min(LONGEST))];
    let file = &file[..file.find(BARRIER).unwrap_or(file.len())];
    let Some(mac) = file.find("Private-MAC:") else {
        let end = file.find("\n\n").unwrap_or(file.len());
        return start..start + file[..end].trim_end().len();
    };
    let tail = file[mac..].find(' ').map_or(file.len(), |at| mac + at + 1);
    let hash = file[tail..]
        .bytes()
        .take_while(u8::is_ascii_hexdigit)
        .count();
    start..start + tail + hash
}

/// The key behind a label: 64 hexadecimal digits, or 51 or 52 characters of base58; or the words
/// of a recovery phrase.
fn labelled(text: &str, from: usize) -> Option<Range<usize>> {
    const GAP: usize = 24;
    let reach = &text[from..text.floor_char_boundary((from + GAP + 70).min(text.len()))];
    let mut at = 0;
    for word in reach.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
        let bare = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
        let hex = bare.strip_prefix("0x").unwrap_or(bare);
        let is_hex = hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_hexdigit());
        let is_wif = matches!(bare.len(), 51 | 52) && bare.starts_with(['5', 'K', 'L']);
        if is_hex || is_wif {
            return Some(from + at..from + at + bare.len());
        }
        at += word.len();
        if at > GAP {
            break;
        }
    }
    recovery_phrase(text, from)
}

/// Twelve to 24 words in lower case on one line.
fn recovery_phrase(text: &str, from: usize) -> Option<Range<usize>> {
    const LONGEST: usize = 240;
    let rest = &text[from..text.floor_char_boundary((from + LONGEST).min(text.len()))];
    let list = rest
        .strip_prefix(" is")
        .unwrap_or(rest)
        .trim_start_matches([':', ' ', '"', '=', '\n']);
    let start = from + rest.len() - list.len();
    let len = list
        .find(|c: char| !(c.is_ascii_lowercase() || c == ' '))
        .unwrap_or(list.len());
    let words = list[..len].trim_end();
    let count = words
        .split(' ')
        .filter(|word| (3..=8).contains(&word.len()))
        .count();
    let is_phrase = matches!(count, 12 | 15 | 18 | 21 | 24) && words.split(' ').count() == count;
    is_phrase.then(|| start..start + words.len())
}
