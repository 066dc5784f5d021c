//! Tells at memory speed whether a text can hold anything at all.
//!
//! Most texts hold neither a digit nor an `@`, nothing that could be decoded, no words that are
//! spoken numbers or addresses, and none that announce a secret; nothing below runs for them.
//! Every test here may say yes in vain, but none may say no in vain.

use std::{collections::BTreeSet, ops::Range, sync::LazyLock};

use aho_corasick::packed;

use crate::{
    context::{Topic, TopicSet, lexicon},
    view::{
        fold::{Fold, fold},
        folded::Folded,
        spoken::lexicon::{LEADS, Meaning, Spoken, meaning},
    },
};

/// Bytes put into lower case at a time.
const BLOCK: usize = 4096;
/// What of a block is looked at again with the next one: longer than any word looked for.
const OVERLAP: usize = 64;
/// Unbroken text of this length may be a key.
const LONGEST_WORD: usize = 20;
/// Labels up to this length count only as whole words.
const SHORT: usize = 3;
/// Patterns that vector instructions look for at once.
const MOST_PATTERNS: usize = 60;
/// Labels whose values need not hold a digit.
const SECRETS: TopicSet = Topic::Password.set().with(Topic::ApiKey).with(Topic::Token);
/// Words that announce secrets without being a label.
const ANNOUNCING: &[&str] = &[
    "private key",
    "bearer",
    "basic ",
    "secret",
    "pass",
    "pwd",
    "token",
    "://",
    "[at",
    "(at",
    "{at",
];

/// What is looked for in a text of letters only. `None` without vector instructions, and then
/// every text is looked at by the rules.
static WORDS: LazyLock<Option<Words>> = LazyLock::new(|| {
    let mut labels = BTreeSet::from_iter(ANNOUNCING.iter().map(|word| (*word).to_owned()));
    let secret = lexicon().filter(|phrases| phrases.topic.set().meets(SECRETS));
    for phrase in secret.flat_map(|phrases| phrases.phrases.split('|')) {
        let longest = phrase
            .split(|c: char| !c.is_alphanumeric())
            .max_by_key(|word| word.len());
        labels.extend(longest.filter(|word| word.len() > 1).map(str::to_owned));
    }
    // A label that holds another one needs no pattern of its own.
    let shortest: Vec<&String> = labels
        .iter()
        .filter(|label| {
            !labels.iter().any(|other| {
                other.len() > SHORT && other.len() < label.len() && label.contains(other.as_str())
            })
        })
        .collect();
    let searcher = |patterns: &mut dyn Iterator<Item = &str>| {
        packed::Config::new().builder().extend(patterns).build()
    };
    let labels = shortest
        .chunks(MOST_PATTERNS)
        .map(|labels| searcher(&mut labels.iter().map(|label| label.as_str())));
    let leads = LEADS
        .chunks(MOST_PATTERNS)
        .map(|leads| searcher(&mut leads.iter().copied()));
    Some(Words {
        labels: labels.collect::<Option<_>>()?,
        leads: leads.collect::<Option<_>>()?,
    })
});

struct Words {
    labels: Vec<packed::Searcher>,
    leads: Vec<packed::Searcher>,
}

/// Whether a text can hold anything but subject terms and what rules of the user's own find.
pub(crate) fn is_in(text: &str) -> bool {
    if has_sign(text.as_bytes()) || has_long_word(text.as_bytes()) {
        return true;
    }
    if text.is_ascii() {
        return has_telling_word(text);
    }
    let is_sign = |c: char| match fold(c) {
        Fold::Char(c) => has_sign(c.encode_utf8(&mut [0; 4]).as_bytes()),
        _ => false,
    };
    text.chars().any(|c| !c.is_ascii() && is_sign(c))
        || has_telling_word(Folded::new(text, &[]).as_str())
        || !text.is_ascii() && has_unspaced_label(text)
}

/// Whether a digit, an `@` or the beginning of an escape stands in `bytes`. Without branches
/// within a block, so that it is done many bytes at a time.
fn has_sign(bytes: &[u8]) -> bool {
    bytes.chunks(256).any(|block| {
        block.iter().fold(false, |found, byte| {
            found
                | byte.is_ascii_digit()
                | (*byte == b'@')
                | (*byte == b'&')
                | (*byte == b'%')
                | (*byte == b'\\')
        })
    })
}

/// Whether a word in ASCII is so long that it may be a key. Looks at a few bytes of each word only.
fn has_long_word(bytes: &[u8]) -> bool {
    let is_part =
        |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'+' | b'/' | b'=');
    let mut start = 0;
    while let Some(word) = bytes.get(start..start + LONGEST_WORD) {
        match word.iter().rposition(|b| !is_part(b)) {
            Some(gap) => start += gap + 1,
            None => return true,
        }
    }
    false
}

/// Whether a word that announces a secret, or one of a spoken value, stands in a folded text.
fn has_telling_word(text: &str) -> bool {
    let Some(words) = &*WORDS else {
        return true;
    };
    let bytes = text.as_bytes();
    let mut block = [0; BLOCK];
    let mut from = 0;
    loop {
        let end = bytes.len().min(from + BLOCK);
        let block = &mut block[..end - from];
        block.copy_from_slice(&bytes[from..end]);
        block.make_ascii_lowercase();
        let is_label = |labels: &packed::Searcher| {
            let mut found = labels.find_iter(&*block);
            found.any(|label| {
                let span = from + label.start()..from + label.end();
                span.len() > SHORT || is_word(bytes, &span)
            })
        };
        let has_label = words.labels.iter().any(is_label);
        let is_said = |leads: &packed::Searcher| {
            let mut found = leads.find_iter(&*block);
            found.any(|lead| is_spoken(text, from + lead.start()))
        };
        if has_label || words.leads.iter().any(is_said) {
            return true;
        }
        if end == bytes.len() {
            return false;
        }
        from = end - OVERLAP;
    }
}

/// Whether `span` is a word by itself, or one of a `camelCase` name.
fn is_word(bytes: &[u8], span: &Range<usize>) -> bool {
    let before = span.start.checked_sub(1).map(|at| bytes[at]);
    let begins =
        !before.is_some_and(|b| b.is_ascii_alphabetic()) || bytes[span.start].is_ascii_uppercase();
    begins && !bytes.get(span.end).is_some_and(u8::is_ascii_lowercase)
}

/// Labels of scripts that are not folded to ASCII.
fn has_unspaced_label(text: &str) -> bool {
    lexicon()
        .filter(|phrases| phrases.topic.set().meets(SECRETS))
        .flat_map(|phrases| phrases.phrases.split('|'))
        .map(str::trim)
        .any(|phrase| !phrase.is_ascii() && text.contains(phrase))
}

/// Whether the word that begins at `start`, or behind the space there, is one of a number or an
/// address that is read aloud.
fn is_spoken(text: &str, start: usize) -> bool {
    let bytes = text.as_bytes();
    let start = start + usize::from(!bytes[start].is_ascii_alphabetic());
    let begins = start == 0 || !bytes[start - 1].is_ascii_alphabetic();
    let Some(word) = word_at(text, start).filter(|_| begins) else {
        return false;
    };
    let next = next_word(text, start + word.len());
    match meaning(word) {
        Some(Spoken {
            meaning: Meaning::At,
            ..
        }) => !word.eq_ignore_ascii_case("at") || is_domain(&text[start + word.len()..]),
        // What a dot of an address is followed by is short.
        Some(Spoken {
            meaning: Meaning::Dot,
            ..
        }) => next.is_some_and(|next| (2..=7).contains(&next.len())),
        Some(spoken) if is_part(spoken) => {
            let previous = previous_word(text, start);
            [previous, next]
                .into_iter()
                .flatten()
                .any(|word| word.len() == 1 || meaning(word).is_some_and(is_part))
        }
        _ => false,
    }
}

/// Whether a word can stand in a spoken number.
fn is_part(spoken: Spoken) -> bool {
    !matches!(
        spoken.meaning,
        Meaning::At | Meaning::Dot | Meaning::Sign(_)
    ) || matches!(spoken.meaning, Meaning::Sign(_))
}

/// Whether what follows `at` can be a domain with its dots as they are.
fn is_domain(after: &str) -> bool {
    let near = &after[..after.floor_char_boundary(OVERLAP)];
    let Some(dot) = near.find(|c: char| {
        !c.is_ascii_alphanumeric() && !matches!(c, ' ' | '-' | ']' | ')' | '}' | '>')
    }) else {
        return near.to_ascii_lowercase().contains(" dot");
    };
    near[dot..].starts_with('.')
        && near[dot + 1..]
            .trim_start_matches(' ')
            .starts_with(|c: char| c.is_ascii_lowercase())
}

fn word_at(text: &str, start: usize) -> Option<&str> {
    let bytes = text.as_bytes().get(start..)?;
    let len = bytes.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    (len > 0).then(|| &text[start..start + len])
}

fn next_word(text: &str, from: usize) -> Option<&str> {
    let bytes = text.as_bytes().get(from..)?;
    let gap = bytes.iter().take(8).position(u8::is_ascii_alphabetic)?;
    word_at(text, from + gap)
}

fn previous_word(text: &str, before: usize) -> Option<&str> {
    let bytes = &text.as_bytes()[..before];
    let gap = bytes
        .iter()
        .rev()
        .take(8)
        .position(u8::is_ascii_alphabetic)?;
    let end = before - gap;
    let len = bytes[..end]
        .iter()
        .rev()
        .take_while(|b| b.is_ascii_alphabetic())
        .count();
    (len > 0).then(|| &text[end - len..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_can_hold_something_have_a_trigger() {
        for text in [
            "a1",
            "a@b",
            "&nbsp;",
            "100%",
            "\\n",
            "٩",
            "\u{FF20}",
            "my password is hunter",
            "Mein Passwort lautet Geheim",
            "la contraseña es hola",
            "-----BEGIN PRIVATE KEY-----",
            "Authorization: Bearer abc",
            "four one one one",
            "vier eins eins eins",
            "fünfundzwanzig drei",
            "double five two",
            "john at example dot com",
            "john [at] example [dot] com",
            "juan arroba ejemplo punto es",
            "mail john at example.com",
            "abcdefghijklmnopqrstuvwxyz",
        ] {
            assert!(is_in(text), "{text}");
        }
    }

    #[test]
    fn plain_prose_has_none() {
        for text in [
            "",
            "Please hold the line while I look at one of the two orders for you.",
            "Wir melden uns bei Ihnen, sobald eine Antwort vorliegt. Über alles Weitere später.",
            "Il y a un an que nous attendons, et une fois encore.",
            "返品はいつでもできます。",
        ] {
            assert!(!is_in(text), "{text}");
        }
    }
}
