//! What a policy changes: what is looked for, contacts that stay readable, and what is said of a
//! policy that cannot work.
//!
//! Expected values are written as the masked sentence, so that a row reads as what a user sees.

mod policy_rows;

use std::collections::BTreeSet;

use agent_assist_pii::{
    AllowList, Confidence, Entity, Locale, Operator, Outcome, OwnRule, Policy, Scanner,
    SubjectTerms,
};
use proptest::prelude::*;

use policy_rows::{check, masked, scanner};

/// Where a policy has mistakes.
fn mistakes(policy: &str) -> Vec<String> {
    let error = Policy::from_toml(policy).expect_err("a policy with mistakes");
    let places = error.mistakes().iter().map(|mistake| mistake.at.clone());
    places.collect()
}

#[test]
fn entities_and_countries_and_thresholds_are_chosen() {
    let text = "card 4242 4242 4242 4242, ssn 123-45-6789, mail joe@x.org";
    for (policy, expected) in [
        ("", "card [CREDIT_CARD], ssn [US_SSN], mail [EMAIL_ADDRESS]"),
        (
            "entities = ['EMAIL_ADDRESS']",
            "card 4242 4242 4242 4242, ssn 123-45-6789, mail [EMAIL_ADDRESS]",
        ),
        (
            "without = ['EMAIL_ADDRESS']",
            "card [CREDIT_CARD], ssn [US_SSN], mail joe@x.org",
        ),
        (
            "locales = ['GB', 'de']",
            "card [CREDIT_CARD], ssn 123-45-6789, mail [EMAIL_ADDRESS]",
        ),
        (
            "thresholds.CREDIT_CARD = 100",
            "card 4242 4242 4242 4242, ssn [US_SSN], mail [EMAIL_ADDRESS]",
        ),
        (
            "threshold = 100\nthresholds = { EMAIL_ADDRESS = 10, US_SSN = 10, CREDIT_CARD = 10 }",
            "card [CREDIT_CARD], ssn [US_SSN], mail [EMAIL_ADDRESS]",
        ),
    ] {
        check(policy, &[(text, expected)]);
    }
}

#[test]
fn home_regions_tell_where_telephone_numbers_come_from() {
    // Nine digits in threes are a Spanish number and no American one.
    let text = "call 612 34 56 78";
    check("phone_regions = ['ES']", &[(text, "call [PHONE_NUMBER]")]);
    let explained = |policy: &str| {
        let explanation = scanner(policy).explain("612 34 56 78", &SubjectTerms::none());
        let mut considered = explanation.considered.into_iter();
        let phone = considered.find(|considered| considered.entity == Entity::PhoneNumber);
        phone.map(|phone| phone.confidence)
    };
    assert_ne!(
        explained("phone_regions = ['ES']"),
        explained("phone_regions = ['US']")
    );
    assert_eq!(
        mistakes("phone_regions = ['ES', 'AQ']"),
        ["phone_regions.AQ"]
    );
}

#[test]
fn contacts_of_the_organisation_stay_readable() {
    let policy = r#"
        [allow]
        phones = ["+1 800 555 0199"]
        emails = ["Help@partner.org"]
        domains = ["example.com"]
        accounts = ["GB82 WEST 1234 5698 7654 32"]
        values = ["123-45-6789"]
        "#;
    check(
        policy,
        &[
            (
                "call 1-800-555-0199 or (800) 555-0199",
                "call 1-800-555-0199 or (800) 555-0199",
            ),
            ("call 1-800-555-0198", "call [PHONE_NUMBER]"),
            (
                "help@PARTNER.org, joe@partner.org",
                "help@PARTNER.org, [EMAIL_ADDRESS]",
            ),
            (
                "a@example.com a@mail.example.com",
                "a@example.com a@mail.example.com",
            ),
            (
                "a@notexample.com a@example.com.org",
                "[EMAIL_ADDRESS] [EMAIL_ADDRESS]",
            ),
            (
                "ssn 123 45 6789 but 123-45-6780",
                "ssn 123 45 6789 but [US_SSN]",
            ),
        ],
    );
    let subject = SubjectTerms::new(["a@example.com", "+1 800 555 0199"]);
    assert_eq!(
        masked(
            &scanner(policy),
            "a@example.com, b@example.com, 800 555 0199",
            &subject
        ),
        "[SUBJECT_TERM], b@example.com, [SUBJECT_TERM]",
        "what is known of the customer wins"
    );
}

#[test]
fn what_opens_a_door_is_no_contact() {
    check(
        r#"
        allow = { emails = ["open@sesame.org"], values = ["demo@demo.org"] }
        rules = [{ name = "password", entity = "PASSWORD", regex = '\bpw=(\S+)' }]
        "#,
        &[
            ("open@sesame.org", "open@sesame.org"),
            ("pw=open@sesame.org", "pw=[PASSWORD]"),
            ("pw=demo@demo.org", "pw=demo@demo.org"),
        ],
    );
}

#[test]
fn an_explanation_tells_what_became_of_everything() {
    let scanner = scanner(
        r#"
        without = ["US_SSN"]
        thresholds.CREDIT_CARD = 100
        allow.domains = ["example.com"]

        [[rules]]
        name = "half"
        entity = "HALF"
        regex = "oe@x"
        confidence = 60
        "#,
    );
    let text = "card 4242 4242 4242 4242, ssn 123-45-6789, a@example.com, joe@x.org [NAME]";
    let explanation = scanner.explain(text, &SubjectTerms::none());
    let outcome = |entity: &Entity| {
        let mut considered = explanation.considered.iter();
        let found = considered.find(|considered| considered.entity == *entity);
        found.map(|found| (&text[found.start..found.end], found.outcome.clone()))
    };
    let least = Confidence::CERTAIN;
    assert_eq!(
        [
            outcome(&Entity::CreditCard),
            outcome(&Entity::UsSsn),
            outcome(&Entity::EmailAddress),
            outcome(&"HALF".parse().expect("a name")),
        ],
        [
            Some(("4242 4242 4242 4242", Outcome::BelowThreshold { least })),
            Some(("123-45-6789", Outcome::NotWanted)),
            Some(("a@example.com", Outcome::Allowed)),
            Some(("oe@x", Outcome::Found)),
        ]
    );
    assert_eq!(&text[explanation.masked[0].clone()], "[NAME]");
    let found: Vec<_> = explanation
        .considered
        .iter()
        .filter(|considered| considered.outcome == Outcome::Found)
        .map(|considered| (considered.start, considered.end))
        .collect();
    let start = text.find("oe@x").expect("the rule's own find");
    assert_eq!(found, [(start, start + 4)]);
}

#[test]
fn all_mistakes_are_told_at_once_and_where_they_are() {
    assert_eq!(
        mistakes(
            r#"
            entities = ["EMAIL", "CREDIT_CARD"]
            thresholds = { CARD = 50 }

            [allow]
            phones = ["call us"]
            domains = ["https://example.com/"]

            [operators]
            CVV = "token"
            CREDIT_CARD = { partial = 6 }

            [[rules]]
            name = "Loyalty Card"
            entity = "CREDIT_CARD"
            regex = "(unclosed"

            [[rules]]
            name = "empty"
            entity = "CREDIT_CARD"
            regex = "x*"
            validator = "loon"

            [[rules]]
            name = "blank"
            entity = "OWN"

            [[rules]]
            name = "blank"
            entity = "SUBJECT_TERM"
            regex = "(?:[a-z]{900}){900}"
            keywords = ["12"]
            labelled = 10
            "#
        ),
        [
            "thresholds.CARD",
            "entities.EMAIL",
            "rules.blank.entity",
            "rules.blank.entity",
            "operators.CREDIT_CARD",
            "operators.CVV",
            "allow.phones[0]",
            "allow.domains[0]",
            "rules.Loyalty Card.name",
            "rules.Loyalty Card.regex",
            "rules.empty.validator",
            "rules.empty.regex",
            "rules.blank.keywords",
            "rules.blank",
            "rules.blank.entity",
            "rules.blank.labelled",
            "rules.blank.keywords",
            "rules.blank.regex",
        ]
    );
}

#[test]
fn what_cannot_be_read_is_told_by_line() {
    for (policy, expected) in [
        (
            "\nthreshold = 101",
            "line 2, column 13: invalid value: integer `101`, expected a whole number of percent, 0 to 100",
        ),
        (
            "treshold = 10",
            "line 1, column 1: unknown field `treshold`",
        ),
        (
            "threshold = 0.5",
            "line 1, column 13: invalid type: floating point `0.5`, expected a whole number of percent, 0 to 100",
        ),
        (
            "locales = ['UK']",
            "line 1, column 11: `UK`: a country is two letters of ISO 3166-1, such as US or GB",
        ),
        (
            "without = ['email']",
            "line 1, column 11: `email`: an entity is named in upper-case letters",
        ),
        (
            "[operators]\ndefault = 'hide'",
            "unknown variant `hide`, expected one of `tag`, `redact`, `partial`, `token`",
        ),
        (
            "[operators]\ndefualt = 'tag'",
            "`defualt`: an entity is named in upper-case letters",
        ),
        ("[[rules]]\nname = 'x'", "missing field `entity`"),
        ("[allow]\nphone = []", "unknown field `phone`"),
        ("= 1", "line 1, column 1: "),
    ] {
        let error = Policy::from_toml(policy)
            .expect_err("a mistake")
            .to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn the_policy_of_the_readme_works() {
    let readme = include_str!("../README.md");
    let policy = readme.split("```toml").nth(1).expect("a policy");
    let scanner = scanner(policy.split("```").next().unwrap_or_default());
    assert_eq!(
        masked(
            &scanner,
            "bonus card LC-79927398, help@partner.org",
            &SubjectTerms::none()
        ),
        "bonus card LC-[LOYALTY_CARD], help@partner.org"
    );
}

#[test]
fn the_fingerprint_changes_with_everything_in_a_policy() {
    let entity: Entity = "OWN".parse().expect("a name");
    let rule = || OwnRule::new("own", "OWN".parse().expect("a name"), "x");
    let changes: &[&dyn Fn(&mut Policy)] = &[
        &|_| (),
        &|p| p.threshold = Confidence::from_percent(51),
        &|p| p.thresholds = [(Entity::Cvv, Confidence::CERTAIN)].into(),
        &|p| p.thresholds = [(Entity::Pin, Confidence::CERTAIN)].into(),
        &|p| p.entities = Some(BTreeSet::new()),
        &|p| p.entities = Some([Entity::Pin].into()),
        &|p| p.without = [Entity::Pin].into(),
        &|p| p.locales = Some(BTreeSet::new()),
        &|p| p.locales = Some([Locale::new("US").expect("a country")].into()),
        &|p| p.phone_regions = vec![Locale::new("US").expect("a country")],
        &|p| {
            p.allow = AllowList {
                phones: ["ab".to_owned()].into(),
                ..AllowList::default()
            }
        },
        &|p| {
            p.allow = AllowList {
                emails: ["ab".to_owned()].into(),
                ..AllowList::default()
            }
        },
        &|p| {
            p.allow = AllowList {
                values: ["ab".to_owned()].into(),
                ..AllowList::default()
            }
        },
        &|p| {
            p.allow = AllowList {
                values: ["a".to_owned(), "b".to_owned()].into(),
                ..AllowList::default()
            }
        },
        &|p| p.rules = vec![rule()],
        &|p| p.rules = vec![rule(), rule()],
        &|p| {
            p.rules = vec![OwnRule {
                regex: None,
                ..rule()
            }];
        },
        &|p| {
            p.rules = vec![OwnRule {
                keywords: vec!["k".to_owned()],
                ..rule()
            }];
        },
        &|p| {
            p.rules = vec![OwnRule {
                negative_keywords: vec!["k".to_owned()],
                ..rule()
            }];
        },
        &|p| {
            p.rules = vec![OwnRule {
                validator: Some("luhn".to_owned()),
                ..rule()
            }];
        },
        &|p| {
            p.rules = vec![OwnRule {
                confidence: Confidence::CERTAIN,
                ..rule()
            }];
        },
        &|p| {
            p.rules = vec![OwnRule {
                labelled: Some(Confidence::CERTAIN),
                ..rule()
            }];
        },
        &|p| {
            p.rules = vec![OwnRule {
                ignore_case: true,
                ..rule()
            }];
        },
        &|p| p.operators.default = Operator::Redact,
        &|p| p.operators.default = Operator::Partial { last: 4 },
        &|p| p.operators.default = Operator::Partial { last: 2 },
        &|p| p.operators.by_entity = [(entity.clone(), Operator::Redact)].into(),
    ];
    let fingerprints: BTreeSet<_> = changes
        .iter()
        .map(|change| {
            let mut policy = Policy::default();
            change(&mut policy);
            policy.fingerprint()
        })
        .collect();
    assert_eq!(fingerprints.len(), changes.len());
    assert_eq!(
        Policy::default().fingerprint(),
        Policy::default().fingerprint()
    );
}

#[test]
fn a_policy_shows_none_of_its_contacts_and_words() {
    let policy = Policy::from_toml(
        r#"
        allow.emails = ["crystal@partner.org"]
        allow.phones = ["+1 800 555 0199"]
        [[rules]]
        name = "names"
        entity = "NAME"
        keywords = ["Crystal Minh"]
        "#,
    )
    .expect("a policy");
    let scanner = Scanner::with_policy(policy.clone()).expect("a policy");
    for debug in [format!("{policy:?}"), format!("{scanner:?}")] {
        let debug = debug.to_lowercase();
        for secret in ["crystal", "partner", "555", "0199"] {
            assert!(!debug.contains(secret), "{secret} in {debug}");
        }
    }
}

proptest! {
    #[test]
    fn any_text_at_all_can_be_read_as_a_policy(text in "\\PC{0,60}") {
        let _ = Policy::from_toml(&text);
    }
}
