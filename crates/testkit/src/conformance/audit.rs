//! The contracts of [`AuditLog`] and [`AuditTrail`].
//!
//! The cases take one value that is both. Where a backend has two, a struct that holds them and
//! passes the calls on will do.

use agent_assist_domain::access::Denial;
use agent_assist_domain::assist::SwitchScope;
use agent_assist_domain::audit::{
    AuditEntry, AuditEvent, AuditFact, AuditFilter, AuditOrder, AuditQuery, AuditRecord,
    Continuity, Damage, Egress, ErasureStage, Intent, LogHead, ReadCommand, Seq,
};
use agent_assist_domain::ports::{AuditLog, AuditTrail};
use agent_assist_domain::retention::HoldScope;
use agent_assist_tlog::{ConsistencyProof, Hash, InclusionProof, TreeHead, leaf_hash};
use futures_util::FutureExt as _;
use futures_util::future::join_all;

use super::at;
use crate::build::{
    CONVERSATION, SESSION, TENANT, admin_entries, adoption_entry, archive_facts, denied_entry,
    egress_entry, engaged_entry, erasure_entry, fetch_entry, findings_entry, forward_entries,
    hold_entry, hold_release_entry, initiated_entry, intent_entry, key_change_facts, log_entry,
    reading_entry, refusal_entry, refused_entries, session_pause, switch_entry, switch_off,
    switch_on, unknown_entry, unwritten_entry, withheld_entry,
};
use crate::memory::{chain, heads};

/// More pages than any case has records: a backend that repeats a page fails and does not hang.
const MOST_PAGES: usize = 20;

/// A log that can be read. Implemented for everything that is both.
pub trait ReadableLog: AuditLog + AuditTrail {}

impl<S: AuditLog + AuditTrail> ReadableLog for S {}

/// Holds an [`AuditLog`] and its [`AuditTrail`] to their contracts; see
/// [`conformance`](crate::conformance).
#[macro_export]
macro_rules! audit_conformance {
    ($fresh:expr $(,)?) => {
        $crate::__conformance_cases!(
            audit,
            $fresh,
            [
                positions_count_from_one,
                concurrent_appends_get_contiguous_positions,
                every_event_is_kept_byte_for_byte,
                a_dropped_append_leaves_the_entry_durable_or_absent,
                a_position_without_a_record_is_none,
                pages_from_the_first_record_miss_and_repeat_nothing,
                pages_from_the_last_record_back_ignore_what_is_appended_meanwhile,
                pages_by_time_are_in_its_order_though_the_clock_was_set,
                a_page_holds_at_most_its_limit,
                every_filter_restricts_and_all_of_them_together,
                what_was_appended_is_whole_and_answers_for_its_states,
                records_and_states_are_proved,
            ]
        );
    };
    ($fresh:expr, reopen: |$place:ident| $reopen:expr $(,)?) => {
        $crate::audit_conformance!($fresh);
        $crate::__reopening_cases!(
            audit,
            $fresh,
            |$place| $reopen,
            [acknowledged_entries_survive_reopening]
        );
    };
}

/// Positions are contiguous from 1 in the order of appending.
pub async fn positions_count_from_one(store: &dyn ReadableLog) {
    assert_eq!(everything(store).await, [], "the log must start empty");
    for expected in 1..=5 {
        let entry = fetch_entry(&format!("r-{expected}"), at(0));
        assert_eq!(append(store, &entry).await, expected);
    }
}

/// Concurrent appends get distinct positions in some order, without a gap.
pub async fn concurrent_appends_get_contiguous_positions(store: &dyn ReadableLog) {
    let entries: Vec<AuditEntry> = (0..64)
        .map(|n| fetch_entry(&format!("r-{n}"), at(n)))
        .collect();
    let given = join_all(entries.iter().map(|entry| append(store, entry))).await;
    let mut sorted = given.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, (1..=64).collect::<Vec<Seq>>());
    let mut ordered: Vec<(Seq, &AuditEntry)> = given.into_iter().zip(&entries).collect();
    ordered.sort_unstable_by_key(|(seq, _)| *seq);
    let entries: Vec<AuditEntry> = ordered.into_iter().map(|(_, e)| e.clone()).collect();
    for record in chain(&entries) {
        assert_eq!(get(store, record.seq).await, record);
    }
}

/// `entry` is byte for byte what was appended, chained to the record before it, and the columns are
/// its own.
pub async fn every_event_is_kept_byte_for_byte(store: &dyn ReadableLog) {
    let entries = one_of_each_event();
    let expected = chain(&entries);
    for (record, entry) in expected.iter().zip(&entries) {
        assert_eq!(append(store, entry).await, record.seq);
        assert_eq!(get(store, record.seq).await, *record);
    }
    assert_eq!(everything(store).await, expected);
}

/// Dropping the future leaves the entry either durable or absent, never torn, and no gap.
pub async fn a_dropped_append_leaves_the_entry_durable_or_absent(store: &dyn ReadableLog) {
    let dropped = fetch_entry("dropped", at(0));
    // Polled once and dropped.
    let _ = store.append(&dropped).now_or_never();
    let after = fetch_entry("after", at(1));
    let seq = append(store, &after).await;
    let records = everything(store).await;
    // Where it is absent, the log may say that it could not be written.
    let unwritten = AuditEvent::LogUnwritten.as_str();
    if seq == 2
        && records
            .first()
            .is_some_and(|first| first.columns.event == unwritten)
    {
        let requests = records.iter().map(|record| &*record.columns.request_id);
        assert_eq!(requests.collect::<Vec<_>>(), ["dropped", "after"]);
        return;
    }
    let expected: Vec<AuditRecord> = match seq {
        1 => chain(&[after]),
        _ => chain(&[dropped, after]),
    };
    assert_eq!(records, expected);
}

/// `None` where there is none.
pub async fn a_position_without_a_record_is_none(store: &dyn ReadableLog) {
    append(store, &fetch_entry("r-1", at(0))).await;
    for seq in [0, 2, i64::MAX as Seq, Seq::MAX] {
        assert_eq!(store.get(seq).await.expect("get"), None, "position {seq}");
    }
}

/// Reading with `after` continues behind a page, whatever is appended meanwhile.
pub async fn pages_from_the_first_record_miss_and_repeat_nothing(store: &dyn ReadableLog) {
    let mut seen = Vec::new();
    append_numbered(store, 0..5).await;
    let mut query = pages_of(2, AuditOrder::OldestFirst);
    for round in 0..MOST_PAGES {
        let page = page(store, &query).await;
        let Some(last) = page.last() else { break };
        query.after = Some(last.seq);
        seen.extend(page.iter().map(|record| record.seq));
        if round == 0 {
            append_numbered(store, 5..8).await;
        }
    }
    assert_eq!(seen, (1..=8).collect::<Vec<Seq>>());
}

/// The same from the other end: what is appended meanwhile lies in front, not behind.
pub async fn pages_from_the_last_record_back_ignore_what_is_appended_meanwhile(
    store: &dyn ReadableLog,
) {
    let mut seen = Vec::new();
    append_numbered(store, 0..5).await;
    let mut query = pages_of(2, AuditOrder::NewestFirst);
    for _ in 0..MOST_PAGES {
        let page = page(store, &query).await;
        let Some(last) = page.last() else { break };
        query.after = Some(last.seq);
        seen.extend(page.iter().map(|record| record.seq));
        append_numbered(store, 5..6).await;
    }
    assert_eq!(seen, [5, 4, 3, 2, 1]);
}

/// Whatever the clock did while they were written, and wherever a page ends among records of one time.
pub async fn pages_by_time_are_in_its_order_though_the_clock_was_set(store: &dyn ReadableLog) {
    for (n, second) in [5, 1, 3, 3, 3, 1, 9, 0].into_iter().enumerate() {
        append(store, &fetch_entry(&format!("r-{n}"), at(second))).await;
    }
    for limit in 1..6 {
        let mut query = pages_of(limit, AuditOrder::EarliestFirst);
        query.filter.since = Some(at(1));
        query.filter.until = Some(at(9));
        let mut seen = Vec::new();
        for _ in 0..MOST_PAGES {
            let page = page(store, &query).await;
            let Some(last) = page.last() else { break };
            query.continue_behind(last);
            seen.extend(page.iter().map(|record| record.seq));
        }
        assert_eq!(seen, [2, 6, 3, 4, 5, 1], "{limit} at a time");
    }
}

/// At most so many records; none is a limit too.
pub async fn a_page_holds_at_most_its_limit(store: &dyn ReadableLog) {
    append_numbered(store, 0..3).await;
    for (limit, expected) in [(0, 0), (1, 1), (3, 3), (u32::MAX, 3)] {
        let page = page(store, &pages_of(limit, AuditOrder::OldestFirst)).await;
        assert_eq!(page.len(), expected, "limit {limit}");
    }
}

/// What is `None` does not restrict; what is given restricts, `since` inclusive, `until` not.
pub async fn every_filter_restricts_and_all_of_them_together(store: &dyn ReadableLog) {
    for entry in filter_entries() {
        append(store, &entry).await;
    }
    let text = |text: &str| Some(text.to_owned());
    let all = AuditFilter::default;
    let tenant = text(TENANT);
    let together = AuditFilter {
        tenant: tenant.clone(),
        conversation_id: text(CONVERSATION),
        session_id: text(SESSION),
        request_id: text("r-1"),
        events: vec![AuditEvent::FetchCompleted, AuditEvent::FetchFailed],
        since: Some(at(1)),
        until: Some(at(2)),
    };
    let conversation_id = text(CONVERSATION);
    let session_id = text("session-2");
    let request_id = text("r-3");
    let events = vec![AuditEvent::FetchRefused, AuditEvent::RecommendationAdopted];
    let (since, until) = (Some(at(3)), Some(at(3)));
    let cases: [(AuditFilter, &[Seq]); 10] = [
        (all(), &[1, 2, 3, 4, 5]),
        (AuditFilter { tenant, ..all() }, &[1, 3, 4, 5]),
        (
            AuditFilter {
                conversation_id,
                ..all()
            },
            &[1, 2, 3, 5],
        ),
        (
            AuditFilter {
                session_id,
                ..all()
            },
            &[3],
        ),
        (
            AuditFilter {
                request_id,
                ..all()
            },
            &[3],
        ),
        (AuditFilter { events, ..all() }, &[4, 5]),
        (AuditFilter { since, ..all() }, &[3, 4, 5]),
        (AuditFilter { until, ..all() }, &[1, 2]),
        (together, &[1]),
        (
            AuditFilter {
                request_id: text("nobody's"),
                ..all()
            },
            &[],
        ),
    ];
    for (filter, expected) in cases {
        let mut expected = expected.to_vec();
        for order in [AuditOrder::OldestFirst, AuditOrder::NewestFirst] {
            let query = AuditQuery {
                filter: filter.clone(),
                ..pages_of(100, order)
            };
            let found: Vec<Seq> = page(store, &query).await.iter().map(|r| r.seq).collect();
            assert_eq!(found, expected, "{query:?}");
            expected.reverse();
        }
    }
}

/// A log that nobody has touched is whole, and tells which states it has been in.
pub async fn what_was_appended_is_whole_and_answers_for_its_states(store: &dyn ReadableLog) {
    let entries = one_of_each_event();
    for entry in &entries {
        append(store, entry).await;
    }
    let found = store.verify(&[]).await.expect("verify");
    assert_eq!(found.faults, []);
    assert_eq!(found.records, entries.len() as u64);
    let mut claims = heads(&chain(&entries));
    assert_eq!(claims.last(), Some(&found.head));
    let found = store.verify(&claims).await.expect("verify");
    assert!(found.claims.iter().all(|claim| *claim == Continuity::Same));
    assert_eq!(found.faults, []);

    let longer = LogHead {
        size: entries.len() as u64 + 1,
        root: [0; 32],
    };
    claims[1].root = [0; 32];
    for (claim, damage) in [(longer, Damage::Truncated), (claims[1], Damage::Fork)] {
        let found = store.verify(&[claim]).await.expect("verify");
        assert_eq!(found.worst().map(|fault| fault.damage), Some(damage));
    }
}

/// Every record is proved in every state of the log, and every state to be the beginning of the later.
pub async fn records_and_states_are_proved(store: &dyn ReadableLog) {
    append_numbered(store, 0..9).await;
    let records = everything(store).await;
    let heads: Vec<TreeHead> = heads(&records).iter().map(tree_head).collect();
    for to in &heads {
        for record in &records {
            let proof = store.prove(record.seq, to.size).await.expect("prove");
            assert_eq!(proof.is_some(), record.seq <= to.size);
            let Some(proof) = proof else { continue };
            let proof = InclusionProof {
                index: proof.index,
                size: proof.size,
                path: proof.path.into_iter().map(Hash::from_bytes).collect(),
            };
            assert_eq!(proof.index, record.seq - 1);
            let leaf = leaf_hash(record.entry.as_bytes());
            proof.verify(leaf, to).expect("a proof that holds");
        }
        for from in &heads {
            let proof = store.prove_consistency(from.size, to.size).await;
            let proof = proof.expect("prove");
            assert_eq!(proof.is_some(), from.size <= to.size);
            let Some(proof) = proof else { continue };
            assert_eq!((tree_head(&proof.from), tree_head(&proof.to)), (*from, *to));
            let proof = ConsistencyProof {
                from: from.size,
                to: to.size,
                path: proof.path.into_iter().map(Hash::from_bytes).collect(),
            };
            proof.verify(from, to).expect("a proof that holds");
        }
    }
    let longer = records.len() as u64 + 1;
    assert_eq!(store.prove(1, longer).await.expect("prove"), None);
    assert_eq!(store.prove(0, 1).await.expect("prove"), None);
    let proof = store.prove_consistency(1, longer).await;
    assert_eq!(proof.expect("prove"), None);
}

fn tree_head(head: &LogHead) -> TreeHead {
    TreeHead {
        size: head.size,
        root: Hash::from_bytes(head.root),
    }
}

/// What was acknowledged is durable, and counting goes on where it stopped.
pub async fn acknowledged_entries_survive_reopening<S: ReadableLog>(
    store: S,
    reopen: impl AsyncFn() -> S,
) {
    let entries = one_of_each_event();
    for entry in &entries {
        append(&store, entry).await;
    }
    let before = everything(&store).await;
    drop(store);
    let store = reopen().await;
    assert_eq!(everything(&store).await, before);
    let next = append(&store, &entries[0]).await;
    assert_eq!(next, before.len() as Seq + 1);
}

fn one_of_each_event() -> Vec<AuditEntry> {
    let completed = fetch_entry("r-\u{1f600} \"quoted\" \u{7}", at(2));
    let AuditFact::FetchCompleted(scope, facts) = completed.fact.clone() else {
        unreachable!("fetch_entry builds a completed fetch");
    };
    let with = |fact: AuditFact| AuditEntry {
        fact,
        ..completed.clone()
    };
    let queue = SwitchScope::Queue("queue-3".to_owned());
    let mut entries = vec![
        initiated_entry("r-1", at(0)),
        with(AuditFact::FetchHit(scope.clone(), facts.clone())),
        completed.clone(),
        with(AuditFact::FetchFailed(scope.clone(), facts.clone())),
        with(AuditFact::RefreshCompleted(scope.clone(), facts.clone())),
        with(AuditFact::RefreshFailed(scope, facts)),
        withheld_entry("r-4", at(3)),
        refusal_entry("r-2", at(-1)),
        adoption_entry("r-3", "item-1", at(1)),
        switch_entry("r-5", &switch_off(queue, at(4), Some(at(64)))),
        switch_entry("r-6", &switch_on(SwitchScope::Everything, at(5))),
        switch_entry("r-7", &session_pause(at(6), at(66))),
        findings_entry("r-8", at(7)),
        egress_entry("r-9", Egress::Answer, at(8)),
        denied_entry("r-9", Denial::Role, at(8)),
        intent_entry(Intent::Refresh, "r-10", at(9)),
        unknown_entry("r-1", at(10)),
        unwritten_entry("r-11", at(11)),
        reading_entry("r-10", ReadCommand::Query, at(9)),
        hold_entry("r-10", HoldScope::Everything, at(9)),
        hold_entry(
            "r-11",
            HoldScope::Conversation(CONVERSATION.to_owned()),
            at(9),
        ),
        hold_release_entry("r-12", 15, at(10)),
        log_entry(
            "r-13",
            AuditFact::AuditArchived(archive_facts(1, 9)),
            at(11),
        ),
        log_entry(
            "r-14",
            AuditFact::AuditArchiveDeleted(archive_facts(1, 9)),
            at(12),
        ),
        log_entry(
            "r-15",
            AuditFact::AuditKeyChanged(key_change_facts()),
            at(13),
        ),
        reading_entry("r-16", ReadCommand::Whois, at(13)),
        erasure_entry("r-10", ErasureStage::Done, at(9)),
    ];
    entries.extend(refused_entries("r-12", at(12)));
    entries.extend(admin_entries("r-17", at(13)));
    entries.push(engaged_entry("r-15", at(14)));
    entries.push(intent_entry(Intent::Forward, "r-14", at(13)));
    entries.extend(forward_entries("r-14", at(14)));
    for event in AuditEvent::ALL {
        assert!(
            entries.iter().any(|entry| entry.event() == event),
            "no entry of {event:?}"
        );
    }
    entries
}

/// Five entries that differ in what filters go by; the n-th happened at `at(n)`.
fn filter_entries() -> [AuditEntry; 5] {
    let mut of_another_tenant = fetch_entry("r-2", at(2));
    of_another_tenant.tenant = "other".to_owned();
    let mut of_another_session = fetch_entry("r-3", at(3));
    of_another_session.subject.session_id = Some("session-2".to_owned());
    [
        fetch_entry("r-1", at(1)),
        of_another_tenant,
        of_another_session,
        refusal_entry("r-4", at(4)),
        adoption_entry("r-5", "item-1", at(5)),
    ]
}

fn pages_of(limit: u32, order: AuditOrder) -> AuditQuery {
    AuditQuery {
        filter: AuditFilter::default(),
        order,
        after: None,
        limit,
    }
}

async fn append(store: &dyn ReadableLog, entry: &AuditEntry) -> Seq {
    store.append(entry).await.expect("append")
}

async fn append_numbered(store: &dyn ReadableLog, numbers: std::ops::Range<i64>) {
    for n in numbers {
        append(store, &fetch_entry(&format!("r-{n}"), at(n))).await;
    }
}

async fn get(store: &dyn ReadableLog, seq: Seq) -> AuditRecord {
    let found = store.get(seq).await.expect("get");
    found.expect("the record of an acknowledged append")
}

async fn page(store: &dyn ReadableLog, query: &AuditQuery) -> Vec<AuditRecord> {
    store.page(query).await.expect("page")
}

async fn everything(store: &dyn ReadableLog) -> Vec<AuditRecord> {
    page(store, &pages_of(u32::MAX, AuditOrder::OldestFirst)).await
}
