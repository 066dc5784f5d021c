//! The look of tables, and the cleaning of texts.

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{
    Attribute, Cell, ColumnConstraint, ContentArrangement, LineStyle, Table, TableStyle, Width,
};

use crate::output::Printer;

/// Columns where the terminal does not tell.
const FALLBACK_WIDTH: u16 = 110;
/// Narrower than this nothing can be read.
const LEAST_WIDTH: u16 = 40;
/// Wide enough for an identifier beside other columns.
const ROOMY_WIDTH: u16 = 100;
/// A UUID and the space around it.
const ID_WIDTH: u16 = 38;

/// Rows of one line, close together under their header.
const LIST: TableStyle = TableStyle::new()
    .header_separator(LineStyle::none().fill('─').junction('─'))
    .bottom_border(LineStyle::none().fill('─').junction('─'));

/// An empty table for rows of several lines, each set apart.
pub(super) fn cards(printer: &Printer, header: &[&str]) -> Table {
    table(printer, UTF8_HORIZONTAL_ONLY, header)
}

/// An empty table for rows of one line.
pub(super) fn list(printer: &Printer, header: &[&str]) -> Table {
    table(printer, LIST, header)
}

/// Keeps the identifiers of a column on one line each, to be copied, where the other columns can
/// spare the room.
pub(super) fn keep_whole(table: &mut Table, column: usize) {
    if table.width().is_some_and(|width| width < ROOMY_WIDTH) {
        return;
    }
    if let Some(column) = table.column_mut(column) {
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(ID_WIDTH)));
    }
}

/// As wide as the terminal at most.
fn table(printer: &Printer, style: TableStyle, header: &[&str]) -> Table {
    let mut table = Table::new();
    table
        .load_style(style)
        .set_content_arrangement(ContentArrangement::Dynamic);
    let width = width(&table, printer);
    table.set_width(width);
    if printer.color() {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    table.set_header(
        header
            .iter()
            .map(|name| Cell::new(name).add_attribute(Attribute::Bold)),
    );
    table
}

/// Columns to write in.
fn width(table: &Table, printer: &Printer) -> u16 {
    // A terminal of no width, as some tools make them, tells nothing.
    let told = table.width().filter(|width| *width >= LEAST_WIDTH);
    told.filter(|_| printer.terminal())
        .unwrap_or(FALLBACK_WIDTH)
}

/// `text` on as many lines as it takes, broken between words only.
pub(super) fn paragraph(printer: &Printer, text: &str) -> String {
    let width = usize::from(width(&Table::new(), printer));
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}

/// `text` fit for a terminal: line ends stay, other control characters, which could move the
/// cursor or recolour the screen, become a visible mark, and so do those that reorder text.
pub(crate) fn clean(text: &str) -> String {
    let hostile =
        |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.replace("\r\n", "\n")
        .chars()
        .map(|c| match c {
            '\n' => '\n',
            '\t' => ' ',
            c if hostile(c) => '\u{fffd}',
            c => c,
        })
        .collect()
}

/// `1 answer`, `2 answers`.
pub(crate) fn count(number: u64, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_can_drive_the_terminal() {
        assert_eq!(
            clean("a\u{1b}[31mb\r\nc\td\u{202e}e\u{7}"),
            "a\u{fffd}[31mb\nc d\u{fffd}e\u{fffd}"
        );
    }
}
