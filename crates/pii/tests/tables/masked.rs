//! What is masked already is left alone, and clears nothing but itself.

use agent_assist_pii::Entity;

use crate::rows::masked;

#[test]
fn text_that_other_tools_have_masked_is_left_alone() {
    for text in [
        "Hello [NAME], card [CREDIT_DEBIT_NUMBER] and pin [PIN].",
        "(US_SOCIAL_SECURITY_NUMBER) and (redacted), call (PHONE_NUMBER)",
        "Reach {{customer.phone}} or ${card} or %EMAIL% or #EMAIL# or __PHONE__",
        "[REDACTED: card], [card number], <masked>, [*****]",
        "card ****1234, XXXX-XXXX-XXXX-1234, xxxx1234",
        "4111 11** **** 1111 and 411111XXXXXX1111",
        "SSN ***-**-6789, phone (***) ***-2661, mobile +44 ******0123",
        "Visa ending in 1234; die letzten vier Ziffern lauten 1234",
        "j***@example.com, j\u{2022}\u{2022}\u{2022}n@x.org, kxxxx@wp.pl",
        "0000 0000 0000 0000 or 999-99-9999",
        "CVV 000",
        "password: ********",
        "account [ACCOUNT_NUMBER:c3b1d2], [EMAIL_ADDRESS_3f9a2c41d0b7e865]",
        "PHONE_TOKEN(10):9876543210",
    ] {
        assert_eq!(masked(text), text);
    }
}

#[test]
fn a_mask_clears_nothing_but_itself() {
    for (text, expected) in [
        ("[EMAIL] joe@x.com", "[EMAIL] [EMAIL_ADDRESS]"),
        ("[CARD] 4111 1111 1111 1111", "[CARD] [CREDIT_CARD]"),
        (
            "**** **** **** 1111 and 4111 1111 1111 1111",
            "**** **** **** 1111 and [CREDIT_CARD]",
        ),
        ("**4111** 1111 1111 1111", "**[CREDIT_CARD]"),
        ("*joe@x.org", "*[EMAIL_ADDRESS]"),
        ("<phone>9776252661</phone>", "<phone>[PHONE_NUMBER]</phone>"),
        ("{\"cvv\":\"123\"}", "{\"cvv\":\"[CVV]\"}"),
    ] {
        assert_eq!(masked(text), expected, "{text}");
    }
}

#[test]
fn values_that_show_too_much_are_finds() {
    for (text, expected) in [
        ("card 4111 1111 1111 ****", "card [CREDIT_CARD]"),
        ("card 411111111111****", "card [CREDIT_CARD]"),
        ("card **** 1111 1111 1111", "card [CREDIT_CARD]"),
        ("card 472927778106*443", "card [CREDIT_CARD]"),
        ("SSN 123-**-6789", "SSN [US_SSN]"),
        ("crystal.min**@example.com", "[EMAIL_ADDRESS]"),
    ] {
        assert_eq!(masked(text), expected, "{text}");
    }
}

#[test]
fn tags_of_every_entity_are_left_alone() {
    for entity in Entity::BUILT_IN {
        for tag in [
            format!("[{entity}]"),
            format!("<{entity}_0>"),
            format!("[{entity}_3f9a2c41d0b7e865]"),
        ] {
            assert_eq!(
                masked(&format!("{tag} said 12 words")),
                format!("{tag} said 12 words")
            );
        }
    }
}
