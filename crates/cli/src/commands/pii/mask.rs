//! `pii mask`: the same texts without their personal data.

use super::{Engine, lines};
use crate::args::TextForm;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Printer;

pub(super) fn run(engine: &Engine, form: TextForm, printer: &Printer) -> Result<Exit, Failure> {
    let masked = |text: &str| engine.mask(text, &engine.scan(text)).into_text();
    match form {
        TextForm::Text => {
            let text = lines::whole_text(printer)?;
            printer.stream(masked(&text).as_bytes());
            Ok(Exit::Ok)
        }
        TextForm::Ndjson => lines::answer(std::io::stdin().lock(), printer, |text, out| {
            out.extend_from_slice(b"\"text\":");
            lines::write_string(&masked(text), out);
        }),
    }
}
