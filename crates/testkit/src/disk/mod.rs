//! A disk that is watched, lies or breaks, for a program that runs as a process of its own.
//!
//! A library [preloaded](Shim::watch) into the process stands between it and the system. It is C,
//! compiled when a test asks for it: where the embedded SQLite can be built there is a compiler. For
//! Linux only.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

const SOURCE: &str = include_str!("shim.c");

/// The compiled library.
#[derive(Clone, Debug)]
pub struct Shim(PathBuf);

/// What the disk does with synchronisations of the files with this ending, such as `-wal`.
#[derive(Clone, Copy, Debug)]
pub enum Manners<'a> {
    /// Makes them last.
    Honest,
    /// Says it has and has not.
    Liar(&'a str),
    /// Fails with `EIO`, after so many that succeeded.
    Broken(&'a str, u32),
}

impl Shim {
    /// Compiles it into `folder`.
    ///
    /// # Errors
    /// If there is no `cc`, or it fails.
    pub fn build(folder: &Path) -> io::Result<Self> {
        let (source, library) = (folder.join("shim.c"), folder.join("shim.so"));
        std::fs::write(&source, SOURCE)?;
        let output = Command::new("cc")
            .args([
                "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o",
            ])
            .args([&library, &source])
            .args(["-ldl", "-lpthread"])
            .output()?;
        match output.status.success() {
            true => Ok(Self(library)),
            false => Err(io::Error::other(String::from_utf8_lossy(&output.stderr))),
        }
    }

    /// Has the process of `command` watched for what it does to the store at `store`, an absolute
    /// path without links, and adds it to the file at `trace`.
    pub fn watch(&self, command: &mut Command, store: &Path, trace: &Path, manners: Manners<'_>) {
        command
            .env("LD_PRELOAD", &self.0)
            .env("DISK_STORE", store)
            .env("DISK_TRACE", trace);
        match manners {
            Manners::Honest => {}
            Manners::Liar(ending) => {
                command.env("DISK_LIAR", ending);
            }
            Manners::Broken(ending, sound) => {
                command
                    .env("DISK_BROKEN", ending)
                    .env("DISK_SOUND", sound.to_string());
            }
        }
    }
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// Data was written at an offset.
    Written,
    /// The file was cut, or lengthened, to an offset.
    Cut,
    /// The file was removed.
    Removed,
    /// Everything so far was made to last; of the folder, the names in it.
    Synchronised,
    /// A synchronisation failed.
    Failed,
    /// Data was written to standard output.
    Said,
}

/// Something that a watched process did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What it did.
    pub what: What,
    /// To which file: the end of its path behind that of the store; `/` for the store's folder.
    pub file: String,
    /// Where.
    pub offset: u64,
    /// What was written or said.
    pub data: Vec<u8>,
}

/// What is in a trace, in the order in which it happened. `None` if it is none.
pub fn events(mut trace: &[u8]) -> Option<Vec<Event>> {
    let mut events = Vec::new();
    while !trace.is_empty() {
        let (head, rest) = trace.split_first_chunk::<19>()?;
        let [what, sizes @ ..] = head;
        let (name, numbers) = sizes.split_first_chunk::<2>()?;
        let (offset, length) = numbers.split_first_chunk::<8>()?;
        let name = usize::from(u16::from_le_bytes(*name));
        let length = u64::from_le_bytes(length.try_into().ok()?);
        let (file, rest) = rest.split_at_checked(name)?;
        let (data, rest) = rest.split_at_checked(usize::try_from(length).ok()?)?;
        trace = rest;
        events.push(Event {
            what: match what {
                b'W' => What::Written,
                b'T' => What::Cut,
                b'U' => What::Removed,
                b'S' => What::Synchronised,
                b'F' => What::Failed,
                b'A' => What::Said,
                _ => return None,
            },
            file: String::from_utf8(file.to_vec()).ok()?,
            offset: u64::from_le_bytes(*offset),
            data: data.to_vec(),
        });
    }
    Some(events)
}
