//! An entry as this program writes it: canonical JSON, read once from end to end.
//!
//! Everything that is not written so is left to a JSON library: white space, members in another order
//! or twice, fractions, and things of other types than entries have. What is read here that library
//! reads in the same way, and whatever it refuses is not read here.

use agent_assist_domain::canonical::plain_length;

use super::projection::{Attribution, Entry, Raw};

/// How deep things may lie in one another.
const DEEPEST: u8 = 32;

/// The entry that `text` is, if it is written in canonical form.
pub(super) fn entry(text: &str) -> Option<Entry<'_>> {
    let mut reader = Reader { text, at: 0 };
    let mut entry = Entry::default();
    reader.object(|reader, name| {
        match name {
            "prev" => entry.prev = reader.value()?,
            "prev_root" => entry.prev_root = reader.value()?,
            "at_us" => entry.at_us = reader.value()?,
            "event" => entry.event = reader.value()?,
            "tenant" => entry.tenant = reader.value()?,
            "request_id" => entry.request_id = reader.value()?,
            "session_id" => entry.session_id = reader.value()?,
            "conversation_id" => entry.conversation_id = reader.value()?,
            "agent" => reader.attribution(&mut entry.agent)?,
            "queue" => reader.attribution(&mut entry.queue)?,
            "adoption" => reader.object(|reader, name| {
                match name {
                    "recommendation_id" => entry.adoption.recommendation_id = reader.value()?,
                    _ => reader.skip(DEEPEST)?,
                }
                Some(())
            })?,
            "forward" => reader.object(|reader, name| {
                let forward = &mut entry.forward;
                match name {
                    "recommendation_id" => forward.recommendation_id = reader.value()?,
                    "upstream_status" => forward.upstream_status = reader.value()?,
                    "upstream_correlation_id" => {
                        forward.upstream_correlation_id = reader.value()?
                    }
                    _ => reader.skip(DEEPEST)?,
                }
                Some(())
            })?,
            "scope" => reader.object(|reader, name| {
                match name {
                    "dialect" => entry.scope.dialect = reader.value()?,
                    "limit" => entry.scope.limit = reader.value()?,
                    "offset" => entry.scope.offset = reader.value()?,
                    _ => reader.skip(DEEPEST)?,
                }
                Some(())
            })?,
            "fetch" => reader.object(|reader, name| {
                let fetch = &mut entry.fetch;
                match name {
                    "cache_status" => fetch.cache_status = reader.value()?,
                    "latency_us" => fetch.latency_us = reader.value()?,
                    "counts" => reader.object(|reader, name| {
                        match name {
                            "total_received" => fetch.counts.total_received = reader.value()?,
                            "total_returned" => fetch.counts.total_returned = reader.value()?,
                            _ => reader.skip(DEEPEST)?,
                        }
                        Some(())
                    })?,
                    "upstream_status" => fetch.upstream_status = reader.value()?,
                    "upstream_correlation_id" => fetch.upstream_correlation_id = reader.value()?,
                    "error" => fetch.error = reader.value()?,
                    "degraded_reason" => fetch.degraded_reason = reader.value()?,
                    "empty_reason" => fetch.empty_reason = reader.value()?,
                    _ => reader.skip(DEEPEST)?,
                }
                Some(())
            })?,
            _ => reader.skip(DEEPEST)?,
        }
        Some(())
    })?;
    (reader.at == text.len()).then_some(entry)
}

/// What is read, and how far. Every method is `None` where something else stands there.
struct Reader<'e> {
    text: &'e str,
    at: usize,
}

impl<'e> Reader<'e> {
    /// An object, of which `member` reads what comes behind each name.
    fn object(&mut self, mut member: impl FnMut(&mut Self, &'e str) -> Option<()>) -> Option<()> {
        self.take(b'{')?;
        if self.take(b'}').is_some() {
            return Some(());
        }
        let mut before = None;
        loop {
            let name = self.name()?;
            // Names in the order of their bytes stand there once.
            if before.is_some_and(|before| before >= name) {
                return None;
            }
            before = Some(name);
            self.take(b':')?;
            member(self, name)?;
            match self.next()? {
                b',' => {}
                b'}' => return Some(()),
                _ => return None,
            }
        }
    }

    fn attribution(&mut self, found: &mut Attribution<'e>) -> Option<()> {
        self.object(|reader, name| {
            match name {
                "id" => found.id = reader.value()?,
                "origin" => found.origin = reader.value()?,
                _ => reader.skip(DEEPEST)?,
            }
            Some(())
        })
    }

    /// A value, as it is written.
    fn value(&mut self) -> Option<Raw<'e>> {
        let start = self.at;
        self.skip(DEEPEST)?;
        let raw = self.text.get(start..self.at)?;
        Some(Raw((raw != "null").then_some(raw)))
    }

    /// A name without escapes.
    fn name(&mut self) -> Option<&'e str> {
        self.take(b'"')?;
        let start = self.at;
        self.at += plain_length(self.rest());
        let name = self.text.get(start..self.at)?;
        self.take(b'"')?;
        Some(name)
    }

    /// Passes over a value in which things lie `depth` deep at most.
    fn skip(&mut self, depth: u8) -> Option<()> {
        match self.peek()? {
            b'"' => self.string(),
            b'{' => self.nested(depth, b'}', |reader, depth| {
                reader.string()?;
                reader.take(b':')?;
                reader.skip(depth)
            }),
            b'[' => self.nested(depth, b']', Self::skip),
            b'-' | b'0'..=b'9' => self.number(),
            b'n' => self.word(b"null"),
            b't' => self.word(b"true"),
            b'f' => self.word(b"false"),
            _ => None,
        }
    }

    /// Passes over a bracket, what `each` passes over with commas between, and the bracket `end`.
    fn nested(
        &mut self,
        depth: u8,
        end: u8,
        each: impl Fn(&mut Self, u8) -> Option<()>,
    ) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        self.at += 1;
        if self.take(end).is_some() {
            return Some(());
        }
        loop {
            each(self, depth)?;
            match self.next()? {
                b',' => {}
                byte if byte == end => return Some(()),
                _ => return None,
            }
        }
    }

    fn string(&mut self) -> Option<()> {
        self.take(b'"')?;
        loop {
            self.at += plain_length(self.rest());
            match self.next()? {
                b'"' => return Some(()),
                b'\\' => self.escape()?,
                _ => return None,
            }
        }
    }

    /// What stands behind a backslash.
    fn escape(&mut self) -> Option<()> {
        match self.next()? {
            b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => Some(()),
            b'u' => {
                let digits = self.rest().get(..4)?;
                self.at += digits.len();
                digits.iter().all(u8::is_ascii_hexdigit).then_some(())
            }
            _ => None,
        }
    }

    /// A whole number. What else a number may have behind it is no end of a value.
    fn number(&mut self) -> Option<()> {
        // It may be none.
        let _ = self.take(b'-');
        let digits = self.rest().iter().take_while(|byte| byte.is_ascii_digit());
        let count = digits.count();
        let is_number = count == 1 || (count > 1 && self.peek() != Some(b'0'));
        self.at += count;
        is_number.then_some(())
    }

    fn word(&mut self, word: &[u8]) -> Option<()> {
        self.rest().starts_with(word).then(|| self.at += word.len())
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'e [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use agent_assist_domain::audit::Predecessor;
    use agent_assist_domain::time::Timestamp;
    use agent_assist_testkit::build::{adoption_entry, fetch_entry, findings_entry};
    use proptest::prelude::*;
    use proptest::sample::{Index, select};
    use serde_json::{Map, Value, json};

    use super::*;

    /// Entries as the log has them.
    static ENTRIES: LazyLock<Vec<String>> = LazyLock::new(|| {
        let at = Timestamp::from_micros(1_767_600_000_000_000);
        let all = [
            fetch_entry("r-1", at),
            adoption_entry("r-2", "item \"1\"\n", at),
            findings_entry("r-3", at),
        ];
        let behind = Predecessor::Record([7; 32]);
        all.iter().map(|entry| entry.to_chained(&behind)).collect()
    });

    /// Whether it is read here; as the library reads it, if so.
    fn is_read_alike(text: &str) -> bool {
        let Some(entry) = entry(text) else {
            return false;
        };
        assert_eq!(Some(entry), Entry::parse_any(text), "{text}");
        true
    }

    /// Names that mean something somewhere in an entry, and some that do not.
    fn any_name() -> impl Strategy<Value = String> {
        const NAMES: [&str; 22] = [
            "adoption",
            "agent",
            "at_us",
            "cache_status",
            "conversation_id",
            "counts",
            "dialect",
            "error",
            "event",
            "fetch",
            "forward",
            "id",
            "limit",
            "origin",
            "prev",
            "prev_root",
            "queue",
            "recommendation_id",
            "scope",
            "tenant",
            "total_received",
            "upstream_status",
        ];
        prop_oneof![
            8 => select(&NAMES[..]).prop_map(str::to_owned),
            1 => "[a-zé\"\\\\\n]{0,9}",
        ]
    }

    fn any_object() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "[ -~]{0,20}".prop_map(Value::from),
            any::<String>().prop_map(Value::from),
            Just(json!(0.5)),
        ];
        leaf.prop_recursive(4, 60, 12, |inner| {
            let members = prop::collection::btree_map(any_name(), inner.clone(), 0..12);
            prop_oneof![
                4 => members.prop_map(|members| Value::from(Map::from_iter(members))),
                1 => prop::collection::vec(inner, 0..4).prop_map(Value::from),
            ]
        })
    }

    #[test]
    fn what_this_program_writes_is_read_here() {
        for text in ENTRIES.iter() {
            assert!(is_read_alike(text), "{text}");
        }
    }

    #[test]
    fn what_is_not_canonical_is_left_to_the_library() {
        for text in [
            "",
            "{",
            "[]",
            " {}",
            "{} ",
            "{}{}",
            r#"{"tenant":"t","event":"e"}"#,
            r#"{"tenant":"t","tenant":"u"}"#,
            r#"{"at_us":1.0}"#,
            r#"{"at_us":1e3}"#,
            r#"{"at_us":01}"#,
            r#"{"at_us":-}"#,
            r#"{"agent":null}"#,
            r#"{"agent":["a","b"]}"#,
            r#"{"event":"\x"}"#,
            r#"{"event":"\u12g4"}"#,
            r#"{"ev\u0065nt":"e"}"#,
            "{\"event\":\"a\tb\"}",
            r#"{"a":1,}"#,
            r#"{"a":[1,]}"#,
            r#"{"a":nul}"#,
        ] {
            assert!(!is_read_alike(text), "{text}");
        }
    }

    proptest! {
        /// Objects of all kinds, with names in canonical order.
        #[test]
        fn any_json_is_read_as_the_library_reads_it(object in any_object()) {
            is_read_alike(&object.to_string());
        }

        /// A stretch of an entry put in the place of another, or nothing, or something.
        #[test]
        fn a_mutilated_entry_is_read_as_the_library_reads_it(
            which in any::<Index>(),
            [begin, end, from, to] in any::<[Index; 4]>(),
            some in prop_oneof![Just(None), "[{}\\[\\],:\"\\\\0-9enu -]{0,6}".prop_map(Some)],
        ) {
            let text = which.get(&ENTRIES);
            let place = |index: Index| text.floor_char_boundary(index.index(text.len() + 1));
            let (begin, end) = (place(begin), place(end));
            let (from, to) = (place(from), place(to));
            let other = &text[from.min(to)..from.max(to)];
            let middle = some.as_deref().unwrap_or(other);
            let (begin, end) = (begin.min(end), begin.max(end));
            is_read_alike(&format!("{}{middle}{}", &text[..begin], &text[end..]));
        }

        /// A byte in the place of another, which leaves most of an entry as it was.
        #[test]
        fn an_entry_with_another_byte_is_read_as_the_library_reads_it(
            which in any::<Index>(),
            at in any::<Index>(),
            byte in prop_oneof![select(&b"{}[],:\"\\0-n9 e."[..]), 0_u8..0x80],
        ) {
            let mut bytes = which.get(&ENTRIES).clone().into_bytes();
            *at.get_mut(&mut bytes) = byte;
            if let Ok(text) = String::from_utf8(bytes) {
                is_read_alike(&text);
            }
        }
    }
}
