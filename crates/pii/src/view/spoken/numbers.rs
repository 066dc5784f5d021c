//! Numbers that are read aloud, and characters spelled one by one.

use super::{
    Token, gap,
    lexicon::{EXPLAINING, Languages, Meaning, is_number},
};
use crate::view::folded::{Edit, Replacement};

/// What stands between two spoken parts of one number, in bytes.
pub(super) const LONGEST_GAP: usize = 5;
/// Fewer digits than this are no value.
const FEWEST_DIGITS: usize = 3;
/// Where they are all that somebody says in a turn.
const FEWEST_IN_TURN: usize = 2;
/// Digits written one by one say nothing in smaller numbers.
pub(super) const FEWEST_SINGLES: usize = 6;

/// The digits of every number below a hundred.
pub(super) const PAIRS: [&str; 100] = [
    "00", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "11", "12", "13", "14", "15",
    "16", "17", "18", "19", "20", "21", "22", "23", "24", "25", "26", "27", "28", "29", "30", "31",
    "32", "33", "34", "35", "36", "37", "38", "39", "40", "41", "42", "43", "44", "45", "46", "47",
    "48", "49", "50", "51", "52", "53", "54", "55", "56", "57", "58", "59", "60", "61", "62", "63",
    "64", "65", "66", "67", "68", "69", "70", "71", "72", "73", "74", "75", "76", "77", "78", "79",
    "80", "81", "82", "83", "84", "85", "86", "87", "88", "89", "90", "91", "92", "93", "94", "95",
    "96", "97", "98", "99",
];
const TRIPLES: [&str; 10] = [
    "000", "111", "222", "333", "444", "555", "666", "777", "888", "999",
];
const QUADRUPLES: [&str; 10] = [
    "0000", "1111", "2222", "3333", "4444", "5555", "6666", "7777", "8888", "9999",
];

/// One part of a number: some tokens and the characters they mean.
#[derive(Clone, Copy)]
struct Part {
    first: usize,
    end: usize,
    /// `None` for digits that stand as they are.
    with: Option<Replacement>,
    digits: usize,
    is_letter: bool,
    is_sign: bool,
    is_strong: bool,
    languages: Languages,
}

/// What to read instead of the numbers in `text`.
pub(super) fn edits(text: &str, tokens: &[Token]) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if !begins_part(text, &tokens[at]) {
            at += 1;
            continue;
        }
        let mut run = run(text, tokens, at);
        at = run.last().map_or(at, |part| part.end).max(at + 1);
        trim(text, tokens, &mut run);
        if is_value(text, tokens, &run) {
            push(text, tokens, &run, &mut edits);
        }
    }
    edits
}

/// Whether a token can be the first of a number. Nearly all words of prose are not.
fn begins_part(text: &str, token: &Token) -> bool {
    token.spoken.is_some()
        || token.end - token.start == 1
        || text.as_bytes()[token.start].is_ascii_digit()
}

/// The parts that follow one another from `first` on, in one language.
fn run(text: &str, tokens: &[Token], first: usize) -> Vec<Part> {
    let mut run: Vec<Part> = Vec::new();
    let mut languages = Languages::ALL;
    let mut at = first;
    while at < tokens.len() {
        if at > first && !gap(text, tokens, at).is_some_and(is_gap) {
            break;
        }
        if !run.is_empty() && is_pause(text, &tokens[at], languages) {
            at += 1;
            continue;
        }
        let Some(part) = part(text, tokens, at) else {
            break;
        };
        let Some(shared) = languages.shared(part.languages) else {
            break;
        };
        languages = shared;
        at = part.end;
        run.push(part);
    }
    run
}

/// Whether a speaker only thinks: `um` is a number in Portuguese.
fn is_pause(text: &str, token: &Token, languages: Languages) -> bool {
    token.means(Meaning::Pause)
        || token.spoken.is_some_and(|spoken| {
            token.text(text).eq_ignore_ascii_case("um")
                && languages != Languages::ALL
                && languages.shared(spoken.languages).is_none()
        })
}

pub(super) fn is_gap(gap: &str) -> bool {
    (1..=LONGEST_GAP).contains(&gap.len())
        && gap.matches('\n').count() <= 1
        && gap.chars().all(|c| {
            matches!(
                c,
                ' ' | ',' | '-' | '.' | '/' | ';' | '\n' | '\t' | '\u{2026}'
            )
        })
}

/// The part that begins at token `at`.
fn part(text: &str, tokens: &[Token], at: usize) -> Option<Part> {
    let token = &tokens[at];
    let whole = Part {
        first: at,
        end: at + 1,
        with: None,
        digits: 0,
        is_letter: false,
        is_sign: false,
        is_strong: true,
        languages: Languages::ALL,
    };
    let written = token.text(text);
    if written.starts_with(|c: char| c.is_ascii_digit()) {
        return Some(Part {
            digits: written.len(),
            ..whole
        });
    }
    let spoken = token.spoken;
    if written.len() == 1 && !spoken.is_some_and(|spoken| is_number(spoken.meaning)) {
        // The s of `it's` is no letter that is spelled.
        if text[..token.start].ends_with(['\'', '_', '@', '/', '&']) {
            return None;
        }
        let letter = written.chars().next()?.to_ascii_uppercase();
        return Some(Part {
            with: Some(Replacement::Char(letter)),
            end: at + 1 + explanation(text, tokens, at, letter),
            is_letter: true,
            ..whole
        });
    }
    let spoken = spoken?;
    let whole = Part {
        languages: spoken.languages,
        is_strong: spoken.is_strong,
        ..whole
    };
    let digits = |text: &'static str, end: usize| {
        Some(Part {
            with: Some(Replacement::Text(text)),
            digits: text.len(),
            end,
            ..whole
        })
    };
    match spoken.meaning {
        Meaning::Digit(4) if is_eighty(text, tokens, at) => above_tens(text, tokens, at, 80, whole),
        Meaning::Digit(digit) => Some(Part {
            with: Some(Replacement::Char(char::from(b'0' + digit))),
            digits: 1,
            ..whole
        }),
        Meaning::Number(10) if whole.languages == Languages::FRENCH => {
            match unit(tokens, at + 1, Languages::FRENCH) {
                Some(unit @ 7..=9) if is_tied(text, tokens, at + 1) => {
                    digits(PAIRS[10 + usize::from(unit)], at + 2)
                }
                _ => digits(PAIRS[10], at + 1),
            }
        }
        Meaning::Number(number) => digits(PAIRS[usize::from(number)], at + 1),
        Meaning::Tens(tens) => above_tens(text, tokens, at, tens, whole),
        Meaning::Hundred => digits("00", at + 1),
        Meaning::Times(times) => {
            let next = tokens.get(at + 1)?;
            let written = next.text(text);
            let digit = match next.spoken.map(|spoken| spoken.meaning) {
                Some(Meaning::Digit(digit)) => digit,
                None if written.len() == 1 => written.bytes().next()?.checked_sub(b'0')?,
                _ => return None,
            };
            let digit = usize::from(digit).min(9);
            let all = match times {
                2 => PAIRS[digit * 11],
                3 => TRIPLES[digit],
                _ => QUADRUPLES[digit],
            };
            is_tied(text, tokens, at + 1).then(|| digits(all, at + 2))?
        }
        Meaning::Letter(letter) => Some(Part {
            with: Some(Replacement::Char(letter)),
            is_letter: true,
            ..whole
        }),
        Meaning::Sign(sign) => Some(Part {
            with: Some(Replacement::Char(sign)),
            is_sign: true,
            ..whole
        }),
        Meaning::Dot => Some(Part {
            with: Some(Replacement::Char('.')),
            is_sign: true,
            is_strong: false,
            ..whole
        }),
        Meaning::At | Meaning::And | Meaning::Pause => None,
    }
}

/// Whether what follows `word` may say which letter is meant by the one before it.
pub(super) fn explains(word: &str) -> bool {
    EXPLAINING
        .iter()
        .any(|known| word.eq_ignore_ascii_case(known))
}

/// How many tokens behind the letter at `at` only say which it is: `b as in bravo`.
fn explanation(text: &str, tokens: &[Token], at: usize, letter: char) -> usize {
    let word = |index: usize| {
        tokens
            .get(index)
            .filter(|_| is_tied(text, tokens, index))
            .map_or("", |token| token.text(text))
    };
    let is = |index: usize, known: &str| word(index).eq_ignore_ascii_case(known);
    let names = |index: usize| {
        word(index).len() > 1 && word(index).starts_with(|c: char| c.eq_ignore_ascii_case(&letter))
    };
    if is(at + 1, "as") && is(at + 2, "in") && names(at + 3) {
        3
    } else if EXPLAINING[1..].iter().any(|known| is(at + 1, known)) && names(at + 2) {
        2
    } else {
        0
    }
}

/// `quatre-vingt`.
fn is_eighty(text: &str, tokens: &[Token], at: usize) -> bool {
    tokens[at]
        .spoken
        .is_some_and(|spoken| spoken.languages == Languages::FRENCH)
        && is_tied(text, tokens, at + 1)
        && tokens
            .get(at + 1)
            .is_some_and(|next| next.means(Meaning::Tens(20)))
}

/// Tens with what is counted on top of them.
fn above_tens(text: &str, tokens: &[Token], at: usize, tens: u8, whole: Part) -> Option<Part> {
    let is_french = whole.languages.shared(Languages::FRENCH).is_some();
    let is_eighty = tens == 80 && tokens[at].means(Meaning::Digit(4));
    let mut next = at + 1 + usize::from(is_eighty);
    let joint = tokens.get(next).is_some_and(|token| {
        token.means(Meaning::And) || (is_french && token.text(text).eq_ignore_ascii_case("et"))
    });
    let unit_at = next + usize::from(joint && is_tied(text, tokens, next));
    let mut value = usize::from(tens);
    if is_tied(text, tokens, unit_at) {
        let spoken = tokens.get(unit_at).and_then(|token| token.spoken);
        let spoken = spoken.filter(|spoken| spoken.languages.shared(whole.languages).is_some());
        match spoken.map(|spoken| spoken.meaning) {
            Some(Meaning::Digit(unit @ 1..)) => {
                value += usize::from(unit);
                next = unit_at + 1;
            }
            // Soixante-dix, quatre-vingt-onze.
            Some(Meaning::Number(teen @ 10..20)) if is_french && matches!(tens, 60 | 80) => {
                value += usize::from(teen);
                next = unit_at + 1;
                if teen == 10
                    && is_tied(text, tokens, next)
                    && let Some(unit @ 7..=9) = unit(tokens, next, Languages::FRENCH)
                {
                    value += usize::from(unit);
                    next += 1;
                }
            }
            _ => {}
        }
    }
    Some(Part {
        end: next,
        with: Some(Replacement::Text(PAIRS[value.min(99)])),
        digits: 2,
        ..whole
    })
}

fn unit(tokens: &[Token], at: usize, language: Languages) -> Option<u8> {
    let spoken = tokens.get(at)?.spoken?;
    match spoken.meaning {
        Meaning::Digit(digit) if spoken.languages.shared(language).is_some() => Some(digit),
        _ => None,
    }
}

/// Whether token `index` follows the one before it closely enough to be counted together.
fn is_tied(text: &str, tokens: &[Token], index: usize) -> bool {
    matches!(gap(text, tokens, index), Some(" " | "-"))
}

/// Leaves out what stands at the ends of a run without belonging to it: signs, and letters that
/// are words, as in `a one` or `one I`.
fn trim(text: &str, tokens: &[Token], run: &mut Vec<Part>) {
    let is_word = |part: &Part| {
        part.is_letter
            && part.end == part.first + 1
            && matches!(
                tokens[part.first].text(text),
                "a" | "i" | "I" | "e" | "y" | "o" | "u" | "A"
            )
    };
    while run
        .last()
        .is_some_and(|part| part.is_sign || (is_word(part) && !ends_in_letters(run)))
    {
        run.pop();
    }
    let leading = run
        .iter()
        .position(|part| !is_plus(part) && !part.is_sign)
        .unwrap_or(run.len());
    let keeps_plus = leading.checked_sub(1).is_some_and(|at| is_plus(&run[at]));
    run.drain(..leading - usize::from(keeps_plus));
    while run.first().is_some_and(is_word) && !run.get(1).is_some_and(|next| next.is_letter) {
        run.remove(0);
    }
}

fn ends_in_letters(run: &[Part]) -> bool {
    run.len() >= 2 && run[run.len() - 2].is_letter
}

fn is_plus(part: &Part) -> bool {
    part.with == Some(Replacement::Char('+'))
}

/// Whether a run is enough of a number to be read as one.
fn is_value(text: &str, tokens: &[Token], run: &[Part]) -> bool {
    let digits: usize = run.iter().map(|part| part.digits).sum();
    let spoken = run
        .iter()
        .filter(|part| part.with.is_some() && part.digits > 0);
    let strong = spoken.clone().filter(|part| part.is_strong).count();
    let spoken = spoken.count();
    let is_single = |part: &&Part| part.with.is_none() && part.digits == 1;
    let singles = run.iter().filter(is_single).count();
    let letters = run.iter().filter(|part| part.is_letter).count();
    let is_list = run.windows(2).any(|pair| {
        pair.iter().all(|part| part.with.is_none())
            && gap(text, tokens, pair[1].first) == Some(". ")
    });
    let is_enough =
        digits >= FEWEST_DIGITS || digits >= FEWEST_IN_TURN && fills_turn(text, tokens, run);
    let is_spoken = spoken >= 2 && is_enough && strong * 2 >= spoken;
    let is_spelled = singles + letters >= FEWEST_SINGLES && digits >= 2 && singles + spoken >= 2;
    !is_list && (is_spoken || is_spelled)
}

/// Whether nothing else is said in the turn of a run.
fn fills_turn(text: &str, tokens: &[Token], run: &[Part]) -> bool {
    let (Some(first), Some(last)) = (run.first(), run.last()) else {
        return false;
    };
    let behind = &text[tokens[last.end - 1].end..];
    text[..tokens[first.first].start].ends_with(": ")
        && (behind.is_empty() || behind.starts_with(['\n', '\r', ',', '.']))
}

/// Adds what to read instead of a run: its words, and what stands between them.
fn push(text: &str, tokens: &[Token], run: &[Part], edits: &mut Vec<Edit>) {
    let pauses = |pair: &[Part]| {
        let gap = &text[tokens[pair[0].end - 1].end..tokens[pair[1].first].start];
        !gap.trim_matches([' ', '-', '/', '\t']).is_empty() || gap.len() > 2
    };
    let paused = run.windows(2).filter(|pair| pauses(pair)).count();
    // A pause behind every character groups nothing.
    let is_one_by_one = run.iter().all(|part| part.digits <= 1);
    let groups = !(is_one_by_one && paused * 5 >= (run.len() - 1) * 4);
    for (index, part) in run.iter().enumerate() {
        if let Some(before) = index.checked_sub(1) {
            let pair = &run[before..=index];
            let span = tokens[pair[0].end - 1].end..tokens[part.first].start;
            let as_written = pair
                .iter()
                .all(|part| part.with.is_none() && part.digits > 1);
            if !as_written && !span.is_empty() {
                let with = if groups && pauses(pair) && !pair.iter().any(|part| part.is_sign) {
                    Replacement::Char(' ')
                } else {
                    Replacement::Nothing
                };
                edits.push(Edit { span, with });
            }
        }
        if let Some(with) = part.with {
            edits.push(Edit {
                span: tokens[part.first].start..tokens[part.end - 1].end,
                with,
            });
        }
    }
}
