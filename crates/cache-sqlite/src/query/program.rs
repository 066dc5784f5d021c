//! What SQLite would do for a statement: the program it made of it, step by step.
//!
//! The connection refuses to write anyway, twice over: the file is open for reading, and it is told
//! to change nothing. Here a statement is refused before it runs, and here reading of secrets is,
//! whichever view or quotation it goes through.

use sqlx::sqlite::SqliteConnection;

use super::statement::NoQuestion;
use crate::sql::query::SECRET_PAGES;

/// Steps that only a program that changes something has.
const WRITING: [&str; 24] = [
    "AutoCommit",
    "Checkpoint",
    "Clear",
    "CreateBtree",
    "Destroy",
    "DropIndex",
    "DropTable",
    "DropTrigger",
    "Expire",
    "IncrVacuum",
    "JournalMode",
    "LoadAnalysis",
    "MaxPgcnt",
    "OpenWrite",
    "ParseSchema",
    "Savepoint",
    "SetCookie",
    "SqlExec",
    "TableLock",
    "Vacuum",
    "VBegin",
    "VCreate",
    "VDestroy",
    "VUpdate",
];

/// Address, step and its operands; the rest is not looked at.
type Step = (i64, String, i64, i64, i64);

/// Refuses `sql` if its program changes something or opens what is secret.
///
/// # Errors
/// Those of SQLite, such as of a statement that is none.
pub(super) async fn check(
    connection: &mut SqliteConnection,
    sql: &str,
) -> Result<Result<(), NoQuestion>, sqlx::Error> {
    let secret: Vec<i64> = sqlx::query_scalar(SECRET_PAGES)
        .fetch_all(&mut *connection)
        .await?;
    let explain = sqlx::AssertSqlSafe(format!("EXPLAIN {sql}"));
    let steps: Vec<Step> = sqlx::query_as(explain).fetch_all(connection).await?;
    Ok(steps
        .iter()
        .try_for_each(|(_, name, _, p2, p3)| match &**name {
            // The second operand says whether the transaction is to write.
            "Transaction" if *p2 != 0 => Err(NoQuestion::Writes),
            // The second operand is the page, the third the database: 0 is the file.
            "OpenRead" | "ReopenIdx" if *p3 == 0 && secret.contains(p2) => Err(NoQuestion::Secret),
            name if WRITING.contains(&name) => Err(NoQuestion::Writes),
            _ => Ok(()),
        }))
}
