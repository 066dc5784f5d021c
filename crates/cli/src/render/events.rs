//! Events and sinks for people.

use agent_assist_app::error::Chain;
use agent_assist_app::events::{DeadEvent, Delivered, SinkStatus};
use agent_assist_domain::analytics::AnalyticsEvent;
use agent_assist_domain::ports::SinkError;
use agent_assist_domain::time::Timestamp;

use super::table::{self, clean, count, list};
use crate::moment;
use crate::output::Printer;

/// How each sink stands, a line each.
pub(crate) fn sinks(sinks: &[SinkStatus], printer: &Printer) -> String {
    let header = [
        "sink",
        "waiting",
        "unread",
        "given up",
        "oldest (UTC)",
        "state",
    ];
    let mut table = list(printer, &header);
    for sink in sinks {
        table.add_row([
            clean(&sink.sink),
            sink.waiting.to_string(),
            sink.unread.to_string(),
            sink.dead.to_string(),
            sink.oldest_ms.map_or("-".to_owned(), show),
            state(sink),
        ]);
    }
    table.to_string()
}

fn state(sink: &SinkStatus) -> String {
    match (&sink.held, sink.failing_since_ms, sink.next_attempt_ms) {
        (Some(why), ..) => format!("held: {}; `events redrive` resumes", clean(why)),
        (None, Some(since), Some(next)) => {
            format!("failing since {}, next attempt {}", show(since), show(next))
        }
        _ => "ok".to_owned(),
    }
}

/// What was given up, a line each.
pub(crate) fn dead_events(dead: &[DeadEvent], printer: &Printer) -> String {
    if dead.is_empty() {
        return "nothing was given up".to_owned();
    }
    let header = ["id", "sink", "record", "attempts", "why", "given up (UTC)"];
    let mut table = list(printer, &header);
    for event in dead {
        table.add_row([
            clean(&event.id),
            clean(&event.sink),
            clean(&event.record),
            event.attempts.to_string(),
            clean(&event.why),
            show(event.died_at_ms),
        ]);
    }
    table::keep_whole(&mut table, 0);
    table.to_string()
}

/// What was delivered, a line for each sink.
pub(crate) fn delivered(delivered: &[Delivered], printer: &Printer) -> String {
    let header = ["sink", "delivered", "failed", "given up", "waiting", "held"];
    let mut table = list(printer, &header);
    for sink in delivered {
        table.add_row([
            clean(&sink.sink),
            sink.delivered.to_string(),
            sink.failed.to_string(),
            sink.dead.to_string(),
            sink.waiting.to_string(),
            sink.held.as_deref().map_or("-".to_owned(), clean),
        ]);
    }
    table.to_string()
}

/// What a short run says of sinks that need somebody; `None` if none does.
pub(crate) fn troubled(delivered: &[Delivered]) -> Option<String> {
    let held: Vec<String> = delivered
        .iter()
        .filter_map(|sink| Some(format!("{} ({})", sink.sink, sink.held.as_deref()?)))
        .collect();
    let dead: u64 = delivered.iter().map(|sink| sink.dead).sum();
    let mut told = Vec::new();
    if !held.is_empty() {
        told.push(format!("nothing is sent any more to {}", held.join(", ")));
    }
    if dead > 0 {
        told.push(format!("{} given up", count(dead, "event")));
    }
    (!told.is_empty()).then(|| {
        let told = clean(&told.join("; "));
        format!("warning: {told}; see `agent-assist events list`")
    })
}

/// An event that was forwarded, in one line.
pub(crate) fn forwarded(event: &AnalyticsEvent, arrived: &Result<(), SinkError>) -> String {
    let what = match arrived {
        Ok(()) => "arrived".to_owned(),
        Err(error) => format!("failed: {}", clean(&Chain(error).to_string())),
    };
    format!(
        "{}  {}  {}  {what}",
        moment::show(event.at()),
        clean(event.kind()),
        clean(event.id()),
    )
}

fn show(millis: i64) -> String {
    moment::show_seconds(Timestamp::from_millis(millis))
}
