//! Telephone numbers by the ways people write them, by numbering plans, and by what announces them.
//!
//! At every group of digits these readings are tried, the likelier first:
//!
//! | reading | example | without a label |
//! |---|---|---|
//! | international | `+44 20 7946 0123`, `0049 170 1234567` | found |
//! | North American | `(977) 625-2661` | found |
//! | with a trunk zero | `020 7946 0123`, `0170/1234567` | found; surer if a home region has it |
//! | in another telling grouping | `612 34 56 78` | found if a home region has it |
//! | anything else of that length | `9776252661`, `555-0143` | never |
//!
//! Shape counts for more than the plan: films and manuals use numbers that no plan has, and so do
//! people who mistype. A row of bare digits is an order number as likely as not.

mod phrases;
mod plan;
mod shape;

use std::ops::Range;
use std::sync::OnceLock;

use rlibphonenumber::Region;

use crate::{
    context::{Context, Cue, Topic, TopicSet, WordList, is_filler, words},
    entity::Entity,
    policy::Locale,
    rules::{
        Candidate, Found,
        phone::{
            plan::{Plans, Standing},
            shape::{Digits, Edges, FEWEST_DIGITS},
        },
    },
    view::{View, numerals::Numerals},
};

pub(crate) use phrases::PHRASES;
pub(crate) use plan::region_of;

/// What speaks for a telephone number.
const TOPICS: TopicSet = Topic::Phone.set().with(Topic::Dial);

/// How far a word of telephony may stand from the digits that it announces, in bytes.
const REACH_OF_PHONE: usize = 48;
const REACH_OF_DIAL: usize = 32;
/// Letters of the longest word that a full stop shortens rather than ends a sentence with.
const LONGEST_ABBREVIATION: usize = 3;

/// Groupings that tell a telephone number though no zero leads it, if a home region has it, and
/// how sure that makes us. Groups of three alone, or of four, are amounts or codes as likely.
const TELLING: &[(&[usize], u8)] = &[
    (&[3, 2, 2, 2], 65),
    (&[2, 3, 2, 2], 65),
    (&[3, 3, 2, 2], 60),
    (&[2, 5, 4], 65),
    (&[3, 4, 4], 65),
    (&[2, 4, 4], 55),
    (&[4, 3, 3], 55),
    (&[3, 2, 3], 55),
    (&[5, 5], 55),
    (&[3, 7], 55),
];

/// Finds telephone numbers.
#[derive(Debug, Clone)]
pub(crate) struct Phones {
    /// Where numbers without a country code may come from, the likelier first.
    regions: Vec<Region>,
    /// Made when they are first asked: that takes longer than all else a scanner is made of, and few texts
    /// hold what may be a number.
    plans: OnceLock<Plans>,
}

/// What a window of groups is read as.
struct Reading {
    window: Range<usize>,
    /// How sure its shape alone makes us, in percent; 0 where only words speak for it.
    silent: u8,
}

impl Phones {
    /// Numbers without a country code are those of `regions`, the likelier first; those of the
    /// usual ones if there are none.
    pub(crate) fn new(regions: &[Locale]) -> Self {
        let regions: Vec<Region> = regions
            .iter()
            .filter_map(|region| Region::from_code(region.as_str()).ok())
            .collect();
        Self {
            regions: match regions.is_empty() {
                true => plan::HOME_REGIONS.to_vec(),
                false => regions,
            },
            plans: OnceLock::new(),
        }
    }

    fn plans(&self) -> &Plans {
        self.plans.get_or_init(|| Plans::new(&self.regions))
    }

    /// The telephone numbers in `view`.
    pub(crate) fn find(&self, view: &View<'_>, found: &mut Found) {
        let numerals = &view.numerals;
        let (mut first, mut free_from) = (0, 0);
        while first < numerals.len() {
            // Nearly all numbers of prose are short, and stand alone.
            let goes_on = || numerals.gap(first + 1).is_some_and(shape::is_gap);
            if numerals.size(first) < FEWEST_DIGITS && !goes_on() {
                first += 1;
                continue;
            }
            let reading = self
                .international(numerals, first)
                .or_else(|| self.north_american(numerals, first, free_from))
                .or_else(|| self.grouped(numerals, first, free_from))
                .or_else(|| self.announced(view, first, free_from))
                .filter(|reading| !numerals.all_equal(reading.window.clone()));
            let Some(reading) = reading else {
                first += 1;
                continue;
            };
            let window = shape::with_extension(numerals, reading.window);
            let span = shape::with_opening(numerals, &window);
            let context = view.context(&span, TOPICS);
            let percent = weigh(view, &span, reading.silent, context);
            found.push(
                Candidate::new(&Entity::PhoneNumber, "phone", span, percent).in_context(context),
            );
            first = window.end;
            free_from = first;
        }
    }

    /// A country code behind a `+`, or behind what is dialled for one.
    fn international(&self, numerals: &Numerals<'_>, first: usize) -> Option<Reading> {
        let has_plus = shape::has_plus(numerals, first);
        let prefix = match numerals.digits(first) {
            digits if has_plus && !digits.starts_with('0') => 0,
            digits if !has_plus && digits.starts_with("00") => 2,
            digits if !has_plus && digits.starts_with("011") => 3,
            _ => return None,
        };
        let mut possible = None;
        for end in shape::ends(numerals, first, plan::LONGEST + prefix + 1) {
            let window = first..end;
            let digits = Digits::of(numerals, window.clone());
            let Some(digits) = digits.as_str().get(prefix..) else {
                continue;
            };
            if digits.len() <= FEWEST_DIGITS || !shape::is_whole(numerals, &window) {
                continue;
            }
            let is_grouped = window.len() > 1;
            let silent = match (self.plans().international(digits), prefix) {
                (Standing::Valid, 0) => 88,
                (Standing::Valid, _) if is_grouped => 75,
                (Standing::Valid, _) => 55,
                (Standing::Possible, 0) => 70,
                (Standing::Possible, 2) if is_grouped && digits.starts_with('1') => 60,
                _ => continue,
            };
            let reading = Reading { window, silent };
            if matches!(silent, 60 | 70) {
                possible = possible.or(Some(reading));
            } else {
                return Some(reading);
            }
        }
        possible
    }

    /// Three, three and four digits, with or without the country code 1 and brackets.
    fn north_american(
        &self,
        numerals: &Numerals<'_>,
        first: usize,
        free_from: usize,
    ) -> Option<Reading> {
        let has_code =
            numerals.digits(first) == "1" && numerals.gap(first + 1).is_some_and(shape::is_gap);
        let area = first + usize::from(has_code);
        let is_bracketed = shape::is_bracketed(numerals, area)
            && numerals
                .gap(area + 1)
                .is_some_and(|gap| gap.starts_with(')'));
        let end = match [area, area + 1, area + 2].map(|index| numerals.size(index)) {
            [3, 3, 4] => area + 3,
            [3, 7, _] if is_bracketed => area + 2,
            _ => return None,
        };
        let opening = numerals.gap(area + 1)?;
        let starts = numerals.digits(area).as_bytes().first()?;
        let is_plausible = match opening {
            "-" | "/" => *starts != b'0',
            " " | "." => !matches!(starts, b'0' | b'1'),
            " - " => true,
            _ => is_bracketed && shape::is_gap(opening),
        };
        let line_is_joined =
            end == area + 2 || matches!(numerals.gap(area + 2)?, "-" | "." | " " | " - " | "/");
        let window = first..end;
        if !is_plausible
            || !line_is_joined
            || shape::edges(numerals, &window, free_from) == Edges::Tied
            || !shape::is_whole(numerals, &window)
        {
            return None;
        }
        let digits = Digits::of(numerals, window.clone());
        let silent = match is_bracketed {
            true => 80,
            false if self.plans().is_national(digits.as_str()) => 75,
            false => 62,
        };
        Some(Reading { window, silent })
    }

    /// Groups behind an area code with a leading zero, as in Britain, Germany, France, Japan or
    /// Australia, or in another grouping that only telephone numbers have.
    fn grouped(&self, numerals: &Numerals<'_>, first: usize, free_from: usize) -> Option<Reading> {
        let has_zero = has_trunk_zero(numerals, first);
        if !has_zero && !(2..=5).contains(&numerals.size(first)) {
            return None;
        }
        let mut shaped = None;
        for end in shape::ends(numerals, first, 12) {
            let window = first..end;
            let digits = shape::total(numerals, window.clone());
            if window.len() < 2
                || digits < 8
                || shape::is_of_time(numerals, &window)
                || !shape::is_whole(numerals, &window)
            {
                continue;
            }
            let telling = if has_zero {
                (digits >= 9 && is_trunk_grouping(numerals, &window)).then_some(75)
            } else {
                telling_grouping(numerals, &window)
            };
            let Some(valid) = telling else { continue };
            let edges = shape::edges(numerals, &window, free_from);
            if edges == Edges::Tied || edges > Edges::Free && is_in_pairs(numerals, &window) {
                continue;
            }
            let written = Digits::of(numerals, window.clone());
            if self.plans().is_national(written.as_str()) {
                let doubt = if edges == Edges::Free { 0 } else { 15 };
                let silent = valid - doubt;
                return Some(Reading { window, silent });
            }
            if has_zero && edges == Edges::Free && shaped.is_none() {
                let silent = if matches!(digits, 10 | 11) { 55 } else { 45 };
                shaped = Some(Reading { window, silent });
            }
        }
        shaped
    }

    /// Whatever a word of telephony announces, as long as it has the length of a telephone number
    /// and is neither a date nor a part of something longer.
    fn announced(&self, view: &View<'_>, first: usize, free_from: usize) -> Option<Reading> {
        let numerals = &view.numerals;
        // `(2) 2911 3805`
        if numerals.size(first) < 2 && !shape::is_bracketed(numerals, first) {
            return None;
        }
        let fits = |window: &Range<usize>| {
            let is_even = (window.start + 1..window.end).all(|index| {
                numerals.size(index) >= 2
                    && !numerals.gap(index).is_some_and(|gap| gap.contains('.'))
            });
            (FEWEST_DIGITS..=plan::LONGEST).contains(&shape::total(numerals, window.clone()))
                && is_even
                && !shape::is_of_time(numerals, window)
                && shape::edges(numerals, window, free_from) != Edges::Tied
                && shape::is_whole(numerals, window)
        };
        let mut windows = shape::ends(numerals, first, plan::LONGEST)
            .map(|end| first..end)
            .filter(fits);
        let longest = windows.next()?;
        let span = numerals.span(longest.clone());
        let context = view.context(&span, TOPICS);
        let is_national = |window: &Range<usize>| {
            self.plans()
                .is_national(Digits::of(numerals, window.clone()).as_str())
        };
        if !self.is_announced(view, &longest, &span, context) {
            let is_called_one = has_letter(view.text(), &span)
                || !matches!(context, Context::Reference(_)) && is_own(view.text(), &span);
            return (is_called_one && is_national(&longest)).then_some(Reading {
                window: longest,
                silent: 70,
            });
        }
        let window = if longest.len() == 1 || is_national(&longest) {
            longest
        } else {
            windows.find(is_national).unwrap_or(longest)
        };
        Some(Reading { window, silent: 0 })
    }

    /// Whether `context` announces the digits of `window` rather than something else near them.
    fn is_announced(
        &self,
        view: &View<'_>,
        window: &Range<usize>,
        span: &Range<usize>,
        context: Context<'_>,
    ) -> bool {
        let numerals = &view.numerals;
        let total = shape::total(numerals, window.clone());
        let is_bare = window.len() == 1;
        let is_known = || {
            self.plans()
                .is_national(Digits::of(numerals, window.clone()).as_str())
        };
        let is_foreign = || {
            let digits = Digits::of(numerals, window.clone());
            self.plans().international(digits.as_str()) == Standing::Valid
        };
        let is_likely = || matches!(total, 10 | 11) || (total >= 8 && (is_known() || is_foreign()));
        match context {
            _ if is_reference(view, span) => false,
            Context::Labelled(cue) if is_phone(cue) => true,
            Context::Labelled(_) => !is_bare && total < 12 || is_likely(),
            Context::Mentioned(cue) => {
                let gap = between(view.text(), cue, span);
                let reach = if is_phone(cue) {
                    REACH_OF_PHONE
                } else {
                    REACH_OF_DIAL
                };
                let is_nearest = cue.start >= span.end
                    || view.cues.ending_before(span.start).next_back() == Some(cue);
                let is_clear = gap.len() <= reach && !gap.bytes().any(|b| b.is_ascii_digit());
                is_nearest && is_clear && total >= 8 && is_likely()
            }
            Context::Nearby(cue) => {
                // A verb of telephony asks for a number, but does not lead to one.
                let is_asked = || between(view.text(), cue, span).contains('?');
                (is_phone(cue) || is_asked()) && is_likely()
            }
            _ => false,
        }
    }
}

fn is_phone(cue: &Cue) -> bool {
    cue.topics.contains(Topic::Phone)
}

/// The text between a cue and the span it is near.
fn between<'t>(text: &'t str, cue: &Cue, span: &Range<usize>) -> &'t str {
    if cue.end <= span.start {
        &text[cue.end..span.start]
    } else {
        text.get(span.end..cue.start).unwrap_or_default()
    }
}

/// How sure a number in context is.
fn weigh(view: &View<'_>, span: &Range<usize>, silent: u8, context: Context<'_>) -> u8 {
    match context {
        Context::Labelled(_) => silent.max(88),
        Context::Mentioned(_) => silent.max(82),
        Context::Nearby(_) => silent.max(80),
        Context::Silent if answers_reference(view, span) => silent.saturating_sub(30),
        Context::Silent | Context::Shared(_) => silent,
        Context::Other(_) if is_own(view.text(), span) => silent.max(60),
        Context::Other(cue) => {
            let gap = between(view.text(), cue, span).trim();
            let is_label = gap == "is" || !gap.contains(|c: char| c.is_alphanumeric());
            silent.saturating_sub(if is_label { 30 } else { 12 })
        }
        Context::Reference(cue) => {
            let is_label = is_label(view.text(), cue, span);
            silent.saturating_sub(if is_label { 30 } else { 12 })
        }
    }
}

/// Whether a word that names a reference is the label of the number, rather than a word of the
/// sentence before it: `case 977-625-2661`, but not `in any case. 977-625-2661`.
fn is_label(text: &str, cue: &Cue, span: &Range<usize>) -> bool {
    let gap = between(text, cue, span);
    let label = text.get(cue.start..cue.end).unwrap_or_default();
    let is_abbreviated = label
        .rsplit(' ')
        .next()
        .is_some_and(|word| word.len() <= LONGEST_ABBREVIATION);
    let ends_sentence = gap.starts_with(". ") && !is_abbreviated;
    let is_column = gap.contains('\n') && gap.contains([',', ';', '\t', '|']);
    is_filler(gap) && !ends_sentence || is_column
}

/// Whether the number answers a question for an order or a ticket.
fn answers_reference(view: &View<'_>, span: &Range<usize>) -> bool {
    let Some(cue) = view.cues.ending_before(span.start).next_back() else {
        return false;
    };
    let gap = between(view.text(), cue, span);
    cue.topics.contains(Topic::Reference)
        && gap.len() <= REACH_OF_PHONE
        && gap.contains('?')
        && !gap.bytes().any(|b| b.is_ascii_digit())
}

/// Whether the word right before `span` labels an order or the like: `order=96476878`.
fn is_reference(view: &View<'_>, span: &Range<usize>) -> bool {
    let cue = view.cues.ending_before(span.start).next_back();
    cue.is_some_and(|cue| {
        let gap = between(view.text(), cue, span);
        cue.topics.contains(Topic::Reference)
            && !cue.topics.meets(TOPICS)
            && gap.len() <= 4
            && !gap.contains(char::is_alphanumeric)
    })
}

/// Whether a single letter labels `span`, as in signatures: `T 020 7946 0123`, `M: 0701209886`.
fn has_letter(text: &str, span: &Range<usize>) -> bool {
    let before = text[..span.start].trim_end_matches([' ', ':', '.']);
    let gap = span.start - before.len();
    let Some(rest) = before.strip_suffix(['T', 'M', 'P', 'F']) else {
        return false;
    };
    let begins = rest.is_empty() || rest.ends_with(['\n', ' ', '|', '\t', ',', '\u{2022}']);
    (1..=3).contains(&gap) && begins
}

/// Whether the words before `span` call it somebody's number and say no more: `my new number is`.
fn is_own(text: &str, span: &Range<usize>) -> bool {
    const REACH: usize = 40;
    static VERBS: WordList = WordList::new(
        "is | now | s | its | it | changed | has | ist | jetzt | lautet | geandert | hat | sich | \
        change | a | cambiado | ha | cambiato | cambio | mudou | veranderd | zmienil | sie | andrats | \
        har | endret | aendret | est | c | le | es | el | ahora | e | il | o | adesso | \
        agora | jest | to | teraz | ar | er | nu | on",
    );
    static NUMBERS: WordList = WordList::new(
        "number | numbers | nummer | numero | numer | nr | numret | nummeret | numeroni",
    );
    static AGES: WordList = WordList::new(
        "new | old | other | current | neue | alte | andere | nouveau | ancien | autre | nuevo | \
        viejo | antiguo | otro | nuovo | vecchio | altro | novo | antigo | nieuwe | oude | nowy | \
        stary | nya | nye | gamla | gamle | uusi | vanha",
    );
    static OWNERS: WordList = WordList::new(
        "my | our | his | her | their | mein | meine | unsere | mon | notre | mi | nuestro | mio | \
        nostro | meu | nosso | mijn | onze | moj | nasz | mitt | min | mit | vart | vores | minun",
    );
    let before = &text[text.floor_char_boundary(span.start.saturating_sub(REACH))..span.start];
    let before = before.trim_end_matches(['(', '+', ' ', ':']);
    if before.ends_with(|c: char| !c.is_alphanumeric()) {
        return false;
    }
    let mut words = words(before)
        .rev()
        .skip_while(|word| VERBS.contains(word))
        .skip_while(|word| AGES.contains(word))
        .peekable();
    let is_finnish = words.peek().is_some_and(|word| word.ends_with("eroni"));
    words.next().is_some_and(|word| NUMBERS.contains(word))
        && (is_finnish
            || words
                .find(|word| !AGES.contains(word))
                .is_some_and(|word| OWNERS.contains(word)))
}

/// Whether group `first` can be an area code with the zero that is dialled before it.
fn has_trunk_zero(numerals: &Numerals<'_>, first: usize) -> bool {
    let area = numerals.digits(first).as_bytes();
    (2..=6).contains(&area.len()) && area[0] == b'0' && area[1] != b'0'
}

/// Whether the groups behind an area code are those of a telephone number.
fn is_trunk_grouping(numerals: &Numerals<'_>, window: &Range<usize>) -> bool {
    let first = window.start;
    let is_extension = |index: usize| index + 1 == window.end && numerals.gap(index) == Some("-");
    let sizes_fit = (first + 1..window.end)
        .all(|index| (2..=8).contains(&numerals.size(index)) || is_extension(index));
    // The gap behind the area code may differ (`(020) 7946 0123`), and so may the last one
    // (`0711 123 45-0`); the rest agree.
    let inner = numerals.gap(first + 2);
    let gaps_agree =
        (first + 3..window.end).all(|index| numerals.gap(index) == inner || is_extension(index));
    let inner_fits = window.len() < 3 || matches!(inner, Some(" " | "-" | "."));
    // Five pairs are a French number; any other count of them is a list.
    let in_pairs = is_in_pairs(numerals, window);
    sizes_fit && gaps_agree && inner_fits && (!in_pairs || window.len() == 5)
}

fn is_in_pairs(numerals: &Numerals<'_>, window: &Range<usize>) -> bool {
    window.clone().all(|index| numerals.size(index) == 2)
}

/// How sure the grouping of a window makes us if a home region has the number.
fn telling_grouping(numerals: &Numerals<'_>, window: &Range<usize>) -> Option<u8> {
    let is_like = |sizes: &&(&[usize], u8)| {
        sizes.0.len() == window.len()
            && window
                .clone()
                .zip(sizes.0)
                .all(|(index, size)| numerals.size(index) == *size)
    };
    let gaps_agree = (window.start + 2..window.end)
        .all(|index| matches!(numerals.gap(index), Some(" " | "-" | ".")));
    let is_octet = |index| numerals.digits(index).parse::<u8>().is_ok();
    let is_dotted = numerals.gap(window.start + 1) == Some(".");
    let is_ip_address = is_dotted && window.clone().all(is_octet);
    let (_, percent) = TELLING
        .iter()
        .find(is_like)
        .filter(|_| gaps_agree && !is_ip_address)?;
    Some(*percent)
}
