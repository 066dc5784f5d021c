//! What is found in sentences as agents and customers write them, and what is left alone.

use agent_assist_pii::{SubjectTerms, mask};

use crate::rows::SCANNER;

fn masked(text: &str, subject: &SubjectTerms) -> String {
    mask(text, &SCANNER.scan(text, subject)).into_text()
}

#[test]
fn personal_data_in_sentences_is_masked_whole() {
    for (text, expected) in [
        (
            "Details of (977) 625-2661 have been sent to cminh730@email.com.",
            "Details of [PHONE_NUMBER] have been sent to [EMAIL_ADDRESS].",
        ),
        (
            "Card 4111-1111-1111-1111 (exp 12/27) was declined, SSN 123-45-6789.",
            "Card [CREDIT_CARD] (exp [CARD_EXPIRY]) was declined, SSN [US_SSN].",
        ),
        (
            "Support is at 1-800-555-0199 or +1 202-555-0143 ext. 12.",
            "Support is at [PHONE_NUMBER] or [PHONE_NUMBER].",
        ),
        (
            "[EMAIL] joe@x.com called from 020 7946 0123",
            "[EMAIL] [EMAIL_ADDRESS] called from [PHONE_NUMBER]",
        ),
        (
            "{\"phone_number\":\"9776252661\",\"order_id\":\"3348917502\"}",
            "{\"phone_number\":\"[PHONE_NUMBER]\",\"order_id\":\"3348917502\"}",
        ),
        (
            "4111 1111 1111 1111 977-625-2661",
            "[CREDIT_CARD] [PHONE_NUMBER]",
        ),
        ("a@b.org,c@d.org", "[EMAIL_ADDRESS],[EMAIL_ADDRESS]"),
        // The phone number is in the way of the social security number until it is masked, and the
        // card in that of the phone number.
        (
            "4111 1111 1111 1111 01 23 45 67 89 536 90 4399",
            "[CREDIT_CARD] [PHONE_NUMBER] [US_SSN]",
        ),
        // A find that hid a context word from a number does not protect the number.
        (
            "call a.very.long.mailbox.name@example.com 9776252661",
            "call [EMAIL_ADDRESS] [PHONE_NUMBER]",
        ),
    ] {
        assert_eq!(masked(text, &SubjectTerms::none()), expected, "{text}");
    }
}

#[test]
fn unicode_digits_spaces_and_dashes_hide_nothing() {
    for (text, expected) in [
        ("\u{FF14}\u{FF11}11 1111\u{A0}1111 1111", "[CREDIT_CARD]"),
        ("123\u{2011}45\u{2011}6789", "[US_SSN]"),
        ("977\u{2012}625\u{2012}2661", "[PHONE_NUMBER]"),
        (
            "\u{FF0B}44\u{202F}20\u{202F}7946\u{202F}0123",
            "[PHONE_NUMBER]",
        ),
        ("هاتف ٩٧٧-٦٢٥-٢٦٦١", "هاتف [PHONE_NUMBER]"),
        ("joe\u{FF20}example.com", "[EMAIL_ADDRESS]"),
        (
            "jo\u{200B}e@exa\u{AD}mple.com\u{200B}!",
            "[EMAIL_ADDRESS]\u{200B}!",
        ),
        ("“4111 1111 1111 1111”", "“[CREDIT_CARD]”"),
    ] {
        assert_eq!(masked(text, &SubjectTerms::none()), expected, "{text}");
    }
}

#[test]
fn terms_of_the_subject_are_masked_and_joined_with_what_they_touch() {
    let subject = SubjectTerms::new(["Crystal Minh", "(977) 625-2661", "3348917502", "cminh730"]);
    for (text, expected) in [
        (
            "Ask crystal   minh's permission",
            "Ask [SUBJECT_TERM]'s permission",
        ),
        ("Crystal-Minh: 9776252661", "[SUBJECT_TERM]: [SUBJECT_TERM]"),
        ("977-625-2661", "[PHONE_NUMBER]"),
        ("order 3348917502", "order [SUBJECT_TERM]"),
        ("to cminh730@email.com", "to [EMAIL_ADDRESS]"),
        ("the crystal minharet", "the crystal minharet"),
    ] {
        assert_eq!(masked(text, &subject), expected, "{text}");
    }
}

#[test]
fn a_term_that_spells_a_tag_does_not_unmask_it() {
    let subject = SubjectTerms::new(["email address", "subject", "Phone"]);
    for text in ["[EMAIL_ADDRESS] <SUBJECT_TERM>", "[PHONE_NUMBER]"] {
        assert_eq!(masked(text, &subject), text);
    }
}

#[test]
fn text_without_personal_data_is_left_alone() {
    for text in [
        "Order ID: 3348917502, account balance 7916676427.",
        "Your order number is 3348917502 and ships on 2019-11-06.",
        "Tracking number 1Z999AA10123456784 or 9405 5036 9930 0000 0000 08.",
        "It costs $1,234.56, not $1.234,56; pay 12 x 99.95 until 06/11/2019.",
        "Upgrade from 10.2.33.4 to 10.2.34, build 20191106.1.",
        "Ship to 94401-1234 or zip 94401.",
        "Request 550e8400-e29b-41d4-a716-446655440000 at 2019-11-06T08:30:00.123Z",
        "commit 4ffd0c8a1b2c3d4e5f60718293a4b5c6d7e8f901",
        "Open 9-5, call after 12:30, rooms 100-2000, pages 12-34.",
        "Step 1. Ask for the full name, phone number and e-mail address.",
        "Refunds take 3 to 5 days; say \"I'll call back in 10 minutes\".",
        "@types/node@18.2.0 and icon@2x.png",
        "epoch 1573027200, port 8080, 1920x1080, 3.14159265358979",
        "Bitte rufen Sie an. Bestellung 3348917502 über 1.299,00 €.",
        "",
    ] {
        assert_eq!(masked(text, &SubjectTerms::none()), text);
    }
}

#[test]
fn masked_text_is_not_personal_data() {
    for text in [
        "[EMAIL_ADDRESS] <PHONE_NUMBER_0> {card number} [CREDIT_DEBIT_NUMBER]",
        "XXX-XX-1234, ***-**-6789, 000-00-0000, 111-11-1111",
        "4111********1111, 4111 11XX XXXX 1111, **** **** **** 1111, 0000 0000 0000 0000",
        "j***@example.com, j***n@example.com, ****@example.com, xxxxx@example.com",
        "(***) ***-2661, XXX-XXX-2661, 555-555-5555",
    ] {
        assert_eq!(masked(text, &SubjectTerms::none()), text);
    }
}
