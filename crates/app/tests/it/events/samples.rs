//! The samples that `events trigger` sends are what the gateway makes.

use std::collections::BTreeSet;

use agent_assist_app::events::sample;
use agent_assist_domain::audit::{AuditEvent, AuditRecord};
use serde_json::Value;

use crate::export::one_of_each;

/// The first record of each event.
fn firsts() -> Vec<AuditRecord> {
    let mut seen = BTreeSet::new();
    let mut records = one_of_each();
    records.retain(|record| seen.insert(record.columns.event.clone()));
    records
}

/// The names of all members, wherever they stand.
fn shape(value: &Value, at: &str, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let at = format!("{at}.{name}");
                shape(member, &at, names);
                names.insert(at);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| shape(item, at, names)),
        _ => {}
    }
}

fn shape_of(json: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    shape(&serde_json::from_str(json).expect("JSON"), "", &mut names);
    names
}

/// `UPDATE_DOCS=1` writes them anew.
#[test]
fn there_is_a_sample_of_every_event_with_the_shape_of_today() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/events/samples.ndjson");
    let records = firsts();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        let lines: String = records
            .iter()
            .map(|record| format!("{}\n", record.entry))
            .collect();
        std::fs::write(path, lines).expect("written");
    }
    let lines = std::fs::read_to_string(path).expect("the samples");
    let shapes: Vec<_> = lines.lines().map(shape_of).collect();
    let today: Vec<_> = records
        .iter()
        .map(|record| shape_of(&record.entry))
        .collect();
    assert_eq!(shapes, today);
}

#[test]
fn a_sample_is_an_event_like_any_other() {
    for event in AuditEvent::ALL {
        let sample = sample(event, "id-1").unwrap_or_else(|| panic!("{event:?}"));
        assert_eq!((sample.id(), sample.kind()), ("id-1", event.as_str()));
        let json: Value = serde_json::from_str(&sample.to_json()).expect("JSON");
        assert_eq!(json["type"], event.as_str());
        assert_eq!(json["data"]["event"], event.as_str());
        assert_eq!(json["schema"], 1);
    }
}
