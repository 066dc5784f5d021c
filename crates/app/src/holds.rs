//! Legal holds: ordered, listed, ended.
//!
//! An order is recorded first, durably, and stands then; the position of its record is its name. If it
//! could not be carried out the caller is told, and the log holds an order that had no effect. So there
//! may be a record of a hold that does not stand, but never a hold without its record.

use std::sync::Arc;

use agent_assist_domain::audit::{
    AuditEntry, AuditFact, HoldFacts, HoldReleaseFacts, Seq, Subject,
};
use agent_assist_domain::payload::{HoldRequest, RawHold, Violations};
use agent_assist_domain::pii::{Scanner, SubjectTerms};
use agent_assist_domain::ports::{Clock, LegalHolds, StoreError};
use agent_assist_domain::retention::{Hold, Release};
use serde::Serialize;

use crate::ids::Ids;
use crate::recorder::Recorder;

/// Orders and ends holds for one tenant.
#[derive(Debug)]
pub struct HoldService {
    tenant: String,
    holds: Arc<dyn LegalHolds>,
    recorder: Recorder,
    scanner: Scanner,
    clock: Arc<dyn Clock>,
    ids: Ids,
}

/// A hold, as it is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HoldTold {
    /// What it is called: the position of its record.
    pub id: Seq,
    /// `everything` or `conversation`.
    pub scope: &'static str,
    /// Which conversation; `null` for everything.
    pub conversation_id: Option<String>,
    /// Why.
    pub reason: String,
    /// Since when, milliseconds since the epoch.
    pub since_ms: i64,
    /// Who said so; `null` if nobody is known.
    pub by: Option<String>,
    /// Since when it no longer stands, likewise; `null` while it does.
    pub released_ms: Option<i64>,
    /// Who said that; `null` if nobody is known.
    pub released_by: Option<String>,
}

impl From<Hold> for HoldTold {
    fn from(hold: Hold) -> Self {
        let released_ms = hold.released.as_ref().map(|release| release.at.as_millis());
        Self {
            id: hold.id,
            scope: hold.scope.kind(),
            conversation_id: hold.scope.conversation_id().map(str::to_owned),
            reason: hold.reason,
            since_ms: hold.since.as_millis(),
            by: hold.by,
            released_ms,
            released_by: hold.released.and_then(|release| release.by),
        }
    }
}

/// An order was not carried out.
#[derive(Debug, thiserror::Error)]
pub enum HoldError {
    /// The order breaks the payload rules.
    #[error(transparent)]
    Invalid(Violations),
    /// There is personal data in the reason, which would stay in the log for good.
    #[error("the reason holds personal data")]
    PersonalData,
    /// There is no such hold, or it has ended.
    #[error("no hold {0} stands")]
    NoSuchHold(Seq),
    /// The store failed before anything was recorded.
    #[error("the holds cannot be read")]
    Read(#[source] StoreError),
    /// The order could not be recorded; nothing was changed.
    #[error("no record could be written, so nothing was changed")]
    Record(#[source] StoreError),
    /// The order is on record but had no effect.
    #[error("the order is on record but was not carried out")]
    CarryOut(#[source] StoreError),
}

impl HoldService {
    /// The service over its ports; `scanner` looks at reasons.
    pub fn new(
        tenant: impl Into<String>,
        holds: Arc<dyn LegalHolds>,
        recorder: Recorder,
        scanner: Scanner,
        clock: Arc<dyn Clock>,
        ids: Ids,
    ) -> Self {
        Self {
            tenant: tenant.into(),
            holds,
            recorder,
            scanner,
            clock,
            ids,
        }
    }

    /// Orders a hold.
    ///
    /// # Errors
    /// If it breaks the rules, has personal data in its reason, or cannot be recorded or carried out.
    pub async fn place(&self, raw: RawHold) -> Result<HoldTold, HoldError> {
        let HoldRequest { scope, reason, by } = raw.validate().map_err(HoldError::Invalid)?;
        if !self.scanner.scan(&reason, &SubjectTerms::none()).is_empty() {
            return Err(HoldError::PersonalData);
        }
        let facts = HoldFacts { scope, reason, by };
        let conversation_id = facts.scope.conversation_id();
        let subject = Subject::of_log(conversation_id);
        let fact = AuditFact::AuditHeld(facts.clone());
        let entry = self.entry(subject, fact);
        let since = entry.at;
        let id = self.recorder.record(entry).await;
        let HoldFacts { scope, reason, by } = facts;
        let hold = Hold {
            id: id.map_err(HoldError::Record)?,
            scope,
            reason,
            since,
            by,
            released: None,
        };
        let placed = self.holds.place(&self.tenant, &hold).await;
        placed.map_err(HoldError::CarryOut)?;
        Ok(hold.into())
    }

    /// Ends a hold, in the name of `by`.
    ///
    /// # Errors
    /// If it does not stand, or the order cannot be recorded or carried out.
    pub async fn release(&self, id: Seq, by: Option<String>) -> Result<HoldTold, HoldError> {
        let holds = self.holds.list(&self.tenant).await;
        let mut holds = holds.map_err(HoldError::Read)?.into_iter();
        let hold = holds.find(|hold| hold.id == id && hold.released.is_none());
        let mut hold = hold.ok_or(HoldError::NoSuchHold(id))?;
        let facts = HoldReleaseFacts { id, by: by.clone() };
        let subject = Subject::of_log(hold.scope.conversation_id());
        let entry = self.entry(subject, AuditFact::AuditHoldReleased(facts));
        let release = Release { at: entry.at, by };
        self.recorder
            .record(entry)
            .await
            .map_err(HoldError::Record)?;
        let released = self.holds.release(&self.tenant, id, &release).await;
        if !released.map_err(HoldError::CarryOut)? {
            // Somebody else was faster.
            return Err(HoldError::NoSuchHold(id));
        }
        hold.released = Some(release);
        Ok(hold.into())
    }

    /// Every hold there ever was, the oldest first.
    ///
    /// # Errors
    /// If they cannot be read.
    pub async fn list(&self) -> Result<Vec<HoldTold>, StoreError> {
        let holds = self.holds.list(&self.tenant).await?;
        Ok(holds.into_iter().map(HoldTold::from).collect())
    }

    fn entry(&self, subject: Subject, fact: AuditFact) -> AuditEntry {
        AuditEntry {
            at: self.clock.now(),
            tenant: self.tenant.clone(),
            request_id: self.ids.next(),
            subject,
            fact,
        }
    }
}
