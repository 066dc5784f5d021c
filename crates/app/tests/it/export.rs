//! The log on its way to a SIEM: every record, once, each one line, in words that the schema knows.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::process::{Command, Stdio};

use agent_assist_app::export::{Cursor, Export, ExportFormat, ExportQuery, line, uid};
use agent_assist_domain::access::Denial;
use agent_assist_domain::assist::SwitchScope;
use agent_assist_domain::audit::{
    Actor, AuditEntry, AuditEvent, AuditFact, AuditFilter, AuditRecord, Egress, ErasureStage,
    Intent, ReadCommand, Seq,
};
use agent_assist_domain::ports::{AuditLog as _, SourceErrorKind};
use agent_assist_domain::retention::HoldScope;
use agent_assist_domain::time::Timestamp;
use agent_assist_testkit::ManualClock;
use agent_assist_testkit::build::{
    admin_entries, adoption_entry, archive_facts, denied_entry, egress_entry, engaged_entry,
    erasure_entry, fetch_entry, findings_entry, forward_entries, hold_entry, hold_release_entry,
    initiated_entry, intent_entry, key_change_facts, log_entry, reading_entry, refusal_entry,
    refused_entries, session_pause, switch_entry, switch_off, switch_on, unknown_entry,
    unwritten_entry, withheld_entry,
};
use agent_assist_testkit::memory::MemoryAuditLog;
use serde_json::Value;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(ManualClock::START.as_micros() + seconds * 1_000_000)
}

fn record(seq: Seq, entry: &AuditEntry) -> AuditRecord {
    AuditRecord {
        seq,
        columns: entry.columns(),
        entry: entry.to_canonical(),
    }
}

/// At least one record of every event, in several shapes where an event has them.
pub(crate) fn one_of_each() -> Vec<AuditRecord> {
    let completed = fetch_entry("r-3", at(2));
    let AuditFact::FetchCompleted(scope, facts) = completed.fact.clone() else {
        unreachable!("fetch_entry builds a completed fetch");
    };
    let with = |fact: AuditFact| AuditEntry {
        fact,
        ..completed.clone()
    };
    let mut failure = facts.clone();
    failure.error = Some(SourceErrorKind::ServerError);
    failure.upstream.status = Some(503);
    let everything = || SwitchScope::Everything;
    let mut by_nobody = switch_off(everything(), at(9), None);
    by_nobody.by = None;
    let mut quoted = switch_on(everything(), at(9));
    quoted.by = Some("M\u{e4}ria \"the\u{2028}boss\"".to_owned());
    let mut read_by_nobody_known = reading_entry("r-11", ReadCommand::Export, at(10));
    if let AuditFact::AuditRead(facts) = &mut read_by_nobody_known.fact {
        facts.by = Actor::default();
    }
    let mut entries = vec![
        initiated_entry("r-1", at(0)),
        with(AuditFact::FetchHit(scope.clone(), facts.clone())),
        completed.clone(),
        with(AuditFact::FetchFailed(scope.clone(), failure.clone())),
        with(AuditFact::RefreshCompleted(scope.clone(), facts)),
        with(AuditFact::RefreshFailed(scope, failure)),
        withheld_entry("r-4", at(3)),
        refusal_entry("r-2", at(-1)),
        adoption_entry("r-3", "item-1", at(1)),
        switch_entry("r-5", &switch_off(everything(), at(4), Some(at(64)))),
        switch_entry("r-6", &by_nobody),
        switch_entry("r-6", &quoted),
        switch_entry("r-7", &session_pause(at(6), at(66))),
        findings_entry("r-8", at(7)),
        egress_entry("r-9", Egress::Answer, at(8)),
        denied_entry("r-9", Denial::Role, at(8)),
        intent_entry(Intent::Refresh, "r-10", at(9)),
        unknown_entry("r-1", at(10)),
        unwritten_entry("r-11", at(11)),
        reading_entry("r-10", ReadCommand::Query, at(9)),
        read_by_nobody_known,
        erasure_entry("r-10", ErasureStage::Intended, at(10)),
        erasure_entry("r-10", ErasureStage::Done, at(11)),
        hold_entry("r-10", HoldScope::Conversation("c-1".to_owned()), at(9)),
        hold_entry("r-11", HoldScope::Everything, at(10)),
        hold_release_entry("r-12", 17, at(11)),
        log_entry(
            "r-13",
            AuditFact::AuditArchived(archive_facts(1, 9)),
            at(12),
        ),
        log_entry(
            "r-14",
            AuditFact::AuditArchiveDeleted(archive_facts(1, 9)),
            at(13),
        ),
        log_entry(
            "r-15",
            AuditFact::AuditKeyChanged(key_change_facts()),
            at(14),
        ),
        reading_entry("r-16", ReadCommand::Whois, at(14)),
    ];
    entries.extend(refused_entries("r-12", at(12)));
    entries.extend(admin_entries("r-17", at(14)));
    entries.push(engaged_entry("r-15", at(14)));
    entries.push(intent_entry(Intent::Forward, "r-16", at(15)));
    entries.extend(forward_entries("r-16", at(16)));
    let seen: BTreeSet<AuditEvent> = entries.iter().map(AuditEntry::event).collect();
    assert_eq!(seen, AuditEvent::ALL.into(), "an event is missing here");
    (1..)
        .zip(&entries)
        .map(|(seq, entry)| record(seq, entry))
        .collect()
}

fn ocsf(record: &AuditRecord) -> Value {
    serde_json::from_str(&line(record, ExportFormat::Ocsf)).expect("JSON")
}

/// What is missing of `names` in `object`.
fn missing<'n>(object: &Value, names: &'n Value) -> Vec<&'n str> {
    let names = names.as_array().into_iter().flatten();
    names
        .filter_map(Value::as_str)
        .filter(|name| object[*name].is_null())
        .collect()
}

#[test]
fn every_event_has_what_the_schema_requires() {
    let required: Value =
        serde_json::from_str(include_str!("../ocsf/required.json")).expect("JSON");
    for record in one_of_each() {
        let event = ocsf(&record);
        let name = &record.columns.event;
        assert_eq!(event["metadata"]["version"], required["version"]);
        let class = event["class_uid"].to_string();
        let of_class = &required["classes"][&class];
        assert!(of_class.is_array(), "{name} is of class {class}");
        assert_eq!(missing(&event, of_class), [""; 0], "{name}");
        for (path, rule) in required["objects"].as_object().expect("objects") {
            let object = event.pointer(&format!("/{}", path.replace('.', "/")));
            let several = object.and_then(Value::as_array);
            let objects =
                several.map_or_else(|| object.into_iter().collect(), |of| of.iter().collect());
            let objects: Vec<&Value> = objects;
            for object in objects {
                assert_eq!(
                    missing(object, &rule["required"]),
                    [""; 0],
                    "{name}: {path}"
                );
                let any = rule["at_least_one"].as_array();
                let all = any.map_or(0, Vec::len);
                let none = missing(object, &rule["at_least_one"]).len() == all && all > 0;
                assert!(!none, "{name}: {path} has none of {}", rule["at_least_one"]);
            }
        }
        assert_eq!(
            event["type_uid"],
            event["class_uid"].as_u64().expect("a class") * 100
                + event["activity_id"].as_u64().expect("an activity")
        );
    }
}

/// The published schema itself, where its package is installed; see `ocsf/validate.py`.
#[test]
fn every_event_fits_the_published_schema() {
    let events: Vec<String> = one_of_each()
        .iter()
        .map(|record| line(record, ExportFormat::Ocsf))
        .collect();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/ocsf/validate.py");
    let started = Command::new("python3")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut python) = started else {
        eprintln!("skipped: there is no python3");
        return;
    };
    let mut stdin = python.stdin.take().expect("a pipe");
    // A script without its packages reads nothing.
    let _ = stdin.write_all((events.join("\n") + "\n").as_bytes());
    drop(stdin);
    let said = python.wait_with_output().expect("it ends");
    let told = String::from_utf8_lossy(&said.stdout);
    match said.status.code() {
        Some(0) => assert!(told.contains(&format!("{} events", events.len())), "{told}"),
        Some(77) => eprintln!(
            "skipped: pip install ocsf-json-schema jsonschema ({})",
            String::from_utf8_lossy(&said.stderr).trim()
        ),
        code => panic!(
            "{code:?}\n{told}\n{}",
            String::from_utf8_lossy(&said.stderr)
        ),
    }
}

#[test]
fn the_mapping_is_a_contract_with_whoever_wrote_rules_on_it() {
    let told: Vec<String> = one_of_each()
        .iter()
        .map(|record| {
            let event = ocsf(record);
            let text = |pointer: &str| match event.pointer(pointer) {
                Some(Value::String(text)) => text.escape_default().to_string(),
                Some(value) => value.to_string(),
                None => "-".to_owned(),
            };
            [
                "/metadata/event_code",
                "/type_name",
                "/severity",
                "/status",
                "/status_code",
                "/status_detail",
                "/actor/user/uid",
                "/actor/user/name",
                "/api/operation",
                "/http_response/code",
                "/message",
            ]
            .map(text)
            .join(" | ")
        })
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn what_has_no_place_in_the_schema_is_passed_on_as_it_is() {
    for record in one_of_each() {
        let event = ocsf(&record);
        let entry: Value = serde_json::from_str(&record.entry).expect("JSON");
        let mapped = [
            "conversation_id",
            "event",
            "request_id",
            "session_id",
            "tenant",
        ];
        for (name, value) in entry.as_object().expect("an object") {
            if mapped.contains(&&**name) {
                assert!(event["unmapped"][name].is_null(), "{name} stands twice");
            } else {
                assert_eq!(&event["unmapped"][name], value, "{name}");
            }
        }
        assert_eq!(event["metadata"]["sequence"], record.seq);
        assert_eq!(event["metadata"]["uid"], uid(&record));
        let millis = record.columns.at.as_micros().div_euclid(1_000);
        assert_eq!(event["time"], millis);
    }
}

#[test]
fn a_record_is_one_line_whatever_is_in_it() {
    let line_ends = [
        '\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}',
    ];
    let mut hostile = fetch_entry("r\n\u{2028}\u{85}\u{9b}1", at(0));
    hostile.tenant = "a\r\nb\u{2029}".to_owned();
    let whole = record(1, &hostile);
    let spread = AuditRecord {
        entry: whole.entry.replacen('{', "{\r\n  ", 1),
        ..whole.clone()
    };
    let broken = AuditRecord {
        entry: "{\"at_us\":\n\u{2028} 1".to_owned(),
        ..whole.clone()
    };
    let list = AuditRecord {
        entry: "[1,\n2]".to_owned(),
        ..whole.clone()
    };
    for record in [&whole, &spread, &broken, &list] {
        for format in [ExportFormat::Ndjson, ExportFormat::Ocsf] {
            let line = line(record, format);
            assert!(!line.contains(line_ends), "{line:?}");
            assert!(!line.contains('\u{9b}'), "{line:?}");
            serde_json::from_str::<Value>(&line).expect(&line);
        }
    }
    let told: Value = serde_json::from_str(&line(&broken, ExportFormat::Ndjson)).expect("JSON");
    assert_eq!(told["entry_text"], broken.entry);
    let told: Value = serde_json::from_str(&line(&list, ExportFormat::Ocsf)).expect("JSON");
    assert_eq!(told["unmapped"]["entry_text"], list.entry);
}

#[test]
fn a_plain_line_holds_position_columns_and_the_entry() {
    for record in one_of_each() {
        let told: Value = serde_json::from_str(&line(&record, ExportFormat::Ndjson)).expect("JSON");
        assert_eq!(told["seq"], record.seq);
        assert_eq!(told["id"], uid(&record));
        let entry: Value = serde_json::from_str(&record.entry).expect("JSON");
        assert_eq!(told["entry"], entry);
        for name in [
            "event",
            "tenant",
            "request_id",
            "session_id",
            "conversation_id",
        ] {
            assert_eq!(told["columns"][name], entry[name], "{name}");
        }
        assert_eq!(told["columns"]["at_us"], entry["at_us"]);
    }
}

#[test]
fn identifiers_are_the_same_every_time_and_differ_between_records_and_stores() {
    let entry = fetch_entry("r-1", at(0));
    let first = record(1, &entry);
    assert_eq!(uid(&first), uid(&first.clone()));
    assert_eq!(uid(&first), "edca9256-a3a8-53d2-9eaf-41f8aeeccf0e");
    let elsewhere = record(1, &fetch_entry("r-2", at(0)));
    assert_ne!(uid(&first), uid(&record(2, &entry)));
    assert_ne!(uid(&first), uid(&elsewhere));
}

/// Positions of what an export gives.
async fn export(log: &MemoryAuditLog, query: ExportQuery) -> Vec<Seq> {
    let mut export = Export::new(log, query);
    let mut seen = Vec::new();
    loop {
        let seqs =
            |page: Vec<AuditRecord>| -> Vec<Seq> { page.iter().map(|record| record.seq).collect() };
        match export.page(seqs).await.expect("readable") {
            Some(seqs) => seen.extend(seqs),
            None => return seen,
        }
    }
}

#[tokio::test]
async fn exports_one_after_the_other_miss_and_repeat_nothing() {
    let log = MemoryAuditLog::default();
    let mut cursor = Cursor::BEGINNING;
    let mut seen = Vec::new();
    let entry = fetch_entry("r", at(0));
    for appended in [0_i64, 1, 499, 500, 501, 0, 1_700] {
        for _ in 0..appended {
            log.append(&entry).await.expect("append");
        }
        let query = ExportQuery {
            since: cursor,
            ..ExportQuery::default()
        };
        let more = export(&log, query).await;
        cursor = more.last().copied().map_or(cursor, Cursor::behind);
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        seen.extend(more);
    }
    let all: Vec<Seq> = (1..=3_201).collect();
    assert_eq!(seen, all);
}

#[tokio::test]
async fn an_end_is_a_place_in_the_log_so_that_a_clock_set_back_loses_nothing() {
    let log = MemoryAuditLog::default();
    for seconds in [0, 10, 30, 5, 40] {
        let entry = fetch_entry("r", at(seconds));
        log.append(&entry).await.expect("append");
    }
    let until = |since, until| ExportQuery {
        since,
        until,
        ..ExportQuery::default()
    };
    let first = export(&log, until(Cursor::BEGINNING, Some(at(20)))).await;
    assert_eq!(first, [1, 2]);
    assert_eq!(
        export(&log, until(Cursor::behind(2), None)).await,
        [3, 4, 5]
    );
}

#[tokio::test]
async fn an_export_can_be_narrowed() {
    let log = MemoryAuditLog::default();
    let both = [
        fetch_entry("r", at(0)),
        adoption_entry("r", "item-1", at(1)),
    ];
    for entry in both.iter().cycle().take(1_200) {
        log.append(entry).await.expect("append");
    }
    let adoptions = ExportQuery {
        filter: AuditFilter {
            events: vec![AuditEvent::RecommendationAdopted],
            ..AuditFilter::default()
        },
        ..ExportQuery::default()
    };
    let seen = export(&log, adoptions).await;
    let even: Vec<Seq> = (1..=600).map(|half| half * 2).collect();
    assert_eq!(seen, even);
}

#[test]
fn what_is_no_cursor_says_what_one_looks_like() {
    for text in ["", "+1", "-1", "1.5", "24h", "99999999999999999999", " 1"] {
        let error = text.parse::<Cursor>().expect_err(text);
        assert!(error.to_string().contains("such as 1042"), "{error}");
    }
}
