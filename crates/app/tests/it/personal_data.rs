//! Personal data: what becomes of it, what is kept of it, and that nothing finished carries it.

use agent_assist_domain::answer::{CacheStatus, DegradedReason};
use agent_assist_domain::audit::{AuditEvent, AuditFact, Egress};
use agent_assist_domain::batch::Batch;
use agent_assist_domain::dialect::Dialect::{Recommendations, Suggestions};
use agent_assist_domain::pii::{Action, Entity, Policy};
use agent_assist_domain::ports::{ConversationKeys as _, StoreErrorKind};
use agent_assist_domain::screening::{OnFinding, Receipt, RejectReason, Screened, ValueProof};
use agent_assist_testkit::build::{CONVERSATION, batch, recommendation, request};
use agent_assist_testkit::faulty::Calls;

use super::harness::{Bench, about, every_byte, fetch, label, shown};

const MAILBOX: &str = "Write to joe@example.com.";
const CARD: &str = "Card 4111 1111 1111 1111.";

fn saying(text: &str) -> Batch {
    batch([recommendation("r-1").texts("Title", text)])
}

fn receipts(screened: &Screened) -> Vec<Receipt> {
    screened.receipts().cloned().collect()
}

#[tokio::test]
async fn what_belies_the_flag_is_counted_and_masked_or_for_a_card_held_back() {
    let bench = Bench::new(Recommendations);
    bench.source.then(Ok(batch([
        recommendation("mailbox").texts("Title", MAILBOX),
        recommendation("card").texts("Title", CARD),
        recommendation("clean"),
    ])));
    let outcome = fetch(&bench.service(), request()).await.expect("an answer");
    assert_eq!(shown(&outcome.answer), ["mailbox", "clean"]);
    let text = outcome.answer.recommendations()[0].text().to_owned();
    assert_eq!(text, "Write to [EMAIL_ADDRESS].");

    let report = outcome.screened.report();
    assert_eq!((report.pii_violations, report.pii_findings), (2, 2));
    assert_eq!((report.pii_rejected, report.pii_masked_locally), (1, 1));
    let rejected = &outcome.screened.rejected()[0];
    assert_eq!(
        (rejected.id(), rejected.reason()),
        (Some("card"), RejectReason::PersonalData)
    );
    let [mailbox, card] = &receipts(&outcome.screened)[..] else {
        panic!("one receipt each");
    };
    assert_eq!(
        (&*mailbox.pointer, mailbox.start, mailbox.end),
        ("/text", 9, 24)
    );
    assert_eq!((mailbox.action, card.action), (Action::Tag, Action::Drop));

    let facts = bench.last_facts();
    assert_eq!(facts.report, *report);
    let entry = bench.last_entry().to_canonical();
    let hash = mailbox.proof.hash().expect("there is a key").to_string();
    assert!(entry.contains(&hash), "{entry}");
    assert!(entry.contains(r#""pii_violations":2"#), "{entry}");
    for value in ["joe@", "4111"] {
        assert!(!entry.contains(value), "{entry}");
    }
}

#[tokio::test]
async fn the_policy_says_by_entity_and_dialect_what_is_shown() {
    let shown_under = async |dialect, change: fn(&mut Bench)| {
        let mut bench = Bench::new(dialect);
        change(&mut bench);
        bench.source.then(Ok(batch([
            recommendation("mailbox").texts("Title", MAILBOX),
            recommendation("card").texts("Title", CARD),
        ])));
        let outcome = fetch(&bench.service(), request()).await.expect("an answer");
        shown(&outcome.answer).join(",")
    };
    let drop_mailboxes = |bench: &mut Bench| {
        let of_dialect = (Suggestions, Entity::EmailAddress);
        let rules = &mut bench.policy.on_finding;
        rules.by_dialect.insert(of_dialect, OnFinding::Drop);
    };
    // The flag means something in one dialect only.
    assert_eq!(shown_under(Suggestions, |_| {}).await, "mailbox,card");
    assert_eq!(shown_under(Suggestions, drop_mailboxes).await, "card");
    assert_eq!(
        shown_under(Recommendations, drop_mailboxes).await,
        "mailbox"
    );
    let trusting = |bench: &mut Bench| {
        let rules = &mut bench.policy.on_finding;
        rules
            .in_violations
            .insert(Entity::CreditCard, OnFinding::Mask);
        rules
            .by_entity
            .insert(Entity::EmailAddress, OnFinding::Drop);
    };
    assert_eq!(shown_under(Recommendations, trusting).await, "card");
}

#[tokio::test(start_paused = true)]
async fn equal_values_of_a_conversation_have_equal_hashes_until_its_key_is_forgotten() {
    let bench = Bench::new(Recommendations);
    let proof_of = async |conversation: &str, text: &str| {
        bench.source.then(Ok(saying(text)));
        // A service of its own remembers no key.
        let outcome = fetch(&bench.service(), about(conversation)).await;
        receipts(&outcome.expect("an answer").screened)[0].proof
    };
    let first = proof_of(CONVERSATION, MAILBOX).await;
    assert!(first.hash().is_some());
    bench.pass(super::harness::FORGOTTEN).await;
    assert_eq!(proof_of(CONVERSATION, "To JOE@example.com!").await, first);
    assert_eq!(bench.keys.count(), 1);
    assert!(
        bench
            .keys
            .forget("default", CONVERSATION)
            .await
            .expect("forget"),
        "there was a key"
    );
    assert_eq!(bench.keys.count(), 0);
    let credential = proof_of("c-2", "The one-time code is 482913.").await;
    assert_eq!(credential, ValueProof::Credential);
    assert_eq!(bench.keys.count(), 0, "nothing to hash, no key");
}

#[tokio::test]
async fn without_a_key_receipts_say_so_and_the_answer_is_given() {
    let bench = Bench::new(Recommendations);
    bench
        .key_faults
        .fail(Calls::All, StoreErrorKind::Unavailable);
    bench.source.then(Ok(saying(MAILBOX)));
    let outcome = fetch(&bench.service(), request()).await.expect("an answer");
    assert_eq!(shown(&outcome.answer), ["r-1"]);
    assert_eq!(receipts(&outcome.screened)[0].proof, ValueProof::NoKey);
    let entry = bench.last_entry().to_canonical();
    assert!(entry.contains(r#""no_value_hash":"no_key""#), "{entry}");
}

/// A second look that takes offence at the title of every built recommendation, as though the
/// screening had missed something.
fn offended() -> Policy {
    let rules = r#"
        [[rules]]
        name = "planted"
        entity = "PLANTED"
        regex = 'Title of [a-z]'
        confidence = 90
    "#;
    Policy::from_toml(rules).expect("a policy")
}

#[tokio::test]
async fn a_finished_answer_and_event_with_personal_data_are_stopped_and_recorded() {
    let mut bench = Bench::new(Recommendations);
    bench.egress = every_byte(offended());
    bench.source.then(Ok(batch([recommendation("item")])));
    let outcome = fetch(&bench.service(), request()).await.expect("an answer");
    assert!(shown(&outcome.answer).is_empty());
    assert_eq!(label(&outcome.answer), Some(DegradedReason::PersonalData));
    assert_eq!(outcome.answer.cache().status, CacheStatus::None);
    assert_eq!(
        bench.events(),
        [AuditEvent::FetchCompleted, AuditEvent::EgressStopped]
    );
    let AuditFact::EgressStopped(stopped) = bench.last_entry().fact else {
        panic!("stopped");
    };
    assert_eq!(stopped.egress, Egress::Answer);
    assert_eq!(stopped.findings.values().sum::<u32>(), 1);
}
