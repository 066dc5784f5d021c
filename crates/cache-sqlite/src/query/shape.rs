//! A question as it may be recorded: which tables and columns, how narrowed, and no value.
//!
//! What an auditor looks for may be a person. So texts, numbers and blobs become question marks, and
//! so do quoted names, which SQLite takes for texts where there is no such name, names with letters
//! beyond ASCII, which none of ours has, and comments go.

use agent_assist_domain::audit::SqlShape;

use super::statement::{Piece, Pieces};

/// Longest text that is kept, in bytes.
const MAX_BYTES: usize = 4_000;

/// `sql`, which must be one question, without its values. A text that is none has no shape.
pub(super) fn of(sql: &str) -> SqlShape {
    let mut pieces = Pieces(sql);
    let mut shape = SqlShape {
        text: None,
        values: 0,
    };
    let mut text = String::new();
    loop {
        let before = pieces.0.len();
        pieces.skip();
        let begin = pieces.0;
        let apart = begin.len() < before && !text.is_empty();
        let piece = match pieces.next() {
            Ok(Some(piece)) => piece,
            Ok(None) => break,
            Err(_) => return shape,
        };
        let written = &begin[..begin.len() - pieces.0.len()];
        let value = is_value(&piece, written);
        shape.values += u32::from(value);
        if text.len() + written.len() > MAX_BYTES {
            continue;
        }
        text.push_str(if apart { " " } else { "" });
        text.push_str(if value { "?" } else { written });
    }
    shape.text = Some(text);
    shape
}

fn is_value(piece: &Piece<'_>, written: &str) -> bool {
    match piece {
        Piece::Name(name) => *name != written || !name.is_ascii(),
        Piece::Parameter => true,
        Piece::End => false,
        Piece::Other => written.starts_with(|c: char| c == '\'' || c.is_ascii_digit()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_is_told_and_no_value() {
        for (sql, expected, values) in [
            (
                "SELECT  at, shown -- of joe@example.com\nFROM audit_fetches WHERE agent_id='joe''s'\n LIMIT 10",
                "SELECT at, shown FROM audit_fetches WHERE agent_id=? LIMIT ?",
                2,
            ),
            (
                "SELECT entry ->> '$.scope', x'00ff', 1.5e3, \"joe\", [joe], `joe` FROM audit;",
                "SELECT entry ->> ?, x?, ?.?, ?, ?, ? FROM audit;",
                7,
            ),
            ("SELECT 1 AS jürgen /* 4111 */", "SELECT ? AS ?", 2),
        ] {
            let shape = of(sql);
            assert_eq!(shape.text.as_deref(), Some(expected));
            assert_eq!(shape.values, values, "{sql}");
        }
    }

    #[test]
    fn a_long_question_is_cut_and_its_values_are_counted_all_the_same() {
        let sql = format!("SELECT {}'joe'", "'joe', ".repeat(5_000));
        let shape = of(&sql);
        let text = shape.text.unwrap_or_default();
        assert!(text.len() <= MAX_BYTES + 1, "{}", text.len());
        assert!(!text.contains("joe"), "{text}");
        assert_eq!(shape.values, 5_001);
    }
}
