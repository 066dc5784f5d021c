//! Tells at memory speed whether a text can hold anything at all.
//!
//! Most texts hold neither a digit nor an `@`, and nothing below runs for them. Passwords need
//! neither, so the words that announce one are looked for as well.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use crate::view::folded::fold;

/// Parts of the words that announce a secret without a digit in it.
static ANNOUNCING: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build([
            "pass",
            "pw",
            "kennwort",
            "contrase",
            "clave",
            "senha",
            "wachtwoord",
            "has\u{142}o",
            "haslo",
            "senord",
            "lösenord",
            "kodeord",
            "adgangskode",
            "salasana",
            "mdp",
            "密",
            "口令",
            "パスワード",
            "비밀",
            "phrase",
            "secret",
            "token",
            "private key",
            "://",
            "wifi",
            "wi-fi",
            "wpa",
            "chiave",
            "wlan",
            "word",
            "?",
        ])
        .expect("an automaton of a few constants can be built")
});

/// Whether a text can hold anything but subject terms.
pub(crate) fn is_in(text: &str) -> bool {
    let is_sign = if text.is_ascii() {
        text.bytes().any(|b| b.is_ascii_digit() || b == b'@')
    } else {
        text.chars()
            .filter_map(fold)
            .any(|c| c.is_ascii_digit() || c == '@')
    };
    is_sign || ANNOUNCING.is_match(text)
}
