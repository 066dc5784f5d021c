//! Takes from texts what nobody can see and terminals, logs and browsers obey: control characters,
//! and characters that turn the direction of writing. Whatever brought a text, this is done before
//! it is scanned, so that a number with a control character in it is a number.

use std::borrow::Cow;
use std::ops::Range;

use crate::recommendation::TextPart;

/// `part` without what cannot be seen; `None` if all of it can be.
pub(super) fn legible_part(part: &TextPart) -> Option<TextPart> {
    let Cow::Owned(text) = legible(&part.text) else {
        return None;
    };
    let moved = |at: usize| part.text.get(..at).map(|before| legible(before).len());
    let highlight = part
        .highlight
        .as_ref()
        .and_then(|Range { start, end }| Some(moved(*start)?..moved(*end)?))
        .filter(|range| text.get(range.clone()).is_some());
    Some(TextPart {
        pointer: part.pointer.clone(),
        role: part.role,
        text,
        highlight,
    })
}

/// `text` with every end of line as a line feed, and without other control characters but the tab.
fn legible(text: &str) -> Cow<'_, str> {
    if !may_hold_unseen(text) || !text.contains(is_unseen) {
        return Cow::Borrowed(text);
    }
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    Cow::Owned(text.replace(is_unseen, ""))
}

/// Whether a byte stands in `text` with which something unseen may begin. All bytes are looked at, without
/// stopping, which is quickest.
fn may_hold_unseen(text: &str) -> bool {
    text.bytes().fold(false, |any, byte| {
        let is_control = byte < b' ' && byte != b'\n' && byte != b'\t' || byte == 0x7f;
        any | is_control | matches!(byte, 0xc2 | 0xd8 | 0xe2)
    })
}

fn is_unseen(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t') || turns_direction(c)
}

const fn turns_direction(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a link leads to the web, and shows where to.
pub(super) fn is_web_link(uri: &str) -> bool {
    let scheme = uri.split_once("://").map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| {
        scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")
    }) && !uri.contains(|c: char| c.is_whitespace() || is_unseen(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recommendation::Role;

    #[test]
    fn what_cannot_be_seen_goes_and_a_highlight_goes_with_its_stretch() {
        let part = TextPart {
            pointer: "/text".to_owned(),
            role: Role::Body,
            text: "a\r\nb\u{202e}c\u{1b}[31m \u{9b}d\te\r30 days\u{0}.".to_owned(),
            highlight: None,
        };
        let start = part.text.find("30").expect("there");
        let highlight = Some(start..start + 7);
        let clean = legible_part(&TextPart { highlight, ..part }).expect("changed");
        assert_eq!(clean.text, "a\nbc[31m d\te\n30 days.");
        assert_eq!(&clean.text[clean.highlight.expect("kept")], "30 days");
    }

    #[test]
    fn whatever_is_unseen_begins_with_a_byte_that_is_looked_for() {
        for c in ('\0'..=char::MAX).filter(|c| is_unseen(*c)) {
            assert!(may_hold_unseen(c.encode_utf8(&mut [0; 4])), "{c:?}");
        }
    }

    #[test]
    fn only_plain_links_to_the_web_are_links() {
        for uri in ["https://kb.test/a?b=c#d", "HTTP://kb.test"] {
            assert!(is_web_link(uri), "{uri}");
        }
        for uri in [
            "javascript:alert(1)//https://x",
            "javascript://x/%0aalert(1)",
            "data:text/html,x",
            "/docs/1",
            "//kb.test",
            "",
            "https://kb.test/\u{202e}a",
            " https://kb.test",
            "https://kb test",
        ] {
            assert!(!is_web_link(uri), "{uri}");
        }
    }
}
