//! What a fault rule is.

use std::num::NonZeroU64;
use std::time::Duration;

use super::Route;

/// Something that goes wrong on demand, written `ROUTE:CLAUSE,CLAUSE,...`.
///
/// `ROUTE` is `token`, `recommendations`, `suggestions` (the list), `suggestion` (one),
/// `engagement`, `me` (`/api/v2/tokens/me`), `knowledge`, `limits`, or `*` for every request, the
/// token endpoint included.
///
/// | clause | effect |
/// |---|---|
/// | `status=N` | answers `N` (400 to 599) instead of serving |
/// | `code=CODE` | with `status`: the error body's code; the platform's usual one if left out |
/// | `retry_after=N` | with `status`: a `Retry-After` of `N` seconds |
/// | `delay=DURATION` | waits first: `250ms`, `2s` |
/// | `body=truncated` | sends the first half of the body |
/// | `body=malformed` | sends a body that is not JSON |
/// | `body=empty` | sends no body |
/// | `body=html` | sends an HTML page, as a proxy in front would |
/// | `expire_tokens` | every token issued so far expires as the request arrives |
///
/// | clause | when (default: always) |
/// |---|---|
/// | `after=N` | not on the first `N` requests to the route |
/// | `times=N` | at most `N` times |
/// | `probability=P` | each time with probability `P`, above 0 and at most 1, seeded |
///
/// Rules are asked in the order they were given. Effects of different kinds combine; a rule whose
/// kind of effect an earlier rule already provides waits for a later request, so that
/// `suggestions:status=503,times=1` and `suggestions:status=429,times=1` give first a 503 and then
/// a 429.
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
}

/// What goes wrong with one request, by phase.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Effects {
    /// Before anything else.
    pub(crate) delay: Option<Duration>,
    /// Before the request is authenticated.
    pub(crate) expire_tokens: bool,
    /// Instead of serving.
    pub(crate) status: Option<StatusFault>,
    /// To whatever is answered.
    pub(crate) body: Option<BodyFault>,
}

/// An error answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StatusFault {
    /// 400 to 599.
    pub(crate) status: u16,
    pub(crate) code: Option<String>,
    /// In seconds.
    pub(crate) retry_after: Option<u64>,
}

/// A broken body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyFault {
    Truncated,
    Malformed,
    Empty,
    Html,
}

impl Effects {
    /// Whether both have an effect of the same kind.
    pub(super) fn overlap(&self, other: &Self) -> bool {
        (self.delay.is_some() && other.delay.is_some())
            || (self.expire_tokens && other.expire_tokens)
            || (self.status.is_some() && other.status.is_some())
            || (self.body.is_some() && other.body.is_some())
    }

    /// Adds the effects of another rule, which must not overlap.
    pub(super) fn add(&mut self, other: &Self) {
        self.delay = self.delay.or(other.delay);
        self.expire_tokens |= other.expire_tokens;
        self.status = self.status.take().or_else(|| other.status.clone());
        self.body = self.body.or(other.body);
    }
}

impl BodyFault {
    pub(super) const ALL: &'static [Self] =
        &[Self::Truncated, Self::Malformed, Self::Empty, Self::Html];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Truncated => "truncated",
            Self::Malformed => "malformed",
            Self::Empty => "empty",
            Self::Html => "html",
        }
    }
}
