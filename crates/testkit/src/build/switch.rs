//! Turns of the assist switch.

use agent_assist_domain::assist::{SwitchCause, SwitchChange, SwitchScope, SwitchState};
use agent_assist_domain::time::Timestamp;

use super::SESSION;

/// An operator's order at `at` to switch `scope` off, until `until` where given.
pub fn switch_off(scope: SwitchScope, at: Timestamp, until: Option<Timestamp>) -> SwitchChange {
    SwitchChange {
        at,
        scope,
        to: SwitchState::Off { until },
        cause: SwitchCause::Operator,
        by: Some("operator-1".to_owned()),
    }
}

/// An operator's order at `at` to switch `scope` on.
pub fn switch_on(scope: SwitchScope, at: Timestamp) -> SwitchChange {
    SwitchChange {
        to: SwitchState::On,
        ..switch_off(scope, at, None)
    }
}

/// The pause of the session of everything built here, for its failures, from `at` until `until`.
pub fn session_pause(at: Timestamp, until: Timestamp) -> SwitchChange {
    SwitchChange {
        cause: SwitchCause::RepeatedFailures,
        by: None,
        ..switch_off(SwitchScope::Session(SESSION.to_owned()), at, Some(until))
    }
}
