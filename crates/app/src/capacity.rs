//! How many tokens so many agents need. Pure arithmetic over the platform's published limits.

use std::time::Duration;

use agent_assist_domain::answer::EmptyReason;

/// Share of an allowance that is planned with; the rest is for bursts, retries and other callers.
const USABLE: f64 = 0.7;
/// Requests a minute of one token, unless the organisation has another limit.
const TOKEN_PER_MINUTE: u32 = 300;
/// Requests a minute of one application, unless the organisation has another limit.
const APP_PER_MINUTE: u32 = 3_000;

/// The organisation's limits, as far as they are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Requests a minute of one token.
    pub token_per_minute: Option<u32>,
    /// Requests a minute of one application, all its tokens together.
    pub app_per_minute: Option<u32>,
}

/// What so many agents take.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Capacity {
    /// Time between two questions about one conversation.
    pub interval: Duration,
    /// Upstream requests a minute of all agents together.
    pub requests_per_minute: u32,
    /// Tokens needed, at least 1.
    pub tokens: u32,
    /// What one application may send a minute.
    pub app_per_minute: u32,
    /// Where all that exceeds what one application may send: the interval that would not.
    pub shortest_interval: Option<Duration>,
}

impl Capacity {
    /// Plans for `agents`, each with one conversation that is asked about once per `ttl`: within
    /// that time the cache answers.
    pub fn plan(agents: u32, ttl: Duration, limits: Limits) -> Self {
        let token_per_minute = limits.token_per_minute.unwrap_or(TOKEN_PER_MINUTE).max(1);
        let app_per_minute = limits.app_per_minute.unwrap_or(APP_PER_MINUTE).max(1);
        let interval = ttl.max(Duration::from_secs(1));
        let rate = f64::from(agents) * 60.0 / interval.as_secs_f64();
        let tokens = (rate / (USABLE * f64::from(token_per_minute)))
            .ceil()
            .max(1.0);
        let app_usable = USABLE * f64::from(app_per_minute);
        let shortest = (60.0 * f64::from(agents) / app_usable).ceil();
        Self {
            interval,
            requests_per_minute: rate.ceil() as u32,
            tokens: tokens as u32,
            app_per_minute,
            shortest_interval: (rate > app_usable).then(|| Duration::from_secs_f64(shortest)),
        }
    }
}

/// What to do about an answer that shows nothing.
pub fn advice_on_empty(reason: EmptyReason) -> &'static str {
    match reason {
        EmptyReason::NoCopilotData => {
            "the conversation's queue needs an assistant with a copilot that is live; BYOC Premises \
             has none"
        }
        EmptyReason::UpstreamEmpty => {
            "nothing was suggested yet: let the customer say more, or publish articles on it"
        }
        EmptyReason::BelowThreshold => {
            "lower screening.min_relevance (the platform recommends 0.5 to 0.7), or write better \
             articles on it"
        }
        EmptyReason::PersonalData => {
            "the upstream does not flag them as masked: have it mask, or set \
             screening.require_pii_mask = false and rely on the local masking"
        }
        EmptyReason::Filtered => "ask for other knowledge sources, or a smaller offset",
        EmptyReason::Malformed => "the upstream sends what this version does not know; update",
        _ => "run doctor again",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(agents: u32, ttl_s: u64) -> Capacity {
        Capacity::plan(agents, Duration::from_secs(ttl_s), Limits::default())
    }

    #[test]
    fn fifty_agents_at_fifteen_seconds_fit_one_token_and_fifty_three_do_not() {
        // 210 of 300 requests a minute are planned with; an agent sends 4.
        assert_eq!((plan(52, 15).tokens, plan(53, 15).tokens), (1, 2));
        assert_eq!(plan(52, 15).requests_per_minute, 208);
    }

    #[test]
    fn more_than_one_application_may_send_is_told_with_the_interval_that_fits() {
        let plan = plan(3_000, 15);
        assert_eq!(plan.tokens, 58);
        assert_eq!(plan.shortest_interval, Some(Duration::from_secs(86)));
        let slower = Capacity::plan(3_000, Duration::from_secs(86), Limits::default());
        assert_eq!(slower.shortest_interval, None);
    }
}
