//! Mail addresses that are read aloud or written so that machines shall not see them.

use super::{Token, gap, lexicon::Meaning};
use crate::view::folded::{Edit, Replacement};

/// Words that a name before the sign or a label of the domain may have been split into.
const MOST_WORDS: usize = 3;
const MOST_LABELS: usize = 6;
/// How far before an address a word may say that it is one, in bytes.
const REACH: usize = 60;

/// Last labels of domains.
const TOP_LEVELS: &[&str] = &[
    "com",
    "org",
    "net",
    "edu",
    "gov",
    "mil",
    "int",
    "info",
    "biz",
    "name",
    "io",
    "co",
    "ai",
    "app",
    "dev",
    "me",
    "tv",
    "cc",
    "xyz",
    "online",
    "shop",
    "tech",
    "cloud",
    "email",
    "mail",
    "test",
    "example",
    "uk",
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "nl",
    "be",
    "ch",
    "at",
    "lu",
    "ie",
    "pl",
    "cz",
    "sk",
    "hu",
    "ro",
    "bg",
    "gr",
    "se",
    "no",
    "dk",
    "fi",
    "is",
    "ee",
    "lv",
    "lt",
    "eu",
    "us",
    "ca",
    "mx",
    "br",
    "ar",
    "cl",
    "pe",
    "uy",
    "au",
    "nz",
    "in",
    "sg",
    "jp",
    "kr",
    "cn",
    "hk",
    "tw",
    "za",
    "il",
    "tr",
    "ru",
    "ua",
    "cat",
    "travel",
    "museum",
    "jobs",
    "mobi",
    "pro",
    "agency",
    "company",
    "group",
    "global",
    "digital",
    "media",
    "studio",
    "solutions",
    "services",
    "systems",
    "network",
    "health",
    "care",
    "legal",
    "finance",
    "bank",
    "hotel",
    "club",
    "blog",
    "website",
    "space",
    "store",
    "london",
    "berlin",
    "paris",
];

/// Mailbox providers: an address at one of these needs no other evidence.
const PROVIDERS: &[&str] = &[
    "gmail",
    "googlemail",
    "yahoo",
    "hotmail",
    "outlook",
    "live",
    "icloud",
    "aol",
    "msn",
    "proton",
    "protonmail",
    "gmx",
    "web",
    "mail",
    "orange",
    "free",
    "laposte",
    "libero",
    "zoho",
    "yandex",
    "ymail",
    "comcast",
    "verizon",
    "btinternet",
    "wanadoo",
    "telefonica",
    "sapo",
    "uol",
    "terra",
    "ziggo",
    "kpnmail",
    "onet",
    "interia",
    "naver",
    "qq",
    "163",
];

/// Words in front of `at` that are no mailbox.
const NO_MAILBOX: &[&str] = &[
    "look",
    "us",
    "me",
    "it",
    "is",
    "are",
    "am",
    "be",
    "was",
    "were",
    "find",
    "found",
    "available",
    "visit",
    "now",
    "online",
    "here",
    "there",
    "them",
    "him",
    "you",
    "today",
    "site",
    "website",
    "page",
    "shop",
    "store",
    "order",
    "check",
    "up",
    "out",
    "in",
    "more",
    "live",
    "buy",
    "sign",
    "log",
    "login",
    "register",
    "read",
    "see",
    "work",
    "works",
    "working",
    "employee",
    "someone",
    "people",
    "anyone",
    "team",
    "or",
    "and",
    "the",
    "a",
    "this",
    "that",
    "all",
    "start",
    "also",
    "only",
    "stay",
    "arrive",
    "items",
    "products",
    "details",
    "information",
    "portal",
    "account",
    "starting",
    "located",
    "hosted",
    "lives",
    "question",
    "questions",
    "released",
    "published",
];

/// What is read where: kept tokens and characters in their places.
struct Piece {
    start: usize,
    end: usize,
    with: Option<Replacement>,
}

/// What to read instead of the addresses in `text`.
pub(super) fn edits(text: &str, tokens: &[Token]) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    let mut free = 0;
    let mut at = 0;
    while at < tokens.len() {
        match sign(text, tokens, at).and_then(|sign| address(text, tokens, &sign, free)) {
            Some((pieces, end)) => {
                push(&pieces, &mut edits);
                free = end;
                at = end;
            }
            None => at += 1,
        }
    }
    edits
}

/// The sign between mailbox and domain.
struct Sign {
    /// The last token of the mailbox.
    before: usize,
    /// The first token of the domain.
    after: usize,
    /// Whether it cannot be a word of prose.
    is_certain: bool,
}

/// The sign at token `at`: a word, or what stands in front of it.
fn sign(text: &str, tokens: &[Token], at: usize) -> Option<Sign> {
    let before = at.checked_sub(1)?;
    let lead = gap(text, tokens, at)?;
    // In ` @sys.email` the sign begins a name of something else.
    if lead.trim() == "@" && (lead == "@" || !lead.ends_with('@')) {
        return Some(Sign {
            before,
            after: at,
            is_certain: true,
        });
    }
    if !tokens[at].means(Meaning::At) || !is_joint(lead) {
        return None;
    }
    let says_sign = tokens
        .get(at + 1)
        .is_some_and(|next| next.text(text).eq_ignore_ascii_case("sign"));
    let after = at + 1 + usize::from(says_sign);
    let tail = gap(text, tokens, after)?;
    let is_bracketed =
        lead.ends_with(['[', '(', '{', '<']) && tail.starts_with([']', ')', '}', '>']);
    let is_certain = is_bracketed || says_sign || !tokens[at].text(text).eq_ignore_ascii_case("at");
    is_joint(tail).then_some(Sign {
        before,
        after,
        is_certain,
    })
}

/// Whether nothing but space, brackets and dashes stands between.
fn is_joint(gap: &str) -> bool {
    gap.len() <= 4
        && gap.bytes().all(|b| {
            matches!(
                b,
                b' ' | b'[' | b']' | b'(' | b')' | b'{' | b'}' | b'<' | b'>' | b'_' | b'-'
            )
        })
}

/// The address around `sign`, and the token behind it. Tokens before `free` are taken.
fn address(text: &str, tokens: &[Token], sign: &Sign, free: usize) -> Option<(Vec<Piece>, usize)> {
    let (domain, end) = domain(text, tokens, sign)?;
    let first = mailbox(text, tokens, sign, free)?;
    let mut pieces: Vec<Piece> = (first..=sign.before)
        .map(|index| character(text, tokens, index))
        .collect();
    let mailbox_end = tokens[sign.before].end;
    let domain_start = tokens[sign.after].start;
    // Literal characters between the tokens of the mailbox stay.
    for index in (first + 1..=sign.before).rev() {
        let between = gap(text, tokens, index)?;
        if matches!(between, "." | "_" | "+" | "'")
            || (between == "-" && !is_spelled(tokens, index))
        {
            let start = tokens[index - 1].end;
            pieces.insert(
                index - first,
                Piece {
                    start,
                    end: start + 1,
                    with: None,
                },
            );
        }
    }
    pieces.push(Piece {
        start: mailbox_end,
        end: domain_start,
        with: Some(Replacement::Char('@')),
    });
    pieces.extend(domain);
    Some((pieces, end))
}

/// The labels behind a sign, as pieces, and the token behind them.
fn domain(text: &str, tokens: &[Token], sign: &Sign) -> Option<(Vec<Piece>, usize)> {
    let mut pieces = Vec::new();
    let mut at = sign.after;
    let mut labels = 0;
    let mut says_dot = false;
    let mut end = None;
    let mut words = 0;
    while at < tokens.len() && labels < MOST_LABELS {
        let token = &tokens[at];
        pieces.push(character(text, tokens, at));
        words += 1;
        let label = token.text(text);
        if labels > 0 && words == 1 && TOP_LEVELS.iter().any(|top| label.eq_ignore_ascii_case(top))
        {
            end = Some((pieces.len(), at + 1));
        }
        let Some(between) = gap(text, tokens, at + 1) else {
            break;
        };
        let next = &tokens[at + 1];
        let literal_dot = between.trim() == "."
            && !(between == ". " && next.text(text).starts_with(char::is_uppercase));
        if literal_dot {
            let dot = token.end + between.find('.')?;
            pieces.push(Piece {
                start: dot,
                end: dot + 1,
                with: None,
            });
            says_dot |= between.len() > 1;
            (labels, words) = (labels + 1, 0);
            at += 1;
        } else if next.means(Meaning::Dot)
            && is_joint(between)
            && gap(text, tokens, at + 2).is_some_and(is_joint)
        {
            says_dot = true;
            pieces.push(Piece {
                start: next.start,
                end: next.end,
                with: Some(Replacement::Char('.')),
            });
            (labels, words) = (labels + 1, 0);
            at += 2;
        } else if end.is_some() || !is_joint(between) || words >= MOST_WORDS {
            break;
        } else {
            if between == "-" {
                pieces.push(Piece {
                    start: token.end,
                    end: next.start,
                    with: None,
                });
            }
            at += 1;
        }
    }
    let (count, end) = end?;
    pieces.truncate(count);
    let from = text.floor_char_boundary(tokens[sign.before].start.saturating_sub(REACH));
    let is_announced = || {
        text[from..tokens[sign.before].start]
            .to_ascii_lowercase()
            .contains("mail")
    };
    let provider = tokens[sign.after].text(text);
    let is_provider = || {
        PROVIDERS
            .iter()
            .any(|known| provider.eq_ignore_ascii_case(known))
    };
    let is_spelled_out =
        sign.is_certain && (says_dot || !text[tokens[sign.before].end..].starts_with('@'));
    (is_spelled_out || says_dot || is_provider() || is_announced()).then_some((pieces, end))
}

/// The first token of the mailbox that ends in front of a sign.
fn mailbox(text: &str, tokens: &[Token], sign: &Sign, free: usize) -> Option<usize> {
    let last = tokens[sign.before].text(text);
    let is_no_mailbox = |word: &str| {
        NO_MAILBOX
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known))
    };
    // In `look at example dot com` the word is no mailbox, in `joe plus shop at ...` it ends one.
    // A letter behind another is spelled: `a n n a at ...`.
    let is_tagged = sign.before.checked_sub(1).is_some_and(|before| {
        tokens[before].means(Meaning::Sign('+'))
            || tokens[before].means(Meaning::Dot)
            || is_spelled(tokens, sign.before)
    });
    if !sign.is_certain && is_no_mailbox(last) && !is_tagged {
        return None;
    }
    let mut first = sign.before;
    while let Some(before) = first.checked_sub(1).filter(|before| *before >= free) {
        let between = gap(text, tokens, first)?;
        let is_connector = |index: usize| {
            tokens[index].means(Meaning::Dot)
                || matches!(tokens[index].spoken, Some(spoken) if matches!(spoken.meaning, Meaning::Sign(_)))
        };
        let is_tied = matches!(between, "." | "_" | "-" | "+" | "'" | "")
            || between == ", " && is_spelled(tokens, first);
        let is_next = is_tied
            || (is_joint(between)
                && (is_connector(first)
                    || (is_connector(before) && before > free)
                    || (is_short(text, tokens, first)
                        && (is_short(text, tokens, before)
                            || (tokens[first].text(text).len() > 1
                                || is_digit(text, tokens, first))
                                && !is_no_mailbox(tokens[before].text(text))))));
        if !is_next || sign.before - before > 32 {
            break;
        }
        first = before;
    }
    Some(introduced(text, tokens, first, free).unwrap_or(first))
}

/// Further words in front that belong to the mailbox because the sentence says so:
/// `my email is john smith at ...`.
fn introduced(text: &str, tokens: &[Token], first: usize, free: usize) -> Option<usize> {
    const INTRODUCTIONS: &[&str] = &[
        "is", "s", "ist", "lautet", "est", "es", "e", "email", "mail", "address", "adresse",
    ];
    for count in 1..MOST_WORDS {
        let start = first.checked_sub(count).filter(|start| *start >= free)?;
        if gap(text, tokens, start + 1)? != " " {
            return None;
        }
        let word_before = start.checked_sub(1).map(|before| tokens[before].text(text));
        let says = |word: &str| {
            INTRODUCTIONS
                .iter()
                .any(|known| word.eq_ignore_ascii_case(known))
        };
        if says(tokens[start].text(text)) || NO_MAILBOX.contains(&tokens[start].text(text)) {
            return None;
        }
        if word_before.is_some_and(says) {
            return Some(start);
        }
    }
    None
}

/// A letter, a digit, or a word for one.
fn is_short(text: &str, tokens: &[Token], index: usize) -> bool {
    tokens[index].end - tokens[index].start == 1
        || matches!(tokens[index].spoken, Some(spoken) if matches!(spoken.meaning, Meaning::Letter(_)))
        || is_digit(text, tokens, index)
}

fn is_digit(text: &str, tokens: &[Token], index: usize) -> bool {
    let token = &tokens[index];
    token.text(text).starts_with(|c: char| c.is_ascii_digit())
        || matches!(token.spoken, Some(spoken) if matches!(spoken.meaning, Meaning::Digit(_)) && token.end - token.start > 2)
}

/// Whether the token before `index` and the one at it are single letters.
fn is_spelled(tokens: &[Token], index: usize) -> bool {
    [index - 1, index]
        .iter()
        .all(|index| tokens[*index].end - tokens[*index].start == 1)
}

/// What token `index` stands for in an address.
fn character(text: &str, tokens: &[Token], index: usize) -> Piece {
    let token = &tokens[index];
    let with = match token.spoken.map(|spoken| spoken.meaning) {
        Some(Meaning::Dot) => Some('.'),
        Some(Meaning::Sign(sign)) => Some(sign),
        Some(Meaning::Digit(digit)) if is_digit(text, tokens, index) => {
            Some(char::from(b'0' + digit))
        }
        _ => None,
    };
    Piece {
        start: token.range().start,
        end: token.range().end,
        with: with.map(Replacement::Char),
    }
}

/// Adds the pieces, with nothing between them.
fn push(pieces: &[Piece], edits: &mut Vec<Edit>) {
    for (index, piece) in pieces.iter().enumerate() {
        if let Some(before) = index.checked_sub(1).map(|before| &pieces[before])
            && before.end < piece.start
        {
            edits.push(Edit {
                span: before.end..piece.start,
                with: Replacement::Nothing,
            });
        }
        if let Some(with) = piece.with
            && piece.start < piece.end
        {
            edits.push(Edit {
                span: piece.start..piece.end,
                with,
            });
        }
    }
}
