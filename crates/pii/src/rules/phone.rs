//! Telephone numbers by the ways people write them.
//!
//! Four shapes, tried in this order at every group of digits: international (`+44 20 7946 0123`),
//! North American (`(977) 625-2661`), national with a trunk zero (`020 7946 0123`), and anything
//! of a plausible length that a context word announces (`call 9776252661`). A bare run of digits
//! without such a word is an order number as likely as not, and is left alone.
//!
//! Numbering plans are not consulted, so a number in a known shape need not be in service.

use std::ops::Range;

use crate::{
    context::{Phrases, Topic, TopicSet},
    entity::Entity,
    rules::{Candidate, Found},
    view::{View, numerals::Numerals},
};

/// A local number without its area code.
pub(crate) const FEWEST_DIGITS: usize = 7;
/// ITU-T E.164: country code and national number together.
const MOST_DIGITS: usize = 15;

/// What speaks for a telephone number.
const TOPICS: TopicSet = Topic::Phone.set().with(Topic::Dial);

/// What telephones are called, in English, and what forms and signatures in other languages call
/// them.
pub(crate) const PHRASES: &[Phrases] = &[
    Phrases {
        topic: Topic::Phone,
        phrases: "phone | phones | telephone | tel | mobile | mob | cell | cellphone | landline | \
            fax | whatsapp | hotline | ph | phonenumber | phone number | telefon | \
            telefonnummer | handy | mobil | telefono | movil | celular | cellulare | \
            telephone | portable | telefone | telemovel | telefoon | mobiel",
    },
    Phrases {
        topic: Topic::Dial,
        phrases: "call | called | calling | dial | dialed | dialled | ring | text | sms | reach | \
            contact | callback | call me at | call us at | call me on | call us on",
    },
];

/// The telephone numbers in `view`.
pub(crate) fn find(view: &View<'_>, found: &mut Found) {
    let numerals = &view.numerals;
    let mut first = 0;
    while first < numerals.len() {
        let shapes = [international, north_american, trunk_zero];
        let shaped = shapes.iter().find_map(|shape| shape(numerals, first));
        let window = shaped
            .or_else(|| announced(view, first))
            .map(|end| first..end)
            .filter(|window| !numerals.all_equal(window.clone()));
        match window {
            Some(window) => {
                let window = with_extension(numerals, window);
                let span = with_opening(numerals, &window);
                let context = view.context(&span, TOPICS);
                let percent = match context.is_for() {
                    true => 85,
                    false => 60,
                };
                found.push(
                    Candidate::new(&Entity::PhoneNumber, "phone", span, percent)
                        .in_context(context),
                );
                first = window.end;
            }
            None => first += 1,
        }
    }
}

/// `+` and a country code, in any grouping. Gives the end of the window from `first`, as the
/// other shapes do.
fn international(numerals: &Numerals<'_>, first: usize) -> Option<usize> {
    let start = numerals.span(first..first + 1).start;
    let before = numerals.text()[..start]
        .trim_end_matches('(')
        .trim_end_matches(' ');
    if !before.ends_with('+') || numerals.digits(first).starts_with('0') {
        return None;
    }
    // All North American numbers have eleven digits; elsewhere the length varies, and taking one
    // group too many is better than leaving one.
    let most = if numerals.digits(first).starts_with('1') {
        11
    } else {
        MOST_DIGITS
    };
    let end = grouped_end(numerals, first, most, is_gap);
    (total(numerals, first..end) >= 8).then_some(end)
}

/// Three, three and four digits, with or without the country code 1 and brackets.
fn north_american(numerals: &Numerals<'_>, first: usize) -> Option<usize> {
    let area = if numerals.digits(first) == "1" && numerals.gap(first + 1).is_some_and(is_gap) {
        first + 1
    } else {
        first
    };
    let bracketed = is_bracketed(numerals, area);
    let end = match [area, area + 1, area + 2].map(|index| numerals.size(index)) {
        [3, 3, 4] => area + 3,
        [3, 7, _] if bracketed => area + 2,
        _ => return None,
    };
    let gap = numerals.gap(area + 1)?;
    let plausible = match gap {
        "-" | "/" => !numerals.digits(area).starts_with('0'),
        " " | "." => !numerals.digits(area).starts_with(['0', '1']),
        ")" | ") " | ")-" | ")." | ") - " | ")  " => bracketed,
        " - " => true,
        _ => false,
    };
    let line_is_tied =
        end == area + 2 || matches!(numerals.gap(area + 2)?, "-" | "." | " " | " - ");
    (plausible && line_is_tied && stands_alone(numerals, first..end)).then_some(end)
}

/// Groups after an area code with a leading zero, as in Britain, Germany, France or Australia.
fn trunk_zero(numerals: &Numerals<'_>, first: usize) -> Option<usize> {
    let area = numerals.digits(first);
    let is_area = (2..=5).contains(&area.len()) && area.starts_with('0') && &area[1..2] != "0";
    if !is_area || is_date(numerals, first) {
        return None;
    }
    // The gap behind the area code may differ (`(020) 7946 0123`, `0161/496 0123`), the rest agree.
    let separator = numerals
        .gap(first + 2)
        .filter(|gap| matches!(*gap, " " | "-" | "."));
    let opening = numerals.gap(first + 1).filter(|gap| is_gap(gap))?;
    let end = grouped_end(numerals, first, 12, |gap| {
        gap == opening || Some(gap) == separator
    });
    let sizes = || (first + 1..end).map(|index| numerals.size(index));
    // Five pairs are a French number, any other count of them a list.
    let in_pairs = area.len() == 2 && sizes().all(|size| size == 2);
    let is_list = in_pairs && (end - first != 5 || numerals.gap(first) == Some(opening));
    let plausible = (9..=12).contains(&total(numerals, first..end))
        && sizes().all(|size| (2..=8).contains(&size))
        && !is_list;
    (plausible && stands_alone(numerals, first..end)).then_some(end)
}

/// Whatever a context word announces, as long as it has the length of a telephone number and is
/// not a date.
fn announced(view: &View<'_>, first: usize) -> Option<usize> {
    let numerals = &view.numerals;
    let is_whole = numerals.size(first) >= FEWEST_DIGITS;
    let end = if is_whole {
        first + 1
    } else {
        grouped_end(numerals, first, MOST_DIGITS, |gap| {
            gap != "." && gap != "/" && is_gap(gap)
        })
    };
    let total = total(numerals, first..end);
    let plausible = (FEWEST_DIGITS..=MOST_DIGITS).contains(&total)
        && (first + 1..end).all(|index| numerals.size(index) >= 2)
        && !is_date(numerals, first)
        && stands_alone(numerals, first..end);
    let is_announced = || view.context(&numerals.span(first..end), TOPICS).is_for();
    (plausible && is_announced()).then_some(end)
}

/// The end of the longest window from `first` of groups joined by `joins`, within `most` digits.
fn grouped_end<'t>(
    numerals: &Numerals<'t>,
    first: usize,
    most: usize,
    joins: impl Fn(&'t str) -> bool,
) -> usize {
    let mut digits = numerals.size(first);
    let mut end = first + 1;
    while let Some(gap) = numerals.gap(end) {
        digits += numerals.size(end);
        if digits > most || !joins(gap) {
            break;
        }
        end += 1;
    }
    end
}

/// Whether a gap can stand inside a telephone number: a space, dash, dot, slash or bracket.
fn is_gap(gap: &str) -> bool {
    (1..=3).contains(&gap.len())
        && gap
            .bytes()
            .all(|b| matches!(b, b' ' | b'-' | b'.' | b'/' | b'(' | b')'))
        && gap != ". "
}

fn total(numerals: &Numerals<'_>, window: Range<usize>) -> usize {
    window.map(|index| numerals.size(index)).sum()
}

fn stands_alone(numerals: &Numerals<'_>, window: Range<usize>) -> bool {
    let whole = with_extension(numerals, window);
    !numerals.continues(whole.clone()) && !numerals.is_embedded(numerals.span(whole))
}

fn is_bracketed(numerals: &Numerals<'_>, index: usize) -> bool {
    let span = (index < numerals.len()).then(|| numerals.span(index..index + 1));
    span.is_some_and(|span| numerals.text()[..span.start].ends_with('('))
}

/// Whether a calendar date begins at group `first`: `06-11-2019`, `2019-11-06`, `20191106`.
fn is_date(numerals: &Numerals<'_>, first: usize) -> bool {
    let value = |digits: &str| digits.parse::<u32>().unwrap_or(0);
    let is_year = |digits: &str| digits.len() == 4 && (1900..=2099).contains(&value(digits));
    let is_part = |digits: &str| digits.len() <= 2 && (1..=31).contains(&value(digits));
    let [a, b, c] = [first, first + 1, first + 2].map(|index| numerals.digits(index));
    let is_compact = a.len() == 8 && is_year(&a[..4]) && is_part(&a[4..6]) && is_part(&a[6..]);
    is_compact || (is_part(b) && ((is_year(a) && is_part(c)) || (is_part(a) && is_year(c))))
}

/// Widens a window by the extension behind it: `x123`, `ext. 45`.
fn with_extension(numerals: &Numerals<'_>, window: Range<usize>) -> Range<usize> {
    let gap = numerals
        .gap(window.end)
        .filter(|gap| gap.len() <= 14)
        .unwrap_or_default();
    let word = gap.trim_matches([' ', ',', '.', ':', '(']);
    let is_extension = ["x", "ext", "extension"]
        .iter()
        .any(|name| word.eq_ignore_ascii_case(name))
        && numerals.size(window.end) <= 6;
    window.start..window.end + usize::from(is_extension)
}

/// The span of a window with the plus and the bracket that open it.
fn with_opening(numerals: &Numerals<'_>, window: &Range<usize>) -> Range<usize> {
    let span = numerals.span(window.clone());
    let before = &numerals.text()[..span.start];
    let opened = before.strip_suffix('(').unwrap_or(before);
    let is_closed = numerals.text()[span.clone()].contains(')');
    let unbracketed = if is_closed { opened } else { before };
    let start = match opened.trim_end_matches(' ').strip_suffix('+') {
        Some(before_plus) => before_plus.len(),
        None => unbracketed.len(),
    };
    start..span.end
}
