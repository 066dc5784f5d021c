//! Where every request with a token passes: finds the token with the most left, and makes a request
//! wait, or refuses it, where none has room.
//!
//! Passing has two steps. A [`Pass`] reserves room with one token; the token is then obtained, which
//! may take time; [`Pass::leave`] lets the request go only if the window has not closed meanwhile.
//! No await lies between leaving and sending, so nothing leaves inside a closed window. A pass that
//! is dropped gives its room back.
//!
//! A slot's window outlives its token: a renewed one may have an allowance of its own, but nobody is
//! worse off for asking a little less.
//!
//! Waiting is for moments that are known: an opening or the end of a period, and a random part of a
//! second more, so that those who waited do not all come at once. It is begun only if it leaves time
//! for an answer.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use agent_assist_domain::ports::Priority;
use agent_assist_domain::time::Deadline;
use tokio::time::{Instant, sleep};

use super::report::RateReport;
use super::window::{MAX_SPREAD, RateWindow, Shut, TokenBudget, Visitor};
use crate::backoff::{Jitter, MAX_RETRY_AFTER};
use crate::meters;
use crate::retry::affordable;

/// No token has room in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no token may be used in time")]
pub(crate) struct NoRoom {
    /// Time until one may.
    pub(crate) opens_in: Duration,
}

/// The allowances of all tokens, and that of the application over them.
pub(crate) struct Gate {
    state: Mutex<State>,
    jitter: Jitter,
}

struct State {
    application: RateWindow,
    tokens: Vec<RateWindow>,
    /// People on whose behalf somebody waits at the gate.
    waiting: usize,
}

/// Room for one request with one token.
#[derive(Debug)]
pub(crate) struct Pass<'a> {
    gate: &'a Gate,
    conversation: &'a str,
    slot: usize,
    taken_at: Instant,
    left: bool,
}

/// A request that left.
#[derive(Debug)]
pub(crate) struct Departure<'a> {
    gate: &'a Gate,
    slot: usize,
    taken_at: Instant,
}

impl Gate {
    /// A gate with `tokens` tokens of `per_token` requests a minute each, `per_application` over all.
    pub(crate) fn new(tokens: usize, per_token: u32, per_application: u32, jitter: Jitter) -> Self {
        let windows = std::iter::repeat_with(|| RateWindow::new(per_token));
        Self {
            state: Mutex::new(State {
                application: RateWindow::new(per_application),
                tokens: windows.take(tokens).collect(),
                waiting: 0,
            }),
            jitter,
        }
    }

    /// Room for `visitor` with the token that has the most left, or with the one in slot `only`.
    pub(crate) async fn enter<'a>(
        &'a self,
        visitor: Visitor<'a>,
        only: Option<usize>,
        deadline: Deadline,
    ) -> Result<Pass<'a>, NoRoom> {
        let mut waiting = None;
        loop {
            let now = Instant::now();
            let shut = match self.state().admit(now, visitor, only) {
                Ok(slot) => {
                    return Ok(Pass {
                        gate: self,
                        conversation: visitor.conversation,
                        slot,
                        taken_at: now,
                        left: false,
                    });
                }
                Err(shut) => shut,
            };
            let opens_in = shut.until.saturating_duration_since(now);
            let wait = opens_in + shut.spread.mul_f64(self.jitter.sample());
            if !affordable(wait, deadline) {
                return Err(NoRoom { opens_in });
            }
            if visitor.priority == Priority::Interactive && waiting.is_none() {
                waiting = Some(Waiting::at(self));
            }
            sleep(wait).await;
        }
    }

    /// Another limit for the application.
    pub(crate) fn allow_application(&self, per_minute: u32) {
        self.state().application.allow(per_minute);
    }

    /// How it stands with each token.
    pub(crate) fn budgets(&self) -> Vec<TokenBudget> {
        let now = Instant::now();
        let mut state = self.state();
        let tokens = state.tokens.iter_mut().enumerate();
        tokens
            .map(|(slot, token)| metered(slot, token, now))
            .collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it holds the lock, and no half-made state could be seen if it did.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Gate")
    }
}

impl State {
    /// Lets `visitor` in, and says with which token.
    fn admit(
        &mut self,
        now: Instant,
        visitor: Visitor<'_>,
        only: Option<usize>,
    ) -> Result<usize, Shut> {
        let somebody_waits = self.waiting > 0;
        self.application.check(now, visitor, somebody_waits)?;
        let mut best: Option<(usize, u32)> = None;
        let mut soonest: Option<Shut> = None;
        for (slot, token) in self.tokens.iter_mut().enumerate() {
            if only.is_some_and(|only| only != slot) {
                continue;
            }
            match token.check(now, visitor, somebody_waits) {
                Ok(()) if best.is_none_or(|(_, left)| left < token.remaining()) => {
                    best = Some((slot, token.remaining()));
                }
                Err(shut) if soonest.is_none_or(|soonest| shut.until < soonest.until) => {
                    soonest = Some(shut);
                }
                _ => {}
            }
        }
        let Some((slot, _)) = best else {
            return Err(soonest.unwrap_or(Shut {
                until: now + MAX_SPREAD,
                spread: MAX_SPREAD,
            }));
        };
        self.application.take(now, visitor);
        self.tokens[slot].take(now, visitor);
        metered(slot, &mut self.tokens[slot], now);
        Ok(slot)
    }
}

impl<'a> Pass<'a> {
    /// Which token the room is with.
    pub(crate) fn slot(&self) -> usize {
        self.slot
    }

    /// The request leaves now. `None` if it may not, after all.
    pub(crate) fn leave(mut self) -> Option<Departure<'a>> {
        let token = &mut self.gate.state().tokens[self.slot];
        self.left = token.may_leave(Instant::now(), self.taken_at);
        self.left.then_some(Departure {
            gate: self.gate,
            slot: self.slot,
            taken_at: self.taken_at,
        })
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        if !self.left {
            let mut state = self.gate.state();
            state.tokens[self.slot].put_back(self.taken_at, self.conversation);
            state.application.put_back(self.taken_at, self.conversation);
        }
    }
}

impl Departure<'_> {
    /// Which token the request left with.
    pub(crate) fn slot(&self) -> usize {
        self.slot
    }

    /// The platform has answered just now, with `report`.
    pub(crate) fn answered(&self, report: &RateReport) {
        let now = Instant::now();
        let token = &mut self.gate.state().tokens[self.slot];
        token.learn(now, self.taken_at, report);
        metered(self.slot, token, now);
    }

    /// The platform has refused the request just now for coming too fast, and `asked_for` a wait.
    pub(crate) fn throttled(&self, asked_for: Option<Duration>) {
        let now = Instant::now();
        let token = &mut self.gate.state().tokens[self.slot];
        let closed = token.close(now, asked_for);
        metered(self.slot, token, now);
        let closed_ms = closed.as_millis() as u64;
        if closed > MAX_RETRY_AFTER {
            tracing::warn!(
                token = self.slot,
                closed_ms,
                "the upstream refuses this token for long: a daily quota may be spent"
            );
        } else {
            tracing::debug!(
                token = self.slot,
                closed_ms,
                "the upstream throttles this token"
            );
        }
    }
}

/// Somebody who waits on behalf of a person.
struct Waiting<'a>(&'a Gate);

impl<'a> Waiting<'a> {
    fn at(gate: &'a Gate) -> Self {
        gate.state().waiting += 1;
        Self(gate)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.state().waiting -= 1;
    }
}

/// How it stands with the token in `slot`, told to the metrics as well.
fn metered(slot: usize, token: &mut RateWindow, now: Instant) -> TokenBudget {
    let budget = token.budget(now);
    meters::allowance(slot, &budget);
    budget
}
