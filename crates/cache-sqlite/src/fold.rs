//! Folding the write-ahead log into the file, beside those who write.
//!
//! Left to itself SQLite folds with the commit that made the log long enough, thousands of pages, and
//! whoever else wants to write waits for all of them. Here a connection of its own does, for which nobody
//! waits; what was added meanwhile, a few pages, follows while nobody writes, and whoever writes next
//! begins the log anew.

use std::cell::Cell;
use std::ffi::c_int;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;
use rusqlite::hooks::Wal;
use tokio::sync::{mpsc, oneshot};
use tokio::task::spawn_blocking;

use crate::bulk::judge;
use crate::connection::{Access, MOST_PAGES};
use crate::direct::{self, Failure};
use crate::poison::Poison;
use crate::sql::file::FOLD;
use crate::turns::Turns;

/// Pages of the write-ahead log with which folding begins: 32 MiB. Appends in many conversations come
/// back to the same pages of the indexes; the longer this waits, the more of that is written once.
const PAGES: u32 = 8192;

/// Pages that those who write may wait for.
const REST: i64 = 512;

/// How often it is tried to leave no more than that, beside those who write.
const TRIES: usize = 4;

const OPERATION: &str = "fold the write-ahead log";

#[derive(Debug)]
enum Message {
    Fold,
    Close(oneshot::Sender<()>),
}

/// Has the log folded. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Fold {
    wanted: mpsc::Sender<Message>,
    pages: u32,
}

impl Fold {
    /// Starts the task that folds the log of the store at `path`. It connects when there is something to do.
    pub(crate) fn start(path: Arc<Path>, turns: Turns, poison: Arc<Poison>) -> Self {
        Self::start_at(PAGES, path, turns, poison)
    }

    fn start_at(pages: u32, path: Arc<Path>, turns: Turns, poison: Arc<Poison>) -> Self {
        // One wish that waits stands for all.
        let (wanted, wishes) = mpsc::channel(1);
        let folder = Folder {
            path,
            turns,
            poison,
            connection: Arc::default(),
        };
        tokio::spawn(folder.run(wishes));
        Self { wanted, pages }
    }

    /// What looks after the length of the log on the connection of this thread.
    pub(crate) fn watch(&self, connection: &Connection) -> Watch {
        connection.wal_hook(Some(note));
        Watch {
            fold: self.clone(),
            at: self.pages,
        }
    }

    /// Waits until what is being folded is, and the connection closed. What is wanted later is not done.
    pub(crate) async fn close(&self) {
        let (done, closed) = oneshot::channel();
        if self.wanted.send(Message::Close(done)).await.is_ok() {
            // An error means that the task is gone.
            let _ = closed.await;
        }
    }
}

thread_local! {
    /// Pages of the log behind the last commit on this thread.
    static LENGTH: Cell<u32> = const { Cell::new(0) };
}

/// SQLite calls it behind each commit, and takes an error for one of the commit, which has been made.
fn note(log: &Wal, pages: c_int) -> rusqlite::Result<()> {
    let pages = pages.unsigned_abs();
    LENGTH.set(pages);
    if pages >= MOST_PAGES {
        // Nobody has folded it: as any other connection would, and as it would not mind if somebody is
        // at it, or it cannot be.
        let _ = log.checkpoint();
    }
    Ok(())
}

/// Tells when the log has become long.
#[derive(Debug)]
pub(crate) struct Watch {
    fold: Fold,
    /// The length at which it is told next.
    at: u32,
}

impl Watch {
    /// Looks how long the log is behind a commit.
    pub(crate) fn look(&mut self) {
        let (length, step) = (LENGTH.get(), self.fold.pages);
        if length < step {
            self.at = step;
        } else if length >= self.at {
            // Somebody who reads may keep it from being begun anew: not with every commit, then.
            self.at = length.saturating_add(step / 4);
            // An error means that it waits to be done, or the store is being closed.
            let _ = self.fold.wanted.try_send(Message::Fold);
        }
    }
}

/// The task.
struct Folder {
    path: Arc<Path>,
    turns: Turns,
    poison: Arc<Poison>,
    connection: Arc<Mutex<Option<Connection>>>,
}

impl Folder {
    async fn run(self, mut wishes: mpsc::Receiver<Message>) {
        while let Some(message) = wishes.recv().await {
            match message {
                Message::Fold => self.fold().await,
                Message::Close(done) => {
                    drop(lock(&self.connection).take());
                    // Nobody has to wait for it.
                    let _ = done.send(());
                    return;
                }
            }
        }
    }

    async fn fold(&self) {
        let mut folded = 0;
        for _ in 0..TRIES {
            let Some(now) = self.fold_once().await else {
                return;
            };
            if now - folded <= REST {
                break;
            }
            folded = now;
        }
        // Without a turn the next wish finds it as it is.
        if let Ok(_turn) = self.turns.to_write(OPERATION).await {
            self.fold_once().await;
        }
    }

    /// Folds what nobody needs in the log; gives how many of its pages are in the file. `None` if that
    /// failed, or somebody else is at it.
    async fn fold_once(&self) -> Option<i64> {
        self.poison.check(OPERATION).ok()?;
        let (path, connection) = (Arc::clone(&self.path), Arc::clone(&self.connection));
        let folding = spawn_blocking(move || judge(fold(&path, &mut lock(&connection))));
        match folding.await.map_err(io::Error::other).flatten() {
            Ok(folded) => folded,
            Err(error) => {
                self.poison.set();
                tracing::error!(%error, "folding the log failed; nothing is written any more");
                None
            }
        }
    }
}

fn lock(slot: &Mutex<Option<Connection>>) -> MutexGuard<'_, Option<Connection>> {
    // What it holds is a connection or none.
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The connection stays open unless it failed.
fn fold(path: &Path, slot: &mut Option<Connection>) -> Result<Option<i64>, Failure> {
    let connection = match slot.take() {
        Some(connection) => connection,
        None => direct::connect(path, Access::Writing)?,
    };
    let (busy, folded) =
        connection.query_row(FOLD, [], |row| Ok((row.get::<_, bool>(0)?, row.get(2)?)))?;
    *slot = Some(connection);
    Ok((!busy).then_some(folded))
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};

    use super::*;
    use crate::bulk::Bulk;

    /// Pages of the log.
    fn length(path: &Path) -> u32 {
        let connection = Connection::open(path).expect("a connection");
        let length = connection.query_row(FOLD, [], |row| row.get(1));
        length.expect("a length")
    }

    #[tokio::test]
    async fn a_log_that_has_become_long_is_folded_and_begun_anew() {
        const LONG: u32 = 64;
        let folder = tempfile::tempdir().expect("a folder");
        let path: Arc<Path> = folder.path().join("store.db").into();
        let made = Connection::open(&path).expect("a file");
        made.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE page (bytes)")
            .expect("a table");
        let head = File::create(folder.path().join("head")).expect("a file");
        let turns = Turns::at(Arc::new(head));
        let fold = Fold::start_at(LONG, Arc::clone(&path), turns.clone(), Arc::default());
        let bulk = Bulk::start(Arc::clone(&path), fold.clone()).expect("a thread");
        let (bulk, turns) = (&bulk, &turns);
        let write = |pages: u32| async move {
            let _turn = turns.to_append("test").await.expect("a turn");
            let written = bulk.transact(move |transaction| {
                for _ in 0..pages {
                    transaction.execute("INSERT INTO page VALUES (zeroblob(3000))", [])?;
                }
                Ok(true)
            });
            assert!(written.await.expect("a disk"));
        };
        write(LONG).await;
        fold.close().await;
        let pages = fs::metadata(&path).expect("the file").len() / 4096;
        assert!(pages >= u64::from(LONG), "{pages} pages are in the file");
        write(1).await;
        let begun = length(&path);
        assert!(begun < LONG, "{begun} pages");
        bulk.close().await;
    }
}
