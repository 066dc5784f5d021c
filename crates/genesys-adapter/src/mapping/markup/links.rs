//! Links of markdown, limited to `http` and `https`. Of others the text stays.

use std::borrow::Cow;

/// `text` without the targets of other links.
pub(super) fn limited(text: &str) -> Cow<'_, str> {
    if !text.contains("](") && !text.contains("]:") && !text.contains('<') {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['(', '<', ':']) {
        let (before, from) = rest.split_at(at);
        kept.push_str(before);
        let cut = match from.as_bytes()[0] {
            b'(' if kept.ends_with(']') => inline(from),
            b'<' => autolink(from),
            b':' if kept.ends_with(']') && begins_line(&kept) => definition(from),
            _ => None,
        };
        match cut {
            Some(length) => {
                unbracket(&mut kept);
                rest = &from[length..];
            }
            None => {
                kept.push_str(&from[..1]);
                rest = &from[1..];
            }
        }
    }
    kept.push_str(rest);
    match kept == text {
        true => Cow::Borrowed(text),
        false => Cow::Owned(kept),
    }
}

/// The length of `(target "title")`, if the link is not to stay. One that is never closed ends with
/// its line.
fn inline(from: &str) -> Option<usize> {
    if leads_to_the_web(&from[1..]) {
        return None;
    }
    let mut open = 0_u32;
    for (at, c) in from.char_indices() {
        match c {
            '(' => open += 1,
            ')' => open -= 1,
            '\n' => return Some(at),
            _ => {}
        }
        if open == 0 {
            return Some(at + 1);
        }
    }
    Some(from.len())
}

/// The length of `<`, if a link that is not to stay follows. What it is of then reads as text.
fn autolink(from: &str) -> Option<usize> {
    let inner = from[1..].split('>').next()?;
    let is_link = inner.contains(':') && !inner.contains(char::is_whitespace);
    (is_link && !leads_to_the_web(inner)).then_some(1)
}

/// The length of `: target`, if the link is not to stay.
fn definition(from: &str) -> Option<usize> {
    let line = from.split('\n').next()?;
    (!leads_to_the_web(&line[1..])).then_some(line.len())
}

/// Whether `kept` ends in a label with which its line begins.
fn begins_line(kept: &str) -> bool {
    let line = kept.rsplit('\n').next().unwrap_or_default().trim_start();
    line.starts_with('[') && line.matches('[').count() == 1
}

/// Takes the brackets from the label that `kept` ends in.
fn unbracket(kept: &mut String) {
    let Some(label) = kept.strip_suffix(']') else {
        return;
    };
    let mut open = 1_u32;
    for (at, c) in label.char_indices().rev() {
        match c {
            ']' => open += 1,
            '[' => open -= 1,
            _ => {}
        }
        if open == 0 {
            let image = label[..at].ends_with('!');
            let text = label[at + 1..].to_owned();
            kept.truncate(at - usize::from(image));
            kept.push_str(&text);
            return;
        }
    }
}

/// Whether a link to `target` leads to the web, or says no scheme at all and so leads nowhere by
/// itself. Whatever could hide a scheme counts as one.
fn leads_to_the_web(target: &str) -> bool {
    let target = target.trim_start_matches(|c: char| c.is_whitespace() || c == '<');
    let head = target
        .split(['/', '?', '#', ')', '>'])
        .next()
        .unwrap_or_default();
    let hides = |c: char| matches!(c, ':' | '&' | '\\' | '%') || c.is_control();
    head.eq_ignore_ascii_case("http:")
        || head.eq_ignore_ascii_case("https:")
        || !head.contains(hides)
}
