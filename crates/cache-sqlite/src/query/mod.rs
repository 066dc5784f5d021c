//! Questions of others, in SQL: an auditor's, who must not change anything, nor keep the machine busy.
//!
//! Four walls, each of which would do: the text must be one statement that reads
//! ([`statement`]); the program that SQLite makes of it must not write ([`program`]); the connection
//! refuses to write (`query_only`); the file is open for reading. Nothing can be attached, for that
//! is a statement of its own, and no extension can be loaded, for that is switched off in SQLite.

mod cell;
mod program;
mod shape;
mod statement;

use std::time::Duration;

use agent_assist_domain::audit::SqlShape;
use agent_assist_domain::ports::{StoreError, StoreErrorKind};
use futures_util::TryStreamExt as _;
use sqlx::sqlite::SqliteConnection;
use sqlx::{Column as _, Connection as _, Executor as _, SqlSafeStr as _, Statement as _};
use tokio::time::{Instant, timeout};

pub use self::cell::Cell;
pub use self::statement::NoQuestion;
use crate::error::failed;
use crate::sql::query::{LIMIT_MEMORY, QUERY_ONLY};
use crate::store::SqliteStore;

const ASK: &str = "ask the store";

/// Steps of SQLite's machine between two looks at the clock.
const STEPS: i32 = 1_000;

/// How much longer than its time a question is waited for: some single steps of SQLite's machine take
/// long and look at no clock.
const GRACE: Duration = Duration::from_millis(500);

/// Most bytes of an answer.
const MAX_BYTES: usize = 64 << 20;

/// A question in SQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The statement.
    pub sql: String,
    /// Most rows wanted.
    pub rows: u32,
    /// Longest wait.
    pub time: Duration,
}

impl Question {
    /// As much of the question as may be recorded: its words without its values.
    pub fn shape(&self) -> SqlShape {
        shape::of(&self.sql)
    }
}

/// What a question brought.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Names of the columns, as the statement has them: one may stand there twice.
    pub columns: Vec<String>,
    /// Rows.
    pub rows: Vec<Vec<Cell>>,
    /// Whether there are more rows than were wanted.
    pub more: bool,
}

/// Why a question has no answer. Nothing was changed in any case.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QuestionError {
    /// It is not asked.
    #[error("the statement is refused")]
    Refused(#[source] NoQuestion),
    /// SQLite does not understand it, or failed at it: a name that is not there, a text that is no
    /// JSON. In SQLite's words.
    #[error("SQLite cannot answer: {0}")]
    Failed(String),
    /// It took longer than it may.
    #[error("the statement took longer than {0:?}")]
    TooSlow(Duration),
    /// The answer is too large, or was while it was being made.
    #[error("the statement needs more memory than it may")]
    TooLarge,
    /// The store failed.
    #[error("the store failed")]
    Store(#[source] StoreError),
}

impl SqliteStore {
    /// Asks `question`. Open the store [for reading](Self::open_read_only) for it.
    ///
    /// It bounds the memory of SQLite in the whole process: a program for auditors, not one that serves
    /// at the same time.
    ///
    /// # Errors
    /// See [`QuestionError`].
    pub async fn ask(&self, question: &Question) -> Result<Found, QuestionError> {
        statement::check(&question.sql).map_err(QuestionError::Refused)?;
        let reader = self.reader(ASK).await.map_err(QuestionError::Store)?;
        // Not to be used by anybody else: it has a clock of its own, and may be stuck in a step.
        let mut connection = reader.detach();
        match timeout(question.time + GRACE, ask(&mut connection, question)).await {
            Ok(found) => {
                // It has only read: there is nothing to be lost.
                let _ = connection.close().await;
                found
            }
            Err(_) => Err(QuestionError::TooSlow(question.time)),
        }
    }
}

async fn ask(
    connection: &mut SqliteConnection,
    question: &Question,
) -> Result<Found, QuestionError> {
    let give_up = Instant::now() + question.time;
    let mut handle = connection.lock_handle().await.map_err(error_of)?;
    handle.set_progress_handler(STEPS, move || Instant::now() < give_up);
    drop(handle);
    let slow = |error| match error {
        QuestionError::Failed(_) if Instant::now() >= give_up => {
            QuestionError::TooSlow(question.time)
        }
        error => error,
    };
    read(connection, question).await.map_err(slow)
}

async fn read(
    connection: &mut SqliteConnection,
    question: &Question,
) -> Result<Found, QuestionError> {
    connection.execute(LIMIT_MEMORY).await.map_err(error_of)?;
    let query_only: i64 = sqlx::query_scalar(QUERY_ONLY)
        .fetch_one(&mut *connection)
        .await
        .map_err(error_of)?;
    if query_only != 1 {
        return Err(QuestionError::Refused(NoQuestion::Writes));
    }
    // One snapshot, so that the program that is looked at is the one that runs.
    let mut snapshot = connection.begin().await.map_err(error_of)?;
    program::check(&mut snapshot, &question.sql)
        .await
        .map_err(error_of)?
        .map_err(QuestionError::Refused)?;
    let sql = sqlx::AssertSqlSafe(question.sql.clone()).into_sql_str();
    let prepared = (&mut *snapshot)
        .prepare(sql.clone())
        .await
        .map_err(error_of)?;
    let mut found = Found {
        columns: prepared
            .columns()
            .iter()
            .map(|column| column.name().to_owned())
            .collect(),
        rows: Vec::new(),
        more: false,
    };
    let mut bytes = 0;
    let mut rows = sqlx::query(sql).persistent(false).fetch(&mut *snapshot);
    while let Some(row) = rows.try_next().await.map_err(error_of)? {
        if found.rows.len() == question.rows as usize {
            found.more = true;
            break;
        }
        let row = cell::row(&row).map_err(error_of)?;
        bytes += row.iter().map(Cell::bytes).sum::<usize>();
        if bytes > MAX_BYTES {
            return Err(QuestionError::TooLarge);
        }
        found.rows.push(row);
    }
    Ok(found)
}

/// What SQLite says of the statement is for whoever wrote it; what it says of the file is the store's.
fn error_of(error: sqlx::Error) -> QuestionError {
    if crate::error::is_out_of_memory(&error) {
        return QuestionError::TooLarge;
    }
    let words = error
        .as_database_error()
        .map(|error| error.message().to_owned());
    let store = failed(ASK)(error);
    match (words, store.kind()) {
        (Some(words), StoreErrorKind::Other) => QuestionError::Failed(words),
        (Some(_), StoreErrorKind::ReadOnly) => QuestionError::Refused(NoQuestion::Writes),
        _ => QuestionError::Store(store),
    }
}
