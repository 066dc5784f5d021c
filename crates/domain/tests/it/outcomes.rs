//! What is announced, refused or could not be written, as the audit log has it.

use agent_assist_domain::audit::{
    AuditEntry, AuditEvent, AuditRecord, IdOrigin, Intent, Unwritten,
};
use agent_assist_domain::ports::StoreErrorKind;
use agent_assist_domain::time::Timestamp;
use agent_assist_testkit::build::{
    adoption_entry, fetch_entry, intent_entry, refused_entries, unknown_entry,
};

const fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(1_763_800_000_000 + seconds * 1_000)
}

fn record(seq: u64, entry: &AuditEntry) -> AuditRecord {
    AuditRecord {
        seq,
        columns: entry.columns(),
        entry: entry.to_canonical(),
    }
}

#[test]
fn an_intent_is_announced_by_one_event_and_ended_by_others() {
    for intent in Intent::ALL {
        let announced_by = intent.announced_by();
        assert_eq!(Intent::announced(announced_by), Some(intent));
        assert_eq!(Intent::ended(announced_by), None);
        let mut ends = AuditEvent::ALL
            .into_iter()
            .filter(|event| Intent::ended(*event) == Some(intent));
        assert!(ends.next().is_some(), "{intent:?} never ends");
    }
    let announcing = AuditEvent::ALL
        .into_iter()
        .filter(|event| event.as_str().ends_with("_initiated"));
    assert_eq!(announcing.count(), Intent::ALL.len());
}

#[test]
fn what_nobody_ends_any_more_is_about_whom_it_was_announced_for() {
    for intent in Intent::ALL {
        let mut announced = intent_entry(intent, "r-1", at(0));
        announced.subject.agent.id = Some("agent-7".to_owned());
        announced.subject.agent.origin = IdOrigin::Credential;
        let ended = AuditEntry::outcome_unknown(&record(41, &announced), at(9));
        let ended = ended.expect("an intent");
        assert_eq!(ended.event(), AuditEvent::OutcomeUnknown);
        assert_eq!(ended.subject, announced.subject);
        assert_eq!(
            (ended.at, &*ended.tenant, &*ended.request_id),
            (at(9), &*announced.tenant, "r-1")
        );
        let intent = format!(
            "\"intent\":{{\"event\":\"{}\",\"seq\":41}}",
            announced.event().as_str()
        );
        assert!(ended.to_canonical().contains(&intent), "{ended:?}");
    }
}

#[test]
fn what_announces_nothing_is_not_ended() {
    let mut strange = intent_entry(Intent::Fetch, "r-1", at(0)).columns();
    strange.agent_origin = "hearsay".to_owned();
    let strange = AuditRecord {
        columns: strange,
        ..record(1, &fetch_entry("r-1", at(0)))
    };
    let others = [
        record(1, &fetch_entry("r-1", at(0))),
        record(1, &adoption_entry("r-1", "item-1", at(0))),
        record(1, &unknown_entry("r-1", at(0))),
        strange,
    ];
    for record in others {
        assert_eq!(AuditEntry::outcome_unknown(&record, at(9)), None);
    }
}

#[test]
fn records_that_could_not_be_written_are_counted_by_what_kept_them_from_it() {
    let one = |request: &str, seconds, kind| {
        Unwritten::one(&fetch_entry(request, at(seconds)).columns(), kind)
    };
    // Not always in the order of their times: those that wait longest may be refused last.
    let unwritten = one("r-1", 2, StoreErrorKind::Full)
        .and(one("r-2", 1, StoreErrorKind::Full))
        .and(one("r-3", 5, StoreErrorKind::Unavailable));
    let entry = unwritten.to_entry();
    assert_eq!((entry.at, &*entry.request_id), (at(5), "r-1"));
    insta::assert_snapshot!(entry.to_canonical(), @r#"{"agent":{"id":null,"origin":"unknown"},"at_us":1763800005000000,"conversation_id":null,"event":"assist_log_unwritten","queue":{"id":null,"origin":"unknown"},"request_id":"r-1","schema":1,"session_id":null,"tenant":"acme","unwritten":{"count":3,"from_us":1763800001000000,"reasons":{"full":2,"unavailable":1},"until_us":1763800005000000}}"#);
}

#[test]
fn a_refusal_tells_fields_and_rules_and_no_value() {
    let refusals: Vec<String> = refused_entries("r-1", at(0))
        .iter()
        .map(|entry| {
            let canonical = entry.to_canonical();
            let value: serde_json::Value = serde_json::from_str(&canonical).expect("JSON");
            format!(
                "{} {} {}",
                entry.event().as_str(),
                value["refusal"],
                value["violations"]
            )
        })
        .collect();
    insta::assert_snapshot!(refusals.join("\n"), @r#"
    assist_adoption_refused "payload_rules" [{"field":"conversation_id","rule":"required"},{"field":"session_id","rule":"required"},{"field":"events","rule":"required"}]
    assist_adoption_refused "never_emitted" null
    assist_adoption_refused "too_late" null
    assist_adoption_refused "event_id_taken" null
    assist_switch_refused null [{"field":"session_id","rule":"required"}]
    "#);
}
