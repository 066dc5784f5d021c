//! What stands in the outbox for an event: the position of its record, or of the first and the last
//! record that are missing.

use agent_assist_domain::analytics::AnalyticsEvent;
use agent_assist_domain::audit::{AuditRecord, Seq};
use agent_assist_domain::outbox::OutboxItem;
use agent_assist_domain::ports::{AuditTrail, StoreError};
use agent_assist_domain::time::Timestamp;

use crate::export::{gap_id, uid};

/// The item for `record`.
pub(super) fn of_record(record: &AuditRecord) -> OutboxItem {
    OutboxItem {
        id: uid(record),
        lane: String::new(),
        at: record.columns.at,
        body: record.seq.to_string(),
    }
}

/// The item for records that were deleted before it was their turn.
pub(super) fn of_gap(tenant: &str, first: Seq, last: Seq, at: Timestamp) -> OutboxItem {
    OutboxItem {
        id: gap_id(tenant, first, last),
        lane: String::new(),
        at,
        body: format!("{first}-{last}"),
    }
}

/// The event that `item` stands for; `None` if it stands for nothing.
pub(super) async fn event(
    item: &OutboxItem,
    tenant: &str,
    trail: &dyn AuditTrail,
) -> Result<Option<AnalyticsEvent>, StoreError> {
    if let Some((first, last)) = item.body.split_once('-') {
        let (Ok(first), Ok(last)) = (first.parse(), last.parse()) else {
            return Ok(None);
        };
        return Ok(Some(AnalyticsEvent::missing(
            &item.id, first, last, item.at,
        )));
    }
    let Ok(seq) = item.body.parse() else {
        return Ok(None);
    };
    Ok(Some(match trail.get(seq).await? {
        Some(record) => AnalyticsEvent::of_record(&item.id, &record),
        // Deleted since, as when an event waited long among the dead.
        None => AnalyticsEvent::missing(gap_id(tenant, seq, seq), seq, seq, item.at),
    }))
}
