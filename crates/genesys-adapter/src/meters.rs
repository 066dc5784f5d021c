//! What is counted for dashboards, by the `metrics` facade; nothing happens where no recorder is
//! installed. Labels are a token's place in the pool and a class of status: never an id, a
//! conversation or an agent.

use std::borrow::Cow;

use http::StatusCode;
use metrics::{counter, gauge};

use crate::limits::TokenBudget;

/// Requests left to a token in the present minute.
const REMAINING: &str = "agent_assist_genesys_token_remaining";

/// Seconds until requests with a token may leave again, as of the last event; 0 while they may.
const CLOSED: &str = "agent_assist_genesys_token_closed_seconds";

/// Requests sent, by class of the answer's status.
const REQUESTS: &str = "agent_assist_genesys_requests_total";

/// Requests repeated after a failure.
const RETRIES: &str = "agent_assist_genesys_retries_total";

/// Repetitions that the retry budget refused.
const RETRIES_REFUSED: &str = "agent_assist_genesys_retries_refused_total";

/// The token in `slot` has so much left.
pub(crate) fn allowance(slot: usize, budget: &TokenBudget) {
    let closed = budget.closed_for.unwrap_or_default();
    gauge!(REMAINING, "token" => label(slot)).set(f64::from(budget.remaining));
    gauge!(CLOSED, "token" => label(slot)).set(closed.as_secs_f64());
}

/// A request was answered with `status`, or not at all.
pub(crate) fn request(status: Option<StatusCode>) {
    let class = match status.map(|status| status.as_u16() / 100) {
        Some(1) => "1xx",
        Some(2) => "2xx",
        Some(3) => "3xx",
        Some(4) => "4xx",
        Some(5) => "5xx",
        Some(_) => "other",
        None => "none",
    };
    counter!(REQUESTS, "status" => class).increment(1);
}

/// A request is repeated after a failure.
pub(crate) fn retry() {
    counter!(RETRIES).increment(1);
}

/// A failed request is not repeated, for want of budget.
pub(crate) fn retry_refused() {
    counter!(RETRIES_REFUSED).increment(1);
}

fn label(slot: usize) -> Cow<'static, str> {
    const LABELS: [&str; 10] = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"];
    let label = LABELS.get(slot).copied();
    label.map_or_else(|| slot.to_string().into(), Cow::Borrowed)
}
