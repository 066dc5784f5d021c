//! Keys and tokens of any vendor, found by their labels: `api_key=...`, `Authorization: Bearer
//! ...`, `Cookie: session=...`.
//!
//! A label is not enough: the value must be as long and as random as a key is.

use std::ops::Range;

use crate::{
    context::{Cue, Phrases, Topic, TopicSet, WordList},
    entity::Entity,
    rules::{
        Candidate, Found, before, label, placeholder, reply,
        secret_text::{self, Bond},
    },
    view::{View, folded::BARRIER},
};

const TOPICS: TopicSet = Topic::ApiKey.set().with(Topic::Token);

/// What keys and tokens are called.
pub(crate) const PHRASES: &[Phrases] = &[
    Phrases {
        topic: Topic::ApiKey,
        phrases: "api key | api keys | use the key | using the key | with the key | with this key | \
            key for the | apikey | api secret | api secret key | api_key_id | api \
            credential | api credentials | client secret | clientsecret | client_secret_value | \
            secret key | secretkey | secret | secrets | secret value | app secret | app key | \
            application key | application secret | app password | access key | access key id | \
            accesskey | aws access key id | aws secret access key | secret access key | shared \
            access key | shared secret | account key | storage key | subscription key | ocp apim \
            subscription key | consumer key | consumer secret | oauth secret | oauth client \
            secret | oauth consumer secret | signing secret | signing key | webhook secret | \
            webhook key | encryption key | master key | auth key | authkey | x api key | xapikey \
            | service key | service account key | server key | deploy key | license secret | \
            integration key | ingest key | write key | publishable key | stripe key | twilio key \
            | openai key | twilio auth token | account sid | primary key value | azure key | aws \
            key | google key | sendgrid key | genesys client secret | genesys secret | maps key \
            | api schlussel | apischlussel | cle api | cle d api | clave api | clave de api | \
            chiave api | chave api | chave de api | api sleutel | klucz api | api nyckel | api \
            nokkel | api nogle | geheimer schlussel | cle secrete | clave secreta de api | 密钥 | \
            api 密钥 | API密钥 | APIキー | API 키",
    },
    Phrases {
        topic: Topic::Token,
        phrases: "token | access token | accesstoken | refresh token | refreshtoken | id token | \
            idtoken | session token | sessiontoken | auth token | authtoken | authentication \
            token | authorization token | oauth token | oauth access token | bearer | bearer \
            token | jwt | jwt token | jwt access token | api token | apitoken | personal access \
            token | pat | bot token | security token | x auth token | x access token | x amz \
            security token | aws session token | csrf token | xsrf token | xcsrftoken | device \
            token | push token | user token | login token | reset token | password reset token | \
            verification token | confirmation token | invite token | authorization | \
            authorization bearer | authorization basic | proxy authorization basic | auth basic \
            | basic auth | http basic | auth bearer | authorization header | x authorization | \
            session id | session cookie | session key | session | sessionid | session value | \
            cookie | set cookie | jsessionid | phpsessid | asp net sessionid | aspsessionid | \
            connect sid | sid | laravel session | auth cookie | cookie value | remember token | \
            remember me token | zugriffstoken | zugangstoken | sitzungstoken | \
            aktualisierungstoken | jeton | jeton d acces | jeton de session | token de acceso | \
            token de sesion | token di accesso | token di sessione | token de acesso | token de \
            sessao | toegangstoken | sessietoken | token dostepu | token sesji | atkomsttoken | \
            sessionstoken | 令牌 | 访问令牌 | アクセストークン | 액세스 토큰",
    },
];

/// Labels that name many things, and so ask for a longer secret.
static VAGUE: WordList = WordList::new(
    "use the key | using the key | with the key | with this key | key for the | \
    secret | secrets | token | session | session id | sid | cookie | set cookie | set-cookie | \
    pat | signing key | primary key value | account key | session key",
);

/// The keys and tokens in `view`.
pub(crate) fn find(view: &View<'_>, found: &mut Found) {
    let text = view.text();
    for cue in label::labels(view, TOPICS) {
        let name = &text[cue.start..cue.end];
        let Some((span, bond)) = key_behind(text, cue.end) else {
            elsewhere(view, cue, found);
            continue;
        };
        let fewest = if VAGUE.contains(name) || bond == Bond::Bare {
            16
        } else {
            10
        };
        let is_basic = name.len() > 5 && name[name.len() - 5..].eq_ignore_ascii_case("basic");
        if !(is_key(&text[span.clone()], fewest) || is_basic && is_base64(&text[span.clone()])) {
            elsewhere(view, cue, found);
            continue;
        }
        let next = label::next_in_list(text, span.end)
            .and_then(|at| Some(secret_text::value(text, at, Bond::Bare)?.span))
            .filter(|next| is_key(&text[next.clone()], 16));
        for span in [Some(span), next].into_iter().flatten() {
            propose(cue, span, 92, found);
        }
    }
    for (cue, cell) in view.cues.cells(text, TOPICS) {
        let span = label::cell_text(text, &cell);
        if is_key(&text[span.clone()], 12) {
            propose(cue, span, 92, found);
        }
    }
}

/// Proposes the key that stands before its label, or in the reply to somebody who asked for it.
fn elsewhere(view: &View<'_>, cue: &Cue, found: &mut Found) {
    const FEWEST: usize = 16;
    let text = view.text();
    let replied = || {
        reply::starts(text, cue)
            .chain(secret_text::corrected(text, cue.end))
            .filter_map(|at| Some(secret_text::value(text, at, Bond::Bare)?.span))
            .find(|span| is_key(&text[span.clone()], FEWEST))
    };
    let span = before::word_before(view, cue, |word| is_key(word, FEWEST))
        .or_else(replied)
        .or_else(|| announced(view, cue));
    if let Some(span) = span {
        propose(cue, span, 88, found);
    }
}

/// The key behind a colon, an arrow or a bracket at which the clause of its label ends, unless that
/// speaks of something else: `our token, unabridged: x7Kp...`.
fn announced(view: &View<'_>, cue: &Cue) -> Option<Range<usize>> {
    const REACH: usize = 64;
    const FEWEST: usize = 24;
    let text = view.text();
    let clause = &text[cue.end..text.floor_char_boundary((cue.end + REACH).min(text.len()))];
    let clause = &clause[..clause.find(['\n', BARRIER]).unwrap_or(clause.len())];
    let sign = [": ", "-> ", "=> ", " ("]
        .into_iter()
        .filter_map(|sign| Some(clause.find(sign)? + sign.len()))
        .min()?;
    let at = cue.end + sign;
    let is_free = view
        .cues
        .starting_at(cue.end)
        .take_while(|next| next.start < at)
        .all(|next| !next.topics.contains(Topic::Reference));
    let name = &text[cue.start..cue.end];
    let is_plain = !VAGUE.contains(name) || name.contains("key ");
    let span = secret_text::value(text, at, Bond::Bare)?.span;
    (is_free && is_plain && is_key(&text[span.clone()], FEWEST)).then_some(span)
}

fn propose(cue: &Cue, span: Range<usize>, percent: u8, found: &mut Found) {
    let is_token = cue.topics.contains(Topic::Token);
    let entity = if is_token {
        Entity::AccessToken
    } else {
        Entity::ApiKey
    };
    let mut candidate = Candidate::new(&entity, "credential", span, percent);
    candidate.cue = Some(cue.start..cue.end);
    found.push(candidate);
}

/// The value behind a label, without the name of a scheme or of a cookie before it.
fn key_behind(text: &str, from: usize) -> Option<(Range<usize>, Bond)> {
    static SCHEMES: WordList = WordList::new(
        "bearer | basic | token | apikey | api-key | key | digest | negotiate | \
        value | valor | valeur | wert | waarde",
    );
    let mut secret = secret_text::behind(text, from)?;
    if SCHEMES.contains(&text[secret.span.clone()]) {
        secret = secret_text::behind(text, secret.span.end)?;
    }
    let mut span = secret.span.clone();
    let stop = text[span.clone()]
        .find([';', ',', '&', '"', '\''])
        .unwrap_or(span.len());
    span.end = span.start + stop;
    // "Cookie: session=9f86d081884c7d65; Path=/"
    let value = &text[span.clone()];
    let name = value
        .split_once('=')
        .filter(|(_, value)| !value.trim_matches('=').is_empty());
    if let Some((name, _)) = name.filter(|_| secret.bond == Bond::Assigned && !secret.is_quoted) {
        let is_name = name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'));
        let lower = name.to_ascii_lowercase();
        let is_session = ["sess", "sid", "token", "auth", "jwt"]
            .iter()
            .any(|part| lower.contains(part));
        if is_name && !is_session {
            return None;
        }
        span.start += name.len() + 1;
    }
    Some((span, secret.bond))
}

/// Whether `value` is as long and as random as a key.
fn is_key(value: &str, fewest: usize) -> bool {
    let bytes = value.as_bytes();
    let count = |test: fn(&u8) -> bool| bytes.iter().filter(|b| test(b)).count();
    let is_allowed = |b: &u8| b.is_ascii_alphanumeric() || b"-_./+=~:%!|$@*#^".contains(b);
    let digits = count(u8::is_ascii_digit);
    let lower = count(u8::is_ascii_lowercase);
    let upper = count(u8::is_ascii_uppercase);
    let is_mixed = digits >= 2 && lower + upper >= 2;
    let is_scrambled =
        value.len() >= 20 && lower >= 4 && upper >= 4 && humps(bytes) * 3 >= value.len();
    let is_path = value.contains("://")
        || value.starts_with(['/', '.'])
        || value.contains('@') && value.contains('.');
    let is_date = bytes.len() >= 10
        && bytes[4..].first() == Some(&b'-')
        && bytes[7] == b'-'
        && bytes[..4].iter().all(u8::is_ascii_digit);
    value.len() >= fewest
        && bytes.iter().all(is_allowed)
        && (is_mixed || is_scrambled)
        && !is_path
        && !is_date
        && !placeholder::is_placeholder(value)
        && longest_word(value) < 12
}

/// How often lower case, upper case and others meet in a value.
fn humps(bytes: &[u8]) -> usize {
    let case = |b: &u8| (b.is_ascii_lowercase(), b.is_ascii_uppercase());
    bytes
        .windows(2)
        .filter(|pair| case(&pair[0]) != case(&pair[1]))
        .count()
}

/// The longest run of letters in lower case.
fn longest_word(value: &str) -> usize {
    value
        .split(|c: char| !c.is_ascii_lowercase())
        .map(str::len)
        .max()
        .unwrap_or(0)
}

/// Whether `value` can be base64 of a name and a password.
fn is_base64(value: &str) -> bool {
    value.len() >= 8
        && value.len().is_multiple_of(4)
        && value
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'='))
        && (value.bytes().any(|b| b.is_ascii_digit() || b == b'=')
            || humps(value.as_bytes()) * 3 >= value.len())
}
