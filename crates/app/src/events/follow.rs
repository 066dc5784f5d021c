//! The log as it grows, for somebody who looks on: nothing is kept, nothing is tried again.

use std::sync::Arc;

use agent_assist_domain::analytics::AnalyticsEvent;
use agent_assist_domain::audit::{AuditRecord, Egress, Seq};
use agent_assist_domain::ports::{AnalyticsSink, AuditTrail, SinkError, StoreError};

use super::Types;
use super::hand_over::{behind, end};
use crate::egress::EgressCheck;
use crate::export::uid;

/// An event, and what became of it.
#[derive(Debug)]
pub struct Forwarded {
    /// The event.
    pub event: AnalyticsEvent,
    /// Whether it arrived, where it was sent to.
    pub arrived: Result<(), SinkError>,
}

/// Follows the log of one tenant.
#[derive(Debug)]
pub struct Follow {
    trail: Arc<dyn AuditTrail>,
    egress: EgressCheck,
    tenant: String,
    types: Types,
    upto: Seq,
}

impl Follow {
    /// Follows `trail` from the record behind `since` on, or from the log's end.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub async fn new(
        trail: Arc<dyn AuditTrail>,
        egress: EgressCheck,
        tenant: String,
        types: Types,
        since: Option<Seq>,
    ) -> Result<Self, StoreError> {
        let upto = match since {
            Some(since) => since,
            None => end(&*trail).await?,
        };
        Ok(Self {
            trail,
            egress,
            tenant,
            types,
            upto,
        })
    }

    /// What has come since the last time, a page at most: each wanted event, sent to `sink` where there
    /// is one. One in which a last look finds personal data is left out.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub async fn next(
        &mut self,
        sink: Option<&dyn AnalyticsSink>,
    ) -> Result<Vec<Forwarded>, StoreError> {
        let mut forwarded = Vec::new();
        for record in behind(&*self.trail, self.upto).await? {
            self.upto = record.seq;
            let Some(event) = self.event(&record) else {
                continue;
            };
            let arrived = match sink {
                Some(sink) => sink.publish(&event).await,
                None => Ok(()),
            };
            forwarded.push(Forwarded { event, arrived });
        }
        Ok(forwarded)
    }

    fn event(&self, record: &AuditRecord) -> Option<AnalyticsEvent> {
        let columns = &record.columns;
        if columns.tenant != self.tenant || !self.types.wants(&columns.event) {
            return None;
        }
        let event = AnalyticsEvent::of_record(uid(record), record);
        let stopped = self.egress.look(Egress::Analytics, &event.to_json());
        stopped.is_none().then_some(event)
    }
}
