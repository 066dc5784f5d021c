//! Whether an archive is what was archived, from its two files alone.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read};
use std::path::Path;

use agent_assist_domain::audit::Seq;
use agent_assist_tlog::{Frontier, Hash, TreeHead, leaf_hash};
use flate2::bufread::GzDecoder;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::manifest::{Manifest, ManifestError};
use crate::verify::{Behind, Entry, is_hex_of};

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
    /// The tree of the time of archiving, or a state that was given, is not that of this log.
    #[error("the log is another: a state that it is said to have had is not its")]
    Fork,
}

/// An archive that is what was archived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedArchive {
    /// What is in it.
    pub manifest: Manifest,
    /// Of the states that were given those that the log had, as this archive proves.
    pub had: Vec<TreeHead>,
}

/// Verifies the archive whose manifest stands at `path`, its records beside it: that the file is the one
/// that was written, that each record names the one before it, that all of them lead from the tree before
/// them to the tree behind them, and that the tree of then continues that one. Where the log is said to
/// have had a state in between, or that of then, it must be so.
///
/// # Errors
/// The first thing that is wrong.
pub fn verify_archive(path: &Path, states: &[TreeHead]) -> Result<VerifiedArchive, ArchiveFault> {
    let json =
        std::fs::read(path).map_err(|cause| ArchiveFault::Unreadable("the manifest", cause))?;
    let manifest = Manifest::parse(&json)?;
    let records = path.with_file_name(manifest.file_name());
    let unreadable = |cause| ArchiveFault::Unreadable("the file of records", cause);
    let mut states = States::of(states);
    let read = read_records(&manifest, &records, &mut states);
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
    states.hold_against(&manifest.head)?;
    let had = states.had;
    Ok(VerifiedArchive { manifest, had })
}

/// States that the log is said to have had.
struct States<'s> {
    said: &'s [TreeHead],
    had: Vec<TreeHead>,
}

impl<'s> States<'s> {
    fn of(said: &'s [TreeHead]) -> Self {
        Self {
            said,
            had: Vec::new(),
        }
    }

    /// Whether the log was said to have another root when it had this one.
    fn hold_against(&mut self, here: &TreeHead) -> Result<(), ArchiveFault> {
        for state in self.said.iter().filter(|state| state.size == here.size) {
            if state.root != here.root {
                return Err(ArchiveFault::Fork);
            }
            if !self.had.contains(state) {
                self.had.push(*state);
            }
        }
        Ok(())
    }

    fn is_asked(&self, size: u64) -> bool {
        self.said.iter().any(|state| state.size == size)
    }
}

fn read_records(
    manifest: &Manifest,
    path: &Path,
    states: &mut States<'_>,
) -> Result<(), ArchiveFault> {
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
        check_chain(&line, previous, &frontier, next)?;
        let leaf = leaf_hash(line.as_bytes());
        previous = Some(leaf);
        frontier.push(leaf).map_err(|_| ArchiveFault::Root)?;
        if states.is_asked(frontier.size()) {
            states.hold_against(&frontier.head())?;
        }
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

/// That the record `seq` with these bytes says it comes behind what it does. If it names another record,
/// that one is not what it was.
fn check_chain(
    line: &str,
    previous: Option<Hash>,
    frontier: &Frontier,
    seq: Seq,
) -> Result<(), ArchiveFault> {
    let entry = Entry::parse(line).ok_or(ArchiveFault::Record { first: seq })?;
    match (entry.behind(), previous) {
        (Behind::Record(leaf), Some(previous)) if !is_hex_of(leaf, &previous) => {
            Err(ArchiveFault::Record { first: seq - 1 })
        }
        (Behind::State(root), _) if !is_hex_of(root, &frontier.root()) => Err(ArchiveFault::Root),
        (Behind::Nonsense, _) => Err(ArchiveFault::Record { first: seq }),
        // Before the first record of an archive stands what its tree begins with.
        _ => Ok(()),
    }
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
