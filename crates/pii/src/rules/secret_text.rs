//! Secrets of any shape behind a label: how `password: hunter2` is taken apart.
//!
//! Between a label and its secret stands a bond: an assignment (`:`, `=`, `>`), a verb (`is`,
//! `lautet`) or a space. What follows is read up to the quotation mark that closes it, or to the
//! next space. Placeholders, variables and calls are no secrets.

use std::{ops::Range, sync::LazyLock};

use aho_corasick::{AhoCorasick, AhoCorasickKind};

use crate::{
    context::WordList,
    rules::{label, password},
    view::folded::BARRIER,
};

/// The longest secret that is looked at, in bytes.
const LONGEST: usize = 4096;
/// How far behind a label the bond may begin, in bytes.
const REACH: usize = 72;

/// What ties a secret to its label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bond {
    /// `:`, `=`, `=>`, the end of a tag.
    Assigned,
    /// A verb: `is`, `changed to`, `lautet`.
    Said,
    /// Nothing but a space.
    Bare,
}

/// A piece of text that may be a secret.
#[derive(Debug, Clone)]
pub(crate) struct SecretText {
    pub(crate) span: Range<usize>,
    pub(crate) bond: Bond,
    pub(crate) is_quoted: bool,
}

/// Verbs between a label and its secret. Lower case, accents left out.
static VERBS: WordList = WordList::new(
    "is | was | are | to | be | it's | its | being | as | lautet | ist | war | heisst | sind | \
    est | c'est | es | era | e | sono | jest | brzmi | ar | er | on | och | s | now | equals",
);

/// Words between such a verb and the secret.
static BEHIND_VERBS: WordList = WordList::new(
    "now | set | currently | still | simply | just | changed | reset | to | been | aktuell | \
    jetzt | ahora | maintenant",
);

/// Words that wish for a password as often as they tell one: only what looks like a secret may
/// follow.
const WISHES: [&str; 14] = [
    "should be ",
    "must be ",
    "would be ",
    "sollte ",
    "devrait etre ",
    "doit etre ",
    "deberia ser ",
    "debe ser ",
    "dovrebbe essere ",
    "deve essere ",
    "deveria ser ",
    "deve ser ",
    "ska vara ",
    "skal vaere ",
];

/// Words that only what looks like a secret may follow: `auf x ändern`, `wijzigen in x`.
static CHANGES: WordList = WordList::new(
    "para | auf | till | til | na | in | wurde | con | \
    from | noch | lit | legge | pone | consta | wpisano | tieto | gave | reads | says | shows | \
    avtalet | unterlagen",
);

/// Words behind a label that make the sentence speak about passwords, not tell one.
static TOPICAL: WordList = WordList::new(
    "must | should | reset | policy | policies | length | field | requirement | requirements | \
    protected | manager | cannot | can | will | has | have | needs | need | may | change | \
    prompt | box | if | because | when | does | doesn | didn | isn | wasn | not | recovery | \
    hint | expiry | expires | expired | hash | how | why | what | which | and | or | but | muss \
    | soll | kann | wird | doit | debe | deve | moet | page | screen | link | form | settings | \
    strength | i | am",
);

/// The secret that the label before `from` announces.
pub(crate) fn behind(text: &str, from: usize) -> Option<SecretText> {
    let reach = text.floor_char_boundary((from + REACH).min(text.len()));
    let (bond, at) = bond(&text[from..reach])?;
    value(text, from + at, bond)
}

/// The bond at the beginning of `behind`, and where what it ties begins.
fn bond(behind: &str) -> Option<(Bond, usize)> {
    let closing = ['"', '\'', '*', '`', ']', ')', '_'];
    let mut rest = behind.trim_start_matches(closing);
    if rest.len() < behind.len()
        && behind.starts_with('_')
        && rest.starts_with(char::is_alphanumeric)
    {
        return None;
    }
    // "Password 1: x", "pwd, it is x"
    let numbered = rest.trim_start_matches(' ');
    if numbered.starts_with(|c: char| c.is_ascii_digit()) && numbered[1..].starts_with([':', ')']) {
        rest = &numbered[1..];
    }
    rest = rest
        .strip_prefix(',')
        .filter(|rest| rest.starts_with(" it"))
        .unwrap_or(rest);
    rest = without_tags(rest);
    // "Password (case sensitive): x", "Passwort (neu) lautet x", but "Passwort (x7!k)"
    if let Some(note) = rest.trim_start().strip_prefix('(') {
        let close = note.find(')')?;
        let is_secret = note[..close].contains(|c: char| !c.is_alphabetic() && c != '-')
            || password::is_chain(&note[..close]);
        if !note[..close].contains(' ') && is_secret {
            return Some((Bond::Bare, behind.len() - note.len()));
        }
        rest = &note[close + 1..];
    }
    if let Some(at) = attribute(rest) {
        return Some((Bond::Assigned, behind.len() - rest.len() + at));
    }
    if let Some((bond, at)) = led_to(rest) {
        return Some((bond, behind.len() - rest.len() + at));
    }
    if let Some(aside) = rest.strip_prefix(", ") {
        return Some((Bond::Bare, behind.len() - aside.len() + aside_at(aside)?));
    }
    if let Some(at) = assignment(rest) {
        return Some((Bond::Assigned, behind.len() - rest.len() + at));
    }
    let starts = behind.len() - rest.len();
    if let Some(at) = answer(rest) {
        return Some((Bond::Bare, starts + at));
    }
    if let Some(at) = behind_particle(rest) {
        return Some((Bond::Bare, starts + at));
    }
    if !rest.starts_with([' ', '\t', '\'', '\n']) {
        return None;
    }
    said(rest).map_or(Some((Bond::Bare, starts)), |(bond, at)| {
        Some((bond, starts + at))
    })
}

/// Where a secret begins behind a particle that is tied to its label: `비밀번호는 x7!Kp2인데`. Anything
/// but a mixture of signs goes on about the label.
fn behind_particle(rest: &str) -> Option<usize> {
    const SHORTEST: usize = 6;
    const PARTICLES: [char; 9] = ['는', '은', '이', '가', '를', '을', '是', '为', 'は'];
    let behind = rest.strip_prefix(PARTICLES)?.trim_start_matches(' ');
    let len = behind
        .find(|c: char| !c.is_ascii_graphic())
        .unwrap_or(behind.len());
    let has = |test: fn(&u8) -> bool| behind.as_bytes()[..len].iter().any(test);
    let is_mixed =
        has(u8::is_ascii_alphabetic) && (has(u8::is_ascii_digit) || has(u8::is_ascii_punctuation));
    (len >= SHORTEST && is_mixed).then(|| rest.len() - behind.len())
}

/// What follows the tags at the beginning of `rest`: `</td><td>x`.
fn without_tags(rest: &str) -> &str {
    const LONGEST_TAG: usize = 16;
    let mut bare = rest;
    while let Some(tag) = bare.strip_prefix('<') {
        match tag.find('>') {
            Some(close) if close <= LONGEST_TAG => bare = &tag[close..],
            _ => return rest,
        }
        if bare[1..].starts_with('<') {
            bare = &bare[1..];
        }
    }
    bare
}

/// Where the value begins of the element whose name or key is the label: `key="Password" value="x"`.
/// What has spaces in it is for people to read.
fn attribute(rest: &str) -> Option<usize> {
    let value = rest.trim_start().strip_prefix("value=")?;
    let quoted = value.strip_prefix(['"', '\''])?;
    let len = quoted.find(|c: char| matches!(c, '"' | '\'' | BARRIER) || c.is_whitespace())?;
    (len > 0 && quoted[len..].starts_with(['"', '\''])).then_some(rest.len() - value.len())
}

/// Dots that lead to a value, and where it begins: `password ........ x`. Three of them may be a
/// pause as well.
fn led_to(rest: &str) -> Option<(Bond, usize)> {
    let dots = rest.trim_start_matches(' ');
    let led = dots.trim_start_matches('.');
    let bond = match dots.len() - led.len() {
        0..=2 => return None,
        3 => Bond::Bare,
        _ => Bond::Assigned,
    };
    Some((bond, rest.len() - led.len()))
}

/// Where the value of an aside begins, such as `x7!Kp2, ` or `on lit x7!Kp2`.
fn aside_at(aside: &str) -> Option<usize> {
    let word = aside.split(' ').next()?;
    let is_value =
        word.len() > 6 && word.ends_with(',') && word.contains(|c: char| c.is_ascii_digit());
    is_value
        .then_some(0)
        .or_else(|| said(aside).map(|(_, at)| at))
}

/// Where a secret begins that is told in place of a wrong one: `was wrong; the right one is x`.
pub(crate) fn corrected(text: &str, from: usize) -> Option<usize> {
    /// The first of these that stands in a clause counts.
    const TURNS: [&str; 12] = [
        " one is ",
        " one's ",
        "richtig ist ",
        "richtige ist ",
        "bonne est ",
        "correcta es ",
        "correcto es ",
        "giusta e ",
        "correta e ",
        "juiste is ",
        "rigtige er ",
        "ratta ar ",
    ];
    /// These few phrases fit any automaton.
    static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
        let builder = &mut AhoCorasick::builder();
        let builder = builder.kind(Some(AhoCorasickKind::DFA));
        builder.build(TURNS).ok()
    });
    let behind = &text[from..text.floor_char_boundary((from + REACH).min(text.len()))];
    let clause = &behind[..behind.find(['\n', BARRIER]).unwrap_or(behind.len())];
    let turns = FINDER.as_ref()?.find_overlapping_iter(clause);
    let turn = turns.min_by_key(|turn| (turn.pattern(), turn.start()))?;
    Some(from + turn.end())
}

/// Where the value of an assignment at the beginning of `rest` begins.
fn assignment(rest: &str) -> Option<usize> {
    let trimmed = rest.trim_start_matches([' ', '\t']);
    let signs = [
        ":=", "=>", "->", "==", "\\\":", ":", "=", ">", "|", "- ", "\t",
    ];
    let sign = signs.into_iter().find(|sign| trimmed.starts_with(sign))?;
    (sign != "==").then_some(rest.len() - trimmed.len() + sign.len())
}

/// The verb or assignment in a clause like ` for the portal is `, and where the value begins.
fn said(rest: &str) -> Option<(Bond, usize)> {
    const MOST_WORDS: usize = 9;
    let mut at = rest.len() - rest.trim_start().len();
    let mut is_behind_verb = false;
    let mut last = "";
    for (count, word) in rest.trim_start().split_inclusive([' ', '\n']).enumerate() {
        let bare = word.trim_end_matches([' ', '\n', ':', ',', '=']);
        let ties = BEHIND_VERBS.contains(bare) || CHANGES.contains(bare);
        if is_behind_verb && !ties && is_preposition(last, bare) {
            is_behind_verb = false;
        }
        if is_behind_verb && !ties {
            return Some((Bond::Said, at));
        }
        let is_value = count == 0 && bare.len() >= 6 && bare.bytes().any(|b| b.is_ascii_digit());
        let ends = word.contains(BARRIER) || bare.ends_with(['.', ';', '?', '!']);
        if count > MOST_WORDS || is_value || ends {
            return None;
        }
        if CHANGES.contains(bare) {
            return Some((Bond::Bare, at + word.len()));
        }
        if let Some(len) = wish(&rest[at..]) {
            return Some((Bond::Bare, at + len));
        }
        let is_verb = VERBS.contains(bare);
        last = bare;
        at += word.len();
        let is_name = bare
            .chars()
            .all(|c| c.is_alphabetic() || matches!(c, '-' | '_' | '"' | ')' | '('));
        if is_name && word.trim_end().ends_with([':', '=']) {
            // "mot de passe provisoire : x"
            let is_spaced = word.trim_end() == ":" && !rest[..at].contains('\n');
            return (!bare.is_empty() || is_behind_verb || is_spaced)
                .then_some((if is_verb { Bond::Said } else { Bond::Assigned }, at));
        }
        if TOPICAL.contains(bare) {
            return None;
        }
        is_behind_verb |= is_verb;
    }
    None
}

/// How long the wish at the beginning of `clause` is.
fn wish(clause: &str) -> Option<usize> {
    let begins = |wish: &&&str| {
        let start = clause.get(..wish.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(wish))
    };
    WISHES.iter().find(begins).map(|wish| wish.len())
}

/// Whether `word` makes the word before it a preposition of English, which is a verb in Finnish: `the
/// password on my account is x`.
fn is_preposition(before: &str, word: &str) -> bool {
    static BEHIND: WordList =
        WordList::new("the | my | your | our | his | her | their | this | that | file | record");
    before.eq_ignore_ascii_case("on") && BEHIND.contains(word)
}

/// Where the answer to a question that ends soon begins: `for the account? - Sure, it's `.
fn answer(rest: &str) -> Option<usize> {
    const LONGEST_QUESTION: usize = 32;
    const MOST_WORDS: usize = 6;
    let question = rest.find('?').filter(|at| *at <= LONGEST_QUESTION)?;
    if !rest[question + 1..].starts_with([' ', '\n']) {
        return None;
    }
    let mut at = question + 1;
    for word in rest[at..].split_inclusive([' ', '\n']).take(MOST_WORDS) {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let is_opening =
            bare.is_empty() || bare.split('\'').all(|part| label::ANSWERS.contains(part));
        if !is_opening && !word.trim_end().ends_with(':') {
            return Some(at);
        }
        at += word.len();
    }
    None
}

/// The text from `at` on that `bond` ties.
pub(crate) fn value(text: &str, at: usize, bond: Bond) -> Option<SecretText> {
    let rest = &text[at..text.floor_char_boundary((at + LONGEST).min(text.len()))];
    let opened = rest.trim_start_matches([' ', '\t', '*', ':', '=', '>', '|', '\n', '\r']);
    let skipped = &rest[..rest.len() - opened.len()];
    if skipped.len() > 24 || skipped.matches('\n').count() > 1 {
        return None;
    }
    let bare = opened.trim_start_matches('\\');
    let quote = bare
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\'' | '`' | '“' | '„' | '«' | '‘'));
    let start = text.len() - text[at..].len() + (rest.len() - bare.len());
    if let Some(quote) = quote {
        let inner = start + quote.len_utf8();
        if let Some(len) = quoted(&text[inner..], quote) {
            return Some(SecretText {
                span: inner..inner + len,
                bond,
                is_quoted: true,
            });
        }
        return None;
    }
    let start = start - (opened.len() - bare.len());
    let len = unquoted(opened, &text[..start], bond);
    (len > 0).then_some(SecretText {
        span: start..start + len,
        bond,
        is_quoted: false,
    })
}

/// The length of a quotation without its marks: on one line, not too long.
fn quoted(rest: &str, quote: char) -> Option<usize> {
    const LONGEST_QUOTED: usize = 512;
    let rest = &rest[..rest.floor_char_boundary(LONGEST_QUOTED.min(rest.len()))];
    let closing = match quote {
        '“' => '”',
        '„' => '“',
        '«' => '»',
        '‘' => '’',
        same => same,
    };
    let len = rest.find([closing, '\n'])?;
    (rest[len..].starts_with(closing) && len > 0).then(|| rest[..len].trim_end_matches('\\').len())
}

/// Where the particles begin that languages without spaces tie to a secret: `x7!Kp2인데`.
fn particle(word: &str) -> Option<usize> {
    let is_script = |c: char| matches!(c, '\u{3040}'..='\u{30FF}' | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}');
    let at = word.find(is_script).filter(|at| *at >= 3)?;
    word[..at].is_ascii().then_some(at)
}

/// The length of a secret that nothing but a space ends.
fn unquoted(rest: &str, before: &str, bond: Bond) -> usize {
    let is_parameter = before.ends_with('=');
    let len = rest
        .find(|c: char| c.is_whitespace() || matches!(c, '"' | '<' | '`' | BARRIER))
        .unwrap_or(rest.len());
    let mut word = &rest[..len];
    if let Some(end) = particle(word) {
        word = &word[..end];
    }
    if is_parameter {
        // "password=x&user=y", "Password=x;Server=y"
        let ends = word.char_indices().find(|&(at, c)| {
            matches!(c, '&' | ';' | ',') && (word[at + 1..].contains('=') || word.len() == at + 1)
        });
        word = &word[..ends.map_or(word.len(), |(at, _)| at)];
    }
    let trimmed = word.trim_end_matches(['.', ',', ';', ':', '?', '\'', '|', '”', '»', '’']);
    let mut end = trimmed.len();
    // "password: Coffee03?" asks nothing, and neither does "it's Coffee03?, I think".
    let is_mixed =
        trimmed.contains(|c: char| c.is_ascii_digit()) && trimmed.contains(char::is_alphabetic);
    if is_mixed
        && word[end..].starts_with('?')
        && (bond == Bond::Assigned || word[end + 1..].starts_with([',', '.']))
    {
        return end + 1;
    }
    for (open, close) in [('(', ')'), ('[', ']'), ('{', '}')] {
        if trimmed[..end].ends_with(close) && !trimmed[..end].contains(open) {
            end -= close.len_utf8();
        }
    }
    // A full stop before a bracket that has just gone.
    trimmed[..end].trim_end_matches(['.', ',', '"', '\'']).len()
}
