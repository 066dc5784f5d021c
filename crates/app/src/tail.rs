//! The log as it grows.

use std::time::Duration;

use agent_assist_domain::audit::{AuditFilter, AuditOrder, AuditQuery, AuditRecord, Seq};
use agent_assist_domain::ports::{AuditTrail, StoreError};
use tokio::time::sleep;

use crate::export::Cursor;

/// How long after one look the next one is taken: soon enough for whoever watches, and a look costs
/// one record read.
const PAUSE: Duration = Duration::from_millis(250);

/// Records read at once.
const PAGE: u32 = 500;

/// Follows the log.
#[derive(Debug)]
pub struct Tail<'t> {
    trail: &'t dyn AuditTrail,
    filter: AuditFilter,
    /// Everything up to here has been looked at.
    seen: Seq,
}

impl<'t> Tail<'t> {
    /// Follows the records of `trail` that `filter` lets through, from behind `since` on, or from where
    /// the log ends now.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub async fn from(
        trail: &'t dyn AuditTrail,
        filter: AuditFilter,
        since: Option<Cursor>,
    ) -> Result<Self, StoreError> {
        let seen = match since {
            Some(since) => since.seq(),
            None => last(trail).await?,
        };
        Ok(Self {
            trail,
            filter,
            seen,
        })
    }

    /// Behind what has been looked at, whether the filter let it through or not.
    pub fn cursor(&self) -> Cursor {
        Cursor::behind(self.seen)
    }

    /// The next records, oldest first, waiting until there are some. Dropped while it waits it has
    /// passed over nothing.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub async fn next(&mut self) -> Result<Vec<AuditRecord>, StoreError> {
        loop {
            let (records, seen) = self.look().await?;
            let nothing_new = seen == self.seen;
            self.seen = seen;
            if !records.is_empty() {
                return Ok(records);
            }
            if nothing_new {
                sleep(PAUSE).await;
            }
        }
    }

    /// What is new, and up to where that was looked for.
    async fn look(&self) -> Result<(Vec<AuditRecord>, Seq), StoreError> {
        let end = last(self.trail).await?;
        if end <= self.seen {
            return Ok((Vec::new(), self.seen));
        }
        let query = AuditQuery {
            filter: self.filter.clone(),
            order: AuditOrder::OldestFirst,
            after: Some(self.seen),
            limit: PAGE,
        };
        let records = self.trail.page(&query).await?;
        let seen = match records.last() {
            Some(last) if records.len() == PAGE as usize => last.seq,
            Some(last) => end.max(last.seq),
            None => end,
        };
        Ok((records, seen))
    }
}

/// Position of the last record; 0 if there is none.
async fn last(trail: &dyn AuditTrail) -> Result<Seq, StoreError> {
    let query = AuditQuery {
        filter: AuditFilter::default(),
        order: AuditOrder::NewestFirst,
        after: None,
        limit: 1,
    };
    let page = trail.page(&query).await?;
    Ok(page.first().map_or(0, |last| last.seq))
}
