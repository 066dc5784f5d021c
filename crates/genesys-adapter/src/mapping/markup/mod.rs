//! Takes the markup out of texts: an answer's texts are plain.
//!
//! Knowledge bases are written in HTML and markdown, and nobody can tell from a text alone which of
//! them, if any, its author meant. So HTML is parsed by a library that browsers' parsers are the
//! measure of, and what a reader would see of it is kept; of links only those to `http` and `https`
//! stay. A text without markup is passed on byte for byte, and so are placeholders in angle brackets
//! such as `<PHONE_NUMBER_0>`, which are masks and not tags.

mod elements;
mod links;
mod page;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use agent_assist_domain::recommendation::TextPart;
use ammonia::{Builder, UrlRelative};
use memchr::memchr2;

use elements::{BLOCKS, is_element};
use page::Page;

/// Markup that appears when other markup goes is looked for so often; what is disguised further
/// loses its brackets.
const MOST_LAYERS: usize = 3;

/// `part` without markup. A highlight stays where its stretch can still be told.
pub(super) fn plain_part(part: TextPart) -> TextPart {
    let Cow::Owned(text) = plain(&part.text) else {
        return part;
    };
    let highlight = part.highlight.and_then(|range| {
        let stretch = plain(part.text.get(range)?).into_owned();
        let start = text.find(&stretch)?;
        (!stretch.is_empty() && text.rfind(&stretch) == Some(start))
            .then(|| start..start + stretch.len())
    });
    TextPart {
        text,
        highlight,
        ..part
    }
}

/// What a reader sees of `text`.
fn plain(text: &str) -> Cow<'_, str> {
    // Every tag begins with the one, and every link of markdown has the other.
    if memchr2(b'<', b']', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut seen = Cow::Borrowed(text);
    for _ in 0..MOST_LAYERS {
        let Some(peeled) = peeled(&seen) else {
            return seen;
        };
        seen = Cow::Owned(peeled);
    }
    // Without an opening bracket there is no tag, and nothing can come together to one.
    match peeled(&seen).is_some() {
        true => Cow::Owned(links::limited(&seen.replace('<', "\u{2039}")).into_owned()),
        false => seen,
    }
}

/// `text` without one layer of markup; `None` if it has none.
fn peeled(text: &str) -> Option<String> {
    let rendered = opens_tag(text).then(|| rendered(text));
    match links::limited(rendered.as_deref().unwrap_or(text)) {
        Cow::Owned(limited) => Some(limited),
        Cow::Borrowed(_) => rendered,
    }
}

fn opens_tag(text: &str) -> bool {
    text.match_indices('<')
        .any(|(at, _)| is_tag(&text[at + 1..]))
}

/// Whether what follows a `<` makes it the beginning of a tag, a comment or the like, as opposed to
/// a comparison or a placeholder.
fn is_tag(rest: &str) -> bool {
    if rest.starts_with(['!', '?']) {
        return true;
    }
    let closing = rest.starts_with('/');
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    if !rest.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return false;
    }
    let ends = |c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>');
    let name = rest.split(ends).next().unwrap_or_default();
    // A browser runs the handlers of elements it has never heard of, too.
    let attributes = rest[name.len()..].split('>').next().unwrap_or_default();
    is_element(name) || closing || attributes.contains('=') || name.contains('=')
}

/// What a browser would show of `text`, with a line for every block.
fn rendered(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for (index, stretch) in text.split('<').enumerate() {
        if index > 0 {
            html.push_str(if is_tag(stretch) { "<" } else { "&lt;" });
        }
        html.push_str(stretch);
    }
    Page::of(&SANITIZER.clean(&html).to_string())
}

/// Lets through what makes lines, and links. Nothing else a tag can say is of use in plain text.
static SANITIZER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut sanitizer = Builder::empty();
    sanitizer
        .tags(
            BLOCKS
                .iter()
                .chain(&["a", "br", "td", "th"])
                .copied()
                .collect(),
        )
        .clean_content_tags(HashSet::from(["script", "style", "template"]))
        .tag_attributes(HashMap::from([("a", HashSet::from(["href"]))]))
        .url_schemes(HashSet::from(["http", "https"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(None)
        // None of these stands in a link, and all of them would in the way of reading it.
        .attribute_filter(|_, _, value| {
            let odd = |c: char| c.is_whitespace() || c.is_control() || "<>\"".contains(c);
            (!value.contains(odd)).then_some(value.into())
        });
    sanitizer
});

#[cfg(test)]
mod tests;
