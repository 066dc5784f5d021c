//! Several tenants of one daemon: nothing of one reaches another.

use agent_assist_app::wire::SqliteStore;
use agent_assist_domain::access::{Limits, Role};
use agent_assist_domain::audit::{AuditEvent, AuditFilter, AuditOrder, AuditQuery};
use agent_assist_domain::ports::AuditTrail as _;
use serde_json::{Value, json};

use crate::access::Operation;
use crate::house::{Answer, House, Quarter, bearer, request};

/// `credentials`, for the tenant of this name.
fn of(tenant: &str, credentials: &str) -> String {
    format!("{}agent-assist-tenant: {tenant}\r\n", bearer(credentials))
}

async fn ask(house: &House, head: &str, payload: &Value) -> Answer {
    let head = format!("{head}content-type: application/json\r\n");
    let body = payload.to_string();
    request(house.address, "POST", "/v1/recommendations", &head, &body).await
}

async fn key_of(house: &House, role: Role, tenant: &str) -> String {
    let limits = Limits {
        tenant: Some(tenant.to_owned()),
        ..Limits::default()
    };
    house.limited_key(role, limits).await
}

fn requests(quarter: &Quarter) -> usize {
    let seen = quarter.sandbox.journal();
    let fetches = seen
        .iter()
        .filter(|entry| entry.path.contains("recommendations"));
    fetches.count()
}

fn tokens(quarter: &Quarter) -> usize {
    let seen = quarter.sandbox.journal();
    seen.iter()
        .filter(|entry| entry.path.contains("oauth"))
        .count()
}

async fn events(store: &SqliteStore) -> Vec<String> {
    let all = AuditQuery {
        filter: AuditFilter::default(),
        order: AuditOrder::OldestFirst,
        after: None,
        limit: 100,
    };
    let page = store.page(&all).await.expect("a page");
    page.iter()
        .map(|record| record.columns.event.clone())
        .collect()
}

fn count(events: &[String], event: AuditEvent) -> usize {
    events.iter().filter(|one| *one == event.as_str()).count()
}

#[tokio::test]
async fn the_same_conversation_of_two_tenants_is_two_questions_two_logs_and_no_common_answer() {
    let (house, [a, b]) = House::of_two().await;
    let key = house.key(Role::Agent).await;
    let payload = house.payload();
    for (tenant, cache, asked) in [
        ("a", "agent-assist;fwd=miss", (1, 0)),
        ("b", "agent-assist;fwd=miss", (1, 1)),
        ("a", "agent-assist;hit", (1, 1)),
    ] {
        let answer = ask(&house, &of(tenant, &key), &payload).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.header("cache-status"), Some(cache), "{tenant}");
        assert_eq!((requests(&a), requests(&b)), asked, "{tenant}");
    }
    assert_eq!((tokens(&a), tokens(&b)), (1, 1));
    assert_eq!(requests_of_nobody(&house), 0);
    let (completed, hit) = (AuditEvent::FetchCompleted, AuditEvent::FetchHit);
    for (quarter, hits) in [(&a, 1), (&b, 0)] {
        let events = events(&quarter.store).await;
        let counted = (count(&events, completed), count(&events, hit));
        assert_eq!(counted, (1, hits), "{}: {events:?}", quarter.name);
    }
    let made = AuditEvent::KeyCreated.as_str();
    assert_eq!(events(&house.store).await, [made]);

    let auditor = house.key(Role::Auditor).await;
    for (tenant, hits) in [("a", 1), ("b", 0)] {
        let target = "/v1/audit?event=assist_fetch_hit";
        let head = of(tenant, &auditor);
        let read = request(house.address, "GET", target, &head, "")
            .await
            .json();
        let records = read["records"].as_array().expect("a list");
        assert_eq!(records.len(), hits, "{read}");
    }
    let measured = house.admin("/metrics").await.body;
    assert!(measured.contains("tenant=\"a\""), "{measured}");
}

fn requests_of_nobody(house: &House) -> usize {
    house.sandbox.journal().len()
}

#[tokio::test]
async fn a_key_of_one_tenant_asks_for_that_one_and_is_refused_at_another_on_record_there() {
    let (house, [a, b]) = House::of_two().await;
    let key = key_of(&house, Role::Agent, "a").await;
    let payload = house.payload();
    for head in [bearer(&key), of("a", &key)] {
        assert_eq!(ask(&house, &head, &payload).await.status, 200, "{head}");
    }
    for tenant in ["b", "nobody"] {
        let denied = ask(&house, &of(tenant, &key), &payload).await;
        let told = (denied.status, &*denied.problem());
        assert_eq!(told, (403, "denied"), "{tenant}");
        assert!(denied.body.contains("it is for another tenant"));
    }
    assert_eq!((requests(&a), requests(&b)), (1, 0));
    let denied = AuditEvent::AccessDenied;
    assert_eq!(count(&events(&b.store).await, denied), 1);
    assert_eq!(count(&events(&house.store).await, denied), 1);
    assert_eq!(count(&events(&a.store).await, denied), 0);
    let stray = key_of(&house, Role::Agent, "nobody").await;
    assert_eq!(ask(&house, &bearer(&stray), &payload).await.status, 403);
}

#[tokio::test]
async fn who_could_be_of_any_tenant_must_say_of_which() {
    let (house, [a, b]) = House::of_two().await;
    let key = house.key(Role::Agent).await;
    let payload = house.payload();
    let twice = format!("{}agent-assist-tenant: a\r\n", of("a", &key));
    for head in [
        bearer(&key),
        of("nobody", &key),
        of("", &key),
        of("A", &key),
        twice,
    ] {
        let answer = ask(&house, &head, &payload).await;
        let told = (answer.status, &*answer.problem());
        assert_eq!(told, (400, "tenant-unclear"), "{head}");
    }
    assert_eq!((requests(&a), requests(&b)), (0, 0));
}

#[tokio::test]
async fn where_there_is_one_tenant_nobody_needs_to_name_it_and_no_other_is_found() {
    let house = House::open().await;
    let key = house.key(Role::Agent).await;
    let payload = house.payload();
    for (head, status) in [
        (bearer(&key), 200),
        (of("default", &key), 200),
        (of("b", &key), 400),
    ] {
        assert_eq!(ask(&house, &head, &payload).await.status, status, "{head}");
    }
    let other = key_of(&house, Role::Agent, "b").await;
    assert_eq!(ask(&house, &bearer(&other), &payload).await.status, 403);
}

#[tokio::test]
async fn a_token_is_of_the_tenant_at_which_it_was_minted() {
    let (house, [a, b]) = House::of_two().await;
    let key = house.key(Role::Agent).await;
    let head = format!("{}content-type: application/json\r\n", of("b", &key));
    let order = json!({"conversation_id": house.conversation(0)}).to_string();
    let minted = request(house.address, "POST", "/v1/tokens", &head, &order).await;
    assert_eq!(minted.status, 201, "{minted:?}");
    let minted = minted.json();
    let token = minted["access_token"].as_str().expect("a token");
    let payload = house.payload();
    assert_eq!(ask(&house, &bearer(token), &payload).await.status, 200);
    assert_eq!((requests(&a), requests(&b)), (0, 1));
    assert_eq!(ask(&house, &of("a", token), &payload).await.status, 403);
    assert_eq!((requests(&a), requests(&b)), (0, 1));
}

#[tokio::test]
async fn a_program_of_the_vendors_asks_for_the_tenant_of_its_key() {
    let (house, [a, b]) = House::of_two().await;
    let conversation = house.conversation(0);
    let path = format!("/api/v2/conversations/{conversation}/suggestions");
    let log_in = async |key: &str| {
        let form = format!(
            "grant_type=client_credentials&client_id={}&client_secret={key}",
            &key[4..20]
        );
        let head = "content-type: application/x-www-form-urlencoded\r\n";
        let answer = request(house.address, "POST", "/oauth/token", head, &form).await;
        let answer = answer.json();
        answer["access_token"].as_str().expect("a token").to_owned()
    };
    let token = log_in(&key_of(&house, Role::Agent, "b").await).await;
    let listed = house.get(&path, &token).await;
    assert_ne!(
        [401, 403].iter().find(|status| **status == listed.status),
        Some(&listed.status)
    );
    assert_eq!(a.sandbox.journal().len(), 0);
    let events_of_b = events(&b.store).await;
    assert!(!events_of_b.is_empty());
    let free = log_in(&house.key(Role::Agent).await).await;
    let unclear = house.get(&path, &free).await;
    assert_eq!(unclear.status, 400, "{unclear:?}");
    assert_eq!(unclear.json()["code"], "bad.request");
}

#[tokio::test]
async fn operators_of_one_tenant_switch_that_one_and_not_the_daemon() {
    let (house, _quarters) = House::of_two().await;
    let operator = key_of(&house, Role::Admin, "a").await;
    let agent = house.key(Role::Agent).await;
    let at = house.admin_address;
    let head = format!("{}content-type: application/json\r\n", bearer(&operator));
    let off = json!({"assist": "off", "scope": "everything"}).to_string();
    let turned = request(at, "POST", "/admin/assist", &head, &off).await;
    assert_eq!(turned.status, 200, "{turned:?}");
    for (tenant, shows) in [("a", false), ("b", true)] {
        let answer = ask(&house, &of(tenant, &agent), &house.payload())
            .await
            .json();
        let shown = answer["recommendations"].as_array().expect("a list");
        assert_eq!(!shown.is_empty(), shows, "{tenant}: {answer}");
    }
    let drain = "{\"draining\":true}";
    let denied = request(at, "POST", "/admin/drain", &head, drain).await;
    assert_eq!((denied.status, &*denied.problem()), (403, "denied"));
    let checks = house.admin("/readyz?verbose").await.json();
    let checks = checks["checks"].as_array().expect("a list");
    let stores = checks.iter().filter(|check| check["name"] == "store");
    let tenants: Vec<&Value> = stores.map(|check| &check["tenant"]).collect();
    assert_eq!(tenants, [&Value::Null, &json!("a"), &json!("b")]);
}

#[tokio::test]
async fn roles_mean_the_same_for_every_tenant() {
    let (house, _quarters) = House::of_two().await;
    for role in Role::ALL {
        let key = house.key(role).await;
        for operation in Operation::all() {
            let Operation {
                method,
                target,
                roles,
                ..
            } = &operation;
            if roles.is_empty() {
                continue;
            }
            let answer = operation.ask(&house, &of("b", &key)).await;
            let may = roles.iter().any(|allowed| allowed == role.as_str());
            let refused = [401, 403, 405].contains(&answer.status)
                || answer.body.contains("the routes are in");
            assert_eq!(!refused, may, "{method} {target} as {role:?}: {answer:?}");
        }
    }
}
