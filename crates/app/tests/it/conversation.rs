//! What the log says about a conversation, from records alone.

use agent_assist_app::conversation::replay::{Replay, replay};
use agent_assist_app::conversation::statement::{Anchor, Statement, statement};
use agent_assist_app::conversation::{Displayed, records};
use agent_assist_domain::answer::{CacheInfo, CacheStatus, DegradedReason};
use agent_assist_domain::audit::{
    AuditEntry, AuditFact, AuditRecord, Egress, FetchFacts, ReadCommand, Seq, ShownAs,
};
use agent_assist_domain::ports::AuditLog as _;
use agent_assist_domain::time::Timestamp;
use agent_assist_testkit::ManualClock;
use agent_assist_testkit::build::{
    CONVERSATION, adoption_entry, egress_entry, engaged_entry, failed_entry, fetch_entry,
    findings_entry, reading_entry, refusal_entry, withheld_entry,
};
use agent_assist_testkit::memory::MemoryAuditLog;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(ManualClock::START.as_micros() + seconds * 1_000_000)
}

/// The same content as [`fetch_entry`], from what is remembered of `age_ms` ago.
fn remembered(request_id: &str, status: CacheStatus, age_ms: u64, at: Timestamp) -> AuditEntry {
    let completed = fetch_entry(request_id, at);
    let AuditFact::FetchCompleted(scope, mut facts) = completed.fact else {
        unreachable!("fetch_entry builds a completed fetch");
    };
    facts.cache = CacheInfo { status, age_ms };
    AuditEntry {
        fact: AuditFact::FetchHit(scope, facts),
        ..completed
    }
}

/// The record of a hit that gives out what `whole`, record `seq`, tells.
fn repeating(whole: &AuditEntry, seq: Seq, at: Timestamp) -> AuditEntry {
    let AuditFact::FetchCompleted(scope, facts) = whole.fact.clone() else {
        unreachable!("a completed fetch");
    };
    let facts = FetchFacts {
        shown_as: Some(ShownAs {
            seq,
            request_id: whole.request_id.clone(),
            digest: facts.content_digest(scope.policy_version()),
        }),
        shown: Vec::new(),
        rejected: Vec::new(),
        cache: CacheInfo {
            status: CacheStatus::Hit,
            age_ms: 4_000,
        },
        ..facts
    };
    AuditEntry {
        at,
        fact: AuditFact::FetchHit(scope, facts),
        ..whole.clone()
    }
}

/// A conversation with everything in it.
fn story() -> Vec<AuditEntry> {
    let mut elsewhere = fetch_entry("r-3", at(3));
    elsewhere.subject.session_id = Some("session-2".to_owned());
    vec![
        fetch_entry("r-1", at(1)),
        findings_entry("r-2", at(2)),
        elsewhere,
        remembered("r-4", CacheStatus::Hit, 8_900, at(10)),
        adoption_entry("r-5", "item-1", at(12)),
        failed_entry("r-6", DegradedReason::Timeout, at(20)),
        withheld_entry("r-7", at(30)),
        egress_entry("r-8", Egress::Answer, at(31)),
        reading_entry("r-9", ReadCommand::List, at(40)),
    ]
}

async fn log_of(entries: &[AuditEntry]) -> (MemoryAuditLog, Vec<AuditRecord>) {
    let log = MemoryAuditLog::default();
    for entry in entries {
        log.append(entry).await.expect("append");
    }
    let records = records(&log, CONVERSATION, None).await.expect("readable");
    (log, records)
}

async fn replayed(entries: &[AuditEntry], when: Timestamp) -> Replay {
    let (_, records) = log_of(entries).await;
    replay(CONVERSATION, when, &records)
}

#[tokio::test]
async fn before_the_first_answer_nothing_had_been_given_out() {
    let told = replayed(&story(), at(0)).await;
    assert!(told.sessions.is_empty() && told.through_seq.is_none());
    assert_eq!(told.conversation_id, CONVERSATION);
}

#[tokio::test]
async fn the_last_answer_of_each_session_counts_with_where_it_came_from_and_its_age() {
    let told = replayed(&story(), at(15)).await;
    let [first, second] = &told.sessions[..] else {
        panic!("two sessions: {told:#?}");
    };
    assert_eq!((first.seq, first.outcome.as_str()), (4, "hit"));
    assert_eq!((second.seq, second.outcome.as_str()), (3, "completed"));
    let whence = &first.whence;
    // Record 3 has the same content; record 1 is as old as what was remembered.
    assert_eq!((whence.from, whence.seq), ("cache", Some(1)));
    assert_eq!((whence.age_then_ms, whence.age_at_ms), (8_900, 13_900));
    assert_eq!(second.whence.from, "upstream");
    assert_eq!(second.whence.age_at_ms, 12_000);
    let [item] = &first.shown[..] else {
        panic!("one item: {first:#?}");
    };
    assert_eq!(item.recommendation_id, "item-1");
    assert_eq!(item.score, Some(0.91));
    assert_eq!(item.used_at_us, [at(12).as_micros()]);
    assert!(
        item.content_sha256
            .as_ref()
            .is_some_and(|hash| hash.len() == 64)
    );
    assert!(
        second.shown[0].used_at_us.is_empty(),
        "another session used it"
    );
    let [held] = &first.suppressed[..] else {
        panic!("one held back: {first:#?}");
    };
    assert_eq!(held.recommendation_id.as_deref(), Some("item-2"));
    assert_eq!(held.reason.as_deref(), Some("below_threshold"));
    assert_eq!((held.score, first.threshold), (Some(0.12), Some(0.75)));
}

/// What stays on a screen is told of once, also if the desktop asks again and again.
#[tokio::test]
async fn a_replay_says_what_the_client_confirmed_displayed() {
    let told = replayed(&[fetch_entry("r-1", at(1))], at(9)).await;
    assert_eq!(told.displayed, Displayed::NotReported);
    let entries = [
        fetch_entry("r-1", at(1)),
        engaged_entry("r-2", at(2)),
        remembered("r-3", CacheStatus::Hit, 4_000, at(5)),
    ];
    let told = replayed(&entries, at(9)).await;
    assert_eq!(told.displayed, Displayed::Confirmed);
    let item = &told.sessions[0].shown[0];
    assert_eq!(item.displayed_at_us, Some(at(2).as_micros()));
    assert!(item.used_at_us.is_empty(), "it was seen and judged");
    let told = replayed(&entries, at(1)).await;
    assert_eq!(told.displayed, Displayed::NotReported, "as of then");
}

/// An answer that repeats another refers to its record.
#[tokio::test]
async fn what_a_record_refers_to_is_told_as_if_it_stood_there() {
    let whole = fetch_entry("r-1", at(1));
    let repeated = repeating(&whole, 1, at(5));
    let told = replayed(&[whole, repeated], at(9)).await;
    let session = &told.sessions[0];
    assert_eq!((session.seq, session.shown.len()), (2, 1));
    assert_eq!(session.suppressed.len(), 1);
    assert_eq!(session.whence.seq, Some(1));
}

#[tokio::test]
async fn content_whose_record_is_gone_is_said_to_be_of_no_record() {
    let hit = remembered("r-1", CacheStatus::Stale, 5_000, at(10));
    let told = replayed(&[refusal_entry("r-0", at(1)), hit], at(10)).await;
    let whence = &told.sessions[0].whence;
    assert_eq!((whence.from, whence.seq), ("stale", None));
    assert_eq!(whence.age_at_ms, 5_000);
}

#[tokio::test]
async fn an_answer_that_was_stopped_is_not_told_as_given_out() {
    let entries = [
        fetch_entry("r-1", at(1)),
        egress_entry("r-1", Egress::Answer, at(2)),
    ];
    let told = replayed(&entries, at(3)).await;
    assert_eq!(told.sessions[0].stopped_by_seq, Some(2));
    let analytics = [
        fetch_entry("r-1", at(1)),
        egress_entry("r-1", Egress::Analytics, at(2)),
    ];
    let told = replayed(&analytics, at(3)).await;
    assert_eq!(told.sessions[0].stopped_by_seq, None);
}

#[tokio::test]
async fn an_entry_that_is_no_json_is_named_and_costs_no_other() {
    let (_, mut records) = log_of(&story()).await;
    records[1].entry.truncate(20);
    let told = replay(CONVERSATION, at(15), &records);
    assert_eq!(told.unreadable, [2]);
    assert_eq!(told.sessions.len(), 2);
    assert_eq!(stated(&records).unreadable, [2]);
}

fn stated(records: &[AuditRecord]) -> Statement {
    let anchor = Anchor {
        last_seq: 9,
        size: 9,
        root_hash: "ab".repeat(32),
        checkpoint: None,
    };
    statement(CONVERSATION, records, anchor)
}

#[tokio::test]
async fn a_statement_adds_up() {
    let (log, records_of_all) = log_of(&story()).await;
    let told = stated(&records_of_all);
    let requests = told.requests;
    assert_eq!(
        requests.total,
        requests.from_cache
            + requests.from_upstream
            + requests.failed
            + requests.withheld
            + requests.refused
    );
    assert_eq!((requests.total, requests.from_upstream), (6, 3));
    assert_eq!(told.session_ids.len(), 2);
    let [item] = &told.given_out[..] else {
        panic!("one item: {told:#?}");
    };
    assert_eq!((item.times, item.used_at_us.len()), (5, 1));
    assert_eq!(
        item.contents_sha256.len(),
        2,
        "it was shown in two wordings"
    );
    assert_eq!(told.masked, [("EMAIL_ADDRESS".to_owned(), 1)].into());
    let held: Vec<_> = told.held_back.iter().collect();
    assert_eq!(
        held.len(),
        1,
        "an item counts once, by its last reason: {held:?}"
    );
    assert_eq!((told.stopped, told.readings), (1, 1));
    let some = records(&log, CONVERSATION, Some(4))
        .await
        .expect("readable");
    assert_eq!(some.len(), 4, "as far as the anchor reaches");
}
