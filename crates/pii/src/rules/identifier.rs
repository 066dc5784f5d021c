//! Identifiers with a fixed shape: the engine behind the tables of national numbers.
//!
//! A rule names its shapes (`999-99-9999`), its check and its topic. Wherever digits and letters
//! of such a shape stand, alone and whole, the check decides whether they can be one, and shape
//! and context together say how sure the find is:
//!
//! | grouping | without a label | with one | as a reference (`order number`) |
//! |---|---|---|---|
//! | exactly as a shape | `formatted` | `labelled` | less by [`REFERENCE_PENALTY`] |
//! | none at all | `compact` | `labelled` | nothing |
//! | any other | nothing | `labelled` less [`ODD_PENALTY`] | nothing |

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

/// Compiled rules; those for values of `n` characters at index `n`.
type ByLength = Vec<Vec<Compiled>>;

#[derive(Debug, Clone)]
struct Compiled {
    rule: &'static IdRule,
    classes: Vec<u8>,
    /// Separators and how many characters stand before each.
    breaks: Vec<(usize, u8)>,
}

impl Identifiers {
    /// The rules of `tables` whose entity is wanted.
    pub(crate) fn new(
        tables: &'static [&'static [IdRule]],
        is_wanted: impl Fn(&Entity) -> bool,
    ) -> Self {
        let mut identifiers = Self {
            digits: vec![Vec::new(); LONGEST + 1],
            mixed: vec![Vec::new(); LONGEST + 1],
        };
        let wanted = tables
            .iter()
            .copied()
            .flatten()
            .filter(|rule| is_wanted(&rule.entity));
        for rule in wanted {
            for shape in rule.shapes {
                let compiled = Compiled::new(rule, shape);
                let by_length = if compiled.classes.iter().all(|class| *class == b'9') {
                    &mut identifiers.digits
                } else {
                    &mut identifiers.mixed
                };
                if let Some(rules) = by_length.get_mut(compiled.classes.len()) {
                    rules.push(compiled);
                }
            }
        }
        identifiers
    }

    /// Every identifier in `view`.
    pub(crate) fn find(&self, view: &View<'_>, found: &mut Found) {
        self.find_in(view, &view.numerals, &self.digits, found);
        self.find_in(view, &view.tokens, &self.mixed, found);
    }

    fn find_in(&self, view: &View<'_>, groups: &dyn Groups, rules: &ByLength, found: &mut Found) {
        for first in 0..groups.count() {
            let mut value = Grouped::default();
            for last in first..groups.count().min(first + MOST_GROUPS) {
                if last > first {
                    match groups.gap_before(last).and_then(separator) {
                        Some(separator) => value.breaks.push((value.compact.len(), separator)),
                        None => break,
                    }
                }
                if !value.push(groups.group(last)) {
                    break;
                }
                let rules = &rules[value.compact.len()];
                if value.compact.len() >= SHORTEST && !rules.is_empty() {
                    value.is_maximal = is_maximal(groups, first..last + 1);
                    let span = groups.range(first..last + 1);
                    if groups.stands_alone(first..last + 1, &span) {
                        judge(view, &span, &value, rules, found);
                    }
                }
            }
        }
    }
}

impl Compiled {
    fn new(rule: &'static IdRule, shape: &str) -> Self {
        let is_class = |b: &u8| matches!(b, b'9' | b'A' | b'X');
        let mut compiled = Self {
            rule,
            classes: Vec::with_capacity(shape.len()),
            breaks: Vec::new(),
        };
        for byte in shape.bytes() {
            if is_class(&byte) {
                compiled.classes.push(byte);
            } else {
                compiled.breaks.push((compiled.classes.len(), byte));
            }
        }
        compiled
    }

    fn matches(&self, compact: &[u8]) -> bool {
        self.classes
            .iter()
            .zip(compact)
            .all(|(class, byte)| match class {
                b'9' => byte.is_ascii_digit(),
                b'A' => byte.is_ascii_uppercase(),
                _ => byte.is_ascii_alphanumeric(),
            })
    }
}

/// A window of groups put together.
#[derive(Default)]
struct Grouped {
    /// In upper case, without separators.
    compact: Vec<u8>,
    breaks: Vec<(usize, u8)>,
    has_lower_case: bool,
    /// One of the groups is an ordinary word.
    has_word: bool,
    /// No further group is joined to it on either side.
    is_maximal: bool,
}

impl Grouped {
    /// Appends a group; `false` if the whole becomes too long.
    fn push(&mut self, group: &str) -> bool {
        if self.compact.len() + group.len() > LONGEST {
            return false;
        }
        self.has_word |= group.len() > 1
            && group.bytes().all(|b| b.is_ascii_alphabetic())
            && !group.bytes().all(|b| b.is_ascii_uppercase());
        self.has_lower_case |= group.bytes().any(|b| b.is_ascii_lowercase());
        self.compact
            .extend(group.bytes().map(|b| b.to_ascii_uppercase()));
        true
    }

    fn all_equal(&self) -> bool {
        self.compact.iter().all(|b| *b == self.compact[0])
    }
}

/// How a value is grouped, as a rule sees it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Grouping {
    Odd,
    Compact,
    Formatted,
}

/// Adds what `rules` say of `value`, each entity once.
fn judge(
    view: &View<'_>,
    span: &Range<usize>,
    value: &Grouped,
    rules: &[Compiled],
    found: &mut Found,
) {
    if value.all_equal() {
        return;
    }
    let mut judged: Option<(&'static IdRule, Grouping)> = None;
    let mut settle = |judged: &mut Option<(&'static IdRule, Grouping)>| {
        if let Some((rule, grouping)) = judged.take() {
            weigh(view, span, value, rule, grouping, found);
        }
    };
    for compiled in rules {
        let grouping = if value.breaks.is_empty() {
            Grouping::Compact
        } else if value.breaks == compiled.breaks {
            Grouping::Formatted
        } else if value.is_maximal && !value.has_word && compiled.rule.has_check() {
            Grouping::Odd
        } else {
            continue;
        };
        if !compiled.matches(&value.compact) {
            continue;
        }
        // Shapes of one rule are neighbours; the best of them counts.
        match &mut judged {
            Some((rule, best)) if std::ptr::eq(*rule, compiled.rule) => *best = grouping.max(*best),
            _ => {
                settle(&mut judged);
                if (compiled.rule.check)(&value.compact) {
                    judged = Some((compiled.rule, grouping));
                }
            }
        }
    }
    settle(&mut judged);
}

/// Adds `value` with the confidence that its grouping and its context give.
fn weigh(
    view: &View<'_>,
    span: &Range<usize>,
    value: &Grouped,
    rule: &IdRule,
    grouping: Grouping,
    found: &mut Found,
) {
    let context = view.context(span, rule.topics);
    let unlabelled = match grouping {
        // Groups that go on are more likely those of a longer number.
        Grouping::Formatted if !value.has_lower_case && !value.is_maximal => {
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
    found.push(Candidate::new(&rule.entity, rule.name, span.clone(), percent).in_context(context));
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

fn is_maximal(groups: &dyn Groups, window: Range<usize>) -> bool {
    let is_joined = |index: usize| {
        groups
            .gap_before(index)
            .is_some_and(|gap| separator(gap).is_some())
    };
    let before = window.start.checked_sub(1).is_some_and(|before| {
        is_joined(window.start) && groups.group(before).bytes().any(|b| b.is_ascii_digit())
    });
    let after =
        is_joined(window.end) && groups.group(window.end).bytes().any(|b| b.is_ascii_digit());
    !before && !after
}

/// What windows are made of: groups of digits, or tokens.
trait Groups {
    fn count(&self) -> usize;
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
