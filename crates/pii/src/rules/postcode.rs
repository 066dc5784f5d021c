//! Postcodes of the United Kingdom where an address is about.
//!
//! A postcode is few characters and looks like many a product code, so its area must exist and
//! something about it must speak of an address: a label, a street, a town, a house number. In
//! lower case or without its space only a label will do.

use std::ops::Range;

use crate::{
    checks::uk,
    context::{Context, Cue, Phrases, Topic},
    entity::Entity,
    rules::{Candidate, Found},
    view::View,
};

/// How far before a postcode its address may begin, in bytes.
const REACH: usize = 72;

pub(crate) const PHRASES: &[Phrases] = &[Phrases {
    topic: Topic::Address,
    phrases: "address | addresses | postcode | post code | postal code | postcodes | zip | \
        home address | billing address | shipping address | delivery address | \
        postal address | mailing address | street address | full address | new address | \
        deliver to | delivered to | delivering to | delivery to | ship to | shipped to | \
        send to | sent to | post to | live at | lives at | living at | lived at | live in | \
        lives in | residing at | resides at | resident of | moved to | moving to | \
        located at | based at | collect from | pick up from | visit us at | registered at | \
        house number | flat number",
}];

/// Words of addresses, and the larger towns, in lower case.
const PLACES: [&str; 87] = [
    "street",
    "st",
    "road",
    "rd",
    "lane",
    "ln",
    "avenue",
    "ave",
    "close",
    "drive",
    "way",
    "court",
    "gardens",
    "grove",
    "crescent",
    "terrace",
    "square",
    "hill",
    "mews",
    "row",
    "park",
    "green",
    "flat",
    "apartment",
    "house",
    "cottage",
    "farm",
    "parade",
    "walk",
    "place",
    "view",
    "rise",
    "estate",
    "lodge",
    "villas",
    "wharf",
    "quay",
    "embankment",
    "broadway",
    "highstreet",
    "london",
    "birmingham",
    "manchester",
    "leeds",
    "liverpool",
    "sheffield",
    "bristol",
    "glasgow",
    "edinburgh",
    "cardiff",
    "belfast",
    "leicester",
    "coventry",
    "nottingham",
    "newcastle",
    "bradford",
    "hull",
    "stoke",
    "wolverhampton",
    "plymouth",
    "derby",
    "southampton",
    "portsmouth",
    "brighton",
    "reading",
    "oxford",
    "cambridge",
    "york",
    "bath",
    "exeter",
    "norwich",
    "swansea",
    "aberdeen",
    "dundee",
    "swindon",
    "luton",
    "milton",
    "northampton",
    "peterborough",
    "ipswich",
    "colchester",
    "surrey",
    "kent",
    "essex",
    "uk",
    "england",
    "scotland",
];

/// The postcodes in `view`.
pub(crate) fn find(view: &View<'_>, found: &mut Found) {
    let tokens = &view.tokens;
    let mut free = 0;
    for first in tokens.with_digits() {
        let found_at = (first >= free).then(|| postcode_at(view, first));
        let Some((count, style)) = found_at.flatten() else {
            continue;
        };
        let span = tokens.span(first..first + count);
        free = first + count;
        let context = view.context(&span, Topic::Address.set());
        let percent = match context {
            Context::Labelled(_) => 92,
            Context::Mentioned(_) | Context::Nearby(_) if style == Style::Regular => 85,
            Context::Mentioned(_) if style == Style::Compact => 65,
            // Asked for an address, people tell other things in capitals and digits as well.
            Context::Nearby(cue) if style == Style::Compact && names_code(view.text(), cue) => 60,
            _ if follows_place(&view.text()[..span.start], style) => 75,
            Context::Reference(_) => 10,
            _ if style == Style::Regular => 40,
            _ => 0,
        };
        found.push(
            Candidate::new(&Entity::UkPostcode, "uk.postcode", span, percent).in_context(context),
        );
    }
}

/// Whether a label names the code itself, not the address: `postcode`.
fn names_code(text: &str, cue: &Cue) -> bool {
    let label = text[cue.start..cue.end].to_ascii_lowercase();
    label.contains("code") || label.contains("zip")
}

/// How a postcode is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// `SW1A 1AA`.
    Regular,
    /// `SW1A1AA`.
    Compact,
    /// `sw1a 1aa`.
    Lower,
    /// `sw1a1aa`.
    LowerCompact,
}

/// How many tokens from `first` on, which has a digit, are a postcode, and how it is written.
fn postcode_at(view: &View<'_>, first: usize) -> Option<(usize, Style)> {
    let tokens = &view.tokens;
    let outward = tokens.get(first);
    if !(2..=7).contains(&outward.len())
        || !outward.starts_with(|c: char| c.is_ascii_alphabetic())
        || matches!(tokens.gap(first), Some("-" | "." | "/" | "_"))
    {
        return None;
    }
    let mut compact = [0; 7];
    let mut fill = |text: &[&str]| -> Option<usize> {
        let len = text.iter().map(|part| part.len()).sum();
        let bytes = text.iter().flat_map(|part| part.bytes());
        for (slot, byte) in compact.get_mut(..len)?.iter_mut().zip(bytes) {
            *slot = byte.to_ascii_uppercase();
        }
        uk::postcode(&compact[..len]).then_some(len)
    };
    let inward = tokens.get(first + 1);
    let is_spaced = outward.len() <= 4
        && inward.len() == 3
        && matches!(tokens.gap(first + 1), Some(" " | "  "))
        && fill(&[outward, inward]).is_some();
    let count = if is_spaced {
        2
    } else {
        fill(&[outward])?;
        1
    };
    let span = tokens.span(first..first + count);
    if tokens.is_embedded(&span) || matches!(tokens.gap(first + count), Some("-" | "/" | "_")) {
        return None;
    }
    let is_upper = !view.text()[span].bytes().any(|b| b.is_ascii_lowercase());
    let style = match (is_upper, is_spaced) {
        (true, true) => Style::Regular,
        (true, false) => Style::Compact,
        (false, true) => Style::Lower,
        (false, false) => Style::LowerCompact,
    };
    Some((count, style))
}

/// Whether `before` ends in what stands before a postcode: a street or a town. One in an unusual
/// style must follow a name at once.
fn follows_place(before: &str, style: Style) -> bool {
    let near = &before[before.floor_char_boundary(before.len().saturating_sub(REACH))..];
    let mut words = near
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.starts_with(char::is_uppercase));
    let has_place = words.any(|word| PLACES.iter().any(|known| word.eq_ignore_ascii_case(known)));
    match style {
        Style::Regular => has_place || follows_town(near),
        Style::Compact | Style::Lower => has_place && follows_name(near),
        Style::LowerCompact => false,
    }
}

/// Whether the word right before is capitalised.
fn follows_name(near: &str) -> bool {
    let trimmed = near.trim_end_matches([' ', ',', '\n']);
    let word = trimmed.trim_end_matches(char::is_alphabetic).len();
    trimmed[word..].starts_with(char::is_uppercase) && trimmed.len() - word >= 3
}

/// Whether a capitalised word of its own, behind a comma or before a line break, stands right
/// before: `12 The Beeches, Wokingham`.
fn follows_town(near: &str) -> bool {
    let trimmed = near.trim_end_matches([' ', ',', '\n']);
    let gap: Range<usize> = trimmed.len()..near.len();
    let town = trimmed.rsplit([',', '\n']).next().unwrap_or_default();
    let is_parted = trimmed.len() > town.len();
    let name = town.trim();
    let is_name = name.len() >= 3
        && name
            .split([' ', '-'])
            .all(|word| word.len() >= 2 && word.chars().all(char::is_alphabetic))
        && name.starts_with(char::is_uppercase);
    is_name && is_parted && !gap.is_empty() && name.split(' ').count() <= 3
}
