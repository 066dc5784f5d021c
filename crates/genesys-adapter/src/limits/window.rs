//! Counts one allowance: requests a minute, by one token or by the whole application. Pure
//! arithmetic; the present comes in as an argument.
//!
//! A period begins with the first request in it and ends a minute later, or when the platform says.
//! Used is what was sent here plus what others with the same token are known to have sent. An
//! answer's count proves only the part of it that cannot be ours, because requests in flight may be
//! counted already or not yet; so answers may come in any order, and a count is never lowered by an
//! older one. An answer to a request from before the period says nothing about it.
//!
//! A 429 closes the window, whatever the counts: nobody is let through until its time has passed.

use std::time::Duration;

use agent_assist_domain::ports::Priority;
use tokio::time::Instant;

use super::report::RateReport;
use super::shares::Shares;
use crate::backoff;

/// Length of a period, until the platform says when it ends.
const PERIOD: Duration = Duration::from_secs(60);

/// Reported ends that differ by less than this are of the same period.
const SAME_PERIOD: Duration = Duration::from_secs(30);

/// Longest time that a window stays closed. The platform names hours where a daily quota is spent.
const MAX_CLOSED: Duration = Duration::from_secs(24 * 3_600);

/// Within this time after an opening, those who waited for it come, not all at once.
pub(super) const MAX_SPREAD: Duration = Duration::from_secs(1);

/// Somebody who wants to send a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Visitor<'a> {
    /// The conversation it is about.
    pub(crate) conversation: &'a str,
    /// Who waits for the answer.
    pub(crate) priority: Priority,
}

/// The state of one token's allowance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenBudget {
    /// Requests allowed in a minute: as configured, until the platform says.
    pub allowed_per_minute: u32,
    /// Requests used in the present period, by this process and, as far as is known, by others.
    pub used: u32,
    /// Requests left in the present period.
    pub remaining: u32,
    /// Time until the present period ends; `None` if nothing was sent in it.
    pub resets_in: Option<Duration>,
    /// Time until requests may leave again after the platform refused one; `None` if they may.
    pub closed_for: Option<Duration>,
}

/// Nobody, or not this visitor, may pass before a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shut {
    /// When it is worth coming again; after the moment of asking.
    pub(super) until: Instant,
    /// The time after it over which those who wait shall come.
    pub(super) spread: Duration,
}

/// One allowance.
#[derive(Debug)]
pub(super) struct RateWindow {
    allowed: u32,
    period: Option<Period>,
    closed: Option<Shut>,
    shares: Shares,
}

#[derive(Clone, Copy, Debug)]
struct Period {
    began: Instant,
    ends: Instant,
    /// Whether the platform said when it ends.
    reported: bool,
    /// Requests sent here.
    sent: u32,
    /// Requests known to have been sent by others.
    foreign: u32,
}

impl RateWindow {
    /// An allowance of so many requests a minute, at least one.
    pub(super) fn new(allowed: u32) -> Self {
        Self {
            allowed: allowed.max(1),
            period: None,
            closed: None,
            shares: Shares::default(),
        }
    }

    /// Another allowance from now on.
    pub(super) fn allow(&mut self, allowed: u32) {
        self.allowed = allowed.max(1);
    }

    /// Whether `visitor` may pass at `now`. Whether somebody `waits` in person matters to a
    /// visitor for whom nobody does.
    pub(super) fn check(
        &mut self,
        now: Instant,
        visitor: Visitor<'_>,
        somebody_waits: bool,
    ) -> Result<(), Shut> {
        self.advance(now);
        if let Some(closed) = self.closed {
            return Err(closed);
        }
        let used = self.used();
        let fair = self
            .shares
            .permits(visitor.conversation, used, self.allowed);
        let background = visitor.priority == Priority::Background;
        let reserved = background && 10 * u64::from(used) >= 7 * u64::from(self.allowed);
        if used >= self.allowed || !fair || reserved {
            // Something was used, so there is a period.
            let until = self.period.map_or(now + PERIOD, |period| period.ends);
            return Err(Shut {
                until,
                spread: MAX_SPREAD,
            });
        }
        if background && somebody_waits {
            return Err(Shut {
                until: now + MAX_SPREAD,
                spread: MAX_SPREAD,
            });
        }
        Ok(())
    }

    /// `visitor` passes at `now`, having been checked.
    pub(super) fn take(&mut self, now: Instant, visitor: Visitor<'_>) {
        let period = self.period.get_or_insert_with(|| Period::beginning(now));
        period.sent = period.sent.saturating_add(1);
        self.shares.take(visitor.conversation);
    }

    /// Whether a request that was taken in at `taken_at` may leave at `now`: the window has not
    /// closed meanwhile, and is still the one that counted it.
    pub(super) fn may_leave(&mut self, now: Instant, taken_at: Instant) -> bool {
        self.advance(now);
        self.closed.is_none() && self.is_of_this_period(taken_at)
    }

    /// A request that was taken in at `taken_at` was not sent.
    pub(super) fn put_back(&mut self, taken_at: Instant, conversation: &str) {
        if self.is_of_this_period(taken_at)
            && let Some(period) = &mut self.period
        {
            period.sent = period.sent.saturating_sub(1);
            self.shares.put_back(conversation);
        }
    }

    /// A request that was taken in at `taken_at` was answered at `now`, with `report`.
    pub(super) fn learn(&mut self, now: Instant, taken_at: Instant, report: &RateReport) {
        self.advance(now);
        if let Some(allowed) = report.allowed {
            self.allowed = allowed;
        }
        // A request that was served was within the allowance: another count is not meant.
        let count = report.count.filter(|count| *count <= self.allowed);
        if !self.is_of_this_period(taken_at) {
            return;
        }
        let Some(period) = &mut self.period else {
            return;
        };
        if let Some(reset) = report.reset
            && period.is_over_by(now + reset)
        {
            self.shares.renew();
            *period = Period {
                sent: 0,
                ..Period::beginning(now)
            };
        }
        period.learn(count, report.reset.map(|reset| now + reset));
    }

    /// A request was refused at `now` for coming too fast; the wait is `asked_for`, if one was
    /// named. Nothing passes until it is over.
    pub(super) fn close(&mut self, now: Instant, asked_for: Option<Duration>) -> Duration {
        let wait = backoff::throttled(asked_for).min(MAX_CLOSED);
        let until = now + wait;
        if self.closed.is_none_or(|closed| closed.until < until) {
            self.closed = Some(Shut {
                until,
                spread: (wait / 2).min(MAX_SPREAD),
            });
        }
        // The wait that the platform names ends where its own period does.
        if asked_for == Some(wait)
            && let Some(period) = &mut self.period
        {
            period.ends = period.ends.min(until);
        }
        wait
    }

    /// Requests left in the present period.
    pub(super) fn remaining(&self) -> u32 {
        self.allowed.saturating_sub(self.used())
    }

    /// How it stands at `now`.
    pub(super) fn budget(&mut self, now: Instant) -> TokenBudget {
        self.advance(now);
        let until = |at: Instant| at.saturating_duration_since(now);
        TokenBudget {
            allowed_per_minute: self.allowed,
            used: self.used(),
            remaining: self.remaining(),
            resets_in: self.period.map(|period| until(period.ends)),
            closed_for: self.closed.map(|closed| until(closed.until)),
        }
    }

    fn used(&self) -> u32 {
        self.period
            .map_or(0, |period| period.sent.saturating_add(period.foreign))
    }

    /// Leaves behind what is over at `now`.
    fn advance(&mut self, now: Instant) {
        self.closed = self.closed.filter(|closed| now < closed.until);
        if self.period.is_some_and(|period| period.ends <= now) {
            self.period = None;
            self.shares.renew();
        }
    }

    fn is_of_this_period(&self, taken_at: Instant) -> bool {
        self.period.is_some_and(|period| period.began <= taken_at)
    }
}

impl Period {
    fn beginning(now: Instant) -> Self {
        Self {
            began: now,
            ends: now + PERIOD,
            reported: false,
            sent: 0,
            foreign: 0,
        }
    }

    /// Whether an end that was reported is that of a later period.
    fn is_over_by(&self, end: Instant) -> bool {
        self.reported && end >= self.ends + SAME_PERIOD
    }

    fn learn(&mut self, count: Option<u32>, end: Option<Instant>) {
        if let Some(count) = count {
            self.foreign = self.foreign.max(count.saturating_sub(self.sent));
        }
        // Answers take their time, so a reported end is never too early by more than its rounding.
        match end {
            Some(end) if !self.reported => {
                self.ends = end;
                self.reported = true;
            }
            Some(end) if end + SAME_PERIOD > self.ends => self.ends = self.ends.min(end),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
