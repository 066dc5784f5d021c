//! The same rows in the same batches, into a table that only keeps them.

use std::path::Path;

use agent_assist_domain::audit::{AuditQuery, AuditRecord};
use agent_assist_domain::ports::AuditTrail as _;
use agent_assist_sqlite::SqliteStore;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteSynchronous};
use sqlx::{AssertSqlSafe, Connection as _};
use tokio::time::Instant;

const COLUMNS: usize = 25;

/// Records a second of the rows of the store at `path`, at most `most` of them, `batch` to a
/// transaction, into a table that only keeps them.
pub(crate) async fn insert(path: &Path, batch: usize, most: u32) -> f64 {
    let batch = batch.clamp(1, 32_000 / COLUMNS);
    let store = SqliteStore::open_read_only(path).await.expect("open");
    let query = AuditQuery {
        filter: Default::default(),
        order: Default::default(),
        after: None,
        limit: most,
    };
    let records = store.page(&query).await.expect("page");
    store.close().await;
    let options = SqliteConnectOptions::new()
        .filename(path.with_extension("bare"))
        .create_if_missing(true)
        .journal_mode(sqlx::sqlite::SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("cache_size", "-65536")
        .pragma("wal_autocheckpoint", "8192");
    let mut connection = SqliteConnection::connect_with(&options)
        .await
        .expect("connect");
    let names: Vec<String> = (0..COLUMNS - 1).map(|at| format!("c{at}")).collect();
    let mut schema = format!(
        "CREATE TABLE bare (seq INTEGER PRIMARY KEY, {});",
        names.join(",")
    );
    for (at, key) in [
        (0, "c0"),
        (3, "c3"),
        (4, "seq >> 13, c4"),
        (5, "seq >> 13, c5"),
    ] {
        schema.push_str(&format!("CREATE INDEX bare_by_{at} ON bare ({key});"));
    }
    sqlx::raw_sql(AssertSqlSafe(schema))
        .execute(&mut connection)
        .await
        .expect("schema");
    let row = format!("({})", vec!["?"; COLUMNS].join(","));
    let insert = format!("INSERT INTO bare VALUES {}", vec![row; batch].join(","));
    let start = Instant::now();
    let mut written = 0;
    for rows in records.chunks_exact(batch) {
        let mut transaction = connection.begin().await.expect("begin");
        let mut query = sqlx::query(AssertSqlSafe(insert.clone()));
        for AuditRecord {
            seq,
            columns,
            entry,
        } in rows
        {
            query = query
                .bind(*seq as i64)
                .bind(columns.at.as_micros())
                .bind(&columns.event)
                .bind(&columns.tenant)
                .bind(&columns.request_id)
                .bind(&columns.session_id)
                .bind(&columns.conversation_id)
                .bind(&columns.agent_id)
                .bind(&columns.agent_origin)
                .bind(&columns.queue_id)
                .bind(&columns.queue_origin)
                .bind(&columns.recommendation_id)
                .bind(&columns.dialect)
                .bind(columns.result_limit)
                .bind(columns.result_offset)
                .bind(&columns.cache_status)
                .bind(columns.latency_us.map(|micros| micros as i64))
                .bind(columns.total_received)
                .bind(columns.total_returned)
                .bind(columns.upstream_status)
                .bind(&columns.upstream_correlation_id)
                .bind(&columns.error)
                .bind(&columns.degraded_reason)
                .bind(&columns.empty_reason)
                .bind(entry);
        }
        query.execute(&mut *transaction).await.expect("insert");
        transaction.commit().await.expect("commit");
        written += rows.len();
    }
    let took = start.elapsed();
    connection.close().await.expect("close");
    written as f64 / took.as_secs_f64()
}
