//! The log from its beginning, or from where the last export ended, page by page.

use std::fmt;
use std::str::FromStr;

use agent_assist_domain::audit::{AuditFilter, AuditOrder, AuditQuery, AuditRecord, Seq};
use agent_assist_domain::ports::{AuditTrail, StoreError};
use agent_assist_domain::time::Timestamp;

/// Records read at once: what an export keeps in memory is two pages.
const PAGE: u32 = 500;

/// Where an export ended. The next one continues behind it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cursor(Seq);

/// No cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a cursor as an export prints it at its end: a whole number, such as 1042")]
pub struct NoCursor;

impl Cursor {
    /// Before the first record.
    pub const BEGINNING: Self = Self(0);

    /// Behind the record at `seq`.
    pub const fn behind(seq: Seq) -> Self {
        Self(seq)
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

impl FromStr for Cursor {
    type Err = NoCursor;

    fn from_str(text: &str) -> Result<Self, NoCursor> {
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        let seq = text.parse().ok().filter(|_| digits);
        seq.map(Self).ok_or(NoCursor)
    }
}

/// What to export.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExportQuery {
    /// Behind which record to begin.
    pub since: Cursor,
    /// End before the first record from this time on. Not a filter: a clock that was set back may
    /// have made later records look earlier, and a cursor behind those would pass over that one.
    pub until: Option<Timestamp>,
    /// Only these records. Its times are not used.
    pub filter: AuditFilter,
}

/// An export under way.
#[derive(Debug)]
pub struct Export<'t> {
    trail: &'t dyn AuditTrail,
    query: AuditQuery,
    until: Option<Timestamp>,
    /// Read ahead, while the last page was being written.
    next: Option<Result<Vec<AuditRecord>, StoreError>>,
    over: bool,
}

impl<'t> Export<'t> {
    /// Of the records of `trail` that `query` asks for.
    pub fn new(trail: &'t dyn AuditTrail, query: ExportQuery) -> Self {
        let Cursor(after) = query.since;
        Self {
            trail,
            query: AuditQuery {
                filter: AuditFilter {
                    since: None,
                    until: None,
                    ..query.filter
                },
                order: AuditOrder::OldestFirst,
                after: Some(after),
                limit: PAGE,
            },
            until: query.until,
            next: None,
            over: false,
        }
    }

    /// The next page, and with it what `work` makes of it, which goes on while the page behind it is
    /// read. `None` once there is no more.
    ///
    /// # Errors
    /// If the log cannot be read. Every page before was given.
    pub async fn page<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(Vec<AuditRecord>) -> T + Send + 'static,
    ) -> Result<Option<T>, StoreError> {
        let page = match self.next.take() {
            Some(page) => page?,
            None if self.over => return Ok(None),
            None => self.read().await?,
        };
        if page.is_empty() {
            return Ok(None);
        }
        let working = tokio::task::spawn_blocking(move || work(page));
        if !self.over {
            self.next = Some(self.read().await);
        }
        match working.await {
            Ok(done) => Ok(Some(done)),
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }

    async fn read(&mut self) -> Result<Vec<AuditRecord>, StoreError> {
        let mut page = self.trail.page(&self.query).await?;
        self.over = page.len() < PAGE as usize;
        if let Some(until) = self.until
            && let Some(end) = page.iter().position(|record| record.columns.at >= until)
        {
            page.truncate(end);
            self.over = true;
        }
        if let Some(last) = page.last() {
            self.query.after = Some(last.seq);
        }
        Ok(page)
    }
}
