//! All output goes through here: data to standard output, everything else to standard error.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

use serde::Serialize;

/// How data is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// For people.
    Table,
    /// For programs: one document.
    Json,
    /// For programs: one document a line.
    Ndjson,
}

/// Prints.
#[derive(Debug)]
pub(crate) struct Printer {
    format: Format,
    color: bool,
    terminal: bool,
    /// Whether data could not be written.
    lost: AtomicBool,
}

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
            terminal,
            lost: AtomicBool::new(false),
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

    /// Whether data goes to a terminal.
    pub(crate) fn terminal(&self) -> bool {
        self.terminal
    }

    /// Whether some of the data could not be written, and nobody may take it for whole.
    pub(crate) fn lost_data(&self) -> bool {
        self.lost.load(Ordering::Relaxed)
    }

    /// Data as text, with its own line ends.
    pub(crate) fn data(&self, text: &str) {
        let mut line = text.trim_end_matches('\n').to_owned();
        line.push('\n');
        self.stream(line.as_bytes());
    }

    /// A piece of data as it is, at once. Whether somebody still takes more.
    pub(crate) fn stream(&self, piece: &[u8]) -> bool {
        let mut out = io::stdout().lock();
        match out.write_all(piece).and_then(|()| out.flush()) {
            Ok(()) => return true,
            // A closed pipe is the reader's choice, no failure of ours.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
            Err(error) => {
                self.note(&format!("error: the output cannot be written: {error}"));
                self.lost.store(true, Ordering::Relaxed);
            }
        }
        false
    }

    /// Data as JSON in the chosen notation.
    pub(crate) fn json(&self, value: &impl Serialize) {
        let text = match self.format {
            Format::Ndjson => serde_json::to_string(value),
            Format::Table | Format::Json => serde_json::to_string_pretty(value),
        };
        match text {
            Ok(text) => self.data(&escape_c1(&text)),
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

    /// One document on one line, whatever the notation.
    pub(crate) fn json_line(&self, value: &impl Serialize) {
        match serde_json::to_string(value) {
            Ok(text) => self.data(&escape_c1(&text)),
            Err(error) => self.note(&format!("error: the output cannot be written: {error}")),
        }
    }

    /// Something for the person at the terminal, not data.
    pub(crate) fn note(&self, text: &str) {
        // Nobody is left to tell if this fails.
        let _ = writeln!(io::stderr().lock(), "{text}");
    }
}

/// JSON lets these control characters stand as they are; some terminals obey them. Escaped, the
/// document means the same.
fn escape_c1(json: &str) -> String {
    json.chars()
        .map(|c| match c {
            '\u{7f}'..='\u{9f}' => format!("\\u{:04x}", u32::from(c)),
            c => c.to_string(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_control_character_is_left_in_json() {
        assert_eq!(
            escape_c1("{\"a\":\"x\u{9b}31m\"}"),
            "{\"a\":\"x\\u009b31m\"}"
        );
    }
}
