//! Identifiers with a fixed shape: the engine behind the tables of national numbers.
//!
//! A rule names its shapes (`999-99-9999`), its check and its topic. Wherever digits and letters
//! of such a shape stand, alone and whole, the check decides whether they can be one, and shape
//! and context together say how sure the find is:
//!
//! | grouping | without a label | with one | as a reference (`order number`) |
//! |---|---|---|---|
//! | exactly as a shape | `formatted` | `labelled` | less by [`REFERENCE_PENALTY`] |
//! | none at all | `compact` | `labelled` | less by [`REFERENCE_PENALTY`] |
//! | any other, or in small letters | nothing | `labelled`, less [`ODD_PENALTY`] if odd | nothing |
//!
//! Distance takes a little off a labelled value, groups that go on and the label of something else
//! take off an unlabelled one.

use std::ops::Range;

use crate::{
    context::{Context, TopicSet},
    entity::Entity,
    rules::{Candidate, Found},
    view::{View, numerals::Numerals, tokens::Tokens},
};

/// What a label that says "this is a reference" takes off a well-formed value.
const REFERENCE_PENALTY: u8 = 40;
/// What an unusual grouping takes off a labelled value.
const ODD_PENALTY: u8 = 10;
/// What the label of another kind of personal data takes off.
const OTHER_PENALTY: u8 = 10;
/// What further groups at its side take off a value without a label.
const CONTINUED_PENALTY: u8 = 30;
/// The longest identifier: an IBAN.
const LONGEST: usize = 34;
/// Groups in the most finely written identifier.
const MOST_GROUPS: usize = 22;
/// No identifier has fewer characters.
const SHORTEST: usize = 6;

/// How one identifier is written, checked and called.
#[derive(Debug)]
pub(crate) struct IdRule {
    /// Its detector's name.
    pub(crate) name: &'static str,
    pub(crate) entity: Entity,
    /// `9` for a digit, `A` for a letter, `X` for either; any other character is the separator
    /// that stands there. Without separators it is implied.
    pub(crate) shapes: &'static [&'static str],
    /// Whether compact characters in upper case can be one.
    pub(crate) check: fn(&[u8]) -> bool,
    /// What its labels are about.
    pub(crate) topics: TopicSet,
    /// Percent of confidence in a value grouped as in a shape, without any label.
    pub(crate) formatted: u8,
    /// The same for one without separators.
    pub(crate) compact: u8,
    /// The same for one with a label.
    pub(crate) labelled: u8,
}

impl IdRule {
    /// Whether the check alone says something: such a value may be grouped as its writer likes.
    const fn has_check(&self) -> bool {
        self.formatted > 10
    }
}

/// The rules in use, by the length of what they find.
#[derive(Debug, Clone)]
pub(crate) struct Identifiers {
    /// Rules of digits only.
    digits: ByLength,
    /// Rules with letters.
    mixed: ByLength,
}

/// Compiled rules by the length of what they find.
#[derive(Debug, Clone)]
struct ByLength {
    /// Those for values of `n` characters at index `n`.
    rules: Vec<Vec<Compiled>>,
    /// What values of `n` or more characters may begin with, at index `n`: where digits and where
    /// letters have to stand among the first `n`.
    beginnings: Vec<Vec<(u64, u64)>>,
    /// The separators of all shapes.
    breaks: Vec<Vec<(u8, u8)>>,
}

#[derive(Debug, Clone)]
struct Compiled {
    rule: &'static IdRule,
    /// Number of characters.
    len: usize,
    /// Where digits have to stand: the first place is the lowest bit.
    digits: u64,
    /// Where letters have to.
    letters: u64,
    /// Separators and how many characters stand before each.
    breaks: Vec<(u8, u8)>,
}

impl Identifiers {
    /// The rules of the tables of `families` whose entity is wanted.
    pub(crate) fn new(
        families: &'static [&'static [&'static [IdRule]]],
        is_wanted: impl Fn(&Entity) -> bool,
    ) -> Self {
        let mut digits = Vec::new();
        let mut mixed = Vec::new();
        let wanted = families
            .iter()
            .copied()
            .flatten()
            .copied()
            .flatten()
            .filter(|rule| is_wanted(&rule.entity));
        for rule in wanted {
            for shape in rule.shapes {
                let compiled = Compiled::new(rule, shape);
                if compiled.has_digits_only() {
                    digits.push(compiled);
                } else {
                    mixed.push(compiled);
                }
            }
        }
        Self {
            digits: ByLength::new(digits),
            mixed: ByLength::new(mixed),
        }
    }

    /// Every identifier in `view`.
    pub(crate) fn find(&self, view: &View<'_>, found: &mut Found) {
        Self::find_in(view, &view.numerals, &self.digits, found);
        Self::find_in(view, &view.tokens, &self.mixed, found);
    }

    /// Tries the windows of groups that begin at each group.
    fn find_in<G: Groups>(view: &View<'_>, groups: &G, rules: &ByLength, found: &mut Found) {
        for first in groups.beginnings() {
            let mut value = Grouped::new();
            for last in first..groups.count().min(first + MOST_GROUPS) {
                let separator = match last > first {
                    false => None,
                    true => match groups.gap_before(last).and_then(separator) {
                        Some(separator) => Some(separator),
                        None => break,
                    },
                };
                if !value.push(separator, groups.group(last)) || !rules.may_begin_with(&value) {
                    break;
                }
                let rules = &rules.rules[value.len];
                if value.len >= SHORTEST && value.digits > 0 && !rules.is_empty() {
                    let window = Window {
                        view,
                        groups,
                        range: first..last + 1,
                    };
                    judge(&window, &value, rules, found);
                }
            }
        }
    }
}

impl ByLength {
    fn new(all: Vec<Compiled>) -> Self {
        let mut beginnings = vec![Vec::new(); LONGEST + 1];
        for (len, known) in beginnings.iter_mut().enumerate() {
            let first = (1 << len) - 1;
            let longer = all.iter().filter(|rule| rule.len >= len);
            known.extend(longer.map(|rule| (rule.digits & first, rule.letters & first)));
            known.sort_unstable();
            known.dedup();
        }
        let mut breaks: Vec<_> = all.iter().map(|rule| rule.breaks.clone()).collect();
        breaks.sort_unstable();
        breaks.dedup();
        let mut rules = vec![Vec::new(); LONGEST + 1];
        for rule in all {
            rules[rule.len].push(rule);
        }
        Self {
            rules,
            beginnings,
            breaks,
        }
    }

    /// Whether `value` is what a rule finds, or may become it with more groups.
    fn may_begin_with(&self, value: &Grouped) -> bool {
        // Beside a word only the groups of a shape count.
        let is_grouped = || {
            let breaks = value.breaks();
            self.breaks.iter().any(|known| known.starts_with(breaks))
        };
        (!value.has_word || is_grouped())
            && self.beginnings[value.len]
                .iter()
                .any(|(digits, letters)| fits(*digits, *letters, value))
    }
}

/// Whether digits and letters stand in `value` where they have to.
const fn fits(digits: u64, letters: u64, value: &Grouped) -> bool {
    digits & !value.digits == 0 && letters & value.digits == 0
}

impl Compiled {
    fn new(rule: &'static IdRule, shape: &str) -> Self {
        let is_class = |b: &u8| matches!(b, b'9' | b'A' | b'X');
        let mut compiled = Self {
            rule,
            len: 0,
            digits: 0,
            letters: 0,
            breaks: Vec::new(),
        };
        for byte in shape.bytes() {
            if is_class(&byte) {
                compiled.digits |= u64::from(byte == b'9') << compiled.len;
                compiled.letters |= u64::from(byte == b'A') << compiled.len;
                compiled.len += 1;
            } else {
                compiled.breaks.push((compiled.len as u8, byte));
            }
        }
        compiled
    }

    const fn has_digits_only(&self) -> bool {
        self.digits.count_ones() as usize == self.len
    }

    /// Whether digits and letters stand where they have to.
    const fn matches(&self, value: &Grouped) -> bool {
        fits(self.digits, self.letters, value)
    }
}

/// The groups of a window put together.
struct Grouped {
    /// In upper case, without separators; the first `len` count.
    compact: [u8; LONGEST],
    len: usize,
    /// Separators and how many characters stand before each; the first `break_count` count.
    breaks: [(u8, u8); MOST_GROUPS],
    break_count: usize,
    has_lower_case: bool,
    /// Where digits stand: the first place is the lowest bit.
    digits: u64,
    /// One of the groups is an ordinary word.
    has_word: bool,
}

impl Grouped {
    const fn new() -> Self {
        Self {
            compact: [0; LONGEST],
            len: 0,
            breaks: [(0, 0); MOST_GROUPS],
            break_count: 0,
            has_lower_case: false,
            digits: 0,
            has_word: false,
        }
    }

    /// Appends a group, behind a separator if it is not the first; `false` if the whole becomes
    /// too long.
    fn push(&mut self, separator: Option<u8>, group: &str) -> bool {
        let group = group.as_bytes();
        let Some(place) = self.compact.get_mut(self.len..self.len + group.len()) else {
            return false;
        };
        if let Some(separator) = separator {
            self.breaks[self.break_count] = (self.len as u8, separator);
            self.break_count += 1;
        }
        let mut has_lower_case = false;
        for ((slot, byte), at) in place.iter_mut().zip(group).zip(self.len..) {
            *slot = byte.to_ascii_uppercase();
            self.digits |= u64::from(byte.is_ascii_digit()) << at;
            has_lower_case |= byte.is_ascii_lowercase();
        }
        self.len += group.len();
        self.has_lower_case |= has_lower_case;
        self.has_word |=
            group.len() > 1 && has_lower_case && group.iter().all(u8::is_ascii_alphabetic);
        true
    }

    fn compact(&self) -> &[u8] {
        &self.compact[..self.len]
    }

    fn breaks(&self) -> &[(u8, u8)] {
        &self.breaks[..self.break_count]
    }

    /// Whether it is grouped as calendar dates are, and no identifier otherwise.
    fn is_date(&self) -> bool {
        let [(first, one), (second, other)] = *self.breaks() else {
            return false;
        };
        let sizes = (first, second - first, self.len - usize::from(second));
        one == other
            && matches!(one, b'-' | b'/' | b'.')
            && matches!(sizes, (4, 1..=2, 1..=2) | (1..=2, 1..=2, 2 | 4))
    }

    fn all_equal(&self) -> bool {
        self.compact().iter().all(|b| *b == self.compact[0])
    }
}

/// Consecutive groups of a view.
struct Window<'w, 't, G> {
    view: &'w View<'t>,
    groups: &'w G,
    range: Range<usize>,
}

impl<G: Groups> Window<'_, '_, G> {
    fn span(&self) -> Range<usize> {
        self.groups.range(self.range.clone())
    }

    /// Whether no further group is joined to it on either side.
    fn is_maximal(&self) -> bool {
        let is_joined =
            |index: usize| matches!(self.groups.gap_before(index), Some(" " | "-" | "." | "/"));
        let has_digit = |index: usize| {
            let group = self.groups.group(index);
            group.bytes().any(|b| b.is_ascii_digit())
        };
        let Range { start, end } = self.range;
        let goes_on_before = start > 0 && is_joined(start) && has_digit(start - 1);
        let goes_on_after = is_joined(end) && has_digit(end);
        !goes_on_before && !goes_on_after
    }
}

/// How a value is grouped, as a rule sees it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Grouping {
    Odd,
    Compact,
    Formatted,
}

/// Adds what `rules` say of `value`, each rule once.
fn judge<G: Groups>(
    window: &Window<'_, '_, G>,
    value: &Grouped,
    rules: &[Compiled],
    found: &mut Found,
) {
    let mut best: Option<(&'static IdRule, Grouping)> = None;
    for compiled in rules.iter().filter(|rule| rule.matches(value)) {
        let rule = compiled.rule;
        let is_free = compiled.breaks == value.breaks() || value.break_count == 0;
        if !is_free && (value.has_word || !rule.has_check() || value.is_date()) {
            continue;
        }
        let grouping = match (is_free, value.break_count) {
            (true, 0) => Grouping::Compact,
            (true, _) => Grouping::Formatted,
            (false, _) => Grouping::Odd,
        };
        // The shapes of one rule are neighbours.
        match &mut best {
            Some((known, best)) if std::ptr::eq(*known, rule) => *best = grouping.max(*best),
            _ => {
                if let Some((rule, grouping)) = best.replace((rule, grouping)) {
                    weigh(window, value, rule, grouping, found);
                }
            }
        }
    }
    if let Some((rule, grouping)) = best {
        weigh(window, value, rule, grouping, found);
    }
}

/// Adds `value` with the confidence that its grouping and its context give, if it can be one.
fn weigh<G: Groups>(
    window: &Window<'_, '_, G>,
    value: &Grouped,
    rule: &IdRule,
    grouping: Grouping,
    found: &mut Found,
) {
    let span = window.span();
    let can_be_one = !value.all_equal()
        && (rule.check)(value.compact())
        && window.groups.stands_alone(window.range.clone(), &span);
    let is_maximal = can_be_one && window.is_maximal();
    if !can_be_one || (grouping == Grouping::Odd && !is_maximal) {
        return;
    }
    let context = window.view.context(&span, rule.topics);
    let unlabelled = match grouping {
        // Groups that go on are more likely those of a longer number.
        Grouping::Formatted if !value.has_lower_case && !is_maximal => {
            rule.formatted.saturating_sub(CONTINUED_PENALTY)
        }
        Grouping::Formatted if !value.has_lower_case => rule.formatted,
        Grouping::Compact if !value.has_lower_case => rule.compact,
        _ => 0,
    };
    let labelled = match grouping {
        Grouping::Odd => rule.labelled.saturating_sub(ODD_PENALTY),
        _ => rule.labelled,
    };
    let percent = match context {
        Context::Labelled(_) | Context::Mentioned(_) | Context::Nearby(_) => {
            unlabelled.max(labelled.saturating_sub(context.doubt()))
        }
        Context::Shared(_) if rule.has_check() => {
            unlabelled.max(labelled.saturating_sub(context.doubt()))
        }
        Context::Silent | Context::Shared(_) => unlabelled,
        Context::Other(_) => unlabelled.saturating_sub(OTHER_PENALTY),
        Context::Reference(_) => unlabelled.saturating_sub(REFERENCE_PENALTY),
    };
    found.push(Candidate::new(&rule.entity, rule.name, span, percent).in_context(context));
}

/// The character that joins two groups of one value, if `gap` is one.
fn separator(gap: &str) -> Option<u8> {
    match gap.as_bytes() {
        [b @ (b' ' | b'-' | b'.' | b'/' | b'+')] => Some(*b),
        [b' ', b @ (b'-' | b'/' | b'.'), b' '] => Some(*b),
        [b' ', b' '] => Some(b' '),
        _ => None,
    }
}

/// What windows are made of: groups of digits, or tokens.
trait Groups {
    fn count(&self) -> usize;
    /// The groups that an identifier may begin with, in order.
    fn beginnings(&self) -> impl Iterator<Item = usize>;
    fn group(&self, index: usize) -> &str;
    fn gap_before(&self, index: usize) -> Option<&str>;
    fn range(&self, window: Range<usize>) -> Range<usize>;
    /// Whether the window is not a part of something longer.
    fn stands_alone(&self, window: Range<usize>, span: &Range<usize>) -> bool;
}

impl Groups for Numerals<'_> {
    fn count(&self) -> usize {
        self.len()
    }

    fn beginnings(&self) -> impl Iterator<Item = usize> {
        0..self.len()
    }

    fn group(&self, index: usize) -> &str {
        self.digits(index)
    }

    fn gap_before(&self, index: usize) -> Option<&str> {
        self.gap(index)
    }

    fn range(&self, window: Range<usize>) -> Range<usize> {
        self.span(window)
    }

    fn stands_alone(&self, window: Range<usize>, span: &Range<usize>) -> bool {
        !self.continues(window) && !self.is_embedded(span.clone())
    }
}

impl Groups for Tokens<'_> {
    fn count(&self) -> usize {
        self.len()
    }

    /// Letters alone begin one if they are few, and digits follow soon.
    fn beginnings(&self) -> impl Iterator<Item = usize> {
        const MOST_LETTERS: usize = 6;
        const SOON: usize = 3;
        let mut from = 0;
        self.with_digits().flat_map(move |index| {
            let first = from.max(index.saturating_sub(SOON));
            from = index + 1;
            (first..=index).filter(move |at| *at == index || self.get(*at).len() <= MOST_LETTERS)
        })
    }

    fn group(&self, index: usize) -> &str {
        self.get(index)
    }

    fn gap_before(&self, index: usize) -> Option<&str> {
        self.gap(index)
    }

    fn range(&self, window: Range<usize>) -> Range<usize> {
        self.span(window)
    }

    fn stands_alone(&self, window: Range<usize>, span: &Range<usize>) -> bool {
        let tied = |index: usize| matches!(self.gap(index), Some("-" | "." | "/" | "@"));
        (window.clone().any(|index| self.has_digit(index)))
            && !tied(window.start)
            && !tied(window.end)
            && !self.is_embedded(span)
    }
}
