//! Assist is switched off and on: by an operator, or for a session that failed repeatedly.
//!
//! The order is recorded first, durably, and takes effect then. If the record cannot be written
//! nothing is switched; if the switch cannot be turned afterwards the caller is told, and the log
//! holds an order that had no effect. So an auditor may find a record of a turn that failed, but
//! never a turn without its record. Orders that change nothing are recorded as well: whether one
//! does is known only when it is carried out. So are those that are refused.

use std::sync::Arc;
use std::time::Duration;

use agent_assist_domain::assist::{Off, SwitchCause, SwitchChange, SwitchState};
use agent_assist_domain::audit::{AuditEntry, AuditFact, RefusalFacts, Subject, SwitchFacts};
use agent_assist_domain::payload::{RawSwitch, Violations};
use agent_assist_domain::ports::{AssistSwitch, Clock, StoreError};
use agent_assist_domain::time::Timestamp;
use serde::Serialize;

use crate::ids::Ids;
use crate::recorder::Recorder;

/// Switches assist off and on for one tenant.
#[derive(Debug)]
pub struct AssistService {
    tenant: String,
    switch: Arc<dyn AssistSwitch>,
    recorder: Recorder,
    clock: Arc<dyn Clock>,
    ids: Ids,
}

/// An order that was carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Turned {
    /// `off` or `on`.
    pub assist: &'static str,
    /// For whom: `everything`, `queue` or `session`.
    pub scope: &'static str,
    /// Which queue or session; `null` for everything.
    pub scope_id: Option<String>,
    /// When it comes back by itself, milliseconds since the epoch; `null` if it does not.
    pub until_ms: Option<i64>,
    /// Who said so; `null` if nobody is known.
    pub by: Option<String>,
    /// Whether anything is different now.
    pub changed: bool,
}

/// Something that is off now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OffNow {
    /// For whom: `everything`, `queue` or `session`.
    pub scope: &'static str,
    /// Which queue or session; `null` for everything.
    pub scope_id: Option<String>,
    /// Since when, milliseconds since the epoch.
    pub since_ms: i64,
    /// When it comes back by itself, likewise; `null` if it does not.
    pub until_ms: Option<i64>,
    /// Why: `operator` or `repeated_failures`.
    pub cause: &'static str,
    /// Who said so; `null` if nobody is known.
    pub by: Option<String>,
}

/// An order was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum AssistError {
    /// The order breaks the payload rules.
    #[error(transparent)]
    Invalid(Violations),
    /// The order could not be recorded; nothing was switched.
    #[error("no record could be written, so nothing was switched")]
    Record(#[source] StoreError),
    /// The order is on record but did not take effect.
    #[error("the order is on record but was not carried out")]
    Turn(#[source] StoreError),
}

impl AssistService {
    /// The service over its ports.
    pub fn new(
        tenant: impl Into<String>,
        switch: Arc<dyn AssistSwitch>,
        recorder: Recorder,
        clock: Arc<dyn Clock>,
        ids: Ids,
    ) -> Self {
        Self {
            tenant: tenant.into(),
            switch,
            recorder,
            clock,
            ids,
        }
    }

    /// Switches off by hand what `raw` names, for as long as it says.
    ///
    /// # Errors
    /// If it breaks the rules, cannot be recorded or cannot be carried out.
    pub async fn off(&self, raw: RawSwitch) -> Result<Turned, AssistError> {
        self.by_hand(raw, |at, lasts| SwitchState::Off {
            until: lasts.map(|lasts| at.plus(lasts)),
        })
        .await
    }

    /// Switches on by hand what `raw` names, whyever it was off. What is off for a wider or a
    /// narrower scope stays off.
    ///
    /// # Errors
    /// If it breaks the rules, cannot be recorded or cannot be carried out.
    pub async fn on(&self, raw: RawSwitch) -> Result<Turned, AssistError> {
        self.by_hand(raw, |_, _| SwitchState::On).await
    }

    /// What is off now, the widest scope first.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn status(&self) -> Result<Vec<OffNow>, StoreError> {
        let now = self.clock.now();
        let kept = self.switch.off(&self.tenant).await?;
        let standing = kept.into_iter().filter(|off| !off.is_over(now));
        Ok(standing.map(OffNow::from).collect())
    }

    /// Records `change`, carries it out, and says whether anything is different now.
    ///
    /// # Errors
    /// If it cannot be recorded or cannot be carried out.
    pub async fn turn(&self, change: &SwitchChange) -> Result<bool, AssistError> {
        let subject = Subject::of_switch(&change.scope);
        let fact = AuditFact::AssistSwitched(SwitchFacts::of(change));
        self.record(change.at, subject, fact).await?;
        self.switch
            .set(&self.tenant, change)
            .await
            .map_err(AssistError::Turn)
    }

    async fn record(
        &self,
        at: Timestamp,
        subject: Subject,
        fact: AuditFact,
    ) -> Result<(), AssistError> {
        let entry = AuditEntry {
            at,
            tenant: self.tenant.clone(),
            request_id: self.ids.next(),
            subject,
            fact,
        };
        self.recorder
            .record(entry)
            .await
            .map(drop)
            .map_err(AssistError::Record)
    }

    async fn by_hand(
        &self,
        raw: RawSwitch,
        to: impl FnOnce(Timestamp, Option<Duration>) -> SwitchState,
    ) -> Result<Turned, AssistError> {
        let at = self.clock.now();
        let request = match raw.validate() {
            Ok(request) => request,
            Err(violations) => {
                let subject = Subject::of_refused(&violations);
                let fact = AuditFact::SwitchRefused(RefusalFacts::of(&violations));
                self.record(at, subject, fact).await?;
                return Err(AssistError::Invalid(violations));
            }
        };
        let change = SwitchChange {
            at,
            to: to(at, request.lasts),
            scope: request.scope,
            cause: SwitchCause::Operator,
            by: request.by,
        };
        let changed = self.turn(&change).await?;
        Ok(Turned {
            assist: change.to.as_str(),
            scope: change.scope.kind(),
            scope_id: change.scope.id().map(str::to_owned),
            until_ms: change.to.until().map(Timestamp::as_millis),
            by: change.by,
            changed,
        })
    }
}

impl From<Off> for OffNow {
    fn from(off: Off) -> Self {
        Self {
            scope: off.scope.kind(),
            scope_id: off.scope.id().map(str::to_owned),
            since_ms: off.since.as_millis(),
            until_ms: off.until.map(Timestamp::as_millis),
            cause: off.cause.as_str(),
            by: off.by,
        }
    }
}
