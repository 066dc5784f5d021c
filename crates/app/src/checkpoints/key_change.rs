//! Another key signs from now on.

use std::sync::Arc;

use agent_assist_domain::audit::{AuditEntry, AuditFact, KeyChangeFacts, Seq, Subject};
use agent_assist_domain::ports::{Clock, StoreError};
use agent_assist_tlog::VerifierKey;

use crate::ids::Ids;
use crate::recorder::Recorder;

/// Records changes of the key that signs the log's checkpoints.
///
/// The record is for those who read the log. What proves the change is the checkpoint behind it, a
/// [hand-over](agent_assist_tlog::HandOver), which the store signs.
#[derive(Debug)]
pub struct KeyChangeService {
    tenant: String,
    recorder: Recorder,
    clock: Arc<dyn Clock>,
    ids: Ids,
}

impl KeyChangeService {
    /// The service over its ports.
    pub fn new(
        tenant: impl Into<String>,
        recorder: Recorder,
        clock: Arc<dyn Clock>,
        ids: Ids,
    ) -> Self {
        Self {
            tenant: tenant.into(),
            recorder,
            clock,
            ids,
        }
    }

    /// Records that `old` gives way to `new`.
    ///
    /// # Errors
    /// If the record could not be made durable.
    pub async fn record(
        &self,
        old: &VerifierKey,
        new: &VerifierKey,
        by: Option<String>,
    ) -> Result<Seq, StoreError> {
        let entry = AuditEntry {
            at: self.clock.now(),
            tenant: self.tenant.clone(),
            request_id: self.ids.next(),
            subject: Subject::of_log(None),
            fact: AuditFact::AuditKeyChanged(KeyChangeFacts {
                name: old.name().to_owned(),
                old_key_id: old.id().to_string(),
                new_key_id: new.id().to_string(),
                by,
            }),
        };
        self.recorder.record(entry).await
    }
}
