//! Audit records and cache counts for people.

use std::collections::BTreeMap;

use agent_assist_domain::audit::{AuditEvent, AuditRecord};
use agent_assist_domain::cache::CacheStats;
use agent_assist_domain::time::Timestamp;

use super::assist;
use super::table::{self, clean, count, list};
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
        "shown",
        "cache",
        "ms",
        "conversation, remark",
    ];
    let mut table = list(printer, &header);
    for record in records {
        let columns = &record.columns;
        let event = columns
            .event
            .strip_prefix("assist_")
            .unwrap_or(&columns.event);
        table.add_row([
            record.seq.to_string(),
            moment::show_seconds(columns.at),
            event.replace('_', " "),
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
            subject_and_remark(record),
        ]);
    }
    table::keep_whole(&mut table, header.len() - 1);
    table.to_string()
}

/// The conversation, and below it what an operator would ask next.
fn subject_and_remark(record: &AuditRecord) -> String {
    let columns = &record.columns;
    if columns.event == AuditEvent::AssistSwitched.as_str() {
        return order(&record.entry);
    }
    if columns.event == AuditEvent::AuditRead.as_str() {
        let of = columns.conversation_id.as_deref().unwrap_or("-");
        return format!("{}\n{}", clean(of), reading(&record.entry));
    }
    if columns.event == AuditEvent::Erased.as_str() {
        return erasure(&record.entry);
    }
    let mut lines = vec![clean(columns.conversation_id.as_deref().unwrap_or("-"))];
    if let Some(reason) = columns.error.as_deref().or(columns.empty_reason.as_deref()) {
        let status = columns
            .upstream_status
            .map(|status| format!(" (status {status})"));
        lines.push(format!(
            "{}{}",
            reason.replace('_', " "),
            status.unwrap_or_default()
        ));
    }
    if let Some(id) = &columns.recommendation_id {
        lines.push(match forwarded(&columns.event, &record.entry) {
            Some(told) => format!("{} {told}", clean(id)),
            None => format!("{} {}", adopted(&record.entry), clean(id)),
        });
    }
    lines.extend(outcome(&columns.event, &record.entry));
    lines.join("\n")
}

/// A record in one line, for whoever watches.
pub(crate) fn audit_line(record: &AuditRecord) -> String {
    let columns = &record.columns;
    let event = columns.event.strip_prefix("assist_");
    let shown = columns
        .total_returned
        .map(|shown| format!(" {shown} shown"));
    format!(
        "{} {} {}{}  {}",
        record.seq,
        moment::show_seconds(columns.at),
        event.unwrap_or(&columns.event).replace('_', " "),
        shown.unwrap_or_default(),
        subject_and_remark(record).replace('\n', ", ")
    )
}

/// A reading of the log in words.
fn reading(entry: &str) -> String {
    let entry: serde_json::Value = serde_json::from_str(entry).unwrap_or_default();
    let read = &entry["read"];
    let by = &read["by"];
    let uid = by["uid"].as_u64().map(|uid| format!("uid {uid}"));
    let who = by["name"].as_str().map(clean).or(uid);
    let rows = read["rows"].as_u64().map(|rows| format!(", {rows} read"));
    let stage = read["stage"].as_str().filter(|stage| *stage != "whole");
    format!(
        "{}{} by {}{}",
        read["command"].as_str().unwrap_or("-"),
        stage.map(|stage| format!(" {stage}")).unwrap_or_default(),
        who.as_deref().unwrap_or("nobody known"),
        rows.unwrap_or_default()
    )
}

/// What is said of an outcome that no column tells.
fn outcome(event: &str, entry: &str) -> Option<String> {
    let entry = || serde_json::from_str::<serde_json::Value>(entry).unwrap_or_default();
    Some(match AuditEvent::from_name(event)? {
        AuditEvent::RecommendationEngaged => engaged(&entry()["engaged"]),
        AuditEvent::AdoptionRefused => clean(&entry()["refusal"].as_str()?.replace('_', " ")),
        AuditEvent::OutcomeUnknown => format!("of record {}", entry()["intent"]["seq"].as_u64()?),
        AuditEvent::LogUnwritten => {
            let unwritten = &entry()["unwritten"];
            let from = Timestamp::from_micros(unwritten["from_us"].as_i64()?);
            let reasons = unwritten["reasons"].as_object()?;
            let reasons: Vec<String> = reasons.keys().map(|name| name.replace('_', " ")).collect();
            format!(
                "{} from {} on: {}",
                count(unwritten["count"].as_u64()?, "record"),
                moment::show_seconds(from),
                clean(&reasons.join(", "))
            )
        }
        _ => return None,
    })
}

/// What the upstream was told of an engagement, and whether it acknowledged that.
fn forwarded(event: &str, entry: &str) -> Option<String> {
    use AuditEvent::{ForwardCompleted, ForwardFailed, ForwardInitiated};
    let event = AuditEvent::from_name(event)?;
    if !matches!(event, ForwardInitiated | ForwardCompleted | ForwardFailed) {
        return None;
    }
    let entry: serde_json::Value = serde_json::from_str(entry).ok()?;
    let forward = &entry["forward"];
    let text = |member: &str| Some(clean(&forward[member].as_str()?.replace('_', " ")));
    let failure = text("failure").map(|failure| format!(": {failure}"));
    Some(format!(
        "told as {}{}",
        text("act").as_deref().unwrap_or("-"),
        failure.unwrap_or_default()
    ))
}

/// How a recommendation went to work. The first versions knew one way, and did not say so.
fn adopted(entry: &str) -> String {
    let entry: serde_json::Value = serde_json::from_str(entry).unwrap_or_default();
    clean(entry["adoption"]["kind"].as_str().unwrap_or("used"))
}

/// How many recommendations were told of, by what happened to them.
fn engaged(told: &serde_json::Value) -> String {
    let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
    for one in told.as_array().into_iter().flatten() {
        let kind = one["kind"].as_str().unwrap_or("-");
        *kinds.entry(kind).or_default() += 1;
    }
    let words = kinds.iter().map(|(kind, number)| {
        let kind = clean(&kind.replace('_', " "));
        format!("{number} {kind}")
    });
    words.collect::<Vec<_>>().join(", ")
}

/// A turn of the switch in words.
fn order(entry: &str) -> String {
    let entry: serde_json::Value = serde_json::from_str(entry).unwrap_or_default();
    let switch = &entry["switch"];
    let text = |member: &str| switch[member].as_str();
    let scope = assist::scope(text("scope").unwrap_or("-"), text("scope_id"));
    let until = switch["until_us"].as_i64().map(Timestamp::from_micros);
    let until = until.map(|until| format!("\nuntil {}", moment::show_seconds(until)));
    let who = assist::who(text("cause").unwrap_or("-"), text("by"));
    format!(
        "{} for {scope}{}\nby {who}",
        text("to").unwrap_or("-"),
        until.unwrap_or_default()
    )
}

/// An erasure in words.
fn erasure(entry: &str) -> String {
    let entry: serde_json::Value = serde_json::from_str(entry).unwrap_or_default();
    let erasure = &entry["erasure"];
    let number = |member: &str| erasure[member].as_u64().unwrap_or_default();
    format!(
        "{} {}: {}, {}",
        erasure["stage"].as_str().unwrap_or("-"),
        clean(erasure["of"].as_str().unwrap_or("-")),
        count(number("fields"), "field"),
        count(number("keys"), "key"),
    )
}

/// One record, its entry indented for reading.
pub(crate) fn audit_record(record: &AuditRecord) -> String {
    let entry = serde_json::from_str::<serde_json::Value>(&record.entry)
        .and_then(|entry| serde_json::to_string_pretty(&entry))
        .map_or_else(|_| clean(&record.entry), |entry| clean(&entry));
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
        "{}, {} bytes\noldest fetched {} UTC\nnewest fetched {} UTC",
        count(stats.entries, "answer"),
        stats.bytes,
        when(stats.oldest),
        when(stats.newest)
    )
}
