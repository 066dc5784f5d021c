//! The upstream is not made worse: repetitions stay within their budget, and no token is used while
//! its window is closed.

use std::collections::HashMap;
use std::time::Duration;

use super::{Breach, breach};
use crate::run::Run;
use crate::trace::{Event, Sent};

pub(super) fn judge(run: &Run) -> Vec<Breach> {
    let mut breaches = repetitions(run);
    breaches.extend(closed_windows(run));
    breaches
}

/// How a request came to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attempt {
    First,
    /// The same again, because the token was refused.
    Resent,
    Repeated,
}

/// What tells the attempts at one request: the question it was sent for, and its target.
type Errand<'a> = (usize, Option<usize>, &'a str);

/// How each request came to be sent, with its line, in order.
pub(crate) fn attempts(run: &Run) -> Vec<(usize, &Sent, Attempt)> {
    let only_token = run.setting.tokens == 1;
    let mut attempts = Vec::new();
    let mut answers = HashMap::new();
    let mut last: HashMap<Errand<'_>, &Sent> = HashMap::new();
    // Of each question, the request for a token that was its last request of all.
    let mut for_token: HashMap<(usize, Option<usize>), &Sent> = HashMap::new();
    for (line, moment) in run.moments.iter().enumerate() {
        match &moment.event {
            Event::Answered(answered) => {
                answers.insert(answered.sent, (answered.status, moment.at));
            }
            Event::Sent(sent) => {
                let question = (sent.process, sent.question);
                let errand = (sent.process, sent.question, sent.target.as_str());
                let answer = |sent: &Sent| answers.get(&sent.number).copied();
                let attempt = if sent.token.is_none() {
                    // A question may need a token for one thing after the other: it then goes on to
                    // the next at once, or has another deadline. A repetition waits first. With
                    // several tokens to choose from the two cannot be told apart from here.
                    let repeated = |before: &&Sent| {
                        let failed = |(status, at)| status != Some(200) && at < moment.at;
                        let same = before.deadline == sent.deadline;
                        only_token && same && answer(before).is_none_or(failed)
                    };
                    match for_token.insert(question, sent).filter(repeated) {
                        Some(_) => Attempt::Repeated,
                        None => Attempt::First,
                    }
                } else {
                    for_token.remove(&question);
                    match last.insert(errand, sent) {
                        None => Attempt::First,
                        Some(before)
                            if answer(before).is_some_and(|(status, _)| status == Some(401)) =>
                        {
                            Attempt::Resent
                        }
                        Some(_) => Attempt::Repeated,
                    }
                };
                attempts.push((line, sent, attempt));
            }
            _ => {}
        }
    }
    attempts
}

/// At any moment a process has repeated at most ten requests and a tenth of those it has sent first.
fn repetitions(run: &Run) -> Vec<Breach> {
    let mut counts: HashMap<usize, (u32, u32)> = HashMap::new();
    let mut resent: HashMap<Errand<'_>, u32> = HashMap::new();
    let mut breaches = Vec::new();
    for (line, sent, attempt) in attempts(run) {
        let (firsts, repeated) = counts.entry(sent.process).or_default();
        match attempt {
            Attempt::First => *firsts += 1,
            Attempt::Repeated => *repeated += 1,
            Attempt::Resent => {
                let errand = (sent.process, sent.question, sent.target.as_str());
                let times = resent.entry(errand).or_default();
                *times += 1;
                if *times > 1 {
                    breaches.push(breach(line, "a refused token is not taken for an answer"));
                }
            }
        }
        if 10 * *repeated > 100 + *firsts {
            let what = format!("{repeated} repetitions of {firsts} requests");
            breaches.push(breach(line, what));
        }
    }
    breaches
}

/// No request leaves with a token inside a window that a 429 closed for it.
fn closed_windows(run: &Run) -> Vec<Breach> {
    let mut tokens: HashMap<usize, &String> = HashMap::new();
    let mut opens: HashMap<&String, Duration> = HashMap::new();
    let mut breaches = Vec::new();
    for (line, moment) in run.moments.iter().enumerate() {
        match &moment.event {
            Event::Sent(sent) => {
                let Some(token) = &sent.token else {
                    continue;
                };
                tokens.insert(sent.number, token);
                if opens.get(token).is_some_and(|opens| moment.at < *opens) {
                    breaches.push(breach(line, "a request is sent inside a closed window"));
                }
            }
            Event::Answered(answered) => {
                if let (Some(closes), Some(token)) = (answered.closes, tokens.get(&answered.sent)) {
                    let opens = opens.entry(token).or_default();
                    *opens = (*opens).max(moment.at + closes);
                }
            }
            _ => {}
        }
    }
    breaches
}
