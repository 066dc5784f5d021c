//! Audit records and cache counts for people.

use agent_assist_domain::audit::AuditRecord;
use agent_assist_domain::cache::CacheStats;

use super::table::{clean, table};
use crate::moment;
use crate::output::Printer;

/// A line a record.
pub(crate) fn audit_list(records: &[AuditRecord], printer: &Printer) -> String {
    if records.is_empty() {
        return "no records".to_owned();
    }
    let header = [
        "seq",
        "time (UTC)",
        "event",
        "conversation",
        "shown",
        "cache",
        "ms",
        "remark",
    ];
    let mut table = table(printer, &header);
    for record in records {
        let columns = &record.columns;
        let event = columns
            .event
            .strip_prefix("assist_")
            .unwrap_or(&columns.event);
        let remark = columns
            .error
            .as_deref()
            .or(columns.empty_reason.as_deref())
            .or(columns.recommendation_id.as_deref())
            .unwrap_or_default();
        table.add_row([
            record.seq.to_string(),
            moment::show(columns.at),
            event.replace('_', " "),
            clean(columns.conversation_id.as_deref().unwrap_or("-")),
            columns
                .total_returned
                .map_or("-".to_owned(), |count| count.to_string()),
            columns
                .cache_status
                .clone()
                .unwrap_or_else(|| "-".to_owned()),
            columns
                .latency_us
                .map_or("-".to_owned(), |us| format!("{:.1}", us as f64 / 1e3)),
            clean(&remark.replace('_', " ")),
        ]);
    }
    table.to_string()
}

/// One record, its entry indented for reading.
pub(crate) fn audit_record(record: &AuditRecord) -> String {
    let entry = serde_json::from_str::<serde_json::Value>(&record.entry)
        .and_then(|entry| serde_json::to_string_pretty(&entry))
        .unwrap_or_else(|_| clean(&record.entry));
    format!(
        "record {} at {}\n{entry}",
        record.seq,
        moment::show(record.columns.at)
    )
}

/// What the cache holds.
pub(crate) fn cache_stats(stats: &CacheStats) -> String {
    let when = |at: Option<_>| at.map_or("-".to_owned(), moment::show);
    format!(
        "{} answers, {} bytes\noldest fetched {}\nnewest fetched {}",
        stats.entries,
        stats.bytes,
        when(stats.oldest),
        when(stats.newest)
    )
}
