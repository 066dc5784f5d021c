//! From the audit log into the outbox: how far a sink has read, and what it is still to be sent.

use agent_assist_domain::audit::{AuditFilter, AuditOrder, AuditQuery, AuditRecord, Seq};
use agent_assist_domain::outbox::{Enqueued, OutboxItem, Standing, Taken};
use agent_assist_domain::ports::{AuditTrail, Outbox, StoreError};

use super::line::Line;
use super::{EventParts, destination};

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
    /// How far the log was looked at, with the cursor at `cursor`.
    pub(super) fn upto(&self, cursor: Option<Seq>) -> Option<Seq> {
        match self.looked {
            Some((at, upto)) if Some(at) == cursor => Some(upto),
            _ => cursor,
        }
    }

    /// Fills the window of `line`, which stands as `standing` says. Whether there may be more to hand
    /// over than there was room for.
    pub(super) async fn run(
        &mut self,
        parts: &EventParts,
        line: Line<'_>,
        standing: &Standing,
    ) -> Result<bool, StoreError> {
        let destination = destination(&parts.tenant, line.name());
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
                    [line.name().to_owned()],
                )
                .await?;
                return Ok(true);
            };
            let from = self.upto(cursor).unwrap_or(seen);
            let page = behind(&*parts.trail, from).await?;
            let Some(last) = page.last().map(|record| record.seq) else {
                return Ok(false);
            };
            let room = usize::try_from(WINDOW - waiting).unwrap_or(usize::MAX);
            let (items, upto) = pick(parts, line, from, &page, room).await?;
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

/// What of `page`, which begins behind `from`, is for `line`, and how far that is.
async fn pick(
    parts: &EventParts,
    line: Line<'_>,
    from: Seq,
    page: &[AuditRecord],
    room: usize,
) -> Result<(Vec<OutboxItem>, Seq), StoreError> {
    let mut items = Vec::new();
    let mut upto = from;
    for record in page {
        if items.len() >= room {
            break;
        }
        if record.seq > upto + 1 {
            let (first, last) = (upto + 1, record.seq - 1);
            missing(line.name(), first, last);
            items.extend(line.gap(&parts.tenant, first, last, record.columns.at));
        }
        if record.columns.tenant == parts.tenant {
            items.extend(line.items(&*parts.trail, record).await?);
        }
        upto = record.seq;
    }
    Ok((items, upto))
}

fn missing(sink: &str, first: Seq, last: Seq) {
    tracing::error!(
        sink,
        first,
        last,
        "records were deleted from the audit log before this sink was told of them"
    );
    metrics::counter!("agent_assist_events_missing_total", "sink" => sink.to_owned())
        .increment(last - first + 1);
}
