//! JSON pointers (RFC 6901), by which a text remembers where in the upstream's entity it stood.

/// `parent` extended by one segment, escaped.
pub(crate) fn join(parent: &str, segment: &str) -> String {
    let segment = segment.replace('~', "~0").replace('/', "~1");
    format!("{parent}/{segment}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    proptest! {
        #[test]
        fn a_pointer_leads_back_to_its_text(outer: String, inner: String, text: String) {
            let entity = json!({ outer.clone(): { inner.clone(): text.clone() } });
            let found = entity.pointer(&join(&join("", &outer), &inner));
            prop_assert_eq!(found, Some(&json!(text)));
        }
    }
}
