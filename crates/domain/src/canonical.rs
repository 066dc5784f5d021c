//! Canonical JSON (RFC 8785, JCS) restricted to integers: one byte sequence per value, so that a
//! digest of it means something years later, in any language.
//!
//! Floating point numbers are left out on purpose: their canonical form is the hard part of the
//! RFC, and nothing here needs them (scores are millionths, durations microseconds).

mod reader;
mod writer;

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt::Write as _;

pub use reader::Reader;
pub(crate) use writer::ObjectWriter;

/// Integers beyond this are not exact in the number type that JSON shares with other languages.
const MAX_EXACT: i64 = (1 << 53) - 1;

/// Room for what most values come to, in bytes.
pub(crate) const LIKELY: usize = 2048;

/// A JSON value without fractions. It borrows the texts of what it is made of: they are copied once,
/// into the canonical form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value<'v> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number within ±(2^53 - 1).
    Int(i64),
    /// Text.
    Text(Cow<'v, str>),
    /// A list.
    List(Vec<Self>),
    /// Names and values.
    Object(Members<'v>),
}

/// The members of an object, in the order of their names and without repeats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Members<'v>(Vec<(&'v str, Value<'v>)>);

impl<'v> FromIterator<(&'v str, Value<'v>)> for Members<'v> {
    /// Of members with one name the last wins.
    fn from_iter<I: IntoIterator<Item = (&'v str, Value<'v>)>>(members: I) -> Self {
        let mut sorted: Vec<(&str, Value<'_>)> = members.into_iter().collect();
        // Whoever lists them does so in order, mostly: then it is one look at each.
        if !sorted.is_sorted_by(|(one, _), (next, _)| by_name(one, next).is_lt()) {
            sorted.sort_by(|(one, _), (other, _)| by_name(one, other));
            sorted.dedup_by(|later, kept| {
                let repeated = later.0 == kept.0;
                if repeated {
                    std::mem::swap(later, kept);
                }
                repeated
            });
        }
        Self(sorted)
    }
}

/// The order of names that RFC 8785 demands: by UTF-16 code units.
fn by_name(one: &str, other: &str) -> Ordering {
    // Most differ in the first byte.
    if let (Some(first), Some(others)) = (one.as_bytes().first(), other.as_bytes().first())
        && first != others
        && first.min(others) < &SAME_ORDER_BELOW
    {
        return first.cmp(others);
    }
    let mut both = one.bytes().zip(other.bytes());
    match both.find(|(one, other)| one != other) {
        // One begins with the other.
        None => one.len().cmp(&other.len()),
        Some((one, other)) if one.min(other) < SAME_ORDER_BELOW => one.cmp(&other),
        Some(_) => one.encode_utf16().cmp(other.encode_utf16()),
    }
}

/// Bytes and code units disagree only on the order of two characters that both begin with such a byte.
const SAME_ORDER_BELOW: u8 = 0xee;

impl<'v> Value<'v> {
    /// An object of `members`; of members with one name the last wins.
    pub fn object(members: impl IntoIterator<Item = (&'v str, Self)>) -> Self {
        Self::Object(members.into_iter().collect())
    }

    /// A list of `items`.
    pub fn list(items: impl IntoIterator<Item = Self>) -> Self {
        Self::List(items.into_iter().collect())
    }

    /// A whole number, clamped to what every JSON reader holds exactly.
    pub fn int(number: impl TryInto<i64>) -> Self {
        Self::Int(clamped(number))
    }

    /// Text.
    pub fn text(text: impl Into<Cow<'v, str>>) -> Self {
        Self::Text(text.into())
    }

    /// Text, or `null` where there is none.
    pub fn maybe_text(text: Option<impl Into<Cow<'v, str>>>) -> Self {
        text.map_or(Self::Null, Self::text)
    }

    /// The canonical form.
    pub fn to_canonical(&self) -> String {
        let mut out = String::with_capacity(LIKELY);
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(true) => out.push_str("true"),
            Self::Bool(false) => out.push_str("false"),
            Self::Int(number) => write_int((*number).clamp(-MAX_EXACT, MAX_EXACT), out),
            Self::Text(text) => write_text(text, out),
            Self::List(items) => {
                out.push('[');
                for (position, item) in items.iter().enumerate() {
                    if position > 0 {
                        out.push(',');
                    }
                    item.write(out);
                }
                out.push(']');
            }
            Self::Object(members) => write_members(members, out),
        }
    }
}

fn write_members(Members(members): &Members<'_>, out: &mut String) {
    out.push('{');
    for (position, (name, value)) in members.iter().enumerate() {
        if position > 0 {
            out.push(',');
        }
        write_text(name, out);
        out.push(':');
        value.write(out);
    }
    out.push('}');
}

/// What every JSON reader holds exactly.
fn clamped(number: impl TryInto<i64>) -> i64 {
    let number = number.try_into().unwrap_or(MAX_EXACT);
    number.clamp(-MAX_EXACT, MAX_EXACT)
}

/// Writes a number. There are dozens in an entry, and the way through `fmt` is a long one.
fn write_int(number: i64, out: &mut String) {
    if number < 0 {
        out.push('-');
    }
    let mut digits = [b'0'; 20];
    let (mut rest, mut count) = (number.unsigned_abs(), 0);
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
        count += 1;
        if rest == 0 {
            break;
        }
    }
    let (_, digits) = digits.split_at(digits.len() - count);
    out.push_str(std::str::from_utf8(digits).unwrap_or_default());
}

pub(crate) fn write_text(text: &str, out: &mut String) {
    out.push('"');
    if is_plain(text.as_bytes()) {
        out.push_str(text);
    } else {
        write_with_escapes(text, out);
    }
    out.push('"');
}

fn write_with_escapes(text: &str, out: &mut String) {
    let mut rest = text;
    loop {
        let (plain, behind) = rest.split_at(plain_length(rest.as_bytes()));
        out.push_str(plain);
        // What needs an escape is one byte, and a character by itself.
        let Some(odd) = behind.chars().next() else {
            return;
        };
        write_escaped(odd, out);
        rest = behind.get(1..).unwrap_or_default();
    }
}

/// How many bytes of a text stand in its canonical form as they are, up to the first that needs an
/// escape: the quotation mark, the backslash and everything below the space.
#[inline]
fn plain_length(text: &[u8]) -> usize {
    // Nearly always all of it: eight bytes at a time.
    let (words, rest) = text.as_chunks();
    for (at, word) in words.iter().enumerate() {
        let odd = odd_bytes(u64::from_le_bytes(*word));
        if odd != 0 {
            return at * 8 + odd.trailing_zeros() as usize / 8;
        }
    }
    let odd = rest.iter().position(|byte| needs_escape(*byte));
    text.len() - rest.len() + odd.unwrap_or(rest.len())
}

/// Whether nothing in `text` needs an escape.
fn is_plain(text: &[u8]) -> bool {
    let Some(last) = text.last_chunk() else {
        return !text.iter().copied().any(needs_escape);
    };
    let is_odd = |word: &[u8; 8]| odd_bytes(u64::from_le_bytes(*word)) != 0;
    // The last eight are looked at twice in part.
    let (words, _) = text.as_chunks();
    !words.iter().any(is_odd) && !is_odd(last)
}

/// Of eight bytes, the first of them lowest: the highest bit of the first that [`needs_escape`] is set,
/// and none below it.
const fn odd_bytes(bytes: u64) -> u64 {
    const EACH: u64 = u64::MAX / 0xff;
    /// The highest bit of the first byte below `bound`, which is at most 128, is the lowest that is set.
    const fn below(bytes: u64, bound: u8) -> u64 {
        bytes.wrapping_sub(EACH * bound as u64) & !bytes & (EACH << 7)
    }
    let quotes = below(bytes ^ (EACH * b'"' as u64), 1);
    let backslashes = below(bytes ^ (EACH * b'\\' as u64), 1);
    below(bytes, b' ') | quotes | backslashes
}

fn needs_escape(byte: u8) -> bool {
    byte < b' ' || byte == b'"' || byte == b'\\'
}

fn write_escaped(c: char, out: &mut String) {
    match c {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\u{8}' => out.push_str("\\b"),
        '\t' => out.push_str("\\t"),
        '\n' => out.push_str("\\n"),
        '\u{c}' => out.push_str("\\f"),
        '\r' => out.push_str("\\r"),
        c => {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_value() -> impl Strategy<Value = Value<'static>> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::int),
            any::<String>().prop_map(Value::text),
            // Mostly plain, and as long as texts are.
            "[ -~]{0,40}".prop_map(Value::text),
        ];
        leaf.prop_recursive(4, 48, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::List),
                prop::collection::vec((any_name(), inner), 0..6).prop_map(Value::object),
            ]
        })
    }

    fn any_name() -> impl Strategy<Value = &'static str> {
        // Names borrow from what they name; here nothing outlives the test.
        any::<String>().prop_map(|name| &*name.leak())
    }

    proptest! {
        /// An independent implementation of the RFC, fed what we wrote, must write the same.
        #[test]
        fn canonical_form_equals_that_of_an_independent_implementation(value in any_value()) {
            let ours = value.to_canonical();
            let parsed: serde_json::Value = serde_json::from_str(&ours).expect("valid JSON");
            let theirs = serde_json_canonicalizer::to_string(&parsed).expect("canonical");
            prop_assert_eq!(ours, theirs);
        }
    }

    #[test]
    fn of_members_with_one_name_the_last_wins() {
        let value = Value::object(
            [("b", 1), ("a", 2), ("b", 3), ("a", 4), ("b", 5)]
                .map(|(name, number): (&str, i64)| (name, Value::int(number))),
        );
        assert_eq!(value.to_canonical(), "{\"a\":4,\"b\":5}");
    }

    #[test]
    fn names_are_ordered_by_utf16_code_units_not_by_code_points() {
        let value = Value::object([("\u{fb33}", Value::Null), ("\u{1f600}", Value::Null)]);
        assert_eq!(
            value.to_canonical(),
            "{\"\u{1f600}\":null,\"\u{fb33}\":null}"
        );
    }
}
