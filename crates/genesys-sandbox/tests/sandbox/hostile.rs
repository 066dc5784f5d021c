//! The catalogue of hostile bodies, as it goes over the wire.

use agent_assist_sandbox::{HostileBody, SandboxConfig};

use crate::client::Session;
use crate::raw;

async fn fetch(session: &Session, body: &str) -> raw::RawAnswer {
    let rule = format!("suggestions:body={body},times=1");
    session.sandbox.add_fault(rule.parse().expect("a rule"));
    raw::get(session, &session.suggestions(0)).await
}

#[tokio::test]
async fn every_hostile_body_arrives_under_a_status_that_says_all_is_well() {
    let session = Session::start(SandboxConfig::default()).await;
    for body in HostileBody::all() {
        let name = body.name();
        let answer = fetch(&session, name).await;
        assert!(answer.head().starts_with("http/1.1 200"), "{name}");
        assert_eq!(answer.broken, None, "{name}");
        let told = answer.header("content-length").expect(name);
        let told: usize = told.parse().expect("a number");
        match name {
            "length_long" => assert!(answer.body().len() < told),
            _ => assert_eq!(answer.body().len(), told, "{name}"),
        }
        let content_type = answer.header("content-type");
        let is_json = content_type.as_deref() == Some("application/json");
        let lies = ["html", "xml", "charset_utf16"].contains(&name) || name.starts_with("type_");
        assert_eq!(is_json, !lies, "{name}: {content_type:?}");
    }
    let whole = session.list_suggestions(&session.suggestions(0)).await;
    assert!(!whole.entities.is_empty(), "the sandbox itself is unhurt");
}

#[tokio::test]
async fn the_great_ones_are_as_great_as_they_say() {
    let session = Session::start(SandboxConfig::default()).await;
    let oversized = fetch(&session, "oversized").await;
    assert!(oversized.body().len() > 50 * 1024 * 1024);
    let bomb = fetch(&session, "gzip_bomb").await;
    assert!(bomb.body().len() < 100 * 1024);
    assert_eq!(bomb.header("content-encoding").as_deref(), Some("gzip"));
}

#[test]
fn the_documentation_lists_every_hostile_body() {
    let page = include_str!("../../../../docs/sandbox.md");
    let rows: Vec<_> = HostileBody::all()
        .enumerate()
        .map(|(at, body)| format!("| {at} | `{}` | {} |", body.name(), body.what()))
        .collect();
    assert!(
        page.contains(&rows.join("\n")),
        "it should list:\n{}",
        rows.join("\n")
    );
}

/// Rules that cannot be answered as they are written break one connection at most.
#[tokio::test]
async fn contradictory_headers_do_no_lasting_harm() {
    let session = Session::start(SandboxConfig::default()).await;
    for effects in [
        "status=204,body=oversized",
        "status=304,drip=1/1ms",
        "header=content-length:many",
        "header=content-length:1,header=content-length:2",
        "header=content-length:999999",
        "header=transfer-encoding:gzip",
        "header=connection:upgrade,header=upgrade:x",
    ] {
        let rule = format!("me:{effects},times=1");
        session.sandbox.add_fault(rule.parse().expect("a rule"));
        raw::get(&session, "/api/v2/tokens/me").await;
        assert_eq!(session.status("/api/v2/tokens/me").await, 200, "{effects}");
    }
}
