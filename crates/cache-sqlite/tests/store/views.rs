//! The views: what an auditor's tool reads.

use agent_assist_domain::answer::DegradedReason;
use agent_assist_domain::assist::SwitchScope;
use agent_assist_domain::audit::{
    AuditEntry, AuditFact, Egress, ErasureStage, FetchFacts, Intent, ReadCommand, Seq, ShownAs,
};
use agent_assist_domain::person::PersonKind;
use agent_assist_domain::pii::RULES_VERSION;
use agent_assist_domain::ports::AuditLog as _;
use agent_assist_domain::screening::Screening;
use agent_assist_domain::time::Timestamp;
use agent_assist_testkit::build::{
    admin_entries, adoption_entry, egress_entry, engaged_entry, erasure_entry, failed_entry,
    fetch_entry, findings_entry, forward_entries, initiated_entry, intent_entry, key_change_facts,
    log_entry, pseudonym, reading_entry, refusal_entry, refused_entries, session_pause,
    switch_entry, switch_off, switch_on, unknown_entry, unwritten_entry, withheld_entry,
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
    without_digests(&told)
        .replace(&version, "(version)")
        .replace(
            &format!("rules_version: {RULES_VERSION}"),
            "rules_version: (version)",
        )
        .replace(
            &format!("rules_version\":{RULES_VERSION}"),
            "rules_version\":(version)",
        )
}

/// Versions are part of what such a digest is made of.
fn without_digests(told: &str) -> String {
    let mut parts = told.split("\"digest\":\"");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |told, part| {
        format!("{told}\"digest\":\"(digest){}", &part[64..])
    })
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

/// The record of a hit that gives out what `whole`, which is record `seq`, tells.
fn repeating_entry(whole: &AuditEntry, seq: Seq, at: Timestamp) -> AuditEntry {
    let AuditFact::FetchCompleted(scope, facts) = whole.fact.clone() else {
        unreachable!("a completed fetch");
    };
    let shown_as = ShownAs {
        seq,
        request_id: whole.request_id.clone(),
        digest: facts.content_digest(scope.policy_version()),
    };
    let facts = FetchFacts {
        shown_as: Some(shown_as),
        shown: Vec::new(),
        rejected: Vec::new(),
        ..facts
    };
    AuditEntry {
        at,
        request_id: "r-11".to_owned(),
        fact: AuditFact::FetchHit(scope, facts),
        ..whole.clone()
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
        reading_entry("r-11", ReadCommand::Query, at(11)),
        repeating_entry(&findings_entry("r-9", at(9)), 10, at(11)),
        reading_entry("r-12", ReadCommand::Whois, at(12)),
        log_entry(
            "r-13",
            AuditFact::AuditKeyChanged(key_change_facts()),
            at(13),
        ),
    ]
    .into_iter()
    .chain(admin_entries("r-14", at(14)))
    {
        store.append(&entry).await.expect("append");
    }
    let mut tool = OtherTool::at(&place.file()).await;
    let administration =
        rows_of(&mut tool, "SELECT * FROM audit_administration ORDER BY seq").await;
    insta::assert_snapshot!("audit_administration", administration);
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
    let accesses = rows_of(&mut tool, "SELECT * FROM audit_accesses ORDER BY seq").await;
    insta::assert_snapshot!("audit_accesses", accesses);
    let keys = rows_of(&mut tool, "SELECT * FROM audit_key_changes").await;
    insta::assert_snapshot!("audit_key_changes", keys);
    let fields = rows_of(&mut tool, "SELECT * FROM audit_pci_10_2_2 ORDER BY seq").await;
    insta::assert_snapshot!("audit_pci_10_2_2", fields);
    let errors = rows_of(&mut tool, "SELECT * FROM audit_errors ORDER BY seq").await;
    insta::assert_snapshot!("audit_errors", errors);
}

#[tokio::test]
async fn every_decision_is_a_row_and_their_times_add_up() {
    let (store, place) = fresh().await;
    let mut counted = fetch_entry("r-2", at(2));
    if let AuditFact::FetchCompleted(_, facts) = &mut counted.fact {
        facts.report.over_limit = 3;
        facts.report.malformed = 1;
        facts.report.total_received += 4;
    }
    for entry in [
        fetch_entry("r-1", at(1)),
        counted,
        findings_entry("r-3", at(3)),
    ] {
        store.append(&entry).await.expect("append");
    }
    let mut tool = OtherTool::at(&place.file()).await;
    let told = rows_of(
        &mut tool,
        "SELECT * FROM audit_decisions ORDER BY seq, recommendation_id, rule, why",
    )
    .await;
    // The version of the scanner's rules changes with them.
    let rule_version = format!("rule_version: '{RULES_VERSION}'");
    insta::assert_snapshot!(
        "audit_decisions",
        told.replace(&rule_version, "rule_version: (scanner)")
    );
    let unaccounted: i64 = tool
        .ask(
            "SELECT count(*) FROM audit_fetches AS f WHERE f.total_received <> f.total_returned + (
                SELECT sum(times) FROM audit_decisions AS d
                WHERE d.seq = f.seq AND d.decision = 'suppressed')",
        )
        .await;
    assert_eq!(unaccounted, 0);
}

#[tokio::test]
async fn a_degraded_period_lasts_until_the_upstream_answers_the_same_tenant() {
    let (store, place) = fresh().await;
    let elsewhere = AuditEntry {
        tenant: "other".to_owned(),
        ..fetch_entry("r-6", at(6))
    };
    for entry in [
        fetch_entry("r-1", at(1)),
        failed_entry("r-2", DegradedReason::Timeout, at(2)),
        failed_entry("r-3", DegradedReason::RateLimited, at(3)),
        withheld_entry("r-4", at(4)),
        failed_entry("r-5", DegradedReason::Timeout, at(5)),
        elsewhere,
        refresh_entry("r-7", at(7)),
        failed_entry("r-8", DegradedReason::Timeout, at(8)),
    ] {
        store.append(&entry).await.expect("append");
    }
    let mut tool = OtherTool::at(&place.file()).await;
    let told = rows_of(
        &mut tool,
        "SELECT * FROM audit_degraded_periods ORDER BY first_seq",
    )
    .await;
    insta::assert_snapshot!("audit_degraded_periods", told);
}

#[tokio::test]
async fn what_no_checkpoint_covers_is_told() {
    let (store, place) = fresh().await;
    for number in 1..=3 {
        let entry = fetch_entry("r", at(number));
        store.append(&entry).await.expect("append");
    }
    let mut tool = OtherTool::at(&place.file()).await;
    let uncovered = "SELECT group_concat(seq) FROM audit_uncheckpointed";
    let told: String = tool.ask(uncovered).await;
    assert_eq!(told, "1,2,3");
    tool.must("INSERT INTO audit_checkpoint VALUES (1, 2, zeroblob(32), 0, 'a note')")
        .await;
    let told: String = tool.ask(uncovered).await;
    assert_eq!(told, "3");
}

#[tokio::test]
async fn every_view_has_its_version() {
    let (_store, place) = fresh().await;
    let mut tool = OtherTool::at(&place.file()).await;
    let told = rows_of(&mut tool, "SELECT * FROM audit_schema ORDER BY name").await;
    insta::assert_snapshot!("audit_schema", told);
    let unlike: i64 = tool
        .ask(
            "SELECT count(*) FROM (
                SELECT name FROM sqlite_schema
                WHERE type = 'view' AND name NOT IN ('audit_end', 'audit_hold_standing', 'audit_schema')
             ) AS there FULL JOIN audit_schema AS told ON told.name = there.name
             WHERE there.name IS NULL OR told.name IS NULL",
        )
        .await;
    assert_eq!(unlike, 0);
}

#[tokio::test]
async fn the_views_of_what_was_left_refused_and_unwritten_are_a_contract_too() {
    let (store, place) = fresh().await;
    let mut entries = vec![
        initiated_entry("r-1", at(0)),
        initiated_entry("r-2", at(1)),
        fetch_entry("r-2", at(2)),
        // The request was answered before; what is announced is a refresh behind it.
        fetch_entry("r-3", at(3)),
        intent_entry(Intent::Refresh, "r-3", at(4)),
        refresh_entry("r-3", at(5)),
        intent_entry(Intent::Refresh, "r-4", at(6)),
        fetch_entry("r-4", at(7)),
        unknown_entry("r-1", at(8)),
        unwritten_entry("r-5", at(9)),
    ];
    entries.extend(refused_entries("r-6", at(10)));
    for entry in entries {
        store.append(&entry).await.expect("append");
    }
    let mut tool = OtherTool::at(&place.file()).await;
    let intents = rows_of(&mut tool, "SELECT * FROM audit_intents ORDER BY seq").await;
    insta::assert_snapshot!("audit_intents", intents);
    let refusals = rows_of(&mut tool, "SELECT * FROM audit_refusals ORDER BY seq").await;
    insta::assert_snapshot!("audit_refusals", refusals);
    let unwritten = rows_of(&mut tool, "SELECT * FROM audit_unwritten ORDER BY seq").await;
    insta::assert_snapshot!("audit_unwritten", unwritten);
}

/// Several attempts are under one request; each has its own end.
#[tokio::test]
async fn the_views_of_what_the_upstream_was_told_are_a_contract_too() {
    let (store, place) = fresh().await;
    let engaged = adoption_entry("r-0", "item-1", at(-1));
    store.append(&engaged).await.expect("append");
    for (n, ended) in (0..).zip(forward_entries("r-1", at(0)).into_iter().rev()) {
        let announced = intent_entry(Intent::Forward, "r-1", at(2 * n));
        store.append(&announced).await.expect("append");
        store.append(&ended).await.expect("append");
    }
    let left = intent_entry(Intent::Forward, "r-2", at(9));
    store.append(&left).await.expect("append");
    let mut tool = OtherTool::at(&place.file()).await;
    let forwards = rows_of(&mut tool, "SELECT * FROM audit_forwards ORDER BY seq").await;
    insta::assert_snapshot!("audit_forwards", forwards);
    let intents: String = tool
        .ask(
            "SELECT group_concat(intent || ' ' || coalesce(outcome, 'open') || ' ' || \
             coalesce(ended_by, ''), ', ') FROM (SELECT * FROM audit_intents ORDER BY seq)",
        )
        .await;
    assert_eq!(
        intents,
        "forward failed 3, forward failed 5, forward failed 7, forward completed 9, forward open "
    );
}

#[tokio::test]
async fn the_view_of_what_was_seen_and_judged_has_a_row_for_each() {
    let (store, place) = fresh().await;
    store
        .append(&engaged_entry("r-1", at(0)))
        .await
        .expect("append");
    let mut tool = OtherTool::at(&place.file()).await;
    let told = rows_of(&mut tool, "SELECT * FROM audit_engagements").await;
    insta::assert_snapshot!("audit_engagements", told);
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
