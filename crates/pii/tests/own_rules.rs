//! Rules of the user's own: what they find, that they are refused when they cannot work, and that
//! no rule and no text makes scanning slow or a finding ill-formed.
//!
//! Expected values are written as the masked sentence, so that a row reads as what a user sees.

mod policy_rows;

use agent_assist_pii::{Entity, OwnRule, Policy, Scanner, SubjectTerms, mask};
use proptest::prelude::*;

use policy_rows::{check, scanner};

#[test]
fn own_rules_find_by_expression_and_context() {
    check(
        r#"
        [[rules]]
        name = "loyalty"
        entity = "LOYALTY_CARD"
        regex = '\b(?:LC|Müller)-?(\d{6})\b'
        keywords = ["bonus card", "Bonuskarte", "会员"]
        negative_keywords = ["specimen"]
        confidence = 30
        labelled = 90
        ignore_case = true
        "#,
        &[
            ("bonus card LC-123456", "bonus card LC-[LOYALTY_CARD]"),
            ("Bonuskarte: lc123456", "Bonuskarte: lc[LOYALTY_CARD]"),
            (
                "bonus_card MÜLLER-123456",
                "bonus_card MÜLLER-[LOYALTY_CARD]",
            ),
            ("会员 LC-\u{FF11}23456.", "会员 LC-[LOYALTY_CARD]."),
            ("LC-123456", "LC-123456"),
            (
                "bonus card specimen LC-123456",
                "bonus card specimen LC-123456",
            ),
            ("bonus card LC-1234567", "bonus card LC-1234567"),
        ],
    );
}

#[test]
fn own_rules_find_words_and_check_digits() {
    check(
        r#"
        [[rules]]
        name = "project"
        entity = "PROJECT"
        keywords = ["Blue Heron", "Øresund"]

        [[rules]]
        name = "meter"
        entity = "METER_NUMBER"
        regex = 'M[0-9-]+'
        validator = "luhn"
        "#,
        &[
            ("about blue-heron today", "about [PROJECT] today"),
            (
                "the ØRESUND link, a blueish heron",
                "the [PROJECT] link, a blueish heron",
            ),
            ("blueheron", "[PROJECT]"),
        ],
    );
    // `luhn` takes digits only, and the expression's match begins with a letter.
    check(
        r#"
        [[rules]]
        name = "meter"
        entity = "METER_NUMBER"
        regex = 'M([0-9-]+)'
        validator = "luhn"
        "#,
        &[
            ("meter M7992739-8713", "meter M[METER_NUMBER]"),
            ("meter M79927398710", "meter M79927398710"),
        ],
    );
}

#[test]
fn a_rule_sees_neither_across_masks_nor_into_tags() {
    check(
        r#"
        [[rules]]
        name = "greedy"
        entity = "EVERYTHING"
        regex = '[A-Z_ ]{3,}|\d'
        "#,
        &[
            ("[CREDIT_CARD]", "[CREDIT_CARD]"),
            (
                "ABC[EMAIL]DEF 1",
                "[EVERYTHING][EMAIL][EVERYTHING][EVERYTHING]",
            ),
            ("abc def", "abc def"),
        ],
    );
}

#[test]
fn long_texts_are_searched_whole() {
    let scanner = scanner("rules = [{ name = 'k', entity = 'KEY', regex = '\\bk[0-9]{9}\\b' }]");
    for padding in 0..1_100 {
        let text = format!(
            "{}k123456789 é",
            "é".repeat(padding % 7) + &" ".repeat(padding)
        );
        let findings = scanner.scan(&text, &SubjectTerms::none());
        // Only what follows directly behind a letter is no word of its own.
        assert_eq!(
            findings.len(),
            usize::from(padding > 0 || text.starts_with('k')),
            "{padding}"
        );
        assert!(
            findings
                .iter()
                .all(|f| &text[f.start..f.end] == "k123456789")
        );
    }
}

#[test]
fn expressions_that_can_be_empty_or_are_too_large_are_refused() {
    for regex in [
        "",
        "a*",
        "a?",
        "a|",
        r"\b",
        "^",
        "$",
        "(?:)",
        "(a|b*)",
        r"\w{1000}",
        r"(?:.{99}){99}",
    ] {
        let mut policy = Policy::default();
        let entity = "OWN".parse().expect("a name");
        policy.rules.push(OwnRule::new("own", entity, regex));
        assert!(policy.check().is_err(), "{regex}");
        assert!(Scanner::with_policy(policy).is_err(), "{regex}");
    }
    let deep = format!("{}a{}", "(".repeat(40), ")".repeat(40));
    let long = "a".repeat(3_000);
    for regex in [deep, long] {
        let mut policy = Policy::default();
        policy.rules.push(OwnRule::new("own", Entity::Pin, regex));
        assert!(policy.check().is_err());
    }
}

/// An expression that tries far and falls back would take minutes here if every match let it look
/// at the whole rest of the text.
#[test]
fn a_rule_that_tries_far_and_falls_back_is_done_in_good_time() {
    let scanner = scanner("rules = [{ name = 'far', entity = 'FAR', regex = '.*[^A-Z]|[A-Z]' }]");
    let text = "A".repeat(64 << 10);
    let findings = scanner.scan(&text, &SubjectTerms::none());
    assert_eq!(findings.len(), text.len());
}

/// Texts and rules made for one another: what a rule tries for long and gives up again.
fn hostile() -> impl Strategy<Value = (String, String)> {
    let regex = prop::sample::select(vec![
        ".*[^A-Z]|[A-Z]",
        "(a*)*b",
        "(?:a|aa)+$",
        r"(\w+\s?)+!",
        "x*y|[x-z]",
        r"(?s)(.+)END",
        r"[^\n]+",
        r"(?i)(?:ä|ß|é)+",
        r"\b\w",
        ".",
    ]);
    let text = (
        prop::sample::select(vec!["A", "a", "x", "a ", "é", "1", "\u{FFFC}", "[NAME] a"]),
        0..1_500_usize,
    )
        .prop_map(|(unit, times)| unit.repeat(times));
    (regex.prop_map(str::to_owned), text)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn findings_of_any_own_rule_are_well_formed_and_masked_once((regex, text) in hostile(), tail in "\\PC{0,8}") {
        let text = text + &tail;
        let mut policy = Policy::default();
        policy.rules.push(OwnRule::new("own", "OWN_THING".parse().expect("a name"), regex));
        let scanner = Scanner::with_policy(policy).expect("a rule that works");
        let findings = scanner.scan(&text, &SubjectTerms::none());
        let mut from = 0;
        for finding in &findings {
            prop_assert!(from <= finding.start && finding.start < finding.end);
            prop_assert!(text.get(finding.start..finding.end).is_some());
            from = finding.end;
        }
        let masked = mask(&text, &findings);
        let left = scanner.scan(masked.text(), &SubjectTerms::none());
        prop_assert!(left.is_empty(), "{left:?} left in {:?}", masked.text());
    }
}
