//! How rows under a policy are checked.

use agent_assist_pii::{Policy, Scanner, SubjectTerms, mask};

/// A scanner under a policy written in TOML.
pub(crate) fn scanner(policy: &str) -> Scanner {
    let policy = Policy::from_toml(policy).expect("a policy without mistakes");
    Scanner::with_policy(policy).expect("a policy that was checked")
}

pub(crate) fn masked(scanner: &Scanner, text: &str, subject: &SubjectTerms) -> String {
    mask(text, &scanner.scan(text, subject)).into_text()
}

/// Checks rows of a text and its mask, and that the mask stays as it is.
pub(crate) fn check(policy: &str, rows: &[(&str, &str)]) {
    let scanner = scanner(policy);
    for (text, expected) in rows {
        let once = masked(&scanner, text, &SubjectTerms::none());
        assert_eq!(once, *expected, "{text}");
        let twice = masked(&scanner, &once, &SubjectTerms::none());
        assert_eq!(twice, once, "masked again");
    }
}
