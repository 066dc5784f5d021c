//! Addresses of the network: IP, versions 4 and 6, and MAC.
//!
//! Every address counts that can be somebody's, private ranges included; the span leaves out
//! ports, prefix lengths and zones. Not found: the unspecified address, loopback, masks and
//! broadcast, those that routers and containers are delivered with, private ones that only serve
//! as an example, and four numbers that a word or their place calls a version or a section.

use std::{
    net::{Ipv4Addr, Ipv6Addr},
    ops::Range,
};

use memchr::memchr;

use crate::{
    context::{Context, Cue, Phrases, Topic, ends_sentence},
    entity::Entity,
    rules::{Candidate, Found},
    view::{View, numerals::Numerals, tokens::Tokens},
};

/// The longest text of an IP address, version 6 with an embedded version 4.
const LONGEST_V6: usize = 45;
/// Within this many bytes a word is taken to be the label of an address.
const REACH_OF_LABEL: usize = 16;

/// Words that call four numbers a version, by how they begin.
const VERSION_WORDS: [&str; 15] = [
    "version", "ver", "release", "build", "firmware", "upgrad", "updat", "patch", "driver",
    "install", "downgrad", "revision", "section", "chapter", "bios",
];
/// What follows a version, and nothing else.
const BEHIND_VERSIONS: [&str; 16] = [
    "or newer",
    "or later",
    "or higher",
    "or above",
    "released",
    "oder neuer",
    "oder hoher",
    "ou plus recent",
    "ou superieur",
    "o superior",
    "o posterior",
    "o successiv",
    "ou superior",
    "of nieuwer",
    "of hoger",
    "lub nowsz",
];
/// What a private address follows that only serves as an example.
const EXAMPLES: [&str; 14] = [
    "such as",
    "for example",
    "for instance",
    "e.g.",
    "e.g.,",
    "example:",
    "zum beispiel",
    "z.b.",
    "z. b.",
    "par exemple",
    "por ejemplo",
    "por exemplo",
    "per esempio",
    "bijvoorbeeld",
];
/// How far before four numbers others may stand that were a version, in bytes.
const REACH_OF_VERSION: usize = 32;

pub(crate) const PHRASES: &[Phrases] = &[
    Phrases {
        topic: Topic::IpAddress,
        phrases: "ip | ips | ip address | ip addresses | ipv4 | ipv6 | ip addr | ipaddress | \
            ipaddr | client ip | remote addr | remote ip | source ip | src ip | dst ip | \
            x forwarded for | forwarded for | real ip | host ip | inet | inet6 | inet addr | \
            ping | subnet | gateway | dns | dns server | nameserver | login from | logged in from | \
            ip adresse | adresse ip | direccion ip | indirizzo ip | endereco ip | ip adres | \
            adres ip | ip osoite | ip地址 | IP地址 | IPアドレス | IP주소",
    },
    Phrases {
        topic: Topic::MacAddress,
        phrases: "mac | mac address | mac addr | macaddress | macaddr | hwaddr | hardware address | \
            ethernet address | ether | physical address | wifi address | wi fi address | \
            bluetooth address | bssid | mac adresse | adresse mac | direccion mac | \
            indirizzo mac | endereco mac | mac adres | adres mac | MAC地址 | MACアドレス | MAC주소",
    },
];

/// The addresses in `view`.
pub(crate) fn find(view: &View<'_>, found: &mut Found) {
    find_v4(view, found);
    find_v6(view, found);
    find_mac(view, found);
}

fn find_v4(view: &View<'_>, found: &mut Found) {
    let (text, numerals) = (view.text(), &view.numerals);
    // Where the last version ends.
    let mut version = None;
    for first in 0..numerals.len() {
        let Some(octets) = octets(numerals, first) else {
            continue;
        };
        let span = numerals.span(first..first + 4);
        if !is_somebodys(octets)
            || !is_v4_alone(text, &span)
            || is_private(octets) && is_example(text, &span)
        {
            continue;
        }
        let context = view.context(&span, Topic::IpAddress.set());
        let is_version = || {
            is_version(text, &span) || version.is_some_and(|end| goes_on(&text[end..span.start]))
        };
        let percent = match context {
            Context::Labelled(_) => 95,
            Context::Mentioned(_) | Context::Nearby(_) => 85,
            _ if is_version() => {
                version = Some(span.end);
                15
            }
            Context::Reference(cue) if is_label(text, cue, &span) => 30,
            // Sections are numbered like this.
            _ if octets.iter().all(|octet| *octet < 10) => 40,
            _ => 75,
        };
        found.push(
            Candidate::new(&Entity::IpAddress, "network.ip", span, percent).in_context(context),
        );
    }
}

/// The four numbers that begin at group `first`, if they can be an address.
fn octets(numerals: &Numerals<'_>, first: usize) -> Option<[u8; 4]> {
    let is_dotted = (1..4).all(|place| numerals.gap(first + place) == Some("."));
    if !is_dotted
        || (first > 0 && numerals.gap(first) == Some("."))
        || numerals.gap(first + 4) == Some(".")
    {
        return None;
    }
    let mut octets = [0; 4];
    for (place, octet) in octets.iter_mut().enumerate() {
        let digits = numerals.digits(first + place);
        let is_padded = digits.len() > 1 && digits.starts_with('0');
        *octet = digits.parse().ok().filter(|_| !is_padded)?;
    }
    Some(octets)
}

/// Whether an address is one that a machine of somebody's can have.
fn is_somebodys(octets: [u8; 4]) -> bool {
    let is_set_at_the_works = matches!(
        octets,
        [192, 168, _, 1 | 254] | [10, 0, 0, 1 | 138] | [172, 17, 0, 1]
    );
    let is_broadcast = octets[3] == 255 && is_private(octets);
    !matches!(octets[0], 0 | 127 | 255)
        && octets != [1, 2, 3, 4]
        && !is_set_at_the_works
        && !is_broadcast
}

/// Whether an address means something in a network of its own only.
fn is_private(octets: [u8; 4]) -> bool {
    matches!(octets, [10, ..] | [192, 168, ..] | [172, 16..=31, ..])
}

/// Whether the words right before `span` give it as an example.
fn is_example(text: &str, span: &Range<usize>) -> bool {
    let before = text[..span.start].trim_end_matches([' ', '"', '`', '(']);
    let ends = |example: &str| {
        let from = before.len().checked_sub(example.len());
        from.and_then(|from| before.get(from..))
            .is_some_and(|end| end.eq_ignore_ascii_case(example))
    };
    EXAMPLES.iter().any(|example| ends(example))
}

/// Whether the text behind a version leads to another one: `or newer, you are on`.
fn goes_on(gap: &str) -> bool {
    gap.len() <= REACH_OF_VERSION && !gap.contains(['.', '!', '?', '\n', '='])
}

/// Whether nothing ties the address to a longer name. Slashes and colons do not: prefix lengths
/// and ports follow them, and URLs have them in front.
fn is_v4_alone(text: &str, span: &Range<usize>) -> bool {
    let before = &text[..span.start];
    let joins = |c: char| c.is_alphanumeric() && c.is_ascii() || c == '_';
    let is_tied = before.ends_with('.') && before[..before.len() - 1].ends_with(joins);
    // `Chrome/120.0.0.1` names a product, `http://10.0.0.1` does not, nor does another address.
    let name = before.strip_suffix('/');
    let is_product = name.is_some_and(|name| name.ends_with(joins) && !ends_with_v4(name));
    !is_tied && !is_product && !before.ends_with(joins) && !text[span.end..].starts_with(joins)
}

fn ends_with_v4(text: &str) -> bool {
    let mut runs = text.rsplit(|c: char| !c.is_ascii_digit() && c != '.');
    runs.next()
        .is_some_and(|end| end.parse::<Ipv4Addr>().is_ok())
}

/// Whether a word within reach before `span`, or the text behind it, calls it a version.
fn is_version(text: &str, span: &Range<usize>) -> bool {
    let from = text.floor_char_boundary(span.start.saturating_sub(32));
    let before = &text[from..span.start];
    // What a line says holds in that line.
    let before = &before[before.rfind('\n').map_or(0, |end| end + 1)..];
    let behind = text[span.end..].trim_start_matches([' ', '(']);
    let is_followed = |known: &&str| {
        let start = behind.get(..known.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(known))
    };
    let calls = |word: &str| {
        VERSION_WORDS.iter().any(|known| {
            word.get(..known.len())
                .is_some_and(|begin| begin.eq_ignore_ascii_case(known))
        })
    };
    let mut words = before.split(|c: char| !c.is_alphabetic());
    words.any(calls)
        || BEHIND_VERSIONS.iter().any(is_followed)
        || text[span.end..].starts_with(['-', '+'])
            && text[span.end + 1..].starts_with(|c: char| c.is_alphabetic())
}

fn is_label(text: &str, cue: &Cue, span: &Range<usize>) -> bool {
    let is_of_network = text
        .get(cue.start..cue.end)
        .is_some_and(|word| word.eq_ignore_ascii_case("port") || word.ends_with(" id"));
    let gap = text.get(cue.end..span.start);
    let is_at_it = |gap: &str| gap.len() <= REACH_OF_LABEL && !ends_sentence(gap);
    gap.is_some_and(is_at_it) && !is_of_network
}

fn find_v6(view: &View<'_>, found: &mut Found) {
    let text = view.text();
    let is_part = |b: u8| b.is_ascii_hexdigit() || b == b':' || b == b'.';
    let mut from = 0;
    let bytes = text.as_bytes();
    while let Some(colon) = memchr(b':', &bytes[from..]).map(|at| from + at) {
        let start = (from..colon)
            .rev()
            .take_while(|at| is_part(bytes[*at]))
            .last()
            .unwrap_or(colon);
        let behind = bytes[colon..].iter().position(|b| !is_part(*b));
        let end = behind.map_or(text.len(), |len| colon + len);
        from = end;
        let Some(span) = trimmed(text, start..end) else {
            continue;
        };
        let is_tied = |c: char| c.is_alphanumeric() || c == '_';
        if text[..span.start].ends_with(is_tied) || text[span.end..].starts_with(is_tied) {
            continue;
        }
        if let Some(candidate) = v6(view, span) {
            found.push(candidate);
        }
    }
}

/// A run of hexadecimal digits, colons and dots without the punctuation that closes a sentence or
/// joins a label to it; `None` if it is too short or too long to be an address.
fn trimmed(text: &str, mut span: Range<usize>) -> Option<Range<usize>> {
    let run = &text[span.clone()];
    let closed = run.trim_end_matches('.');
    span.end = span.start + closed.len();
    if closed.ends_with(':') && !closed.ends_with("::") {
        span.end -= 1;
    }
    let run = &text[span.clone()];
    if run.starts_with(':') && !run.starts_with("::") {
        span.start += 1;
    }
    (3..=LONGEST_V6).contains(&span.len()).then_some(span)
}

fn v6(view: &View<'_>, span: Range<usize>) -> Option<Candidate> {
    let written = &view.text()[span.clone()];
    if written.bytes().filter(|b| *b == b':').count() < 2 {
        return None;
    }
    let address: Ipv6Addr = written.parse().ok()?;
    // Routers call themselves so on every link.
    let is_first_of_link = address == Ipv6Addr::new(0xFE80, 0, 0, 0, 0, 0, 0, 1);
    if address.is_unspecified() || address.is_loopback() || is_first_of_link {
        return None;
    }
    let groups = written.split(':').filter(|group| !group.is_empty());
    let in_pairs = groups.clone().all(|group| group.len() == 2);
    // Letters alone are a list far more often than an address.
    if !written.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    // Unicast: global, unique local, link local; and multicast.
    let is_routed = matches!(address.segments()[0] >> 12, 2 | 3 | 15) && groups.clone().count() > 1;
    let is_full = !written.contains("::") && !in_pairs;
    let is_mapped = written.contains('.');
    let context = view.context(&span, Topic::IpAddress.set());
    let percent = match context {
        Context::Labelled(_) => 95,
        Context::Mentioned(_) => 85,
        _ if is_full || is_mapped || is_routed => 90,
        Context::Nearby(_) => 70,
        // `a::b` is a name in a program.
        _ => 20,
    };
    let entity = if in_pairs && groups.count() == 8 {
        Entity::MacAddress
    } else {
        Entity::IpAddress
    };
    Some(Candidate::new(&entity, "network.ip", span, percent).in_context(context))
}

fn find_mac(view: &View<'_>, found: &mut Found) {
    let tokens = &view.tokens;
    let mut free = 0;
    for first in tokens.of_sizes([2, 4, 12]) {
        let found_at = (first >= free).then(|| mac_at(tokens, first));
        let Some((count, silent)) = found_at.flatten() else {
            continue;
        };
        let span = tokens.span(first..first + count);
        free = first + count;
        if tokens.is_embedded(&span) || is_of_nobody(&view.text()[span.clone()]) {
            continue;
        }
        let context = view.context(&span, Topic::MacAddress.set());
        let percent = match context {
            Context::Labelled(_) => 95,
            Context::Mentioned(_) | Context::Nearby(_) => silent.max(80),
            _ => silent,
        };
        found.push(
            Candidate::new(&Entity::MacAddress, "network.mac", span, percent).in_context(context),
        );
    }
}

/// How many tokens from `first` on are a hardware address, and how sure their shape alone is.
fn mac_at(tokens: &Tokens<'_>, first: usize) -> Option<(usize, u8)> {
    let is_hex = |index: usize, len: usize| {
        tokens.size(index) == len && tokens.bytes(index).iter().all(u8::is_ascii_hexdigit)
    };
    let (count, len) = match tokens.size(first) {
        2 => (6, 2),
        4 => (3, 4),
        12 => (1, 12),
        _ => return None,
    };
    // Nearly all words end here: a space stands behind them, or they have other letters.
    let is_tight = || matches!(tokens.gap_bytes(first + 1), Some([b':' | b'-' | b'.']));
    if count > 1 && !is_tight() || !is_hex(first, len) {
        return None;
    }
    let separator = tokens.gap(first + 1).unwrap_or_default();
    let separates = match len {
        2 => matches!(separator, ":" | "-"),
        4 => matches!(separator, "." | "-" | ":"),
        _ => true,
    };
    let is_even =
        count == 1 || (first + 1..first + count).all(|index| tokens.gap(index) == Some(separator));
    let is_tied = |index: usize| matches!(tokens.gap(index), Some(":" | "-" | "." | "_"));
    if !separates
        || !is_even
        || is_tied(first) && tokens.gap(first) == Some(separator)
        || count == 1
            && (is_tied(first + 1)
                || tokens
                    .gap(first)
                    .is_some_and(|gap| matches!(gap, "-" | "." | "_")))
        || count > 1 && tokens.gap(first + count) == Some(separator)
        || !(first + 1..first + count).all(|index| is_hex(index, len))
    {
        return None;
    }
    let has_letter = (first..first + count)
        .any(|index| tokens.get(index).bytes().any(|b| b.is_ascii_alphabetic()));
    let silent = match (len, separator) {
        (2, ":") if has_letter => 92,
        (2, ":") => 75,
        (2, _) if has_letter => 85,
        (4, ".") if has_letter => 80,
        _ => 0,
    };
    Some((count, silent))
}

/// Whether an address only shows the format: `AA:BB:CC:DD:EE:FF`, `00:11:22:33:44:55`.
fn is_pattern(written: &str) -> bool {
    let characters: Vec<u8> = written
        .bytes()
        .filter(u8::is_ascii_alphanumeric)
        .map(|b| b.to_ascii_lowercase())
        .collect();
    let mut pairs = characters.chunks(2);
    if !characters.starts_with(b"aa") {
        return false;
    }
    pairs.clone().all(|pair| pair[0] == pair[pair.len() - 1])
        && pairs.next().is_some_and(|first| {
            pairs
                .enumerate()
                .all(|(at, pair)| usize::from(pair[0]) == usize::from(first[0]) + at + 1)
        })
}

/// Whether an address is that of nobody or of everybody.
fn is_of_nobody(written: &str) -> bool {
    let all = |digit: u8| {
        written
            .bytes()
            .filter(u8::is_ascii_alphanumeric)
            .all(|b| b.eq_ignore_ascii_case(&digit))
    };
    all(b'0') || all(b'f') || is_pattern(written)
}
