//! Whether an archive is what was archived, from its two files alone.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read};
use std::path::Path;

use agent_assist_domain::audit::Seq;
use agent_assist_tlog::{Hash, leaf_hash};
use flate2::bufread::GzDecoder;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::manifest::{Manifest, ManifestError};

/// Why an archive is not believed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArchiveFault {
    /// A file cannot be read.
    #[error("{0} cannot be read")]
    Unreadable(&'static str, #[source] io::Error),
    /// The manifest is none.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The file of records is not the one that was written.
    #[error("the file of records has another SHA-256 than the manifest says")]
    File,
    /// There are other records than the manifest says, from this one on.
    #[error("record {first} is not the one that was archived")]
    Record {
        /// The first that is not.
        first: Seq,
    },
    /// The archive ends early.
    #[error("records {first} to {last} are missing")]
    Missing {
        /// The first that is missing.
        first: Seq,
        /// The last that should be there.
        last: Seq,
    },
    /// There is more in it than should be.
    #[error("there are records behind {last}, the last one")]
    More {
        /// The last that should be there.
        last: Seq,
    },
    /// The records do not lead from the root before to the root after.
    #[error("the records do not hash to the root of the log's tree")]
    Root,
    /// The tree of the time of archiving does not continue that of the archive.
    #[error("the log's later tree does not continue the archive's")]
    Fork,
}

/// The one member of a record that is looked into.
#[derive(Deserialize)]
struct Chained {
    prev: Option<String>,
}

/// Verifies the archive whose manifest stands at `path`, its records beside it: that the file is the one
/// that was written, that each record names the one before it, that all of them lead from the tree before
/// them to the tree behind them, and that the tree of then continues that one.
///
/// # Errors
/// The first thing that is wrong.
pub fn verify_archive(path: &Path) -> Result<Manifest, ArchiveFault> {
    let json =
        std::fs::read(path).map_err(|cause| ArchiveFault::Unreadable("the manifest", cause))?;
    let manifest = Manifest::parse(&json)?;
    let records = path.with_file_name(manifest.file_name());
    let unreadable = |cause| ArchiveFault::Unreadable("the file of records", cause);
    let read = read_records(&manifest, &records);
    // A wrong record is worth more than that the file is another.
    let intact = sha256_of(&records).map_err(unreadable)? == manifest.file_sha256;
    match read {
        Err(ArchiveFault::Unreadable(..)) if !intact => return Err(ArchiveFault::File),
        read => read?,
    }
    if !intact {
        return Err(ArchiveFault::File);
    }
    let proved = manifest.consistency.verify(&manifest.after, &manifest.head);
    proved.map_err(|_| ArchiveFault::Fork)?;
    Ok(manifest)
}

fn read_records(manifest: &Manifest, path: &Path) -> Result<(), ArchiveFault> {
    let unreadable = |cause| ArchiveFault::Unreadable("the file of records", cause);
    let mut frontier = manifest.frontier.clone();
    let mut previous: Option<Hash> = None;
    let mut next = manifest.first;
    for line in lines(path, manifest.bytes).map_err(unreadable)? {
        let line = line.map_err(unreadable)?;
        if next > manifest.last {
            return Err(ArchiveFault::More {
                last: manifest.last,
            });
        }
        let chained: Chained =
            serde_json::from_str(&line).map_err(|_| ArchiveFault::Record { first: next })?;
        if let (Some(prev), Some(previous)) = (&chained.prev, previous)
            && *prev != previous.to_string()
        {
            return Err(ArchiveFault::Record { first: next - 1 });
        }
        let leaf = leaf_hash(line.as_bytes());
        previous = Some(leaf);
        frontier.push(leaf).map_err(|_| ArchiveFault::Root)?;
        next += 1;
    }
    if next <= manifest.last {
        return Err(ArchiveFault::Missing {
            first: next,
            last: manifest.last,
        });
    }
    if frontier.head() != manifest.after {
        return Err(ArchiveFault::Root);
    }
    Ok(())
}

/// Whether a record in the file at `path` is of one of `conversations`, which are named with their
/// tenants.
pub(super) fn mentions(
    path: &Path,
    conversations: &BTreeSet<(String, String)>,
) -> io::Result<bool> {
    #[derive(Deserialize)]
    struct Whose {
        tenant: String,
        conversation_id: Option<String>,
    }
    let lines = match lines(path, u64::MAX - 1) {
        Ok(lines) => lines,
        // Half deleted already.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    for line in lines {
        let whose: Whose = serde_json::from_str(&line?)?;
        if let Some(conversation) = whose.conversation_id
            && conversations.contains(&(whose.tenant, conversation))
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The lines of a compressed file; of one that holds more than `most` bytes no more than one more.
fn lines(path: &Path, most: u64) -> io::Result<impl Iterator<Item = io::Result<String>>> {
    let file = BufReader::with_capacity(1 << 16, File::open(path)?);
    let text = GzDecoder::new(file).take(most.saturating_add(1));
    Ok(BufReader::with_capacity(1 << 16, text).lines())
}

fn sha256_of(path: &Path) -> io::Result<Hash> {
    let mut hash = Sha256::new();
    let mut file = File::open(path)?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(Hash::from_bytes(hash.finalize().into())),
            read => hash.update(buffer.get(..read).unwrap_or_default()),
        }
    }
}
