//! Settings for people.

use agent_assist_app::settings::Shown;

use super::table::{clean, list};
use crate::output::Printer;

/// Every setting, its value and where it comes from.
pub(crate) fn settings(lines: &[Shown], printer: &Printer) -> String {
    let mut table = list(printer, &["setting", "value", "from"]);
    for line in lines {
        table.add_row([
            line.name.clone(),
            clean(line.value.as_deref().unwrap_or("-")),
            line.origin.clone(),
        ]);
    }
    table.to_string()
}
