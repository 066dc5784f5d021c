//! What the doctor found, for people.

use agent_assist_app::doctor::{Check, Status};
use owo_colors::OwoColorize as _;

use super::table::clean;
use crate::output::Printer;

/// A line a check, what to do under those that need it.
pub(crate) fn checks(checks: &[Check], printer: &Printer) -> String {
    let mut out = String::new();
    for check in checks {
        let mark = match (check.status, printer.color()) {
            (Status::Ok, false) => "ok  ".to_owned(),
            (Status::Ok, true) => "ok  ".green().to_string(),
            (Status::Warning, false) => "warn".to_owned(),
            (Status::Warning, true) => "warn".yellow().to_string(),
            (Status::Failed, false) => "FAIL".to_owned(),
            (Status::Failed, true) => "FAIL".red().bold().to_string(),
            (Status::Skipped, _) => "skip".to_owned(),
        };
        out.push_str(&format!(
            "{mark}  {:<18} {}\n",
            check.name,
            clean(&check.finding)
        ));
        if let Some(advice) = &check.advice {
            out.push_str(&format!("      {:<18} -> {}\n", "", clean(advice)));
        }
    }
    out
}
