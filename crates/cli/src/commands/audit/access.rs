//! That the log was read is recorded in it, by a connection of its own, before what was read is shown.
//! Where it cannot be recorded reading goes on, and says so.

use std::error::Error;

use agent_assist_app::error::Chain;
use agent_assist_app::reading::{Reading, ReadingRecord};
use agent_assist_app::settings::Settings;
use agent_assist_app::wire::{self, SqliteStore};
use agent_assist_domain::audit::Seq;
use agent_assist_domain::ports::StoreError;

use crate::args::Global;
use crate::failure::Failure;
use crate::output::Printer;
use crate::session;

/// One reading of the log.
pub(super) struct Access<'p> {
    /// `None` where it cannot be recorded.
    recording: Option<(SqliteStore, ReadingRecord)>,
    printer: &'p Printer,
}

impl<'p> Access<'p> {
    /// Opens the store to record `reading`, if that can be done.
    pub(super) async fn open(
        global: &Global,
        settings: &Settings,
        reading: Reading,
        printer: &'p Printer,
    ) -> Result<Self, Failure> {
        let screening = wire::screening(settings)?;
        let mut access = Self {
            recording: None,
            printer,
        };
        match wire::open_store_to_record(settings).await {
            Ok(store) => {
                let service = wire::reading(settings, &store, &screening);
                let record = service.of(reading, &session::actor(&session::sources(global)));
                access.recording = Some((store, record));
            }
            Err(error) => access.warn(&error),
        }
        Ok(access)
    }

    /// Everything was read, and is about to be shown.
    pub(super) async fn whole(&mut self, rows: usize, cursor: Option<Seq>) {
        if let Some((_, record)) = &self.recording {
            let done = record.whole(rows as u64, cursor).await;
            self.check(done).await;
        }
    }

    /// It is about to go on for long.
    pub(super) async fn begun(&mut self, cursor: Option<Seq>) {
        if let Some((_, record)) = &self.recording {
            let done = record.begun(cursor).await;
            self.check(done).await;
        }
    }

    /// What had begun is over.
    pub(super) async fn ended(&mut self, rows: u64, cursor: Option<Seq>) {
        if let Some((_, record)) = &self.recording {
            let done = record.ended(rows, cursor).await;
            self.check(done).await;
        }
    }

    /// Nothing more is recorded.
    pub(super) async fn close(&mut self) {
        if let Some((store, _)) = self.recording.take() {
            store.close().await;
        }
    }

    async fn check(&mut self, done: Result<Seq, StoreError>) {
        if let Err(error) = done {
            self.warn(&error);
            self.close().await;
        }
    }

    fn warn(&self, why: &(dyn Error + 'static)) {
        let why = Chain(why);
        self.printer
            .note(&format!("warning: this reading is not recorded: {why}"));
    }
}

/// Records a reading of which all is there.
pub(super) async fn record(
    global: &Global,
    settings: &Settings,
    reading: Reading,
    rows: usize,
    printer: &Printer,
) -> Result<(), Failure> {
    let mut access = Access::open(global, settings, reading, printer).await?;
    access.whole(rows, None).await;
    access.close().await;
    Ok(())
}
