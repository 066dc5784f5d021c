//! An entry as this program writes it: canonical JSON, read once from end to end.
//!
//! Everything that is not written so is left to a JSON library: white space, members in another order
//! or twice, fractions, and things of other types than entries have. What is read here that library
//! reads in the same way, and whatever it refuses is not read here.

use agent_assist_domain::canonical::Reader;

use super::projection::{Attribution, Entry, Raw};

/// The entry that `text` is, if it is written in canonical form.
pub(super) fn entry(text: &str) -> Option<Entry<'_>> {
    let mut reader = Reader::new(text);
    let mut entry = Entry::default();
    reader.object(|reader, name| {
        match name {
            "prev" => entry.prev = value(reader)?,
            "prev_root" => entry.prev_root = value(reader)?,
            "at_us" => entry.at_us = value(reader)?,
            "event" => entry.event = value(reader)?,
            "tenant" => entry.tenant = value(reader)?,
            "request_id" => entry.request_id = value(reader)?,
            "session_id" => entry.session_id = value(reader)?,
            "conversation_id" => entry.conversation_id = value(reader)?,
            "agent" => attribution(reader, &mut entry.agent)?,
            "queue" => attribution(reader, &mut entry.queue)?,
            "adoption" => reader.object(|reader, name| {
                match name {
                    "recommendation_id" => entry.adoption.recommendation_id = value(reader)?,
                    _ => reader.skip()?,
                }
                Some(())
            })?,
            "forward" => reader.object(|reader, name| {
                let forward = &mut entry.forward;
                match name {
                    "recommendation_id" => forward.recommendation_id = value(reader)?,
                    "upstream_status" => forward.upstream_status = value(reader)?,
                    "upstream_correlation_id" => forward.upstream_correlation_id = value(reader)?,
                    _ => reader.skip()?,
                }
                Some(())
            })?,
            "scope" => reader.object(|reader, name| {
                match name {
                    "dialect" => entry.scope.dialect = value(reader)?,
                    "limit" => entry.scope.limit = value(reader)?,
                    "offset" => entry.scope.offset = value(reader)?,
                    _ => reader.skip()?,
                }
                Some(())
            })?,
            "fetch" => reader.object(|reader, name| {
                let fetch = &mut entry.fetch;
                match name {
                    "cache_status" => fetch.cache_status = value(reader)?,
                    "latency_us" => fetch.latency_us = value(reader)?,
                    "counts" => reader.object(|reader, name| {
                        match name {
                            "total_received" => fetch.counts.total_received = value(reader)?,
                            "total_returned" => fetch.counts.total_returned = value(reader)?,
                            _ => reader.skip()?,
                        }
                        Some(())
                    })?,
                    "upstream_status" => fetch.upstream_status = value(reader)?,
                    "upstream_correlation_id" => fetch.upstream_correlation_id = value(reader)?,
                    "error" => fetch.error = value(reader)?,
                    "degraded_reason" => fetch.degraded_reason = value(reader)?,
                    "empty_reason" => fetch.empty_reason = value(reader)?,
                    _ => reader.skip()?,
                }
                Some(())
            })?,
            _ => reader.skip()?,
        }
        Some(())
    })?;
    reader.is_at_end().then_some(entry)
}

fn attribution<'e>(reader: &mut Reader<'e>, found: &mut Attribution<'e>) -> Option<()> {
    reader.object(|reader, name| {
        match name {
            "id" => found.id = value(reader)?,
            "origin" => found.origin = value(reader)?,
            _ => reader.skip()?,
        }
        Some(())
    })
}

/// A value as it is written; none where that is `null`.
fn value<'e>(reader: &mut Reader<'e>) -> Option<Raw<'e>> {
    let raw = reader.value()?;
    Some(Raw((raw != "null").then_some(raw)))
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
