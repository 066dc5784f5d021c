//! What a durable audit record costs, with the disk's own rate beside it. Plain, since what counts
//! are rates of one and the same run and their ratios.
//!
//! | row | must reach, on two quiet cores |
//! |---|---|
//! | 256 appenders | 30,000 records/s; 10 times one commit a record; 0.4 of the bare insert |
//! | 64 appenders | 5 times one commit a record |
//! | idle append, median | 3 medians of fdatasync and 0.5 ms |
//!
//! The bare insert is the same rows in the same batches into a table of the same columns and indexes,
//! without chain, tree, triggers and constraints, from rows that are ready beforehand.
//! `APPEND_BENCH_DIR` names the folder to work in.

use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::time::Duration;

use agent_assist_domain::audit::{AuditEntry, AuditQuery, AuditRecord};
use agent_assist_domain::ports::{AuditLog as _, AuditTrail as _};
use agent_assist_domain::time::Timestamp;
use agent_assist_sqlite::SqliteStore;
use agent_assist_testkit::build::fetch_entry;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteSynchronous};
use sqlx::{AssertSqlSafe, Connection as _};
use tokio::time::Instant;

/// How long each row is measured.
const WHILE: Duration = Duration::from_secs(3);

const COLUMNS: usize = 25;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    match std::env::var("APPEND_BENCH_RECORDS") {
        Ok(records) => runtime.block_on(count(records.parse().expect("a number"))),
        Err(_) => runtime.block_on(measure()),
    }
}

/// Appends `records` from 256 appenders and nothing else.
async fn count(records: usize) {
    let place = place();
    let store = SqliteStore::open(&place.path().join("count.db"))
        .await
        .expect("open");
    let tasks: Vec<_> = (0..256)
        .map(|appender| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut entry = entry(appender);
                for number in 0..records / 256 {
                    renew(&mut entry, appender, number as i64);
                    store.append(&entry).await.expect("append");
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("the task");
    }
    let counts = store.audit_counts();
    store.close().await;
    say(
        "records a commit",
        counts.records as f64 / counts.commits as f64,
    );
}

fn place() -> tempfile::TempDir {
    let folder = std::env::var_os("APPEND_BENCH_DIR").map(PathBuf::from);
    let place = match folder {
        Some(folder) => tempfile::tempdir_in(folder),
        None => tempfile::tempdir(),
    };
    place.expect("a directory")
}

async fn measure() {
    let place = place();
    let disk = fdatasync(&place.path().join("disk"));
    say("fdatasync, median", ms(disk));
    say(
        "fdatasync, a second",
        format!("{:.0}", 1.0 / disk.as_secs_f64()),
    );

    entry(0);
    let idle = idle(&place.path().join("idle.db")).await;
    let allowed = 3 * disk + Duration::from_micros(500);
    say(
        "idle append, median",
        format!("{} (<= {})", ms(idle), ms(allowed)),
    );

    let single = appenders(&place.path().join("single.db"), 1).await;
    say("one commit a record", rate(&single));
    for count in [64, 256] {
        let many = appenders(&place.path().join(format!("{count}.db")), count).await;
        say(&format!("{count} appenders"), rate(&many));
        say("  records a commit", format!("{:.0}", many.batch()));
        say(
            "  times one commit a record",
            format!("{:.1}", many.rate() / single.rate()),
        );
        let bare = bare(
            &place.path().join(format!("{count}.db")),
            many.batch() as usize,
        )
        .await;
        say(
            "  bare insert, same batches",
            format!("{bare:.0} records/s"),
        );
        say("  of the bare insert", format!("{:.2}", many.rate() / bare));
    }
}

struct Appended {
    records: u64,
    commits: u64,
    took: Duration,
}

impl Appended {
    fn rate(&self) -> f64 {
        self.records as f64 / self.took.as_secs_f64()
    }

    fn batch(&self) -> f64 {
        self.records as f64 / self.commits as f64
    }
}

/// Appends one record after the other from each of `count` tasks, each in a conversation of its own.
async fn appenders(path: &Path, count: usize) -> Appended {
    let store = SqliteStore::open(path).await.expect("open");
    let start = Instant::now();
    let tasks: Vec<_> = (0..count)
        .map(|appender| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut entry = entry(appender);
                let mut number = 0;
                while start.elapsed() < WHILE {
                    number += 1;
                    renew(&mut entry, appender, number);
                    store.append(&entry).await.expect("append");
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("the task");
    }
    let took = start.elapsed();
    let counts = store.audit_counts();
    store.close().await;
    Appended {
        records: counts.records,
        commits: counts.commits,
        took,
    }
}

/// A fetch answered by the upstream, two recommendations judged.
fn entry(appender: usize) -> AuditEntry {
    // Made once: two recommendations are screened for it.
    static TEMPLATE: LazyLock<AuditEntry> =
        LazyLock::new(|| fetch_entry("", Timestamp::from_micros(0)));
    let mut entry = TEMPLATE.clone();
    let number = appender as u64 * 0x9e37_79b9_7f4a_7c15;
    let id = format!("{:08x}-3a74-4f5b-9d2e-{appender:012x}", number >> 32);
    entry.subject.session_id = Some(format!("{id}-s"));
    entry.subject.conversation_id = Some(id);
    entry
}

fn renew(entry: &mut AuditEntry, appender: usize, number: i64) {
    entry.at = Timestamp::from_micros(1_767_600_000_000_000 + number * 1_000);
    entry.request_id = format!("01943a7e-{number:012x}-{appender:04x}");
}

/// The median of appends with nothing beside them.
async fn idle(path: &Path) -> Duration {
    let store = SqliteStore::open(path).await.expect("open");
    let mut entry = entry(0);
    let mut times = Vec::new();
    for number in 0..300 {
        renew(&mut entry, 0, number);
        let start = Instant::now();
        store.append(&entry).await.expect("append");
        times.push(start.elapsed());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    store.close().await;
    median(times)
}

/// Records a second of the rows of the store at `path`, `batch` to a transaction, into a table that
/// only keeps them.
async fn bare(path: &Path, batch: usize) -> f64 {
    let batch = batch.clamp(1, 32_000 / COLUMNS);
    let store = SqliteStore::open_read_only(path).await.expect("open");
    let query = AuditQuery {
        filter: Default::default(),
        order: Default::default(),
        after: None,
        limit: 60_000,
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
    for at in [0, 3, 4, 5] {
        schema.push_str(&format!("CREATE INDEX bare_by_{at} ON bare (c{at});"));
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

/// The median of synchronising four KiB behind the last to a file that is there already.
fn fdatasync(path: &Path) -> Duration {
    let page = [7; 4096];
    let mut file = File::create(path).expect("create");
    for _ in 0..256 {
        file.write_all(&page).expect("write");
    }
    file.sync_all().expect("sync");
    file.seek(SeekFrom::Start(0)).expect("seek");
    let times = (0..256).map(|_| {
        let start = Instant::now();
        file.write_all(&page).expect("write");
        file.sync_data().expect("sync");
        start.elapsed()
    });
    median(times.collect())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn ms(duration: Duration) -> String {
    format!("{:.3} ms", duration.as_secs_f64() * 1e3)
}

fn rate(appended: &Appended) -> String {
    format!("{:.0} records/s", appended.rate())
}

#[allow(clippy::print_stdout, reason = "its output is what it is for")]
fn say(what: &str, value: impl std::fmt::Display) {
    println!("{what:30} {value}");
}
