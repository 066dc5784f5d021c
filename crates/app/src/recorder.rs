//! Writes an outcome down, durably, and then tells whoever wants to be called back.

use std::sync::Arc;

use agent_assist_domain::analytics::AnalyticsEvent;
use agent_assist_domain::audit::{AuditEntry, AuditFact, Egress, Seq};
use agent_assist_domain::ports::{AnalyticsSink, AuditLog, StoreError};

use crate::egress::EgressCheck;
use crate::error::Chain;
use crate::export::uid_of;

/// The audit log and the sinks behind it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Recorder {
    audit: Arc<dyn AuditLog>,
    sinks: Arc<[Arc<dyn AnalyticsSink>]>,
    egress: Option<EgressCheck>,
}

impl Recorder {
    /// Records into `audit`, then calls `sinks`.
    pub fn new(audit: Arc<dyn AuditLog>, sinks: Vec<Arc<dyn AnalyticsSink>>) -> Self {
        Self {
            audit,
            sinks: sinks.into(),
            egress: None,
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
    /// If the entry could not be made durable; no sink has heard of it then.
    pub async fn record(&self, entry: AuditEntry) -> Result<Seq, StoreError> {
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
}
