//! An answer for people: what to say to the customer first, the numbers under it.

use agent_assist_app::fetch::FetchOutcome;
use agent_assist_app::wire::TokenBudget;
use agent_assist_domain::answer::{Answer, AnswerItem, CacheStatus, DegradedReason, EmptyReason};
use agent_assist_domain::recommendation::Origin;
use agent_assist_domain::time::Timestamp;
use comfy_table::{Cell, CellAlignment, Color};
use owo_colors::OwoColorize as _;
use serde_json::Value;

use super::receipts;
use super::table::{self, cards, clean, list};
use crate::moment;
use crate::output::Printer;

/// The answer as a table with its numbers.
pub(crate) fn answer(answer: &Answer, printer: &Printer) -> String {
    let mut out = format!(
        "conversation {}   session {}\n",
        clean(answer.conversation_id()),
        clean(answer.session_id())
    );
    let standing = standing(answer, printer);
    if !standing.is_empty() {
        out.push_str(&format!("\n{standing}\n"));
    }
    if !answer.recommendations().is_empty() {
        out.push_str(&format!("{}\n", items(answer.recommendations(), printer)));
    } else if answer.empty_reason() != Some(EmptyReason::Degraded) {
        let reason = answer.empty_reason().map_or("unknown", EmptyReason::as_str);
        out.push_str(&format!("\nno recommendations: {}\n", words(reason)));
    }
    out.push('\n');
    out.push_str(&metrics(answer));
    out
}

/// What somebody must know before reading on: that the answer is old, comes from elsewhere, or is
/// none; why, and what the agent is told. Empty for an answer that is what it should be.
fn standing(answer: &Answer, printer: &Printer) -> String {
    let cache = answer.cache();
    let what = match cache.status {
        CacheStatus::Stale => format!("stale answer, {} old", age(cache.age_ms)),
        CacheStatus::Fallback => format!("fallback answer from {}", origin(answer)),
        _ if answer.degradation().is_some() => "no answer".to_owned(),
        _ => return String::new(),
    };
    let Some(degraded) = answer.degradation() else {
        return emphasised(&format!("{what}: a newer one is being fetched"), printer);
    };
    let since = Timestamp::from_millis(degraded.since());
    let why = format!(
        "{what}: {} since {} UTC",
        cause(degraded.reason()),
        moment::show_seconds(since)
    );
    let message = table::paragraph(printer, degraded.message());
    let why = table::paragraph(printer, &why);
    format!("{}\n{message}", emphasised(&why, printer))
}

/// A reason as part of a sentence that goes on with its time.
fn cause(reason: DegradedReason) -> String {
    match reason {
        DegradedReason::RateLimited => "the upstream has been throttling",
        DegradedReason::UpstreamError => "the upstream has been failing",
        DegradedReason::Timeout => "the upstream has been too slow",
        DegradedReason::BadFormat => "the upstream has been sending nonsense",
        DegradedReason::Rejected => "the upstream has been refusing the request",
        DegradedReason::AssistOff => "assist has been switched off",
        DegradedReason::SessionPaused => "the session has been paused",
        DegradedReason::PersonalData => "personal data was in it and it was stopped",
        reason => return words(reason.as_str()),
    }
    .to_owned()
}

/// Which fallback brought the answer; it is the same for all of it.
fn origin(answer: &Answer) -> &'static str {
    let first = answer.recommendations().first();
    match first.and_then(|item| Origin::from_name(item.origin())) {
        Some(Origin::FallbackSources) => "other knowledge sources",
        Some(Origin::KnowledgeSearch) => "a knowledge search",
        _ => "elsewhere",
    }
}

/// `0.4 s`, `12 min`, `3 h`: no finer than anybody would judge an age.
fn age(millis: u64) -> String {
    match millis / 1_000 {
        0..100 => format!("{:.1} s", millis as f64 / 1e3),
        seconds @ 100..6_000 => format!("{} min", seconds / 60),
        seconds => format!("{} h", seconds / 3_600),
    }
}

fn items(items: &[AnswerItem], printer: &Printer) -> String {
    let mut table = cards(printer, &["score", "recommendation", "masked by"]);
    for item in items {
        let score = item
            .relevance_score()
            .map_or("-".to_owned(), |score| format!("{score:.2}"));
        let mut lines = vec![bold(&title(item), printer)];
        lines.extend(Some(tags(&clean(item.text()), printer)).filter(|text| !text.is_empty()));
        // On a line of its own and whole, to be copied into `adopt`.
        lines.push(dim(&format!("id {}", clean(item.id())), printer));
        table.add_row([
            Cell::new(score)
                .set_alignment(CellAlignment::Right)
                .fg(Color::Green),
            Cell::new(lines.join("\n")),
            Cell::new(words(item.pii_basis())),
        ]);
    }
    table.to_string()
}

/// The heading; of references without one, what they are.
fn title(item: &AnswerItem) -> String {
    match clean(item.title()) {
        title if title.is_empty() => words(item.kind()),
        title => title,
    }
}

fn emphasised(text: &str, printer: &Printer) -> String {
    if printer.color() {
        text.yellow().bold().to_string()
    } else {
        text.to_owned()
    }
}

fn bold(text: &str, printer: &Printer) -> String {
    if printer.color() {
        text.bold().to_string()
    } else {
        text.to_owned()
    }
}

fn dim(text: &str, printer: &Printer) -> String {
    if printer.color() {
        text.dimmed().to_string()
    } else {
        text.to_owned()
    }
}

/// Mask tags stand out, so that nobody takes them for the text.
fn tags(text: &str, printer: &Printer) -> String {
    if !printer.color() {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut rest = text;
    while let Some(start) = rest.find('[') {
        let tag_end = rest[start..].find(']').map(|end| start + end + 1);
        let Some(end) = tag_end else { break };
        let inner = &rest[start + 1..end - 1];
        let is_tag = inner.len() > 2
            && inner
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte == b'_');
        out.push_str(&rest[..start]);
        if is_tag {
            out.push_str(&(&rest[start..end]).yellow().to_string());
        } else {
            out.push_str(&rest[start..end]);
        }
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

/// The numbers, from the answer's own public shape, so that none is forgotten here.
fn metrics(answer: &Answer) -> String {
    let shape = serde_json::to_value(answer).unwrap_or_default();
    let count = |name: &str| shape["metrics"][name].as_u64().unwrap_or_default();
    let mut out = format!(
        "{} received, {} shown in {:.1} ms   cache {}{}\n",
        count("total_received"),
        count("total_returned"),
        answer.metrics().latency_ms(),
        answer.cache().status.as_str(),
        match answer.cache().age_ms {
            0 => String::new(),
            millis => format!(", {} old", age(millis)),
        }
    );
    let Value::Object(metrics) = &shape["metrics"] else {
        return out;
    };
    for (label, names) in [("held back", &HELD_BACK[..]), ("shown", &SHOWN[..])] {
        let counts: Vec<String> = names
            .iter()
            .filter(|name| {
                metrics
                    .get(**name)
                    .and_then(Value::as_u64)
                    .is_some_and(|n| n > 0)
            })
            .map(|name| format!("{} {}", words(name), count(name)))
            .collect();
        if !counts.is_empty() {
            out.push_str(&format!("{label}: {}\n", counts.join(", ")));
        }
    }
    out.push_str(&format!("request {}\n", answer.request_id()));
    out
}

/// Counts of what is not shown.
const HELD_BACK: [&str; 7] = [
    "malformed",
    "duplicates",
    "state_filtered",
    "source_filtered",
    "over_limit",
    "relevance_filtered",
    "pii_rejected",
];
/// Labels of what is shown.
const SHOWN: [&str; 3] = ["pii_masked_verified", "pii_masked_locally", "unscored"];

/// What was held back and why, what could not be understood, and the answer's key, for
/// `--explain`.
pub(crate) fn explanation(outcome: &FetchOutcome, printer: &Printer) -> String {
    let mut out = format!("answer key {}\n", outcome.key);
    let oddities = outcome.screened.oddities();
    let mut odd: Vec<String> = oddities
        .malformed
        .iter()
        .map(|(reason, number)| format!("{number} malformed ({})", words(reason.as_str())))
        .collect();
    for (number, noun) in [
        (oddities.unknown_fields, "unknown field"),
        (oddities.refused_links, "link elsewhere, not followed"),
    ] {
        odd.extend((number > 0).then(|| format!("{number} x {noun}")));
    }
    if !odd.is_empty() {
        out.push_str(&format!("not understood: {}\n", odd.join(", ")));
    }
    out.push_str(&receipts::receipts(&outcome.screened, printer));
    let rejected = outcome.screened.rejected();
    if rejected.is_empty() {
        out.push_str("the screening held nothing back");
        return out;
    }
    let mut table = list(printer, &["held back", "kind", "score", "why"]);
    for rejection in rejected {
        let id = rejection.id();
        table.add_row([
            clean(id.unwrap_or("(identifier is personal data)")),
            words(rejection.kind().as_str()),
            rejection
                .score()
                .map_or("-".to_owned(), |score| format!("{:.2}", score.get())),
            words(rejection.reason().as_str()),
        ]);
    }
    table::keep_whole(&mut table, 0);
    out.push_str(&table.to_string());
    out
}

/// What is left to the tokens that were used, a line each.
pub(crate) fn allowance(tokens: &[TokenBudget]) -> String {
    let used = tokens
        .iter()
        .enumerate()
        .filter(|(_, token)| token.used > 0);
    let lines = used.map(|(slot, token)| {
        let closed = token.closed_for.map_or_else(String::new, |closed| {
            format!("; throttled for {} s", closed.as_secs() + 1)
        });
        format!(
            "allowance of token {}: {} of {} requests a minute left{closed}",
            slot + 1,
            token.remaining,
            token.allowed_per_minute
        )
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn words(name: &str) -> String {
    name.replace('_', " ")
}
