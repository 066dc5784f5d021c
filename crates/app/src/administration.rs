//! What administrators do to the program itself is on record before it takes effect: keys, the settings,
//! draining, how much is logged. An act that could not be recorded is not done; of one that then failed
//! there is a record all the same.

use std::sync::Arc;

use agent_assist_domain::audit::{
    Actor, AdminAct, AdminFacts, AuditEntry, AuditFact, Seq, Subject,
};
use agent_assist_domain::ports::{AuditLog, Clock, StoreError};

use crate::ids::Ids;

/// Puts administrators' acts on record. Cheap to clone.
#[derive(Clone, Debug)]
pub struct AdminRecorder {
    tenant: Arc<str>,
    audit: Arc<dyn AuditLog>,
    clock: Arc<dyn Clock>,
    ids: Ids,
}

impl AdminRecorder {
    /// Over its ports.
    pub fn new(
        tenant: impl Into<Arc<str>>,
        audit: Arc<dyn AuditLog>,
        clock: Arc<dyn Clock>,
        ids: Ids,
    ) -> Self {
        Self {
            tenant: tenant.into(),
            audit,
            clock,
            ids,
        }
    }

    /// Records that `by` is about to do this, in the request of this identifier or one of its own.
    ///
    /// # Errors
    /// If the record could not be made durable; then it must not be done.
    pub async fn record(
        &self,
        act: AdminAct,
        by: &Actor,
        request_id: Option<&str>,
    ) -> Result<Seq, StoreError> {
        let entry = AuditEntry {
            at: self.clock.now(),
            tenant: self.tenant.to_string(),
            request_id: request_id.map_or_else(|| self.ids.next(), str::to_owned),
            subject: Subject::of_log(None),
            fact: AuditFact::Administered(AdminFacts {
                act,
                by: by.plain(),
            }),
        };
        self.audit.append(&entry).await
    }
}
