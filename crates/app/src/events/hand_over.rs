//! From the audit log into the outbox: how far a sink has read, and what it is still to be sent.

use agent_assist_domain::audit::{AuditFilter, AuditOrder, AuditQuery, AuditRecord, Seq};
use agent_assist_domain::outbox::{Enqueued, OutboxItem, Standing, Taken};
use agent_assist_domain::ports::{AuditTrail, Outbox, StoreError};

use super::{EventParts, EventSink, destination, message};

/// Positions that wait for a sink at most. What is behind them waits in the log.
pub const WINDOW: u64 = 256;

/// Records read at once.
const PAGE: u32 = 256;

/// Has sinks that nobody has seen before begin at the end of the log: what happens from now on is
/// theirs, what lies before is not. To be done before anything is recorded.
///
/// # Errors
/// If the store fails.
pub async fn register(
    trail: &dyn AuditTrail,
    outbox: &dyn Outbox,
    tenant: &str,
    sinks: impl IntoIterator<Item = String>,
) -> Result<(), StoreError> {
    for sink in sinks {
        let destination = destination(tenant, &sink);
        if outbox.standing(&destination).await?.cursor.is_some() {
            continue;
        }
        let taken = Taken {
            after: None,
            upto: end(trail).await?,
        };
        // Of several processes that see it first, one says where it begins.
        outbox.enqueue(&destination, &[], Some(taken)).await?;
    }
    Ok(())
}

/// The position of the last record.
pub(super) async fn end(trail: &dyn AuditTrail) -> Result<Seq, StoreError> {
    let query = AuditQuery {
        filter: AuditFilter::default(),
        order: AuditOrder::NewestFirst,
        after: None,
        limit: 1,
    };
    let last = trail.page(&query).await?;
    Ok(last.first().map_or(0, |record| record.seq))
}

/// A page behind `after`.
pub(super) async fn behind(
    trail: &dyn AuditTrail,
    after: Seq,
) -> Result<Vec<AuditRecord>, StoreError> {
    let query = AuditQuery {
        filter: AuditFilter::default(),
        order: AuditOrder::OldestFirst,
        after: Some(after),
        limit: PAGE,
    };
    trail.page(&query).await
}

/// Reads on for one sink.
#[derive(Debug, Default)]
pub(super) struct HandOver {
    /// Cursor as last seen, and how far the log behind it holds nothing for this sink. It is not worth
    /// a write until there is something, or it has become a long way to look again.
    looked: Option<(Seq, Seq)>,
}

impl HandOver {
    /// Fills the window of `sink`, which stands as `standing` says. Whether there may be more to hand
    /// over than there was room for.
    pub(super) async fn run(
        &mut self,
        parts: &EventParts,
        sink: &EventSink,
        standing: &Standing,
    ) -> Result<bool, StoreError> {
        let destination = destination(&parts.tenant, &sink.name);
        let (mut waiting, mut cursor) = (standing.waiting, standing.cursor);
        if standing.held.is_some() {
            return Ok(false);
        }
        while waiting < WINDOW {
            let Some(seen) = cursor else {
                register(
                    &*parts.trail,
                    &*parts.outbox,
                    &parts.tenant,
                    [sink.name.clone()],
                )
                .await?;
                return Ok(true);
            };
            let from = match self.looked {
                Some((at, upto)) if at == seen => upto,
                _ => seen,
            };
            let page = behind(&*parts.trail, from).await?;
            let Some(last) = page.last().map(|record| record.seq) else {
                return Ok(false);
            };
            let room = usize::try_from(WINDOW - waiting).unwrap_or(usize::MAX);
            let (items, upto) = pick(parts, sink, from, &page, room);
            if items.is_empty() && upto - seen < u64::from(PAGE) {
                self.looked = Some((seen, upto));
                continue;
            }
            let taken = Taken {
                after: Some(seen),
                upto,
            };
            match parts
                .outbox
                .enqueue(&destination, &items, Some(taken))
                .await?
            {
                Enqueued::Kept(kept) => {
                    waiting += u64::from(kept);
                    cursor = Some(upto);
                }
                // Another process hands over the same.
                Enqueued::Overtaken(now) => cursor = now,
            }
            if upto < last {
                return Ok(true);
            }
        }
        Ok(true)
    }
}

/// What of `page`, which begins behind `from`, is for `sink`, and how far that is.
fn pick(
    parts: &EventParts,
    sink: &EventSink,
    from: Seq,
    page: &[AuditRecord],
    room: usize,
) -> (Vec<OutboxItem>, Seq) {
    let mut items = Vec::new();
    let mut upto = from;
    for record in page {
        if items.len() >= room {
            break;
        }
        if record.seq > upto + 1 {
            let (first, last) = (upto + 1, record.seq - 1);
            tracing::error!(
                sink = sink.name,
                first,
                last,
                "records were deleted from the audit log before this sink was told of them"
            );
            metrics::counter!("agent_assist_events_missing_total", "sink" => sink.name.clone())
                .increment(last - first + 1);
            items.push(message::of_gap(
                &parts.tenant,
                first,
                last,
                record.columns.at,
            ));
        }
        if record.columns.tenant == parts.tenant && sink.types.wants(&record.columns.event) {
            items.push(message::of_record(record));
        }
        upto = record.seq;
    }
    (items, upto)
}
