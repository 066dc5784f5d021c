//! Text in columns: the first line names them.
//!
//! In a table the label of a value stands at the head of its column, and the words before it in
//! its row say nothing of it.

use std::ops::Range;

const DELIMITERS: [char; 4] = [';', '|', '\t', ','];
/// A longer first line is no row of names.
const LONGEST_HEAD: usize = 400;
/// Longer column names are sentences.
const LONGEST_NAME: usize = 40;

/// The first line of a table.
#[derive(Debug)]
pub(crate) struct Table {
    delimiter: char,
    head: Range<usize>,
}

impl Table {
    /// The table that `text` is: a line of names without digits, and under it lines with as many
    /// columns.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let start = text.len() - text.trim_start().len();
        let (head, rows) = text[start..].split_once('\n')?;
        if head.len() > LONGEST_HEAD || head.bytes().any(|b| b.is_ascii_digit()) {
            return None;
        }
        let delimiter = DELIMITERS.into_iter().find(|delimiter| {
            let columns = head.matches(*delimiter).count();
            // A rule between names and rows (`|---|---|`) has as many columns.
            columns > 0
                && head
                    .split(*delimiter)
                    .all(|name| name.trim().len() <= LONGEST_NAME)
                && rows
                    .lines()
                    .next()
                    .is_some_and(|row| row.matches(*delimiter).count() >= columns)
        })?;
        Some(Self {
            delimiter,
            head: start..start + head.len(),
        })
    }

    /// Where the name of the column stands that holds what begins at `at`; `None` in the first
    /// line, and right of the last column.
    pub(crate) fn column(&self, text: &str, at: usize) -> Option<Range<usize>> {
        if at <= self.head.end {
            return None;
        }
        let row = text[..at].rfind('\n')? + 1;
        let index = text[row..at].matches(self.delimiter).count();
        let mut from = self.head.start;
        for (number, name) in text[self.head.clone()].split(self.delimiter).enumerate() {
            if number == index {
                return Some(from..from + name.len());
            }
            from += name.len() + self.delimiter.len_utf8();
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_the_name_at_the_head_of_its_column() {
        let text = "order_id;ssn;amount\n1;2;3\n4;5;6";
        let table = Table::of(text).expect("a table");
        for (value, name) in [('1', "order_id"), ('5', "ssn"), ('6', "amount")] {
            let at = text.find(value).expect("the value");
            assert_eq!(&text[table.column(text, at).expect("a column")], name);
        }
        for text in ["Hello, you\nthere", "a;b", "tel 1; tel 2\n3;4", ""] {
            assert!(Table::of(text).is_none(), "{text}");
        }
    }
}
