//! Forwarding switched on and off, by the settings.

use agent_assist_domain::outbox::{Enqueued, Taken};
use agent_assist_domain::ports::{AuditTrail, EngagementLedger, Outbox, StoreError};
use agent_assist_domain::time::Timestamp;

use super::super::hand_over::{behind, end, register};
use super::super::{SWITCHED_OFF, destination};
use super::{UPSTREAM, items};

/// Has engagements of `tenant` forwarded from now on, or not any more. To be done before anything is
/// recorded.
///
/// What was engaged with before it is switched off is kept, unsent, and goes out once it is switched on
/// again; what is engaged with meanwhile is passed over.
///
/// # Errors
/// If the store fails.
pub async fn switch_forwarding(
    trail: &dyn AuditTrail,
    outbox: &dyn Outbox,
    ledger: &dyn EngagementLedger,
    tenant: &str,
    on: bool,
    now: Timestamp,
) -> Result<(), StoreError> {
    let destination = destination(tenant, UPSTREAM);
    let standing = outbox.standing(&destination).await?;
    let is_off = standing
        .held
        .as_ref()
        .is_some_and(|held| held.why == SWITCHED_OFF);
    let Some(cursor) = standing.cursor else {
        return match on {
            true => register(trail, outbox, tenant, [UPSTREAM.to_owned()]).await,
            false => Ok(()),
        };
    };
    match on {
        true if is_off => {
            let taken = Taken {
                after: Some(cursor),
                upto: end(trail).await?,
            };
            // Of several processes that see it first, one passes over what there is.
            outbox.enqueue(&destination, &[], Some(taken)).await?;
            outbox.resume(&destination).await.map(drop)
        }
        false if !is_off => {
            hand_over(trail, outbox, ledger, tenant, cursor).await?;
            // Whatever else it was held for is tried anew when it is switched on.
            outbox.resume(&destination).await?;
            outbox.hold(&destination, now, SWITCHED_OFF).await.map(drop)
        }
        _ => Ok(()),
    }
}

/// Keeps whatever is in the log behind `cursor`, without a bound: it is not read again.
async fn hand_over(
    trail: &dyn AuditTrail,
    outbox: &dyn Outbox,
    ledger: &dyn EngagementLedger,
    tenant: &str,
    mut cursor: u64,
) -> Result<(), StoreError> {
    loop {
        let page = behind(trail, cursor).await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        let mut kept = Vec::new();
        for record in page.iter().filter(|record| record.columns.tenant == tenant) {
            kept.extend(items(ledger, trail, record).await?);
        }
        let taken = Taken {
            after: Some(cursor),
            upto: last.seq,
        };
        cursor = last.seq;
        let destination = destination(tenant, UPSTREAM);
        // Another process may hand over the same.
        if let Enqueued::Overtaken(_) = outbox.enqueue(&destination, &kept, Some(taken)).await? {
            return Ok(());
        }
    }
}
