//! Old records leave the log for archives, and old archives are deleted, as the policy says.
//!
//! Each step is durable before the next: the archive, the record that tells of it, the boundary, and only
//! then the records go. A run that was cut off at any of them is taken up by the next one.

use std::error::Error as _;
use std::path::PathBuf;
use std::sync::Arc;

use agent_assist_domain::audit::{
    ArchiveFacts, AuditEntry, AuditEvent, AuditFact, AuditFilter, AuditOrder, AuditQuery, Seq,
    Subject,
};
use agent_assist_domain::ports::{AuditTrail as _, Clock, StoreError};
use agent_assist_domain::retention::RetentionPolicy;
use serde::Serialize;

use crate::days_to_full::DaysToFull;
use crate::ids::Ids;
use crate::recorder::Recorder;
use crate::wire::{Archive, Archived, Refusal, SqliteStore};

/// Moves records of one store.
#[derive(Debug)]
pub struct RetentionService {
    tenant: String,
    store: SqliteStore,
    folder: PathBuf,
    policy: RetentionPolicy,
    recorder: Recorder,
    clock: Arc<dyn Clock>,
    ids: Ids,
}

/// What a run did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RetentionReport {
    /// Archives made, the oldest first.
    pub archived: Vec<ArchiveTold>,
    /// Archives deleted.
    pub deleted: Vec<ArchiveTold>,
    /// Records deleted from the log.
    pub records_deleted: u64,
    /// Whether there are records old enough to be archived that a legal hold keeps.
    pub held: bool,
    /// First records of archives past their time that a legal hold keeps.
    pub archives_held: Vec<Seq>,
    /// How long the disk lasts.
    pub days_to_full: DaysToFull,
}

/// An archive, as it is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ArchiveTold {
    /// The first record in it.
    pub first_seq: Seq,
    /// The last one.
    pub last_seq: Seq,
    /// The file of records; its manifest stands beside it.
    pub file: PathBuf,
    /// Bytes of the file.
    pub file_bytes: u64,
    /// SHA-256 of the file, in hexadecimal.
    pub file_sha256: String,
}

impl From<&Archive> for ArchiveTold {
    fn from(archive: &Archive) -> Self {
        Self {
            first_seq: archive.manifest.first,
            last_seq: archive.manifest.last,
            file: archive.records_path(),
            file_bytes: archive.manifest.file_bytes,
            file_sha256: archive.manifest.file_sha256.to_string(),
        }
    }
}

impl RetentionService {
    /// The service over `store`, with archives in `folder`.
    pub fn new(
        tenant: impl Into<String>,
        store: SqliteStore,
        folder: PathBuf,
        policy: RetentionPolicy,
        clock: Arc<dyn Clock>,
        ids: Ids,
    ) -> Self {
        let recorder = Recorder::new(Arc::new(store.clone()), Vec::new());
        Self {
            tenant: tenant.into(),
            store,
            folder,
            policy,
            recorder,
            clock,
            ids,
        }
    }

    /// Does what is due.
    ///
    /// # Errors
    /// If the store or the folder fails; what was done by then is done, and the next run goes on.
    pub async fn run(&self) -> Result<RetentionReport, StoreError> {
        let _lock = self.store.lock_archives(&self.folder).await?;
        let mut records_deleted = self.store.delete_let_go().await?;
        let mut archived = Vec::new();
        let until = self.policy.online_from(self.clock.now());
        let held = loop {
            match self.store.archive(&self.folder, until).await? {
                Archived::Durable(archive) => {
                    self.record_once(AuditEvent::AuditArchived, &archive)
                        .await?;
                    match self.store.let_go(&archive, self.clock.now()).await {
                        // A hold has come in between: the next look sees it.
                        Err(error) if is_held(&error) => continue,
                        done => done?,
                    }
                    records_deleted += self.store.delete_let_go().await?;
                    archived.push(ArchiveTold::from(&*archive));
                }
                Archived::Held => break true,
                Archived::Nothing => break false,
            }
        };
        let (deleted, archives_held) = self.delete_old().await?;
        let now = self.clock.now();
        Ok(RetentionReport {
            archived,
            deleted,
            records_deleted,
            held,
            archives_held,
            days_to_full: DaysToFull::of(&self.store.room(now).await?),
        })
    }

    /// Deletes the archives past their time; those that are held stay.
    async fn delete_old(&self) -> Result<(Vec<ArchiveTold>, Vec<Seq>), StoreError> {
        let until = self.policy.archived_from(self.clock.now());
        let (mut deleted, mut held) = (Vec::new(), Vec::new());
        for archive in self.store.archives(&self.folder).await? {
            if archive.manifest.latest >= until {
                continue;
            }
            if self.store.is_archive_held(&archive).await? {
                held.push(archive.manifest.first);
                continue;
            }
            self.record_once(AuditEvent::AuditArchiveDeleted, &archive)
                .await?;
            self.store.delete_archive(&archive).await?;
            deleted.push(ArchiveTold::from(&archive));
        }
        Ok((deleted, held))
    }

    /// Records what becomes of `archive`, unless the last record of that kind says so: that of a run that
    /// was cut off behind it.
    async fn record_once(&self, event: AuditEvent, archive: &Archive) -> Result<(), StoreError> {
        let facts = ArchiveFacts {
            first: archive.manifest.first,
            last: archive.manifest.last,
            file_sha256: archive.manifest.file_sha256.to_string(),
            root: archive.manifest.after.root.to_string(),
        };
        if self.is_last(event, &facts).await? {
            return Ok(());
        }
        let entry = AuditEntry {
            at: self.clock.now(),
            tenant: self.tenant.clone(),
            request_id: self.ids.next(),
            subject: Subject::of_log(None),
            fact: match event {
                AuditEvent::AuditArchived => AuditFact::AuditArchived(facts),
                _ => AuditFact::AuditArchiveDeleted(facts),
            },
        };
        self.recorder.record(entry).await.map(drop)
    }

    async fn is_last(&self, event: AuditEvent, facts: &ArchiveFacts) -> Result<bool, StoreError> {
        let query = AuditQuery {
            filter: AuditFilter {
                events: vec![event],
                ..AuditFilter::default()
            },
            order: AuditOrder::NewestFirst,
            after: None,
            limit: 1,
        };
        let last = self.store.page(&query).await?.pop();
        let Some(last) = last else {
            return Ok(false);
        };
        let entry: serde_json::Value = serde_json::from_str(&last.entry).unwrap_or_default();
        let archive = &entry["archive"];
        Ok(archive["first_seq"] == facts.first && archive["file_sha256"] == *facts.file_sha256)
    }
}

/// Whether a hold stands in the way.
fn is_held(error: &StoreError) -> bool {
    let refusal = error.source().and_then(|source| source.downcast_ref());
    matches!(refusal, Some(Refusal::Held))
}
