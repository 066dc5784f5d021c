//! Canonical JSON (RFC 8785, JCS) restricted to integers: one byte sequence per value, so that a
//! digest of it means something years later, in any language.
//!
//! Floating point numbers are left out on purpose: their canonical form is the hard part of the
//! RFC, and nothing here needs them (scores are millionths, durations microseconds).

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt::Write as _;

/// Integers beyond this are not exact in the number type that JSON shares with other languages.
const MAX_EXACT: i64 = (1 << 53) - 1;

/// Room for what most values come to, in bytes.
const LIKELY: usize = 2048;

/// A JSON value without fractions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number within ±(2^53 - 1).
    Int(i64),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<Self>),
    /// Names and values.
    Object(Members),
}

/// The members of an object, in the order of their names and without repeats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Members(Vec<(Name, Value)>);

impl<N: Into<Name>> FromIterator<(N, Value)> for Members {
    /// Of members with one name the last wins.
    fn from_iter<I: IntoIterator<Item = (N, Value)>>(members: I) -> Self {
        let members = members.into_iter();
        let mut sorted: Vec<(Name, Value)> = members.map(|(n, value)| (n.into(), value)).collect();
        // Whoever lists them does so in order, mostly: then it is one look at each.
        if !sorted.is_sorted_by(|(one, _), (next, _)| one < next) {
            sorted.sort_by(|(one, _), (other, _)| one.cmp(other));
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

/// A member name, ordered as RFC 8785 demands: by UTF-16 code units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name(Cow<'static, str>);

impl From<&'static str> for Name {
    fn from(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }
}

impl From<String> for Name {
    fn from(name: String) -> Self {
        Self(Cow::Owned(name))
    }
}

impl PartialOrd for Name {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Name {
    fn cmp(&self, other: &Self) -> Ordering {
        // Bytes and code units agree on ASCII.
        if self.0.is_ascii() && other.0.is_ascii() {
            return self.0.cmp(&other.0);
        }
        self.0.encode_utf16().cmp(other.0.encode_utf16())
    }
}

impl Value {
    /// An object of `members`; of members with one name the last wins.
    pub fn object<N: Into<Name>>(members: impl IntoIterator<Item = (N, Self)>) -> Self {
        Self::Object(members.into_iter().collect())
    }

    /// A list of `items`.
    pub fn list(items: impl IntoIterator<Item = Self>) -> Self {
        Self::List(items.into_iter().collect())
    }

    /// A whole number, clamped to what every JSON reader holds exactly.
    pub fn int(number: impl TryInto<i64>) -> Self {
        Self::Int(
            number
                .try_into()
                .unwrap_or(MAX_EXACT)
                .clamp(-MAX_EXACT, MAX_EXACT),
        )
    }

    /// Text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// Text, or `null` where there is none.
    pub fn maybe_text(text: Option<impl Into<String>>) -> Self {
        text.map_or(Self::Null, Self::text)
    }

    /// The canonical form.
    pub fn to_canonical(&self) -> String {
        let mut out = String::with_capacity(LIKELY);
        self.write(&mut out);
        out
    }

    /// The canonical form, and where in it a member called `name` would begin: before the first
    /// member that is ordered behind it. `None` where there is no such member, or no object.
    pub(crate) fn to_canonical_with_gap(&self, name: &'static str) -> (String, Option<usize>) {
        let Self::Object(members) = self else {
            return (self.to_canonical(), None);
        };
        let (mut out, mut gap) = (String::with_capacity(LIKELY), None);
        let name = Name::from(name);
        write_members(members, &mut out, |next, at| {
            if gap.is_none() && *next > name {
                gap = Some(at);
            }
        });
        (out, gap)
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(true) => out.push_str("true"),
            Self::Bool(false) => out.push_str("false"),
            Self::Int(number) => {
                // Writing to a String cannot fail.
                let _ = write!(out, "{}", (*number).clamp(-MAX_EXACT, MAX_EXACT));
            }
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
            Self::Object(members) => write_members(members, out, |_, _| {}),
        }
    }
}

/// Writes an object; tells of each member where it begins.
fn write_members(
    Members(members): &Members,
    out: &mut String,
    mut begins: impl FnMut(&Name, usize),
) {
    out.push('{');
    for (position, (name, value)) in members.iter().enumerate() {
        if position > 0 {
            out.push(',');
        }
        begins(name, out.len());
        write_text(&name.0, out);
        out.push(':');
        value.write(out);
    }
    out.push('}');
}

fn write_text(text: &str, out: &mut String) {
    out.push('"');
    // Nearly always there is nothing to escape. To look at all bytes without stopping is quickest.
    let mut rest = text;
    let escapes = text
        .bytes()
        .fold(false, |any, byte| any | needs_escape(byte));
    while escapes && let Some(at) = rest.bytes().position(needs_escape) {
        let (plain, behind) = rest.split_at(at);
        out.push_str(plain);
        // What needs an escape is one byte, and a character by itself.
        let (escaped, behind) = behind.split_at(1);
        escaped.chars().for_each(|c| write_escaped(c, out));
        rest = behind;
    }
    out.push_str(rest);
    out.push('"');
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

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            any::<i64>().prop_map(Value::int),
            any::<String>().prop_map(Value::Text),
        ];
        leaf.prop_recursive(4, 48, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::List),
                prop::collection::vec((any::<String>(), inner), 0..6).prop_map(Value::object),
            ]
        })
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
