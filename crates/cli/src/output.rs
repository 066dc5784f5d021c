//! All output goes through here: data to standard output, everything else to standard error.

use std::io::{self, IsTerminal as _, Write as _};

use clap::ValueEnum;
use serde::Serialize;

/// How data is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Table,
    /// For programs: one document.
    Json,
    /// For programs: one document a line.
    Ndjson,
}

/// Prints.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Printer {
    format: Format,
    color: bool,
    width: Option<u16>,
}

/// Width of tables where the terminal does not tell.
const WIDTH: u16 = 110;

impl Printer {
    /// Prints as asked, else tables on a terminal and JSON elsewhere. Colour only on a terminal,
    /// and never against the reader's wish.
    pub(crate) fn new(format: Option<Format>, no_color: bool) -> Self {
        let terminal = io::stdout().is_terminal();
        let default = if terminal {
            Format::Table
        } else {
            Format::Json
        };
        let wished = !no_color && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self {
            format: format.unwrap_or(default),
            color: terminal && wished,
            width: (!terminal).then_some(WIDTH),
        }
    }

    /// How data is printed.
    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// Whether tables may be coloured.
    pub(crate) fn color(&self) -> bool {
        self.color
    }

    /// The width of tables, where the terminal does not tell.
    pub(crate) fn width(&self) -> Option<u16> {
        self.width
    }

    /// Data as text, with its own line ends.
    pub(crate) fn data(&self, text: &str) {
        // A closed pipe is the reader's choice, no failure of ours.
        let _ = writeln!(io::stdout().lock(), "{}", text.trim_end_matches('\n'));
    }

    /// Data as JSON in the chosen notation.
    pub(crate) fn json(&self, value: &impl Serialize) {
        let text = match self.format {
            Format::Ndjson => serde_json::to_string(value),
            Format::Table | Format::Json => serde_json::to_string_pretty(value),
        };
        match text {
            Ok(text) => self.data(&text),
            Err(error) => self.note(&format!("error: the output cannot be written: {error}")),
        }
    }

    /// A list: one JSON array, or one document a line.
    pub(crate) fn json_list(&self, values: &[impl Serialize]) {
        if self.format == Format::Ndjson {
            values.iter().for_each(|value| self.json(value));
        } else {
            self.json(&values);
        }
    }

    /// Something for the person at the terminal, not data.
    pub(crate) fn note(&self, text: &str) {
        // Nobody is left to tell if this fails.
        let _ = writeln!(io::stderr().lock(), "{text}");
    }
}
