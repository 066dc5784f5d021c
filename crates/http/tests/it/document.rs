//! The document is what is checked in, and says what is true.

use std::collections::BTreeSet;
use std::path::Path;

use agent_assist_app::{payload_json, payload_query};
use agent_assist_domain::access::Role;
use agent_assist_http::{Kind, document};
use serde_json::Value;

use crate::house::House;
use crate::platform::Client;

fn described() -> Value {
    serde_json::to_value(document()).expect("JSON")
}

#[test]
fn the_document_is_the_one_that_is_checked_in() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let made = document().to_pretty_json().expect("JSON") + "\n";
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &made).expect("written");
    }
    let there = std::fs::read_to_string(&path).expect("docs/openapi.json");
    assert!(
        made == there,
        "docs/openapi.json is out of date; UPDATE_DOCS=1 writes it"
    );
}

#[tokio::test]
async fn it_is_served_and_the_page_that_shows_it_needs_no_other_host() {
    let house = House::open().await;
    assert_eq!(house.get("/openapi.json", "").await.json(), described());
    for (path, kind) in [
        ("/docs", "text/html"),
        ("/docs/page.js", "text/javascript"),
        ("/docs/page.css", "text/css"),
    ] {
        let answer = house.get(path, "").await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(
            answer
                .header("content-type")
                .expect("a type")
                .starts_with(kind)
        );
        assert!(!answer.body.contains("://"), "{path} names another host");
    }
    let page = house.get("/docs", "").await;
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(
        policy.contains("default-src 'none'") && !policy.contains("unsafe"),
        "{policy}"
    );
}

#[test]
fn the_payload_is_described_field_by_field() {
    let document = described();
    let fields = names(&document["components"]["schemas"]["Payload"]["properties"]);
    let known: BTreeSet<String> = payload_json::FIELDS.map(str::to_owned).into();
    assert_eq!(fields, known);
    let path = "/v1/conversations/{conversation_id}/recommendations";
    let parameters = document["paths"][path]["get"]["parameters"].as_array();
    let parameters = parameters.expect("a list").iter();
    let query: BTreeSet<String> = parameters
        .filter(|parameter| parameter["in"] == "query")
        .map(|parameter| parameter["name"].as_str().expect("a text").to_owned())
        .collect();
    let known: BTreeSet<String> = payload_query::PARAMETERS.map(str::to_owned).into();
    assert_eq!(query, known);
}

#[tokio::test]
async fn answers_have_exactly_the_members_that_are_described() {
    let house = House::open().await;
    let key = house.key(Role::Agent).await;
    let whole = house.ask(&key, &house.payload()).await.json();
    house.sandbox.add_fault(
        "recommendations:status=400,times=9"
            .parse()
            .expect("a rule"),
    );
    let mut payload = house.payload();
    payload["session_id"] = "s-2".into();
    payload["limit"] = 3.into();
    payload["conversation_id"] = house.conversation(1).into();
    let degraded = house.ask(&key, &payload).await.json();
    assert!(degraded["degraded"].is_object());
    let document = described();
    for answer in [whole, degraded] {
        compare(&document, "Answer", &answer);
    }
}

#[tokio::test]
async fn what_is_served_in_the_platforms_shapes_is_described() {
    let client = Client::new().await;
    let document = described();
    let listed = client.get(&client.path("?pageSize=200")).await.json();
    compare(&document, "PlatformSuggestions", &listed);
    let kinds = listed["entities"].as_array().expect("a list").iter();
    let kinds: BTreeSet<&str> = kinds.filter_map(|one| one["type"].as_str()).collect();
    assert!(kinds.len() >= 5, "of many types: {kinds:?}");
    let lost = client.get(&client.path("/made-up")).await.json();
    compare(&document, "PlatformError", &lost);
    let wrong = client.get(&client.path("?pageSize=0")).await.json();
    compare(&document, "PlatformError", &wrong);
}

#[test]
fn every_operation_has_a_name_of_its_own() {
    let document = described();
    let mut known = BTreeSet::new();
    for item in document["paths"].as_object().expect("paths").values() {
        for operation in item.as_object().expect("operations").values() {
            let name = operation["operationId"].as_str().expect("a name");
            assert!(known.insert(name.to_owned()), "{name} twice");
        }
    }
}

/// Whether `value` has the members of the schema `name`, and what is in them theirs.
fn compare(document: &Value, name: &str, value: &Value) {
    let schema = &document["components"]["schemas"][name];
    if let Some(words) = schema["enum"].as_array() {
        assert!(words.contains(value), "{name} has no {value}");
        return;
    }
    let (told, known) = (names(value), names(&schema["properties"]));
    match name.starts_with("Platform") {
        // What it does not know the platform leaves out.
        true => {
            let needed = schema["required"].as_array().into_iter().flatten();
            let needed: BTreeSet<String> = needed
                .map(|name| name.as_str().expect("a name").to_owned())
                .collect();
            assert!(told.is_subset(&known), "{name}: {told:?}");
            assert!(needed.is_subset(&told), "{name}: {told:?}");
        }
        false => assert_eq!(told, known, "{name}"),
    }
    for (member, described) in schema["properties"].as_object().expect("members") {
        let described = match described["oneOf"].as_array() {
            Some(several) => several
                .iter()
                .find(|one| one["$ref"].is_string())
                .expect("a shape"),
            None => described,
        };
        match (
            &value[member],
            reference(described),
            reference(&described["items"]),
        ) {
            (Value::Null, ..) => {}
            (part, Some(name), _) => compare(document, name, part),
            (Value::Array(parts), None, Some(name)) => {
                parts.iter().for_each(|part| compare(document, name, part));
            }
            _ => {}
        }
    }
}

fn reference(schema: &Value) -> Option<&str> {
    schema["$ref"]
        .as_str()?
        .strip_prefix("#/components/schemas/")
}

fn names(object: &Value) -> BTreeSet<String> {
    object
        .as_object()
        .expect("an object")
        .keys()
        .cloned()
        .collect()
}

#[test]
fn every_kind_of_problem_is_told_in_the_manual() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/HTTP.md");
    let manual = std::fs::read_to_string(path).expect("docs/HTTP.md");
    for kind in Kind::ALL {
        let row = format!("| `{}` | {} |", kind.name(), kind.status().as_u16());
        assert!(manual.contains(&row), "no row {row}");
    }
}
