//! What one character is read as: digits, spaces, dashes, quotation marks and Latin letters in
//! ASCII, invisible characters not at all.
//!
//! Rules and phrases are written in ASCII and need no thought for Unicode. Letters of other
//! alphabets stay what they are, and so do the characters that masks are made of.

use crate::view::kinds::{BLOCK, filled, gather};

/// How a character is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fold {
    /// As itself.
    Same,
    /// Not at all: it is invisible, or a mark on the letter before it.
    Gone,
    /// As another character.
    Char(char),
    /// As more than one.
    Text(&'static str),
}

/// The zeros of the decimal digit ranges worth folding; nine more digits follow each.
const DIGIT_ZEROS: [u32; 23] = [
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66,
    0x0E50, 0x0ED0, 0x0F20, 0x1040, 0x17E0, 0x1810, 0x1D7CE, 0x1D7D8, 0x1D7E2, 0x1D7EC, 0x1D7F6,
];

/// The letters from U+00C0 to U+017F without their accents; `?` where there is no single one.
const LATIN: &[u8; 192] = b"AAAAAA?CEEEEIIIIDNOOOOO?OUUUUY??aaaaaa?ceeeeiiiidnooooo?ouuuuy?y\
    AaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGgGgGgHhHhIiIiIiIiIi??JjKkkLlLlLlL\
    lLlNnNnNnnNnOoOoOo??RrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

/// The same from U+1E00 to U+1EFF.
const LATIN_ADDITIONAL: &[u8; 256] =
    b"AaBbBbBbCcDdDdDdDdDdEeEeEeEeEeFfGgHhHhHhHhHhIiIiKkKkKkLlLlLlLlMm\
    MmMmNnNnNnNnOoOoOoOoPpPpRrRrRrRrSsSsSsSsSsTtTtTtTtUuUuUuUuUuVvVv\
    WwWwWwWwWwXxXxYyZzZzZzhtwy??????AaAaAaAaAaAaAaAaAaAaAaAaEeEeEeEe\
    EeEeEeEeIiIiOoOoOoOoOoOoOoOoOoOoOoOoUuUuUuUuUuUuUuYyYyYyYy??????";

/// How `c` is read.
pub(crate) fn fold(c: char) -> Fold {
    match c {
        c if c.is_ascii() => Fold::Same,
        // What Western languages are full of.
        '\u{C0}'..='\u{17F}' => letter(c),
        // The letters of other alphabets, before anything is looked up of them: Cyrillic, Arabic,
        // Kana with its punctuation, Han and Hangul.
        '\u{400}'..='\u{52F}'
        | '\u{620}'..='\u{64A}'
        | '\u{3001}'..='\u{30FF}'
        | '\u{3400}'..='\u{9FFF}'
        | '\u{AC00}'..='\u{D7A3}' => Fold::Same,
        '\u{AD}'
        | '\u{34F}'
        | '\u{61C}'
        | '\u{180E}'
        | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{2069}'
        | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}'
        // Accents that stand apart from their letter, and the frame of a keycap.
        | '\u{300}'..='\u{36F}'
        | '\u{20E3}' => Fold::Gone,
        '\u{2010}'..='\u{2015}' | '\u{2043}' | '\u{2212}' | '\u{FE58}' | '\u{FE63}' => {
            Fold::Char('-')
        }
        '\u{2018}'..='\u{201B}' | '\u{2032}' | '\u{B4}' | '\u{2BC}' => Fold::Char('\''),
        '\u{201C}'..='\u{201F}' | '\u{2033}' | '\u{AB}' | '\u{BB}' => Fold::Char('"'),
        '\u{2024}' | '\u{FE52}' => Fold::Char('.'),
        '\u{2044}' | '\u{2215}' => Fold::Char('/'),
        '\u{FE6B}' => Fold::Char('@'),
        '\u{FF01}'..='\u{FF5E}' => as_char(u32::from(c) - 0xFEE0),
        '\u{2460}'..='\u{2468}' => as_char(u32::from(c) - 0x2460 + u32::from('1')),
        '\u{24EA}' => Fold::Char('0'),
        // Ordinal signs, as in `n.º`.
        '\u{AA}' => Fold::Char('a'),
        '\u{BA}' => Fold::Char('o'),
        '\u{85}' | '\u{2028}' | '\u{2029}' => Fold::Char('\n'),
        '\u{218}'..='\u{21B}' | '\u{1E00}'..='\u{1EFF}' => letter(c),
        c if c.is_whitespace() => Fold::Char(' '),
        c if c.is_numeric() => ascii_digit(c).map_or(Fold::Same, Fold::Char),
        _ => Fold::Same,
    }
}

/// A text as it is read, without the way back to what it was. Tells of each character that is read as one
/// of ASCII.
pub(crate) fn folded(text: &str, mut becomes: impl FnMut(u8)) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut copied = 0;
    each_folded(text, |at, c, read| {
        folded.push_str(&text[copied..at]);
        copied = at + c.len_utf8();
        match read {
            Fold::Same | Fold::Gone => {}
            Fold::Char(c) => {
                folded.push(c);
                u8::try_from(c).ok().into_iter().for_each(&mut becomes);
            }
            Fold::Text(text) => folded.push_str(text),
        }
    });
    folded.push_str(&text[copied..]);
    folded
}

/// Gives the characters of `text` that are not read as themselves, in order: where each stands,
/// and how it is read. Goes over the others many at a time.
pub(crate) fn each_folded(text: &str, mut give: impl FnMut(usize, char, Fold)) {
    let bytes = text.as_bytes();
    for from in (0..bytes.len()).step_by(BLOCK) {
        let mut begun = match bytes[from..].first_chunk() {
            Some(near) => begin_folded(near),
            None => begin_folded(&filled(&bytes[from..])),
        };
        while begun != 0 {
            let at = from + begun.trailing_zeros() as usize;
            begun &= begun - 1;
            let Some(c) = text[at..].chars().next() else {
                break;
            };
            let read = fold(c);
            if read != Fold::Same {
                give(at, c, read);
            }
        }
    }
}

/// A bit for each byte of a block with which a character may begin that is read as another, by it and
/// the byte behind it. None of ASCII is, nor of the Cyrillic alphabet, of Han and of Hangul; of the
/// Arabic ones, of Kana and what goes with it, only digits and marks.
fn begin_folded(near: &[u8; BLOCK + 1]) -> u64 {
    let mut held = [0; BLOCK];
    for (at, held) in held.iter_mut().enumerate() {
        let (first, second) = (near[at], near[at + 1]);
        let is_read_as_itself = (0xD0..=0xD3).contains(&first) | (0xE4..=0xED).contains(&first);
        let is_arabic = (0xD8..=0xDB).contains(&first);
        let is_arabic_sign = (first == 0xD8) & (second == 0x9C)
            | (first == 0xD9) & (0xA0..=0xA9).contains(&second)
            | (first == 0xDB) & (0xB0..=0xB9).contains(&second);
        let is_kana = (first == 0xE3) & (second != 0x80);
        let may_be =
            (first >= 0xC2) & !is_read_as_itself & !is_kana & (!is_arabic | is_arabic_sign);
        *held = 0_u8.wrapping_sub(u8::from(may_be));
    }
    gather(&held)
}

fn as_char(code: u32) -> Fold {
    char::from_u32(code).map_or(Fold::Same, Fold::Char)
}

/// A Latin letter without its accent.
fn letter(c: char) -> Fold {
    let plain = match u32::from(c) {
        code @ 0xC0..=0x17F => LATIN[code as usize - 0xC0],
        code @ 0x1E00..=0x1EFF => LATIN_ADDITIONAL[code as usize - 0x1E00],
        _ => b'?',
    };
    if plain != b'?' {
        return Fold::Char(char::from(plain));
    }
    match c {
        '\u{C6}' => Fold::Text("AE"),
        '\u{E6}' => Fold::Text("ae"),
        '\u{DE}' => Fold::Text("TH"),
        '\u{FE}' => Fold::Text("th"),
        '\u{DF}' => Fold::Text("ss"),
        '\u{1E9E}' => Fold::Text("SS"),
        '\u{132}' => Fold::Text("IJ"),
        '\u{133}' => Fold::Text("ij"),
        '\u{152}' => Fold::Text("OE"),
        '\u{153}' => Fold::Text("oe"),
        '\u{218}' => Fold::Char('S'),
        '\u{219}' => Fold::Char('s'),
        '\u{21A}' => Fold::Char('T'),
        '\u{21B}' => Fold::Char('t'),
        _ => Fold::Same,
    }
}

fn ascii_digit(c: char) -> Option<char> {
    let code = u32::from(c);
    let zero = DIGIT_ZEROS.iter().rev().find(|zero| **zero <= code)?;
    char::from_digit(code - zero, 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        super::folded(text, |_| ())
    }

    #[test]
    fn whatever_is_read_as_another_is_seen_wherever_it_stands() {
        for c in ('\0'..=char::MAX).filter(|c| fold(*c) != Fold::Same) {
            let text = format!("{c} ");
            assert_ne!(begin_folded(&filled(text.as_bytes())), 0, "{c:?}");
        }
        for spaces in 0..130 {
            for (text, expected) in [("\u{e9}", "e"), ("\u{663}", "3"), ("\u{3000}.", " .")] {
                let before = " ".repeat(spaces);
                assert_eq!(folded(&format!("{before}{text}")), before + expected);
            }
        }
    }

    #[test]
    fn letters_lose_their_accents_in_every_western_language() {
        for (text, expected) in [
            ("Größe, Straße, Übung", "Grosse, Strasse, Ubung"),
            ("numéro à œuvre ça", "numero a oeuvre ca"),
            ("contraseña, teléfono", "contrasena, telefono"),
            ("senha não", "senha nao"),
            ("hasło żółć", "haslo zolc"),
            ("lösenord på ærlig rød", "losenord pa aerlig rod"),
            ("Țară și ŞĞİı", "Tara si SGIi"),
            ("Nguyễn Thị", "Nguyen Thi"),
            ("e\u{301}", "e"),
            ("× ÷ µ Ж α 王 한", "× ÷ µ Ж α 王 한"),
            ("n.º ª", "n.o a"),
        ] {
            assert_eq!(folded(text), expected, "{text}");
        }
    }

    #[test]
    fn digits_quotes_and_signs_become_ascii() {
        for (text, expected) in [
            ("4\u{FE0F}\u{20E3}1\u{FE0F}\u{20E3}", "41"),
            ("①②⑨⓪ ⑩", "1290 ⑩"),
            ("‘it’s’ “so” «so»", "'it's' \"so\" \"so\""),
            ("ａ＠ｂ．ｃ", "a@b.c"),
            ("••••1234 █", "••••1234 █"),
        ] {
            assert_eq!(folded(text), expected, "{text}");
        }
    }
}
