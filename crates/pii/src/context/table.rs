//! Text in columns: the first line names them, or the one behind what announces the table.
//!
//! In a table the label of a value stands at the head of its column, and the words before it in
//! its row say nothing of it.

use std::ops::Range;

use crate::view::folded::BARRIER;

/// What parts columns: a character, or two spaces or more.
const DELIMITERS: [Delimiter; 5] = [
    Delimiter::Char(';'),
    Delimiter::Char('|'),
    Delimiter::Char('\t'),
    Delimiter::Char(','),
    Delimiter::Spaces,
];
/// A longer first line is no row of names.
const LONGEST_HEAD: usize = 400;
/// How far into its row a value is told its column, in bytes. Each value counts the columns before
/// it.
const LONGEST_ROW: usize = 2048;
/// Lines in front of a table that may announce it.
const MOST_ANNOUNCEMENTS: usize = 3;
/// Longer column names are sentences.
const LONGEST_NAME: usize = 40;

/// A table: its first line, and where it ends.
#[derive(Debug)]
pub(crate) struct Table {
    delimiter: Delimiter,
    head: Range<usize>,
    end: usize,
}

#[derive(Debug, Clone, Copy)]
enum Delimiter {
    Char(char),
    Spaces,
}

impl Table {
    /// The table that `text` is, or that its first lines announce with a colon, up to the next
    /// empty line: `This is what we have:`.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let start = text.len() - text.trim_start().len();
        if let Some(table) = Self::at(text, start) {
            return Some(table);
        }
        let near = &text[start..text.floor_char_boundary((start + LONGEST_HEAD).min(text.len()))];
        let announced = near.match_indices(":\n").take(MOST_ANNOUNCEMENTS);
        let mut table = announced
            .filter_map(|(at, colon)| Self::at(text, start + at + colon.len()))
            .next()?;
        let rows = &text[table.head.end..];
        table.end = table.head.end + rows.find("\n\n").unwrap_or(rows.len());
        Some(table)
    }

    /// The table that begins at `start`: a line of names without digits, and under it a line with
    /// as many columns.
    fn at(text: &str, start: usize) -> Option<Self> {
        let (head, rows) = text[start..].split_once('\n')?;
        let first_row = rows.lines().find(|row| !is_rule(row))?;
        // Names are no sentences, and not said by anybody.
        let is_names =
            |head: &str| !head.contains(|c: char| c.is_ascii_digit() || ":?!>".contains(c));
        if head.len() > LONGEST_HEAD || !is_names(head) || first_row.len() > LONGEST_HEAD {
            return None;
        }
        let delimiter = DELIMITERS.into_iter().find(|delimiter| {
            let columns = delimiter.cells(head).count();
            columns > 1
                && columns == delimiter.cells(first_row).count()
                && delimiter.cells(head).all(|name| name.len() <= LONGEST_NAME)
        })?;
        Some(Self {
            delimiter,
            head: start..start + head.len(),
            end: text.len(),
        })
    }

    /// Where the name of the column stands that holds what begins at `at`; `None` outside the
    /// table and in its first line, right of the last column, and far into a long row.
    pub(crate) fn column(&self, text: &str, at: usize) -> Option<Range<usize>> {
        if at <= self.head.end || at >= self.end {
            return None;
        }
        let near = text.floor_char_boundary(at.saturating_sub(LONGEST_ROW));
        let row = near + text[near..at].rfind('\n')? + 1;
        let index = self.delimiter.cells(&text[row..at]).count() - 1;
        let name = self.delimiter.cells(&text[self.head.clone()]).nth(index)?;
        Some(self.head.start + name.start..self.head.start + name.end)
    }
}

impl Table {
    /// Every cell below the first line: where its column's name stands, and where it stands itself.
    pub(crate) fn cells(&self, text: &str) -> impl Iterator<Item = (Range<usize>, Range<usize>)> {
        let names: Vec<_> = self.delimiter.cells(&text[self.head.clone()]).collect();
        let mut at = (self.head.end + 1).min(self.end);
        let lines = text[at..self.end].split_inclusive('\n');
        lines.flat_map(move |line| {
            let start = at;
            at += line.len();
            let cells = self.delimiter.cells(line.trim_end());
            let named = names.iter().zip(cells).map(|(name, cell)| {
                let name = self.head.start + name.start..self.head.start + name.end;
                (name, start + cell.start..start + cell.end)
            });
            named.collect::<Vec<_>>()
        })
    }
}

/// Whether a line only parts the names from the rows: `|---|---|`, whose dashes look like a mask.
fn is_rule(row: &str) -> bool {
    row.starts_with('|')
        && !row.contains(' ')
        && row.chars().all(|c| matches!(c, '|' | '-' | ':' | BARRIER))
}

impl Delimiter {
    /// The cells of a line; at least one.
    fn cells(self, line: &str) -> impl Iterator<Item = Range<usize>> {
        let mut from = Some(0);
        std::iter::from_fn(move || {
            let start = from?;
            let (end, next) = match self.next_in(&line[start..]) {
                Some(gap) => (start + gap.start, Some(start + gap.end)),
                None => (line.len(), None),
            };
            from = next;
            Some(start..end)
        })
    }

    fn next_in(self, line: &str) -> Option<Range<usize>> {
        match self {
            Self::Char(c) => line.find(c).map(|at| at..at + c.len_utf8()),
            Self::Spaces => line.find("  ").map(|at| {
                let gap = &line[at..];
                at..at + gap.len() - gap.trim_start_matches(' ').len()
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_the_name_at_the_head_of_its_column() {
        for text in [
            "order_id;ssn;amount\n1;2;3\n4;5;6",
            "order_id      ssn  amount\n1             2    3\n4             5    6",
        ] {
            let table = Table::of(text).expect("a table");
            for (value, name) in [('1', "order_id"), ('5', "ssn"), ('6', "amount")] {
                let at = text.find(value).expect("the value");
                assert_eq!(&text[table.column(text, at).expect("a column")], name);
            }
        }
        for text in [
            "Hello, you\nthere",
            "Agent: sure, go on\nCustomer: well, 123",
            "a;b",
            "tel 1; tel 2\n3;4",
            "",
        ] {
            assert!(Table::of(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_rule_under_the_names_is_no_row() {
        let text = format!("| id | ssn |\n|{BARRIER}|{BARRIER}|\n| 1 | 2 |");
        assert!(Table::of(&text).is_some());
    }

    #[test]
    fn a_table_may_be_announced_and_ends_at_an_empty_line() {
        let text = "Export of order 7:\nid,ssn\n1,2\n\nThanks, Anna 3";
        let table = Table::of(text).expect("a table");
        let name = |value| Some(&text[table.column(text, text.find(value)?)?]);
        assert_eq!(name('2'), Some("ssn"));
        assert_eq!(name('3'), None);
    }
}
