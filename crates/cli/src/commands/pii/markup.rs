//! Personal data marked inside a text: `to [[joe@example.com|EMAIL_ADDRESS]]`.
//!
//! This is how golden cases are written, and how `explain --show` writes a text. Brackets that are
//! no such mark are text: `[[1]]`, `[EMAIL_ADDRESS]`.

use agent_assist_pii::{Entity, Finding};

/// A value and what it is said to be.
pub(super) struct Marked {
    /// Offset of its first byte in the text without marks.
    pub(super) start: usize,
    /// Offset behind its last byte.
    pub(super) end: usize,
    pub(super) entity: Entity,
}

/// The text without its marks, and what they say.
pub(super) fn parse(marked: &str) -> (String, Vec<Marked>) {
    let (mut text, mut marks, mut from) = (String::with_capacity(marked.len()), Vec::new(), 0);
    for (close, _) in marked.match_indices("]]") {
        let mark = marked[from..close].rsplit_once('|');
        let Some((before, name)) = mark else { continue };
        let Some((plain, value)) = before.rsplit_once("[[") else {
            continue;
        };
        let Ok(entity) = name.parse() else { continue };
        text.push_str(plain);
        let start = text.len();
        text.push_str(value);
        let end = text.len();
        marks.push(Marked { start, end, entity });
        from = close + "]]".len();
    }
    text.push_str(&marked[from..]);
    (text, marks)
}

/// `text` with its findings marked.
pub(super) fn write(text: &str, findings: &[Finding]) -> String {
    let (mut marked, mut from) = (String::with_capacity(text.len()), 0);
    for find in findings {
        let (before, value) = (&text[from..find.start], &text[find.start..find.end]);
        marked.push_str(&format!("{before}[[{value}|{}]]", find.entity));
        from = find.end;
    }
    marked.push_str(&text[from..]);
    marked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_marked_is_read_as_it_is_written() {
        let text = "é [[1]] a|b]] to joe@example.com|X, [CVV], [[";
        let finds = [
            Finding::certain(Entity::EmailAddress, 18, 33),
            Finding::certain(Entity::SubjectTerm, 33, 35),
        ];
        let marked = write(text, &finds);
        assert!(marked.contains("to [[joe@example.com|EMAIL_ADDRESS]][[|X|SUBJECT_TERM]], [CVV]"));
        let (plain, marks) = parse(&marked);
        assert_eq!(plain, text);
        let read = marks
            .iter()
            .map(|mark| (mark.start, mark.end, &mark.entity));
        let written = finds
            .iter()
            .map(|find| (find.start, find.end, &find.entity));
        assert!(read.eq(written));
    }
}
