//! What must hold for every text: the properties that libFuzzer and `random` try to break.
//!
//! A property that does not hold panics, with the text in the message.

use std::sync::LazyLock;

use agent_assist_pii::{Scanner, SubjectTerms, mask};

static SCANNER: LazyLock<Scanner> = LazyLock::new(Scanner::new);

/// Findings are sorted, apart, not empty and on character boundaries, and an explanation names
/// every one of them.
pub fn scan(text: &str) {
    let nobody = SubjectTerms::none();
    let findings = SCANNER.scan(text, &nobody);
    let mut from = 0;
    for finding in &findings {
        assert!(
            from <= finding.start && finding.start < finding.end,
            "{findings:?} in {text:?}"
        );
        assert!(
            text.get(finding.start..finding.end).is_some(),
            "{finding:?} in {text:?}"
        );
        from = finding.end;
    }
    let explained = SCANNER.explain(text, &nobody);
    for finding in &findings {
        let is_explained = explained.considered.iter().any(|considered| {
            considered.entity == finding.entity
                && finding.start <= considered.start
                && considered.end <= finding.end
        });
        assert!(is_explained, "{finding:?} in {text:?}");
    }
}

/// What is masked scans clean, and masking it again changes nothing. The lines before the first
/// NUL, if there is one, are what is known of the customer.
pub fn mask_twice(input: &str) {
    let (terms, text) = input.split_once('\0').unwrap_or(("", input));
    let subject = SubjectTerms::new(terms.lines());
    let masked = mask(text, &SCANNER.scan(text, &subject));
    let left = SCANNER.scan(masked.text(), &subject);
    assert!(
        left.is_empty(),
        "{left:?} left in {:?} of {text:?} with {terms:?}",
        masked.text()
    );
    for at in 0..=text.len() {
        if let Some(mapped) = masked.map_offset(at) {
            assert!(masked.text().is_char_boundary(mapped), "{at} in {text:?}");
        }
    }
}
