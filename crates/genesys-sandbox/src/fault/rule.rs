//! What a fault rule is.

use std::num::{NonZeroU64, NonZeroUsize};
use std::time::Duration;

use axum::http::{HeaderName, HeaderValue};

use super::Route;
use crate::hostile::HostileBody;

/// Something that goes wrong on demand, written `ROUTE:CLAUSE,CLAUSE,...`.
///
/// `ROUTE` is `token`, `recommendations`, `suggestions` (the list), `suggestion` (one),
/// `engagement`, `me` (`/api/v2/tokens/me`), `knowledge`, `search`, `limits`, `aggregates`, or `*` for every
/// request, the token endpoint included.
///
/// | clause | effect |
/// |---|---|
/// | `status=N` | answers `N` (200 to 599) instead of serving; below 400 without a body |
/// | `code=CODE` | with a status of 400 or more: the error body's code; the platform's usual one if left out |
/// | `retry_after=N` | with a status of 400 or more: a `Retry-After` of `N` seconds |
/// | `header=NAME:VALUE` | the header, in place of those of that name; may be repeated |
/// | `delay=DURATION` | waits first: `250ms`, `2s` |
/// | `next=TEXT` | the listing's `nextUri` is `TEXT` |
/// | `body=NAME` or `body=N` | one of the [hostile bodies](HostileBody) in place of the body |
/// | `drip=BYTES/INTERVAL` | the head at once, then every `INTERVAL` at most `BYTES` of the body |
/// | `reset=K` | serves, sends `K` bytes of the answer, head included, and resets the TCP connection |
/// | `expire_tokens` | every token issued so far expires as the request arrives |
/// | `revoke` | from this request on the OAuth client gets no token, and its tokens are not good |
///
/// | clause | when (default: always) |
/// |---|---|
/// | `after=N` | not on the first `N` requests to the route |
/// | `times=N` | at most `N` times |
/// | `probability=P` | each time with probability `P`, above 0 and at most 1, seeded |
/// | `during=START..END` | only so long after the rule was put in force; either may be left out |
/// | `flap=ON/PERIOD` | only in the first `ON` of every `PERIOD` since it was put in force |
///
/// A value with a comma, or with spaces around it that matter, goes within quotes:
/// `header="retry-after: Fri, 31 Dec 1999 23:59:59 GMT"`; `\"` and `\\` are a quote and a backslash
/// in there.
///
/// Conditions all have to hold. Rules are asked in the order they were given. Effects of different
/// kinds combine (headers of different names are different kinds); a rule whose kind of effect an
/// earlier rule already provides waits for a later request, so that `suggestions:status=503,times=1`
/// and `suggestions:status=429,times=1` give first a 503 and then a 429.
///
/// Parsing and `Display` are inverse to each other.
#[derive(Clone, Debug, PartialEq)]
pub struct FaultRule {
    /// `None` is `*`.
    pub(super) route: Option<Route>,
    pub(super) condition: Condition,
    pub(super) effects: Effects,
}

impl FaultRule {
    pub(super) fn covers(&self, route: Route) -> bool {
        self.route.is_none_or(|named| named == route)
    }
}

/// When a rule applies.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Condition {
    /// How many requests pass first.
    pub(super) after: u64,
    /// How often the rule applies at most.
    pub(super) times: Option<NonZeroU64>,
    /// In `0.0..=1.0`, above zero.
    pub(super) probability: Option<f64>,
    pub(super) during: Option<Span>,
    pub(super) flap: Option<Flap>,
}

/// A stretch of a rule's age. The end is not part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: Duration,
    /// After the start; `None` is never.
    pub(super) end: Option<Duration>,
}

/// On and off by a rule's age: on for the first part of each period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flap {
    /// Above zero and shorter than the period.
    pub(super) on: Duration,
    pub(super) period: Duration,
}

/// What goes wrong with one request, by phase.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Effects {
    /// Before anything else.
    pub(crate) delay: Option<Duration>,
    /// Before the request is authenticated.
    pub(crate) expire_tokens: bool,
    /// Likewise.
    pub(crate) revoke: bool,
    /// Instead of serving.
    pub(crate) status: Option<StatusFault>,
    /// To the listing that is answered.
    pub(crate) next: Option<String>,
    /// To whatever is answered.
    pub(crate) body: Option<HostileBody>,
    /// In place of the headers of those names, after everything else that sets headers.
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    /// To the body on its way out.
    pub(crate) drip: Option<Drip>,
    /// To the connection, after so many bytes of the answer.
    pub(crate) reset: Option<u64>,
}

/// An answer without asking the handler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StatusFault {
    /// 200 to 599.
    pub(crate) status: u16,
    /// Only with 400 and above.
    pub(crate) code: Option<String>,
    /// In seconds; only with 400 and above.
    pub(crate) retry_after: Option<u64>,
}

/// A body that comes in small pieces, with a pause before each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Drip {
    /// The most bytes of a piece.
    pub(crate) bytes: NonZeroUsize,
    pub(crate) interval: Duration,
}

impl Condition {
    /// Whether a rule applies at this age, as far as time goes.
    pub(super) fn holds_at(&self, age: Duration) -> bool {
        let during = self
            .during
            .is_none_or(|Span { start, end }| start <= age && end.is_none_or(|end| age < end));
        let on = self
            .flap
            .is_none_or(|Flap { on, period }| age.as_nanos() % period.as_nanos() < on.as_nanos());
        during && on
    }
}

impl Effects {
    /// Whether both have an effect of the same kind.
    pub(super) fn overlap(&self, other: &Self) -> bool {
        let named = |name: &HeaderName| other.headers.iter().any(|(other, _)| other == name);
        (self.delay.is_some() && other.delay.is_some())
            || (self.expire_tokens && other.expire_tokens)
            || (self.revoke && other.revoke)
            || (self.status.is_some() && other.status.is_some())
            || (self.next.is_some() && other.next.is_some())
            || (self.body.is_some() && other.body.is_some())
            || self.headers.iter().any(|(name, _)| named(name))
            || (self.drip.is_some() && other.drip.is_some())
            || (self.reset.is_some() && other.reset.is_some())
    }

    /// Adds the effects of another rule, which must not overlap.
    pub(super) fn add(&mut self, other: &Self) {
        self.delay = self.delay.or(other.delay);
        self.expire_tokens |= other.expire_tokens;
        self.revoke |= other.revoke;
        self.status = self.status.take().or_else(|| other.status.clone());
        self.next = self.next.take().or_else(|| other.next.clone());
        self.body = self.body.or(other.body);
        self.headers.extend(other.headers.iter().cloned());
        self.drip = self.drip.or(other.drip);
        self.reset = self.reset.or(other.reset);
    }
}
