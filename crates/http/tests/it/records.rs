//! Reports and the audit log over HTTP.

use agent_assist_domain::access::{Limits, Role};
use agent_assist_domain::audit::AuditEvent;
use agent_assist_domain::ports::AuditTrail as _;
use serde_json::Value;

use crate::house::{Answer, House, bearer, request};

/// A house in which five answers were given.
async fn busy() -> House {
    let house = House::open().await;
    let key = house.key(Role::Agent).await;
    for _ in 0..5 {
        assert_eq!(house.ask(&key, &house.payload()).await.status, 200);
    }
    house
}

fn seqs(page: &Value) -> Vec<u64> {
    let records = page["records"].as_array().expect("a list").iter();
    records
        .map(|record| record["seq"].as_u64().expect("a number"))
        .collect()
}

#[tokio::test]
async fn a_report_counts_what_was_shown() {
    let house = busy().await;
    let key = house.key(Role::Supervisor).await;
    let report = house.get("/v1/report?since=1h", &key).await;
    assert_eq!(report.status, 200, "{report:?}");
    assert_eq!(report.json()["fetches"]["total"], 5);
    let before = house
        .get("/v1/report?until=2020-01-01T00:00:00Z", &key)
        .await;
    assert_eq!(before.json()["fetches"]["total"], 0);
    let wrong = house
        .get("/v1/report?since=yesterday&until=1h&until=2h&x=1", &key)
        .await;
    assert_eq!((wrong.status, &*wrong.problem()), (422, "invalid-payload"));
    assert_eq!(wrong.json()["errors"].as_array().expect("a list").len(), 3);
}

#[tokio::test]
async fn the_log_is_read_page_by_page_without_a_gap_or_a_repeat() {
    let house = busy().await;
    let key = house.key(Role::Auditor).await;
    let mut read = Vec::new();
    let mut target =
        "/v1/audit?order=oldest&limit=2&event=assist_fetch_completed&event=assist_fetch_hit"
            .to_owned();
    let question = target.clone();
    loop {
        let answer = house.get(&target, &key).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let page = answer.json();
        read.extend(seqs(&page));
        let Some(next) = page["next"].as_str() else {
            break;
        };
        target = format!("{question}&cursor={next}");
        let link = answer.header("link").expect("a link");
        assert!(
            link.contains(next) && link.ends_with("rel=\"next\""),
            "{link}"
        );
    }
    // Readings are recorded in between, and are none of these.
    assert_eq!(read.len(), 5);
    assert!(read.windows(2).all(|pair| pair[0] < pair[1]), "{read:?}");
    let other = target.replace("order=oldest", "order=newest");
    assert_eq!(house.get(&other, &key).await.problem(), "invalid-cursor");
    let wrong = house
        .get(
            "/v1/audit?limit=0&event=none&order=up&conversation_id=",
            &key,
        )
        .await;
    assert_eq!(wrong.json()["errors"].as_array().expect("a list").len(), 4);
}

#[tokio::test]
async fn the_log_comes_in_three_shapes_with_entries_as_they_stand_there() {
    let house = busy().await;
    let key = house.key(Role::Auditor).await;
    let first = house.store.get(1).await.expect("read").expect("a record");
    let of_first = "order=oldest&limit=1";
    let get = async |path: &str| house.get(&format!("{path}?{of_first}"), &key).await;
    let json = get("/v1/audit").await;
    assert!(json.body.contains(&first.entry), "{json:?}");
    let lines = get("/v1/audit.ndjson").await;
    assert_eq!(lines.header("content-type"), Some("application/x-ndjson"));
    assert_eq!(
        lines.body,
        format!("{{\"seq\":1,\"entry\":{}}}\n", first.entry)
    );
    let csv = get("/v1/audit.csv").await;
    assert!(
        csv.header("content-type")
            .expect("a type")
            .starts_with("text/csv")
    );
    let rows: Vec<&str> = csv.body.lines().collect();
    assert_eq!(rows.len(), 2);
    assert!(rows[0].starts_with("seq,at,event,tenant,"));
    assert!(rows[1].starts_with("1,") && rows[1].contains("assist_key_created"));
    for (accept, body) in [
        ("application/x-ndjson", &lines.body),
        ("text/csv", &csv.body),
    ] {
        let head = format!("{}accept: {accept}\r\n", bearer(&key));
        let target = format!("/v1/audit?{of_first}");
        let answer = request(house.address, "GET", &target, &head, "").await;
        assert_eq!(&answer.body, body, "{accept}");
    }
}

#[tokio::test]
async fn who_reads_the_log_is_in_it_under_the_request_and_the_key() {
    let house = busy().await;
    let key = house.key(Role::Auditor).await;
    let target = format!("/v1/audit?conversation_id={}", house.conversation(0));
    let answer = house.get(&target, &key).await;
    let id = answer.header("x-request-id").expect("an identifier");
    let records = house.entries(AuditEvent::AuditRead).await;
    assert_eq!(records.len(), 1);
    let entry = &records[0];
    assert_eq!(entry["request_id"], id);
    assert_eq!(entry["conversation_id"], house.conversation(0));
    assert_eq!(entry["read"]["rows"], 5);
    assert_eq!(entry["read"]["by"]["name"], format!("key:{}", &key[4..20]));
}

#[tokio::test]
async fn limits_of_a_key_hold_for_records_too() {
    let house = busy().await;
    let limits = Limits {
        conversation_id: Some(house.conversation(0).to_owned()),
        ..Limits::default()
    };
    let key = house.limited_key(Role::Auditor, limits).await;
    let own = format!("/v1/audit?conversation_id={}", house.conversation(0));
    let other = format!("/v1/audit?conversation_id={}", house.conversation(1));
    assert_eq!(house.get(&own, &key).await.status, 200);
    for target in [
        &*other,
        "/v1/audit",
        "/v1/audit.csv",
        "/v1/audit/checkpoint",
        "/v1/report",
    ] {
        let answer = house.get(target, &key).await;
        assert_eq!(
            (answer.status, &*answer.problem()),
            (403, "denied"),
            "{target}"
        );
    }
    let denied = house.entries(AuditEvent::AccessDenied).await;
    assert_eq!(denied.len(), 1, "the others are counted");
    assert_eq!(denied[0]["access"]["denial"], "conversation");
    assert_eq!(denied[0]["access"]["route"], "/v1/audit");
    assert_eq!(denied[0]["access"]["key_id"], &key[4..20]);
}

#[tokio::test]
async fn without_a_key_to_sign_with_there_is_no_checkpoint() {
    let house = House::open().await;
    let key = house.key(Role::Auditor).await;
    let answer: Answer = house.get("/v1/audit/checkpoint", &key).await;
    assert_eq!((answer.status, &*answer.problem()), (404, "not-found"));
}
