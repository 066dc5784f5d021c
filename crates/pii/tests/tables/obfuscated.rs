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
        ("SSN 536-__90__-4399", "SSN [US_SSN]"),
        ("card 4111 _1111_ 1111 1111", "card [CREDIT_CARD]"),
        (
            "call me on ~~020~~ ~~7946 0123~~",
            "call me on ~~[PHONE_NUMBER]~~",
        ),
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
        (
            "jan myślnik nowak małpa przyklad kropka pl",
            "[EMAIL_ADDRESS]",
        ),
        (
            "c'est luc tiret bas petit arobase exemple point fr",
            "c'est [EMAIL_ADDRESS]",
        ),
        ("write a, n, n, a at gmail dot com", "write [EMAIL_ADDRESS]"),
        (
            "mail me, a n n a at gmail dot com",
            "mail me, [EMAIL_ADDRESS]",
        ),
        ("ann dash lee at example dot travel", "[EMAIL_ADDRESS]"),
        (
            "I was born on the third of September nineteen eighty-five",
            "I was born on [DATE_OF_BIRTH]",
        ),
        (
            "date of birth: November twenty-second, nineteen sixty",
            "date of birth: [DATE_OF_BIRTH]",
        ),
        (
            "my birthday is the fifth of May, sixty-four",
            "my birthday is [DATE_OF_BIRTH]",
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
        (
            "Ann: And the card number?\nBo: it's four one one one, one one one one\nAnn: okay\n\
             Bo: one one one one one one one one",
            "Ann: And the card number?\nBo: it's [CREDIT_CARD]\nAnn: okay\nBo: [CREDIT_CARD]",
        ),
        (
            "Ann: Your social security number?\nBo: five three six\nAnn: yes\nBo: nine zero\n\
             Ann: yes\nBo: four three nine nine",
            "Ann: Your social security number?\nBo: [US_SSN]\nAnn: yes\nBo: [US_SSN]\nAnn: yes\n\
             Bo: [US_SSN]",
        ),
        (
            "The IBAN is GB82\n  WEST 1234 5698 7654 32",
            "The IBAN is [IBAN_CODE]\n  [IBAN_CODE]",
        ),
        (
            "Bo: GB82 WEST\nAnn: go on\nBo: 1234 5698\nAnn: ok\nBo: 7654 32",
            "Bo: [IBAN_CODE]\nAnn: go on\nBo: [IBAN_CODE]\nAnn: ok\nBo: [IBAN_CODE]",
        ),
        (
            "phone:\n+61 2\n9374 4000",
            "phone:\n[PHONE_NUMBER]\n[PHONE_NUMBER]",
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
        "The third of May is a Friday, and the second of June is not.",
        "Models: AB12\nOK THEN\nCD34",
        "The __init__ of _my_class_ has 4 lines, _1_ or _2_.",
    ] {
        assert_eq!(masked(text), text);
    }
}
