//! Values as they are spoken and spelled: `four one one one`, `double five`, `twenty-five`,
//! `4 1 1 1`, `A B one two three`, `john at example dot com`.
//!
//! The words are read as the characters they stand for. That says nothing yet: a rule must find
//! something in the result. Words of different languages do not make one number, and a word or two
//! in prose make none.

mod addresses;
mod dates;
pub(crate) mod lexicon;
mod numbers;

use std::ops::Range;

use memchr::memchr;

use self::lexicon::{Meaning, Spoken};
use crate::view::{
    folded::{Edit, Folded},
    kinds::Kinds,
};

/// How long a token and what parts it from the next usually are.
const BYTES_PER_TOKEN: usize = 5;

/// A word or a run of digits.
#[derive(Debug, Clone, Copy)]
struct Token {
    start: usize,
    end: usize,
    /// What it means when spoken out; `None` for digits and for words of no such meaning.
    spoken: Option<Spoken>,
}

impl Token {
    fn text<'t>(&self, text: &'t str) -> &'t str {
        &text[self.start..self.end]
    }

    fn means(&self, meaning: Meaning) -> bool {
        self.spoken.is_some_and(|spoken| spoken.meaning == meaning)
    }

    fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// What to read instead of spoken values in a folded text.
pub(crate) fn edits(folded: &Folded<'_>) -> Vec<Edit> {
    let text = folded.as_str();
    if !may_be_in(text, folded.kinds()) {
        return Vec::new();
    }
    let mut tokens = tokens(text, folded.kinds());
    let has_sign = has_at(text) || tokens.iter().any(|token| token.means(Meaning::At));
    let telling = tokens.iter().filter(|token| is_telling(token)).count();
    if telling < 2 && !has_sign {
        return Vec::new();
    }
    let addresses = if has_sign {
        addresses::edits(text, &tokens)
    } else {
        Vec::new()
    };
    let mut edits = if telling < 2 {
        Vec::new()
    } else {
        let mut edits = dates::edits(text, &mut tokens);
        edits.extend(numbers::edits(text, &tokens));
        edits
    };
    edits.retain(|edit| {
        let after = addresses.partition_point(|address| address.span.end <= edit.span.start);
        addresses
            .get(after)
            .is_none_or(|address| address.span.start >= edit.span.end)
    });
    edits.extend(addresses);
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    edits.dedup_by(|next, edit| next.span.start < edit.span.end);
    edits
}

/// Whether a token may be a part of a spoken value.
fn is_telling(token: &Token) -> bool {
    token.spoken.is_some() || token.end - token.start == 1
}

/// Whether anything may be spoken at all: parts of a number side by side, or what stands between a
/// mailbox and its domain. Tells nearly all prose without listing its words.
fn may_be_in(text: &str, kinds: &Kinds) -> bool {
    let bytes = text.as_bytes();
    let filter = lexicon::Filter::new();
    let mut parts = Parts::default();
    let mut may_be_address = false;
    let mut says_dot = false;
    let is_found = kinds.any_token(text, filter.triples(), |token| {
        let (start, len) = (token.start, token.len());
        let is_digit = bytes[start].is_ascii_digit();
        let is_single = len == 1;
        // Words of prose are passed over: as a gap they part what stands on both sides.
        if !is_digit && !is_single && !filter.passes(bytes, &(start..start + len)) {
            return false;
        }
        let range = start..kinds.token_end(start, len);
        let is_next =
            start - parts.end <= numbers::LONGEST_GAP && numbers::is_gap(&text[parts.end..start]);
        let token = &text[range.clone()];
        let mut is_found = is_next && parts.is_letter && numbers::explains(token);
        let meaning = if is_digit {
            None
        } else {
            lexicon::meaning(text, &range).map(|spoken| spoken.meaning)
        };
        let is_at = meaning == Some(Meaning::At);
        is_found |= is_at && !is_plain_at(text, &range);
        may_be_address |= is_at;
        says_dot |= meaning == Some(Meaning::Dot);
        if is_at || meaning.is_none() && !is_digit && !is_single {
            return is_found;
        }
        if !is_next {
            parts = Parts::default();
        }
        parts.push(&range, meaning, is_single, is_single && !is_digit);
        is_found || parts.may_be_number()
    });
    is_found || says_dot && may_be_address || has_at(text)
}

fn has_at(text: &str) -> bool {
    memchr(b'@', text.as_bytes()).is_some()
}

/// Parts of a number side by side.
#[derive(Default)]
struct Parts {
    end: usize,
    /// Words that mean digits.
    spoken: usize,
    /// Digits and letters one by one.
    singles: usize,
    /// Whether the last is a letter.
    is_letter: bool,
}

impl Parts {
    fn push(
        &mut self,
        part: &Range<usize>,
        meaning: Option<Meaning>,
        is_single: bool,
        is_letter: bool,
    ) {
        self.end = part.end;
        let is_spoken = meaning.is_some_and(|meaning| {
            lexicon::is_number(meaning) || matches!(meaning, Meaning::Hundred | Meaning::Times(_))
        });
        self.spoken += usize::from(is_spoken);
        self.singles += usize::from(is_single);
        self.is_letter = is_letter;
    }

    fn may_be_number(&self) -> bool {
        self.spoken >= 2 || self.singles >= numbers::FEWEST_SINGLES
    }
}

/// Whether an `at` can be a word of prose, as far as what follows tells.
fn is_plain_at(text: &str, at: &Range<usize>) -> bool {
    text[at.clone()].eq_ignore_ascii_case("at") && !is_domain(&text[at.end..])
}

/// Whether what follows `at` can be a domain with its dots as they are.
pub(crate) fn is_domain(after: &str) -> bool {
    /// Longer than any label.
    const REACH: usize = 64;
    let near = &after[..after.floor_char_boundary(REACH)];
    let Some(dot) = near.find(|c: char| {
        !c.is_ascii_alphanumeric() && !matches!(c, ' ' | '-' | ']' | ')' | '}' | '>')
    }) else {
        return near.to_ascii_lowercase().contains(" dot");
    };
    near[dot..].starts_with('.')
        && near[dot + 1..]
            .trim_start_matches(' ')
            .starts_with(|c: char| c.is_ascii_lowercase())
}

fn tokens(text: &str, kinds: &Kinds) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / BYTES_PER_TOKEN);
    let filter = lexicon::Filter::new();
    kinds.each_token(|token| {
        tokens.push(Token {
            start: token.start,
            end: token.end,
            spoken: filter
                .passes(text.as_bytes(), &token)
                .then(|| lexicon::meaning(text, &token))
                .flatten(),
        });
    });
    tokens
}

/// What stands between two tokens.
fn gap<'t>(text: &'t str, tokens: &[Token], index: usize) -> Option<&'t str> {
    let next = tokens.get(index)?;
    let previous = tokens.get(index.checked_sub(1)?)?;
    Some(&text[previous.end..next.start])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(text: &str) -> String {
        let folded = Folded::new(text, &[]);
        folded.edited(&edits(&folded)).as_str().to_owned()
    }

    #[test]
    fn numbers_are_heard_in_every_language() {
        for (text, expected) in [
            (
                "four one one one one one one one one one one one one one one one",
                "4111111111111111",
            ),
            (
                "it's one two three, four five, six seven eight nine",
                "it's 123 45 6789",
            ),
            ("double five, triple oh, one two", "55 000 12"),
            ("forty-one eleven eleven", "411111"),
            ("nineteen eighty five", "1985"),
            ("one eight hundred five five five", "1800555"),
            ("four two four two dash one one", "4242-11"),
            ("cuatro uno uno uno", "4111"),
            ("treinta y cinco doce cero", "35120"),
            ("vier eins eins eins null", "41110"),
            ("fünfundzwanzig drei vier", "2534"),
            (
                "zéro six, douze, trente-quatre, cinquante-six, soixante-dix-huit",
                "06 12 34 56 78",
            ),
            ("quatre-vingt-dix-sept un deux", "9712"),
            ("tre quattro cinque", "345"),
            ("um dois três meia", "1236"),
            ("een twee drie vier", "1234"),
            ("jeden dwa trzy", "123"),
            ("4 1 1 1 1 1 1 1", "41111111"),
            ("4-1-1-1-1-1-1-1", "41111111"),
            ("four, one, one, one, two", "41112"),
            ("q q one two three four five six c", "QQ123456C"),
            (
                "Quebec Quebec one two three four five six Charlie",
                "QQ123456C",
            ),
            ("b as in bravo, c for charlie, one two three", "B C 123"),
            ("the third of May nineteen eighty five", "3 of May 1985"),
            ("on May twenty-second, nineteen sixty", "on May 22, 1960"),
            (
                "May third, sixty-one, or 5 May forty two",
                "May 3, 1961, or 5 May forty two",
            ),
            (
                "born fifth of November fifty one and fifty",
                "born 5 of November 1951 and fifty",
            ),
            (
                "Agent: first, five six\nBo: one nine\n",
                "Agent: first, five six\nBo: 19\n",
            ),
        ] {
            assert_eq!(heard(text), expected, "{text}");
        }
    }

    #[test]
    fn addresses_are_heard_in_every_language() {
        for (text, expected) in [
            (
                "mail john at example dot com now",
                "mail john@example.com now",
            ),
            ("john [at] example [dot] com", "john@example.com"),
            ("john(at)example(dot)com", "john@example.com"),
            (
                "john dot smith underscore nine at mail dot example dot co dot uk",
                "john.smith_9@mail.example.co.uk",
            ),
            (
                "my email is john smith at gmail dot com",
                "my email is johnsmith@gmail.com",
            ),
            ("j o h n at example dot com", "john@example.com"),
            ("j-o-h-n at example dot com", "john@example.com"),
            ("a, n, n, a at example dot travel", "anna@example.travel"),
            (
                "jan myślnik nowak małpa przyklad kropka pl",
                "jan-nowak@przyklad.pl",
            ),
            (
                "juan punto perez arroba ejemplo punto es",
                "juan.perez@ejemplo.es",
            ),
            ("anna chiocciola esempio punto it", "anna@esempio.it"),
            ("anna at beispiel punkt de", "anna@beispiel.de"),
            ("anne arobase exemple point fr", "anne@exemple.fr"),
            ("john @ example . com", "john@example.com"),
            ("john at gmail.com", "john@gmail.com"),
        ] {
            assert_eq!(heard(text), expected, "{text}");
        }
    }

    #[test]
    fn prose_is_heard_as_it_stands() {
        for text in [
            "one of the two at least, to be one",
            "Look at example dot com for more.",
            "Meet me at noon. Dot the i, one or two of them.",
            "Il y a un an, et une fois.",
            "Press 1 for sales, 2 for support, 3 for hours.",
            "1. Open it. 2. Close it. 3. Done. 4. 5. 6.",
            "I am at one, are you at two?",
            "a b c d e f g",
            "",
        ] {
            assert_eq!(heard(text), text);
        }
    }
}
