//! Escapes written out: HTML entities, percent-escapes, the backslash escapes of JSON and of
//! programming languages, and the plus that stands for a space in a query string.
//!
//! One call decodes one layer. What an escape stands for is folded like any other character.

use std::ops::Range;

use memchr::{memchr, memchr3};

use crate::view::{
    fold::{Fold, fold},
    folded::{Edit, Replacement},
    kinds::Places,
};

/// The longest entity, its ampersand left out, in bytes.
const LONGEST_ENTITY: usize = 12;
/// The longest query string looked at in one piece, in bytes.
const LONGEST_QUERY: usize = 512;

/// Named entities that stand inside values and labels. Accented letters are read by their names.
const ENTITIES: &[(&str, char)] = &[
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("NonBreakingSpace", ' '),
    ("ensp", ' '),
    ("emsp", ' '),
    ("thinsp", ' '),
    ("numsp", ' '),
    ("puncsp", ' '),
    ("hairsp", ' '),
    ("shy", '\u{AD}'),
    ("zwj", '\u{200D}'),
    ("zwnj", '\u{200C}'),
    ("commat", '@'),
    ("period", '.'),
    ("comma", ','),
    ("colon", ':'),
    ("semi", ';'),
    ("num", '#'),
    ("lowbar", '_'),
    ("UnderBar", '_'),
    ("hyphen", '-'),
    ("dash", '-'),
    ("ndash", '-'),
    ("mdash", '-'),
    ("minus", '-'),
    ("plus", '+'),
    ("equals", '='),
    ("sol", '/'),
    ("bsol", '\\'),
    ("lpar", '('),
    ("rpar", ')'),
    ("lsqb", '['),
    ("lbrack", '['),
    ("rsqb", ']'),
    ("rbrack", ']'),
    ("ast", '*'),
    ("midast", '*'),
    ("bull", '\u{2022}'),
    ("percnt", '%'),
    ("quest", '?'),
    ("excl", '!'),
    ("dollar", '$'),
    ("verbar", '|'),
    ("lsquo", '\''),
    ("rsquo", '\''),
    ("ldquo", '"'),
    ("rdquo", '"'),
    ("Tab", '\t'),
    ("NewLine", '\n'),
    ("ordm", 'o'),
];

/// What the names of accented letters end in.
const ACCENTS: &[&str] = &[
    "acute", "grave", "circ", "uml", "tilde", "ring", "cedil", "slash", "caron", "strok",
];

/// What to read instead of the escapes in a folded text.
pub(crate) fn edits(text: &str) -> Vec<Edit> {
    let bytes = text.as_bytes();
    let mut edits = Vec::new();
    if memchr3(b'&', b'%', b'\\', bytes).is_none() && memchr(b'+', bytes).is_none() {
        return edits;
    }
    let mut query_end = 0;
    let mut at = 0;
    let mut signs = Places::of(bytes, |b| {
        (b == b'&') | (b == b'%') | (b == b'\\') | (b == b'+')
    });
    while let Some(start) = signs.next_from(at) {
        let decoded = match bytes[start] {
            b'&' => entity(text, start),
            b'%' => percent(bytes, start),
            b'\\' => backslash(text, start),
            _ => plus(bytes, start, &mut query_end),
        };
        at = match decoded {
            Some((len, c)) => {
                edits.push(edit(start..start + len, c));
                start + len
            }
            None => start + 1,
        };
    }
    edits
}

fn edit(span: Range<usize>, c: char) -> Edit {
    let with = match fold(c) {
        Fold::Same => Replacement::Char(c),
        Fold::Gone => Replacement::Nothing,
        Fold::Char(c) => Replacement::Char(c),
        Fold::Text(text) => Replacement::Text(text),
    };
    Edit { span, with }
}

/// The entity at `start`: its length and what it stands for.
fn entity(text: &str, start: usize) -> Option<(usize, char)> {
    let rest = &text[start + 1..text.floor_char_boundary(start + 1 + LONGEST_ENTITY)];
    if let Some(number) = rest.strip_prefix('#') {
        let (digits, radix, prefix) = match number.strip_prefix(['x', 'X']) {
            Some(hex) => (hex, 16, 3),
            None => (number, 10, 2),
        };
        let len = digits.len() - digits.trim_start_matches(|c: char| c.is_digit(radix)).len();
        let c = char::from_u32(u32::from_str_radix(&digits[..len], radix).ok()?)?;
        let closed = usize::from(digits[len..].starts_with(';'));
        return Some((prefix + len + closed, c));
    }
    let name = &rest[..rest.find(';')?];
    let c = ENTITIES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, c)| *c)
        .or_else(|| letter(name))?;
    Some((name.len() + 2, c))
}

/// The letter that an entity such as `eacute` names.
fn letter(name: &str) -> Option<char> {
    match name {
        "szlig" => return Some('\u{DF}'),
        "aelig" => return Some('\u{E6}'),
        "AElig" => return Some('\u{C6}'),
        "oelig" => return Some('\u{153}'),
        _ => {}
    }
    let first = name.chars().next().filter(char::is_ascii_alphabetic)?;
    ACCENTS.contains(&&name[1..]).then_some(first)
}

/// The percent-escape at `start`, of one character in UTF-8.
fn percent(bytes: &[u8], start: usize) -> Option<(usize, char)> {
    let mut decoded = [0; 4];
    let first = escaped_byte(bytes, start)?;
    let count = match first {
        0..0x80 => 1,
        0xC2..0xE0 => 2,
        0xE0..0xF0 => 3,
        0xF0..0xF5 => 4,
        _ => return None,
    };
    for (index, byte) in decoded[..count].iter_mut().enumerate() {
        *byte = escaped_byte(bytes, start + index * 3)?;
    }
    let c = str::from_utf8(&decoded[..count]).ok()?.chars().next()?;
    Some((count * 3, c))
}

fn escaped_byte(bytes: &[u8], at: usize) -> Option<u8> {
    let [b'%', high, low] = *bytes.get(at..at + 3)? else {
        return None;
    };
    u8::try_from(hex(&[high, low])?).ok()
}

/// The value of hexadecimal digits, of which there are some.
fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0_u32, |value, digit| {
        let digit = char::from(*digit).to_digit(16)?;
        value.checked_mul(16)?.checked_add(digit)
    })
}

/// The escape behind the backslash at `start`.
fn backslash(text: &str, start: usize) -> Option<(usize, char)> {
    let bytes = text.as_bytes();
    let simple = |c| Some((2, c));
    match *bytes.get(start + 1)? {
        b'n' | b'r' => simple('\n'),
        b't' => simple(' '),
        b'x' => {
            let code = hex(bytes.get(start + 2..start + 4)?)?;
            Some((4, char::from_u32(code)?))
        }
        b'u' if bytes.get(start + 2) == Some(&b'{') => {
            let digits = &bytes[start + 3..bytes.len().min(start + 10)];
            let len = digits.iter().position(|b| *b == b'}')?;
            let code = hex(digits.get(..len).filter(|digits| !digits.is_empty())?)?;
            Some((len + 4, char::from_u32(code)?))
        }
        b'u' => {
            let unit = |at: usize| {
                let escape = bytes.get(at..at + 6)?;
                escape.starts_with(b"\\u").then(|| hex(&escape[2..]))?
            };
            let first = unit(start)?;
            if let Some(c) = char::from_u32(first) {
                return Some((6, c));
            }
            let second = unit(start + 6).filter(|unit| (0xDC00..0xE000).contains(unit))?;
            let high = first.checked_sub(0xD800).filter(|high| *high < 0x400)?;
            Some((
                12,
                char::from_u32(0x10000 + (high << 10) + (second - 0xDC00))?,
            ))
        }
        c if c.is_ascii_punctuation() || c == b' ' => simple(char::from(c)),
        _ => None,
    }
}

/// The plus at `start`, if it stands for a space: in a query string, and not in front of an
/// international telephone number.
fn plus(bytes: &[u8], start: usize, query_end: &mut usize) -> Option<(usize, char)> {
    if start >= *query_end {
        let from = start.saturating_sub(LONGEST_QUERY);
        let token = bytes[from..start]
            .iter()
            .rev()
            .take_while(|b| !b.is_ascii_whitespace() && !matches!(b, b'"' | b'<' | b'\''));
        let mut seen = token.copied();
        let assigns = seen.any(|b| b == b'=');
        let is_query = assigns && seen.any(|b| matches!(b, b'?' | b'&'));
        let len = bytes[start..]
            .iter()
            .take(LONGEST_QUERY)
            .position(u8::is_ascii_whitespace)
            .unwrap_or_else(|| (bytes.len() - start).min(LONGEST_QUERY));
        if !is_query {
            return None;
        }
        *query_end = start + len;
    }
    let is_sign = start.checked_sub(1).is_some_and(|at| bytes[at] == b'=');
    (!is_sign).then_some((1, ' '))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::folded::Folded;

    fn decoded(text: &str) -> String {
        Folded::new(text, &[])
            .edited(&edits(text))
            .as_str()
            .to_owned()
    }

    #[test]
    fn escapes_are_written_out() {
        for (text, expected) in [
            ("joe&#64;x&period;com &#x40;&commat;", "joe@x.com @@"),
            ("123&#45;45&nbsp;6789&shy;", "123-45 6789"),
            ("num&eacute;ro Stra&szlig;e", "numero Strasse"),
            ("&#1633;&#65300;", "14"),
            ("joe%40x.com%20%2B44 %C3%BC%E2%80%91", "joe@x.com +44 u-"),
            ("\\u006a\\u006Fe\\u0040x.com \\x40", "joe@x.com @"),
            ("\\ud835\\udfd2 \\u{40} a\\nb\\tc", "4 @ a\nb c"),
            ("joe\\@x\\.com \\\"", "joe@x.com \""),
            ("/?q=4111+1111+1111&t=+44+20", "/?q=4111 1111 1111&t=+44 20"),
        ] {
            assert_eq!(decoded(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_escape_stays() {
        for text in [
            "AT&T; R&D &#xZZ; &nosuch; &",
            "100% %zz %4 %C3%zz %FF",
            "C:\\Users \\u12 \\xg \\ud800 \\u{} \\u{110000} \\",
            "1+1 a+b=c+d joe+tag@x.com",
        ] {
            assert_eq!(decoded(text), text);
        }
    }
}
