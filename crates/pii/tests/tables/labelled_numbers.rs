//! Labelled numbers: codes, expiry dates, bank details, accounts and customers.

use crate::rows::{check, check_clean};

#[test]
fn card_verification_values_are_found_with_their_label() {
    check(&[
        ("CVV: 123", "CVV: [CVV]"),
        ("cvv 123", "cvv [CVV]"),
        ("CVV2=1234", "CVV2=[CVV]"),
        ("the cvc is 987.", "the cvc is [CVV]."),
        ("security code 4821", "security code [CVV]"),
        (
            "security code on the back 482",
            "security code on the back [CVV]",
        ),
        (
            "4111 1111 1111 1111, expires end of April 2031, three digits 482",
            "[CREDIT_CARD], expires end of [CARD_EXPIRY], three digits [CVV]",
        ),
        (
            "the three digits on the back are 123",
            "the three digits on the back are [CVV]",
        ),
        (
            "The CVV on the back of my Visa is 123",
            "The CVV on the back of my Visa is [CVV]",
        ),
        ("123 is the CVV", "[CVV] is the CVV"),
        (
            "{\"status\":\"open\",\"cvv\":\"123\"}",
            "{\"status\":\"open\",\"cvv\":\"[CVV]\"}",
        ),
        ("What's the CVV? - It's 123", "What's the CVV? - It's [CVV]"),
        (
            "What is the security code?\nCustomer: 123",
            "What is the security code?\nCustomer: [CVV]",
        ),
        ("CVV (3 digits): 123", "CVV (3 digits): [CVV]"),
        ("Kartenprufnummer 123", "Kartenprufnummer [CVV]"),
        ("Kartenprüfnummer: 123", "Kartenprüfnummer: [CVV]"),
        ("código de seguridad 123", "código de seguridad [CVV]"),
        ("CVV 1: 309\nCVV 2: 196", "CVV 1: [CVV]\nCVV 2: [CVV]"),
        ("name,cvv\nJoe,123", "name,cvv\nJoe,[CVV]"),
        ("cryptogramme : 123", "cryptogramme : [CVV]"),
        ("codigo de seguridad: 123", "codigo de seguridad: [CVV]"),
        ("codice di sicurezza 123", "codice di sicurezza [CVV]"),
        (
            "card 4111 1111 1111 1111 exp 12/27 cvv 123",
            "card [CREDIT_CARD] exp [CARD_EXPIRY] cvv [CVV]",
        ),
        (
            "4111111111111111|12|2027|123",
            "[CREDIT_CARD]|[CARD_EXPIRY]|[CVV]",
        ),
        (
            "4111 1111 1111 1111 12/27 123",
            "[CREDIT_CARD] [CARD_EXPIRY] [CVV]",
        ),
        (
            "4111 1111 1111 1111, 12/27, 123",
            "[CREDIT_CARD], [CARD_EXPIRY], [CVV]",
        ),
    ]);
    check_clean(&[
        "Enter the 3-digit CVV on the back of the card.",
        "The CVV has 3 or 4 digits.",
        "cvv: ***",
        "Never store the CVV; see page 123.",
        "Ask for the last four digits of the card, the CVV and the date of birth.",
        "CVV is required for order 12345",
    ]);
}

#[test]
fn expiry_dates_are_found_with_their_label_or_behind_a_card() {
    check(&[
        ("exp 12/27", "exp [CARD_EXPIRY]"),
        ("Expiry: 12/2027", "Expiry: [CARD_EXPIRY]"),
        (
            "expiration date is 03-28",
            "expiration date is [CARD_EXPIRY]",
        ),
        ("valid thru 09/26", "valid thru [CARD_EXPIRY]"),
        ("my card expires Dec 2027", "my card expires [CARD_EXPIRY]"),
        (
            "my card expires in December 2027",
            "my card expires in [CARD_EXPIRY]",
        ),
        (
            "{\"exp_date\":\"2027-12\"}",
            "{\"exp_date\":\"[CARD_EXPIRY]\"}",
        ),
        ("gultig bis 11/28", "gultig bis [CARD_EXPIRY]"),
        ("caduca 05/27", "caduca [CARD_EXPIRY]"),
        ("scadenza: 05/2027", "scadenza: [CARD_EXPIRY]"),
        ("4111 1111 1111 1111 12/27", "[CREDIT_CARD] [CARD_EXPIRY]"),
        ("exp: 1227", "exp: [CARD_EXPIRY]"),
        ("expires 12 / 27", "expires [CARD_EXPIRY]"),
        (
            "o cartão vence em 10/2027",
            "o cartão vence em [CARD_EXPIRY]",
        ),
        (
            "carte valable jusqu'à 10-29",
            "carte valable jusqu'à [CARD_EXPIRY]",
        ),
        (
            "mitt kort är giltigt till 07/2028",
            "mitt kort är giltigt till [CARD_EXPIRY]",
        ),
        (
            "the card's good till 04-29",
            "the card's good till [CARD_EXPIRY]",
        ),
        (
            "card expiry on the profile is now October 2028",
            "card expiry on the profile is now [CARD_EXPIRY]",
        ),
    ]);
    check_clean(&[
        "The offer expires 12/27.",
        "Your passport expires 12/2027.",
        "The warranty is valid until 12/2027.",
        "Open 24/7 since 12/2019.",
        "Use within 3 to 5 days, exp. delivery 06/11/2019.",
        "The coupon expires on 12/25.",
    ]);
}

#[test]
fn pins_and_one_time_codes_are_found_with_their_label() {
    check(&[
        ("my PIN is 4821", "my PIN is [PIN]"),
        ("PIN: 4821", "PIN: [PIN]"),
        ("我的PIN码是4821。", "我的PIN码是[PIN]。"),
        ("PIN 번호는 4821 입니다.", "PIN 번호는 [PIN] 입니다."),
        (
            "pin code 1234 is for the card",
            "pin code [PIN] is for the card",
        ),
        ("The PIN I use is 482193", "The PIN I use is [PIN]"),
        ("4821 is my pin", "[PIN] is my pin"),
        ("Your PIN?\nCustomer: 4821", "Your PIN?\nCustomer: [PIN]"),
        ("Geheimzahl: 4821", "Geheimzahl: [PIN]"),
        ("{\"pin\": 4821}", "{\"pin\": [PIN]}"),
        (
            "472913 is your verification code",
            "[ONE_TIME_CODE] is your verification code",
        ),
        (
            "472913 is your Acme verification code.",
            "[ONE_TIME_CODE] is your Acme verification code.",
        ),
        (
            "Your verification code is 472913. Do not share it.",
            "Your verification code is [ONE_TIME_CODE]. Do not share it.",
        ),
        (
            "G-472913 is your Google verification code",
            "[ONE_TIME_CODE] is your Google verification code",
        ),
        ("OTP: 472 913", "OTP: [ONE_TIME_CODE]"),
        (
            "one-time passcode 4729-1388",
            "one-time passcode [ONE_TIME_CODE]",
        ),
        (
            "Your login code: ABC-123",
            "Your login code: [ONE_TIME_CODE]",
        ),
        ("security code 472913", "security code [ONE_TIME_CODE]"),
        (
            "the code you texted me is 472913",
            "the code you texted me is [ONE_TIME_CODE]",
        ),
        (
            "Use 472913 as your login code",
            "Use [ONE_TIME_CODE] as your login code",
        ),
        (
            "Your code is 472913. It expires in 10 minutes.",
            "Your code is [ONE_TIME_CODE]. It expires in 10 minutes.",
        ),
        (
            "Use code 472913 to log in",
            "Use code [ONE_TIME_CODE] to log in",
        ),
        ("2FA: 472913", "2FA: [ONE_TIME_CODE]"),
        (
            "Ihr Bestatigungscode lautet 472913",
            "Ihr Bestatigungscode lautet [ONE_TIME_CODE]",
        ),
        (
            "code de verification : 472913",
            "code de verification : [ONE_TIME_CODE]",
        ),
        (
            "tu codigo de verificacion es 472913",
            "tu codigo de verificacion es [ONE_TIME_CODE]",
        ),
        ("验证码：472913", "验证码：[ONE_TIME_CODE]"),
        (
            "472913 es tu codigo de verificacion",
            "[ONE_TIME_CODE] es tu codigo de verificacion",
        ),
    ]);
    check_clean(&[
        "A PIN is required, 4 to 6 digits.",
        "Deliver to Pune, pin code 411001",
        "Use promo code 20242025 at checkout",
        "error code 500123 in the log",
        "zip code 94401",
        "area code 9776",
        "Enter the 6-digit verification code we sent you.",
        "The code expires in 10 minutes.",
        "Verification codes are valid for 300 seconds.",
        "Connect pin 12 to ground",
        "The PIN was reset in 2019.",
        "FA Cup 1998, the code of conduct 2020",
        "Call 5550 if the OTP does not arrive: press 1.",
        "source code 12345 lines",
    ]);
}

#[test]
fn bank_details_are_found() {
    check(&[
        (
            "IBAN DE89 3704 0044 0532 0130 00 please",
            "IBAN [IBAN_CODE] please",
        ),
        ("DE89370400440532013000", "[IBAN_CODE]"),
        ("iban:gb82west12345698765432.", "iban:[IBAN_CODE]."),
        ("IBANDE89370400440532013000", "IBAN[IBAN_CODE]"),
        ("NL91-ABNA-0417-1643-00", "[IBAN_CODE]"),
        ("FR14 2004 1010 0505 0001 3M02 606", "[IBAN_CODE]"),
        ("order DE89370400440532013000", "order [IBAN_CODE]"),
        (
            "routing number 021000021",
            "routing number [ABA_ROUTING_NUMBER]",
        ),
        (
            "ABA: 021000021, account 123456789012",
            "ABA: [ABA_ROUTING_NUMBER], account [US_BANK_NUMBER]",
        ),
        (
            "021000021 is the routing number",
            "[ABA_ROUTING_NUMBER] is the routing number",
        ),
        (
            "checking account number 000123456789",
            "checking account number [US_BANK_NUMBER]",
        ),
        (
            "my savings account is 9876543210",
            "my savings account is [US_BANK_NUMBER]",
        ),
        (
            "sort code 12-34-56, account 12345678",
            "sort code [UK_SORT_CODE], account [ACCOUNT_NUMBER]",
        ),
        ("Sort code: 200000", "Sort code: [UK_SORT_CODE]"),
        ("20-45-77 12345678", "[UK_SORT_CODE] [ACCOUNT_NUMBER]"),
    ]);
    check_clean(&[
        "IBAN DE88370400440532013000 has a wrong digit",
        "021000021 items",
        "routing table 123456789",
        "on 12-11-19 20191112 was logged",
        "Batch 20-10-24 12345678",
        "12-34-56",
    ]);
}

#[test]
fn numbers_of_accounts_and_customers_are_found_with_their_label() {
    check(&[
        (
            "Account number: 12345678",
            "Account number: [ACCOUNT_NUMBER]",
        ),
        ("acct 7916676427", "acct [ACCOUNT_NUMBER]"),
        (
            "Kundenummeret mitt er 30093186",
            "Kundenummeret mitt er [CUSTOMER_NUMBER]",
        ),
        (
            "Asiakasnumeroni on K-674496",
            "Asiakasnumeroni on [CUSTOMER_NUMBER]",
        ),
        ("A/C No. 00123-45678", "A/C No. [ACCOUNT_NUMBER]"),
        ("Kontonummer 532013000", "Kontonummer [ACCOUNT_NUMBER]"),
        (
            "numero de compte : 00051000034",
            "numero de compte : [ACCOUNT_NUMBER]",
        ),
        ("customer number 48291", "customer number [CUSTOMER_NUMBER]"),
        ("Customer ID: CUST-48291", "Customer ID: [CUSTOMER_NUMBER]"),
        (
            "{\"customer_id\": \"C10293\"}",
            "{\"customer_id\": \"[CUSTOMER_NUMBER]\"}",
        ),
        ("member no. AB 123456", "member no. [CUSTOMER_NUMBER]"),
        (
            "Policy number: POL-2021-448812",
            "Policy number: [CUSTOMER_NUMBER]",
        ),
        ("Kundennummer: 4482913", "Kundennummer: [CUSTOMER_NUMBER]"),
        (
            "numero de cliente 99812",
            "numero de cliente [CUSTOMER_NUMBER]",
        ),
        ("MRN 00482913", "MRN [CUSTOMER_NUMBER]"),
        (
            "The customer number you gave me was 884213",
            "The customer number you gave me was [CUSTOMER_NUMBER]",
        ),
        (
            "What's your account number?\nCustomer: 12345678",
            "What's your account number?\nCustomer: [ACCOUNT_NUMBER]",
        ),
        (
            "accounts 12345678 and 87654321",
            "accounts [ACCOUNT_NUMBER] and [ACCOUNT_NUMBER]",
        ),
        (
            "88421377 is my account number",
            "[ACCOUNT_NUMBER] is my account number",
        ),
    ]);
    check_clean(&[
        "Order 3348917502, invoice 20231234, ticket 884213.",
        "Case number 00482913, serial number SN-48291-X",
        "Tracking number 1Z999AA10123456784",
        "account ending in 1234",
        "Account number: [ACCOUNT_NUMBER:c3b1d2]",
        "customer number [CUSTOMER_NUMBER:c3b1d2]",
        "Your account balance: 12345.67",
        "An account number has 8 to 12 digits.",
        "member since 2019",
        "customer order 3348917502",
        "account opened 12.03.2019",
        "Ask for the account number before order 3348917502.",
        "customer number: 00000000",
    ]);
}
