//! Passwords: in prose, in forms, in configuration and on command lines.
//!
//! Most sentences about passwords tell none. So a word of the dictionary counts only where the
//! sentence can do nothing but tell it, and what looks like a password counts earlier.

use std::{ops::Range, sync::LazyLock};

use rustc_hash::FxHashSet;

use crate::{
    context::{Cue, Phrases, Topic, WordList, ends_sentence, words},
    entity::Entity,
    rules::{
        Candidate, Found, before, label, placeholder, reply,
        secret_text::{self, Bond, SecretText},
    },
    view::{View, folded::BARRIER},
};

/// What passwords are called.
pub(crate) const PHRASES: &[Phrases] = &[Phrases {
    topic: Topic::Password,
    phrases: "password | pasword | passowrd | passwrod | paswort | contrasenia | passwords | passwd | pass word | passphrase | pass phrase | pw | pwd | \
        psw | pswd | pass | pword | passcode word | passw | mysql | mysqldump | mysqladmin | mariadb | sshpass p | pgpassword | \
        mysqlpassword | userpassword | dbpassword | wifi password | wi fi password | wifi \
        key | wi fi key | wpa key | wpa password | wpa2 key | network key | wifi passphrase \
        | login password | admin password | root password | master password | temporary \
        password | temp password | temp pw | new password | old password | current password \
        | default password | initial password | secret word | memorable word | security word \
        | security answer | answer to my security question | verbal password | telephone \
        password | phone password | code word | safe word | passwort | kennwort | passwort \
        lautet | zugangspasswort | initialkennwort | initialpasswort | startpasswort | startkennwort | \
        einstiegspasswort | benutzerpasswort | kundenpasswort | telefonpasswort | \
        onlinepasswort | servicekennwort | routerpasswort | mailpasswort | wlan passwort | wlan schlussel | wlan key | \
        kundenkennwort | losungswort | mot de passe | mdp | motdepasse | cle wifi | mot de passe provisoire | mot de passe temporaire | mot de passe initial | mdp provisoire | mdp temporaire | mdp initial | mdp wifi | password provvisoria | \
        password temporanea | contrasena provisional | contrasena temporal | clave provisional | clave temporal | senha provisoria | senha temporaria | haslo tymczasowe | code \
        wifi | contrasena | clave | clave de acceso | clave wifi | senha | palavra passe | \
        senha do wifi | parola d ordine | parola chiave | wachtwoord | wachtwoorden | wifi \
        wachtwoord | wifiwachtwoord | haslo | hasla | haslo do | losenord | losenordet | \
        passord | passordet | adgangskode | adgangskoden | kodeord | salasana | salasanani | \
        密码 | 密碼 | 口令 | パスワード | 비밀번호 | 비밀 번호",
}];

/// Labels so short or so common that only an assignment or a verb makes them one.
static VAGUE: WordList = WordList::new(
    "pass | clave | code word | secret word | network key | safe word | security answer",
);

/// Programs that are told a password by an option.
static CLIENTS: WordList = WordList::new("mysql | mysqldump | mysqladmin | mariadb");

/// What is said of passwords, in the place where one would be told. Lower case, accents left out.
static SAID_OF_ONE: LazyLock<FxHashSet<&str>> = LazyLock::new(|| {
    let words = "a | an | the | not | no | yes | required | incorrect | correct | wrong | invalid | valid | \
    case | sensitive | expired | too | short | long | weak | strong | safe | secure | secret | \
    private | confidential | important | available | different | same | still | also | only | \
    very | never | always | below | above | here | there | missing | empty | blank | unknown | \
    good | bad | ok | okay | fine | working | broken | locked | changed | reset | set | new | \
    old | your | my | our | their | his | her | its | it | this | that | these | at | in | on | \
    by | for | from | with | without | to | of | and | or | but | if | as | be | being | been | \
    must | should | can | cannot | will | would | may | so | we | you | they | i | he | she | \
    what | which | when | where | how | why | please | enter | choose | type | use | see | \
    minimum | maximum | least | up | over | one | two | three | something | anything | nothing | \
    case-sensitive | encrypted | hashed | stored | sent | shown | visible | mandatory | optional \
    | temporary | unique | forgotten | reset. | log | login | access | continue | sign | ready | \
    alphanumeric | password | passwort | email | username | user | text | string | varchar | \
    char | about | active | due | going | per | just | easy | hard | simple | like | all | any | \
    protected | falsch | richtig | ungultig | erforderlich | nicht | abgelaufen | zu | kurz | \
    lang | sicher | unsicher | gesperrt | geheim | wichtig | die | der | das | ein | eine | \
    bitte | muss | leer | bekannt | gleich | schwach | stark | incorrect. | incorrecte | \
    invalide | requis | oublie | expire | trop | correcte | faux | un | une | obligatoire | pas \
    | faible | fort | valide | le | la | les | perdu | bloque | sensible | de | pour | par | \
    dans | en | du | incorrecta | incorrecto | correcta | obligatoria | obligatorio | caducada | \
    demasiado | invalida | invalido | necesaria | muy | segura | el | los | las | una | \
    requerida | debil | valida | olvidada | es | para | por | que | con | su | mi | tu | errata \
    | sbagliata | corretta | scaduta | obbligatoria | troppo | non | richiesta | debole | sicura \
    | il | lo | di | da | expirada | errada | fraca | forte | muito | nao | obrigatoria | o | os \
    | uma | um | sua | seu | minha | verplicht | onjuist | verlopen | vereist | ongeldig | fout \
    | te | niet | het | een | veilig | zwak | sterk | vergeten | nieprawidlowe | wymagane | \
    bledne | niepoprawne | jest | nie | slabe | silne | felaktigt | fel | kravs | ogiltigt | \
    inte | ett | feil | ugyldig | ikke | forkert | utlopt | et | den | vaara | ei | pakollinen | \
    someone | anyone | everyone | another | lost | stolen | compromised | leaked | done | gone | \
    back | fixed | linked | generated | there's | it's | accepted | rejected | today | tomorrow \
     | recommended | written | printed | out | longer | file | notiert | noted | hinterlegt | \
     gespeichert | aktualisiert | geandert | \
     gemerkt | sure | value | guardada | enregistre | salvata | opgeslagen | zapisane | sparat | \
     lagret | gemt | tallennettu | what's | status | autocomplete | holder | holders";
    words.split('|').map(str::trim).collect()
});
/// Longer values are none of these words.
const LONGEST_SAID: usize = 16;

/// The passwords in `view`.
pub(crate) fn find(view: &View<'_>, found: &mut Found) {
    let text = view.text();
    let mut taken = 0;
    for cue in label::labels(view, Topic::Password.set()) {
        if cue.start < taken {
            continue;
        }
        if CLIENTS.contains(&text[cue.start..cue.end]) {
            if let Some(span) = option(text, cue) {
                propose(cue, span, 90, found);
            }
            continue;
        }
        if let Some((span, percent)) = told_behind(text, cue)
            .or_else(|| told_before(view, cue))
            .or_else(|| pointed_at(text, cue))
            .or_else(|| enclosed(text, cue))
            .or_else(|| told_later(text, cue))
        {
            let next = label::next_in_list(text, span.end)
                .filter(|_| span.start > cue.end)
                .and_then(|at| {
                    let next = secret_text::value(text, at, Bond::Bare)?;
                    is_told(text, &next).then_some(next.span)
                });
            for span in [Some(span), next].into_iter().flatten() {
                taken = span.end;
                propose(cue, span, percent, found);
            }
        }
    }
    for (cue, cell) in view.cues.cells(text, Topic::Password.set()) {
        let span = label::cell_text(text, &cell);
        let value = &text[span.clone()];
        let is_secret = value.len() >= 4
            && !CLIENTS.contains(&text[cue.start..cue.end])
            && !value.contains(' ')
            && !placeholder::is_placeholder(value)
            && !is_about_one(value)
            && !is_date(value);
        if is_secret {
            propose(cue, span, 91, found);
        }
    }
}

fn propose(cue: &Cue, span: Range<usize>, percent: u8, found: &mut Found) {
    let mut candidate = Candidate::new(&Entity::Password, "password", span, percent);
    candidate.cue = Some(cue.start..cue.end);
    found.push(candidate);
}

/// The password tied to the option of a program: `mysql -u joe -p'x7!Kp2' shop`.
fn option(text: &str, cue: &Cue) -> Option<Range<usize>> {
    const REACH: usize = 120;
    const OPTION: &str = " -p";
    let line = &text[cue.end..text.floor_char_boundary((cue.end + REACH).min(text.len()))];
    let line = &line[..line.find(['\n', '|', ';', BARRIER]).unwrap_or(line.len())];
    let at = cue.end + line.find(OPTION)? + OPTION.len();
    let is_tied = text[at..].starts_with(|c: char| !c.is_whitespace());
    let span = secret_text::value(text, at, Bond::Bare)?.span;
    let value = &text[span.clone()];
    (is_tied && value.len() >= 3 && !placeholder::is_placeholder(value)).then_some(span)
}

/// The password behind its label.
fn told_behind(text: &str, cue: &Cue) -> Option<(Range<usize>, u8)> {
    let secret = secret_text::behind(text, cue.end)?;
    let name = &text[cue.start..cue.end];
    let is_number = text[secret.span.clone()]
        .bytes()
        .all(|b| b.is_ascii_digit());
    let is_bare = secret.bond == Bond::Bare;
    let is_chosen = is_bare && is_chosen(&text[secret.span.clone()]);
    if (is_bare && !is_chosen || is_number) && VAGUE.contains(name) {
        return None;
    }
    let is_phrase = name.to_ascii_lowercase().contains("phrase")
        && !secret.is_quoted
        && secret.bond != Bond::Bare;
    let words = secret.span.start..phrase_end(text, secret.span.start);
    let span = if is_phrase && is_passphrase(&text[words.clone()]) {
        words
    } else if is_told(text, &secret) {
        secret.span.clone()
    } else {
        return None;
    };
    let percent = match secret.bond {
        Bond::Assigned => 92,
        Bond::Said => 92,
        Bond::Bare => 90,
    };
    Some((span, percent))
}

/// Whether a value is such a mixture of signs as only passwords are.
fn is_chosen(value: &str) -> bool {
    const FEWEST: usize = 8;
    let has = |test: fn(&u8) -> bool| value.as_bytes().iter().any(test);
    let is_special = |b: &u8| matches!(b, b'!' | b'#' | b'$' | b'%' | b'&' | b'@' | b'?' | b'*');
    value.len() >= FEWEST
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_lowercase)
        && (has(u8::is_ascii_uppercase) || has(is_special))
}

/// Whether the text behind a label tells a password.
fn is_told(text: &str, secret: &SecretText) -> bool {
    let value = &text[secret.span.clone()];
    let behind = &text[secret.span.end..];
    if value.chars().count() < 3
        || value.len() > 128
        || placeholder::is_placeholder(value)
        || is_about_one(value)
        || value.contains("://")
        || value.ends_with('=')
        || is_timestamp(value)
        || behind.starts_with('<') && value.is_empty()
        || counts(value, behind)
        || secret.bond == Bond::Bare && is_field(value)
    {
        return false;
    }
    let has = |test: fn(char) -> bool| value.chars().any(test);
    let has_letter = has(char::is_alphabetic);
    let has_digit = has(|c| c.is_ascii_digit());
    let has_special = has(|c| {
        c.is_ascii_punctuation()
            && !matches!(c, '-' | '\'' | '/' | '.' | ',' | ':' | '_' | '(' | ')')
    });
    let is_label = behind.starts_with([':', '=']) && !behind.starts_with("://");
    let is_strong = value.chars().count() >= 4
        && (has_letter && (has_digit || has_special) || has_special && has_digit);
    let is_time = value.contains(':') && value.bytes().all(|b| b.is_ascii_digit() || b == b':');
    let is_mail = value.contains('@')
        && value
            .rsplit('@')
            .next()
            .is_some_and(|domain| domain.contains('.'));
    if is_label || is_time || (is_mail && secret.bond == Bond::Bare) {
        return false;
    }
    let is_word = !value.contains(['.', '(']) && (has_letter || value.len() >= 4);
    match secret.bond {
        Bond::Assigned if secret.is_quoted => true,
        Bond::Assigned => is_strong || (ends_field(behind) && is_word),
        Bond::Said if secret.is_quoted => value.len() >= 3,
        Bond::Said => {
            is_strong && !is_date(value)
                || is_chain(value)
                || (ends_clause(behind) && is_plausible_word(value))
        }
        Bond::Bare if secret.is_quoted => !value.contains(' ') && value.len() >= 4,
        Bond::Bare => {
            let is_number = value.len() >= 6
                && value.bytes().all(|b| b.is_ascii_digit())
                && ends_clause(behind);
            is_number
                || is_strong && has_letter && value.len() >= 6 && !is_compound(value)
                || is_chain(value)
        }
    }
}

/// Whether a value is the next field of a log: `error=password tries=4`.
fn is_field(value: &str) -> bool {
    value.split_once('=').is_some_and(|(name, value)| {
        name.len() >= 2
            && !value.is_empty()
            && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
    })
}

/// Whether the place of the password is taken by a remark about it.
fn is_about_one(value: &str) -> bool {
    let word = value.trim_matches(|c: char| !c.is_alphanumeric());
    is_said(word) || is_said(value)
}

fn is_said(word: &str) -> bool {
    word.len() <= LONGEST_SAID && SAID_OF_ONE.contains(&*word.to_ascii_lowercase())
}

/// Whether a value is a number of characters or days: `8 characters`, `12+ letters`.
fn counts(value: &str, behind: &str) -> bool {
    const COUNTED: &[&str] = &[
        "char", "letter", "digit", "symbol", "zeichen", "caract", "day", "tage", "minute", "hour",
        "time", "attempt", "jours", "dias", "znak", "tekens", "tecken", "tegn",
    ];
    let is_number = value
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'-' | b'+' | b'/'));
    let behind = behind.trim_start();
    is_number
        && COUNTED.iter().any(|word| {
            behind
                .get(..word.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(word))
        })
}

/// Whether a field ends here: at the end of the line, a quotation, a list's separator or a tag.
fn ends_field(behind: &str) -> bool {
    let trimmed = behind.trim_start_matches([' ', '\t']);
    let is_gap = behind.starts_with("  ") || behind.starts_with('\t');
    trimmed.is_empty()
        || is_gap
        || trimmed.starts_with([
            '\n', '\r', '<', '"', '\'', ',', ';', '&', '|', '/', '.', ')', '}', ']', '!', '`', '*',
        ])
        || ends_clause(behind)
}

/// Whether a clause ends here, so that the word before was not the beginning of a remark.
fn ends_clause(behind: &str) -> bool {
    static GO_ON: WordList = WordList::new(
        "and | but | can | could | please | thanks | thank | und | et | y | e | en | i | och | og \
        | if | it | so | what | why | with | for | username | user | login | danke | bitte | \
        merci | gracias | grazie | obrigado | bedankt",
    );
    let trimmed = behind.trim_start();
    let first = trimmed
        .split(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or_default();
    trimmed.is_empty()
        || behind.starts_with([
            '.', ',', ';', '!', '?', '\n', ')', '"', '\'', '<', '|', '*', '`', ']', '}',
        ])
        || GO_ON.contains(first)
        || trimmed.starts_with(['-', '(', '/'])
}

/// Whether a word that ends a clause can be a password and is no participle or adverb.
fn is_plausible_word(value: &str) -> bool {
    const ENDINGS: &[&str] = &["ed", "able", "ible", "ful", "less", "ing"];
    let lower = value.to_ascii_lowercase();
    value.len() >= 4 && !ENDINGS.iter().any(|ending| lower.ends_with(ending)) && !is_date(value)
}

/// Whether a value is a date, an amount or a version.
fn is_date(value: &str) -> bool {
    let is_numeric = value
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'/' | b'.' | b'-' | b':' | b'%'));
    is_numeric && !value.bytes().all(|b| b.is_ascii_digit())
}

/// Whether a value begins with a date and a time, as the lines of a log do.
fn is_timestamp(value: &str) -> bool {
    let date = value.get(..10).unwrap_or_default().as_bytes();
    let is_date = !date.is_empty()
        && date.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    is_date && value[10..].starts_with(['T', 't', '_'])
}

/// Whether a value is words and numbers joined by dashes or slashes, such as `8-character`; three
/// words and a number behind them are no such thing.
fn is_compound(value: &str) -> bool {
    let is_chosen = value.split('-').count() >= 3
        && value
            .split('-')
            .next_back()
            .is_some_and(|last| last.len() >= 2 && last.bytes().all(|b| b.is_ascii_digit()))
        && value.split('-').rev().skip(1).all(|part| part.len() >= 3);
    !is_chosen
        && !is_chain(value)
        && value.contains(['-', '/'])
        && value.split(['-', '/']).all(|part| {
            part.bytes().all(|b| b.is_ascii_lowercase()) || part.bytes().all(|b| b.is_ascii_digit())
        })
}

/// Whether a value is three words or more in a chain, as people are told to choose them:
/// `maple-river-candle`. Short words make compounds (`state-of-the-art`).
pub(super) fn is_chain(value: &str) -> bool {
    value.split('-').count() >= 3
        && value
            .split('-')
            .all(|word| word.len() >= 4 && word.bytes().all(|b| b.is_ascii_lowercase()))
}

/// The password in an element that its label closes: `>hunter2</password>`.
fn enclosed(text: &str, cue: &Cue) -> Option<(Range<usize>, u8)> {
    const LONGEST: usize = 64;
    let end = cue.start.checked_sub(2)?;
    let from = text.floor_char_boundary(end.saturating_sub(LONGEST));
    let before = text[from..cue.start].strip_suffix("</")?;
    let start = from
        + before
            .rfind(['>', BARRIER])
            .map(|at| at + before[at..].chars().next().map_or(1, char::len_utf8))?;
    let value = &text[start..end];
    let is_value = !value.is_empty()
        && !value.contains(char::is_whitespace)
        && !placeholder::is_placeholder(value);
    is_value.then_some((start..end, 90))
}

/// The password before its label: `hunter2 is my password`, `use Winter2024! as the password`.
fn told_before(view: &View<'_>, cue: &Cue) -> Option<(Range<usize>, u8)> {
    let is_password = |word: &str| {
        word.len() >= 6
            && (is_chain(word)
                || word.contains(|c: char| {
                    c.is_ascii_digit() || matches!(c, '!' | '#' | '$' | '%' | '&' | '@')
                }))
            && word.contains(char::is_alphabetic)
            && !placeholder::is_placeholder(word)
            && !word.contains(['/', '='])
            && !is_compound(word)
            && !is_timestamp(word)
    };
    before::word_before(view, cue, is_password).map(|span| (span, 90))
}

/// The password in quotation marks that the label points back at: `it's "x7!Kp2ab", why does that
/// password not work`.
fn pointed_at(text: &str, cue: &Cue) -> Option<(Range<usize>, u8)> {
    const REACH: usize = 48;
    const LONGEST: usize = 40;
    static POINTING: WordList = WordList::new(
        "that | this | das | dieses | ce | cette | esta | esa | questa | quella | essa | dat | dit \
        | to | det | dette | tama | se",
    );
    let from = text.ceil_char_boundary(cue.start.saturating_sub(REACH));
    let gap = &text[from..cue.start];
    let close = from + gap.rfind(['"', '”', '“', '»'])?;
    let gap = &text[close..cue.start];
    let points = words(gap)
        .next_back()
        .is_some_and(|word| POINTING.contains(word));
    if !points || gap.contains(['\n', BARRIER]) || ends_sentence(gap) {
        return None;
    }
    let from = text.ceil_char_boundary(close.saturating_sub(LONGEST));
    let before = &text[from..close];
    let value = &before[before.rfind(|c: char| c.is_whitespace() || "\"'“„«".contains(c))?..];
    let value = value.trim_start_matches(['"', '\'', '“', '„', '«']);
    (is_chosen(value) && !placeholder::is_placeholder(value))
        .then_some((close - value.len()..close, 85))
}

/// The password in the reply to somebody who asked for it, or the right one in place of a wrong.
fn told_later(text: &str, cue: &Cue) -> Option<(Range<usize>, u8)> {
    reply::starts(text, cue)
        .chain(secret_text::corrected(text, cue.end))
        .filter_map(|at| secret_text::value(text, at, Bond::Bare))
        .find(|secret| {
            is_told(text, secret) && text[secret.span.clone()].contains(char::is_alphabetic)
        })
        .map(|secret| (secret.span, 80))
}

/// Whether words are a passphrase and no remark about one.
fn is_passphrase(words: &str) -> bool {
    let said = words.split(' ').filter(|word| is_about_one(word)).count();
    let count = words.split(' ').count();
    count >= 3 && said * 4 <= count
}

/// The end of the words of a passphrase: up to the end of the sentence, eight at most.
fn phrase_end(text: &str, start: usize) -> usize {
    const MOST_WORDS: usize = 8;
    const LONGEST: usize = 160;
    let rest = &text[start..text.floor_char_boundary((start + LONGEST).min(text.len()))];
    let mut end = start;
    for word in rest.split_inclusive(' ').take(MOST_WORDS) {
        let bare = word.trim_end();
        let letters = bare.trim_end_matches(['.', ',', '!', '?', ';', '"']);
        let line = letters.find('\n').map_or(letters, |at| &letters[..at]);
        if line.is_empty() || !line.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            break;
        }
        end += line.len();
        if line.len() < bare.len() {
            return end;
        }
        end += word.len() - bare.len();
    }
    start + text[start..end].trim_end().len()
}
