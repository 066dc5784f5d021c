//! How far a process had come that did not settle what it had leased.

use agent_assist_domain::audit::{AuditEvent, AuditFilter, AuditOrder, AuditQuery, AuditRecord};
use agent_assist_domain::ports::{AuditTrail, ReportErrorKind, StoreError};
use serde::Deserialize;

use super::super::EventParts;

/// What came of the last attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Before {
    /// Surely nothing was taken in.
    NothingSent,
    /// It was acknowledged.
    Acknowledged,
    /// The upstream will never take it.
    Refused,
    /// It may have been taken in, or not.
    Unknown,
}

/// What is on record of the attempts under `request_id`.
pub(super) async fn before(request_id: &str, parts: &EventParts) -> Result<Before, StoreError> {
    let newest = newest(&*parts.trail, &parts.tenant, request_id).await?;
    Ok(newest.map_or(Before::NothingSent, |record| told_by(&record)))
}

/// Whether there was any.
pub(super) async fn was_tried(
    trail: &dyn AuditTrail,
    tenant: &str,
    request_id: &str,
) -> Result<bool, StoreError> {
    Ok(newest(trail, tenant, request_id).await?.is_some())
}

async fn newest(
    trail: &dyn AuditTrail,
    tenant: &str,
    request_id: &str,
) -> Result<Option<AuditRecord>, StoreError> {
    let query = AuditQuery {
        filter: AuditFilter {
            tenant: Some(tenant.to_owned()),
            request_id: Some(request_id.to_owned()),
            ..AuditFilter::default()
        },
        order: AuditOrder::NewestFirst,
        after: None,
        limit: 1,
    };
    Ok(trail.page(&query).await?.pop())
}

fn told_by(record: &AuditRecord) -> Before {
    match AuditEvent::from_name(&record.columns.event) {
        Some(AuditEvent::ForwardCompleted) => Before::Acknowledged,
        Some(AuditEvent::ForwardFailed) => match failure(record) {
            Some(ReportErrorKind::NotDelivered) => Before::NothingSent,
            Some(ReportErrorKind::Refused) => Before::Refused,
            _ => Before::Unknown,
        },
        // Announced and not ended, or ended as unknown.
        _ => Before::Unknown,
    }
}

fn failure(record: &AuditRecord) -> Option<ReportErrorKind> {
    #[derive(Deserialize)]
    struct Entry {
        forward: Forward,
    }
    #[derive(Deserialize)]
    struct Forward {
        failure: String,
    }
    let entry: Entry = serde_json::from_str(&record.entry).ok()?;
    ReportErrorKind::from_name(&entry.forward.failure)
}
