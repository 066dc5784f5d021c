//! Every request ends in time, and nothing is sent for which nobody could wait any more.

use std::collections::HashMap;
use std::time::Duration;

use super::{Breach, Case, breach};
use crate::run::Run;
use crate::trace::{Event, Question};

/// How long past its deadline a request may wait for its record, where the store is not steady.
const RECORD_GRACE: Duration = Duration::from_secs(1);

/// The runtime's timers go by whole milliseconds, and one more is taken by those that follow.
const TICKS: Duration = Duration::from_millis(3);

/// Longest time that a renewal takes.
const RENEWAL: Duration = Duration::from_secs(20);

pub(super) fn judge(run: &Run, cases: &[Case<'_>]) -> Vec<Breach> {
    let mut breaches = Vec::new();
    breaches.extend(late_ends(run, cases));
    breaches.extend(late_requests(run, cases));
    breaches
}

fn late_ends(run: &Run, cases: &[Case<'_>]) -> Vec<Breach> {
    let tempers = run.setting.tempers;
    let waits_for_record = !(tempers.audit.is_steady() && tempers.ledger.is_steady());
    let grace = if waits_for_record {
        RECORD_GRACE
    } else {
        Duration::ZERO
    };
    let last = run.moments.len();
    let late = |case: &Case<'_>| {
        let due = case.asked.deadline + grace + TICKS;
        let id = &case.asked.id;
        match (case.end, case.abandoned) {
            (Some((line, at, _)), _) if at > due => {
                Some(breach(line, format!("{id} ended {:?} late", at - due)))
            }
            (None, Some(at)) if at > due => {
                Some(breach(last, format!("{id} waited beyond its time")))
            }
            (None, None) => Some(breach(last, format!("{id} never ended"))),
            _ => None,
        }
    };
    cases.iter().filter_map(late).collect()
}

fn late_requests(run: &Run, cases: &[Case<'_>]) -> Vec<Breach> {
    let mut questions = HashMap::new();
    let mut breaches = Vec::new();
    for (line, moment) in run.moments.iter().enumerate() {
        match &moment.event {
            Event::Question(question) => {
                if !is_wanted(question, moment.at, cases) {
                    breaches.push(breach(line, "a question lasts longer than anybody waits"));
                }
                questions.insert(question.number, question);
            }
            Event::Sent(sent) => {
                let question = sent.question.and_then(|number| questions.get(&number));
                let outlives = |question: &&Question| question.deadline < sent.deadline;
                if moment.at >= sent.deadline || question.is_some_and(outlives) {
                    breaches.push(breach(line, "a request is sent that comes too late"));
                }
            }
            _ => {}
        }
    }
    breaches
}

/// Whether somebody waits for `question` until its deadline; of a renewal, whether it is not longer
/// than those may be. A request whose caller has left goes on to its record, and waits as before.
fn is_wanted(question: &Question, at: Duration, cases: &[Case<'_>]) -> bool {
    if question.background {
        return question.deadline <= at + RENEWAL;
    }
    cases.iter().any(|case| {
        let over = case.end.map(|(_, at, _)| at);
        case.asked.process == question.process
            && case.asked.conversation == question.conversation
            && case.asked_at <= at
            && over.is_none_or(|over| over >= at)
            && case.asked.deadline >= question.deadline
    })
}
