//! How much a record takes.

use agent_assist_domain::audit::{Attribution, AuditEntry};
use agent_assist_domain::ports::AuditLog as _;

use super::{at, fresh, used};

/// The bytes that a record takes are reckoned, since counting them means reading the file.
#[tokio::test]
async fn what_a_record_takes_is_about_what_is_reckoned() {
    const RECORDS: i64 = 6_000;
    let (store, place) = fresh().await;
    // Identifiers as long as those of the platform, in no order.
    let id = |kind: u32, number: i64| {
        let mixed = (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        format!(
            "{:08x}-{kind:04}-4000-8000-{:012x}",
            mixed >> 32,
            mixed & 0xffff_ffff_ffff
        )
    };
    let entries: Vec<AuditEntry> = (0..RECORDS)
        .map(|second| {
            let mut entry = used(0, second);
            entry.request_id = format!("0199{second:08x}-7000-8000-0000-000000000000");
            entry.subject.conversation_id = Some(id(1, second / 12));
            entry.subject.session_id = Some(id(2, second / 12));
            entry.subject.agent = Attribution {
                id: Some(id(3, second % 300)),
                origin: agent_assist_domain::audit::IdOrigin::Request,
            };
            entry
        })
        .collect();
    for batch in entries.chunks(2_000) {
        let appended = batch.iter().map(|entry| store.append(entry));
        for done in futures_util::future::join_all(appended).await {
            done.expect("append");
        }
    }
    let room = store.room(at(RECORDS)).await.expect("room");
    assert_eq!(room.records, RECORDS as u64);
    assert_eq!(room.span.as_secs(), RECORDS as u64);
    assert!(room.free.is_none_or(|free| free > 0));
    store.close().await;
    let bytes = std::fs::metadata(place.file()).expect("a file").len();
    let taken = bytes as f64 / RECORDS as f64;
    let reckoned = room.bytes_per_record as f64;
    assert!(
        (0.8..1.25).contains(&(reckoned / taken)),
        "{reckoned} reckoned, {taken} taken"
    );
}
