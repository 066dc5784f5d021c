//! Numbers of accounts and customers, found by their labels alone.
//!
//! Such numbers have any shape, so the label must stand right there and name the number of an
//! account or of a person. The numbers of orders, cases and items are neither.

mod phrases;

use std::ops::Range;

use memchr::memchr_iter;

use crate::{
    context::{Cue, Topic, TopicSet, WordList},
    entity::Entity,
    rules::{
        Candidate, Found, before,
        label::{self, Link},
        reply,
    },
    view::View,
};

pub(crate) use phrases::PHRASES;

const TOPICS: TopicSet = Topic::Account
    .set()
    .with(Topic::BankAccount)
    .with(Topic::Customer);
/// How far from an account number the words around tell its country, in bytes.
const NEIGHBOURHOOD: usize = 120;

/// Labels that name an account or a contract rather than its number: their value must stand right
/// behind them and be a long one.
static BARE: WordList = WordList::new(
    "account | accnt | acount | accout | acct | acc | accounts | konto | kto | compte | cuenta | conto | conta | rekening | \
    rachunek | tili | membership | policy | checking | savings | loyalty card | rewards member | \
    frequent flyer | medical record | policyholder | customer account | matricula | girokonto | \
    bank account | checking account | savings account | current account | bankkonto | a c | a/c",
);

/// Labels that name a person: only `customer #48291` has a number.
static NUMBERED: WordList = WordList::new("customer | client | member | patient | employee");

/// The account and customer numbers in `view`.
pub(crate) fn find(view: &View<'_>, found: &mut Found) {
    for cue in label::labels(view, TOPICS) {
        let Some((value, percent)) = value_of(view, cue) else {
            continue;
        };
        let entity = kind(view, cue, &value);
        let mut next = Some(value);
        while let Some(value) = next {
            next = label::next_in_list(view.text(), value.end).and_then(|at| {
                let next = at..end_of(view.text(), at);
                (is_number(view.text(), &next) && label::stands_alone(view.text(), &next))
                    .then_some(next)
            });
            propose(cue, &entity, value, percent, found);
        }
    }
    numbered(view, found);
    unsigned(view, found);
    for (cue, cell) in view.cues.cells(view.text(), TOPICS) {
        let value = label::cell_text(view.text(), &cell);
        if is_number(view.text(), &value) && end_of(view.text(), value.start) == value.end {
            propose(cue, &kind(view, cue, &value), value, 88, found);
        }
    }
}

/// Numbers behind a person and a sign: `customer #48291`.
fn numbered(view: &View<'_>, found: &mut Found) {
    let text = view.text();
    for at in memchr_iter(b'#', text.as_bytes()) {
        let before = text[..at].trim_end_matches(' ');
        let word = &before[before
            .trim_end_matches(|c: char| c.is_ascii_alphabetic())
            .len()..];
        if at - before.len() > 2 || !NUMBERED.contains(word) {
            continue;
        }
        let sign = Cue {
            start: before.len() - word.len(),
            end: at + 1,
            topics: Topic::Customer.set(),
        };
        let digit = label::digit_behind(view, &sign).filter(|digit| *digit <= at + 16);
        let value = digit.and_then(|digit| read(text, &sign, digit));
        if let Some(value) =
            value.filter(|value| !text[at + 1..value.start].contains(|c: char| c.is_alphanumeric()))
        {
            propose(&sign, &Entity::CustomerNumber, value, 88, found);
        }
    }
}

/// Long numbers right behind a person: `Customer 879 195 198 has called`.
fn unsigned(view: &View<'_>, found: &mut Found) {
    const FEWEST: usize = 6;
    let (text, numerals) = (view.text(), &view.numerals);
    for index in 0..numerals.len() {
        let at = numerals.span(index..index + 1).start;
        let Some(before) = text[..at].strip_suffix(' ') else {
            continue;
        };
        let word = before.len()
            - before
                .trim_end_matches(|c: char| c.is_ascii_alphabetic())
                .len();
        if !(6..=8).contains(&word) || !NUMBERED.contains(&before[before.len() - word..]) {
            continue;
        }
        let name = Cue {
            start: before.len() - word,
            end: before.len(),
            topics: Topic::Customer.set(),
        };
        // `client 203.0.113.7`
        let is_address = |value: &Range<usize>| text[value.clone()].matches('.').count() == 3;
        let value = read(text, &name, at)
            .filter(|value| digits(&text[value.clone()]) >= FEWEST && !is_address(value));
        if let Some(value) = value {
            propose(&name, &Entity::CustomerNumber, value, 80, found);
        }
    }
}

fn propose(cue: &Cue, entity: &Entity, value: Range<usize>, percent: u8, found: &mut Found) {
    let mut candidate = Candidate::new(entity, "account", value, percent);
    candidate.cue = Some(cue.start..cue.end);
    found.push(candidate);
}

/// The number that `cue` labels, and how sure that is.
fn value_of(view: &View<'_>, cue: &Cue) -> Option<(Range<usize>, u8)> {
    let text = view.text();
    let is_bare = BARE.contains(&text[cue.start..cue.end]);
    let behind = label::digit_behind(view, cue).and_then(|at| {
        let value = read(text, cue, at)?;
        // "[ACCOUNT_NUMBER:c3b1d2]" is a tag, whichever label stands before it.
        let opened = text[..value.start].ends_with(':') && text[value.end..].starts_with(']');
        if opened
            && text[text.floor_char_boundary(cue.start.saturating_sub(1))..value.start]
                .contains('[')
        {
            return None;
        }
        let link = label::link(view, cue, value.start, TOPICS.with(Topic::Iban))?;
        let is_enough = match link {
            Link::Tight => !is_bare || digits(&text[value.clone()]) >= 5,
            Link::Loose => !is_bare || digits(&text[value.clone()]) >= 8,
            Link::Answer => !is_bare || digits(&text[value.clone()]) >= 6,
        };
        is_enough.then_some((value, link.percent()))
    });
    let replied = || {
        let at = reply::digit(view, cue, TOPICS.with(Topic::Iban))?;
        let value = read(text, cue, at)?;
        let is_enough = !is_bare || digits(&text[value.clone()]) >= 6;
        is_enough.then_some((value, Link::Answer.percent()))
    };
    behind.or_else(replied).or_else(|| {
        let end = before::end_before(view, cue)?;
        let tied = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/' | '.');
        let number = &text[..end];
        let number = &number[number.trim_end_matches(tied).len()..];
        let start = end
            - number
                .trim_start_matches(|c: char| !c.is_ascii_alphanumeric())
                .len();
        let start = with_groups_before(text, start..end);
        let is_enough = !is_bare || digits(&text[start..end]) >= 8;
        let is_own =
            is_enough && is_number(text, &(start..end)) && !label::is_labelled(view, start, TOPICS);
        is_own.then_some((start..end, Link::Loose.percent()))
    })
}

/// Where a number of digits in groups begins that ends with the group at `last`: `84 397 905`.
fn with_groups_before(text: &str, last: Range<usize>) -> usize {
    const MOST: usize = 24;
    let is_short =
        |group: &str| (2..=5).contains(&group.len()) && group.bytes().all(|b| b.is_ascii_digit());
    let mut start = last.start;
    let mut group = &text[last.clone()];
    while is_short(group) {
        let Some(before) = text[..start].strip_suffix(' ') else {
            break;
        };
        let first = before.trim_end_matches(|c: char| c.is_ascii_digit()).len();
        group = &before[first..];
        let is_whole =
            !before[..first].ends_with(|c: char| c.is_alphanumeric() || "-./".contains(c));
        if !is_short(group) || !is_whole || last.end - first > MOST {
            break;
        }
        start = first;
    }
    start
}

/// Which kind of number `cue` labels.
fn kind(view: &View<'_>, cue: &Cue, value: &Range<usize>) -> Entity {
    if cue.topics.contains(Topic::Customer) {
        return Entity::CustomerNumber;
    }
    let near = |topic: Topic| {
        let is_near = |other: &Cue| {
            other.end + NEIGHBOURHOOD > value.start && other.start < value.end + NEIGHBOURHOOD
        };
        let before = view.cues.ending_before(value.start).rev();
        let behind = view.cues.starting_at(value.end);
        before
            .take_while(|cue| is_near(cue))
            .any(|cue| cue.topics.contains(topic))
            || behind
                .take_while(|cue| is_near(cue))
                .any(|cue| cue.topics.contains(topic))
    };
    let number = &view.text()[value.clone()];
    let is_american = cue.topics.contains(Topic::BankAccount) || near(Topic::Routing);
    let digits = digits(number);
    let is_plain = number
        .bytes()
        .all(|b| matches!(b, b'0'..=b'9' | b' ' | b'-'));
    if is_american && is_plain && (8..=17).contains(&digits) && !near(Topic::SortCode) {
        Entity::UsBankNumber
    } else {
        Entity::AccountNumber
    }
}

fn digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

/// The number around the digit at `at`: digits, or digits with letters, in one piece or in groups.
fn read(text: &str, cue: &Cue, at: usize) -> Option<Range<usize>> {
    let start = start_of(text, cue, at);
    let end = end_of(text, start.max(cue.end));
    (is_number(text, &(start..end)) && label::stands_alone(text, &(start..end)))
        .then_some(start..end)
}

/// Whether `value` has the digits that a number has, and no date in them.
fn is_number(text: &str, value: &Range<usize>) -> bool {
    let number = &text[value.clone()];
    let digits = digits(number);
    let len = number.bytes().filter(u8::is_ascii_alphanumeric).count();
    let first = number.bytes().find(u8::is_ascii_digit).unwrap_or_default();
    let is_specimen = number
        .bytes()
        .filter(u8::is_ascii_digit)
        .all(|b| b == first)
        && digits > 3;
    let is_long = (4..=24).contains(&len) && digits >= 3 && (digits >= 4 || len > digits);
    // "USD 232.77"
    let is_amount = number.contains(' ') && number.contains('.');
    is_long && !is_specimen && !is_amount && !is_date(number)
}

/// Where the number around `at` begins: with the letters tied to it (`CUST-48291`), or with the
/// capitals before it (`AB 123456`).
fn start_of(text: &str, cue: &Cue, at: usize) -> usize {
    static NO_PREFIX: WordList =
        WordList::new("no | nr | id | is | n | num | a | and | or | the | my | ist | est | es");
    let before = &text[cue.end..at];
    let tied = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/');
    let head = before.trim_end_matches(tied);
    let start = cue.end + head.len();
    let start = at
        - text[start..at]
            .trim_start_matches(|c: char| !c.is_ascii_alphanumeric())
            .len();
    if start < at {
        return start;
    }
    let Some(head) = before.strip_suffix(' ') else {
        return at;
    };
    let prefix = &head[head
        .trim_end_matches(|c: char| c.is_ascii_uppercase())
        .len()..];
    let is_prefix = (1..=4).contains(&prefix.len())
        && !NO_PREFIX.contains(prefix)
        && head[..head.len() - prefix.len()].ends_with([' ', ':', '#', '(', '"']);
    if is_prefix { at - 1 - prefix.len() } else { at }
}

/// Where the number that begins at `start` ends.
fn end_of(text: &str, start: usize) -> usize {
    const MOST: usize = 30;
    let bytes = text.as_bytes();
    let is_alnum = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
    let run = |from: usize| {
        (from..)
            .take_while(|&at| is_alnum(at))
            .take(MOST + 1)
            .count()
    };
    let mut group = start;
    let mut end = start + run(start);
    while end - start <= MOST {
        let next = run(end + 1);
        let (this, that) = (
            &text[group..end],
            text.get(end + 1..end + 1 + next).unwrap_or_default(),
        );
        let is_short = |group: &str| {
            (2..=5).contains(&group.len()) && group.bytes().all(|b| b.is_ascii_digit())
        };
        let joins = next > 0
            && match bytes[end] {
                b'-' | b'/' | b'_' | b'.' => {
                    that.bytes().any(|b| b.is_ascii_digit())
                        || this.bytes().all(|b| b.is_ascii_uppercase())
                }
                b' ' => {
                    let opens = group == start
                        && this.len() <= 4
                        && this.bytes().all(|b| b.is_ascii_uppercase());
                    (is_short(this) || opens)
                        && that.bytes().all(|b| b.is_ascii_digit())
                        && (is_short(that) || opens)
                }
                _ => false,
            };
        if !joins {
            break;
        }
        group = end + 1;
        end += 1 + next;
    }
    end
}

/// Whether a number is a calendar date or a year.
fn is_date(number: &str) -> bool {
    let parts: [&str; 3] = {
        let mut parts = number.split(['-', '/', '.']);
        [(); 3].map(|()| parts.next().unwrap_or_default())
    };
    let value = |part: &str| part.parse::<u32>().unwrap_or(0);
    let is_year = |part: &str| part.len() == 4 && (1900..=2099).contains(&value(part));
    let is_part = |part: &str| (1..=2).contains(&part.len()) && (1..=31).contains(&value(part));
    let [one, two, three] = parts;
    (number.len() == 4 && is_year(number))
        || (is_part(two)
            && ((is_year(one) && is_part(three))
                || (is_part(one) && (is_year(three) || is_part(three)))))
}
