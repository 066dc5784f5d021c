//! The head of the audit log outside the database: how many records there are at least, and their
//! root.
//!
//! SQLite drops what is behind a damaged frame of its write-ahead log without a word, and a backup
//! put in a database's place is a whole database. What is left is sound by itself; only a size kept
//! elsewhere tells that there was more. So this file is written after records are durable and before
//! they are acknowledged, and never says more than the database holds.
//!
//! It has two slots of one sector, written in turn, each with a checksum: whenever the power fails,
//! one of them is whole. Processes that share a store never overwrite a larger size.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use agent_assist_tlog::{Hash, TreeHead, leaf_hash};
use tokio::task::spawn_blocking;
use tokio::time::Instant;

use crate::audit::AuditHead;

/// Between two writes while there is traffic.
const INTERVAL: Duration = Duration::from_millis(100);

/// A sector: written as a whole or not at all.
const SLOT: usize = 512;

const TITLE: &str = "agent-assist audit head 1";

/// Where the file of the store at `path` stands.
pub(crate) fn path_of(store: &Path) -> PathBuf {
    let mut path = store.as_os_str().to_owned();
    path.push(".audit-head");
    path.into()
}

/// What such a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// There is none, or nothing was ever written to it.
    Nothing,
    /// The largest head.
    Head(AuditHead),
    /// Something that is none of ours.
    Nonsense,
}

/// What the file at `path` holds.
pub(crate) async fn read(path: &Path) -> io::Result<Told> {
    match tokio::fs::read(path).await {
        Ok(bytes) => Ok(told(&bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Told::Nothing),
        Err(error) => Err(error),
    }
}

fn told(bytes: &[u8]) -> Told {
    match slots(bytes).into_iter().flatten().max_by_key(size) {
        Some(head) => Told::Head(head),
        None if bytes.iter().all(|byte| *byte == 0) => Told::Nothing,
        None => Told::Nonsense,
    }
}

fn size(head: &AuditHead) -> u64 {
    head.tree.size
}

fn slots(bytes: &[u8]) -> [Option<AuditHead>; 2] {
    let second = bytes.get(SLOT..).unwrap_or_default();
    [parse(bytes), parse(second)]
}

/// One slot: lines of text, for those who look into it.
fn print(head: &AuditHead) -> Vec<u8> {
    let AuditHead { before, tree } = head;
    let mut text = format!(
        "{TITLE}\nbefore {before:020}\nsize {:020}\nroot {}\n",
        tree.size, tree.root
    );
    let check = leaf_hash(text.as_bytes());
    text.push_str(&format!("check {check}\n"));
    let mut slot = text.into_bytes();
    slot.resize(SLOT, b'\n');
    slot
}

/// The head that is [printed](print()) like this.
fn parse(bytes: &[u8]) -> Option<AuditHead> {
    let slot = bytes.get(..SLOT)?;
    let mut lines = std::str::from_utf8(slot).ok()?.lines().skip(1);
    let mut value = |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ');
    let before = value("before")?.parse().ok()?;
    let size = value("size")?.parse().ok()?;
    let root: Hash = value("root")?.parse().ok()?;
    let head = AuditHead {
        before,
        tree: TreeHead { size, root },
    };
    (print(&head) == slot).then_some(head)
}

/// The file, and what of it is still to be written.
#[derive(Debug)]
pub(crate) struct Sidecar {
    file: Arc<File>,
    latest: AuditHead,
    /// How many leaves the file tells of, as far as known here.
    written: u64,
    due: Instant,
}

impl Sidecar {
    /// The file at `path`, made where it is missing.
    pub(crate) async fn open(path: PathBuf) -> io::Result<Arc<File>> {
        let opened = spawn_blocking(move || -> io::Result<File> {
            let mut options = OpenOptions::new();
            options.read(true).write(true).create(true).truncate(false);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            options.open(path)
        });
        Ok(Arc::new(opened.await??))
    }

    /// Tells `head` to `file`, and what comes after it.
    pub(crate) fn new(file: Arc<File>, head: AuditHead) -> Self {
        Self {
            file,
            latest: head,
            written: 0,
            due: Instant::now(),
        }
    }

    /// Takes note of a head that is durable in the database.
    pub(crate) fn note(&mut self, head: AuditHead) {
        self.latest = head;
    }

    /// When it must be written; `None` if it tells all there is.
    pub(crate) fn due(&self) -> Option<Instant> {
        (self.latest.tree.size > self.written).then_some(self.due)
    }

    /// Whether it must be written now.
    pub(crate) fn is_due(&self) -> bool {
        self.due().is_some_and(|due| due <= Instant::now())
    }

    /// Writes the latest head. In one's [turn](crate::turns): nobody else writes meanwhile.
    pub(crate) async fn write(&mut self) -> io::Result<()> {
        let (file, head) = (Arc::clone(&self.file), self.latest);
        self.due = Instant::now() + INTERVAL;
        self.written = spawn_blocking(move || advance(&file, &head)).await??;
        Ok(())
    }
}

/// Writes `head` over the smaller of both slots if it is larger than both; gives the size that the
/// file then tells.
fn advance(mut file: &File, head: &AuditHead) -> io::Result<u64> {
    let mut bytes = Vec::with_capacity(2 * SLOT);
    file.seek(SeekFrom::Start(0))?;
    file.read_to_end(&mut bytes)?;
    // `None`, a slot that is not whole, is smaller than any.
    let [first, second] = slots(&bytes).map(|slot| slot.as_ref().map(size));
    let told = first.max(second);
    if let Some(told) = told
        && told >= head.tree.size
    {
        return Ok(told);
    }
    let at = if first <= second { 0 } else { SLOT as u64 };
    file.seek(SeekFrom::Start(at))?;
    file.write_all(&print(head))?;
    file.sync_data()?;
    Ok(head.tree.size)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(size: u64) -> AuditHead {
        AuditHead {
            before: 3,
            tree: TreeHead {
                size,
                root: leaf_hash(&size.to_be_bytes()),
            },
        }
    }

    #[test]
    fn one_torn_slot_leaves_the_other() {
        let mut bytes = print(&head(7));
        bytes.extend(print(&head(9)));
        assert_eq!(told(&bytes), Told::Head(head(9)));
        for at in [0, 30, 60, 120, 200, 400, 511] {
            let mut torn = bytes.clone();
            torn[SLOT + at] ^= 1;
            assert_eq!(told(&torn), Told::Head(head(7)), "byte {at}");
            torn[at] ^= 1;
            assert_eq!(told(&torn), Told::Nonsense, "byte {at}");
        }
        assert_eq!(told(&bytes[..SLOT + 100]), Told::Head(head(7)));
        assert_eq!(told(&[0; 700]), Told::Nothing);
        assert_eq!(told(&[]), Told::Nothing);
    }

    #[tokio::test]
    async fn a_smaller_head_is_never_written_over_a_larger() {
        let place = tempfile::tempdir().expect("a directory");
        let path = place.path().join("head");
        let open = async || Sidecar::open(path.clone()).await.expect("open");
        let mut first = Sidecar::new(open().await, head(5));
        let mut second = Sidecar::new(open().await, head(4));
        first.write().await.expect("write");
        second.write().await.expect("write");
        assert_eq!(read(&path).await.expect("read"), Told::Head(head(5)));
        for size in 6..12 {
            first.note(head(size));
            assert!(first.due().is_some());
            first.write().await.expect("write");
            assert_eq!(first.due(), None);
            second.note(head(size - 1));
            second.write().await.expect("write");
            assert_eq!(read(&path).await.expect("read"), Told::Head(head(size)));
        }
        assert_eq!(std::fs::metadata(&path).expect("a file").len(), 1024);
    }
}
