//! Measures how deep JSON nests without parsing it: brackets outside strings are counted in one
//! pass over the bytes, with no recursion and no allocation. Whether it is JSON at all is for the
//! parser to say afterwards.

use memchr::memchr2;

/// Whether `json` opens more than `max` arrays and objects within each other. Strings, which are most of
/// it, are passed over at the speed of memory.
pub(super) fn exceeds(json: &[u8], max: usize) -> bool {
    let mut depth = 0_usize;
    let mut rest = json;
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        match byte {
            b'"' => rest = behind_string(rest),
            b'[' | b'{' => {
                depth += 1;
                if depth > max {
                    return true;
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

/// What comes behind the string in which `json` begins; nothing if it does not end.
fn behind_string(mut json: &[u8]) -> &[u8] {
    while let Some(at) = memchr2(b'"', b'\\', json) {
        let is_end = json[at] == b'"';
        // Whatever is escaped ends no string.
        let behind = if is_end { at + 1 } else { at + 2 };
        json = json.get(behind..).unwrap_or_default();
        if is_end {
            return json;
        }
    }
    &[]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    fn depth_of(value: &Value) -> usize {
        match value {
            Value::Array(items) => 1 + items.iter().map(depth_of).max().unwrap_or(0),
            Value::Object(fields) => 1 + fields.values().map(depth_of).max().unwrap_or(0),
            _ => 0,
        }
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            any::<String>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from)
        ];
        leaf.prop_recursive(8, 64, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec((any::<String>(), inner), 0..4)
                    .prop_map(|fields| Value::Object(fields.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_scan_agrees_with_a_parser(value in any_json(), max in 0..8_usize) {
            let text = value.to_string();
            prop_assert_eq!(exceeds(text.as_bytes(), max), depth_of(&value) > max);
        }
    }

    #[test]
    fn brackets_in_strings_do_not_count() {
        let value = json!({"text": "[[[[ \\\" {{{{"}).to_string();
        assert!(!exceeds(value.as_bytes(), 1));
        assert!(exceeds("[".repeat(10_000).as_bytes(), 64));
    }
}
