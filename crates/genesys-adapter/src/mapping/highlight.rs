//! Finds the stretch of a snippet that the platform marked as the answer.
//!
//! The platform gives offsets without saying into which text, nor in which unit. So a stretch is
//! believed only if it reads exactly as the answer does, counted in UTF-16 units, as the platform's
//! own runtime counts, or in characters. Otherwise there is no highlight: a wrong one misleads.

use std::ops::Range;

use agent_assist_domain::recommendation::{Role, TextPart};
use agent_assist_genesys_wire::KnowledgeAnswer;

/// Marks the answer in the first body part that holds it at the given offsets. Says whether there
/// is one.
pub(super) fn mark(parts: &mut [TextPart], answer: &KnowledgeAnswer) -> bool {
    let (Some(text), Some(start), Some(end)) = (
        answer.answer.as_deref(),
        answer.start_index,
        answer.end_index,
    ) else {
        return false;
    };
    let (Ok(start), Ok(end)) = (usize::try_from(start), usize::try_from(end)) else {
        return false;
    };
    let mut snippets = parts.iter_mut().filter(|part| part.role == Role::Body);
    let found = snippets.find_map(|part| {
        let range = stretch(&part.text, start, end, text)?;
        Some((part, range))
    });
    let Some((part, range)) = found else {
        return false;
    };
    part.highlight = Some(range);
    true
}

/// The bytes of `text` between two offsets, if they read `expected`.
fn stretch(text: &str, start: usize, end: usize, expected: &str) -> Option<Range<usize>> {
    let units: [fn(char) -> usize; 2] = [char::len_utf16, |_| 1];
    units
        .into_iter()
        .filter_map(|unit| Some(byte_at(text, start, unit)?..byte_at(text, end, unit)?))
        .find(|range| !range.is_empty() && text.get(range.clone()) == Some(expected))
}

/// The byte at which the `offset`th unit of `text` begins; its length just after the last one.
fn byte_at(text: &str, offset: usize, unit: fn(char) -> usize) -> Option<usize> {
    let mut passed = 0;
    for (byte, c) in text.char_indices() {
        if passed >= offset {
            return (passed == offset).then_some(byte);
        }
        passed += unit(c);
    }
    (passed == offset).then_some(text.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_stretch_is_found_in_either_unit(before: String, answer in ".{1,20}", after: String) {
            let text = format!("{before}{answer}{after}");
            let bytes = before.len()..before.len() + answer.len();
            for unit in [|s: &str| s.encode_utf16().count(), |s: &str| s.chars().count()] {
                let start = unit(&before);
                let found = stretch(&text, start, start + unit(&answer), &answer);
                prop_assert_eq!(found.map(|range| text[range].to_owned()), Some(answer.clone()));
            }
            prop_assert_eq!(&text[bytes], &answer);
        }

        #[test]
        fn any_offsets_are_judged_without_panic(text: String, start: usize, end: usize, answer: String) {
            if let Some(range) = stretch(&text, start, end, &answer) {
                prop_assert_eq!(&text[range], &answer);
            }
        }
    }

    #[test]
    fn offsets_that_read_otherwise_mark_nothing() {
        let mut parts = [TextPart {
            pointer: "/x".to_owned(),
            role: Role::Body,
            text: "Refunds take 30 days.".to_owned(),
            highlight: None,
        }];
        let mut answer = KnowledgeAnswer {
            answer: Some("30 days".to_owned()),
            start_index: Some(12),
            end_index: Some(19),
        };
        assert!(!mark(&mut parts, &answer));
        assert_eq!(parts[0].highlight, None);
        answer.start_index = Some(-1);
        assert!(!mark(&mut parts, &answer));
        assert_eq!(parts[0].highlight, None);
        (answer.start_index, answer.end_index) = (Some(13), Some(20));
        assert!(mark(&mut parts, &answer));
        assert_eq!(parts[0].highlight, Some(13..20));
    }
}
