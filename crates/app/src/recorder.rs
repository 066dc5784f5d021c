//! Writes an outcome down, durably, and then tells whoever wants to be called back.

use std::sync::Arc;

use agent_assist_domain::analytics::AnalyticsEvent;
use agent_assist_domain::audit::{AuditEntry, AuditFact, Egress, Seq, Subject};
use agent_assist_domain::person::{PersonKind, Pseudonym};
use agent_assist_domain::ports::{AnalyticsSink, AuditLog, StoreError, StoreErrorKind};

use crate::egress::EgressCheck;
use crate::error::Chain;
use crate::export::uid_of;
use crate::pseudonyms::Pseudonyms;

/// The audit log and the sinks behind it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Recorder {
    audit: Arc<dyn AuditLog>,
    sinks: Arc<[Arc<dyn AnalyticsSink>]>,
    egress: Option<EgressCheck>,
    pseudonyms: Option<Pseudonyms>,
}

impl Recorder {
    /// Records into `audit`, then calls `sinks`. Entries that name people are refused unless it is told
    /// how to [name](Self::naming) them.
    pub fn new(audit: Arc<dyn AuditLog>, sinks: Vec<Arc<dyn AnalyticsSink>>) -> Self {
        Self {
            audit,
            sinks: sinks.into(),
            egress: None,
            pseudonyms: None,
        }
    }

    /// The same, with people named by `pseudonyms` in all that is recorded and published.
    #[must_use]
    pub fn naming(self, pseudonyms: Pseudonyms) -> Self {
        Self {
            pseudonyms: Some(pseudonyms),
            ..self
        }
    }

    /// The same, with a second look at events before they leave.
    #[must_use]
    pub fn guarded_by(self, egress: EgressCheck) -> Self {
        Self {
            egress: Some(egress),
            ..self
        }
    }

    /// Appends `entry`, then publishes it, unless a second look finds personal data in the event: that
    /// is recorded, too, and no sink hears of it. A sink that fails is logged: analytics never cost an
    /// agent an answer.
    ///
    /// # Errors
    /// If the entry could not be made durable, or somebody in it has no pseudonym and gets none; no sink
    /// has heard of it then.
    pub async fn record(&self, mut entry: AuditEntry) -> Result<Seq, StoreError> {
        self.name(&mut entry.subject).await?;
        let seq = self.audit.append(&entry).await?;
        if self.sinks.is_empty() {
            return Ok(seq);
        }
        let id = uid_of(
            &entry.tenant,
            seq,
            entry.event().as_str(),
            &entry.request_id,
        );
        let event = AnalyticsEvent::new(id, entry).at_seq(seq);
        let egress = self.egress.as_ref();
        let stopped = egress.and_then(|egress| egress.look(Egress::Analytics, &event.to_json()));
        if let (Some(stopped), Some(entry)) = (stopped, event.entry()) {
            let entry = AuditEntry {
                fact: AuditFact::EgressStopped(stopped),
                ..entry.clone()
            };
            self.audit.append(&entry).await?;
            return Ok(seq);
        }
        for sink in self.sinks.iter() {
            if let Err(error) = sink.publish(&event).await {
                tracing::warn!(error = %Chain(&error), "an analytics event was not delivered");
            }
        }
        Ok(seq)
    }

    /// What stands for `id` in records; nothing for nobody.
    ///
    /// # Errors
    /// If somebody has no pseudonym and gets none.
    pub async fn pseudonym(
        &self,
        kind: PersonKind,
        id: Option<&str>,
    ) -> Result<Option<Pseudonym>, StoreError> {
        let Some(id) = id else { return Ok(None) };
        let Some(pseudonyms) = &self.pseudonyms else {
            let error = StoreError::new(StoreErrorKind::Other, "make a pseudonym");
            return Err(error.because("this recorder names nobody"));
        };
        pseudonyms.of(kind, id).await.map(Some)
    }

    async fn name(&self, subject: &mut Subject) -> Result<(), StoreError> {
        let named = [
            (PersonKind::Agent, &mut subject.agent.id),
            (PersonKind::Customer, &mut subject.customer_id),
        ];
        for (kind, id) in named {
            let pseudonym = self.pseudonym(kind, id.as_deref()).await?;
            *id = pseudonym.map(|pseudonym| pseudonym.to_string());
        }
        Ok(())
    }
}
