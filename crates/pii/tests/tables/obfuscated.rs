//! Values that are escaped, marked up, spoken, spelled or split are found like any other.

use crate::rows::masked;

#[test]
fn escapes_and_markup_hide_nothing() {
    for (text, expected) in [
        ("joe&#64;x&period;com", "[EMAIL_ADDRESS]"),
        ("SSN 536&#45;90&#x2D;4399", "SSN [US_SSN]"),
        (
            "card 4111&nbsp;1111&nbsp;1111&nbsp;1111",
            "card [CREDIT_CARD]",
        ),
        ("card 4111%201111%201111%201111", "card [CREDIT_CARD]"),
        ("write joe\\u0040x.com", "write [EMAIL_ADDRESS]"),
        ("4111 **1111** 1111 `1111`", "[CREDIT_CARD]`"),
        ("joe@<b>x</b>.com", "[EMAIL_ADDRESS]"),
        ("joe&amp;#64;x.com", "[EMAIL_ADDRESS]"),
        ("SSN 536&#8209;90&#8209;4399", "SSN [US_SSN]"),
        (
            "<p>Your account number?<br>Me: 12345678</p>",
            "<p>Your account number?<br>Me: [ACCOUNT_NUMBER]</p>",
        ),
    ] {
        assert_eq!(masked(text), expected, "{text}");
    }
}

#[test]
fn spoken_and_spelled_values_are_found() {
    for (text, expected) in [
        (
            "my card is four one one one, one one one one, one one one one, one one one one",
            "my card is [CREDIT_CARD]",
        ),
        (
            "ssn five three six nine zero four three nine nine",
            "ssn [US_SSN]",
        ),
        ("card 4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "card [CREDIT_CARD]"),
        (
            "mail john at example dot com now",
            "mail [EMAIL_ADDRESS] now",
        ),
        ("john [at] example [dot] com", "[EMAIL_ADDRESS]"),
        ("juan arroba ejemplo punto es", "[EMAIL_ADDRESS]"),
        (
            "jane dot doe plus shop at example dot com",
            "[EMAIL_ADDRESS]",
        ),
        (
            "anna punto rossi più shop chiocciola esempio punto it",
            "[EMAIL_ADDRESS]",
        ),
        (
            "es juan guion bajo perez arroba ejemplo punto es",
            "es [EMAIL_ADDRESS]",
        ),
    ] {
        assert_eq!(masked(text), expected, "{text}");
    }
}

#[test]
fn split_values_are_found_in_their_parts() {
    for (text, expected) in [
        ("4111 1111\n1111 1111", "[CREDIT_CARD]\n[CREDIT_CARD]"),
        (
            "Customer: 4111 1111\nAgent: go on\nCustomer: 1111 1111",
            "Customer: [CREDIT_CARD]\nAgent: go on\nCustomer: [CREDIT_CARD]",
        ),
        (
            "first part 4111 1111, then 1111 1111",
            "first part [CREDIT_CARD], then [CREDIT_CARD]",
        ),
    ] {
        assert_eq!(masked(text), expected, "{text}");
    }
}

#[test]
fn prose_and_lists_are_left_alone() {
    for text in [
        "Look at example dot com for one or two of them.",
        "Press 1 for sales, 2 for support, 3 for hours.",
        "Items:\n4000\n1234\n5678\n9012",
        "R&amp;D grew by 12%20 and <b>3</b> of 10.",
        "one two three, here we go",
    ] {
        assert_eq!(masked(text), text);
    }
}
