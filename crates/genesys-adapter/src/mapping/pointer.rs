//! JSON pointers (RFC 6901), by which a text remembers where in the upstream's entity it stood.

/// `parent` extended by one segment, escaped.
pub(crate) fn join(parent: &str, segment: &str) -> String {
    let segment = segment.replace('~', "~0").replace('/', "~1");
    format!("{parent}/{segment}")
}

/// `parent` extended by a place in an array.
pub(crate) fn at(parent: &str, index: usize) -> String {
    let mut pointer = String::with_capacity(parent.len() + 4);
    pointer.push_str(parent);
    pointer.push('/');
    // Nearly all have one digit, for which formatting takes longer than everything else here.
    match u32::try_from(index)
        .ok()
        .and_then(|index| char::from_digit(index, 10))
    {
        Some(digit) => pointer.push(digit),
        None => pointer.push_str(&index.to_string()),
    }
    pointer
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_place_in_an_array_is_a_segment() {
        for index in [0, 9, 10, 255] {
            assert_eq!(at("/a", index), join("/a", &index.to_string()));
        }
    }

    proptest! {
        #[test]
        fn a_pointer_leads_back_to_its_text(outer: String, inner: String, text: String) {
            let entity = json!({ outer.clone(): { inner.clone(): text.clone() } });
            let found = entity.pointer(&join(&join("", &outer), &inner));
            prop_assert_eq!(found, Some(&json!(text)));
        }
    }
}
