//! Secret digits with a label: card verification values, PINs and one-time codes.
//!
//! Such digits have no structure but their number, so a label is always asked for. `Security code`
//! names two kinds; three or four digits are a card's, more are a one-time code.

use std::ops::Range;

use crate::{
    context::{Cue, Phrases, Topic, TopicSet, WordList},
    entity::Entity,
    rules::{
        Candidate, Found, before,
        label::{self, Link},
        reply,
    },
    view::View,
};

/// What the labels are about.
const TOPICS: TopicSet = Topic::Cvv
    .set()
    .with(Topic::Pin)
    .with(Topic::OneTimeCode)
    .with(Topic::Code);
/// Words that may stand between a label and its value: "the CVV on the back of my Visa is 123",
/// "the code I got by SMS is 472913".
const THROUGH: TopicSet = TOPICS
    .with(Topic::Card)
    .with(Topic::Dial)
    .with(Topic::Phone)
    .with(Topic::Email);

/// More bytes than the longest code of letters and digits has, with dashes behind it.
const LONGEST_MIXED: usize = 32;

/// What such codes are called.
pub(crate) const PHRASES: &[Phrases] = &[
    Phrases {
        topic: Topic::Cvv,
        phrases: "cvv | cvc | cvn | csc | cav | cvv number | cvc number | cvv code | cvc code | cid | \
            security code | security code on the back | security code on back | security number on the back | \
            security code on the front | sec code | sec number | card code | card security code | \
            card verification | card verification value | \
            card verification code | card verification number | verification value | three \
            digits on the back | three digit code | code on the front | digit code on the front | \
            four digit code on the front | number on the front | three digit number on the back | code on back | code on front | \
            dreistellige code | dreistelliger code | dreistelligen code | code auf der ruckseite | \
            dreistellige zahl auf der ruckseite | zahl auf der ruckseite | \
            nummer auf der ruckseite | code a trois chiffres | code au dos | numero au dos | \
            codigo del reverso | codigo de tres digitos | codigo al dorso | numero al dorso | \
            codice sul retro | codice a tre cifre | numero sul retro | codigo no verso | \
            codigo de tres digitos | numero no verso | driecijferige code | code achterop | \
            code op de achterkant | trzycyfrowy kod | kod z tylu | kod na odwrocie | \
            tresiffrig kod | tresiffrig kode | kod pa baksidan | koden pa baksidan | \
            koden pa baksiden | koden pa bagsiden | trecifret kode | digits on \
            the back | numeros del reverso | tres numeros del reverso | numeros no verso | \
            numeri sul retro | prufziffer | kartenprufziffer | 3 digits on the back | 4 digits on the front | four digits on the front | \
            digits on the front | back of the card | back of my card | number on the back | code \
            on the back | security digits | security number | signature panel code | last three \
            digits on the signature strip | three digits on the signature strip | digits on the \
            signature strip | drei ziffern auf der ruckseite | ziffern auf der ruckseite | \
            dreistellige nummer auf der ruckseite | trois chiffres au dos | chiffres au dos | \
            tres digitos del reverso | digitos del reverso | tres digitos no verso | digitos no \
            verso | tre cifre sul retro | cifre sul retro | drie cijfers op de achterkant | \
            cijfers op de achterkant | trzy cyfry z tylu | card cvv | last three digits on the \
            back | prufnummer | prufziffer | kartenprufnummer | kartenprufziffer | \
            kartenprufcode | sicherheitscode | sicherheitscode auf der ruckseite | sicherheitsnummer | cryptogramme | cryptogramme \
            visuel | cryptogramme au dos | code de securite | code de securite au dos | code cvv | code cvc | codigo de seguridad | codigo de seguridad al dorso | codigo de seguridad del reverso | codigo cvv | \
            codigo de verificacion de la tarjeta | codice di sicurezza | codice di sicurezza sul retro | codice cvv | codigo de \
            seguranca | codigo de seguranca no verso | veiligheidscode | veiligheidscode achterop | beveiligingscode | controlecode | kod cvv | kod cvc | kod zabezpieczajacy | \
            kod bezpieczenstwa | numer cvv | sakerhetskod | kontrollsiffror | sikkerhetskode | \
            kontrolcifre | sikkerhedskode | turvakoodi | turvaluku | 安全码 | 安全碼 | セキュリティコード | \
            보안코드 | 보안 코드",
    },
    Phrases {
        topic: Topic::Pin,
        phrases: "pin | pins | pin code | pincode | pin number | pin no | personal identification \
            number | atm pin | card pin | security pin | debit pin | phone pin | account pin | \
            telephone pin | voicemail pin | unlock pin | sim pin | puk | puk code | passcode pin \
            | geheimzahl | geheimnummer | persönliche identifikationsnummer | pin nummer | \
            pinnummer | code pin | code secret | code confidentiel | code personnel | numero pin \
            | codigo pin | clave pin | numero secreto | clave secreta | codice pin | codice \
            segreto | numero de pin | codigo secreto | pinkod | kod pin | numer pin | pinkode | \
            pin kode | pin kod | pin koodi | pinkoodi | tunnusluku | 暗証番号 | 핀번호 | 取款密码 | PIN码 | PIN碼 | PIN コード | PINコード | PIN番号 | PIN번호 | PIN 번호",
    },
    Phrases {
        topic: Topic::OneTimeCode,
        phrases: "otp | otps | otp code | otp number | one time code | one time password | one time \
            passcode | one time pin | one time pass code | one time security code | one time \
            verification code | single use code | temporary code | temporary passcode | \
            verification code | verify code | verification number | verification pin | security \
            code | authentication code | authenticator code | auth code | authorization code | \
            authorisation code | login code | log in code | sign in code | signin code | sign on \
            code | passcode | pass code | access code | confirmation code | activation code | \
            recovery code | backup code | reset code | password reset code | unlock code | \
            pairing code | linking code | device code | registration code | 2fa | 2fa code | mfa \
            | mfa code | mfa token | 2sv code | two factor code | two factor authentication code \
            | two step verification code | two step code | totp | totp code | authenticator | authenticator app | sms code | text \
            code | texted code | code by sms | code via sms | code by text | code texted | code \
            from the text | code from the sms | code in the text | code sent to | code we sent | \
            code we texted | code we just texted | code we just sent | code just texted | \
            code just sent | code you texted | code you just texted | code you just sent | \
            code texted to | code i was sent | code i was texted | code in the message | \
            code from the message | code in the sms | code in the email | code from the email | \
            code per sms | code aus der sms | code recu par sms | code par sms | \
            codigo por sms | codigo del sms | codice via sms | codice ricevuto | \
            codigo recebido | code uit de sms | kod z sms | kod z smsa | \
            code i received | code i got | code you received | code that was sent | code you \
            sent | tan | mtan | smstan | sms tan | push tan | bestatigungscode | \
            verifizierungscode | sicherheitscode | einmalcode | einmalpasswort | einmal code | \
            einmalkennwort | freischaltcode | anmeldecode | zugangscode | aktivierungscode | \
            authentifizierungscode | code de verification | code de confirmation | code a usage \
            unique | code de validation | code d acces | code d authentification | code de \
            connexion | code d activation | code sms | codigo de verificacion | codigo de \
            confirmacion | codigo de un solo uso | codigo de acceso | codigo de autenticacion | \
            codigo sms | codigo de activacion | codigo de seguridad | clave de un solo uso | \
            codigo otp | codice di verifica | codice di conferma | codice otp | codice di \
            accesso | codice di autenticazione | codice monouso | codice temporaneo | codice sms \
            | codigo de verificacao | codigo de confirmacao | codigo de acesso | codigo de uso \
            unico | codigo de autenticacao | codigo de ativacao | verificatiecode | \
            bevestigingscode | inlogcode | eenmalige code | toegangscode | activeringscode | \
            sms-code | kod weryfikacyjny | kod jednorazowy | kod potwierdzajacy | kod \
            autoryzacyjny | kod sms | kod dostepu | kod aktywacyjny | kod logowania | \
            verifieringskod | engangskod | engangskode | inloggningskod | bekraftelsekod | \
            bekreftelseskode | bekraeftelseskode | verifiseringskode | verifikationskode | sms \
            kode | sms kod | smskod | pakode | innloggingskode | vahvistuskoodi | \
            kertakayttokoodi | kertakoodi | 验证码 | 驗證碼 | 校验码 | 动态码 | 인증번호 | 인증 번호 | 인증코드 | 認証コード \
            | 確認コード | ワンタイムパスワード",
    },
    Phrases {
        topic: Topic::Code,
        phrases: "code | codes | codigo | codice | kod | kode | koodi",
    },
    Phrases {
        topic: Topic::Reference,
        phrases: "area code | country code | dial code | dialing code | dialling code | discount code \
            | promotional code | offer code | referral code | invite code | voucher code | \
            coupon code | gift card code | source code | exit code | response code | http code | \
            result code | return code | reason code | fault code | color code | colour code | \
            dress code | qr code | bar code | style code | store code | branch code | tax code | \
            department code | cost code | building code | gate code | currency code | language \
            code | airport code | bank code | swift code | bic | fehlercode | aktionscode | \
            gutscheincode | rabattcode | code promo | code erreur | code d erreur | codigo \
            promocional | codigo de error | codigo de descuento | codice sconto | codice errore \
            | codice promozionale | codigo de erro | codigo de desconto | kortingscode | \
            foutcode | kod rabatowy | kod promocyjny | kod bledu | rabattkod | rabatkode | \
            felkod | code of conduct | code review | code block | code base | codebase",
    },
    Phrases {
        topic: Topic::Address,
        phrases: "zip code | zip | postal code | post code | code postal | codigo postal | \
            postleitzahl | plz | kod pocztowy | postnummer | postcode | cap | cep",
    },
];

/// The codes in `view`.
pub(crate) fn find(view: &View<'_>, found: &mut Found) {
    for cue in label::labels(view, TOPICS) {
        let Some((value, link)) = value_of(view, cue) else {
            continue;
        };
        let mut next = Some(value);
        while let Some(value) = next {
            if !propose(view.text(), cue, &value, link.percent(), found) {
                break;
            }
            let at = label::next_in_list(view.text(), value.end);
            next = at.and_then(|at| {
                let digit = at
                    + view.text()[at..]
                        .find(|c: char| c.is_ascii_digit())
                        .filter(|skipped| *skipped <= 5)?;
                read(view.text(), at, cue, digit)
            });
        }
    }
    instructed(view, found);
    for (cue, cell) in view.cues.cells(view.text(), TOPICS) {
        let value = label::cell_text(view.text(), &cell);
        propose(view.text(), cue, &value, 90, found);
    }
}

/// Codes that somebody is told to use: `Enter 807 625 to confirm the payment`.
fn instructed(view: &View<'_>, found: &mut Found) {
    const VERBS: [&str; 4] = ["use ", "enter ", "type ", "input "];
    const ENDS: [&str; 7] = [
        " to sign in",
        " to log in",
        " to login",
        " to confirm",
        " to verify",
        " to complete your",
        " to authorize",
    ];
    let (text, numerals) = (view.text(), &view.numerals);
    for index in 0..numerals.len() {
        let digits = numerals.span(index..index + 1);
        let before = &text.as_bytes()[..digits.start];
        let follows = |verb: &&str| {
            let end = before
                .len()
                .checked_sub(verb.len())
                .map(|from| &before[from..]);
            end.is_some_and(|end| end.eq_ignore_ascii_case(verb.as_bytes()))
        };
        if !(3..=8).contains(&digits.len()) || !VERBS.iter().any(follows) {
            continue;
        }
        let value = with_other_half(text, digits);
        let is_used = ENDS.iter().any(|end| text[value.end..].starts_with(end));
        if is_used && value.len() >= 4 && label::stands_alone(text, &value) {
            found.push(Candidate::new(&Entity::OneTimeCode, "code", value, 80));
        }
    }
}

/// Adds `value` if a label like `cue` can have it.
fn propose(text: &str, cue: &Cue, value: &Range<usize>, percent: u8, found: &mut Found) -> bool {
    let Some(entity) = kind(text, cue, value) else {
        return false;
    };
    let mut candidate = Candidate::new(&entity, "code", value.clone(), percent);
    candidate.cue = Some(cue.start..cue.end);
    found.push(candidate);
    true
}

/// The value that `cue` labels, behind it or before it.
fn value_of(view: &View<'_>, cue: &Cue) -> Option<(Range<usize>, Link)> {
    let text = view.text();
    let behind = label::digit_behind(view, cue)
        .and_then(|at| read(text, cue.end, cue, at))
        .and_then(|value| {
            let link = label::link(view, cue, value.start, THROUGH)?;
            Some((value, link))
        })
        .filter(|(value, link)| *link == Link::Tight || !is_year(text, value));
    let replied = || {
        let at = reply::digit(view, cue, THROUGH)?;
        let value = read(text, start_of_word(text, at), cue, at)?;
        let is_one = kind(text, cue, &value).is_some() && !is_year(text, &value);
        is_one.then_some((value, Link::Answer))
    };
    behind.or_else(replied).or_else(|| {
        let digits = before::digits_before(view, cue)?;
        let value = with_other_half(text, digits);
        let from = text.floor_char_boundary(value.start.saturating_sub(6));
        label::stands_alone(text, &value).then(|| (with_prefix(text, value, from), Link::Loose))
    })
}

/// Where the letters begin that are tied to the front of the digit at `at`: `R4WX9B`.
fn start_of_word(text: &str, at: usize) -> usize {
    text[..at]
        .trim_end_matches(|c: char| c.is_ascii_alphanumeric() || c == '-')
        .len()
}

/// The code whose first digit is at `at`: `472913`, `472 913`, `G-472913`, `7F3K9Q`.
fn read(text: &str, from: usize, cue: &Cue, at: usize) -> Option<Range<usize>> {
    let end = at + label::digits_at(text, at);
    let value = with_other_half(text, at..end);
    if label::stands_alone(text, &value) {
        return Some(with_prefix(text, value, from));
    }
    mixed(text, from, cue, at)
}

/// Widens digits by the letters tied to their front, back to `from` at most: `G-472913`.
fn with_prefix(text: &str, value: Range<usize>, from: usize) -> Range<usize> {
    let before = &text[from.min(value.start)..value.start];
    let head = before.strip_suffix('-').unwrap_or_default();
    let letters = head.len()
        - head
            .trim_end_matches(|c: char| c.is_ascii_uppercase())
            .len();
    let is_prefixed = (1..=4).contains(&letters)
        && !head[..head.len() - letters].ends_with(char::is_alphanumeric);
    let start = value.start - if is_prefixed { letters + 1 } else { 0 };
    start..value.end
}

/// A code of capitals and digits, or of lower-case letters and digits, 5 to 10 of them.
fn mixed(text: &str, from: usize, cue: &Cue, at: usize) -> Option<Range<usize>> {
    let head = &text[from..at];
    let start = from
        + head
            .trim_end_matches(|c: char| c.is_ascii_alphanumeric())
            .len();
    let rest = &text[start..text.floor_char_boundary(start + LONGEST_MIXED)];
    let len = rest
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .unwrap_or(rest.len());
    let code = rest[..len].trim_end_matches('-');
    let has = |test: fn(&u8) -> bool| code.as_bytes().iter().any(test);
    let is_code = (5..=12).contains(&code.len())
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_uppercase)
        && !has(u8::is_ascii_lowercase)
        && cue.topics.contains(Topic::OneTimeCode)
        && (start > from || from > cue.end);
    is_code.then(|| start..start + code.len())
}

/// Widens three or four digits by as many on their other side: `472-913`.
fn with_other_half(text: &str, digits: Range<usize>) -> Range<usize> {
    let len = digits.len();
    if !(3..=4).contains(&len) {
        return digits;
    }
    let is_joint = |b: Option<&u8>| matches!(b, Some(b' ' | b'-'));
    let bytes = text.as_bytes();
    let behind = digits.end + 1;
    if is_joint(bytes.get(digits.end))
        && text.is_char_boundary(behind)
        && label::digits_at(text, behind) == len
    {
        return digits.start..behind + len;
    }
    let before = digits.start.wrapping_sub(1 + len);
    if digits.start > len
        && is_joint(bytes.get(digits.start - 1))
        && bytes[before..digits.start - 1]
            .iter()
            .all(u8::is_ascii_digit)
        && !before
            .checked_sub(1)
            .is_some_and(|at| bytes[at].is_ascii_digit())
    {
        return before..digits.end;
    }
    digits
}

/// Whether a number is rather the year of something: `reset in 2019`.
fn is_year(text: &str, value: &Range<usize>) -> bool {
    let digits = &text[value.clone()];
    let before = text[..value.start].trim_end();
    digits.len() == 4
        && (digits.starts_with("19") || digits.starts_with("20"))
        && [
            "in", "since", "from", "of", "until", "by", "im", "en", "seit",
        ]
        .iter()
        .any(|word| before.ends_with(word))
}

/// What `value` is, if a label like `cue` can have such a value.
fn kind(text: &str, cue: &Cue, value: &Range<usize>) -> Option<Entity> {
    let value_text = &text[value.clone()];
    let digits = value_text.bytes().filter(u8::is_ascii_digit).count();
    let is_plain = digits == value_text.len();
    let is = |topic| cue.topics.contains(topic);
    let is_specimen =
        value_text.len() > 2 && value_text.bytes().all(|b| b == value_text.as_bytes()[0]);
    let is_whole = value_text
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b' ' | b'-'));
    if is_specimen || !is_whole || digits == 0 {
        return None;
    }
    if is(Topic::Cvv) && is_plain && (3..=4).contains(&digits) {
        return Some(Entity::Cvv);
    }
    if is(Topic::Pin) && is_plain && (4..=8).contains(&digits) {
        return (!is_postal(text, cue, digits)).then_some(Entity::Pin);
    }
    let is_code = (4..=8).contains(&digits) || (value_text.len() >= 5 && digits > 0 && digits < 9);
    if is(Topic::OneTimeCode) && is_code && !is_bare_fa(text, cue) {
        return Some(Entity::OneTimeCode);
    }
    let is_confirming = is(Topic::Code) && (4..=8).contains(&digits) && confirms(text, value);
    is_confirming.then_some(Entity::OneTimeCode)
}

/// Whether the letters of `2FA` stand alone and so mean something else.
fn is_bare_fa(text: &str, cue: &Cue) -> bool {
    text[cue.start..cue.end].eq_ignore_ascii_case("fa") && !text[..cue.start].ends_with('2')
}

/// Whether a `PIN code` is the postal code of India: six digits beside an address.
fn is_postal(text: &str, cue: &Cue, digits: usize) -> bool {
    static PLACES: WordList = WordList::new(
        "address | area | city | state | district | india | road | nagar | delhi | mumbai | \
        bangalore | bengaluru | chennai | kolkata | hyderabad | pune | deliver | delivery | \
        deliverable | serviceable | location | locality | ship | shipping | postal | street | \
        village | town",
    );
    let label = &text[cue.start..cue.end];
    digits == 6 && label.len() > 3 && PLACES.has_one_in(around(text, cue.start..cue.end, 80))
}

/// Whether the text around a bare `code` is about proving who one is.
fn confirms(text: &str, value: &Range<usize>) -> bool {
    static CONFIRMING: WordList = WordList::new(
        "verify | verification | verifying | log | login | logging | sign | signin | authenticate \
        | authentication | authenticator | factor | fa | expires | expire | valid | share | sms \
        | text | texted | received | sent | sending | got | identity | confirm | minutes | \
        access | anmelden | bestatigen | gultig | valable | caduca | validez | connexion | recu \
        | recibido | ricevuto | scade | valido | recebi | vence | ontvangen | wazny | compartas \
        | partagez | phone",
    );
    let text_of_it = &text[value.clone()];
    let around = around(text, value.clone(), 90);
    let announced = text[value.end..].trim_start().starts_with("is your");
    (announced || CONFIRMING.has_one_in(around))
        && text_of_it
            .bytes()
            .all(|b| b.is_ascii_digit() || b == b' ' || b == b'-')
}

/// Up to `reach` bytes on each side of `span`, with it.
fn around(text: &str, span: Range<usize>, reach: usize) -> &str {
    let start = text.floor_char_boundary(span.start.saturating_sub(reach));
    &text[start..text.ceil_char_boundary((span.end + reach).min(text.len()))]
}
