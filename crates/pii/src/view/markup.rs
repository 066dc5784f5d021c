//! Markup taken out of a text: elements of HTML, emphasis, code marks and links of Markdown.
//!
//! Elements inside a line vanish, so that `joe@<b>x</b>.com` is one address; those that begin a
//! new line or a new cell part the text as a reader sees it. Markup that may hold a value itself,
//! as `href="mailto:..."` does, stays.

use std::ops::Range;

use memchr::memchr3;

use crate::view::{
    emphasis,
    folded::{Edit, Replacement},
};

/// The longest element or link target, in bytes.
const LONGEST: usize = 256;

/// Elements that do not interrupt a line.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "em", "font", "i", "ins", "kbd",
    "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tt",
    "u", "var", "wbr", "o:p",
];
/// Elements that begin and end a line.
const BLOCK: &[&str] = &[
    "address",
    "article",
    "aside",
    "blockquote",
    "body",
    "br",
    "caption",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hr",
    "html",
    "img",
    "li",
    "main",
    "nav",
    "ol",
    "option",
    "p",
    "pre",
    "section",
    "select",
    "table",
    "tbody",
    "textarea",
    "tfoot",
    "thead",
    "title",
    "tr",
    "ul",
];
/// Elements that part cells of one line.
const CELL: &[&str] = &["td", "th"];

/// What to read instead of the markup in a folded text.
pub(crate) fn edits(text: &str) -> Vec<Edit> {
    let bytes = text.as_bytes();
    let mut edits: Vec<Edit> = emphasis::find(text)
        .into_iter()
        .map(|span| Edit {
            span,
            with: Replacement::Nothing,
        })
        .collect();
    let mut at = 0;
    let next_from = |at| memchr3(b'<', b'`', b']', &bytes[at..]).map(|sign| at + sign);
    while let Some(start) = next_from(at) {
        let edit = match bytes[start] {
            b'<' => element(text, start),
            b'`' => Some(code_mark(bytes, start)),
            _ => link(text, start, &mut edits),
        };
        at = edit.as_ref().map_or(start + 1, |edit| edit.span.end);
        edits.extend(edit);
    }
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    edits.dedup_by(|next, edit| next.span.start < edit.span.end);
    merge_breaks(text, &mut edits);
    edits.retain(|edit| is_near_value(bytes, &edit.span));
    edits
}

/// Whether a digit or an `@` stands so near that the markup may be inside a value, or between one
/// and its label. Any other markup hides nothing.
fn is_near_value(bytes: &[u8], span: &Range<usize>) -> bool {
    const NEAR: usize = 40;
    let near = &bytes[span.start.saturating_sub(NEAR)..bytes.len().min(span.end + NEAR)];
    near.iter()
        .fold(false, |near, b| near | b.is_ascii_digit() | (*b == b'@'))
}

/// The element or end of one at `start`.
fn element(text: &str, start: usize) -> Option<Edit> {
    let rest = &text[start + 1..text.floor_char_boundary(start + 1 + LONGEST)];
    let rest = &rest[..rest.find(['>', '<'])?];
    let end = start + 1 + rest.len() + 1;
    if text.as_bytes().get(end - 1) != Some(&b'>') || may_hold_value(rest) {
        return None;
    }
    let (is_end, name) = match rest.strip_prefix('/') {
        Some(name) => (true, name),
        None => (false, rest),
    };
    let name = name.split([' ', '/', '\n', '\t']).next()?;
    let is_in = |names: &[&str]| names.iter().any(|known| name.eq_ignore_ascii_case(known));
    let with = if is_in(INLINE) {
        Replacement::Nothing
    } else if is_in(BLOCK) {
        Replacement::Char('\n')
    } else if is_in(CELL) {
        if is_end {
            Replacement::Nothing
        } else {
            Replacement::Text(" | ")
        }
    } else {
        return None;
    };
    Some(Edit {
        span: start..end,
        with,
    })
}

/// Whether an element or a link target may name a person.
fn may_hold_value(inner: &str) -> bool {
    let has_digits = || {
        inner
            .as_bytes()
            .windows(4)
            .any(|four| four.iter().all(u8::is_ascii_digit))
    };
    let has_target = || {
        ["href", "src", "value", "data", "content"]
            .iter()
            .any(|name| inner.contains(name))
    };
    inner.contains('@') || (has_target() && (has_digits() || inner.contains('%')))
}

fn code_mark(bytes: &[u8], start: usize) -> Edit {
    let len = bytes[start..].iter().take_while(|b| **b == b'`').count();
    Edit {
        span: start..start + len,
        with: Replacement::Nothing,
    }
}

/// The end of a link's text at `start`, with its target; its beginning goes to `edits`.
fn link(text: &str, start: usize, edits: &mut Vec<Edit>) -> Option<Edit> {
    let target = text[start..].strip_prefix("](")?;
    let target = &target[..target.floor_char_boundary(LONGEST)];
    let target = &target[..target.find([')', '\n'])?];
    let end = start + 2 + target.len() + 1;
    let from = text.floor_char_boundary(start.saturating_sub(LONGEST));
    let open = from + text[from..start].rfind(['[', ']', '\n'])?;
    if text.as_bytes()[open] != b'[' || text.as_bytes()[end - 1] != b')' {
        return None;
    }
    edits.push(Edit {
        span: open..open + 1,
        with: Replacement::Nothing,
    });
    let has_value = target.contains('@') || target.bytes().any(|b| b.is_ascii_digit() || b == b'%');
    Some(if has_value {
        Edit {
            span: start..start + 2,
            with: Replacement::Char(' '),
        }
    } else {
        Edit {
            span: start..end,
            with: Replacement::Nothing,
        }
    })
}

/// Leaves one line break where only space stands between several.
fn merge_breaks(text: &str, edits: &mut [Edit]) {
    let is_break =
        |edit: &Edit| matches!(edit.with, Replacement::Char('\n') | Replacement::Text(_));
    let mut last: Option<Range<usize>> = None;
    for edit in edits.iter_mut().filter(|edit| is_break(edit)) {
        let is_next = last
            .as_ref()
            .is_some_and(|last| text[last.end..edit.span.start].trim().is_empty());
        if is_next && edit.with == Replacement::Char('\n') {
            edit.with = Replacement::Nothing;
        }
        last = Some(edit.span.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::folded::Folded;

    fn plain(text: &str) -> String {
        Folded::new(text, &[])
            .edited(&edits(text))
            .as_str()
            .to_owned()
    }

    #[test]
    fn markup_vanishes_and_blocks_part_lines() {
        for (text, expected) in [
            ("joe@<b>x</b>.com", "joe@x.com"),
            ("4111 **1111** `1111` 1111", "4111 1111 1111 1111"),
            ("<p>SSN</p>\n<p>536</p>", "\nSSN\n\n536\n"),
            ("<div><p>1</p></div>", "\n1\n"),
            ("<tr><td>SSN</td><td>536</td></tr>", "\n | SSN | 536\n"),
            ("1<br/>b<BR>c", "1\nb\nc"),
            ("<span style=\"color:#112233\">41</span>11", "4111"),
            ("<b>no</b> value", "<b>no</b> value"),
            ("[joe1](https://x.org) now", "joe1 now"),
            ("[joe](mailto:joe@x.com)", "joe mailto:joe@x.com)"),
        ] {
            assert_eq!(plain(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_markup_or_may_hold_a_value_stays() {
        for text in [
            "1 < 2 > 0",
            "<joe@x.com>",
            "<a href=\"tel:9776252661\">",
            "<phone>977</phone>",
            "****1111",
            "a[0](b",
            "<b",
        ] {
            assert_eq!(plain(text), text);
        }
    }
}
