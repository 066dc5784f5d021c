//! How telephone numbers are grouped: which groups of digits belong together, and what is beside
//! them.

use std::ops::Range;

use crate::view::numerals::Numerals;

/// A local number without its area code.
pub(super) const FEWEST_DIGITS: usize = 7;
/// Groups in the most finely written number, its country code and a bracketed zero included.
const MOST_GROUPS: usize = 8;
/// Digits of the longest extension.
const LONGEST_EXTENSION: usize = 6;

/// The words and signs before an extension. In lower case and without accents.
const EXTENSIONS: [&str; 17] = [
    "x",
    "ex",
    "ext",
    "extn",
    "exten",
    "extension",
    "#",
    "durchwahl",
    "dw",
    "poste",
    "interno",
    "int",
    "anexo",
    "ramal",
    "toestel",
    "wew",
    "anknytning",
];

/// Whether `gap` can stand inside a telephone number: spaces, dashes, dots, slashes and brackets.
pub(super) fn is_gap(gap: &str) -> bool {
    (1..=4).contains(&gap.len())
        && gap
            .bytes()
            .all(|b| matches!(b, b' ' | b'-' | b'.' | b'/' | b'(' | b')'))
        && !gap.starts_with(". ")
}

/// The ends of the windows from `first` on that may be one number, within `most` digits, the
/// longest first. A slash stands only behind the first groups, where some part the area code.
pub(super) fn ends(
    numerals: &Numerals<'_>,
    first: usize,
    most: usize,
) -> impl Iterator<Item = usize> {
    let mut digits = numerals.size(first);
    let mut end = first + 1;
    while end - first < MOST_GROUPS
        && digits + numerals.size(end) <= most
        && numerals
            .gap(end)
            .is_some_and(|gap| is_gap(gap) && (end - first <= 2 || !gap.contains('/')))
    {
        digits += numerals.size(end);
        end += 1;
    }
    (first + 1..=end).rev()
}

/// Number of digits in a window.
pub(super) fn total(numerals: &Numerals<'_>, window: Range<usize>) -> usize {
    window.map(|index| numerals.size(index)).sum()
}

/// The digits of a window, if they are no more than there is room for.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Digits {
    bytes: [u8; Self::ROOM],
    len: usize,
}

impl Digits {
    /// A number with its international prefix.
    const ROOM: usize = 20;

    pub(super) fn of(numerals: &Numerals<'_>, window: Range<usize>) -> Self {
        let mut digits = Self::default();
        for byte in window.flat_map(|index| numerals.digits(index).bytes()) {
            if let Some(slot) = digits.bytes.get_mut(digits.len) {
                *slot = byte;
                digits.len += 1;
            }
        }
        digits
    }

    pub(super) fn as_str(&self) -> &str {
        // Only ASCII digits have been put in.
        std::str::from_utf8(&self.bytes[..self.len]).unwrap_or_default()
    }
}

/// How a window is bounded by the numbers beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Edges {
    /// Nothing beside it can be a part of it.
    Free,
    /// A lone short number, or the beginning of another one, stands beside it.
    Neighboured,
    /// It is the middle of a longer row of groups.
    Tied,
}

/// How `window` is bounded, where the groups before `free_from` are accounted for.
pub(super) fn edges(numerals: &Numerals<'_>, window: &Range<usize>, free_from: usize) -> Edges {
    let is_spaced = window.len() == 1
        || (window.start + 1..window.end).any(|index| numerals.gap(index) == Some(" "));
    let joins = |index: usize| match numerals.gap(index) {
        Some(" ") => is_spaced,
        Some("-" | ".") => true,
        _ => false,
    };
    let is_tight = |index: usize| matches!(numerals.gap(index), Some("-" | "."));
    let mut worst = Edges::Free;
    if window.start > free_from && joins(window.start) {
        let before = window.start - 1;
        let is_lone =
            numerals.size(before) <= 3 && !joins(before) && !touches_letter(numerals, before);
        worst = worst.max(if is_lone && !is_tight(window.start) {
            Edges::Neighboured
        } else {
            Edges::Tied
        });
    }
    if joins(window.end) {
        let is_lone = numerals.size(window.end) <= 3 && !joins(window.end + 1);
        let is_next = numerals.digits(window.end).starts_with('0')
            && numerals.digits(window.start).starts_with('0');
        worst = worst.max(if (is_lone || is_next) && !is_tight(window.end) {
            Edges::Neighboured
        } else {
            Edges::Tied
        });
    }
    worst
}

fn touches_letter(numerals: &Numerals<'_>, index: usize) -> bool {
    let span = numerals.span(index..index + 1);
    numerals.text()[..span.start].ends_with(|c: char| c.is_alphanumeric())
}

/// Whether the window, with its extension, is not a part of a longer token.
pub(super) fn is_whole(numerals: &Numerals<'_>, window: &Range<usize>) -> bool {
    let whole = with_extension(numerals, window.clone());
    !numerals.continues(whole.clone())
        && !has_prefix(numerals, window)
        && !numerals.is_embedded(numerals.span(whole))
}

/// Whether letters are tied to the window from before, as in `RE-2025-46298`. Labels may be.
fn has_prefix(numerals: &Numerals<'_>, window: &Range<usize>) -> bool {
    let before = &numerals.text()[..numerals.span(window.clone()).start];
    let Some(before) = before.strip_suffix('-') else {
        return false;
    };
    let letters = before
        .bytes()
        .rev()
        .take(5)
        .take_while(u8::is_ascii_alphabetic);
    let letters = letters.count();
    let word = &before[before.len() - letters..];
    let is_label = [
        "tel", "fax", "ph", "mob", "cell", "fon", "sms", "tlf", "gsm",
    ]
    .iter()
    .any(|label| word.eq_ignore_ascii_case(label));
    (1..=4).contains(&letters) && !is_label
}

/// Whether group `index` stands behind an opening bracket.
pub(super) fn is_bracketed(numerals: &Numerals<'_>, index: usize) -> bool {
    let span = (index < numerals.len()).then(|| numerals.span(index..index + 1));
    span.is_some_and(|span| numerals.text()[..span.start].ends_with('('))
}

/// Whether a plus sign stands before group `first`.
pub(super) fn has_plus(numerals: &Numerals<'_>, first: usize) -> bool {
    let start = numerals.span(first..first + 1).start;
    let before = &numerals.text()[..start];
    let before = before.strip_suffix('(').unwrap_or(before);
    // In `2 + 20` it adds.
    let adds = |left: &str| {
        left.trim_end_matches(' ')
            .ends_with(|c: char| c.is_ascii_digit())
    };
    before.ends_with('+') || before.strip_suffix("+ ").is_some_and(|left| !adds(left))
}

/// Whether the window begins with a calendar date, or is a span of times or of years.
pub(super) fn is_of_time(numerals: &Numerals<'_>, window: &Range<usize>) -> bool {
    let first = window.start;
    let value = |digits: &str| digits.parse::<u32>().unwrap_or(u32::MAX);
    let is_year = |digits: &str| digits.len() == 4 && (1900..=2099).contains(&value(digits));
    let is_part = |digits: &str| digits.len() <= 2 && (1..=31).contains(&value(digits));
    let [a, b, c, d] = [first, first + 1, first + 2, first + 3].map(|index| {
        if index < window.end {
            numerals.digits(index)
        } else {
            ""
        }
    });
    let is_compact = a.len() == 8 && is_year(&a[..4]) && is_part(&a[4..6]) && is_part(&a[6..]);
    let is_date = is_part(b) && ((is_year(a) && is_part(c)) || (is_part(a) && is_year(c)));
    let is_stamp = |digits: &str| digits.len() == 6 && value(digits) < 240_000;
    let is_years = is_year(a) && is_year(b) && window.len() == 2;
    let is_time = |hour: &str, minute: &str| {
        hour.len() <= 2 && minute.len() == 2 && value(hour) < 25 && value(minute) < 60
    };
    let is_times = window.len() == 4
        && numerals.gap(first + 1) != numerals.gap(first + 2)
        && is_time(a, b)
        && is_time(c, d);
    (is_compact && (window.len() == 1 || is_stamp(b))) || is_date || is_years || is_times
}

/// Widens a window by the extension behind it: `x123`, `ext. 45`. The beginning of another number
/// is none.
pub(super) fn with_extension(numerals: &Numerals<'_>, window: Range<usize>) -> Range<usize> {
    let gap = numerals
        .gap(window.end)
        .filter(|gap| gap.len() <= 16)
        .unwrap_or_default();
    let word = gap.trim_matches([' ', ',', '.', ':', '(', '-', ';', '=']);
    let is_extension = EXTENSIONS
        .iter()
        .any(|name| word.eq_ignore_ascii_case(name))
        && numerals.size(window.end) <= LONGEST_EXTENSION
        && !matches!(numerals.gap(window.end + 1), Some("-" | "."));
    window.start..window.end + usize::from(is_extension)
}

/// The span of a window with the plus and the bracket that open it, and the bracket that closes
/// its extension.
pub(super) fn with_opening(numerals: &Numerals<'_>, window: &Range<usize>) -> Range<usize> {
    let span = numerals.span(window.clone());
    let inside = &numerals.text()[span.clone()];
    let before = &numerals.text()[..span.start];
    let is_closed = inside
        .find(')')
        .is_some_and(|close| !inside[..close].contains('('));
    let opened = |text: &str| match text.strip_suffix('(') {
        Some(shorter) if is_closed => shorter.len(),
        _ => text.len(),
    };
    let unopened = &before[..opened(before)];
    let start = match unopened.trim_end_matches(' ').strip_suffix('+') {
        Some(before_plus) => opened(before_plus),
        None => unopened.len(),
    };
    start..span.end
}
