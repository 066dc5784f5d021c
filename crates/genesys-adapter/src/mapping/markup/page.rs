//! From sanitised HTML to the text that a reader sees.

use super::elements::BLOCKS;

/// Stands between the cells of a row, as in documents.
const CELL_SEPARATOR: &str = " | ";

/// The text of a page, as far as it has been read.
pub(super) struct Page {
    text: String,
    /// Whether ends of lines are the author's, and not the markup's.
    keeps_lines: bool,
    /// Where the link that is open leads, and where its text begins.
    link: Option<(String, usize)>,
}

impl Page {
    /// The text of `html`, which a sanitiser wrote: every `<` in it begins a tag, every tag ends, and
    /// no attribute holds a `>`.
    pub(super) fn of(html: &str) -> String {
        let is_block = |tag: &str| tag == "br" || tag != "pre" && BLOCKS.contains(&tag);
        let tags = html.split('<').skip(1);
        let mut page = Self {
            text: String::with_capacity(html.len()),
            keeps_lines: html.contains("<pre>") || !tags.map(name).any(is_block),
            link: None,
        };
        let mut stretches = html.split('<');
        page.text(stretches.next().unwrap_or_default());
        for stretch in stretches {
            let (tag, text) = stretch.split_once('>').unwrap_or((stretch, ""));
            page.tag(tag);
            page.text(text);
        }
        page.end_line();
        page.text.truncate(page.text.trim_end().len());
        page.text
    }

    fn tag(&mut self, tag: &str) {
        match name(tag) {
            "br" => self.text.push('\n'),
            "td" | "th" if !self.at_line_start() => self.text.push_str(CELL_SEPARATOR),
            "a" => self.begin_link(tag),
            "/a" => self.end_link(),
            name if BLOCKS.contains(&name.trim_start_matches('/')) => self.end_line(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        let text = decoded(text);
        if self.keeps_lines {
            self.text.push_str(&text);
            return;
        }
        for c in text.chars() {
            match c {
                ' ' | '\n' | '\t' | '\r' if self.text.is_empty() => {}
                ' ' | '\n' | '\t' | '\r' if self.text.ends_with([' ', '\n']) => {}
                '\n' | '\t' | '\r' => self.text.push(' '),
                c => self.text.push(c),
            }
        }
    }

    fn begin_link(&mut self, tag: &str) {
        let target = tag
            .split_once("href=\"")
            .and_then(|(_, rest)| rest.split('"').next());
        self.link = target.map(|target| (decoded(target), self.text.len()));
    }

    /// A link's target stands behind its text, unless it is the text.
    fn end_link(&mut self) {
        let Some((target, begun)) = self.link.take() else {
            return;
        };
        let said = self.text.get(begun..).unwrap_or_default();
        if said.trim().is_empty() {
            self.text.push_str(&target);
        } else if !said.contains(&*target) {
            self.text.push_str(&format!(" ({target})"));
        }
    }

    fn at_line_start(&self) -> bool {
        self.text.is_empty() || self.text.ends_with('\n')
    }

    fn end_line(&mut self) {
        self.text.truncate(self.text.trim_end_matches(' ').len());
        if !self.at_line_start() {
            self.text.push('\n');
        }
    }
}

fn name(tag: &str) -> &str {
    tag.split([' ', '>']).next().unwrap_or_default()
}

/// What a sanitiser's serialiser escapes, and no more than that.
fn decoded(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    // `&amp;` last, lest what it stands before be taken for an escape.
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&nbsp;", " ")
        .replace("&amp;", "&")
}
