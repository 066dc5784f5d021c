//! The assist switch for people.

use agent_assist_app::assist::{OffNow, Turned};
use agent_assist_domain::assist::SwitchCause;
use agent_assist_domain::time::Timestamp;

use super::table::{self, clean, count, list};
use crate::moment;
use crate::output::Printer;

/// An order that was carried out, in one sentence.
pub(crate) fn turned(turned: &Turned) -> String {
    let scope = scope(turned.scope, turned.scope_id.as_deref());
    let already = if turned.changed { "now" } else { "already" };
    let until = match (turned.assist, turned.until_ms) {
        ("off", Some(until)) => format!(" until {} UTC", show(until)),
        ("off", None) => " until it is switched on".to_owned(),
        _ => String::new(),
    };
    let by = turned
        .by
        .as_deref()
        .map(|by| format!(" (by {})", clean(by)));
    let by = by.unwrap_or_default();
    format!(
        "assist is {already} {} for {scope}{until}{by}",
        turned.assist
    )
}

/// What an order to switch on has left off and bears on what it named: whatever is wider, and for
/// everything all the rest. `None` if nothing does.
pub(crate) fn still_off(turned: &Turned, standing: &[OffNow]) -> Option<String> {
    let off = |scope| standing.iter().filter(|off| off.scope == scope).count() as u64;
    let bearing: &[&str] = match turned.scope {
        "everything" => &["queue", "session"],
        "queue" => &["everything"],
        _ => &["everything", "queue"],
    };
    let told: Vec<String> = bearing
        .iter()
        .filter_map(|scope| match (*scope, off(*scope)) {
            (_, 0) => None,
            ("everything", _) => Some("everything".to_owned()),
            (scope, number) => Some(count(number, scope)),
        })
        .collect();
    (!told.is_empty()).then(|| {
        format!(
            "note: still off: {}; see `agent-assist assist status`",
            told.join(", ")
        )
    })
}

/// What is off, a line each, under a sentence that says it at a glance.
pub(crate) fn off_list(standing: &[OffNow], printer: &Printer) -> String {
    if standing.is_empty() {
        return "assist is on".to_owned();
    }
    let mut table = list(
        printer,
        &["off for", "id", "since (UTC)", "until (UTC)", "by"],
    );
    for off in standing {
        table.add_row([
            off.scope.to_owned(),
            off.scope_id.as_deref().map_or("-".to_owned(), clean),
            show(off.since_ms),
            off.until_ms.map_or("switched on".to_owned(), show),
            who(off.cause, off.by.as_deref()),
        ]);
    }
    table::keep_whole(&mut table, 1);
    let sentence = if standing.iter().any(|off| off.scope == "everything") {
        "assist is off for everything"
    } else {
        "assist is on, except for these"
    };
    format!("{sentence}\n\n{table}")
}

/// `everything`, `queue q-1`, `session s-1`.
pub(super) fn scope(kind: &str, id: Option<&str>) -> String {
    match id {
        Some(id) => format!("{} {}", clean(kind), clean(id)),
        None => clean(kind),
    }
}

/// Who said so, or what did.
pub(super) fn who(cause: &str, by: Option<&str>) -> String {
    match by {
        Some(by) => clean(by),
        None if cause == SwitchCause::Operator.as_str() => "an unnamed operator".to_owned(),
        None => clean(&cause.replace('_', " ")),
    }
}

fn show(millis: i64) -> String {
    moment::show_seconds(Timestamp::from_millis(millis))
}
