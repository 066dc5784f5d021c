//! The audit log on its way to other tools: one record, one line, oldest first.
//!
//! A line means the same whenever and however often it is made: nothing in it depends on the clock,
//! on chance or on what was exported before.

mod columns;
mod line;
pub mod ocsf;
mod stream;

use agent_assist_domain::audit::{AuditRecord, Seq};
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use self::columns::Columns;
pub use self::stream::{Beginning, Cursor, Export, ExportQuery};

/// The name space of the identifiers of exported records.
const RECORDS: Uuid = Uuid::from_u128(0x6d0f_7c1a_52be_4f0e_9a63_2f4d_8e15_c07b);

/// Bytes of a line beside its entry, about.
const AROUND: usize = 1_536;

/// In which shape records leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// Identifier, position, columns and the entry.
    Ndjson,
    /// An event of the Open Cybersecurity Schema Framework; see [`ocsf`].
    Ocsf,
}

/// `record` as one line, without its end.
pub fn line(record: &AuditRecord, format: ExportFormat) -> String {
    // Room for the entry and what is said around it, so that the line does not grow step by step.
    let mut json = Vec::with_capacity(record.entry.len() + AROUND);
    let written = match format {
        ExportFormat::Ndjson => serde_json::to_writer(&mut json, &Line::of(record)),
        ExportFormat::Ocsf => ocsf::Event::of(record).write(&mut json),
    };
    // Texts, numbers and names of ours: there is nothing in them that JSON does not take.
    debug_assert!(written.is_ok(), "{written:?}");
    line::single(String::from_utf8(json).unwrap_or_default())
}

/// The identifier of `record`, the same in every export. The request's own identifier is in it, so
/// that two stores of one tenant do not give one identifier to two records.
pub fn uid(record: &AuditRecord) -> String {
    let columns = &record.columns;
    uid_of(
        &columns.tenant,
        record.seq,
        &columns.event,
        &columns.request_id,
    )
}

/// The same of a record that is told by its parts.
pub(crate) fn uid_of(tenant: &str, seq: Seq, event: &str, request_id: &str) -> String {
    let name = format!("{tenant}\n{seq}\n{event}\n{request_id}");
    Uuid::new_v5(&RECORDS, name.as_bytes()).to_string()
}

/// The identifier of what stands for the records from `first` to `last`, which are not there any more.
pub(crate) fn gap_id(tenant: &str, first: Seq, last: Seq) -> String {
    let name = format!("{tenant}\n{first}-{last}\nmissing");
    Uuid::new_v5(&RECORDS, name.as_bytes()).to_string()
}

/// The identifier of telling the upstream of the engagement that `event_id` names, the same for every
/// attempt.
pub(crate) fn forward_id(tenant: &str, event_id: &str) -> String {
    let name = format!("{tenant}\n{event_id}\nforward");
    Uuid::new_v5(&RECORDS, name.as_bytes()).to_string()
}

#[derive(Serialize)]
struct Line<'r> {
    id: String,
    seq: u64,
    columns: Columns<'r>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<&'r RawValue>,
    /// An entry that is no JSON, which only a hand at the file can have made of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    entry_text: Option<&'r str>,
}

impl<'r> Line<'r> {
    fn of(record: &'r AuditRecord) -> Self {
        let entry: Option<&RawValue> = serde_json::from_str(&record.entry).ok();
        Self {
            id: uid(record),
            seq: record.seq,
            columns: Columns::of(&record.columns),
            entry,
            entry_text: entry.is_none().then_some(&record.entry),
        }
    }
}
