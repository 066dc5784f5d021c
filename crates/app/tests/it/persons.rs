//! People: what stands for them in all that is kept, what is kept of what was shown, and what is left of
//! both once they are erased.

use std::time::Duration;

use agent_assist_app::erase::{EraseError, ErasedFields, ErasureTarget, erased_fields};
use agent_assist_app::fetch::FetchError;
use agent_assist_app::person_keys::PersonKeys;
use agent_assist_app::pseudonyms::{Identity, OtherKey};
use agent_assist_domain::audit::{AuditEntry, AuditEvent, AuditFact, ErasureStage, ShownText};
use agent_assist_domain::batch::{Batch, UpstreamContext};
use agent_assist_domain::dialect::Dialect::Recommendations;
use agent_assist_domain::payload::{RawEngagements, RawField, RawRequest};
use agent_assist_domain::person::{EpochKey, PersonKind, Pseudonym};
use agent_assist_domain::ports::{
    ConversationKey, ConversationKeys as _, LegalHolds as _, StoreErrorKind,
};
use agent_assist_domain::recommendation::UpstreamId;
use agent_assist_domain::retention::{Hold, HoldScope, Release};
use agent_assist_testkit::ManualClock;
use agent_assist_testkit::build::{CONVERSATION, batch, recommendation, request};
use agent_assist_testkit::faulty::Calls;
use proptest::prelude::*;
use serde_json::Value;

use crate::harness::{Bench, about, engage, fetch, named_by, told};

const AGENT: &str = "maria.lopez";
const CUSTOMER: &str = "customer-4711";
const MAILBOX: &str = "Write to joe@example.com.";

fn asked(agent: Option<&str>, customer: Option<&str>) -> RawRequest {
    RawRequest {
        agent_id: RawField::text(agent),
        customer_id: RawField::text(customer),
        ..request()
    }
}

fn agent(id: &str) -> ErasureTarget {
    ErasureTarget::Person(PersonKind::Agent, id.to_owned())
}

fn entry(entry: &AuditEntry) -> Value {
    serde_json::from_str(&entry.to_canonical()).expect("JSON")
}

async fn identify(bench: &Bench, pseudonym: &str) -> Identity {
    let pseudonym = Pseudonym::parse(pseudonym).expect("a pseudonym");
    let identity = bench.pseudonyms().identify(&pseudonym).await;
    identity.expect("looked up")
}

#[tokio::test]
async fn all_that_is_kept_and_published_names_people_by_their_pseudonyms() {
    let bench = Bench::new(Recommendations);
    bench.source.then(Ok(batch([recommendation("r-1")])));
    let service = bench.service();
    for _ in 0..2 {
        let raw = asked(Some(AGENT), Some(CUSTOMER));
        fetch(&service, raw).await.expect("an answer");
    }
    let refused = RawRequest {
        limit: RawField::Number(0.0),
        ..asked(Some(AGENT), Some(CUSTOMER))
    };
    fetch(&service, refused).await.expect_err("refused");
    let used = RawEngagements {
        agent_id: RawField::text(Some(AGENT)),
        ..told("r-1", "used", None)
    };
    engage(&bench.engage_service(), used)
        .await
        .expect("recorded");

    let agent = bench.pseudonym(PersonKind::Agent, AGENT).await;
    let customer = bench.pseudonym(PersonKind::Customer, CUSTOMER).await;
    let entries: Vec<String> = bench
        .audit
        .entries()
        .iter()
        .map(AuditEntry::to_canonical)
        .collect();
    let events = bench.sink.events();
    let events: Vec<String> = events.iter().map(|event| event.to_json()).collect();
    assert_eq!((entries.len(), events.len()), (4, 4));
    for (number, text) in entries.iter().chain(&events).enumerate() {
        assert!(text.contains(&agent), "{text}");
        // A use is reported without its customer.
        assert_eq!(text.contains(&customer), number % 4 < 3, "{text}");
        assert!(!text.contains(AGENT) && !text.contains(CUSTOMER), "{text}");
    }
    for exposure in bench.ledger.exposures() {
        assert_eq!(exposure.agent_id.as_ref(), Some(&agent));
    }
    for event in bench.ledger.events() {
        assert_eq!(event.agent_id.as_ref(), Some(&agent));
    }
    assert_eq!(bench.persons.count(), 2);
}

#[tokio::test]
async fn an_agent_whom_the_upstream_names_is_in_the_cache_by_pseudonym_too() {
    let bench = Bench::new(Recommendations);
    bench.source.then(Ok(Batch {
        context: UpstreamContext {
            agent_id: UpstreamId::new(AGENT),
            queue_id: None,
        },
        ..batch([recommendation("r-1")])
    }));
    let key = fetch(&bench.service(), request())
        .await
        .expect("an answer")
        .key;
    let row = agent_assist_domain::ports::RecommendationCache::get(&*bench.cache, &key).await;
    let stored = row.expect("a cache").expect("a row").stored;
    let agent = bench.pseudonym(PersonKind::Agent, AGENT).await;
    let on_disk = stored.fields.context.agent_id.as_ref().expect("an agent");
    assert_eq!(on_disk.as_str(), agent);
    // Another process finds it there, and records the same.
    fetch(&bench.service(), request()).await.expect("a hit");
    for entry in bench.audit.entries() {
        assert_eq!(entry.subject.agent.id.as_ref(), Some(&agent));
    }
    assert_eq!(bench.persons.count(), 1, "no pseudonym of a pseudonym");
}

#[tokio::test]
async fn without_a_pseudonym_there_is_no_record_and_no_answer() {
    let bench = Bench::new(Recommendations);
    bench
        .source
        .otherwise(|_| Ok(batch([recommendation("r-1")])));
    bench
        .person_faults
        .fail(Calls::Writes, StoreErrorKind::Full);
    let service = bench.service();
    let error = fetch(&service, asked(Some(AGENT), None)).await;
    assert!(matches!(error, Err(FetchError::Record(_))));
    assert!(bench.audit.entries().is_empty());
    fetch(&service, request()).await.expect("nobody is named");
}

/// A key file that was lost and made anew would give everybody a second pseudonym of one epoch.
#[tokio::test]
async fn another_key_of_a_known_epoch_is_refused_and_another_epoch_is_not() {
    let bench = Bench::new(Recommendations);
    let first = bench.pseudonym(PersonKind::Agent, AGENT).await;
    let under = |epoch, byte| {
        let keys = PersonKeys::of(EpochKey::new(epoch, [byte; 32]));
        named_by(bench.persons.clone(), keys)
    };
    let refused = under(1, 4).of(PersonKind::Agent, AGENT).await;
    let refused = refused.expect_err("another key");
    assert_eq!(refused.kind(), StoreErrorKind::Incompatible);
    let cause = std::error::Error::source(&refused).expect("a cause");
    assert!(cause.is::<OtherKey>());
    let second = under(2, 4).of(PersonKind::Agent, AGENT).await;
    let second = second.expect("a pseudonym");
    assert_eq!((second.epoch(), second.as_str() == first), (2, false));
    // Each is known to who has its key.
    let lost = under(2, 4).lost_epochs().await;
    assert_eq!(lost.expect("epochs"), [1]);
    assert_eq!(identify(&bench, second.as_str()).await, Identity::NoKey);
    let known = Identity::Known(AGENT.to_owned());
    assert_eq!(identify(&bench, &first).await, known);
}

#[tokio::test(start_paused = true)]
async fn an_erasure_by_another_process_is_noticed_within_a_minute() {
    let bench = Bench::new(Recommendations);
    let pseudonyms = bench.pseudonyms();
    let first = pseudonyms.of(PersonKind::Agent, AGENT).await.expect("one");
    let service = bench.erase_service();
    let plan = service.plan(agent(AGENT)).await.expect("a plan");
    service.erase(plan, None).await.expect("erased");
    tokio::time::sleep(Duration::from_secs(60)).await;
    let second = pseudonyms.of(PersonKind::Agent, AGENT).await.expect("one");
    assert_ne!(first, second);
}

#[tokio::test]
async fn what_was_shown_is_kept_only_where_it_is_wanted_and_opens_with_the_conversations_key() {
    for keep_text in [false, true] {
        let mut bench = Bench::new(Recommendations);
        bench.keep_text = keep_text;
        bench
            .source
            .then(Ok(batch([recommendation("r-1").texts("Title", MAILBOX)])));
        fetch(&bench.service(), request()).await.expect("an answer");
        let entry = entry(&bench.last_entry());
        let shown = &entry["fetch"]["shown"][0];
        let Some(sealed) = shown["text_sealed"].as_str() else {
            assert!(!keep_text, "{entry}");
            continue;
        };
        assert!(keep_text);
        let text = entry.to_string();
        assert!(
            !text.contains("Write to") && !text.contains("joe@"),
            "{text}"
        );
        let key = key_of(&bench).await;
        let digest = shown["content_sha256"].as_str().expect("a digest");
        let opened = ShownText::open(&key, sealed, digest).expect("opens");
        assert_eq!(opened.title, "Title");
        assert_eq!(opened.text, "Write to [EMAIL_ADDRESS].", "masked as shown");

        let service = bench.erase_service();
        let target = ErasureTarget::Conversation(CONVERSATION.to_owned());
        let plan = service.plan(target).await.expect("a plan");
        let erased = service.erase(plan, Some("auditor")).await.expect("erased");
        // The hash of the mailbox, and the text.
        assert_eq!((erased.fields, erased.keys, erased.answers), (2, 1, 1));
        let key = key_of(&bench).await;
        assert_eq!(ShownText::open(&key, sealed, digest), None);
    }
}

/// Sealed, a code would still be there for who holds the key: it must not be in the text at all.
#[tokio::test]
async fn codes_and_credentials_are_kept_in_no_form() {
    let secrets = [
        ("Your CVV is 731.", "731"),
        ("The PIN is 8205.", "8205"),
        ("Your one-time code is 482913.", "482913"),
        ("The password is tr0ub4dor&3x.", "tr0ub4dor"),
        (
            "Use the key sk_live_4eC39HqLyjWDarjtT1zdp7dc.",
            "4eC39HqLyjWDarjtT1zdp7dc",
        ),
    ];
    let mut bench = Bench::new(Recommendations);
    bench.keep_text = true;
    // Shown, masked, though the upstream calls it masked already.
    bench.policy.require_pii_mask = false;
    let flagged = |(number, (text, _)): (usize, &(&str, &str))| {
        let item = recommendation(&format!("r-{number}")).flagged(false);
        item.texts("Title", text)
    };
    let items: Vec<_> = secrets.iter().enumerate().map(flagged).collect();
    bench.source.then(Ok(batch(items)));
    fetch(&bench.service(), request()).await.expect("an answer");
    let entry = entry(&bench.last_entry());
    let key = key_of(&bench).await;
    let shown = entry["fetch"]["shown"].as_array().expect("a list");
    assert_eq!(shown.len(), secrets.len(), "{entry}");
    let opened = shown.iter().map(|one| {
        let text = |member: &str| one[member].as_str().expect("a text");
        ShownText::open(&key, text("text_sealed"), text("content_sha256")).expect("opens")
    });
    let opened: Vec<String> = opened.map(|one| one.title + &one.text).collect();
    for (text, secret) in secrets {
        assert!(text.contains(secret));
        assert!(!opened.join(" ").contains(secret), "{opened:?}");
    }
}

/// The conversation's key; another one if it has been erased.
async fn key_of(bench: &Bench) -> ConversationKey {
    let fresh = ConversationKey::from_bytes([77; 32]);
    let key = bench
        .keys
        .key("default", CONVERSATION, &fresh, ManualClock::START)
        .await;
    key.expect("a key")
}

#[tokio::test]
async fn an_erased_agent_is_nobody_and_what_it_reached_is_on_record() {
    let bench = Bench::new(Recommendations);
    bench
        .source
        .otherwise(|_| Ok(batch([recommendation("r-1")])));
    let service = bench.service();
    for who in [AGENT, AGENT, "joe"] {
        fetch(&service, asked(Some(who), None))
            .await
            .expect("an answer");
    }
    let pseudonym = bench.pseudonym(PersonKind::Agent, AGENT).await;
    let erase = bench.erase_service();
    let plan = erase.plan(agent(AGENT)).await.expect("a plan");
    assert_eq!(plan.preview().fields, 2);
    assert_eq!(bench.audit.entries().len(), 3, "a plan does nothing");
    // Somebody goes on meanwhile.
    fetch(&service, asked(Some(AGENT), None))
        .await
        .expect("an answer");
    let erased = erase.erase(plan, Some("auditor")).await.expect("erased");
    assert_eq!((erased.fields, erased.keys, erased.seq), (3, 1, Some(6)));
    assert_eq!(erased.pseudonyms, std::slice::from_ref(&pseudonym));

    assert_eq!(identify(&bench, &pseudonym).await, Identity::Unknown);
    let all = bench.pseudonyms().all_of(PersonKind::Agent, AGENT).await;
    assert_eq!(all.expect("looked up"), []);
    let joe = bench.pseudonym(PersonKind::Agent, "joe").await;
    let known = Identity::Known("joe".to_owned());
    assert_eq!(identify(&bench, &joe).await, known);
    assert_ne!(bench.pseudonym(PersonKind::Agent, AGENT).await, pseudonym);

    let entries = bench.audit.entries();
    let [.., intent, outcome] = &entries[..] else {
        panic!("two records");
    };
    assert_eq!(intent.request_id, outcome.request_id);
    let (intent, outcome) = (entry(intent), entry(outcome));
    assert_eq!(intent["event"], "assist_erased");
    assert_eq!(intent["erasure"]["stage"], "intended");
    assert_eq!(
        (&intent["erasure"]["fields"], &intent["erasure"]["keys"]),
        (&2.into(), &0.into())
    );
    assert_eq!(outcome["erasure"]["stage"], "done");
    assert_eq!(
        (&outcome["erasure"]["fields"], &outcome["erasure"]["keys"]),
        (&3.into(), &1.into())
    );
    assert_eq!(
        outcome["erasure"]["pseudonyms"],
        serde_json::json!([pseudonym])
    );
    assert_eq!(outcome["erasure"]["by"], "auditor");
    assert!(!outcome.to_string().contains(AGENT));

    let told = erased_fields(&*bench.audit).await.expect("read");
    let told: Vec<String> = told.iter().map(ErasedFields::to_string).collect();
    assert_eq!(told, ["3 fields erased by record 6"]);

    let again = erase.plan(agent(AGENT)).await.expect("a plan");
    assert!(!again.is_empty(), "the one who came anew");
    let nobody = erase.plan(agent("nobody")).await.expect("a plan");
    assert!(nobody.is_empty());
    let nothing = erase.erase(nobody, None).await.expect("nothing to do");
    assert_eq!((nothing.seq, nothing.keys), (None, 0));
}

#[tokio::test]
async fn an_erased_customer_takes_along_what_was_found_and_shown_in_the_conversations_with_them() {
    let mut bench = Bench::new(Recommendations);
    bench.keep_text = true;
    bench
        .source
        .otherwise(|_| Ok(batch([recommendation("r-1").texts("Title", MAILBOX)])));
    let service = bench.service();
    for (conversation, customer) in [("c-1", CUSTOMER), ("c-2", CUSTOMER), ("c-3", "another")] {
        let raw = RawRequest {
            customer_id: RawField::text(Some(customer)),
            ..about(conversation)
        };
        fetch(&service, raw).await.expect("an answer");
    }
    assert_eq!(bench.keys.count(), 3);
    let pseudonym = bench.pseudonym(PersonKind::Customer, CUSTOMER).await;
    let erase = bench.erase_service();
    let target = ErasureTarget::Person(PersonKind::Customer, CUSTOMER.to_owned());
    let plan = erase.plan(target).await.expect("a plan");
    let erased = erase.erase(plan, None).await.expect("erased");
    assert_eq!(erased.conversation_ids, ["c-1", "c-2"]);
    // Of each conversation the customer, a hash and a text; two keys and the person.
    assert_eq!((erased.fields, erased.keys, erased.answers), (6, 3, 2));
    assert_eq!(identify(&bench, &pseudonym).await, Identity::Unknown);
    assert_eq!(bench.keys.count(), 1);
    assert_eq!(bench.persons.count(), 1);
}

#[tokio::test]
async fn what_cannot_be_recorded_is_not_erased_and_what_cannot_be_erased_is_recorded() {
    let bench = Bench::new(Recommendations);
    let pseudonym = bench.pseudonym(PersonKind::Agent, AGENT).await;
    let erase = bench.erase_service();
    let plan = erase.plan(agent(AGENT)).await.expect("a plan");
    bench.audit_faults.fail(Calls::Writes, StoreErrorKind::Full);
    let error = erase.erase(plan.clone(), None).await;
    assert!(matches!(error, Err(EraseError::Record(_))));
    let known = Identity::Known(AGENT.to_owned());
    assert_eq!(identify(&bench, &pseudonym).await, known);

    bench.audit_faults.heal();
    bench
        .person_faults
        .fail(Calls::Writes, StoreErrorKind::ReadOnly);
    let error = erase.erase(plan.clone(), None).await;
    assert!(matches!(error, Err(EraseError::Destroy(_))));
    let stages: Vec<ErasureStage> = stages(&bench);
    assert_eq!(stages, [ErasureStage::Intended, ErasureStage::Failed]);
    bench.person_faults.heal();
    erase.erase(plan, None).await.expect("erased");
    assert_eq!(identify(&bench, &pseudonym).await, Identity::Unknown);
    let invalid = erase.plan(agent("")).await;
    assert!(matches!(invalid, Err(EraseError::Invalid)));
}

#[tokio::test]
async fn what_is_held_is_not_erased_and_that_it_was_asked_for_is_on_record() {
    let bench = Bench::new(Recommendations);
    let pseudonym = bench.pseudonym(PersonKind::Customer, CUSTOMER).await;
    let hold = Hold {
        id: 1,
        scope: HoldScope::Everything,
        reason: "case 7".to_owned(),
        since: ManualClock::START,
        by: None,
        released: None,
    };
    bench.holds.place("default", &hold).await.expect("a hold");
    let erase = bench.erase_service();
    let target = ErasureTarget::Person(PersonKind::Customer, CUSTOMER.to_owned());
    let plan = erase.plan(target).await.expect("a plan");
    let error = erase.erase(plan.clone(), None).await;
    assert!(matches!(error, Err(EraseError::Held)));
    assert_eq!(stages(&bench), [ErasureStage::Failed]);
    let known = Identity::Known(CUSTOMER.to_owned());
    assert_eq!(identify(&bench, &pseudonym).await, known);

    let release = Release {
        at: ManualClock::START,
        by: None,
    };
    let released = bench.holds.release("default", 1, &release).await;
    assert!(released.expect("released"));
    erase.erase(plan, None).await.expect("erased");
    assert_eq!(identify(&bench, &pseudonym).await, Identity::Unknown);
}

fn stages(bench: &Bench) -> Vec<ErasureStage> {
    let entries = bench.audit.entries();
    let erased = entries
        .iter()
        .filter(|entry| entry.event() == AuditEvent::Erased);
    erased
        .map(|entry| match &entry.fact {
            AuditFact::Erased(facts) => facts.stage,
            fact => panic!("{fact:?}"),
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Within a tenant and an epoch the same person has one pseudonym, whoever asks and however often, and
    /// different people have different ones; once erased, one that was not there before.
    #[test]
    fn people_keep_their_pseudonyms_until_they_are_erased(
        steps in prop::collection::vec((0_usize..4, any::<bool>(), 0_u8..8), 1..40),
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        runtime.expect("a runtime").block_on(async {
            let bench = Bench::new(Recommendations);
            let erase = bench.erase_service();
            let mut living = std::collections::BTreeMap::new();
            let mut seen = std::collections::BTreeSet::new();
            for (who, customer, what) in steps {
                let kind = if customer { PersonKind::Customer } else { PersonKind::Agent };
                let id = format!("person-{who}");
                if what == 0 {
                    let target = ErasureTarget::Person(kind, id.clone());
                    let plan = erase.plan(target).await.expect("a plan");
                    prop_assert_eq!(plan.is_empty(), !living.contains_key(&(kind, who)));
                    erase.erase(plan, None).await.expect("erased");
                    living.remove(&(kind, who));
                    continue;
                }
                let pseudonym = bench.pseudonym(kind, &id).await;
                match living.get(&(kind, who)) {
                    Some(known) => prop_assert_eq!(known, &pseudonym),
                    None => prop_assert!(seen.insert(pseudonym.clone()), "it was somebody's"),
                }
                living.insert((kind, who), pseudonym);
            }
            for pseudonym in &seen {
                let is_alive = living.values().any(|alive| alive == pseudonym);
                let identity = identify(&bench, pseudonym).await;
                prop_assert_eq!(matches!(identity, Identity::Known(_)), is_alive);
            }
            Ok(())
        })?;
    }
}
