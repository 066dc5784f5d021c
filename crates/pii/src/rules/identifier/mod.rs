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

mod shapes;

use std::ops::Range;

use crate::{
    context::{Context, TopicSet},
    entity::Entity,
    rules::{Candidate, Found},
    view::{View, numerals::Numerals, tokens::Tokens},
};

use shapes::{Left, Shape, Shapes};

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

/// The rules in use.
#[derive(Debug, Clone)]
pub(crate) struct Identifiers {
    /// Shapes of digits only.
    digits: Shapes,
    /// Shapes with letters.
    mixed: Shapes,
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
            for shape in rule.shapes.iter().map(|shape| Shape::new(rule, shape)) {
                if shape.has_digits_only() {
                    digits.push(shape);
                } else {
                    mixed.push(shape);
                }
            }
        }
        Self {
            digits: Shapes::new(digits),
            mixed: Shapes::new(mixed),
        }
    }

    /// Every identifier in `view`.
    pub(crate) fn find(&self, view: &View<'_>, found: &mut Found) {
        Self::find_in(view, &view.numerals, &self.digits, found);
        Self::find_in(view, &view.tokens, &self.mixed, found);
    }

    /// Tries the windows of groups that begin at each group.
    fn find_in<G: Groups>(view: &View<'_>, groups: &G, shapes: &Shapes, found: &mut Found) {
        for first in groups.beginnings() {
            let next = groups.gap_before(first + 1).and_then(separator);
            let is_alone = next.is_none() && groups.group(first).len() < SHORTEST;
            if is_alone
                || groups.opens_in_prose(first, next, shapes)
                || groups.counts_in_prose(first, next, shapes)
            {
                continue;
            }
            let mut value = Grouped::new();
            for last in first..groups.count().min(first + MOST_GROUPS) {
                let separator = match last > first {
                    false => None,
                    true => match groups.gap_before(last).and_then(separator) {
                        Some(separator) => Some(separator),
                        None => break,
                    },
                };
                // Beside a word only the groups of a shape count.
                if !value.push(separator, groups.group(last), shapes)
                    || value.left.is_nothing()
                    || value.has_word && value.left.is_grouped_otherwise()
                {
                    break;
                }
                if value.len >= SHORTEST && value.has_digit && shapes.has_any(&value.left) {
                    let window = Window {
                        view,
                        groups,
                        range: first..last + 1,
                    };
                    judge(&window, &value, shapes, found);
                }
            }
        }
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
    has_digit: bool,
    /// The shapes it may have.
    left: Left,
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
            has_digit: false,
            left: Shapes::all(),
            has_word: false,
        }
    }

    /// Appends a group, behind a separator if it is not the first; `false` if the whole becomes
    /// too long.
    fn push(&mut self, separator: Option<u8>, group: &[u8], shapes: &Shapes) -> bool {
        let Some(place) = self.compact.get_mut(self.len..self.len + group.len()) else {
            return false;
        };
        if let Some(separator) = separator {
            self.breaks[self.break_count] = (self.len as u8, separator);
            self.break_count += 1;
        }
        shapes.narrow(&mut self.left, separator, group);
        self.len += group.len();
        let (mut has_digit, mut has_lower_case) = (false, false);
        for (place, byte) in place.iter_mut().zip(group) {
            has_digit |= byte.is_ascii_digit();
            has_lower_case |= byte.is_ascii_lowercase();
            *place = byte.to_ascii_uppercase();
        }
        self.has_digit |= has_digit;
        self.has_lower_case |= has_lower_case;
        self.has_word |= group.len() > 1 && has_lower_case && !has_digit;
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
        let is_joined = |index: usize| {
            matches!(
                self.groups.gap_before(index),
                Some([b' ' | b'-' | b'.' | b'/'])
            )
        };
        let has_digit = |index: usize| {
            let group = self.groups.group(index);
            group.iter().any(u8::is_ascii_digit)
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

/// Adds what the rules of `shapes` say of `value`, each rule once.
fn judge<G: Groups>(
    window: &Window<'_, '_, G>,
    value: &Grouped,
    shapes: &Shapes,
    found: &mut Found,
) {
    let mut best: Option<(&'static IdRule, Grouping)> = None;
    for (shape, is_grouped) in shapes.of(&value.left) {
        let rule = shape.rule;
        let is_free = is_grouped || value.break_count == 0;
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
fn separator(gap: &[u8]) -> Option<u8> {
    match gap {
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
    /// Empty past the end.
    fn group(&self, index: usize) -> &[u8];
    /// Whether ordinary words begin at a group that no shape begins with. `next` stands behind it.
    fn opens_in_prose(&self, first: usize, next: Option<u8>, shapes: &Shapes) -> bool;
    /// Whether a short number stands before an ordinary word that no shape goes on with: `24 hours`.
    fn counts_in_prose(&self, first: usize, next: Option<u8>, shapes: &Shapes) -> bool;
    fn gap_before(&self, index: usize) -> Option<&[u8]>;
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

    fn group(&self, index: usize) -> &[u8] {
        self.bytes(index)
    }

    fn opens_in_prose(&self, _: usize, _: Option<u8>, _: &Shapes) -> bool {
        false
    }

    fn counts_in_prose(&self, _: usize, _: Option<u8>, _: &Shapes) -> bool {
        false
    }

    fn gap_before(&self, index: usize) -> Option<&[u8]> {
        self.gap_bytes(index)
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
            (first..=index).filter(move |at| *at == index || self.size(*at) <= MOST_LETTERS)
        })
    }

    fn group(&self, index: usize) -> &[u8] {
        self.bytes(index)
    }

    fn opens_in_prose(&self, first: usize, next: Option<u8>, shapes: &Shapes) -> bool {
        let word = self.bytes(first);
        let is_word = word.len() > 1 && word[1].is_ascii_lowercase();
        let begins_shape = || {
            next.is_some_and(|next| shapes.open_with_letters(word.len(), next))
                && (self.has_digit(first + 1) || shapes.open_with(word.len(), self.size(first + 1)))
        };
        is_word && !self.has_digit(first) && !begins_shape()
    }

    fn counts_in_prose(&self, first: usize, next: Option<u8>, shapes: &Shapes) -> bool {
        let (number, word) = (self.bytes(first), self.bytes(first + 1));
        let is_word = word.len() > 1 && word[1].is_ascii_lowercase() && !self.has_digit(first + 1);
        is_word
            && number.len() < SHORTEST
            && number.iter().all(u8::is_ascii_digit)
            && !next.is_some_and(|next| shapes.open_with_digits(number.len(), next))
    }

    fn gap_before(&self, index: usize) -> Option<&[u8]> {
        self.gap_bytes(index)
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
