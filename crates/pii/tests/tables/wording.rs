//! Frames of speech: how people point at a value, answer for it and correct it, in many languages.

use crate::rows::{check, check_clean};

#[test]
fn a_place_is_no_label() {
    check(&[
        (
            "Could you add our ABN to the invoice: 51 824 753 556",
            "Could you add our ABN to the invoice: [AU_ABN]",
        ),
        (
            "Bitte schreiben Sie unsere Steuer-ID auf die Rechnung: 86095742719",
            "Bitte schreiben Sie unsere Steuer-ID auf die Rechnung: [DE_TAX_ID]",
        ),
        (
            "Ajoutez notre NIR sur la facture : 185057800608491",
            "Ajoutez notre NIR sur la facture : [FR_NIR]",
        ),
        (
            "Please note my customer number on the ticket: 84397905",
            "Please note my customer number on the ticket: [CUSTOMER_NUMBER]",
        ),
        (
            "The passport number in your order is outdated. Mine is 533380006.",
            "The passport number in your order is outdated. Mine is [US_PASSPORT].",
        ),
    ]);
    check_clean(&[
        "The total on the invoice: 1234567890",
        "My ABN is in the mail; the order is 51824753",
        "I sent my passport with order 533380006.",
        "the case number on my invoice is 912345678",
    ]);
}

#[test]
fn a_sentence_may_speak_of_what_the_last_one_named() {
    check(&[
        (
            "You were missing my passport number. It is 533380006.",
            "You were missing my passport number. It is [US_PASSPORT].",
        ),
        (
            "Your records have the wrong ABN. Ours is 51 824 753 556, thanks.",
            "Your records have the wrong ABN. Ours is [AU_ABN], thanks.",
        ),
        (
            "Meine Steuer-ID haben Sie falsch. Richtig ist 86095742719.",
            "Meine Steuer-ID haben Sie falsch. Richtig ist [DE_TAX_ID].",
        ),
        (
            "Votre courrier cite un mauvais NAS. Le bon est 513402768.",
            "Votre courrier cite un mauvais NAS. Le bon est [CA_SIN].",
        ),
        (
            "Mijn BSN klopt niet. Het juiste is 111222333.",
            "Mijn BSN klopt niet. Het juiste is [NL_BSN].",
        ),
        (
            "That is not my account number. Mine is 12345678.",
            "That is not my account number. Mine is [ACCOUNT_NUMBER].",
        ),
    ]);
    check_clean(&[
        "The order number was wrong. It is 3348917502.",
        "We closed your account. It is 100 percent safe.",
        "The customer number is missing. The order is 84397905.",
    ]);
}

#[test]
fn the_time_of_a_turn_is_no_value() {
    check(&[
        (
            "[10:02] bot: Please tell us your date of birth.\n[10:03] me: 3 May 1981",
            "[10:02] bot: Please tell us your date of birth.\n[10:03] me: [DATE_OF_BIRTH]",
        ),
        (
            "[10:02] Bot: Ihr Geburtsdatum, bitte.\n[10:03] Kunde: 03.05.1981",
            "[10:02] Bot: Ihr Geburtsdatum, bitte.\n[10:03] Kunde: [DATE_OF_BIRTH]",
        ),
        (
            "[10:02] Ann: which sort code does it come from.\n[10:03] Joe: 200000",
            "[10:02] Ann: which sort code does it come from.\n[10:03] Joe: [UK_SORT_CODE]",
        ),
        (
            "[10:02:11] Bot: Type your postcode.\n[10:02:30] Joe: SW1A1AA",
            "[10:02:11] Bot: Type your postcode.\n[10:02:30] Joe: [UK_POSTCODE]",
        ),
    ]);
    check_clean(&[
        "[10:02] bot: Please tell us your order number.\n[10:03] me: 33489175",
        "[10:02] Ann: delivered on\n[10:03] Joe: 12.03.2021",
    ]);
}

#[test]
fn a_value_is_pointed_at_from_behind() {
    check(&[
        (
            "8439 7905 - that's my customer number",
            "[CUSTOMER_NUMBER] - that's my customer number",
        ),
        (
            "84397905, das ist meine Kundennummer",
            "[CUSTOMER_NUMBER], das ist meine Kundennummer",
        ),
        (
            "84397905, c'est mon numéro client",
            "[CUSTOMER_NUMBER], c'est mon numéro client",
        ),
        (
            "84397905, este es mi número de cliente",
            "[CUSTOMER_NUMBER], este es mi número de cliente",
        ),
        (
            "84397905, questo è il mio numero cliente",
            "[CUSTOMER_NUMBER], questo è il mio numero cliente",
        ),
        (
            "84397905, dat is mijn klantnummer",
            "[CUSTOMER_NUMBER], dat is mijn klantnummer",
        ),
        (
            "84397905, to jest mój numer klienta",
            "[CUSTOMER_NUMBER], to jest mój numer klienta",
        ),
        (
            "You will find 533380006 as Canadian passport number",
            "You will find [US_PASSPORT] as Canadian passport number",
        ),
    ]);
    check_clean(&[
        "84397905 - that's my order number",
        "84397905, c'est ma commande",
    ]);
}

#[test]
fn a_value_is_noted_in_brackets_or_named_as_one_of_two() {
    check(&[
        (
            "one-time code checked (482913)",
            "one-time code checked ([ONE_TIME_CODE])",
        ),
        (
            "PIN confirmed by caller (4821), unlocked",
            "PIN confirmed by caller ([PIN]), unlocked",
        ),
        (
            "my pin is either 4821 or 4822",
            "my pin is either [PIN] or [PIN]",
        ),
        ("die PIN war 4821", "die PIN war [PIN]"),
        ("le code PIN était 4821", "le code PIN était [PIN]"),
        (
            "it wants the card verification code, I entered 318",
            "it wants the card verification code, I entered [CVV]",
        ),
    ]);
    check_clean(&[
        "Reset your PIN at any branch (2024).",
        "The one-time code expires (10 minutes).",
        "the PIN is blocked (error 4821)",
    ]);
}

#[test]
fn a_turn_that_asks_may_name_a_part_of_the_card() {
    check(&[
        (
            "Agent: The CVC of your Visa ending in 4242, please.\nCustomer: 318",
            "Agent: The CVC of your Visa ending in 4242, please.\nCustomer: [CVV]",
        ),
        (
            "Agent: Wie lautet der dreistellige Code?\nKunde: 318",
            "Agent: Wie lautet der dreistellige Code?\nKunde: [CVV]",
        ),
        (
            "Agent: Et le code au dos ?\nClient : 318",
            "Agent: Et le code au dos ?\nClient : [CVV]",
        ),
        (
            "Agent: And the expiry of your Visa?\nCaller: um, says March 2029",
            "Agent: And the expiry of your Visa?\nCaller: um, says [CARD_EXPIRY]",
        ),
        (
            "Agent: Tell me the code we just sent you.\nCaller: R4WX9B",
            "Agent: Tell me the code we just sent you.\nCaller: [ONE_TIME_CODE]",
        ),
        (
            "What does the page give as IP address for this page?\nCaller: 203.0.113.77",
            "What does the page give as IP address for this page?\nCaller: [IP_ADDRESS]",
        ),
    ]);
    check_clean(&[
        "Agent: What's your order number?\nCaller: K7M2QX",
        "use code SAVE20 we sent you",
    ]);
}

#[test]
fn fields_of_a_card_and_of_an_account_are_abbreviated() {
    check(&[
        (
            "CARD 4111 1111 1111 1111 EXP 09/28 SEC 123",
            "CARD [CREDIT_CARD] EXP [CARD_EXPIRY] SEC [CVV]",
        ),
        ("card code 318", "card code [CVV]"),
        (
            "paid into sc 200000 ac 55779911",
            "paid into sc [UK_SORT_CODE] ac [ACCOUNT_NUMBER]",
        ),
        (
            "identity checked, name plus DoB 3 May 1981",
            "identity checked, name plus DoB [DATE_OF_BIRTH]",
        ),
        ("accnt no 12345678", "accnt no [ACCOUNT_NUMBER]"),
        (
            "costumer number 84397905",
            "costumer number [CUSTOMER_NUMBER]",
        ),
        ("DL: M-417-538-209-664", "DL: [US_DRIVER_LICENSE]"),
        (
            "driver,license_no\nJoe,D1234567",
            "driver,license_no\nJoe,[US_DRIVER_LICENSE]",
        ),
        (
            "please charge 371 449 635 398 431",
            "please charge [CREDIT_CARD]",
        ),
    ]);
    check_clean(&[
        "It took 20 sec 450",
        "the gift card code is 471",
        "Einlösbar und gültig bis 03/2027: Gutschein für das Café",
        "valid until 12/27: voucher",
        "const dob = date(); // v3.12.18",
        "Example: XX00 0000 0000 0000",
        "Amounts: 370 969 388 239 701 units",
    ]);
}

#[test]
fn a_number_is_told_over_several_turns() {
    check(&[
        (
            "Agent: phone number?\nCaller: it's 0131\nAgent: yes\nCaller: 496\nCaller: 0735",
            "Agent: phone number?\nCaller: it's [PHONE_NUMBER]\nAgent: yes\nCaller: [PHONE_NUMBER]\nCaller: [PHONE_NUMBER]",
        ),
        (
            "Agent: Your account number?\nCaller: starts with 317\nAgent: go on\nCaller: 528\nCaller: 946",
            "Agent: Your account number?\nCaller: starts with [ACCOUNT_NUMBER]\nAgent: go on\nCaller: [ACCOUNT_NUMBER]\nCaller: [ACCOUNT_NUMBER]",
        ),
    ]);
}

#[test]
fn a_sentence_may_hand_over_what_an_earlier_one_asks_for() {
    check(&[
        (
            "My social insurance number was missing, you said. Let me look. Right: 513402768",
            "My social insurance number was missing, you said. Let me look. Right: [CA_SIN]",
        ),
        (
            "I gave you my passport number on Monday. Here it is again: 533380006",
            "I gave you my passport number on Monday. Here it is again: [US_PASSPORT]",
        ),
        (
            "The account number was given verbally. Value on file: 84397905. Thanks",
            "The account number was given verbally. Value on file: [ACCOUNT_NUMBER]. Thanks",
        ),
        (
            "Meine Steuer-ID fehlte noch. Hier ist sie: 86095742719",
            "Meine Steuer-ID fehlte noch. Hier ist sie: [DE_TAX_ID]",
        ),
        (
            "Il vous manquait mon numéro client. Le voici : 84397905",
            "Il vous manquait mon numéro client. Le voici : [CUSTOMER_NUMBER]",
        ),
        (
            "Mijn BSN ontbrak nog. Hier: 111222333",
            "Mijn BSN ontbrak nog. Hier: [NL_BSN]",
        ),
        (
            "Mancava il mio numero di conto. Eccolo: 84397905",
            "Mancava il mio numero di conto. Eccolo: [ACCOUNT_NUMBER]",
        ),
    ]);
    check_clean(&[
        "My order number was missing. Here it is: 3348917502",
        "I was born in May, as you know. On 5 October 2021 somebody called.",
    ]);
}

#[test]
fn a_table_is_read_by_columns_or_by_rows() {
    check(&[
        (
            "| Field | Value |\n|---|---|\n| Name | Ann |\n| SIN | 513402768 |",
            "| Field | Value |\n|---|---|\n| Name | Ann |\n| SIN | [CA_SIN] |",
        ),
        (
            "| Payee | Sort code | Account number |\n|---|---|---|\n| Ann | 20-00-00 | 84397905 |",
            "| Payee | Sort code | Account number |\n|---|---|---|\n| Ann | [UK_SORT_CODE] | [ACCOUNT_NUMBER] |",
        ),
        (
            "The export of order 334 says:\nsort_code,account_number,amount\n20-00-00,84397905,12.50",
            "The export of order 334 says:\nsort_code,account_number,amount\n[UK_SORT_CODE],[ACCOUNT_NUMBER],12.50",
        ),
        (
            "The export says:\norder,amount\n33489175,12\n\nThanks, my account number is 84397905",
            "The export says:\norder,amount\n33489175,12\n\nThanks, my account number is [ACCOUNT_NUMBER]",
        ),
    ]);
    check_clean(&["| Field | Value |\n|---|---|\n| Order number | 513402768 |"]);
}

#[test]
fn a_label_behind_says_what_the_number_is_or_should_be() {
    check(&[
        (
            "Bottom left it says 121000358, which should be the routing number.",
            "Bottom left it says [ABA_ROUTING_NUMBER], which should be the routing number.",
        ),
        (
            "my account number, let me see, 84397905",
            "my account number, let me see, [ACCOUNT_NUMBER]",
        ),
    ]);
}
