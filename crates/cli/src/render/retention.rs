//! Archives and legal holds for people.

use agent_assist_app::days_to_full::DaysToFull;
use agent_assist_app::holds::HoldTold;
use agent_assist_app::retention::{ArchiveTold, RetentionReport};
use agent_assist_domain::time::Timestamp;

use super::table::{self, clean, count, list};
use crate::moment;
use crate::output::Printer;

/// What a run did, a line each.
pub(crate) fn retention(report: &RetentionReport) -> String {
    let mut lines = Vec::new();
    let archive = |did: &str, archive: &ArchiveTold| {
        format!(
            "{did}: records {} to {}, {}",
            archive.first_seq,
            archive.last_seq,
            clean(&archive.file.display().to_string())
        )
    };
    lines.extend(report.archived.iter().map(|told| archive("archived", told)));
    lines.extend(report.deleted.iter().map(|told| archive("deleted", told)));
    if lines.is_empty() {
        lines.push("nothing was due".to_owned());
    }
    lines.push(format!(
        "{} deleted from the log",
        count(report.records_deleted, "record")
    ));
    lines.push(days_to_full(&report.days_to_full));
    lines.join("\n")
}

/// How long the disk lasts, in one line.
fn days_to_full(told: &DaysToFull) -> String {
    match told.days {
        Some(days) => format!("the disk of the store lasts {days} days at this rate"),
        None => "how long the disk of the store lasts is not known yet".to_owned(),
    }
}

/// One hold in a sentence.
pub(crate) fn hold(hold: &HoldTold) -> String {
    let scope = match &hold.conversation_id {
        Some(id) => format!("conversation {}", clean(id)),
        None => "everything".to_owned(),
    };
    let said = |by: Option<&str>| by.map(|by| format!(" (by {})", clean(by)));
    match hold.released_ms {
        None => format!(
            "hold {} stands on {scope}: {}{}",
            hold.id,
            clean(&hold.reason),
            said(hold.by.as_deref()).unwrap_or_default()
        ),
        Some(_) => format!(
            "hold {} on {scope} is released{}",
            hold.id,
            said(hold.released_by.as_deref()).unwrap_or_default()
        ),
    }
}

/// Every hold, a line each.
pub(crate) fn holds(holds: &[HoldTold], printer: &Printer) -> String {
    if holds.is_empty() {
        return "nothing is held".to_owned();
    }
    let header = [
        "id",
        "held",
        "since (UTC)",
        "by",
        "released (UTC)",
        "reason",
    ];
    let mut table = list(printer, &header);
    let show = |millis| moment::show_seconds(Timestamp::from_millis(millis));
    for hold in holds {
        let scope = hold.conversation_id.as_deref().unwrap_or("everything");
        table.add_row([
            hold.id.to_string(),
            clean(scope),
            show(hold.since_ms),
            hold.by.as_deref().map_or("-".to_owned(), clean),
            hold.released_ms.map_or("-".to_owned(), show),
            clean(&hold.reason),
        ]);
    }
    table::keep_whole(&mut table, 1);
    table.to_string()
}
