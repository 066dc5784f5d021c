//! Secrets: what tells one, and what only looks like it.

use crate::rows::{check, check_clean};

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
fn passwords_are_found_by_adjectives_attributes_and_pronouns() {
    check(&[
        ("MDP provisoire Chocolat#951", "MDP provisoire [PASSWORD]"),
        ("senha provisória Verao#2211", "senha provisória [PASSWORD]"),
        (
            "he puesto la clave Lunita#411 y no es válida",
            "he puesto la clave [PASSWORD] y no es válida",
        ),
        (
            "it's just \"Firefly1989?\", why doesn't that password work",
            "it's just \"[PASSWORD]\", why doesn't that password work",
        ),
        (
            "<add key=\"Password\" value=\"hunter2Xy\" />",
            "<add key=\"Password\" value=\"[PASSWORD]\" />",
        ),
    ]);
    check_clean(&[
        "INFO 2024-02-21T11:30:53Z password reset mail queued",
        "<input type=\"password\" value=\"Your secret word\">",
        "la clave del éxito, la clave publica",
        "He said \"thanks\" and left that password form",
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
fn keys_are_found_in_the_sentence_that_uses_them() {
    check(&[
        (
            "we use the key 4f1d0ad47c57d09f05809b4e7f038aa7 from the dashboard",
            "we use the key [API_KEY] from the dashboard",
        ),
        (
            "new api key as discussed -> 4f1d0ad47c57d09f05809b4e7f038aa7",
            "new api key as discussed -> [API_KEY]",
        ),
        (
            "key for the billing service (4f1d0ad47c57d09f05809b4e7f038aa7) expires",
            "key for the billing service ([API_KEY]) expires",
        ),
    ]);
    check_clean(&[
        "Use the key F12 or the key under the mat 12345678.",
        "The key for the room (second floor) is at the desk since 2021.",
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
fn passwords_are_found_in_wishes_chains_and_options() {
    check(&[
        (
            "the password for calls should be \"Blue!Whale77\"",
            "the password for calls should be \"[PASSWORD]\"",
        ),
        (
            "mein Passwort sollte Blau!Wal77 sein",
            "mein Passwort sollte [PASSWORD] sein",
        ),
        (
            "the password on my account is Blue!Whale77",
            "the password on my account is [PASSWORD]",
        ),
        (
            "I have copper-walnut-bicycle as my password",
            "I have [PASSWORD] as my password",
        ),
        (
            "Caller told us the pw (copper-walnut-bicycle)",
            "Caller told us the pw ([PASSWORD])",
        ),
        (
            "my pasword is copper-walnut-bicycle today",
            "my pasword is [PASSWORD] today",
        ),
        (
            "mysqldump -h db1 -u root -pBlue_Whale77 shop",
            "mysqldump -h db1 -u root -p[PASSWORD] shop",
        ),
        (
            "mariadb -u root -p'Blue_Whale77' shop",
            "mariadb -u root -p'[PASSWORD]' shop",
        ),
        ("密码是Blue!Whale77，登录不了", "密码是[PASSWORD]，登录不了"),
        ("パスワードはBlue!Whale77です", "パスワードは[PASSWORD]です"),
        (
            "비밀번호가 Blue!Whale77인데요",
            "비밀번호가 [PASSWORD]인데요",
        ),
    ]);
    check_clean(&[
        "The password should be changed every 90 days.",
        "The password should be at least 12 characters.",
        "The password on the account is wrong.",
        "The password (case-sensitive) is required.",
        "use a state-of-the-art password",
        "mysql -u root -p shop",
        "mysql version 8.0.32",
        "비밀번호를 잊었어요",
        "비밀번호는 8자리 이상이어야 합니다",
        "密码是8-20位字母和数字",
        "パスワードは8文字以上です",
        "result=failed reason=wrong_password tries=4",
    ]);
}

#[test]
fn keys_are_found_where_a_colon_announces_them() {
    check(&[
        (
            "the bearer token, unabridged: 7f3A9c0d2E4b6A8f1C3d5E7f9A0b",
            "the bearer token, unabridged: [ACCESS_TOKEN]",
        ),
        (
            "our api key, to be complete: 7f3a9c0d2e4b6a8f1c3d5e7f9a0b1c2d",
            "our api key, to be complete: [API_KEY]",
        ),
    ]);
    check_clean(&[
        "The session was closed: 2f3A9c0d2E4b6A8f1C3d5E7f9A0b",
        "api key rotated in commit: 7f3a9c0d2e4b6a8f1c3d5e7f9a0b1c2d",
    ]);
}
