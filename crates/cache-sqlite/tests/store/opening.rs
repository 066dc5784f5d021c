//! Which files are taken, how they are made, and which are left alone.

use std::error::Error as _;
use std::fs;
use std::path::Path;

use agent_assist_domain::assist::SwitchScope;
use agent_assist_domain::ports::{
    AssistSwitch as _, AuditLog as _, EngagementLedger as _, RecommendationCache as _, StoreError,
    StoreErrorKind,
};
use agent_assist_sqlite::{Refusal, SqliteStore};
use agent_assist_testkit::build::{
    TENANT, exposed, fetch_entry, item, switch_entry, switch_off, withheld_entry,
};
use sqlx::migrate::Migrator;

use super::{OtherTool, Place, at, audit_record, fresh};

static MIGRATIONS: Migrator = sqlx::migrate!("../../migrations");

async fn refused(path: &Path) -> StoreError {
    match SqliteStore::open(path).await {
        Ok(_) => panic!("{} was opened", path.display()),
        Err(error) => error,
    }
}

fn refusal(error: &StoreError) -> Option<&Refusal> {
    error.source()?.downcast_ref()
}

#[tokio::test]
async fn a_file_of_another_program_is_refused_and_left_as_it_is() {
    let place = Place::new();
    let mut tool = OtherTool::at(&place.file()).await;
    tool.must("CREATE TABLE notes (text); INSERT INTO notes VALUES ('mine')")
        .await;
    tool.leave().await;
    let before = fs::read(place.file()).expect("read");
    for application_id in [0, 42] {
        if application_id > 0 {
            let mut tool = OtherTool::at(&place.file()).await;
            tool.must(format!("PRAGMA application_id = {application_id}"))
                .await;
            tool.leave().await;
        }
        let before = fs::read(place.file()).expect("read");
        let error = refused(&place.file()).await;
        assert_eq!(error.kind(), StoreErrorKind::Incompatible);
        assert_eq!(refusal(&error), Some(&Refusal::Foreign { application_id }));
        assert_eq!(fs::read(place.file()).expect("read"), before);
    }
    assert!(!before.is_empty());
}

#[tokio::test]
async fn a_file_that_is_no_database_is_refused_and_left_as_it_is() {
    let place = Place::new();
    for content in ["hello", &"dear diary ".repeat(1_000)] {
        fs::write(place.file(), content).expect("write");
        let error = refused(&place.file()).await;
        assert_eq!(error.kind(), StoreErrorKind::Incompatible);
        assert_eq!(refusal(&error), Some(&Refusal::NotADatabase));
        let after = fs::read_to_string(place.file()).expect("read");
        assert_eq!(after, content);
    }
}

#[tokio::test]
async fn a_file_of_a_newer_version_is_refused_and_left_as_it_is() {
    let (store, place) = fresh().await;
    store.close().await;
    let mut tool = OtherTool::at(&place.file()).await;
    let known: i64 = tool.ask("PRAGMA user_version").await;
    tool.must(format!("PRAGMA user_version = {}", known + 1))
        .await;
    tool.leave().await;
    let before = fs::read(place.file()).expect("read");
    let error = refused(&place.file()).await;
    assert_eq!(error.kind(), StoreErrorKind::Incompatible);
    let found = known + 1;
    assert_eq!(
        refusal(&error),
        Some(&Refusal::NewerSchema { found, known })
    );
    assert_eq!(fs::read(place.file()).expect("read"), before);
}

#[tokio::test]
async fn a_file_with_another_migration_under_a_known_number_is_refused() {
    let (store, place) = fresh().await;
    store.close().await;
    let mut tool = OtherTool::at(&place.file()).await;
    tool.must("UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 2")
        .await;
    tool.must("PRAGMA user_version = 3").await;
    tool.leave().await;
    let error = refused(&place.file()).await;
    assert_eq!(error.kind(), StoreErrorKind::Incompatible);
    assert_eq!(
        refusal(&error),
        Some(&Refusal::OtherMigration { version: 2 })
    );
}

/// A store as a version before assist could be switched off left it, with a record in it.
async fn store_with_schema_4() -> Place {
    let place = Place::new();
    let mut tool = OtherTool::at(&place.file()).await;
    MIGRATIONS.run_to(4, &mut tool.0).await.expect("migrate");
    let insert = sqlx::query(
        "INSERT INTO audit (seq, at_us, event, tenant, request_id, session_id, conversation_id, \
         agent_origin, queue_origin, dialect, result_limit, result_offset, cache_status, \
         latency_us, total_received, total_returned, entry) \
         SELECT 1, ?1 ->> '$.at_us', ?1 ->> '$.event', ?1 ->> '$.tenant', ?1 ->> '$.request_id', \
         ?1 ->> '$.session_id', ?1 ->> '$.conversation_id', 'unknown', 'unknown', \
         'recommendations', 20, 0, 'miss', 182500, 2, 1, ?1",
    );
    let insert = insert.bind(fetch_entry("r-1", at(0)).to_canonical());
    insert.execute(&mut tool.0).await.expect("insert");
    tool.leave().await;
    place
}

#[tokio::test]
async fn a_store_of_an_older_version_is_brought_up_to_date_and_keeps_its_records() {
    let place = store_with_schema_4().await;
    let store = place.open().await;
    let kept = audit_record(&store, 1).await.expect("kept");
    assert_eq!(kept.entry, fetch_entry("r-1", at(0)).to_canonical());
    let seq = store.append(&withheld_entry("r-2", at(1))).await;
    assert_eq!(seq.expect("a new word"), 2);
    let off = switch_off(SwitchScope::Everything, at(2), None);
    store
        .append(&switch_entry("r-3", &off))
        .await
        .expect("append");
    assert!(store.set(TENANT, &off).await.expect("a new table"));
    let mut tool = OtherTool::at(&place.file()).await;
    let outcomes: String = tool
        .ask("SELECT group_concat(outcome, ' ') FROM audit_fetches ORDER BY seq")
        .await;
    assert_eq!(outcomes, "completed withheld");
    let switches: i64 = tool.ask("SELECT count(*) FROM audit_switches").await;
    assert_eq!(switches, 1);
}

#[tokio::test]
async fn items_of_before_stay_with_what_brought_them() {
    let place = Place::new();
    let mut tool = OtherTool::at(&place.file()).await;
    MIGRATIONS.run_to(23, &mut tool.0).await.expect("migrate");
    let exposure = exposed(&item("c-1", "r-1"), at(1));
    let insert = sqlx::query(
        "INSERT INTO engagement_item (tenant, conversation_id, recommendation_id, emitted_us, \
         emission_event_id, session_id, emitted_to, queue_id, trigger_id, kind, origin, document_id) \
         VALUES (?1, 'c-1', 'r-1', ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    );
    let insert = insert
        .bind(TENANT)
        .bind(at(1).as_micros())
        .bind(exposure.event_id())
        .bind(&exposure.session_id)
        .bind(&exposure.agent_id)
        .bind(&exposure.queue_id)
        .bind(&exposure.trigger_id)
        .bind(exposure.kind.as_str())
        .bind(exposure.origin.as_str())
        .bind(&exposure.document_id);
    insert.execute(&mut tool.0).await.expect("insert");
    tool.leave().await;
    let store = place.open().await;
    let kept = store.item(&exposure.item).await.expect("read");
    assert_eq!(kept.expect("an item").exposure, exposure);
}

#[tokio::test]
async fn an_empty_file_becomes_a_store() {
    let place = Place::new();
    fs::write(place.file(), "").expect("write");
    place.open().await.close().await;
    let mut tool = OtherTool::at(&place.file()).await;
    assert_eq!(tool.ask::<i64>("PRAGMA application_id").await, 0x4167_4173);
    assert_eq!(tool.ask::<String>("PRAGMA journal_mode").await, "wal");
}

#[tokio::test]
async fn a_place_where_no_file_can_be_is_an_operators_matter() {
    let place = Place::new();
    fs::create_dir(place.file()).expect("a folder in the file's place");
    assert_eq!(
        refused(&place.file()).await.kind(),
        StoreErrorKind::ReadOnly
    );

    let file = place.0.path().join("file");
    fs::write(&file, "").expect("write");
    let inside = file.join("store.db");
    assert_eq!(refused(&inside).await.kind(), StoreErrorKind::ReadOnly);
}

#[tokio::test]
async fn names_that_mean_something_to_sqlite_are_names_of_files() {
    let place = Place::new();
    for name in [":memory:", "file:x.db?mode=memory", "caf\u{e9} ?#%41.db"] {
        let path = place.0.path().join(name);
        let store = SqliteStore::open(&path).await.expect("open");
        assert_eq!(store.path(), path);
        store.close().await;
        assert!(fs::metadata(&path).expect("a file").len() > 0, "{name}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn new_files_and_folders_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    let path = place.0.path().join("a/b/store.db");
    let store = SqliteStore::open(&path).await.expect("open");
    store.evict(at(0)).await.expect("a first write");
    let mode = |path: &Path| fs::metadata(path).expect("metadata").permissions().mode() & 0o777;
    assert_eq!(mode(&place.0.path().join("a")), 0o700);
    assert_eq!(mode(&place.0.path().join("a/b")), 0o700);
    assert_eq!(mode(&path), 0o600);
    assert_eq!(mode(&path.with_file_name("store.db-wal")), 0o600);
    store.close().await;
}
