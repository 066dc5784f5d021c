//! Archives: records that are no longer in the log, compressed, each archive verifiable by itself.
//!
//! An archive is two files in a folder: the records as they stood in the log, one a line, compressed;
//! and a [manifest](Manifest) with what it takes to prove that they are the log's. An archive is there
//! once its manifest is. The steps, each durable before the next:
//!
//! 1. [`archive`](SqliteStore::archive) writes both files, having held the records against the tree.
//! 2. [`let_go`](SqliteStore::let_go) moves the boundary below which the schema lets records be deleted.
//! 3. [`delete_let_go`](SqliteStore::delete_let_go) deletes them, a few at a time.
//!
//! Whatever step the program dies at, doing them again from the first ends in the same state: each
//! record in the log or in one archive.

mod files;
mod manifest;
mod prune;
mod segment;
mod verify;

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use agent_assist_domain::audit::Seq;
use agent_assist_domain::ports::StoreError;
use agent_assist_domain::time::Timestamp;
use sqlx::sqlite::SqliteConnection;
use tokio::task::spawn_blocking;

use crate::audit::{AuditHead, Tree, column, prove_consistency, tree_at};
use crate::error::{Refusal, corrupt, failed, file_failed};
use crate::sql::{holds as held, retention as sql};
use crate::store::SqliteStore;

pub use manifest::{Manifest, ManifestError};
pub use verify::{ArchiveFault, VerifiedArchive, verify_archive};

use manifest::{MANIFEST, manifest_path, records_path};
use segment::{Range, write_records};

const ARCHIVE: &str = "archive old audit records";
const READ: &str = "read the archives of the audit log";
const DELETE: &str = "delete an archive of the audit log";

/// Most records in one archive.
const MOST_RECORDS: u64 = 1 << 16;

/// An archive in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Archive {
    /// What is in it.
    pub manifest: Manifest,
    folder: Arc<Path>,
}

/// What came of looking for records to archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Archived {
    /// An archive that is durable. Its records are in the log still.
    Durable(Box<Archive>),
    /// No record is old enough.
    Nothing,
    /// The next one is, but it is held.
    Held,
}

impl Archive {
    /// The file of records.
    pub fn records_path(&self) -> PathBuf {
        records_path(&self.folder, self.manifest.first)
    }

    /// The manifest.
    pub fn manifest_path(&self) -> PathBuf {
        manifest_path(&self.folder, self.manifest.first)
    }
}

/// Keeps other processes from archiving into the same folder, until dropped.
#[derive(Debug)]
pub struct ArchivesLock {
    _file: File,
}

impl SqliteStore {
    /// Makes `folder` where it is missing, and keeps it for oneself. To be held over all steps.
    ///
    /// # Errors
    /// `Unavailable` with [`Refusal::Archiving`] if somebody else has it.
    pub async fn lock_archives(&self, folder: &Path) -> Result<ArchivesLock, StoreError> {
        let folder = folder.to_owned();
        let locked = on_disk(ARCHIVE, move || files::lock(&folder)).await?;
        let file = locked.ok_or_else(|| Refusal::Archiving.of(ARCHIVE))?;
        Ok(ArchivesLock { _file: file })
    }

    /// Writes the oldest records, as far as they are of before `until` and none is held, into an archive
    /// in `folder`, at most 65,536 of them and some 64 MiB. When it returns the archive is durable; the
    /// records are in the log still. What a run that was cut off has left there is taken if it is whole
    /// and still due, and deleted if it is no longer due.
    ///
    /// # Errors
    /// `Corrupt` if the records are not those in the log's tree: nothing is archived then. With a
    /// [`Refusal`] if there is an archive of another log in `folder`.
    pub async fn archive(&self, folder: &Path, until: Timestamp) -> Result<Archived, StoreError> {
        let mut connection = self.reader(ARCHIVE).await?;
        let head = Tree::load(&mut connection, ARCHIVE).await?.head();
        let first = boundary(&mut connection, ARCHIVE)
            .await?
            .max(head.before + 1);
        let folder: Arc<Path> = folder.into();
        let left = self
            .left_over(&mut connection, &folder, head, first)
            .await?;
        let range = match range(&mut connection, head, first, until).await? {
            Ok(range) => range,
            Err(nothing) => {
                on_disk(ARCHIVE, move || files::clear(&folder, first)).await?;
                return Ok(nothing);
            }
        };
        if let Some(archive) = left.filter(|archive| archive.manifest.last < range.end) {
            let path = archive.manifest_path();
            let verified = spawn_blocking(move || verify_archive(&path, &[])).await;
            if verified.is_ok_and(|verified| verified.is_ok()) {
                return Ok(Archived::Durable(Box::new(archive)));
            }
        }
        let written = write_records(&mut connection, &folder, head, range).await?;
        let after = written.frontier.head();
        if tree_at(&mut connection, head, written.last, ARCHIVE).await != Some(after) {
            let first = column(range.first);
            return Err(Refusal::Unlike { first }.of(ARCHIVE));
        }
        let manifest = Manifest {
            first: range.first,
            last: written.last,
            earliest: written.earliest,
            latest: written.latest,
            bytes: written.bytes,
            file_bytes: written.file_bytes,
            file_sha256: written.file_sha256,
            before: head.before,
            frontier: written.frontier_before,
            after,
            head: head.tree,
            consistency: prove_consistency(&mut connection, head, after.size, ARCHIVE).await?,
        };
        let (path, json) = (manifest_path(&folder, range.first), manifest.to_json());
        on_disk(ARCHIVE, move || files::write_whole(&path, json.as_bytes())).await?;
        Ok(Archived::Durable(Box::new(Archive { manifest, folder })))
    }

    /// The archive that begins where the log does: it was made and its records were not let go.
    async fn left_over(
        &self,
        connection: &mut SqliteConnection,
        folder: &Arc<Path>,
        head: AuditHead,
        first: Seq,
    ) -> Result<Option<Archive>, StoreError> {
        let Some(manifest) = read_manifest(folder, first).await? else {
            return Ok(None);
        };
        let here = tree_at(connection, head, manifest.last, ARCHIVE).await;
        if manifest.before != head.before || here != Some(manifest.after) {
            return Err(Refusal::OtherArchive { first }.of(ARCHIVE));
        }
        Ok(Some(Archive {
            manifest,
            folder: Arc::clone(folder),
        }))
    }

    /// The archives in `folder` of records that are no longer in the log, the oldest first; none if there
    /// is no folder.
    ///
    /// # Errors
    /// If the store, the folder or a manifest cannot be read.
    pub async fn archives(&self, folder: &Path) -> Result<Vec<Archive>, StoreError> {
        let mut reader = self.reader(READ).await?;
        let end = boundary(&mut reader, READ).await?;
        reader.done();
        let folder: Arc<Path> = folder.into();
        let place = Arc::clone(&folder);
        let firsts = on_disk(READ, move || firsts(&place)).await?;
        let mut archives = Vec::with_capacity(firsts.len());
        for first in firsts.into_iter().filter(|first| *first < end) {
            let manifest = read_manifest(&folder, first).await?;
            archives.extend(manifest.map(|manifest| Archive {
                manifest,
                folder: Arc::clone(&folder),
            }));
        }
        Ok(archives)
    }

    /// Whether a hold that stands covers a record in `archive`; for a hold of a conversation it is read
    /// through.
    ///
    /// # Errors
    /// If the store or the archive cannot be read.
    pub async fn is_archive_held(&self, archive: &Archive) -> Result<bool, StoreError> {
        let mut reader = self.reader(READ).await?;
        let everything: bool = sqlx::query_scalar(held::HOLDS_EVERYTHING)
            .fetch_one(&mut *reader)
            .await
            .map_err(failed(READ))?;
        let conversations: Vec<(String, String)> = sqlx::query_as(held::HELD_CONVERSATIONS)
            .fetch_all(&mut *reader)
            .await
            .map_err(failed(READ))?;
        reader.done();
        if everything || conversations.is_empty() {
            return Ok(everything);
        }
        let conversations: BTreeSet<(String, String)> = conversations.into_iter().collect();
        let path = archive.records_path();
        on_disk(READ, move || verify::mentions(&path, &conversations)).await
    }

    /// Deletes both files of `archive`, the records first: a manifest without records is an archive that
    /// is still to be deleted.
    ///
    /// # Errors
    /// If they cannot be deleted.
    pub async fn delete_archive(&self, archive: &Archive) -> Result<(), StoreError> {
        let (records, manifest) = (archive.records_path(), archive.manifest_path());
        on_disk(DELETE, move || {
            files::remove(&records)?;
            files::remove(&manifest)
        })
        .await
    }
}

/// Which records come into the next archive, whose first is `first`.
async fn range(
    connection: &mut SqliteConnection,
    head: AuditHead,
    first: Seq,
    until: Timestamp,
) -> Result<Result<Range, Archived>, StoreError> {
    let most = (first + MOST_RECORDS).min(head.last() + 1);
    let young: Option<i64> = sqlx::query_scalar(sql::FIRST_YOUNG)
        .bind(column(first))
        .bind(column(most))
        .bind(until.as_micros())
        .fetch_one(&mut *connection)
        .await
        .map_err(failed(ARCHIVE))?;
    let end = young.and_then(|seq| u64::try_from(seq).ok());
    let end = end.unwrap_or(most);
    if end <= first {
        return Ok(Err(Archived::Nothing));
    }
    let end = match prune::first_held(connection, ARCHIVE).await? {
        Some(held) if held <= first => return Ok(Err(Archived::Held)),
        Some(held) => end.min(held),
        None => end,
    };
    Ok(Ok(Range { first, end }))
}

/// The first record that has not been let go.
async fn boundary(
    connection: &mut SqliteConnection,
    operation: &'static str,
) -> Result<Seq, StoreError> {
    let boundary: i64 = sqlx::query_scalar(sql::BOUNDARY)
        .fetch_one(connection)
        .await
        .map_err(failed(operation))?;
    Ok(u64::try_from(boundary).unwrap_or(1))
}

async fn read_manifest(folder: &Arc<Path>, first: u64) -> Result<Option<Manifest>, StoreError> {
    let path = manifest_path(folder, first);
    match tokio::fs::read(path).await {
        Ok(json) => Manifest::parse(&json)
            .map(Some)
            .map_err(|cause| corrupt(READ, cause)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(file_failed(READ)(error)),
    }
}

/// The first record of each archive in a folder, in order.
fn firsts(folder: &Path) -> std::io::Result<BTreeSet<u64>> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeSet::new()),
        Err(error) => return Err(error),
    };
    let mut firsts = BTreeSet::new();
    for entry in entries {
        let name = entry?.file_name();
        let first: Option<u64> = name.to_str().and_then(|name| {
            let number = name.strip_prefix("audit-")?.strip_suffix(MANIFEST)?;
            number.parse().ok()
        });
        firsts.extend(first);
    }
    Ok(firsts)
}

/// Runs what waits for the disk where waiting holds up nobody.
async fn on_disk<T: Send + 'static>(
    operation: &'static str,
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T, StoreError> {
    spawn_blocking(work)
        .await
        .map_err(std::io::Error::other)
        .flatten()
        .map_err(file_failed(operation))
}
