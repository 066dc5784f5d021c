//! A conversation as the log has it, for people. No line is wider than 80 columns, unless an
//! identifier makes it so.

use std::collections::BTreeMap;
use std::fmt::Display;

use agent_assist_app::conversation::Displayed;
use agent_assist_app::conversation::replay::{Replay, SessionReplay, Shown, Suppressed, Whence};
use agent_assist_app::conversation::statement::{AnchorCheckpoint, GivenOut, Requests, Statement};
use agent_assist_domain::time::Timestamp;

use super::table::{clean, count};
use crate::moment;

/// Recommendations that a statement names; it is one page.
const MOST_NAMED: usize = 12;
/// Digits of a digest that tell it from others; JSON has them all.
const DIGEST_DIGITS: usize = 16;

/// As of a point in time.
pub(crate) fn replay(told: &Replay) -> String {
    let mut page = vec![
        format!("Conversation {}", clean(&told.conversation_id)),
        format!("as of {} UTC", time(told.at_us)),
    ];
    if told.sessions.is_empty() {
        page.push(String::new());
        page.push("Nothing had been given out by then.".to_owned());
    }
    for session in &told.sessions {
        page.push(String::new());
        add_session(session, &mut page);
    }
    page.push(String::new());
    let displayed = match told.displayed {
        Displayed::Nothing => "there was nothing to be.",
        Displayed::NotReported => "not reported by the client.",
        Displayed::Partly => "of some of it the client told so.",
        Displayed::Confirmed => "the client told so.",
    };
    page.push(format!("Whether it was on a screen: {displayed}"));
    add_unreadable(&told.unreadable, &mut page);
    page.join("\n")
}

fn add_session(session: &SessionReplay, page: &mut Vec<String>) {
    page.push(format!(
        "Session {}, agent {}",
        clean(&session.session_id),
        agent(session)
    ));
    page.push(format!(
        "  last answer {} UTC, record {}: {}",
        time(session.answered_at_us),
        session.seq,
        words(&session.outcome)
    ));
    page.push(format!("  request {}", clean(&session.request_id)));
    page.extend(whence(&session.whence).map(|line| format!("  {line}")));
    let labels = [
        ("degraded", &session.degraded_reason),
        ("error", &session.error),
        ("empty", &session.empty_reason),
    ];
    for (label, word) in labels {
        if let Some(word) = word {
            page.push(format!("  {label}: {}", words(word)));
        }
    }
    if let Some(seq) = session.stopped_by_seq {
        page.push(format!(
            "  STOPPED by the last look, record {seq}: nothing of it was given out"
        ));
    }
    page.push(format!("  {} given out:", session.shown.len()));
    for (position, item) in session.shown.iter().enumerate() {
        add_shown(position + 1, item, page);
    }
    page.push(format!("  {} held back:", session.suppressed.len()));
    let threshold = session.threshold;
    for item in &session.suppressed {
        add_suppressed(item, threshold, page);
    }
    for (reason, number) in &session.suppressed_unnamed {
        page.push(format!("     {number} without a name: {}", words(reason)));
    }
    if let Some(version) = &session.policy_version {
        page.push(format!("  under the rules {}", clean(version)));
    }
}

fn agent(session: &SessionReplay) -> String {
    let Some(id) = &session.agent_id else {
        return "unknown".to_owned();
    };
    format!("{} (by {})", clean(id), words(&session.agent_origin))
}

fn whence(whence: &Whence) -> Option<String> {
    let repeats = match (whence.seq, whence.recorded_at_us) {
        (Some(seq), Some(at)) => format!("of record {seq}, {}", time(at)),
        _ => "of a record that is not in the log".to_owned(),
    };
    let (then, now) = (span(whence.age_then_ms), span(whence.age_at_ms));
    match whence.from {
        "cache" => Some(format!(
            "from the cache, {repeats}\n  {then} old when given out, {now} as of then"
        )),
        "stale" => Some(format!(
            "remembered beyond its time, {repeats}\n  {then} old when given out, {now} as of then"
        )),
        "fallback" => Some(format!("from a fallback, {now} old as of then")),
        "upstream" => Some(format!("from the upstream, {now} old as of then")),
        _ => None,
    }
}

fn add_shown(position: usize, item: &Shown, page: &mut Vec<String>) {
    page.push(format!(
        "  {position:>2}. {}  {}",
        clean(&item.recommendation_id),
        words(&item.kind)
    ));
    let mut about = Vec::new();
    about.extend(item.score.map(|score| format!("score {score}")));
    about.extend(
        item.content_sha256
            .as_deref()
            .map(|hash| format!("text {}...", digest(hash))),
    );
    if item.masked_findings > 0 {
        about.push(format!("{} masked", item.masked_findings));
    }
    page.push(format!("      {}", about.join(", ")));
    let version = item.version_id.as_ref();
    page.extend(version.map(|id| format!("      version {}", clean(id))));
    if let Some(at) = item.displayed_at_us {
        page.push(format!("      on a screen by {} UTC", time(at)));
    }
    for at in &item.used_at_us {
        page.push(format!("      used {} UTC", time(*at)));
    }
}

fn add_suppressed(item: &Suppressed, threshold: Option<f64>, page: &mut Vec<String>) {
    let name = item.recommendation_id.as_deref().map(clean);
    let reason = item.reason.as_deref().unwrap_or("-");
    let score = match (item.score, threshold) {
        (Some(score), Some(least)) if reason == "below_threshold" => {
            format!(", {score} under {least}")
        }
        (Some(score), _) => format!(", score {score}"),
        (None, _) => String::new(),
    };
    page.push(format!(
        "    {}  {}{score}",
        name.as_deref()
            .unwrap_or("(its identifier is personal data)"),
        words(reason),
    ));
}

/// As a whole, on a page.
pub(crate) fn statement(told: &Statement) -> String {
    let mut page = vec![
        format!("Statement on conversation {}", clean(&told.conversation_id)),
        String::new(),
    ];
    match (told.first_at_us, told.last_at_us) {
        (Some(first), Some(last)) => {
            add_requests(told, first, last, &mut page);
            add_given_out(told, &mut page);
            add_rest(told, &mut page);
        }
        _ => page.push("The log has no request in it: nothing was given out.".to_owned()),
    }
    page.push(String::new());
    page.push("What this rests on".to_owned());
    page.push(format!(
        "  the audit log up to record {}: a Merkle tree of {} (RFC 6962,",
        told.anchor.last_seq,
        count(told.anchor.size, "record")
    ));
    page.push("  SHA-256) with the root".to_owned());
    page.push(format!("  {}", told.anchor.root_hash));
    page.push(match told.anchor.checkpoint {
        Some(AnchorCheckpoint { size, at_us }) => format!(
            "  newest signed checkpoint: {}, {} UTC",
            count(size, "record"),
            time(at_us)
        ),
        None => "  no signed checkpoint is in the log yet".to_owned(),
    });
    add_unreadable(&told.unreadable, &mut page);
    page.join("\n")
}

fn add_requests(told: &Statement, first: i64, last: i64, page: &mut Vec<String>) {
    let Requests {
        total,
        from_cache,
        from_upstream,
        failed,
        withheld,
        refused,
    } = told.requests;
    page.push(format!(
        "Recommendations were asked for {}, from {}",
        times(total),
        time(first)
    ));
    page.push(format!("to {} UTC.", time(last)));
    let agents: Vec<String> = told.agent_ids.iter().map(|id| clean(id)).collect();
    page.push(format!(
        "{}; {}.",
        count(told.session_ids.len() as u64, "session"),
        match agents.len() {
            0 => "which agent is not known".to_owned(),
            1 => format!("agent {}", agents.join("")),
            more => format!("{more} agents, the first {}", agents[..1].join("")),
        }
    ));
    for (number, what) in [
        (from_upstream, "answered by the upstream"),
        (from_cache, "answered from what was remembered"),
        (
            failed,
            "failed by the upstream; something else stood in, or nothing",
        ),
        (
            withheld,
            "given nothing, for assist was off or the key not for the queue",
        ),
        (refused, "refused, for they broke the rules of requests"),
    ] {
        if number > 0 {
            page.push(format!("  {number:>5} {what}"));
        }
    }
    for (error, number) in &told.errors {
        page.push(format!("        ({}: {})", words(error), times(*number)));
    }
}

fn add_given_out(told: &Statement, page: &mut Vec<String>) {
    let used = told.given_out.iter().filter(|of| !of.used_at_us.is_empty());
    page.push(String::new());
    let displayed = told
        .given_out
        .iter()
        .filter(|of| of.displayed_at_us.is_some());
    page.push(format!(
        "Given out: {}; told to have been on a screen: {}, used: {}.",
        count(told.given_out.len() as u64, "recommendation"),
        displayed.count(),
        used.count()
    ));
    for of in told.given_out.iter().take(MOST_NAMED) {
        add_named(of, page);
    }
    if let Some(more @ 1..) = told.given_out.len().checked_sub(MOST_NAMED) {
        page.push(format!("  and {more} more: --output json names all"));
    }
}

fn add_named(of: &GivenOut, page: &mut Vec<String>) {
    let changed = match of.contents_sha256.len() {
        0 | 1 => String::new(),
        texts => format!(", in {texts} wordings"),
    };
    page.push(format!(
        "  {}  {}",
        clean(&of.recommendation_id),
        words(&of.kind)
    ));
    page.push(format!(
        "    {}, first {}{changed}",
        times(of.times),
        time(of.first_at_us)
    ));
    if let Some(first) = of.used_at_us.first() {
        page.push(format!(
            "    used {}, first {}",
            times(of.used_at_us.len() as u64),
            time(*first)
        ));
    }
}

fn add_rest(told: &Statement, page: &mut Vec<String>) {
    page.push(String::new());
    add_tally("Held back and never given out", &told.held_back, page);
    add_tally("Personal data masked before", &told.masked, page);
    if told.stopped > 0 {
        page.push(format!(
            "Stopped by a last look, for personal data: {} of the answers",
            told.stopped
        ));
    }
    page.push(format!(
        "Read about in the log before: {}",
        times(told.readings)
    ));
}

fn add_unreadable(seqs: &[u64], page: &mut Vec<String>) {
    if !seqs.is_empty() {
        let seqs: Vec<String> = seqs.iter().map(ToString::to_string).collect();
        page.push(format!(
            "Records that cannot be read, and are not in this: {}",
            seqs.join(", ")
        ));
    }
}

fn add_tally(what: &str, counts: &BTreeMap<String, u64>, page: &mut Vec<String>) {
    if counts.is_empty() {
        page.push(format!("{what}: none"));
        return;
    }
    page.push(format!("{what}:"));
    for (name, number) in counts {
        page.push(format!("  {number:>5} {}", words(name)));
    }
}

fn times(number: u64) -> String {
    match number {
        0 => "never".to_owned(),
        1 => "once".to_owned(),
        number => format!("{number} times"),
    }
}

/// A word of ours, as people write it.
fn words(word: &str) -> String {
    clean(word).replace('_', " ")
}

fn digest(hash: &str) -> String {
    hash.chars().take(DIGEST_DIGITS).collect()
}

fn time(us: i64) -> impl Display {
    moment::show_seconds(Timestamp::from_micros(us))
}

/// `850 ms`, `12.5 s`, `3 min`.
fn span(ms: i64) -> String {
    match ms {
        ..1_000 => format!("{ms} ms"),
        1_000..120_000 => format!("{:.1} s", ms as f64 / 1e3),
        _ => format!("{} min", ms / 60_000),
    }
}
