//! `pii scan`: where personal data is, for programs.

use std::io::Write as _;

use super::{Engine, lines};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Printer;

pub(super) fn run(engine: &Engine, printer: &Printer) -> Result<Exit, Failure> {
    lines::answer(std::io::stdin().lock(), printer, |text, out| {
        out.extend_from_slice(b"\"spans\":[");
        for (index, find) in engine.scan(text).iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            let (start, end, entity) = (find.start, find.end, &find.entity);
            // An entity's name holds nothing that JSON would escape, and a vector takes all.
            let _ = write!(out, "{comma}[{start},{end},\"{entity}\"]");
        }
        out.push(b']');
    })
}
