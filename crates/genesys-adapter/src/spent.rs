//! What a question to the platform has taken so far.

use std::time::Duration;

use agent_assist_domain::batch::UpstreamFacts;

/// Requests and waits of one question.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Spent {
    /// Requests sent, retries and pages included, token requests not.
    pub(crate) requests: u32,
    /// Waits for an access token and its share of the allowance.
    pub(crate) waited: Duration,
}

impl Spent {
    /// So many requests, sent without a wait.
    #[cfg(test)]
    pub(crate) fn of(requests: u32) -> Self {
        Self {
            requests,
            ..Self::default()
        }
    }

    /// The facts of an answer that never came.
    pub(crate) fn in_vain(self) -> UpstreamFacts {
        UpstreamFacts {
            requests: self.requests,
            token_us: self.waited.as_micros() as u64,
            ..UpstreamFacts::default()
        }
    }
}
