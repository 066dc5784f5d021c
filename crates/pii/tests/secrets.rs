//! Secrets and labelled numbers: what tells one, and what only looks like it.
//!
//! Expected values are written as the masked sentence, so that a row reads as what a user sees.

use agent_assist_pii::{Scanner, SubjectTerms, mask};

fn masked(text: &str) -> String {
    mask(text, &Scanner::new().scan(text, &SubjectTerms::none())).into_text()
}

/// Checks all rows at once, so that one run shows every row that fails.
fn check(rows: &[(&str, &str)]) {
    let wrong: Vec<String> = rows
        .iter()
        .map(|(text, expected)| (masked(text), *text, *expected))
        .filter(|(found, _, expected)| found != expected)
        .map(|(found, text, expected)| format!("{text:?}\n  is   {found:?}\n  not  {expected:?}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn check_clean(texts: &[&str]) {
    let rows: Vec<_> = texts.iter().map(|text| (*text, *text)).collect();
    check(&rows);
}

#[test]
fn passwords_are_found_where_a_text_tells_one() {
    check(&[
        ("my password is hunter2", "my password is [PASSWORD]"),
        ("My password is Tr0ub4dor&3.", "My password is [PASSWORD]."),
        ("password: sunshine", "password: [PASSWORD]"),
        (
            "my password is sunshine, can you log me in?",
            "my password is [PASSWORD], can you log me in?",
        ),
        ("pw: Winter2024!", "pw: [PASSWORD]"),
        ("pwd=abc123XYZ;", "pwd=[PASSWORD];"),
        ("user: joe, pass: S3cr3t!x", "user: joe, pass: [PASSWORD]"),
        (
            "Das Passwort lautet Sommer2023!",
            "Das Passwort lautet [PASSWORD]",
        ),
        ("Passwort: geheim99", "Passwort: [PASSWORD]"),
        (
            "mi contraseña es football786%",
            "mi contraseña es [PASSWORD]",
        ),
        (
            "Mein Passwort auf Sommer66! ändern",
            "Mein Passwort auf [PASSWORD] ändern",
        ),
        (
            "qwerty-Barcelona-94 è la mia password",
            "[PASSWORD] è la mia password",
        ),
        ("mot de passe : Soleil75", "mot de passe : [PASSWORD]"),
        ("Mi clave es Madrid2020", "Mi clave es [PASSWORD]"),
        ("senha: Brasil@2022", "senha: [PASSWORD]"),
        ("wachtwoord: Tulp!2021", "wachtwoord: [PASSWORD]"),
        ("haslo: Zima2022", "haslo: [PASSWORD]"),
        (
            "The password for the portal is Blue$ky77 and it expires soon",
            "The password for the portal is [PASSWORD] and it expires soon",
        ),
        (
            "I changed my password to Fl0wer_Power",
            "I changed my password to [PASSWORD]",
        ),
        (
            "{\"username\":\"joe\",\"password\":\"p@ss w0rd\"}",
            "{\"username\":\"joe\",\"password\":\"[PASSWORD]\"}",
        ),
        ("DB_PASSWORD=s3cr3tDb!", "DB_PASSWORD=[PASSWORD]"),
        (
            "export PGPASSWORD='xK9#mm2'",
            "export PGPASSWORD='[PASSWORD]'",
        ),
        (
            "Server=db;User Id=sa;Password=Pa55w.rd;Encrypt=true",
            "Server=db;User Id=sa;Password=[PASSWORD];Encrypt=true",
        ),
        (
            "Password (case sensitive): qWe!23rt",
            "Password (case sensitive): [PASSWORD]",
        ),
        (
            "Login: joe / Password: hunter22",
            "Login: joe / Password: [PASSWORD]",
        ),
        ("Password\nTr0ub4dor&3", "Password\n[PASSWORD]"),
        ("Tr0ub4dor&3 is my password", "[PASSWORD] is my password"),
        (
            "use Welcome123 as the password",
            "use [PASSWORD] as the password",
        ),
        (
            "What's your password? It's Gr33nTea!",
            "What's your password? It's [PASSWORD]",
        ),
        (
            "<password>abc123!</password>",
            "<password>[PASSWORD]</password>",
        ),
        (
            "Passphrase: correct horse battery staple",
            "Passphrase: [PASSWORD]",
        ),
        ("| password | Zx9!kkPq |", "| password | [PASSWORD] |"),
        (
            "mysql --password=hunter2x -u root",
            "mysql --password=[PASSWORD] -u root",
        ),
        ("password \"letmein99\"", "password \"[PASSWORD]\""),
        (
            "Temporary password: Xy7-pQ2-zz",
            "Temporary password: [PASSWORD]",
        ),
        (
            "wifi password is BlueHouse42",
            "wifi password is [PASSWORD]",
        ),
    ]);
}

#[test]
fn sentences_about_passwords_tell_none() {
    check_clean(&[
        "Your password must have 8 characters.",
        "Your password must be at least 8 characters long and contain 1 digit.",
        "Reset your password here.",
        "The password is required.",
        "The password is incorrect, please try again.",
        "Password is case sensitive.",
        "Enter your password below:",
        "Enter your password, then press 1.",
        "password: <password>",
        "password: ********",
        "PASSWORD=${PASSWORD}",
        "password = {{ vault_password }}",
        "password: string",
        "password: null,",
        "const password = getPassword();",
        "let password = req.body.password;",
        "password = os.environ[\"DB_PASSWORD\"]",
        "Forgot password? Click the link.",
        "password reset link sent in 2024",
        "The password expires after 90 days.",
        "Password: 8-16 characters",
        "Minimum password length: 12",
        "password_min_length=12",
        "a password-protected file from 2023",
        "Never share your password with anyone.",
        "My password is not working",
        "my password is wrong",
        "Das Passwort ist falsch.",
        "Das Passwort muss mindestens 8 Zeichen lang sein.",
        "Le mot de passe est incorrect.",
        "Passwords are hashed with bcrypt, 12 rounds.",
        "I forgot my password and need help.",
        "Password\nUsername\n",
        "Step 3: click on Password, then Save.",
        "the boarding pass 1234567 is invalid",
        "Username and password are required for 2 users.",
        "password: [PASSWORD]",
    ]);
}

#[test]
fn keys_of_vendors_are_found_by_their_beginnings() {
    for key in [
        concat!("AK", "IAQ4X7ZL2MPT6WJ3RB"),
        concat!("AI", "zaSyB1c2D3e4F5g6H7i8J9k0L1m2N3o4P5q6R"),
        concat!("sk_", "live_51H8aQ2KZvT9xYpLmN0bVcR"),
        concat!("gh", "p_16C7e42F292c6912E7710c838347Ae178B4a"),
        concat!(
            "github",
            "_pat_11ABCDEFG0aBcDeFgHiJkL_mNoPqRsTuVwXyZ0123456789abcdef"
        ),
        concat!("gl", "pat-x7Yb2KpQ9wLm4NvR8sTz"),
        concat!(
            "xo",
            "xb-263594206564-2343594206574-FGqddMF8t08v8N7Oq4i57vs1"
        ),
        concat!(
            "SG",
            ".ngeVfQFYQlKU0ufo8x5d1A.TwL2iGABf9DHoTf09kqeF8tAmbihYzrnopKc1s5cr"
        ),
        concat!("np", "m_aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5"),
        concat!("sk-", "proj-a8Fj3kLm9QwErTy7UiOp2AsDfGh5JkL"),
        concat!("sk-ant", "-api03-Xy7Zk2Lm9Qw4Er8Ty1Ui5Op3As6Df0Gh"),
        concat!("hf", "_aBcDeFgHiJkLmNoPqRsTuVwXyZ12345678"),
        concat!(
            "dop",
            "_v1_b1946ac92492d2347c6235b4d2611184b1946ac92492d2347c6235b4d2611184"
        ),
        concat!("shp", "at_0123a5678b9abcdef0e23456789abcde"),
        concat!("SK", "0a1b2c3d4e5f60718293a4b5c6d7e8f9"),
        concat!("key-", "3ax6xnjp29jd6fds4gc373sgvjxteol0"),
        concat!("0a1b2c3d4e5f60718293a4b5c6d7e8f9", "-us14"),
        concat!("110201543", ":AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsawz"),
        concat!("da", "pi0a1b2c3d4e5f60718293a4b5c6d7e8f9"),
    ] {
        check(&[
            (&format!("the key {key} leaked"), "the key [API_KEY] leaked"),
            (&format!("KEY={key}\n"), "KEY=[API_KEY]\n"),
            (&format!("(\"{key}\")."), "(\"[API_KEY]\")."),
        ]);
    }
}

#[test]
fn tokens_and_labelled_keys_are_found() {
    let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U";
    check(&[
        (
            &format!("Authorization: Bearer {jwt}"),
            "Authorization: Bearer [ACCESS_TOKEN]",
        ),
        (&format!("it said {jwt}."), "it said [ACCESS_TOKEN]."),
        (
            "Authorization: Basic am9lOnMzY3IzdA==",
            "Authorization: Basic [ACCESS_TOKEN]",
        ),
        (
            "Authorization: Bearer 8f14e45fceea167a5a36dedd4bea2543",
            "Authorization: Bearer [ACCESS_TOKEN]",
        ),
        (
            "access_token=mF_9.B5f-4.1JqMa7Qx2&type=bearer",
            "access_token=[ACCESS_TOKEN]&type=bearer",
        ),
        (
            "{\"refresh_token\": \"tGzv3JOkF0XG5Qx2TlKWIA\"}",
            "{\"refresh_token\": \"[ACCESS_TOKEN]\"}",
        ),
        (
            "Set-Cookie: sessionid=38afes7a8dk3lq91xy; Path=/; Secure",
            "Set-Cookie: sessionid=[ACCESS_TOKEN]; Path=/; Secure",
        ),
        (
            "Cookie: JSESSIONID=8A6F3C2E9B1D4F70A5",
            "Cookie: JSESSIONID=[ACCESS_TOKEN]",
        ),
        (
            "x-api-key: 9f86d081884c7d659a2feaa0",
            "x-api-key: [API_KEY]",
        ),
        ("my api key is Zk3Jq8Lw2Nx9Rv5T", "my api key is [API_KEY]"),
        (
            "client_secret = \"q8~Q~3xKpVtR7mW2bN9yLsD4\"",
            "client_secret = \"[API_KEY]\"",
        ),
        (
            "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYzRkLmPq83x",
            "aws_secret_access_key = [API_KEY]",
        ),
        (
            "AccountName=x;AccountKey=Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MGFiY2RlZg==;End",
            "AccountName=x;AccountKey=[API_KEY];End",
        ),
        (
            "Session token: 3f9a2c41d0b7e865aa01",
            "Session token: [ACCESS_TOKEN]",
        ),
    ]);
}

#[test]
fn hashes_names_and_placeholders_are_no_keys() {
    check_clean(&[
        "commit 4ffd0c8a1b2c3d4e5f60718293a4b5c6d7e8f901",
        "Request 550e8400-e29b-41d4-a716-446655440000 failed",
        "sha256: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "api_key: YOUR_API_KEY_HERE_123",
        "api key: <your key>",
        "Create an API key in the settings, step 3.",
        "sk-learn 1.2 and pk_test are names",
        "The token expires after 3600 seconds.",
        "token: ${GITHUB_TOKEN}",
        "Bearer authentication uses RFC 6750.",
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk",
        "The secret is 3 cups of flour.",
        "This session is 45 minutes long.",
        "AC1 and SK2 are rooms; tracking 1Z999AA10123456784",
        "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE1234\n-----END PUBLIC KEY-----",
        "Files that begin with -----BEGIN RSA PRIVATE KEY----- are keys, 2 of them.",
    ]);
}

#[test]
fn private_keys_are_found_whole() {
    let body = "MIIEpAIBAAKCAQEA7bq3Xk9v2mT+8cJ/4Yz0Rr5pWnQd1sLhUeF6gVtBxKaOiNwE";
    let block = |heading: &str, body: &str| {
        format!("-----BEGIN {heading}-----{body}-----END {heading}-----")
    };
    for heading in [
        "PRIVATE KEY",
        "RSA PRIVATE KEY",
        "EC PRIVATE KEY",
        "OPENSSH PRIVATE KEY",
        "ENCRYPTED PRIVATE KEY",
        "PGP PRIVATE KEY BLOCK",
    ] {
        for body in [
            format!("\n{body}\n{body}\nab3=\n"),
            format!("\\n{body}\\n{body}\\n"),
            format!(" {body} {body} "),
        ] {
            let key = block(heading, &body);
            check(&[(&format!("key:\n{key}\nbye"), "key:\n[PRIVATE_KEY]\nbye")]);
        }
    }
    check(&[
        (
            &format!("-----BEGIN RSA PRIVATE KEY-----\n{body}\n{body}\nand so on"),
            "[PRIVATE_KEY]\nand so on",
        ),
        (
            &format!(
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,1234\n\n{body}\n-----END RSA PRIVATE KEY----- ok"
            ),
            "[PRIVATE_KEY] ok",
        ),
        (
            &format!(
                "PuTTY-User-Key-File-2: ssh-rsa\nEncryption: none\nPublic-Lines: 1\n{body}\nPrivate-Lines: 1\n{body}\nPrivate-MAC: 0a1b2c\nbye"
            ),
            "[PRIVATE_KEY]\nbye",
        ),
        (
            "private key: 0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318",
            "private key: [PRIVATE_KEY]",
        ),
    ]);
}

#[test]
fn addresses_that_let_somebody_in_are_found_whole() {
    for link in [
        "postgres://joe:s3cret@db.example.com:5432/app",
        "https://joe:hunter2@example.com/",
        "mongodb+srv://admin:p%40ss@cluster0.mongodb.net/test?retryWrites=true",
        "https://example.com/login?token=8f14e45fceea167a",
        "https://example.com/reset-password/8f14e45fceea167a5a36",
        "https://b.s3.amazonaws.com/f.pdf?X-Amz-Signature=9f86d081884c7d65&X-Amz-Date=20240101",
        "https://example.com/u?email=joe%40example.com&id=4",
        "https://example.com/unsubscribe?email=joe@example.com",
        "https://example.com/cb#access_token=ya29aBc123dEf&type=bearer",
        "https://hooks.slack.com/services/T00000001/B00000002/aB3dE5fG7hI9jK1lM3nO5pQ7",
        "https://a.blob.core.windows.net/c/f?sv=2022-11-02&sig=Zm9vYmFyMTIz%3D",
        "www.example.com/verify?code=a8Fj3kLm9QwE",
        "https://example.com/find?ssn=123-45-6789",
        "https://example.com/call?phone=9776252661",
    ] {
        check(&[
            (&format!("Open {link} now"), "Open [URL] now"),
            (
                &format!("<a href=\"{link}\">here</a>"),
                "<a href=\"[URL]\">here</a>",
            ),
            (&format!("({link})."), "([URL])."),
        ]);
    }
}

#[test]
fn ordinary_links_are_left_alone() {
    check_clean(&[
        "https://example.com/products/12345?color=red&size=42",
        "See https://docs.example.com/api/v2/auth?lang=en#token for details.",
        "https://example.com/reset-password",
        "https://example.com/orders?id=3348917502&page=2",
        "http://localhost:8080/health",
        "https://example.com/password/reset?token={token}",
        "https://example.com/login?next=/account",
        "https://github.com/rust-lang/rust/commit/4ffd0c8a1b2c3d4e5f60718293a4b5c6d7e8f901",
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ",
        "https://shop.example.com/?utm_source=mail&code=SAVE20",
        "Why? Because: 3 = 3",
    ]);
}

#[test]
fn card_verification_values_are_found_with_their_label() {
    check(&[
        ("CVV: 123", "CVV: [CVV]"),
        ("cvv 123", "cvv [CVV]"),
        ("CVV2=1234", "CVV2=[CVV]"),
        ("the cvc is 987.", "the cvc is [CVV]."),
        ("security code 4821", "security code [CVV]"),
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
