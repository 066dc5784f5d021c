//! Where assist is off, nothing is shown.
//!
//! Judged where the switch can be read at any time: behind one that cannot, the last reading holds.

use std::time::Duration;

use agent_assist_domain::assist::{SwitchCause, SwitchChange, SwitchScope, SwitchState};
use agent_assist_domain::audit::AuditEntry;

use super::{Breach, breach, ends_a_request, facts};
use crate::run::Run;
use crate::trace::{Event, time_of_record, time_of_return};

/// How old a reading of the switch may be.
const READING: Duration = Duration::from_secs(1);

pub(super) fn judge(run: &Run) -> Vec<Breach> {
    if !run.setting.tempers.switch.is_steady() {
        return Vec::new();
    }
    let mut turns = Vec::new();
    let mut breaches = Vec::new();
    for (line, moment) in run.moments.iter().enumerate() {
        match &moment.event {
            Event::Switched(change) => turns.push((moment.at, change)),
            Event::Recorded(entry) if shows(entry) => {
                let settled = time_of_record(entry);
                if is_off_throughout(&turns, entry, settled.saturating_sub(READING), settled) {
                    let what = format!("{} shows something where assist is off", entry.request_id);
                    breaches.push(breach(line, what));
                }
            }
            _ => {}
        }
    }
    breaches
}

fn shows(entry: &AuditEntry) -> bool {
    ends_a_request(entry.event())
        && facts(entry).is_some_and(|facts| !facts.shown.is_empty() || facts.shown_as.is_some())
}

/// Whether assist was off for the request of `entry` at every moment from `since` to `until`.
fn is_off_throughout(
    turns: &[(Duration, &SwitchChange)],
    entry: &AuditEntry,
    since: Duration,
    until: Duration,
) -> bool {
    let within = |at: Duration| since < at && at <= until;
    let off_after = |known: usize, at: Duration| is_off(&turns[..known], entry, at);
    let at_first = turns.iter().take_while(|(at, _)| *at <= since).count();
    off_after(at_first, since)
        && turns.iter().enumerate().all(|(known, (at, _))| {
            !within(*at) || (off_after(known, *at) && off_after(known + 1, *at))
        })
        && off_after(
            turns.iter().take_while(|(at, _)| *at <= until).count(),
            until,
        )
}

/// Whether assist is off for the request of `entry` after `turns`.
fn is_off(turns: &[(Duration, &SwitchChange)], entry: &AuditEntry, at: Duration) -> bool {
    let mut off: Vec<(&SwitchScope, SwitchCause, Option<Duration>)> = Vec::new();
    for (_, change) in turns {
        match change.to {
            SwitchState::On => off.retain(|(scope, ..)| **scope != change.scope),
            SwitchState::Off { until } => {
                off.retain(|(scope, cause, _)| (*scope, *cause) != (&change.scope, change.cause));
                off.push((&change.scope, change.cause, until.map(time_of_return)));
            }
        }
    }
    off.iter().any(|(scope, _, until)| {
        let concerned = match scope {
            SwitchScope::Everything => true,
            SwitchScope::Queue(queue) => entry.subject.queue.id.as_ref() == Some(queue),
            SwitchScope::Session(session) => entry.subject.session_id.as_ref() == Some(session),
        };
        concerned && until.is_none_or(|until| until > at)
    })
}
