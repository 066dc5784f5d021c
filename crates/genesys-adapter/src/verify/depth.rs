//! Measures how deep JSON nests without parsing it: brackets outside strings are counted in one
//! pass over the bytes, with no recursion and no allocation. Whether it is JSON at all is for the
//! parser to say afterwards.

/// Whether `json` opens more than `max` arrays and objects within each other.
pub(super) fn exceeds(json: &[u8], max: usize) -> bool {
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut escaped = false;
    for &byte in json {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
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
