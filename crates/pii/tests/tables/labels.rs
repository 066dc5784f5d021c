//! What hangs on a label from afar: before it, in the next turn of a conversation, behind leaders
//! and asides; and the many sentences in which a label has no value.

use crate::rows::{check, masked};

#[test]
fn a_value_stands_before_its_label() {
    check(&[
        (
            "I have 4821 here as your PIN, right?",
            "I have [PIN] here as your PIN, right?",
        ),
        (
            "Is 531 still the CVV on file?",
            "Is [CVV] still the CVV on file?",
        ),
        (
            "Kunden uppgav 84397905 som kundnummer.",
            "Kunden uppgav [CUSTOMER_NUMBER] som kundnummer.",
        ),
        (
            "De klant gaf Kaas2026! op als wachtwoord.",
            "De klant gaf [PASSWORD] op als wachtwoord.",
        ),
        (
            "Il risulta 9857 ancora come codice PIN",
            "Il risulta [PIN] ancora come codice PIN",
        ),
        ("kettle810 (hasło)", "[PASSWORD] (hasło)"),
        (
            "223237\n(verification code)",
            "[ONE_TIME_CODE]\n(verification code)",
        ),
        ("p#lOox7YUm <- password", "[PASSWORD] <- password"),
        (
            "She wrote 66336980 in the box for the customer number.",
            "She wrote [CUSTOMER_NUMBER] in the box for the customer number.",
        ),
        (
            "9355c768f743e14d05aeabf6ed8aa194 is still the client secret",
            "[API_KEY] is still the client secret",
        ),
    ]);
}

#[test]
fn a_value_is_told_in_the_next_turn() {
    check(&[
        (
            "Bot: Bitte nennen Sie Ihre PIN.\nAnrufer: Äh, Moment, ich muss suchen ... also 2823.",
            "Bot: Bitte nennen Sie Ihre PIN.\nAnrufer: Äh, Moment, ich muss suchen ... also [PIN].",
        ),
        (
            "[00:41] Agent: could I take the password please?\n[00:47] Caller: so that's Harbor2025!, um",
            "[00:41] Agent: could I take the password please?\n[00:47] Caller: so that's [PASSWORD], um",
        ),
        (
            "IVR: Please say the account number.\nCaller: 1638875895\nIVR: I heard 1638875895. Yes?",
            "IVR: Please say the account number.\nCaller: [ACCOUNT_NUMBER]\nIVR: I heard \
             [ACCOUNT_NUMBER]. Yes?",
        ),
        (
            "客服:请您提供一下验证码。\n客户:好的,416321。",
            "客服:请您提供一下验证码。\n客户:好的,[ONE_TIME_CODE]。",
        ),
    ]);
}

#[test]
fn leaders_asides_and_corrections_lead_to_a_value() {
    check(&[
        ("Mdp .... Riv#4749mad", "Mdp .... [PASSWORD]"),
        (
            "pincode....................... 5506",
            "pincode....................... [PIN]",
        ),
        (
            "the Wi-Fi password, Summ3r&0, is on page 2",
            "the Wi-Fi password, [PASSWORD], is on page 2",
        ),
        (
            "Her old password was wrong; the right one is P3pp3r&6.",
            "Her old password was wrong; the right one is [PASSWORD].",
        ),
        (
            "mot de passe provisoire : Lavande16#",
            "mot de passe provisoire : [PASSWORD]",
        ),
        (
            "à la rubrique mot de passe, on lit BGIxt0TVPG#UQ.",
            "à la rubrique mot de passe, on lit [PASSWORD].",
        ),
        (
            "Die Ziffern auf der Rückseite (CVC) lauten 174",
            "Die Ziffern auf der Rückseite (CVC) lauten [CVV]",
        ),
        (
            "account number (ACH) is now 1916246844",
            "account number (ACH) is now [ACCOUNT_NUMBER]",
        ),
        (
            "Enter 807 625 to confirm the payment",
            "Enter [ONE_TIME_CODE] to confirm the payment",
        ),
        ("hasło: Coffee0313?", "hasło: [PASSWORD]"),
        (
            "请将客户编号更新为 CUST-133630。",
            "请将客户编号更新为 [CUSTOMER_NUMBER]。",
        ),
    ]);
}

#[test]
fn labels_without_a_value_have_none() {
    let wrong: Vec<_> = CLEAN
        .iter()
        .filter(|text| masked(text) != **text)
        .map(|text| format!("{text:?}\n  is   {:?}", masked(text)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Labels, numbers and words that look like secrets, none of which is one.
const CLEAN: &[&str] = &[
    "Agent: Could you please give me your PIN?\nCaller: I never had one, I moved in 2019.",
    "Agent: Danke, Passwort ist notiert.",
    "Agent: Please confirm your password.\nCaller: I have forgotten it, what now?",
    "Agent: May I have the CVV please?\nCaller: Where is that?\nAgent: It has 3 digits.",
    "We need the customer number first. The meeting is at 14:30.",
    "The password page loads in 12 seconds since version 5.14.2.",
    "Password reset takes 24 hours; the link expires after 30 minutes.",
    "Your password... hmm, I cannot see it from here.",
    "My password, sadly, no longer works.",
    "The old password was wrong; the right one is known to her only.",
    "The PIN was wrong; the right one is in the letter of 12 March.",
    "<input type=\"password\" name=\"password\" autocomplete=\"off\" maxlength=\"69\">",
    "work pass holder\nAgent: Sure, please go ahead.",
    "password = os.environ['DB_PASSWORD']\nconn = connect(user='svc', password=password)",
    "[REDACTED] is the password on file",
    "Order 4821990 was shipped. The account number is missing.",
    "Invoice 20231234 as agreed; customer number to follow.",
    "Ticket 48291 is for the customer number field.",
    "Use 3 to 5 words to confirm the topic.",
    "Enter 2024 in the year field and continue.",
    "Use version 4.2.1 to log in to the portal.",
    "Customer 3 of 12 has called.",
    "The customer paid 48291 dollars.",
    "Client 2.4.1 is out, update today.",
    "Patient since 2019, member since 2021.",
    "Der Kunde hat 3 Passwörter vergessen.",
    "Das Passwort noch ändern, bitte.",
    "Das Kennwort gilt 90 Tage und hat 12 Zeichen.",
    "In der Akte steht unter Passwort noch nichts.",
    "Die PIN kommt in 5 bis 7 Tagen per Post.",
    "Geheimzahl dreimal falsch, Karte seit 2024 gesperrt.",
    "Votre mot de passe doit comporter 12 caractères.",
    "Le code PIN a été bloqué après 3 essais.",
    "À la rubrique mot de passe, on lit : obligatoire.",
    "Su contraseña caduca en 90 días.",
    "La contraseña pone obligatoria en rojo.",
    "La password scade tra 30 giorni.",
    "Il codice PIN ha 5 cifre.",
    "A senha deve ter pelo menos 8 caracteres.",
    "Het wachtwoord moet 10 tekens lang zijn.",
    "Hasło musi mieć co najmniej 8 znaków.",
    "Lösenordet måste ha minst 10 tecken.",
    "Passordet må byttes hver 90. dag.",
    "Adgangskoden skal have mindst 8 tegn.",
    "Salasana vaihtuu 90 päivän välein.",
    "Bindningstiden går ut 2025-11-10.",
    "The Visa card offer expires 12/2027 while stocks last.",
    "Green Medicare card, valid to 08/2027.",
    "The API key section is on page 1204 of the manual.",
    "api_key: str = Field(description=\"the key of the service\")",
    "The token count was 128000 and the session took 3600 s.",
    "sha256 9f86d081884c7d659a2feaa0c55ad015 is the hash, not the token.",
    "Commit 1b4bf6686e2efd83ae3ec515a86df774 fixes the API key dialog.",
    "build=6.21.9352 took=385ms client_id=",
    "sort code and account number: see order 149566",
    "The account manager called at 10:15 about case 991316.",
    "Konto seit 2011, Vertrag bis 2027.",
    "Security code? It is the three digits on the back.",
    "Agent: Is your account number still right?\nCaller: Yes. The bill of 2024 says 52.16 euros.",
    "Agent: Do you have the order number and the PIN?\nCaller: The order is 4821990.",
    "The dress code is business, the gate code was changed in 2023.",
    "She told 3 agents her password in 2 weeks.",
    "The secret key........ is hard work.",
    "I wrote 2500 words in the field report.",
];
