//! The log from its beginning, or from where the last export ended, page by page.

use std::fmt;
use std::str::FromStr;

use agent_assist_domain::audit::{AuditFilter, AuditOrder, AuditQuery, AuditRecord, Seq};
use agent_assist_domain::ports::{AuditTrail, StoreError};
use agent_assist_domain::time::Timestamp;

use crate::reading::is_of_export;

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

    /// The record that it is behind; 0 before the first.
    pub const fn seq(self) -> Seq {
        self.0
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

/// What an export begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Beginning {
    /// How many records its first page has.
    pub records: u64,
    /// Whether that is all.
    pub is_whole: bool,
    /// Behind the last of them; `None` if there are none.
    pub cursor: Option<Cursor>,
    /// Whether all of them tell of exports. If that is all, recording this export would only feed the
    /// next one.
    pub is_of_exports: bool,
}

/// An export under way.
#[derive(Debug)]
pub struct Export<'t> {
    trail: &'t dyn AuditTrail,
    query: AuditQuery,
    until: Option<Timestamp>,
    /// End behind this record.
    through: Option<Seq>,
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
            through: None,
            next: None,
            over: false,
        }
    }

    /// Ends the export where the log ends now, and reads its first page: what is recorded of this
    /// export comes behind it.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub async fn begin(&mut self) -> Result<Beginning, StoreError> {
        let last = AuditQuery {
            filter: AuditFilter::default(),
            order: AuditOrder::NewestFirst,
            after: None,
            limit: 1,
        };
        let last = self.trail.page(&last).await?;
        self.through = Some(last.first().map_or(0, |last| last.seq));
        let page = self.read().await?;
        let beginning = Beginning {
            records: page.len() as u64,
            is_whole: self.over,
            cursor: page.last().map(|last| Cursor::behind(last.seq)),
            is_of_exports: page.iter().all(is_of_export),
        };
        self.next = Some(Ok(page));
        Ok(beginning)
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
        if let Some(through) = self.through {
            page.retain(|record| record.seq <= through);
            self.over |= page.last().is_none_or(|last| last.seq == through);
        }
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
