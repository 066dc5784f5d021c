//! What may be on a disk after the power failed.
//!
//! What was written before a file was last synchronised is there. Of what came later each sector may
//! be there or not, whatever became of the others: so writes are dropped, reordered and torn.

use std::collections::BTreeMap;
use std::path::Path;

use agent_assist_testkit::disk::{Event, What};

/// Written as a whole or not at all.
const SECTOR: usize = 512;

/// Seemingly random numbers, the same for one seed.
pub(super) struct Random(pub(super) u64);

impl Random {
    /// splitmix64.
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    fn coin(&mut self) -> bool {
        self.next() & 1 == 1
    }
}

/// What is not synchronised yet.
#[derive(Clone)]
enum Change {
    Written(usize, Vec<u8>),
    Cut(usize),
    Removed,
}

impl Change {
    /// Does it to `content`: all sectors for which `kept` says so.
    fn happen(&self, content: &mut Option<Vec<u8>>, mut kept: impl FnMut() -> bool) {
        match self {
            Self::Removed => {
                if kept() {
                    *content = None;
                }
            }
            Self::Cut(size) => {
                if kept() {
                    content.get_or_insert_default().resize(*size, 0);
                }
            }
            Self::Written(offset, data) => {
                let (mut at, mut rest) = (*offset, data.as_slice());
                while !rest.is_empty() {
                    let (piece, behind) = rest.split_at(rest.len().min(SECTOR - at % SECTOR));
                    if kept() {
                        let content = content.get_or_insert_default();
                        content.resize(content.len().max(at + piece.len()), 0);
                        content[at..at + piece.len()].copy_from_slice(piece);
                    }
                    at += piece.len();
                    rest = behind;
                }
            }
        }
    }
}

/// A file of the store.
#[derive(Clone, Default)]
struct File {
    /// What is there for good.
    lasting: Option<Vec<u8>>,
    /// Whether its name is.
    named: bool,
    changes: Vec<Change>,
}

impl File {
    fn settle(&mut self, changes: usize) {
        for change in self.changes.drain(..changes) {
            change.happen(&mut self.lasting, || true);
        }
    }
}

/// The disk under a store: what lasts on it, and what may or may not.
#[derive(Clone, Default)]
pub(super) struct Disk(BTreeMap<String, File>);

impl Disk {
    /// With the files that begin with `store`, all of them lasting.
    pub(super) fn of(store: &Path) -> Self {
        let mut files = BTreeMap::new();
        for entry in std::fs::read_dir(store.parent().expect("a folder")).expect("a folder") {
            let path = entry.expect("an entry").path();
            let whole = path.to_string_lossy();
            if let Some(ending) = whole.strip_prefix(&*store.to_string_lossy()) {
                let file = File {
                    lasting: Some(std::fs::read(&path).expect("a file")),
                    named: true,
                    changes: Vec::new(),
                };
                files.insert(ending.to_owned(), file);
            }
        }
        Self(files)
    }

    /// After `event`.
    pub(super) fn take(&mut self, event: &Event) {
        let at = event.offset as usize;
        let change = match event.what {
            What::Written => Change::Written(at, event.data.clone()),
            What::Cut => Change::Cut(at),
            What::Removed => Change::Removed,
            What::Synchronised if event.file == "/" => return self.name_all(),
            What::Synchronised => {
                let file = self.0.entry(event.file.clone()).or_default();
                return file.settle(file.changes.len());
            }
            What::Said | What::Failed => return,
        };
        let file = self.0.entry(event.file.clone()).or_default();
        file.changes.push(change);
    }

    /// The names in the folder last: what was made is there, what was removed is not.
    fn name_all(&mut self) {
        for file in self.0.values_mut() {
            let removed = |change: &Change| matches!(change, Change::Removed);
            if let Some(last) = file.changes.iter().rposition(removed) {
                file.settle(last + 1);
            }
            file.named = file.lasting.is_some() || !file.changes.is_empty();
        }
    }

    /// What may be there if the power fails now.
    pub(super) fn crashed(&self, random: &mut Random) -> BTreeMap<String, Vec<u8>> {
        let files = self.0.iter().filter_map(|(ending, file)| {
            let mut content = file.lasting.clone();
            keep_some(&file.changes, &mut content, random);
            let lost = !file.named && random.coin();
            Some((ending.clone(), content.filter(|_| !lost)?))
        });
        files.collect()
    }
}

/// Makes some of `changes` happen to `content`.
fn keep_some(changes: &[Change], content: &mut Option<Vec<u8>>, random: &mut Random) {
    let chosen = random.below(changes.len());
    // None, all, all but one, only one, those before one and it in part, any, any in part.
    let manner = random.below(7);
    for (place, change) in changes.iter().enumerate() {
        let whole = match manner {
            0 => false,
            1 => true,
            2 => place != chosen,
            3 => place == chosen,
            4 => place < chosen,
            _ => random.coin(),
        };
        let torn = manner == 6 || (manner == 4 && place == chosen);
        change.happen(content, || match torn {
            true => random.coin(),
            false => whole,
        });
    }
}
