//! What may stand in an audit record: the domain's words and no others, and no record that
//! contradicts itself.

use agent_assist_domain::access::Denial;
use agent_assist_domain::answer::{CacheInfo, CacheStatus, DegradedReason, EmptyReason};
use agent_assist_domain::assist::{SwitchCause, SwitchChange, SwitchScope};
use agent_assist_domain::audit::{
    Attribution, AuditEntry, AuditEvent, AuditFact, Egress, ErasureStage, FetchFacts, FetchScope,
    IdOrigin, Intent, ReadCommand, ReadStage,
};
use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::ports::{AssistSwitch as _, AuditLog as _, SourceErrorKind};
use agent_assist_domain::retention::HoldScope;
use agent_assist_domain::screening::{Screening, ScreeningPolicy};
use agent_assist_sqlite::SqliteStore;
use agent_assist_testkit::build::{
    TENANT, admin_entries, adoption_entry, archive_facts, denied_entry, egress_entry,
    engaged_entry, erasure_entry, fetch_entry, fetch_request, forward_entries, hold_entry,
    hold_release_entry, initiated_entry, intent_entry, key_change_facts, log_entry, reading_entry,
    refusal_entry, refused_entries, switch_entry, switch_off, switch_on, unknown_entry,
    unwritten_entry, withheld_entry,
};

use super::tree::is_sound;
use super::{OtherTool, Place, at, fresh};

async fn append(store: &SqliteStore, entry: &AuditEntry) {
    if let Err(error) = store.append(entry).await {
        panic!(
            "{error} ({:?}): {}",
            std::error::Error::source(&error),
            entry.to_canonical()
        );
    }
}

/// A failed fetch whose facts are changed by `change`.
fn failed(change: impl FnOnce(&mut FetchFacts)) -> AuditEntry {
    let mut entry = fetch_entry("r-1", at(0));
    let AuditFact::FetchCompleted(scope, mut facts) = entry.fact else {
        unreachable!("fetch_entry builds a completed fetch");
    };
    change(&mut facts);
    entry.fact = AuditFact::FetchFailed(scope, facts);
    entry
}

#[tokio::test]
async fn every_word_of_the_domain_is_taken() {
    let (store, place) = fresh().await;
    for status in [
        CacheStatus::Hit,
        CacheStatus::Miss,
        CacheStatus::Stale,
        CacheStatus::Fallback,
        CacheStatus::Bypass,
        CacheStatus::None,
    ] {
        let cache = CacheInfo { status, age_ms: 1 };
        append(&store, &failed(|facts| facts.cache = cache)).await;
    }
    for error in SourceErrorKind::ALL {
        append(&store, &failed(|facts| facts.error = Some(error))).await;
    }
    for reason in DegradedReason::ALL {
        append(&store, &failed(|facts| facts.degraded = Some(reason))).await;
    }
    for reason in [
        EmptyReason::NoCopilotData,
        EmptyReason::UpstreamEmpty,
        EmptyReason::BelowThreshold,
        EmptyReason::PersonalData,
        EmptyReason::Filtered,
        EmptyReason::Malformed,
        EmptyReason::Degraded,
    ] {
        append(&store, &failed(|facts| facts.empty = Some(reason))).await;
    }
    for origin in [
        IdOrigin::Credential,
        IdOrigin::Request,
        IdOrigin::UpstreamContext,
        IdOrigin::Unknown,
    ] {
        let mut entry = fetch_entry("r-1", at(0));
        let id = (origin != IdOrigin::Unknown).then(|| "someone".to_owned());
        entry.subject.agent = Attribution { id, origin };
        entry.subject.queue = entry.subject.agent.clone();
        append(&store, &entry).await;
    }
    for dialect in Dialect::ALL {
        let policy = ScreeningPolicy::for_dialect(dialect);
        let scope = FetchScope::of(
            &fetch_request(dialect),
            dialect,
            &policy,
            Screening::new().version(),
        );
        let entry = AuditEntry {
            fact: AuditFact::FetchInitiated(scope),
            ..fetch_entry("r-1", at(0))
        };
        append(&store, &entry).await;
    }
    is_sound(&mut OtherTool::at(&place.file()).await).await;
}

#[tokio::test]
async fn every_event_of_the_domain_is_taken() {
    let (store, place) = fresh().await;
    let completed = fetch_entry("r-1", at(0));
    let AuditFact::FetchCompleted(scope, facts) = completed.fact.clone() else {
        unreachable!("fetch_entry builds a completed fetch");
    };
    let refreshed = |fact: fn(FetchScope, FetchFacts) -> AuditFact| AuditEntry {
        fact: fact(scope.clone(), facts.clone()),
        ..completed.clone()
    };
    let mut entries = vec![
        initiated_entry("r-1", at(0)),
        refreshed(AuditFact::FetchHit),
        completed.clone(),
        refreshed(AuditFact::FetchFailed),
        refusal_entry("r-1", at(0)),
        withheld_entry("r-1", at(0)),
        refreshed(AuditFact::RefreshCompleted),
        refreshed(AuditFact::RefreshFailed),
        adoption_entry("r-1", "item-1", at(0)),
    ];
    for cause in SwitchCause::ALL {
        for scope in switch_scopes() {
            let off = SwitchChange {
                cause,
                ..switch_off(scope.clone(), at(0), Some(at(60)))
            };
            entries.push(switch_entry("r-1", &off));
            entries.push(switch_entry("r-1", &switch_on(scope, at(0))));
        }
    }
    for egress in Egress::ALL {
        entries.push(egress_entry("r-1", egress, at(0)));
    }
    for denial in Denial::ALL {
        entries.push(denied_entry("r-1", denial, at(0)));
    }
    entries.push(intent_entry(Intent::Refresh, "r-2", at(0)));
    entries.extend(refused_entries("r-3", at(0)));
    entries.extend(admin_entries("r-17", at(0)));
    entries.push(unknown_entry("r-1", at(0)));
    entries.push(unwritten_entry("r-4", at(0)));
    entries.push(engaged_entry("r-5", at(0)));
    entries.push(intent_entry(Intent::Forward, "r-6", at(0)));
    entries.extend(forward_entries("r-6", at(0)));
    for command in ReadCommand::ALL {
        for stage in ReadStage::ALL {
            let mut entry = reading_entry("r-1", command, at(0));
            if let AuditFact::AuditRead(facts) = &mut entry.fact {
                facts.stage = stage;
            }
            entries.push(entry);
        }
    }
    for scope in [
        HoldScope::Everything,
        HoldScope::Conversation("c".to_owned()),
    ] {
        entries.push(hold_entry("r-1", scope, at(0)));
    }
    entries.push(hold_release_entry("r-1", 1, at(0)));
    let facts = archive_facts(1, 2);
    entries.push(log_entry(
        "r-1",
        AuditFact::AuditArchived(facts.clone()),
        at(0),
    ));
    entries.push(log_entry(
        "r-1",
        AuditFact::AuditArchiveDeleted(facts),
        at(0),
    ));
    entries.push(log_entry(
        "r-1",
        AuditFact::AuditKeyChanged(key_change_facts()),
        at(0),
    ));
    for stage in ErasureStage::ALL {
        entries.push(erasure_entry("r-1", stage, at(0)));
    }
    for event in AuditEvent::ALL {
        assert!(
            entries.iter().any(|entry| entry.event() == event),
            "{event:?}"
        );
    }
    for entry in &entries {
        append(&store, entry).await;
    }
    is_sound(&mut OtherTool::at(&place.file()).await).await;
}

#[tokio::test]
async fn every_word_about_the_switch_is_taken_and_no_other() {
    let (store, place) = fresh().await;
    for cause in SwitchCause::ALL {
        for scope in switch_scopes() {
            let off = SwitchChange {
                cause,
                ..switch_off(scope, at(0), None)
            };
            assert!(store.set(TENANT, &off).await.expect("set"));
        }
    }
    assert_eq!(store.off(TENANT).await.expect("off").len(), 6);
    let mut tool = OtherTool::at(&place.file()).await;
    for (values, message) in [
        ("'everyone', 'x', 'operator'", "outside its list"),
        ("'queue', 'x', 'a whim'", "outside its list"),
        ("'everything', 'x', 'operator'", "everything_has_no_id"),
        ("'session', '', 'operator'", "everything_has_no_id"),
    ] {
        let insert = format!(
            "INSERT INTO assist_off (tenant, scope, scope_id, cause, since_us) \
             VALUES ('t', {values}, 0)"
        );
        let refusal = tool.run(insert).await.expect_err(values);
        assert!(refusal.contains(message), "{values}: {refusal}");
    }
}

fn switch_scopes() -> [SwitchScope; 3] {
    [
        SwitchScope::Everything,
        SwitchScope::Queue("queue-3".to_owned()),
        SwitchScope::Session("session-1".to_owned()),
    ]
}

/// `INSERT` of record 2 as a copy of record 1, with `column` being `value` instead.
fn copy_with(column: &str, value: &str) -> String {
    const COLUMNS: &str = "at_us, event, tenant, request_id, session_id, conversation_id, \
        agent_id, agent_origin, queue_id, queue_origin, recommendation_id, dialect, \
        result_limit, result_offset, cache_status, latency_us, total_received, total_returned, \
        upstream_status, upstream_correlation_id, error, degraded_reason, empty_reason, entry";
    let values: Vec<&str> = COLUMNS
        .split(", ")
        .map(|name| if name.trim() == column { value } else { name })
        .collect();
    format!(
        "INSERT INTO audit (seq, {COLUMNS}) SELECT 2, {} FROM audit WHERE seq = 1",
        values.join(", ")
    )
}

/// Another tool that has put a leaf there for record 2, as a record must have.
async fn with_leaf_2(place: &Place) -> OtherTool {
    let mut tool = OtherTool::at(&place.file()).await;
    tool.must("INSERT INTO audit_leaf VALUES (2, zeroblob(32))")
        .await;
    tool
}

#[tokio::test]
async fn a_record_that_contradicts_itself_or_invents_a_word_is_refused() {
    let (store, place) = fresh().await;
    append(&store, &fetch_entry("r-1", at(0))).await;
    let mut tool = with_leaf_2(&place).await;
    let cases = [
        ("event", "'assist_fetch_guessed'", "outside its list"),
        ("agent_origin", "'hearsay'", "outside its list"),
        ("queue_origin", "'hearsay'", "outside its list"),
        ("dialect", "'klingon'", "outside its list"),
        ("cache_status", "'warm'", "outside its list"),
        ("error", "'oops'", "outside its list"),
        ("degraded_reason", "'oops'", "outside its list"),
        ("empty_reason", "'oops'", "outside its list"),
        (
            "event",
            "'assist_fetch_hit'",
            "columns_say_what_the_entry_says",
        ),
        ("at_us", "at_us + 1", "columns_say_what_the_entry_says"),
        ("tenant", "'mallory'", "columns_say_what_the_entry_says"),
        ("request_id", "'r-2'", "columns_say_what_the_entry_says"),
        ("session_id", "'s-2'", "columns_say_what_the_entry_says"),
        ("conversation_id", "NULL", "columns_say_what_the_entry_says"),
        ("agent_origin", "'request'", "an_id_has_an_origin"),
        ("queue_id", "'q-1'", "an_id_has_an_origin"),
        ("dialect", "NULL", "a_fetch_says_what_was_asked"),
        ("cache_status", "NULL", "an_ended_fetch_says_how"),
        ("latency_us", "NULL", "an_ended_fetch_says_how"),
        ("total_returned", "NULL", "an_ended_fetch_says_how"),
        ("latency_us", "-1", "latency_us >= 0"),
        ("total_received", "-1", "total_received >= 0"),
        ("total_returned", "-1", "total_returned >= 0"),
        ("result_limit", "0", "result_limit > 0"),
        ("result_offset", "-1", "result_offset >= 0"),
        ("upstream_status", "70000", "upstream_status"),
        ("latency_us", "'soon'", "cannot store TEXT value"),
        ("entry", "'{'", "entry_is_a_json_object"),
        ("entry", "'[]'", "entry_is_a_json_object"),
        ("tenant", "NULL", "NOT NULL"),
    ];
    for (column, value, message) in cases {
        let refusal = tool.run(copy_with(column, value)).await;
        let refusal = refusal.expect_err(value);
        assert!(refusal.contains(message), "{column} = {value}: {refusal}");
    }
    let adoption = "json_set(entry, '$.event', 'assist_recommendation_adopted')";
    let adopted = copy_with("entry", adoption).replace(
        "SELECT 2, at_us, event",
        "SELECT 2, at_us, 'assist_recommendation_adopted'",
    );
    let refusal = tool.run(adopted).await.expect_err("of nothing");
    assert!(
        refusal.contains("an_adoption_names_what_was_used"),
        "{refusal}"
    );
    tool.must(copy_with("entry", "entry")).await;
}

#[tokio::test]
async fn a_withheld_fetch_or_a_refresh_says_how_it_ended() {
    let (store, place) = fresh().await;
    append(&store, &withheld_entry("r-1", at(0))).await;
    let mut tool = with_leaf_2(&place).await;
    for column in [
        "dialect",
        "result_limit",
        "result_offset",
        "cache_status",
        "latency_us",
        "total_received",
        "total_returned",
    ] {
        let refusal = tool.run(copy_with(column, "NULL")).await;
        let refusal = refusal.expect_err(column);
        assert!(refusal.contains("how it ended"), "{column}: {refusal}");
    }
    tool.must(copy_with("entry", "entry")).await;
}

#[tokio::test]
async fn a_turn_of_the_switch_says_whom_it_concerns_to_what_and_why() {
    let [everything, queue, session] = switch_scopes();
    let cases = [
        (everything, vec![("scope_id", "'x'"), ("scope", "'queue'")]),
        (
            queue,
            vec![
                ("scope_id", "'another'"),
                ("scope_id", "NULL"),
                ("scope", "'session'"),
            ],
        ),
        (
            session,
            vec![
                ("scope_id", "'another'"),
                ("scope", "'everything'"),
                ("scope", "'everyone'"),
                ("scope", "NULL"),
                ("to", "'dimmed'"),
                ("to", "NULL"),
                ("cause", "'a whim'"),
                ("cause", "NULL"),
            ],
        ),
    ];
    for (scope, lies) in cases {
        let (store, place) = fresh().await;
        append(
            &store,
            &switch_entry("r-1", &switch_off(scope, at(0), None)),
        )
        .await;
        let mut tool = with_leaf_2(&place).await;
        for (member, lie) in lies {
            let entry = format!("json_set(entry, '$.switch.{member}', {lie})");
            let refusal = tool.run(copy_with("entry", &entry)).await;
            let refusal = refusal.expect_err(&entry);
            assert!(refusal.contains("whom it concerns"), "{entry}: {refusal}");
        }
        tool.must(copy_with("entry", "entry")).await;
    }
}

#[tokio::test]
async fn a_record_of_an_outcome_says_of_what_and_why() {
    let refused = refused_entries("r-1", at(0));
    let cases = [
        (
            unwritten_entry("r-1", at(0)),
            vec![("unwritten.count", "0"), ("unwritten.from_us", "NULL")],
        ),
        (
            refused[0].clone(),
            vec![("refusal", "'a whim'"), ("refusal", "NULL")],
        ),
    ];
    for (entry, lies) in cases {
        let (store, place) = fresh().await;
        append(&store, &entry).await;
        let mut tool = with_leaf_2(&place).await;
        for (member, lie) in lies {
            let entry = format!("json_set(entry, '$.{member}', {lie})");
            let refusal = tool.run(copy_with("entry", &entry)).await;
            let refusal = refusal.expect_err(&entry);
            assert!(refusal.contains("of what, and why"), "{entry}: {refusal}");
        }
        tool.must(copy_with("entry", "entry")).await;
    }
    // What became of what is announced later is not unknown yet.
    let (store, _place) = fresh().await;
    let error = store.append(&unknown_entry("r-1", at(0))).await;
    assert!(error.is_err());
    // Nor can the upstream be told of an engagement that is recorded later.
    for entry in forward_entries("r-1", at(0)) {
        assert!(store.append(&entry).await.is_err(), "{entry:?}");
    }
}

#[tokio::test]
async fn a_reading_says_by_whom_and_which_way() {
    let (store, place) = fresh().await;
    append(&store, &reading_entry("r-1", ReadCommand::List, at(0))).await;
    let mut tool = with_leaf_2(&place).await;
    for lie in [
        "json_set(entry, '$.read.command', 'guess')",
        "json_set(entry, '$.read.stage', 'half')",
        "json_remove(entry, '$.read.command')",
        "json_remove(entry, '$.read.stage')",
        "json_remove(entry, '$.read.by')",
        "json_remove(entry, '$.read')",
    ] {
        let refusal = tool.run(copy_with("entry", lie)).await.expect_err(lie);
        assert!(
            refusal.contains("by whom and which way"),
            "{lie}: {refusal}"
        );
    }
    tool.must(copy_with("entry", "entry")).await;
}

#[tokio::test]
async fn an_act_of_an_administrator_says_what_was_done_and_by_whom() {
    let [created, revoked, reloaded, drained, set_level] = admin_entries("r-1", at(0));
    let cases = [
        (created, vec!["key_id", "role", "queues", "by"]),
        (revoked, vec!["key_id", "by"]),
        (reloaded, vec!["policy_version", "by"]),
        (drained, vec!["set", "to", "by"]),
        (set_level, vec!["set", "to", "by"]),
    ];
    for (entry, members) in cases {
        let (store, place) = fresh().await;
        append(&store, &entry).await;
        let mut tool = with_leaf_2(&place).await;
        for member in members {
            let without = format!("json_remove(entry, '$.admin.{member}')");
            let refusal = tool.run(copy_with("entry", &without)).await;
            let refusal = refusal.expect_err(&without);
            assert!(refusal.contains("administrator"), "{without}: {refusal}");
        }
        tool.must(copy_with("entry", "entry")).await;
    }
}

#[tokio::test]
async fn an_erasure_says_what_it_concerns_and_how_much_of_it_there_is() {
    let (store, place) = fresh().await;
    append(&store, &erasure_entry("r-1", ErasureStage::Done, at(0))).await;
    let mut tool = with_leaf_2(&place).await;
    for (member, lie) in [
        ("stage", "'begun'"),
        ("stage", "NULL"),
        ("of", "'queue'"),
        ("of", "NULL"),
        ("fields", "'many'"),
        ("fields", "NULL"),
        ("pseudonyms", "'x'"),
        ("conversation_ids", "NULL"),
    ] {
        let entry = format!("json_set(entry, '$.erasure.{member}', {lie})");
        let refusal = tool.run(copy_with("entry", &entry)).await;
        let refusal = refusal.expect_err(&entry);
        assert!(refusal.contains("how much"), "{entry}: {refusal}");
    }
    tool.must(copy_with("entry", "entry")).await;
}

#[tokio::test]
async fn every_table_is_strict() {
    let (_store, place) = fresh().await;
    let mut tool = OtherTool::at(&place.file()).await;
    let lax: i64 = tool
        .ask(
            "SELECT count(*) FROM pragma_table_list \
             WHERE schema = 'main' AND type = 'table' AND NOT strict \
             AND name NOT LIKE 'sqlite_%' AND name <> '_sqlx_migrations'",
        )
        .await;
    assert_eq!(lax, 0);
    let strict: i64 = tool
        .ask("SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND strict")
        .await;
    assert_eq!(strict, 18);
}
