//! Values between quotes, so that a comma can stand in one.

use std::borrow::Cow;

/// The clauses of a text: what stands between commas that are not within quotes, trimmed. Whether
/// the quotes are where they should be is for [`unquoted`] to say.
pub(super) fn clauses(text: &str) -> Vec<&str> {
    let mut clauses = Vec::new();
    let (mut start, mut quoted, mut escaped) = (0, false, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ',' if !quoted => {
                clauses.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    clauses.push(text[start..].trim());
    clauses.retain(|clause| !clause.is_empty());
    clauses
}

/// The value meant by a trimmed text; `None` if its quotes are not around the whole of it.
pub(super) fn unquoted(text: &str) -> Option<Cow<'_, str>> {
    let Some(inner) = text.strip_prefix('"') else {
        return (!text.contains('"')).then_some(Cow::Borrowed(text));
    };
    let mut value = String::new();
    let mut chars = inner.chars();
    loop {
        match chars.next()? {
            '"' => break,
            '\\' => value.push(chars.next()?),
            c => value.push(c),
        }
    }
    chars.as_str().is_empty().then_some(Cow::Owned(value))
}

/// A value as it has to be written: within quotes only if it must be.
pub(super) fn quoted(value: &str) -> Cow<'_, str> {
    let plain = !value.is_empty() && !value.contains(['"', ',']) && value == value.trim();
    if plain {
        return Cow::Borrowed(value);
    }
    let mut text = String::from('"');
    for c in value.chars() {
        if matches!(c, '"' | '\\') {
            text.push('\\');
        }
        text.push(c);
    }
    text.push('"');
    Cow::Owned(text)
}
