//! Pauses sessions whose calls fail while those of others do not.
//!
//! Which these are is the domain's judgement ([`SessionHealth`]); here the judgement is recorded
//! and carried out, with the switch that operators use: a pause shows in `assist status`, ends by
//! itself, and can be ended by hand.

use std::sync::{Arc, Mutex, PoisonError};

use agent_assist_domain::assist::{SwitchCause, SwitchChange, SwitchScope, SwitchState};
use agent_assist_domain::breaker::Evidence;
use agent_assist_domain::ports::Clock;
use agent_assist_domain::session_health::{PausePolicy, SessionHealth};
use tokio::time::Instant;

use crate::assist::AssistService;
use crate::error::Chain;
use crate::switchboard::Switchboard;

/// Watches over the sessions of one tenant.
#[derive(Debug)]
pub(crate) struct SessionPauses {
    pub(crate) policy: PausePolicy,
    pub(crate) health: Mutex<SessionHealth>,
    pub(crate) assist: AssistService,
    pub(crate) switchboard: Arc<Switchboard>,
    pub(crate) clock: Arc<dyn Clock>,
}

impl SessionPauses {
    /// A call of `session` went well.
    pub(crate) fn succeeded(&self, session: &str) {
        self.health(|health| health.succeeded(session));
    }

    /// A call of `session` failed. Says whether the session is to be [paused](Self::pause).
    pub(crate) fn failed(&self, session: &str, evidence: Evidence) -> bool {
        self.health(|health| health.failed(session, evidence, Instant::now().into_std()))
    }

    /// The failures so far were the upstream's.
    pub(crate) fn absolve(&self) {
        self.health(SessionHealth::absolve);
    }

    /// Pauses `session`, on record.
    pub(crate) async fn pause(&self, session: &str) {
        let at = self.clock.now();
        let change = SwitchChange {
            at,
            scope: SwitchScope::Session(session.to_owned()),
            to: SwitchState::Off {
                until: Some(at.plus(self.policy.pause)),
            },
            cause: SwitchCause::RepeatedFailures,
            by: None,
        };
        match self.assist.turn(&change).await {
            Ok(_) => tracing::warn!("a session that failed repeatedly is paused"),
            Err(error) => {
                tracing::warn!(error = %Chain(&error), "a failing session is not paused");
            }
        }
        self.switchboard.outdate();
    }

    fn health<T>(&self, f: impl FnOnce(&mut SessionHealth) -> T) -> T {
        // Its counts are whole between any two calls.
        f(&mut self.health.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
