//! Web addresses that let whoever has them in, or tell who somebody is.
//!
//! An address with a name and password before its host, a token in its query, fragment or path, or
//! an e-mail address or telephone number in its query is found whole. Ordinary links are not.

use std::{ops::Range, sync::LazyLock};

use aho_corasick::{AhoCorasick, MatchKind};

use crate::{
    context::WordList,
    entity::Entity,
    rules::{Candidate, Found, placeholder},
    view::{View, folded::BARRIER},
};

/// The longest address that is looked at, in bytes, on each side of what gave it away.
const LONGEST: usize = 4096;
/// The longest name of a scheme.
const LONGEST_SCHEME: usize = 32;

/// What gives an address away: its scheme, a host that is one by its name, or a query.
static MARKS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostFirst)
        .build(["://", "www.", "?", "#access_token", "#id_token"])
        .expect("an automaton of a few constants can be built")
});

/// Parameters whose value is a secret whatever it looks like.
static SECRET: WordList = WordList::new(
    "token | access_token | accesstoken | id_token | refresh_token | auth_token | authtoken | \
    auth | api_key | apikey | api-key | password | passwd | pwd | pass | secret | client_secret \
    | session | sessionid | session_id | sid | jsessionid | phpsessid | jwt | reset_token | \
    reset_password_token | confirmation_token | invitation_token | invite_token | \
    verification_token | login_token | otp | one_time_code | pin | sig | signature | \
    x-amz-signature | x-amz-credential | x-amz-security-token | x-goog-signature | \
    x-goog-credential | awsaccesskeyid | magic | magic_token | magic_link | unlock_token | \
    oauth_token | oauth_verifier | private_token | user_token | subscription-key | sso_token | \
    bearer | hmac | resettoken | ssotoken | csrf_token | authkey | auth_key | sas | credential | \
    passcode | access_key | accesskey | code_verifier | ticket | saml | samlresponse",
);

/// Parameters whose value is a secret if it looks like one.
static PERHAPS: WordList = WordList::new(
    "key | code | hash | state | t | k | tk | tok | invite | invitation | reset | confirm | \
    confirmation | verify | verification | activation | activation_code | auth_code | \
    authorization_code | nonce | link | s | x-amz-algorithm | security | c | h | guid | u | uid \
    | oobcode | expires_sig",
);

/// Parameters that say who somebody is.
static PERSONAL: WordList = WordList::new(
    "email | e-mail | mail | user_email | useremail | email_address | emailaddress | recipient | \
    login | login_hint | username | user | to | customer_email | contact | e | m | subscriber | \
    account | phone | phone_number | phonenumber | tel | telephone | mobile | msisdn | cell | \
    ssn | social_security_number | dob | birthdate | date_of_birth | iban | card | card_number | \
    cardnumber | pan | cc | nin | nino | national_id | tax_id | passport | customer | \
    customer_id | customerid | q | from | id | account_number | accountnumber | account_no | \
    member_id | patient_id | nhs",
);

/// Those whose value may be of anything.
static OF_ANYTHING: WordList = WordList::new(
    "q | id | to | from | user | account | customer | contact | e | m | login | username | mail | email",
);
/// Steps of a path behind which a token stands.
static STEPS: WordList = WordList::new(
    "reset | password-reset | reset-password | reset_password | password_reset | passwordreset | \
    resetpassword | password | verify | verification | verify-email | verify_email | \
    email-verification | confirm | confirmation | confirm-email | activate | activation | invite \
    | invitation | invites | invitations | magic | magic-link | magiclink | login | signin | \
    sign-in | auth | token | t | unsubscribe | sso | recover | recovery | unlock | access | \
    secret | share | s | services | webhooks | webhook | session | sessions | onetime | one-time \
    | otp | join | accept | set-password | change-password | account-recovery | forgot | \
    forgot-password | private | download | signed | edit",
);

/// Steps of which only a very random token behind them tells.
static COMMON_STEPS: WordList = WordList::new(
    "t | s | share | download | edit | access | private | password | login | session | sessions | \
    join | services | webhooks | webhook | signed",
);

/// The addresses in `view` that are nobody else's business.
pub(crate) fn find(view: &View<'_>, found: &mut Found) {
    let text = view.text();
    let mut taken = 0;
    for mark in MARKS.find_iter(text) {
        if mark.start() < taken {
            continue;
        }
        let Some(span) = address(text, mark.range(), taken) else {
            continue;
        };
        taken = span.end;
        if is_private(&text[span.clone()]) {
            found.push(Candidate::new(&Entity::Url, "secret_url", span, 97));
        }
    }
}

/// The address around `mark`, from `taken` on.
fn address(text: &str, mark: Range<usize>, taken: usize) -> Option<Range<usize>> {
    let is_scheme = &text[mark.clone()] == "://";
    let from = text.floor_char_boundary(
        mark.start
            .saturating_sub(if is_scheme { LONGEST_SCHEME } else { LONGEST })
            .max(taken),
    );
    let before = &text[from..mark.start];
    let start = if is_scheme {
        let in_scheme = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        let scheme = &before[before.trim_end_matches(in_scheme).len()..];
        let scheme = scheme.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
        mark.start - scheme.len()
    } else {
        let in_address = |c: char| !is_end(c) && !matches!(c, '(' | '=' | '\'' | ',' | ';');
        mark.start - (before.len() - before.trim_end_matches(in_address).len())
    };
    if is_scheme && start == mark.start {
        return None;
    }
    let rest = &text[start..text.floor_char_boundary((mark.end + LONGEST).min(text.len()))];
    let len = rest.find(is_end).unwrap_or(rest.len());
    let link = rest[..len].trim_end_matches([
        '.', ',', ';', ':', '!', '?', '\'', '*', ')', ']', '}', '|', '\\',
    ]);
    (link.len() > mark.end - start).then(|| start..start + link.len())
}

/// Whether a character ends every address.
fn is_end(c: char) -> bool {
    c.is_whitespace() || matches!(c, '"' | '<' | '>' | '`' | '|' | '\\' | BARRIER)
}

/// Whether `link` carries a secret or says who somebody is.
fn is_private(link: &str) -> bool {
    let (place, rest) = link.split_at(link.find(['?', '#']).unwrap_or(link.len()));
    let rest_of = place.find("://").map(|at| &place[at + 3..]);
    let authority = rest_of.unwrap_or(place);
    let path_at = authority.find('/').unwrap_or(authority.len());
    let (host, path) = authority.split_at(path_at);
    let is_link = rest_of.is_some() || place.contains(['/', '.']);
    rest_of.is_some() && (has_password(host) || has_password_with_slash(authority))
        || is_link
            && (has_private_step(host, path)
                || parameters(rest).any(|(name, value)| is_private_parameter(name, value)))
}

/// Whether a host has a name and a password before it.
fn has_password(host: &str) -> bool {
    host.rsplit_once('@').is_some_and(|(user, host)| {
        let password = user.split_once(':').map_or("", |(_, password)| password);
        let is_template =
            password.starts_with(['<', '[', '{', '$', '*']) || password.ends_with(['}', '>']);
        !password.is_empty() && !host.is_empty() && !is_template
    })
}

/// The same where the password has a slash in it: only for what comes before the last `@`.
fn has_password_with_slash(authority: &str) -> bool {
    let Some((user, _)) = authority.rsplit_once('@') else {
        return false;
    };
    let is_user = user.find(':').is_some_and(|colon| {
        !user[..colon].contains(['/', '.'])
            && !user[colon + 1..].starts_with(|c: char| c.is_ascii_digit())
    });
    is_user && has_password(authority)
}

/// The parameters of a query or a fragment.
fn parameters(rest: &str) -> impl Iterator<Item = (&str, &str)> {
    rest.split(['?', '&', '#', ';'])
        .filter_map(|pair| pair.split_once('='))
}

fn is_private_parameter(name: &str, value: &str) -> bool {
    let name = name.strip_prefix("amp;").unwrap_or(name);
    if has_mailbox(value) {
        return true;
    }
    if value.is_empty() || placeholder::is_placeholder(value) {
        return false;
    }
    let is_secret = SECRET.contains(name) && value.len() >= 4;
    let is_token = PERHAPS.contains(name) && is_random(value, 10);
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let is_person = PERSONAL.contains(name) && !OF_ANYTHING.contains(name) && digits >= 6;
    is_secret || is_token || is_person
}

/// Whether `value` holds an e-mail address.
fn has_mailbox(value: &str) -> bool {
    let domain = value
        .split_once('@')
        .or_else(|| value.split_once("%40"))
        .filter(|(local, _)| !local.is_empty())
        .map_or("", |(_, domain)| domain);
    domain.find('.').is_some_and(|dot| {
        dot > 0 && domain[dot + 1..].starts_with(|c: char| c.is_ascii_alphabetic())
    })
}

/// Whether a token or an e-mail address stands in a path.
fn has_private_step(host: &str, path: &str) -> bool {
    if host.ends_with("api.telegram.org") && path.starts_with("/bot") && path.len() > 30 {
        return true;
    }
    let mut before = "";
    let mut pattern = path.split('/').filter(|step| !step.is_empty());
    pattern.any(|step| {
        let fewest = if COMMON_STEPS.contains(before) {
            20
        } else {
            10
        };
        let is_token = STEPS.contains(before) && is_random(step, fewest);
        let is_hook = host.starts_with("hooks.") && is_random(step, 16);
        let is_token_anywhere = step.starts_with("eyJ") && step.len() > 40;
        let is_mailbox =
            has_mailbox(step) && !step.starts_with('@') && before != "npm" && !before.is_empty();
        before = step;
        is_token || is_hook || is_mailbox || is_token_anywhere
    })
}

/// Whether a value is at least `fewest` characters of no word.
fn is_random(value: &str, fewest: usize) -> bool {
    let bytes = value.as_bytes();
    let digits = bytes.iter().filter(|b| b.is_ascii_digit()).count();
    let letters = bytes.iter().filter(|b| b.is_ascii_alphabetic()).count();
    let humps = bytes
        .windows(2)
        .filter(|pair| pair[0].is_ascii_lowercase() && pair[1].is_ascii_uppercase())
        .count();
    let words = value
        .split(['-', '_', '.'])
        .filter(|word| word.len() > 2 && word.bytes().all(|b| b.is_ascii_lowercase()))
        .count();
    value.len() >= fewest && words < 2 && ((digits >= 2 && letters >= 2) || humps >= 3)
}
