//! A reply implies its record, and so does whatever is remembered or counted as shown.

use std::collections::HashSet;

use agent_assist_domain::audit::{AuditEntry, AuditEvent};

use super::{Breach, Case, breach, facts, shown_ids};
use crate::run::Run;
use crate::trace::{End, Event, Reply};

pub(super) fn judge(run: &Run, cases: &[Case<'_>]) -> Vec<Breach> {
    let mut breaches: Vec<Breach> = cases
        .iter()
        .filter_map(|case| of_request(run, case))
        .collect();
    breaches.extend(what_follows_records(run));
    breaches
}

/// Every end but the lack of a record has exactly one record that says the same; nothing has two.
fn of_request(run: &Run, case: &Case<'_>) -> Option<Breach> {
    let id = &case.asked.id;
    if let [_, (second, _), ..] = case.records[..] {
        return Some(breach(second, format!("{id} has a second record")));
    }
    let (line, _, end) = case.end?;
    let record = case.records.first().filter(|(at, _)| *at < line);
    let Some((at, record)) = record else {
        let may_lack = matches!(end, End::NoRecord);
        return (!may_lack).then(|| breach(line, format!("{id} ended without a record")));
    };
    let agrees = match end {
        End::Answer(reply) => agrees(reply, record, &shown_ids(run, *at, record)),
        End::Invalid => record.event() == AuditEvent::FetchRefused,
        End::Source(kind) => {
            record.event() == AuditEvent::FetchFailed
                && facts(record).is_some_and(|facts| facts.error == Some(*kind))
        }
        // The record was written, and word of it was lost.
        End::NoRecord => true,
    };
    (!agrees).then(|| breach(line, format!("{id} and its record differ")))
}

fn agrees(reply: &Reply, record: &AuditEntry, shown: &[String]) -> bool {
    let Some(facts) = facts(record) else {
        return false;
    };
    let ids: Vec<&String> = reply.shown.iter().map(|shown| &shown.id).collect();
    reply.request_id == record.request_id
        && Some(&reply.conversation) == record.subject.conversation_id.as_ref()
        && reply.cache == facts.cache
        && reply.degraded == facts.degraded
        && reply.cause == facts.error
        && ids.into_iter().eq(shown)
}

/// Nothing counts as shown, and nothing is remembered, before a record tells of it.
fn what_follows_records(run: &Run) -> Vec<Breach> {
    let mut told_of = HashSet::new();
    let mut screened = HashSet::new();
    let mut breaches = Vec::new();
    for (line, moment) in run.moments.iter().enumerate() {
        match &moment.event {
            Event::Recorded(entry) => {
                let ids = shown_ids(run, line, entry);
                let subject = &entry.subject;
                if entry.event() != AuditEvent::RefreshCompleted {
                    let conversation = subject.conversation_id.as_ref();
                    told_of.extend(ids.iter().map(|id| (conversation, id.clone())));
                }
                screened.insert((subject.session_id.as_ref(), ids));
            }
            Event::Exposed { conversation, id }
                if !told_of.contains(&(Some(conversation), id.clone())) =>
            {
                breaches.push(breach(
                    line,
                    format!("{id} counts as shown without a record"),
                ));
            }
            Event::Cached { session, ids } if !screened.contains(&(Some(session), ids.clone())) => {
                breaches.push(breach(line, "an answer is remembered without a record"));
            }
            _ => {}
        }
    }
    breaches
}
