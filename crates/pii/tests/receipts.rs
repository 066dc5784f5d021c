//! Receipts: one for each masked value, never the value, and hashes as an independent
//! implementation computes them.

use std::sync::LazyLock;

use agent_assist_pii::{
    Action, Entity, Finding, Operator, Operators, RULES_VERSION, Scanner, SubjectTerms, ValueHash,
    ValueKey, mask_with, receipts,
};
use proptest::prelude::*;

static SCANNER: LazyLock<Scanner> = LazyLock::new(Scanner::new);

/// Bytes 0 to 31.
fn key() -> ValueKey {
    ValueKey::from_bytes(std::array::from_fn(|at| {
        u8::try_from(at).unwrap_or_default()
    }))
}

/// The hashes were computed with Python:
/// `hmac.new(bytes(range(32)), entity + b"\0" + value, hashlib.sha256).hexdigest()[:32]`.
#[test]
fn hashes_are_those_of_another_implementation() {
    for (entity, value, expected) in [
        (
            "PHONE_NUMBER",
            "(977) 625-2661",
            "09bef98c9065dc9b05ecc884741fd62b",
        ),
        (
            "EMAIL_ADDRESS",
            "Joe@X.org",
            "c60efb304f83ef8e77464561d2c74de5",
        ),
        (
            "SUBJECT_TERM",
            "Crystal  MINH",
            "4e5cd24d4deea95b3871a528f9be2321",
        ),
        (
            "LOYALTY_CARD",
            "LC-123456",
            "6cfabbe6da4cc6de417d8043e882b72c",
        ),
    ] {
        let entity: Entity = entity.parse().expect("a name");
        let hash = key().hash(&entity, value).expect("no credential");
        assert_eq!(hash.to_string(), expected, "{entity}");
        assert_eq!(ValueHash::from_bytes(*hash.as_bytes()), hash);
    }
}

#[test]
fn a_receipt_tells_what_was_found_and_done() {
    let text = "card 4242 4242 4242 4242 of joe@x.org";
    let mut operators = Operators::default();
    operators
        .by_entity
        .insert(Entity::CreditCard, Operator::Partial { last: 4 });
    let findings = SCANNER.scan(text, &SubjectTerms::none());
    let receipts = receipts(text, &findings, &operators, Some(&key()));
    let [card, email] = &receipts[..] else {
        panic!("two finds have two receipts");
    };
    assert_eq!(
        (card.start, card.end, card.action),
        (5, 24, Action::Partial)
    );
    assert_eq!(
        (&card.entity, card.rules_version),
        (&Entity::CreditCard, RULES_VERSION)
    );
    assert_eq!(
        (&card.detector, card.confidence),
        (&findings[0].detector, findings[0].confidence)
    );
    assert_eq!(
        card.value_hash,
        key().hash(&Entity::CreditCard, "4242424242424242")
    );
    assert_eq!((email.start, email.action), (28, Action::Tag));
}

#[test]
fn without_a_key_there_are_no_hashes_and_no_tokens() {
    let operators = Operators {
        default: Operator::Token,
        ..Operators::default()
    };
    let findings = [Finding::certain(Entity::EmailAddress, 0, 9)];
    let receipts = receipts("joe@x.org", &findings, &operators, None);
    assert_eq!(
        (receipts[0].action, receipts[0].value_hash),
        (Action::Tag, None)
    );
}

#[test]
fn neither_receipts_nor_keys_show_what_they_hold() {
    let text = "SSN 123-45-6789 of Crystal Minh, joe@x.org";
    let subject = SubjectTerms::new(["Crystal Minh"]);
    let findings = SCANNER.scan(text, &subject);
    let operators = Operators::default();
    let masked = mask_with(text, &findings, &operators, Some(&key()));
    let shown = format!(
        "{findings:?} {:?} {:?} {:?} {masked:?}",
        receipts(text, &findings, &operators, Some(&key())),
        SCANNER.explain(text, &subject),
        ValueKey::from_bytes([0xAB; 32]),
    );
    for secret in ["6789", "123-", "Minh", "joe", "x.org", "171", "abab"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

proptest! {
    #[test]
    fn every_masked_span_has_its_receipt_whatever_the_findings(
        text in "[a-z0-9é ]{0,30}",
        offsets in prop::collection::vec((0..40_usize, 0..40_usize), 0..6),
    ) {
        let findings: Vec<_> = offsets
            .into_iter()
            .map(|(start, end)| Finding::certain(Entity::SubjectTerm, start, end))
            .collect();
        let operators = Operators::default();
        let receipts = receipts(&text, &findings, &operators, Some(&key()));
        let masked = mask_with(&text, &findings, &operators, Some(&key()));
        prop_assert_eq!(masked.text().matches("[SUBJECT_TERM]").count(), receipts.len());
        let mut from = 0;
        for receipt in receipts {
            prop_assert!(from <= receipt.start && receipt.start < receipt.end);
            prop_assert!(text.get(receipt.start..receipt.end).is_some());
            prop_assert!(receipt.value_hash.is_some());
            from = receipt.end;
        }
    }
}
