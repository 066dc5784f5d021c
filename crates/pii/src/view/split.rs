//! Numbers that go on in the next line, or in the speaker's next turn.
//!
//! Where a line ends in digits and the next one begins with some, or one after a short remark of
//! somebody else's does, they are read as one number. Also where a few words such as `then` or
//! `followed by` stand between. An account number that began with its country goes on in groups of
//! letters and digits. Whether they are one number, a strong check must say.

use std::ops::Range;

use memchr::memchr_iter;

use crate::{
    context::WordList,
    view::{
        folded::{Edit, Folded, Replacement},
        kinds::Kinds,
    },
};

/// The longest name of a speaker, in bytes.
const LONGEST_LABEL: usize = 32;
/// Remarks of somebody else that may stand between, and how long they may be.
const MOST_REMARKS: usize = 2;
const LONGEST_REMARK: usize = 80;
/// Digits of one part that are counted.
const LONGEST_PART: usize = 20;
/// Words between two parts of a number in one line, in bytes.
const LONGEST_LINK: usize = 40;

/// Words that lead from one part of a number to the next.
static LINKS: WordList = WordList::new(
    "and | then | next | followed | by | after | that | the | rest | is | are | second | third | last | other | part | half | group | block | four | digits | comes | plus | finally | continuing | ok | okay | yes | yeah | um | uh | it | its | s | und | dann | danach | weiter | mit | ja | luego | despues | y | si | puis | ensuite | et | oui | poi | e | quindi | depois | sim | en | daarna | i | potem | och | sen | og | so",
);

/// What to read instead of what parts numbers.
pub(crate) fn edits(folded: &Folded<'_>) -> Vec<Edit> {
    let (text, kinds) = (folded.as_str(), folded.kinds());
    let mut edits = Vec::new();
    let mut open: Option<Open> = None;
    for line in lines(text) {
        if open.is_none() && !kinds.has_digit(&line) {
            continue;
        }
        let body = body(text, line.clone());
        let written = &text[body.clone()];
        let rest = open
            .as_ref()
            .and_then(|left| rest_of_account(left, written));
        if let Some(left) = &open {
            let start = first_digit(written);
            if let Some(rest) = &rest {
                edits.push(Edit {
                    span: left.end..body.start + rest.start,
                    with: Replacement::Char(' '),
                });
            } else if let Some(start) = start {
                let span = left.end..body.start + start;
                edits.extend(join(text, span.clone()).or_else(|| join_groups(text, span)));
            }
        }
        let has_digit = kinds.has_digit(&body);
        if has_digit {
            within_line(text, kinds, body.clone(), &mut edits);
        }
        let account = rest.or_else(|| beginning_of_account(written));
        open = match (last_digit(written), open) {
            _ if let Some(account) = &account => Some(Open {
                end: body.start + account.end,
                remarks: 0,
                is_account: true,
            }),
            (Some(end), _) => Some(Open {
                end: body.start + end,
                remarks: 0,
                is_account: false,
            }),
            (None, Some(left))
                if !has_digit
                    && left.remarks < MOST_REMARKS
                    && written.len() <= LONGEST_REMARK
                    && (body.start > line.start || written.trim().is_empty()) =>
            {
                Some(Open {
                    remarks: left.remarks + 1,
                    ..left
                })
            }
            _ => None,
        };
    }
    edits
}

/// A number that may go on.
struct Open {
    end: usize,
    /// Lines since then.
    remarks: usize,
    /// Whether it begins as the number of an account does that letters may go on in: `GB82 WEST`.
    is_account: bool,
}

/// Where a line ends in the beginning of an account number, with its country in front.
fn beginning_of_account(body: &str) -> Option<Range<usize>> {
    const COUNTRY: usize = 2;
    const HEAD: usize = 4;
    let body = body.trim_end_matches([' ', ',', '.', '-', '\t']);
    let groups = body.trim_end_matches(|c: char| is_of_group(c) || c == ' ');
    let mut start = groups.len();
    while let Some(head) = body.as_bytes()[start..].first_chunk::<HEAD>() {
        let begins = head[..COUNTRY].iter().all(u8::is_ascii_uppercase)
            && head[COUNTRY..].iter().all(u8::is_ascii_digit);
        if begins && (start == 0 || body[..start].ends_with([' ', ':'])) {
            return Some(start..body.len());
        }
        start += body[start..].find(' ')? + 1;
    }
    None
}

/// Where the account number goes on that `left` leaves open: all of the line, but for words that
/// lead to it.
fn rest_of_account(left: &Open, body: &str) -> Option<Range<usize>> {
    if !left.is_account {
        return None;
    }
    let body = body.trim_end_matches([' ', ',', '.', '\t']);
    let lead = body.trim_end_matches(|c: char| is_of_group(c) || matches!(c, ' ' | '-'));
    let start = body.len() - body[lead.len()..].trim_start().len();
    let groups = &body[start..];
    let is_number = groups
        .split([' ', '-'])
        .all(|group| (1..=LONGEST_PART).contains(&group.len()) && !LINKS.contains(group));
    (is_number && body[..start].len() <= LONGEST_LINK && is_link(&body[..start]))
        .then_some(start..body.len())
}

fn is_of_group(c: char) -> bool {
    c.is_ascii_uppercase() || c.is_ascii_digit()
}

/// The edit that joins the numbers on both sides of `span`, if both are long enough to be parts
/// of one.
fn join(text: &str, span: Range<usize>) -> Option<Edit> {
    let digits =
        |bytes: &mut dyn Iterator<Item = &u8>| bytes.take_while(|b| b.is_ascii_digit()).count();
    let before = digits(
        &mut text.as_bytes()[..span.start]
            .iter()
            .rev()
            .take(LONGEST_PART),
    );
    let after = digits(&mut text.as_bytes()[span.end..].iter().take(LONGEST_PART));
    if before.min(after) < 2 || before.max(after) < 3 {
        return None;
    }
    let is_dash = text[span.clone()].starts_with('-') || text[span.clone()].ends_with('-');
    Some(Edit {
        span,
        with: Replacement::Char(if is_dash { '-' } else { ' ' }),
    })
}

/// The same for groups that are short at the break, but go on: `+61 2` and `1194 4635`.
fn join_groups(text: &str, span: Range<usize>) -> Option<Edit> {
    const FEWEST: usize = 4;
    const MOST: usize = 24;
    let is_part = |b: &&u8| b.is_ascii_digit() || matches!(b, b' ' | b'-' | b'+' | b'(' | b')');
    let digits = |part: &mut dyn Iterator<Item = &u8>| {
        let part = part.take(MOST).take_while(is_part);
        part.filter(|b| b.is_ascii_digit()).count()
    };
    let before = digits(&mut text.as_bytes()[..span.start].iter().rev());
    let after = digits(&mut text.as_bytes()[span.end..].iter());
    let is_break = text[span.clone()].contains('\n');
    (is_break && before.min(after) + 1 >= FEWEST && before.max(after) >= FEWEST).then_some(Edit {
        span,
        with: Replacement::Char(' '),
    })
}

fn lines(text: &str) -> impl Iterator<Item = Range<usize>> {
    let breaks = memchr_iter(b'\n', text.as_bytes());
    let mut start = 0;
    let ends = breaks.map(|at| at + 1).chain([text.len()]);
    ends.map(move |end| {
        let line = &text[start..end];
        let range = start..start + line.trim_end_matches(['\n', '\r']).len();
        start = end;
        range
    })
}

/// A line without quotation marks, a time and the name of the speaker in front.
fn body(text: &str, line: Range<usize>) -> Range<usize> {
    let written = &text[line.clone()];
    let mut rest = written.trim_start_matches([' ', '\t', '>', '|', '*', '-', '"', '\'', '#']);
    rest = without_time(rest);
    let label = &rest[..rest.floor_char_boundary(LONGEST_LABEL)];
    if let Some(colon) = label.find(':') {
        let name = &label[..colon];
        let is_name = !name.is_empty()
            && name
                .chars()
                .all(|c| c.is_alphanumeric() || matches!(c, ' ' | '_' | '-' | '.' | '\'' | '*'))
            && name.starts_with(|c: char| c.is_alphabetic() || c == '*');
        if is_name {
            rest = rest[colon + 1..].trim_start_matches([' ', '*', '\t']);
        }
    }
    line.end - rest.len()..line.end
}

/// `[10:32:05]`, `(10:32)`, `10:32 AM -` in front of a turn.
fn without_time(line: &str) -> &str {
    let rest = line.trim_start_matches(['[', '(']);
    let time = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':');
    let len = rest.len() - time.len();
    if !(4..=8).contains(&len) || !rest[..len].contains(':') || rest[..len].ends_with(':') {
        return line;
    }
    let time = time.trim_start();
    let time = ["am", "pm", "AM", "PM"]
        .iter()
        .find_map(|half| time.strip_prefix(half))
        .unwrap_or(time);
    time.trim_start_matches([']', ')', ' ', '-'])
}

/// Where a line's own number begins, if nothing but words that lead to it stands in front.
fn first_digit(body: &str) -> Option<usize> {
    let mut near = body.bytes().take(LONGEST_LINK + 1);
    let at = near.position(|b| b.is_ascii_digit())?;
    is_link(&body[..at]).then_some(at)
}

/// Where the number at the end of a line ends.
fn last_digit(body: &str) -> Option<usize> {
    let number =
        body.trim_end_matches([' ', ',', '.', ';', '-', '\u{2026}', '"', '\'', '\\', '\t']);
    number
        .ends_with(|c: char| c.is_ascii_digit())
        .then_some(number.len())
}

/// Joins numbers of one line with a link between.
fn within_line(text: &str, kinds: &Kinds, body: Range<usize>, edits: &mut Vec<Edit>) {
    let written = &text.as_bytes()[..body.end];
    let mut end = None;
    let mut at = body.start;
    while let Some(start) = kinds.next_digit(at).filter(|start| *start < body.end) {
        if let Some(end) = end.filter(|end| start - end <= LONGEST_LINK) {
            let gap = &text[end..start];
            let has_word = written[end..start].iter().any(u8::is_ascii_alphabetic);
            let is_pause = || {
                gap.len() <= 5 && gap.contains(',')
                    || written[end..start].windows(2).any(|pair| pair == b"..")
            };
            if has_word || is_pause() {
                edits.extend(join(text, end..start).filter(|_| is_link(gap)));
            }
        }
        let digits = written[start..].iter().take_while(|b| b.is_ascii_digit());
        at = start + digits.count();
        end = Some(at);
    }
}

/// Whether nothing but pauses and words that lead to the next part stands in `gap`.
fn is_link(gap: &str) -> bool {
    gap.chars().all(|c| {
        c.is_ascii_alphabetic()
            || matches!(c, ' ' | ',' | '.' | ';' | '-' | '\'' | '\u{2026}' | '"')
    }) && gap
        .split(|c: char| !c.is_ascii_alphabetic())
        .filter(|word| !word.is_empty())
        .all(|word| LINKS.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(text: &str) -> String {
        let folded = Folded::new(text, &[]);
        folded.edited(&edits(&folded)).as_str().to_owned()
    }

    #[test]
    fn a_number_goes_on_in_the_next_line_or_turn() {
        for (text, expected) in [
            ("4111 1111\n1111 1111", "4111 1111 1111 1111"),
            ("4111-1111-\n1111-1111", "4111-1111-1111-1111"),
            (
                "Customer: 4111 1111\nAgent: go on\nCustomer: 1111 1111",
                "Customer: 4111 1111 1111 1111",
            ),
            (
                "[10:32] Ann: it's 4111 1111,\n[10:33] Bo: ok\n[10:33] Ann: and then 1111 1111.",
                "[10:32] Ann: it's 4111 1111 1111 1111.",
            ),
            (
                "first part 4111 1111, then 1111 1111",
                "first part 4111 1111 1111 1111",
            ),
            ("> 536-90\n> 4399", "> 536-90 4399"),
            ("+61 2\n1194 4635", "+61 2 1194 4635"),
            (
                "IBAN is GB82\n  WEST 1234\nAnn: yes\nBo: 5698 7654 32",
                "IBAN is GB82 WEST 1234 5698 7654 32",
            ),
        ] {
            assert_eq!(joined(text), expected, "{text}");
        }
    }

    #[test]
    fn numbers_with_other_words_between_stay_apart() {
        for text in [
            "order 3348917502\nThanks a lot\n4111",
            "call 5 of 7 today",
            "4111\nAgent: for 3 items?\nlater",
            "5 of 7\n3 of 9",
            "model AB12\nOK THEN",
            "",
        ] {
            assert_eq!(joined(text), text);
        }
    }
}
