//! What a text is as SQL, as far as it takes to refuse whatever is not one question.
//!
//! Not a parser: it splits a text the way SQLite does and looks at the pieces. What it lets through
//! SQLite reads next, and then [`program`](super::program) looks at what SQLite would do.

/// Longest question, in bytes.
const MAX_BYTES: usize = 100_000;

/// What a question can begin with. Of these only `WITH` can be something else, which the program that
/// SQLite makes of it tells.
const BEGINNINGS: [&str; 3] = ["select", "values", "with"];

/// Pragmas that are tables as well, and change nothing even with an argument.
const HARMLESS_PRAGMAS: [&str; 12] = [
    "pragma_application_id",
    "pragma_collation_list",
    "pragma_compile_options",
    "pragma_foreign_key_list",
    "pragma_function_list",
    "pragma_index_info",
    "pragma_index_list",
    "pragma_index_xinfo",
    "pragma_table_info",
    "pragma_table_list",
    "pragma_table_xinfo",
    "pragma_user_version",
];

/// Why a text is not asked. None of them repeats it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoQuestion {
    /// Longer than is read.
    #[error("the statement is longer than {MAX_BYTES} bytes")]
    TooLong,
    /// It has a zero byte, at which SQLite would stop reading.
    #[error("the statement has a zero byte in it")]
    ZeroByte,
    /// There is no statement.
    #[error("there is no statement")]
    Empty,
    /// More than one statement.
    #[error("only one statement is asked at a time")]
    Several,
    /// It begins with another word.
    #[error("only statements that read are asked: SELECT, VALUES, or WITH before them")]
    NoReading,
    /// It has a parameter, for which there would be no value.
    #[error(
        "the statement has a parameter (?, :name, @name or $name) and there is no value for it"
    )]
    Parameter,
    /// It names a pragma that may change something.
    #[error("of pragmas only those are tables here that describe tables, indexes and the file")]
    Pragma,
    /// A quotation has no end.
    #[error("a quotation in the statement has no end")]
    Unfinished,
    /// Its program writes.
    #[error("the statement would change something")]
    Writes,
    /// Its program reads what is secret.
    #[error(
        "the keys of conversations and the rows of people are not shown: they undo hashes and pseudonyms"
    )]
    Secret,
}

/// Refuses `sql` unless it is the text of one question.
pub(super) fn check(sql: &str) -> Result<(), NoQuestion> {
    if sql.len() > MAX_BYTES {
        return Err(NoQuestion::TooLong);
    }
    if sql.contains('\0') {
        return Err(NoQuestion::ZeroByte);
    }
    let mut pieces = Pieces(sql);
    let mut first = None;
    let mut ended = false;
    while let Some(piece) = pieces.next()? {
        match piece {
            // A statement of nothing is none, and SQLite passes over it.
            Piece::End if first.is_none() => {}
            Piece::End => ended = true,
            _ if ended => return Err(NoQuestion::Several),
            Piece::Parameter => return Err(NoQuestion::Parameter),
            Piece::Name(name) => {
                let name = name.to_ascii_lowercase();
                if name.starts_with("pragma_") && !HARMLESS_PRAGMAS.contains(&&*name) {
                    return Err(NoQuestion::Pragma);
                }
                first.get_or_insert(name);
            }
            Piece::Other => {
                first.get_or_insert_with(String::new);
            }
        }
    }
    match first {
        None => Err(NoQuestion::Empty),
        Some(word) if BEGINNINGS.contains(&&*word) => Ok(()),
        Some(_) => Err(NoQuestion::NoReading),
    }
}

/// A piece of a statement that is neither space nor comment.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'s> {
    /// A word or a quoted name, without its quotes.
    Name(&'s str),
    Parameter,
    /// A semicolon.
    End,
    /// Numbers, texts, operators.
    Other,
}

/// What is left of a statement.
pub(super) struct Pieces<'s>(pub(super) &'s str);

impl<'s> Pieces<'s> {
    /// Passes over space and comments.
    pub(super) fn skip(&mut self) {
        loop {
            let rest = self.0.trim_start_matches([' ', '\t', '\n', '\u{c}', '\r']);
            self.0 = if let Some(comment) = rest.strip_prefix("--") {
                comment.split_once('\n').map_or("", |(_, rest)| rest)
            } else if let Some(comment) = rest.strip_prefix("/*") {
                // SQLite lets the last comment go without an end.
                comment.split_once("*/").map_or("", |(_, rest)| rest)
            } else {
                self.0 = rest;
                return;
            };
        }
    }

    pub(super) fn next(&mut self) -> Result<Option<Piece<'s>>, NoQuestion> {
        self.skip();
        let Some(begin) = self.0.chars().next() else {
            return Ok(None);
        };
        Ok(Some(match begin {
            ';' => {
                self.take(1);
                Piece::End
            }
            '?' | ':' | '@' | '$' | '#' => Piece::Parameter,
            '\'' => {
                self.quoted('\'')?;
                Piece::Other
            }
            '"' | '`' => Piece::Name(self.quoted(begin)?),
            '[' => Piece::Name(self.quoted(']')?),
            begin if begin.is_ascii_digit() => {
                // `0x1F`, `1e5` and `1_000` too; what is no number SQLite refuses.
                self.word();
                Piece::Other
            }
            begin if is_of_word(begin) => Piece::Name(self.word()),
            begin => {
                self.take(begin.len_utf8());
                Piece::Other
            }
        }))
    }

    fn take(&mut self, bytes: usize) -> &'s str {
        let (piece, rest) = self.0.split_at(bytes);
        self.0 = rest;
        piece
    }

    fn word(&mut self) -> &'s str {
        let end = self.0.find(|c| !is_of_word(c)).unwrap_or(self.0.len());
        self.take(end)
    }

    /// What stands between a quote and `close`. Doubled, all but a bracket stand for themselves.
    fn quoted(&mut self, close: char) -> Result<&'s str, NoQuestion> {
        let content = &self.0[1..];
        let mut from = 0;
        loop {
            let end = content[from..].find(close).ok_or(NoQuestion::Unfinished)? + from;
            if close != ']' && content[end + 1..].starts_with(close) {
                from = end + 2;
                continue;
            }
            self.take(end + 2);
            return Ok(&content[..end]);
        }
    }
}

/// As SQLite has it: everything beyond ASCII is a letter. A dollar sign may stand within.
fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '$' || !c.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_question_is_let_through_however_it_is_written() {
        for sql in [
            "SELECT 1",
            "  select 1 ; ; -- ; DROP TABLE audit",
            ";;SELECT 1",
            "/* DELETE; */ VALUES (1)",
            "-- a\nWITH a AS (SELECT ';' AS b) SELECT \"b;\", [b;], `b;` FROM a /* no end",
            "SELECT 'it''s; DROP', \"a\"\"b\" FROM pragma_table_info('audit')",
            "SELECT entry ->> '$.scope' FROM audit",
            "SELECT 0x1F, 1e5, .5, x'00'",
        ] {
            assert_eq!(check(sql), Ok(()), "{sql}");
        }
    }

    #[test]
    fn everything_else_is_refused_for_what_it_is() {
        let long = format!("SELECT '{}'", "a".repeat(MAX_BYTES));
        for (sql, why) in [
            ("", NoQuestion::Empty),
            (" ; -- SELECT 1", NoQuestion::Empty),
            ("/* SELECT 1", NoQuestion::Empty),
            ("SELECT 1; SELECT 2", NoQuestion::Several),
            ("SELECT 1;\u{b}", NoQuestion::Several),
            (
                "SELECT 1 /* */; /* */ DROP TABLE audit",
                NoQuestion::Several,
            ),
            ("(SELECT 1)", NoQuestion::NoReading),
            ("EXPLAIN SELECT 1", NoQuestion::NoReading),
            ("\u{feff}SELECT 1", NoQuestion::NoReading),
            ("SELECTED 1", NoQuestion::NoReading),
            ("SELECT ?1", NoQuestion::Parameter),
            ("SELECT :a", NoQuestion::Parameter),
            ("SELECT * FROM pragma_journal_mode", NoQuestion::Pragma),
            (
                "SELECT * FROM \"PRAGMA_writable_schema\"",
                NoQuestion::Pragma,
            ),
            ("SELECT * FROM [pragma_optimize]", NoQuestion::Pragma),
            ("SELECT 'a", NoQuestion::Unfinished),
            ("SELECT 1\0; DROP TABLE audit", NoQuestion::ZeroByte),
            (&long, NoQuestion::TooLong),
        ] {
            assert_eq!(check(sql), Err(why), "{sql}");
        }
    }
}
