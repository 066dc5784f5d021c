//! What finds are masked by: how it reads, that it tells no more than it should, and that it
//! scans clean whatever it is.

use std::sync::LazyLock;

use agent_assist_pii::{
    Action, Entity, Finding, Operator, Operators, OwnRule, Policy, Scanner, SubjectTerms, ValueKey,
    mask, mask_with, receipts,
};
use proptest::prelude::*;

/// The tokens expected below were computed with Python, as in `tests/receipts.rs`.
const KEY: ValueKey = ValueKey::from_bytes([7; 32]);

/// Finds loyalty cards besides everything else.
static SCANNER: LazyLock<Scanner> = LazyLock::new(|| {
    let mut policy = Policy::default();
    let entity = "LOYALTY_CARD".parse().expect("a name");
    let rule = OwnRule::new("loyalty", entity, r"\bLC-?\d{6}\b");
    policy.rules.push(rule);
    Scanner::with_policy(policy).expect("a policy without mistakes")
});

fn all(default: Operator) -> Operators {
    Operators {
        default,
        ..Operators::default()
    }
}

#[test]
fn every_operator_reads_as_it_should() {
    let text = "card 4242 4242 4242 4242, ssn 123-45-6789, joe@x.org, LC-123456, +1 977 625 2661";
    let findings = SCANNER.scan(text, &SubjectTerms::none());
    for (operator, expected) in [
        (
            Operator::Tag,
            "card [CREDIT_CARD], ssn [US_SSN], [EMAIL_ADDRESS], [LOYALTY_CARD], [PHONE_NUMBER]",
        ),
        (
            Operator::Redact,
            "card [REDACTED], ssn [REDACTED], [REDACTED], [REDACTED], [REDACTED]",
        ),
        (
            Operator::Partial { last: 4 },
            "card ************4242, ssn *****6789, [EMAIL_ADDRESS], ****3456, *******2661",
        ),
        (
            Operator::Token,
            "card [CREDIT_CARD_83dbbbed2ff591cf], ssn [US_SSN_850f494a3e50beb8], \
             [EMAIL_ADDRESS_6b0006972387b0b7], [LOYALTY_CARD_d782c50e8e0cf5c6], \
             [PHONE_NUMBER_04400728e66bf622]",
        ),
    ] {
        let masked = mask_with(text, &findings, &all(operator), Some(&KEY));
        assert_eq!(masked.text(), expected);
    }
    assert_eq!(
        mask(text, &findings),
        mask_with(text, &findings, &all(Operator::Token), None)
    );
}

#[test]
fn a_token_is_the_same_for_the_same_value_only() {
    let token = |entity: &Entity, text: &str, key: &ValueKey| {
        let findings = [Finding::certain(entity.clone(), 0, text.len())];
        mask_with(text, &findings, &all(Operator::Token), Some(key)).into_text()
    };
    let phone = &Entity::PhoneNumber;
    let one = token(phone, "(977) 625-2661", &KEY);
    assert_eq!(one, token(phone, "977 6252661", &KEY));
    assert_ne!(one, token(phone, "977 6252662", &KEY));
    assert_ne!(
        one,
        token(phone, "(977) 625-2661", &ValueKey::from_bytes([8; 32]))
    );
    assert_ne!(
        token(&Entity::UsNpi, "1234567893", &KEY).rsplit('_').next(),
        token(&Entity::UkNhs, "1234567893", &KEY).rsplit('_').next(),
        "the same digits of another kind are another value"
    );
}

#[test]
fn a_credential_is_neither_shown_in_part_nor_hashed() {
    for entity in Entity::BUILT_IN
        .iter()
        .filter(|entity| entity.is_credential())
    {
        let text = "x7Gf-2291-8843-zz19";
        let findings = [Finding::certain(entity.clone(), 0, text.len())];
        for operator in [Operator::Token, Operator::Partial { last: 4 }] {
            let masked = mask_with(text, &findings, &all(operator), Some(&KEY));
            assert_eq!(masked.text(), format!("[{entity}]"));
            let receipts = receipts(text, &findings, &all(operator), Some(&KEY));
            assert_eq!(
                (receipts[0].action, receipts[0].value_hash),
                (Action::Tag, None)
            );
        }
    }
}

#[test]
fn offsets_lead_into_the_masked_text_under_every_operator() {
    let text = "to LC-123456 now";
    let findings = SCANNER.scan(text, &SubjectTerms::none());
    for operator in operators() {
        let masked = mask_with(text, &findings, &all(operator), Some(&KEY));
        let behind = masked.map_offset(12).expect("the edge behind the value");
        assert_eq!(&masked.text()[behind..], " now");
        assert_eq!(masked.map_offset(3), Some(3));
        assert_eq!(masked.map_offset(6), None);
    }
}

fn operators() -> impl Iterator<Item = Operator> {
    let partial = (0..=Operator::MOST_SHOWN).map(|last| Operator::Partial { last });
    [Operator::Tag, Operator::Redact, Operator::Token]
        .into_iter()
        .chain(partial)
}

fn text() -> impl Strategy<Value = String> {
    let fragment = prop_oneof![
        3 => prop::sample::select(vec![
            "joe@x.org", "4242 4242 4242 4242", "4111111111111111", "123-45-6789",
            "(977) 625-2661", "+44 20 7946 0123", "LC-123456", "Crystal Minh",
            "[EMAIL_ADDRESS]", "call", "card", "ssn", "phone", "order", "LC-", "12", "4242",
            "\u{FF14}\u{FF12}42",
        ]).prop_map(str::to_owned),
        3 => prop::sample::select(vec![" ", " ", "-", ".", ", ", "/", "(", ")", "\n", ":", "x", ""])
            .prop_map(str::to_owned),
        1 => "\\PC{0,2}",
    ];
    prop::collection::vec(fragment, 0..16).prop_map(|fragments| fragments.concat())
}

fn operator() -> impl Strategy<Value = Operator> {
    prop::sample::select(Vec::from_iter(operators()))
}

/// Letters and digits of a text, in order.
fn alphanumeric(text: &str) -> Vec<char> {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_an_operator_leaves_scans_clean(text in text(), operator in operator()) {
        let subject = SubjectTerms::new(["Crystal Minh", "4242"]);
        let findings = SCANNER.scan(&text, &subject);
        let masked = mask_with(&text, &findings, &all(operator), Some(&KEY));
        let left = SCANNER.scan(masked.text(), &subject);
        prop_assert!(left.is_empty(), "{left:?} left in {:?}", masked.text());
    }

    #[test]
    fn nothing_of_a_value_is_left_but_what_partial_shows(
        before in "[a-z ]{0,8}", value in "[0-9éÄA-Z @.-]{1,24}", behind in "[a-z ]{0,8}",
        operator in operator(),
    ) {
        let text = format!("{before}{value}{behind}");
        let span = before.len()..before.len() + value.len();
        let finding = Finding::certain(Entity::CreditCard, span.start, span.end);
        let masked = mask_with(&text, &[finding], &all(operator), Some(&KEY));
        let left = masked.text().strip_prefix(&*before).and_then(|rest| rest.strip_suffix(&*behind));
        let left = left.expect("what surrounds the value stays");
        let shown = match operator {
            Operator::Partial { last } if !left.starts_with('[') => {
                let shown = alphanumeric(left);
                let all = alphanumeric(&value);
                prop_assert!(all.ends_with(&shown));
                prop_assert!(shown.len() == usize::from(last) && shown.len() * 2 <= all.len());
                prop_assert!(left.chars().count() <= value.chars().count());
                return Ok(());
            }
            Operator::Redact => "[REDACTED]".to_owned(),
            Operator::Token => {
                let hash = left.strip_prefix("[CREDIT_CARD_").and_then(|rest| rest.strip_suffix(']'));
                let hash = hash.expect("a token");
                prop_assert!(hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()));
                return Ok(());
            }
            _ => "[CREDIT_CARD]".to_owned(),
        };
        prop_assert_eq!(left, shown);
    }
}
