//! Days that are read aloud beside their month: `the third of May`, `May twenty-second`.
//!
//! Their years are numbers like any other. Only English counts the days of a month in words that no
//! number has.

use super::{Token, gap, lexicon::Meaning, numbers::PAIRS};
use crate::{
    context::WordList,
    view::folded::{Edit, Replacement},
};

static MONTHS: WordList = WordList::new(
    "january | february | march | april | may | june | july | august | september | october | \
    november | december",
);
/// The words for days, in their order.
const DAYS: [&str; 20] = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
];
const FIGURES: [&str; 32] = [
    "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16",
    "17", "18", "19", "20", "21", "22", "23", "24", "25", "26", "27", "28", "29", "30", "31",
];

/// What to read instead of the days in `text`, and of years without a century behind them. A month
/// beside a day is no letter of the spelling alphabet.
pub(super) fn edits(text: &str, tokens: &mut [Token]) -> Vec<Edit> {
    let mut edits = Vec::new();
    for month in 0..tokens.len() {
        if !MONTHS.contains(tokens[month].text(text)) {
            continue;
        }
        let Some((day, end)) = before(text, tokens, month)
            .map(|day| (day, month + 1))
            .or_else(|| behind(text, tokens, month))
        else {
            continue;
        };
        tokens[month].spoken = None;
        edits.push(day);
        edits.extend(year(text, tokens, end).into_iter().flatten());
    }
    edits
}

/// The year of the last century that token `at` says without it: `June third, sixty-four`.
fn year(text: &str, tokens: &[Token], at: usize) -> Option<[Edit; 2]> {
    let tens = match tokens.get(at)?.spoken?.meaning {
        Meaning::Tens(tens @ 30..) => usize::from(tens),
        _ => return None,
    };
    let unit = tokens
        .get(at + 1)
        .and_then(|unit| match unit.spoken?.meaning {
            Meaning::Digit(unit @ 1..) => Some(usize::from(unit)),
            _ => None,
        });
    let unit = unit.filter(|_| matches!(gap(text, tokens, at + 1), Some(" " | "-")));
    let last = at + usize::from(unit.is_some());
    let goes_on = tokens
        .get(last + 1)
        .is_some_and(|next| next.spoken.is_some() && gap(text, tokens, last + 1) == Some(" "));
    let lead = gap(text, tokens, at).filter(|lead| matches!(*lead, " " | ", "))?;
    (!goes_on).then(|| {
        let start = tokens[at].start;
        [
            Edit {
                span: start - lead.len()..start,
                with: Replacement::Text(if lead == " " { " 19" } else { ", 19" }),
            },
            Edit {
                span: start..tokens[last].end,
                with: Replacement::Text(PAIRS[tens + unit.unwrap_or(0)]),
            },
        ]
    })
}

/// The day in front of a month: `the third of May`, `third May`.
fn before(text: &str, tokens: &[Token], month: usize) -> Option<Edit> {
    let says_of = is_word(text, tokens, month.checked_sub(1)?, "of");
    let last = month.checked_sub(1 + usize::from(says_of))?;
    let first = last.checked_sub(1);
    let is_tied = (last + 1..=month).all(|at| gap(text, tokens, at) == Some(" "));
    if !is_tied {
        return None;
    }
    let of_two = first.and_then(|first| Some((first, day(text, tokens, first, last)?)));
    let (first, day) = of_two.or_else(|| Some((last, day(text, tokens, last, last)?)))?;
    let article = first
        .checked_sub(1)
        .filter(|the| is_word(text, tokens, *the, "the") && gap(text, tokens, first) == Some(" "));
    Some(edit(tokens, article.unwrap_or(first), last, day))
}

/// The day behind a month, and the token behind that: `May twenty-second`, `May the third`.
fn behind(text: &str, tokens: &[Token], month: usize) -> Option<(Edit, usize)> {
    let says_the = is_word(text, tokens, month + 1, "the");
    let first = month + 1 + usize::from(says_the);
    let is_tied = (month + 1..=first).all(|at| gap(text, tokens, at) == Some(" "));
    let of_two = || Some((first + 1, day(text, tokens, first, first + 1)?));
    let (last, day) = of_two().or_else(|| Some((first, day(text, tokens, first, first)?)))?;
    is_tied.then(|| (edit(tokens, month + 1, last, day), last + 1))
}

/// The day of the month that one token says, or a neighbour with it: `thirtieth`, `twenty-first`.
fn day(text: &str, tokens: &[Token], first: usize, last: usize) -> Option<usize> {
    let word = tokens.get(last)?.text(text);
    let place = DAYS.iter().position(|day| word.eq_ignore_ascii_case(day));
    if first == last {
        return match place {
            Some(place) => Some(place + 1),
            None => word.eq_ignore_ascii_case("thirtieth").then_some(30),
        };
    }
    let unit = place.filter(|place| *place < 9)? + 1;
    let is_tied = matches!(gap(text, tokens, last), Some(" " | "-"));
    match tokens.get(first)?.spoken?.meaning {
        Meaning::Tens(tens @ (20 | 30)) if is_tied => {
            Some(usize::from(tens) + unit).filter(|day| *day <= 31)
        }
        _ => None,
    }
}

fn is_word(text: &str, tokens: &[Token], at: usize, word: &str) -> bool {
    tokens
        .get(at)
        .is_some_and(|token| token.text(text).eq_ignore_ascii_case(word))
}

fn edit(tokens: &[Token], first: usize, last: usize, day: usize) -> Edit {
    Edit {
        span: tokens[first].start..tokens[last].end,
        with: Replacement::Text(FIGURES[day]),
    }
}
