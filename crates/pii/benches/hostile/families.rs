//! Texts made to be slow to scan, in any size.
//!
//! Each family repeats what some part of the engine has to look at twice: at windows of digit
//! groups, at labels before and behind a value, at masks, at escapes, at columns.

use fastrand::Rng;

/// A kind of hostile text.
pub(crate) struct Family {
    pub(crate) name: &'static str,
    build: Build,
}

enum Build {
    /// The same again and again.
    Repeat(&'static str),
    /// Begins with the first, then the second again and again.
    Under(&'static str, &'static str),
    /// Drawn at random from these.
    Draw(&'static [&'static str]),
}

impl Family {
    /// A text of `len` bytes, or as many less as cutting at a character takes.
    pub(crate) fn text(&self, len: usize) -> String {
        let mut text = String::with_capacity(len + 64);
        match self.build {
            Build::Repeat(piece) => fill(&mut text, len, || piece),
            Build::Under(head, piece) => {
                text.push_str(head);
                fill(&mut text, len, || piece);
            }
            Build::Draw(pieces) => {
                let mut rng = Rng::with_seed(7);
                fill(&mut text, len, || pieces[rng.usize(..pieces.len())]);
            }
        }
        text.truncate(text.floor_char_boundary(len));
        text
    }
}

fn fill(text: &mut String, len: usize, mut next: impl FnMut() -> &'static str) {
    while text.len() < len {
        text.push_str(next());
    }
}

const fn repeat(name: &'static str, piece: &'static str) -> Family {
    Family {
        name,
        build: Build::Repeat(piece),
    }
}

const fn under(name: &'static str, head: &'static str, piece: &'static str) -> Family {
    Family {
        name,
        build: Build::Under(head, piece),
    }
}

const fn draw(name: &'static str, pieces: &'static [&'static str]) -> Family {
    Family {
        name,
        build: Build::Draw(pieces),
    }
}

pub(crate) const FAMILIES: &[Family] = &[
    repeat("digits", "4929513078"),
    repeat("digits, spaced", "4 9 2 9 5 1 3 0 7 8 "),
    repeat("digits, dashed", "4-9-2-9-5-1-3-0-7-8-"),
    repeat("groups of four", "4929 5130 7816 3349 "),
    repeat("groups of two", "01 23 45 67 89 "),
    repeat(
        "groups far apart",
        "4929                                    ",
    ),
    repeat("spaces", "          "),
    repeat("line breaks", "\n \n"),
    repeat("mailboxes", "a@"),
    repeat("mailboxes, dotted", "a.b@c.de."),
    repeat("stars and mailboxes", "*a@b.co"),
    repeat("network addresses", "1.1.1."),
    repeat("colons and hex", "a1:"),
    repeat("labels", "ssn card phone "),
    repeat("labels and digits", "ssn 1 "),
    repeat(
        "labels and numbers",
        "card 4111111111111111 order 12345678 ",
    ),
    repeat("label, one word", "phonephone"),
    repeat("labels, Chinese", "手机号银行卡号1"),
    repeat("password", "password "),
    repeat("password is", "password: is "),
    repeat("token, equals", "token="),
    repeat("stars", "********"),
    repeat("crosses", "xxxx"),
    repeat("crosses and digits", "xxxx1111 "),
    repeat("equal digits", "0000 0000 "),
    repeat("emphasis", "*a* "),
    repeat("emphasis, open", "*a"),
    repeat("ending in", "ending in "),
    repeat("brackets, square", "[["),
    repeat("brackets, angle", "<<"),
    repeat("brackets, brace", "{{"),
    repeat("tags, open", "[card number "),
    repeat("tags", "[CREDIT_CARD]"),
    repeat("tags of markup", "<b>4111</b>"),
    repeat("tags of markup, open", "<a href=\""),
    repeat("links", "[a](b"),
    repeat("addresses of the web", "https://a:b@"),
    repeat("parameters", "&token=a?"),
    repeat("entities", "&#52;&#x31;"),
    repeat("entities, open", "&#"),
    repeat("entities, twice", "&amp;#52;"),
    repeat("percent-escapes", "%34%31"),
    repeat("percent signs", "%25"),
    repeat("\\u escapes", "\\u0034\\u0031"),
    repeat("backslashes", "\\"),
    repeat("markdown, nested", "**__`[("),
    repeat("number words", "four one one one "),
    repeat("number words, mixed", "double four twenty uno zwei "),
    repeat("spelled letters", "a as in alpha b for bravo "),
    repeat("at and dot", "a at b dot "),
    repeat("at dot", "at dot "),
    draw(
        "base64",
        &[
            "QWxh", "ZGRp", "bjpv", "cGVu", "IHNl", "c2Ft", "ZTEy", "Mzg9", "eyJh", "b+/0",
        ],
    ),
    draw("hex", &["0f", "a3", "9c", "41", "e7", "5b"]),
    repeat("web tokens", "eyJhbGciOiJIUzI1NiJ9."),
    repeat("private keys", "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n"),
    repeat("key prefixes", "sk_live_ghp_AKIA"),
    under(
        "table, many rows",
        "name;ssn;card\na;b;c\n",
        "Ann;536904399;4111111111111111\n",
    ),
    under(
        "table, one long row",
        "name;ssn;card\na;b;c\n",
        "536904399;",
    ),
    under("table, wide", "name  ssn  card\na  b  c\n", "536-90-4399  "),
    repeat("Chinese", "王小明的订单"),
    repeat("Thai", "ธนาคาร"),
    repeat("combining characters", "e\u{301}\u{302}"),
    repeat("zero-width", "4\u{200B}1\u{200D}"),
    repeat("barriers", "\u{FFFC}4"),
    repeat("full-width", "４１１１　"),
    repeat("Arabic digits", "٤١١١ "),
    repeat("separators", "-./ ()+"),
    repeat("extensions", "977-625-2661 ext. "),
    repeat("plus signs", "+ + 1"),
    repeat("dates", "1980-02-29 "),
    repeat("camelCase", "phoneNumberSsn"),
    repeat("letters and digits", "A1B2 "),
    repeat("questions", "pin? "),
    repeat(
        "personal data",
        "joe@x.org 536-90-4399 (977) 625-2661 4111 1111 1111 1111 ",
    ),
    draw(
        "all of it",
        &[
            "4111", " ", "-", ".", "@", "joe", "x.org", "ssn", "card", "order", "[", "]", "*", "x",
            "&#", ";", "%4", "\\u", "four", "at", "dot", "\n", "手机", "\u{200B}", "é", "password",
            ":", "=", "https://", "eyJ", "(", ")", "+", "0", "1",
        ],
    ),
];
