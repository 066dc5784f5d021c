//! How rows are checked.

use std::sync::LazyLock;

use agent_assist_pii::{Scanner, SubjectTerms, mask};

/// A scanner with all rules that are built in.
pub(crate) static SCANNER: LazyLock<Scanner> = LazyLock::new(Scanner::new);

/// The mask of a text whose subject nobody knows.
pub(crate) fn masked(text: &str) -> String {
    mask(text, &SCANNER.scan(text, &SubjectTerms::none())).into_text()
}

/// Checks all rows of a text and its mask at once, so that one run shows every row that fails.
pub(crate) fn check(rows: &[(&str, &str)]) {
    let wrong: Vec<String> = rows
        .iter()
        .map(|(text, expected)| (masked(text), *text, *expected))
        .filter(|(found, _, expected)| found != expected)
        .map(|(found, text, expected)| format!("{text:?}\n  is   {found:?}\n  not  {expected:?}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Checks texts in which nothing is to be found.
pub(crate) fn check_clean(texts: &[&str]) {
    let rows: Vec<_> = texts.iter().map(|text| (*text, *text)).collect();
    check(&rows);
}
