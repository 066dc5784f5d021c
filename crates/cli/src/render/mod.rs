//! Data for people: tables and short texts. What was fetched or stored is shown without control
//! characters, so that no text of an upstream can drive the reader's terminal.

mod answer;
mod assist;
mod checks;
mod conversation;
mod events;
mod keys;
mod pii;
mod receipts;
mod reconciliation;
mod records;
mod report;
mod retention;
mod rows;
mod settings;
mod table;

pub(crate) use answer::{allowance, answer, explanation};
pub(crate) use assist::{off_list, still_off, turned};
pub(crate) use checks::checks;
pub(crate) use conversation::{replay, statement};
pub(crate) use events::{dead_events, delivered, forwarded, sinks, troubled};
pub(crate) use keys::keys;
pub(crate) use pii::{explained, tested};
pub(crate) use reconciliation::reconciliation;
pub(crate) use records::{audit_line, audit_list, audit_record, cache_stats};
pub(crate) use report::{report, report_csv};
pub(crate) use retention::{hold, holds, retention};
pub(crate) use rows::rows;
pub(crate) use settings::settings;
pub(crate) use table::{clean, count};
