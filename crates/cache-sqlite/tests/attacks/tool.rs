//! SQLite as anybody may use it.

use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{Connection as _, Executor as _, SqlStr};

/// Another tool at the file: it knows nothing of our settings.
pub(crate) struct OtherTool(pub(crate) SqliteConnection);

impl OtherTool {
    pub(crate) async fn at(path: &Path) -> Self {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .foreign_keys(false);
        Self(
            SqliteConnection::connect_with(&options)
                .await
                .expect("connect"),
        )
    }

    /// Runs statements written by the test itself.
    pub(crate) async fn run(&mut self, sql: impl Into<String>) -> Result<u64, String> {
        let sql: SqlStr = sqlx::SqlSafeStr::into_sql_str(sqlx::AssertSqlSafe(sql.into()));
        let done = self.0.execute(sql).await;
        done.map(|done| done.rows_affected())
            .map_err(|error| error.to_string())
    }

    pub(crate) async fn must(&mut self, sql: impl Into<String>) -> u64 {
        let sql = sql.into();
        match self.run(sql.clone()).await {
            Ok(rows) => rows,
            Err(error) => panic!("{sql}: {error}"),
        }
    }

    pub(crate) async fn ask<T>(&mut self, sql: &'static str) -> T
    where
        T: Send + Unpin,
        (T,): for<'r> sqlx::FromRow<'r, sqlx::sqlite::SqliteRow>,
    {
        let answer = sqlx::query_scalar(sql).fetch_one(&mut self.0).await;
        answer.expect("an answer")
    }

    pub(crate) async fn leave(self) {
        self.0.close().await.expect("close");
    }
}
