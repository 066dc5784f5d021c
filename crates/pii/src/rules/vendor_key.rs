//! Keys and tokens that tell what they are by their first characters, as their vendors document.
//!
//! One automaton looks for all beginnings at once. The body behind one must be long enough, of the
//! right characters and not a word, so that `sk-learn` or `AC` is no key. JSON Web Tokens are
//! found here as well: `eyJ` is the beginning of every one.

use std::{ops::Range, sync::LazyLock};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use crate::{
    entity::Entity,
    rules::{Candidate, Found},
    view::View,
};

/// The characters of a body.
#[derive(Clone, Copy)]
enum Body {
    /// Letters and digits.
    Plain,
    /// Letters, digits, `_` and `-`.
    Word,
    /// The same with dots, and `/`, `+`, `=`, `:`, `|`, `~` of base64 and others.
    Wide,
    /// Hexadecimal digits in lower case.
    Hex,
    /// Capitals and digits.
    Capital,
}

/// How keys of one kind begin and go on.
struct Kind {
    prefixes: &'static [&'static str],
    body: Body,
    /// The fewest and the most characters behind the prefix.
    len: (usize, usize),
}

const fn kind(prefixes: &'static [&'static str], body: Body, fewest: usize, most: usize) -> Kind {
    Kind {
        prefixes,
        body,
        len: (fewest, most),
    }
}

/// Nor web tokens longer than this, by part.
const LONGEST_JWT: usize = 64 << 10;
/// Nobody's keys are longer than this.
const MOST: usize = 2048;

/// Keys to programming interfaces.
#[rustfmt::skip]
const KEYS: &[Kind] = &[
    // AWS, Google, Alibaba, Tencent, Yandex, IBM
    kind(&["AKIA", "ASIA", "AROA", "AIDA", "ABIA", "ACCA", "AGPA", "ANPA", "ANVA", "APKA"], Body::Capital, 16, 17),
    kind(&["AIza"], Body::Word, 30, 45),
    kind(&["GOCSPX-", "LTAI", "AQVN", "y0_"], Body::Word, 12, 80),
    kind(&["AKID"], Body::Plain, 28, 40),
    // Stripe, Square, PayPal, Plaid and others who move money
    kind(&["sk_live_", "sk_test_", "rk_live_", "rk_test_", "pk_live_", "pk_test_", "sk_prod_", "pk_prod_"], Body::Plain, 10, 247),
    kind(&["whsec_", "sq0atp-", "sq0csp-", "sq0idp-", "FLWSECK_TEST-", "FLWSECK-", "FLWPUBK_TEST-", "FLWPUBK-", "rzp_live_", "rzp_test_"], Body::Wide, 14, 100),
    kind(&["EAAA"], Body::Word, 50, 300),
    kind(&["access_token$production$", "access_token$sandbox$"], Body::Wide, 20, 120),
    kind(&["shippo_live_", "shippo_test_", "duffel_live_", "duffel_test_", "EZAK", "EZTK", "pscale_tkn_", "pscale_pw_", "pscale_oauth_"], Body::Word, 20, 100),
    // Code hosting and packages
    kind(&["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], Body::Plain, 20, 255),
    kind(&["github_pat_"], Body::Word, 20, 255),
    kind(&["glpat-", "gldt-", "glrt-", "glcbt-", "glptt-", "glft-", "glimt-", "glagent-", "gloas-", "glsoat-", "glffct-"], Body::Wide, 18, 100),
    kind(&["ATBB", "ATATT3", "ATCTT3", "AKCp", "BBDC-", "CCIPAT_", "CLOJARS_", "cio"], Body::Wide, 28, 300),
    kind(&["npm_", "pypi-", "rubygems_", "dckr_pat_", "dckr_oat_", "oy2", "cargo_"], Body::Word, 24, 300),
    kind(&["sqp_", "squ_", "sqa_"], Body::Hex, 40, 40),
    // Talk and mail
    kind(&["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxe-", "xoxc-", "xoxd-", "xoxo-", "xoxe.xoxp-", "xoxe.xoxb-", "xapp-"], Body::Wide, 10, 300),
    kind(&["SG."], Body::Wide, 30, 80),
    kind(&["SK", "AC"], Body::Hex, 32, 32),
    kind(&["key-", "pubkey-"], Body::Plain, 32, 32),
    kind(&["xkeysib-", "xsmtpsib-", "PMAK-", "re_", "ntn_", "secret_", "lin_api_", "lin_oauth_", "figd_", "figoh_", "figu_", "tfp_", "mlsn."], Body::Word, 20, 300),
    // Models
    kind(&["sk-proj-", "sk-svcacct-", "sk-admin-", "sk-None-", "sk-ant-", "sk-or-", "sk-lf-", "pk-lf-"], Body::Word, 16, 300),
    kind(&["sk-"], Body::Plain, 20, 200),
    kind(&["hf_", "api_org_", "gsk_", "r8_", "xai-", "pplx-", "nvapi-", "tvly-", "fw_", "voyage_", "lsv2_pt_", "lsv2_sk_", "jina_"], Body::Word, 20, 300),
    // Clouds and their tools
    kind(&["dop_v1_", "doo_v1_", "dor_v1_"], Body::Hex, 40, 64),
    kind(&["dapi", "dkea", "dose"], Body::Hex, 30, 40),
    kind(&["hvs.", "hvb.", "hvr."], Body::Word, 20, 300),
    kind(&["dp.pt.", "dp.st.", "dp.ct.", "dp.sa.", "dp.scim.", "dp.audit."], Body::Wide, 20, 80),
    kind(&["glsa_", "glc_", "NRAK-", "NRJS-", "NRII-", "NRAL-", "sntrys_", "sntryu_", "sntrya_", "pnu_", "pul-", "sbp_", "sb_secret_", "sb_publishable_", "nfp_", "nfc_", "tskey-", "rnd_", "FlyV1", "fo1_", "vercel_", "phc_", "phx_", "HRKU-"], Body::Wide, 16, 700),
    kind(&["shpat_", "shpca_", "shppa_", "shpss_", "shptka_"], Body::Plain, 24, 64),
    kind(&["CFPAT-", "v1.0-", "fio-u-", "PMAT-", "lob_live_", "live_pub_", "apify_api_", "pat-na1-", "pat-eu1-", "sdk-", "mob-", "api-"], Body::Word, 32, 180),
    kind(&["patn", "pat"], Body::Wide, 60, 100),
    kind(&["pk.eyJ", "sk.eyJ", "tk.eyJ"], Body::Wide, 40, 300),
    kind(&["AGE-SECRET-KEY-1"], Body::Capital, 50, 60),
];

/// Tokens that stand for somebody who has logged in.
#[rustfmt::skip]
const TOKENS: &[Kind] = &[
    kind(&["ya29.", "1//0"], Body::Wide, 30, MOST),
    kind(&["EAACEdEose0cBA", "EAAB", "EAAC", "EAAD", "EAAG", "EAAJ", "EAAE"], Body::Plain, 60, 400),
    kind(&["sl.B", "sl.A", "sl.u."], Body::Word, 60, MOST),
    kind(&["IGQV"], Body::Word, 60, 400),
    kind(&["AQX", "AQV", "AQW"], Body::Word, 120, 600),
    kind(&["amzn.mws.", "Atza|", "Atzr|"], Body::Wide, 30, MOST),
];

/// What an entry of the automaton stands for.
#[derive(Clone, Copy)]
enum Meaning {
    Key(&'static Kind, &'static Entity),
    /// `eyJ`, the beginning of a JSON Web Token.
    Jwt,
    /// `:AA`, the middle of a Telegram bot's token.
    Telegram,
    /// `-us`, before the number of a Mailchimp data centre.
    Mailchimp,
}

struct Beginnings {
    automaton: AhoCorasick,
    /// By the number of the pattern.
    meanings: Vec<(usize, Meaning)>,
}

static BEGINNINGS: LazyLock<Beginnings> = LazyLock::new(|| {
    let tables = [(KEYS, &Entity::ApiKey), (TOKENS, &Entity::AccessToken)];
    let prefixed = tables.into_iter().flat_map(|(kinds, entity)| {
        kinds.iter().flat_map(move |kind| {
            let of = move |prefix: &&'static str| (*prefix, Meaning::Key(kind, entity));
            kind.prefixes.iter().map(of)
        })
    });
    let others = [
        ("eyJ", Meaning::Jwt),
        (":AA", Meaning::Telegram),
        ("-us", Meaning::Mailchimp),
    ];
    let (patterns, meanings): (Vec<&str>, Vec<_>) = prefixed
        .chain(others)
        .map(|(pattern, meaning)| (pattern, (pattern.len(), meaning)))
        .unzip();
    Beginnings {
        automaton: AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .kind(Some(AhoCorasickKind::DFA))
            .build(patterns)
            .expect("an automaton of a few hundred constants can be built"),
        meanings,
    }
});

/// The keys and tokens in `view`.
pub(crate) fn find(view: &View<'_>, found: &mut Found) {
    let text = view.text();
    for run in long_runs(text.as_bytes()) {
        find_in(text, run, found);
    }
}

/// The unbroken runs in which a key may stand. No key is shorter, and no beginning of one holds a
/// character that is not of a run. Looks at a few bytes of each shorter run only.
fn long_runs(bytes: &[u8]) -> impl Iterator<Item = Range<usize>> {
    const SHORTEST: usize = 14;
    // Bytes are asked one by one, a few of each word: a table is the fastest.
    const PARTS: [bool; 256] = {
        let mut parts = [false; 256];
        let mut byte = 0_u8;
        while byte < 0x80 {
            parts[byte as usize] = Body::Wide.admits(byte) || byte == b'$';
            byte += 1;
        }
        parts
    };
    let is_part = |byte: &u8| PARTS[usize::from(*byte)];
    let mut start = 0;
    std::iter::from_fn(move || {
        while let Some(head) = bytes.get(start..start + SHORTEST) {
            if let Some(gap) = head.iter().rposition(|byte| !is_part(byte)) {
                start += gap + 1;
                continue;
            }
            let tail = &bytes[start + SHORTEST..];
            let len = tail.iter().position(|byte| !is_part(byte));
            let run = start..start + SHORTEST + len.unwrap_or(tail.len());
            start = run.end;
            return Some(run);
        }
        None
    })
}

/// The keys and tokens in a run of `text`.
fn find_in(text: &str, run_of_text: Range<usize>, found: &mut Found) {
    let mut taken = 0;
    for beginning in BEGINNINGS.automaton.find_iter(&text[run_of_text.clone()]) {
        let at = run_of_text.start + beginning.start();
        if at < taken {
            continue;
        }
        let (len, meaning) = BEGINNINGS.meanings[beginning.pattern().as_usize()];
        let span = match meaning {
            Meaning::Key(kind, _) => key(text, at, len, kind),
            Meaning::Jwt => jwt(text, at),
            Meaning::Telegram => telegram(text, at),
            Meaning::Mailchimp => mailchimp(text, at),
        };
        let entity = match meaning {
            Meaning::Key(_, entity) => entity,
            Meaning::Jwt => &Entity::AccessToken,
            Meaning::Telegram | Meaning::Mailchimp => &Entity::ApiKey,
        };
        if matches!(meaning, Meaning::Jwt) && span.is_none() {
            // No other token can begin in the same run of characters.
            taken = at + run(text, at, Body::Word, LONGEST_JWT);
        }
        if let Some(span) = span {
            taken = span.end;
            found.push(Candidate::new(entity, "vendor_key", span, 96));
        }
    }
}

impl Body {
    const fn admits(self, byte: u8) -> bool {
        match self {
            Self::Plain => byte.is_ascii_alphanumeric(),
            Self::Word => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'),
            Self::Wide => {
                byte.is_ascii_alphanumeric()
                    || matches!(
                        byte,
                        b'_' | b'-' | b'.' | b'/' | b'+' | b'=' | b':' | b'|' | b'~'
                    )
            }
            Self::Hex => byte.is_ascii_digit() || matches!(byte, b'a'..=b'f' | b'-'),
            Self::Capital => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
        }
    }
}

/// How many of the bytes from `at` on are of `body`, at most `most + 1`.
fn run(text: &str, at: usize, body: Body, most: usize) -> usize {
    text.as_bytes()[at..]
        .iter()
        .take(most + 1)
        .take_while(|byte| body.admits(**byte))
        .count()
}

fn key(text: &str, at: usize, prefix: usize, kind: &Kind) -> Option<Range<usize>> {
    if !begins_alone(text, at) {
        return None;
    }
    let (fewest, most) = kind.len;
    let start = at + prefix;
    let run = run(text, start, kind.body, most);
    let body = &text[start..start + run];
    let body = body.trim_end_matches(['.', '-', ':', '/', '|', '~']);
    let goes_on = text
        .as_bytes()
        .get(start + run)
        .is_some_and(u8::is_ascii_alphanumeric);
    let is_key = (fewest..=most).contains(&body.len()) && !goes_on && is_random(body);
    is_key.then_some(at..start + body.len())
}

/// Whether no letter or digit is tied to the front of a key.
fn begins_alone(text: &str, at: usize) -> bool {
    !text[..at].ends_with(|c: char| c.is_ascii_alphanumeric())
}

/// Whether a body is no word and no row of the same character.
fn is_random(body: &str) -> bool {
    let bytes = body.as_bytes();
    let digits = bytes.iter().filter(|b| b.is_ascii_digit()).count();
    let has_lower = bytes.iter().any(u8::is_ascii_lowercase);
    let has_upper = bytes.iter().any(u8::is_ascii_uppercase);
    let is_varied = bytes.iter().filter(|b| **b != bytes[0]).count() * 2 > bytes.len();
    let is_spelled = has_word_in(body);
    is_varied
        && !is_spelled
        && (digits >= 2 || (has_lower && has_upper) || (has_upper && digits > 0))
}

/// Whether a body says that a key belongs in its place.
fn has_word_in(body: &str) -> bool {
    const PLACEHOLDERS: &[&str] = &[
        "xxxx",
        "your",
        "XXXX",
        "YOUR",
        "....",
        "1234567890abcdefghij",
    ];
    PLACEHOLDERS.iter().any(|word| body.contains(word))
}

/// Three parts of base64 between dots, the last of which may be empty; five if encrypted.
fn jwt(text: &str, at: usize) -> Option<Range<usize>> {
    const FEWEST: usize = 8;
    let mut end = at;
    let mut parts = 0;
    while parts < 5 {
        let len = run(text, end, Body::Word, LONGEST_JWT);
        if parts < 2 && len < FEWEST {
            break;
        }
        end += len;
        parts += 1;
        if text.as_bytes().get(end) != Some(&b'.') || parts == 5 {
            break;
        }
        let follows = text
            .as_bytes()
            .get(end + 1)
            .is_some_and(|b| Body::Word.admits(*b));
        if !follows {
            break;
        }
        end += 1;
    }
    (parts >= 2 && begins_alone(text, at)).then_some(at..end)
}

/// Eight to ten digits, `:AA` and 33 characters more.
fn telegram(text: &str, at: usize) -> Option<Range<usize>> {
    let digits = text.as_bytes()[..at]
        .iter()
        .rev()
        .take(11)
        .take_while(|b| b.is_ascii_digit())
        .count();
    let body = run(text, at + 1, Body::Word, 40);
    let is_token = (8..=10).contains(&digits) && (32..=38).contains(&body);
    is_token.then_some(at.checked_sub(digits)?..at + 1 + body)
}

/// 32 hexadecimal digits, `-us` and a number.
fn mailchimp(text: &str, at: usize) -> Option<Range<usize>> {
    let key = text.as_bytes()[..at]
        .iter()
        .rev()
        .take(33)
        .take_while(|b| b.is_ascii_hexdigit())
        .count();
    let centre = text.as_bytes()[at + 3..]
        .iter()
        .take(3)
        .take_while(|b| b.is_ascii_digit())
        .count();
    (key == 32 && (1..=2).contains(&centre)).then_some(at.checked_sub(key)?..at + 3 + centre)
}
