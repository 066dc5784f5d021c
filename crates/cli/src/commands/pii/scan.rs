//! `pii scan`: where personal data is, for programs.

use std::io::Write as _;

use super::{Engine, lines};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Printer;

pub(super) fn run(engine: &Engine, printer: &Printer) -> Result<Exit, Failure> {
    lines::answer(std::io::stdin().lock(), printer, |text, out| {
        out.extend_from_slice(b"\"spans\":[");
        let findings = engine.scanner.scan(text, &engine.subject);
        for (index, find) in findings.iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            // An entity's name holds nothing that JSON would escape, and a vector takes all.
            let _ = write!(
                out,
                "{comma}[{},{},\"{}\"]",
                find.start, find.end, find.entity
            );
        }
        out.push(b']');
    })
}
