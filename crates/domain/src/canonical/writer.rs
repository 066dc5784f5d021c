//! Canonical JSON, written as it is told.

use super::{Value, by_name, write_int, write_text};

/// Writes an object member by member, without a [`Value`] in between: for what is written often.
///
/// Members are told in the order of their names, each once.
#[derive(Debug)]
pub(crate) struct ObjectWriter<'o> {
    out: &'o mut String,
    last: Option<&'static str>,
}

impl<'o> ObjectWriter<'o> {
    /// Writes an object of the members that `members` tells behind what is in `out`.
    pub(crate) fn write(out: &'o mut String, members: impl FnOnce(&mut ObjectWriter<'_>)) {
        out.push('{');
        let mut object = ObjectWriter { out, last: None };
        members(&mut object);
        object.out.push('}');
    }

    /// Where the next member begins, or the comma before it.
    pub(crate) fn at(&self) -> usize {
        self.out.len()
    }

    pub(crate) fn text(&mut self, name: &'static str, text: &str) {
        write_text(text, self.member(name));
    }

    /// Text, or `null` where there is none.
    pub(crate) fn maybe_text(&mut self, name: &'static str, text: Option<&str>) {
        match text {
            Some(text) => self.text(name, text),
            None => self.null(name),
        }
    }

    /// A whole number, clamped as [`Value::int`] does.
    pub(crate) fn int(&mut self, name: &'static str, number: impl TryInto<i64>) {
        let number = super::clamped(number);
        write_int(number, self.member(name));
    }

    /// A whole number, or `null` where there is none.
    pub(crate) fn maybe_int(&mut self, name: &'static str, number: Option<impl TryInto<i64>>) {
        match number {
            Some(number) => self.int(name, number),
            None => self.null(name),
        }
    }

    pub(crate) fn null(&mut self, name: &'static str) {
        self.member(name).push_str("null");
    }

    pub(crate) fn object(
        &mut self,
        name: &'static str,
        members: impl FnOnce(&mut ObjectWriter<'_>),
    ) {
        ObjectWriter::write(self.member(name), members);
    }

    /// A list of what `write` makes of each of `items`.
    pub(crate) fn list<T>(
        &mut self,
        name: &'static str,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(T, &mut String),
    ) {
        let out = self.member(name);
        out.push('[');
        for (position, item) in items.into_iter().enumerate() {
            if position > 0 {
                out.push(',');
            }
            write(item, out);
        }
        out.push(']');
    }

    pub(crate) fn value(&mut self, name: &'static str, value: &Value<'_>) {
        value.write(self.member(name));
    }

    /// Begins a member. Names are ours and plain.
    fn member(&mut self, name: &'static str) -> &mut String {
        debug_assert!(
            self.last.is_none_or(|last| by_name(last, name).is_lt()),
            "{name} comes behind {:?}",
            self.last
        );
        let begin = if self.last.is_some() { ",\"" } else { "\"" };
        self.last = Some(name);
        self.out.push_str(begin);
        self.out.push_str(name);
        self.out.push_str("\":");
        self.out
    }
}
