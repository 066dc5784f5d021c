//! Answers to questions in SQL, for people.

use agent_assist_app::wire::{Cell, Found};

use super::table::{clean, count, list};
use crate::output::Printer;

/// Characters of a value beyond which the rest is left to other formats.
const MAX_CHARS: usize = 2_000;

/// A table, and below it how many rows it has.
pub(crate) fn rows(found: &Found, printer: &Printer) -> String {
    let rows = count(found.rows.len() as u64, "row");
    if found.rows.is_empty() {
        return rows;
    }
    let header: Vec<String> = found.columns.iter().map(|name| clean(name)).collect();
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    let mut table = list(printer, &header);
    for row in &found.rows {
        table.add_row(row.iter().map(text));
    }
    format!("{table}\n{rows}")
}

fn text(cell: &Cell) -> String {
    let whole = match cell {
        Cell::Null => return "-".to_owned(),
        Cell::Integer(number) => number.to_string(),
        Cell::Real(number) => number.to_string(),
        Cell::Text(text) => clean(text),
        Cell::Blob(bytes) => hex::encode(bytes),
    };
    match whole.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}...", &whole[..end]),
        None => whole,
    }
}
