//! Questions in SQL: answered if they only read, and never at the cost of the file.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use agent_assist_domain::ports::{AuditLog as _, ConversationKeys as _};
use agent_assist_sqlite::{Cell, Found, NoQuestion, Question, QuestionError, SqliteStore};
use agent_assist_testkit::build::{adoption_entry, fetch_entry, findings_entry, refusal_entry};

use super::{Place, at};

/// One hostile statement a line; an empty line or one with `#` is none.
const HOSTILE: &str = include_str!("hostile.sql");

/// A store with records and a key, closed, so that its file is all of it.
async fn filled() -> Place {
    let place = Place::new();
    let store = place.open().await;
    for entry in [
        fetch_entry("r-1", at(1)),
        refusal_entry("r-2", at(2)),
        adoption_entry("r-3", "item-1", at(3)),
        findings_entry("r-4", at(4)),
    ] {
        store.append(&entry).await.expect("append");
    }
    let key = agent_assist_domain::ports::ConversationKey::from_bytes([7; 32]);
    let made = store.key("tenant-1", "conversation-1", &key, at(1)).await;
    made.expect("a key");
    store.close().await;
    place
}

fn question(sql: &str) -> Question {
    Question {
        sql: sql.to_owned(),
        rows: 100,
        time: Duration::from_secs(10),
    }
}

async fn ask(place: &Place, question: &Question) -> Result<Found, QuestionError> {
    let store = SqliteStore::open_read_only(&place.file())
        .await
        .expect("open");
    let found = store.ask(question).await;
    store.close().await;
    found
}

/// Every file of the folder but the shared memory of readers, which holds nothing of the store.
fn bytes(place: &Place) -> BTreeMap<String, Vec<u8>> {
    let folder = place.file().parent().map(Path::to_owned).expect("a folder");
    let files = std::fs::read_dir(folder).expect("listed");
    files
        .map(|entry| entry.expect("listed").path())
        .map(|path| {
            (
                path.file_name()
                    .expect("a name")
                    .to_string_lossy()
                    .into_owned(),
                path,
            )
        })
        .filter(|(name, _)| !name.ends_with("-shm"))
        .map(|(name, path)| (name, std::fs::read(path).expect("readable")))
        // A reader of a log that is not there makes an empty one.
        .filter(|(name, bytes)| !(name.ends_with("-wal") && bytes.is_empty()))
        .collect()
}

#[tokio::test]
async fn two_hundred_hostile_statements_change_nothing() {
    let place = filled().await;
    let before = bytes(&place);
    assert!(
        before.keys().all(|name| !name.ends_with("-wal")),
        "the file is all of the store: {:?}",
        before.keys()
    );
    let statements: Vec<String> = HOSTILE
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        // So that a statement can hold what a line cannot.
        .map(|line| line.replace("{NUL}", "\0").replace("{NL}", "\n"))
        .collect();
    assert!(statements.len() >= 200, "{} statements", statements.len());
    let store = SqliteStore::open_read_only(&place.file())
        .await
        .expect("open");
    for sql in &statements {
        let hurried = Question {
            time: Duration::from_millis(300),
            rows: 10,
            ..question(sql)
        };
        match store.ask(&hurried).await {
            // It may be harmless, as long as it is.
            Ok(found) => assert!(found.rows.len() <= 10, "{sql}"),
            Err(QuestionError::Store(error)) => panic!("{sql}: {error:?}"),
            Err(_) => {}
        }
        assert!(bytes(&place) == before, "{sql}");
    }
    store.close().await;
    assert!(bytes(&place) == before);
    let whole = "SELECT count(*), max(seq), (SELECT count(*) FROM sqlite_schema WHERE type = 'trigger') > 0 FROM audit";
    let found = ask(&place, &question(whole)).await.expect("an answer");
    let four = Cell::Integer(4);
    assert_eq!(found.rows, [[four.clone(), four, Cell::Integer(1)]]);
}

/// Every line under `# refused` is, whatever else would have held it back.
#[tokio::test]
async fn what_writes_attaches_or_configures_is_refused_before_it_runs() {
    let place = filled().await;
    let (refused, _) = HOSTILE.split_once("# harmless").expect("two parts");
    let store = SqliteStore::open_read_only(&place.file())
        .await
        .expect("open");
    for sql in refused
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
    {
        let sql = sql.replace("{NUL}", "\0").replace("{NL}", "\n");
        let asked = store.ask(&question(&sql)).await;
        assert!(
            matches!(asked, Err(QuestionError::Refused(_))),
            "{sql}: {asked:?}"
        );
    }
    store.close().await;
}

#[tokio::test]
async fn values_come_as_they_are() {
    let place = filled().await;
    let sql = "SELECT 1 AS a, 2.5 AS b, 'c' AS c, x'00ff' AS d, NULL AS a, CAST(x'ff' AS TEXT)";
    let found = ask(&place, &question(sql)).await.expect("an answer");
    assert_eq!(found.columns[..5], ["a", "b", "c", "d", "a"]);
    let row = [
        Cell::Integer(1),
        Cell::Real(2.5),
        Cell::Text("c".to_owned()),
        Cell::Blob(vec![0, 255]),
        Cell::Null,
        Cell::Text("\u{fffd}".to_owned()),
    ];
    assert_eq!(found.rows, [row]);
    let none = ask(&place, &question("SELECT seq FROM audit WHERE seq > 99")).await;
    let none = none.expect("an answer");
    assert_eq!(
        (none.columns.len(), none.rows.len(), none.more),
        (1, 0, false)
    );
}

#[tokio::test]
async fn an_answer_ends_at_its_limit_and_says_so() {
    let place = filled().await;
    let limited = |rows| Question {
        rows,
        ..question("SELECT seq FROM audit ORDER BY seq")
    };
    let three = ask(&place, &limited(3)).await.expect("an answer");
    assert_eq!((three.rows.len(), three.more), (3, true));
    let four = ask(&place, &limited(4)).await.expect("an answer");
    assert_eq!((four.rows.len(), four.more), (4, false));
}

#[tokio::test]
async fn a_question_without_an_end_is_ended() {
    let place = filled().await;
    let time = Duration::from_millis(200);
    let endless = Question {
        time,
        ..question(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
        )
    };
    let ended = ask(&place, &endless).await;
    assert!(
        matches!(ended, Err(QuestionError::TooSlow(t)) if t == time),
        "{ended:?}"
    );
}

#[tokio::test]
async fn an_answer_too_large_for_memory_is_none() {
    let place = filled().await;
    for sql in [
        "SELECT hex(zeroblob(200000000))",
        "SELECT zeroblob(30000000) FROM (VALUES (1), (2), (3))",
    ] {
        let large = ask(&place, &question(sql)).await;
        assert!(
            matches!(large, Err(QuestionError::TooLarge)),
            "{sql}: {large:?}"
        );
    }
}

#[tokio::test]
async fn keys_of_conversations_and_rows_of_people_are_not_shown_by_whatever_way() {
    let place = filled().await;
    for sql in [
        "SELECT * FROM person",
        "SELECT count(*) FROM person WHERE epoch = 1",
        "SELECT pseudonym FROM person WHERE tenant = 'tenant-1' AND pseudonym > 'agent'",
        "SELECT * FROM conversation_key",
        "SELECT hex(key) FROM \"CONVERSATION_KEY\"",
        "SELECT count(*) FROM main.[conversation_key]",
        "SELECT (SELECT key FROM conversation_key LIMIT 1) FROM audit",
        "WITH a AS (SELECT key FROM conversation_key) SELECT * FROM a",
        "SELECT tenant FROM conversation_key WHERE tenant = 'tenant-1'",
        "SELECT seq FROM audit WHERE EXISTS (SELECT 1 FROM conversation_key WHERE key > x'00')",
    ] {
        let asked = ask(&place, &question(sql)).await;
        let secret = matches!(asked, Err(QuestionError::Refused(NoQuestion::Secret)));
        assert!(secret, "{sql}: {asked:?}");
    }
}

#[tokio::test]
async fn a_mistake_is_told_in_the_words_of_sqlite() {
    let place = filled().await;
    for (sql, words) in [
        ("SELECT no_such FROM audit", "no such column: no_such"),
        ("SELECT 1 FROM nowhere", "no such table: nowhere"),
        ("SELECT FROM", "syntax error"),
        ("SELECT json_extract('{', '$')", "malformed JSON"),
    ] {
        match ask(&place, &question(sql)).await {
            Err(QuestionError::Failed(said)) => assert!(said.contains(words), "{said}"),
            other => panic!("{sql}: {other:?}"),
        }
    }
}
