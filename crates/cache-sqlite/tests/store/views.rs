//! The views: what an auditor's tool reads.

use agent_assist_domain::assist::SwitchScope;
use agent_assist_domain::audit::{AuditEntry, AuditFact, Egress, ErasureStage};
use agent_assist_domain::person::PersonKind;
use agent_assist_domain::pii::RULES_VERSION;
use agent_assist_domain::ports::AuditLog as _;
use agent_assist_domain::screening::Screening;
use agent_assist_domain::time::Timestamp;
use agent_assist_testkit::build::{
    adoption_entry, egress_entry, erasure_entry, fetch_entry, findings_entry, initiated_entry,
    pseudonym, refusal_entry, session_pause, switch_entry, switch_off, switch_on, withheld_entry,
};
use sqlx::{Column as _, Row as _, TypeInfo as _, ValueRef as _};

use super::{OtherTool, at, fresh};

/// Every row of a view, one `column: value` a line, as a tool at the file sees it.
async fn rows_of(tool: &mut OtherTool, select: &'static str) -> String {
    let rows = sqlx::query(select).fetch_all(&mut tool.0).await;
    let mut told = String::new();
    for row in rows.expect("rows") {
        for (n, column) in row.columns().iter().enumerate() {
            let raw = row.try_get_raw(n).expect("a value");
            let value = match raw.type_info().name() {
                _ if raw.is_null() => "NULL".to_owned(),
                "INTEGER" => row.get::<i64, _>(n).to_string(),
                "REAL" => row.get::<f64, _>(n).to_string(),
                _ => format!("'{}'", row.get::<String, _>(n)),
            };
            told += &format!("{}: {value}\n", column.name());
        }
        told += "\n";
    }
    // These change with every change of the rules, and say nothing about a view.
    let version = Screening::new().version().to_string();
    told.replace(&version, "(version)")
        .replace(
            &format!("rules_version: {RULES_VERSION}"),
            "rules_version: (version)",
        )
        .replace(
            &format!("rules_version\":{RULES_VERSION}"),
            "rules_version\":(version)",
        )
}

fn queue() -> SwitchScope {
    SwitchScope::Queue("queue-3".to_owned())
}

/// The record of a refresh that the upstream answered.
fn refresh_entry(request_id: &str, at: Timestamp) -> AuditEntry {
    let completed = fetch_entry(request_id, at);
    let AuditFact::FetchCompleted(scope, facts) = completed.fact else {
        unreachable!("fetch_entry builds a completed fetch");
    };
    AuditEntry {
        fact: AuditFact::RefreshCompleted(scope, facts),
        ..completed
    }
}

#[tokio::test]
async fn the_views_are_a_contract_with_auditors() {
    let (store, place) = fresh().await;
    for entry in [
        initiated_entry("r-1", at(0)),
        fetch_entry("r-1", at(1)),
        refusal_entry("r-2", at(2)),
        adoption_entry("r-3", "item-1", at(3)),
        withheld_entry("r-4", at(4)),
        refresh_entry("r-5", at(5)),
        switch_entry("r-6", &switch_off(queue(), at(6), Some(at(66)))),
        switch_entry("r-7", &switch_on(SwitchScope::Everything, at(7))),
        switch_entry("r-8", &session_pause(at(8), at(308))),
        findings_entry("r-9", at(9)),
        egress_entry("r-10", Egress::Analytics, at(10)),
    ] {
        store.append(&entry).await.expect("append");
    }
    let mut tool = OtherTool::at(&place.file()).await;
    let fetches = rows_of(&mut tool, "SELECT * FROM audit_fetches ORDER BY seq").await;
    insta::assert_snapshot!("audit_fetches", fetches);
    let adoptions = rows_of(&mut tool, "SELECT * FROM audit_adoptions ORDER BY seq").await;
    insta::assert_snapshot!("audit_adoptions", adoptions);
    let refreshes = rows_of(&mut tool, "SELECT * FROM audit_refreshes ORDER BY seq").await;
    insta::assert_snapshot!("audit_refreshes", refreshes);
    let switches = rows_of(&mut tool, "SELECT * FROM audit_switches ORDER BY seq").await;
    insta::assert_snapshot!("audit_switches", switches);
    let findings = rows_of(&mut tool, "SELECT * FROM audit_findings").await;
    insta::assert_snapshot!("audit_findings", findings);
    let stops = rows_of(&mut tool, "SELECT * FROM audit_egress_stops").await;
    insta::assert_snapshot!("audit_egress_stops", stops);
}

#[tokio::test]
async fn the_views_on_people_are_a_contract_too() {
    let (store, place) = fresh().await;
    let mut named = withheld_entry("r-1", at(1));
    let customer = pseudonym(PersonKind::Customer, "customer-1");
    named.subject.customer_id = Some(customer.to_string());
    for entry in [
        fetch_entry("r-0", at(0)),
        named,
        erasure_entry("r-2", ErasureStage::Intended, at(2)),
        erasure_entry("r-2", ErasureStage::Done, at(3)),
    ] {
        store.append(&entry).await.expect("append");
    }
    let mut tool = OtherTool::at(&place.file()).await;
    let customers = rows_of(&mut tool, "SELECT * FROM audit_customers").await;
    insta::assert_snapshot!("audit_customers", customers);
    let erasures = rows_of(&mut tool, "SELECT * FROM audit_erasures").await;
    insta::assert_snapshot!("audit_erasures", erasures);
}

/// The guide's question about the switch, of orders that follow on each other in every way.
#[tokio::test]
async fn the_guide_tells_when_assist_was_off_for_whom_and_who_said_so() {
    let (store, place) = fresh().await;
    let everything = || SwitchScope::Everything;
    for change in [
        switch_off(everything(), at(10), None),
        switch_off(queue(), at(20), Some(at(80))),
        switch_off(queue(), at(30), Some(at(90))),
        session_pause(at(40), at(340)),
        switch_on(everything(), at(50)),
        switch_off(everything(), at(60), None),
        switch_on(queue(), at(99)),
    ] {
        let appended = store.append(&switch_entry("r", &change)).await;
        appended.expect("append");
    }
    let question = include_str!("../../../../docs/audit-queries.sql")
        .split("\n-- name: ")
        .find(|question| question.contains("audit_switches AS"))
        .and_then(|question| question.split_once('\n'))
        .map(|(_, question)| question)
        .expect("a question about the switch");
    let mut tool = OtherTool::at(&place.file()).await;
    let told = rows_of(&mut tool, question).await;
    insta::assert_snapshot!("when_assist_was_off", told);
}
