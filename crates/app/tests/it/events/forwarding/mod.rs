//! Engagements on their way to the upstream: each once, in the order of each suggestion, none twice where
//! it may have arrived, and none lost that surely has not.

mod deaths;
mod processes;
mod slow;

use agent_assist_app::events::{DeadEvent, UPSTREAM, Upstream, WINDOW, switch_forwarding};
use agent_assist_domain::adoption::{EngagementKind, ToldAct};
use agent_assist_domain::audit::{AuditEvent, EngagementFacts};
use agent_assist_domain::outbox::LeaseTerms;
use agent_assist_domain::ports::{Clock as _, EngagementLedger as _};
use agent_assist_domain::recommendation::Origin;
use agent_assist_testkit::build::{CONVERSATION, SESSION, exposed, item};
use agent_assist_testkit::memory::MemoryLedger;
use agent_assist_testkit::{Hearing, ScriptedReporter};

use self::slow::{SlowLog, SlowOutbox};
use super::*;

/// A log, an upstream that is told, and all between them.
struct Telling {
    log: Arc<MemoryAuditLog>,
    outbox: Arc<MemoryOutbox>,
    ledger: Arc<MemoryLedger>,
    reporter: Arc<ScriptedReporter>,
    clock: Arc<ManualClock>,
    numbers: AtomicU64,
}

impl Telling {
    async fn new() -> Self {
        let telling = Self {
            log: Arc::default(),
            outbox: Arc::default(),
            ledger: Arc::default(),
            reporter: Arc::default(),
            clock: Arc::default(),
            numbers: AtomicU64::new(0),
        };
        telling.switch(true).await;
        telling
    }

    async fn switch(&self, on: bool) {
        let now = self.clock.now();
        switch_forwarding(&*self.log, &*self.outbox, &*self.ledger, TENANT, on, now)
            .await
            .expect("switched");
    }

    /// An agent engaged with something in the usual conversation.
    async fn engage(&self, recommendation: &str, kind: EngagementKind) {
        let number = self.numbers.fetch_add(1, Ordering::SeqCst);
        let facts = facts(&format!("event-{number}"), recommendation, kind);
        self.record(facts).await;
    }

    async fn record(&self, facts: EngagementFacts) {
        let fact = match facts.kind.is_adoption() {
            true => AuditFact::RecommendationAdopted(facts),
            false => AuditFact::RecommendationEngaged(vec![facts]),
        };
        self.log.append(&entry(fact)).await.expect("append");
    }

    fn parts(&self) -> EventParts {
        EventParts {
            tenant: TENANT.to_owned(),
            trail: self.log.clone(),
            audit: Arc::new(SlowLog(self.log.clone())),
            outbox: Arc::new(SlowOutbox(self.outbox.clone())),
            sinks: Vec::new(),
            upstream: Some(Upstream {
                reporter: self.reporter.clone(),
                ledger: self.ledger.clone(),
            }),
            clock: self.clock.clone(),
            egress: last_look(),
            bell: Bell::default(),
        }
    }

    async fn drain(&self) -> Delivered {
        self.drain_by(Instant::now() + LEASE_OVER).await
    }

    async fn drain_by(&self, deadline: Instant) -> Delivered {
        let deliverer = Deliverer::new(self.parts(), || 0.5);
        deliverer.drain(deadline).await.expect("drain").remove(0)
    }

    fn service(&self, told: bool) -> EventService {
        let (trail, outbox, clock) = (self.log.clone(), self.outbox.clone(), self.clock.clone());
        EventService::new(TENANT.to_owned(), trail, outbox, clock, Vec::new(), told)
    }

    async fn dead(&self) -> Vec<DeadEvent> {
        let service = self.service(true);
        service.dead(service.sinks(), 1_000).await.expect("dead")
    }

    /// What the log says of telling it, oldest first.
    fn recorded(&self) -> Vec<AuditEvent> {
        let events = self.log.entries().into_iter().map(|entry| entry.event());
        events
            .filter(|event| event.as_str().starts_with("assist_forward_"))
            .collect()
    }

    fn taken(&self) -> Vec<(String, ToldAct)> {
        let taken = self.reporter.taken().into_iter();
        taken
            .map(|told| (told.recommendation_id, told.act))
            .collect()
    }
}

fn facts(event_id: &str, recommendation: &str, kind: EngagementKind) -> EngagementFacts {
    EngagementFacts {
        recommendation_id: recommendation.to_owned(),
        kind,
        event_id: event_id.to_owned(),
        client_at: None,
        replay: false,
    }
}

fn entry(fact: AuditFact) -> AuditEntry {
    AuditEntry {
        at: ManualClock::START,
        tenant: TENANT.to_owned(),
        request_id: "r-1".to_owned(),
        subject: Subject {
            session_id: Some(SESSION.to_owned()),
            conversation_id: Some(CONVERSATION.to_owned()),
            ..Subject::UNKNOWN
        },
        fact,
    }
}

#[tokio::test(start_paused = true)]
async fn every_engagement_is_told_once_in_the_upstreams_words() {
    let telling = Telling::new().await;
    for kind in EngagementKind::ALL {
        if kind != EngagementKind::Emitted {
            telling.engage("item-1", kind).await;
        }
    }
    let told = telling.drain().await;
    assert_eq!(
        (&*told.sink, told.delivered, told.waiting),
        (UPSTREAM, 7, 0)
    );
    use ToldAct::{Copied, Dismissed, Opened, RatedNegative, RatedPositive};
    let acts: Vec<ToldAct> = telling.taken().into_iter().map(|(_, act)| act).collect();
    let expected = [
        Opened,
        Copied,
        Copied,
        Copied,
        Dismissed,
        RatedPositive,
        RatedNegative,
    ];
    assert_eq!(acts, expected);
    let first = telling.reporter.taken().remove(0);
    assert_eq!(first.conversation_id, CONVERSATION);
    telling.drain().await;
    assert_eq!(telling.reporter.told().len(), 7, "and never again");
}

#[tokio::test(start_paused = true)]
async fn one_record_may_tell_of_many() {
    let telling = Telling::new().await;
    let dismissed = |item: &str| facts(item, item, EngagementKind::Dismissed);
    let displayed = facts("seen", "item-0", EngagementKind::Displayed);
    let many = vec![displayed, dismissed("item-1"), dismissed("item-2")];
    let fact = AuditFact::RecommendationEngaged(many);
    telling.log.append(&entry(fact)).await.expect("append");
    assert_eq!(telling.drain().await.delivered, 2);
    let told = |item: &str| (item.to_owned(), ToldAct::Dismissed);
    assert_eq!(telling.taken(), [told("item-1"), told("item-2")]);
}

#[tokio::test(start_paused = true)]
async fn each_attempt_is_announced_and_ended_on_record_under_one_request() {
    let telling = Telling::new().await;
    telling.engage("item-1", EngagementKind::Copied).await;
    telling.reporter.then(Hearing::NotDelivered(None));
    assert_eq!(telling.drain().await.failed, 1);
    telling.clock.advance(RETRY_OVER);
    assert_eq!(telling.drain().await.delivered, 1);
    use AuditEvent::{ForwardCompleted, ForwardFailed, ForwardInitiated};
    let recorded = telling.recorded();
    let attempts = [
        ForwardInitiated,
        ForwardFailed,
        ForwardInitiated,
        ForwardCompleted,
    ];
    assert_eq!(recorded, attempts);
    let entries = telling.log.entries().split_off(1);
    assert!(
        entries
            .iter()
            .all(|entry| entry.request_id == entries[0].request_id)
    );
    assert_eq!(
        entries[0].subject.conversation_id.as_deref(),
        Some(CONVERSATION)
    );
    insta::assert_snapshot!(entries[1].to_canonical(), @r#"{"agent":{"id":null,"origin":"unknown"},"at_us":1767603600000000,"conversation_id":"8d7c1c2e-3a74-4f5b-9d2e-0c5a1f6b7e88","event":"assist_forward_failed","forward":{"act":"copied","engagement_seq":1,"failure":"not_delivered","recommendation_id":"item-1","upstream_correlation_id":null,"upstream_requests":1,"upstream_status":503},"queue":{"id":null,"origin":"unknown"},"request_id":"03b20d62-d2c5-5bc1-8aa4-dce5338b8a18","schema":1,"session_id":"session-1","tenant":"acme"}"#);
}

#[tokio::test(start_paused = true)]
async fn what_may_have_arrived_is_never_told_again_and_lets_the_next_pass() {
    for hearing in [Hearing::Lost, Hearing::Missed] {
        let telling = Telling::new().await;
        telling.engage("item-1", EngagementKind::Copied).await;
        telling
            .engage("item-1", EngagementKind::RatedPositive)
            .await;
        telling.reporter.then(hearing);
        let told = telling.drain().await;
        assert_eq!((told.delivered, told.dead, told.waiting), (1, 1, 0));
        telling.clock.advance(RETRY_OVER);
        telling.drain().await;
        assert_eq!(telling.reporter.told().len(), 2);
        let dead = telling.dead().await;
        assert_eq!(
            dead[0].why,
            "not known whether it arrived: no answer came in time"
        );
        // Somebody who has looked may say otherwise.
        let service = telling.service(true);
        let ids = [dead[0].id.clone()];
        service
            .redrive(service.sinks(), &ids)
            .await
            .expect("redrive");
        assert_eq!(telling.drain().await.delivered, 1);
        assert_eq!(telling.reporter.told().len(), 3);
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_refused_is_kept_for_somebody_to_look_at() {
    let telling = Telling::new().await;
    telling.engage("item-1", EngagementKind::Copied).await;
    telling.engage("item-1", EngagementKind::Dismissed).await;
    telling.reporter.then(Hearing::Refused);
    let told = telling.drain().await;
    assert_eq!((told.delivered, told.dead), (1, 1));
    assert_eq!(telling.dead().await[0].why, "status 404");
}

#[tokio::test(start_paused = true)]
async fn what_fails_holds_back_its_own_suggestion_alone_and_for_as_long_as_asked() {
    let telling = Telling::new().await;
    telling.engage("item-1", EngagementKind::Opened).await;
    telling.engage("item-1", EngagementKind::Copied).await;
    telling.engage("item-2", EngagementKind::Copied).await;
    let wait = Duration::from_secs(600);
    telling.reporter.then(Hearing::NotDelivered(Some(wait)));
    let told = telling.drain().await;
    assert_eq!(
        (told.failed, told.waiting),
        (1, 3),
        "what comes next would fail likewise"
    );
    assert_eq!(telling.drain().await.delivered, 1, "but is not in its way");
    assert_eq!(telling.taken(), [("item-2".to_owned(), ToldAct::Copied)]);
    telling.clock.advance(wait - Duration::from_secs(1));
    assert_eq!(telling.drain().await.delivered, 0);
    telling.clock.advance(Duration::from_secs(1));
    assert_eq!(telling.drain().await.delivered, 2);
    let acts = telling.taken().split_off(1);
    let told = |act| ("item-1".to_owned(), act);
    assert_eq!(acts, [told(ToldAct::Opened), told(ToldAct::Copied)]);
}

#[tokio::test(start_paused = true)]
async fn of_what_a_fallback_brought_the_upstream_is_not_told() {
    let telling = Telling::new().await;
    // Past its time or not, it was the upstream's.
    let exposures = [
        ("ours", Origin::Upstream),
        ("searched", Origin::KnowledgeSearch),
    ];
    let exposures = exposures.map(|(name, origin)| agent_assist_domain::adoption::Exposure {
        origin,
        stale: true,
        ..exposed(&item(CONVERSATION, name), ManualClock::START)
    });
    telling
        .ledger
        .expose(exposures.to_vec())
        .await
        .expect("expose");
    telling.engage("searched", EngagementKind::Copied).await;
    telling.engage("ours", EngagementKind::Copied).await;
    assert_eq!(telling.drain().await.delivered, 1);
    assert_eq!(telling.taken(), [("ours".to_owned(), ToldAct::Copied)]);
}

/// An event is kept before it is on record. If the record fails, the client sends it again, and then it is
/// a replay, though nothing says of what.
#[tokio::test(start_paused = true)]
async fn a_replay_is_told_only_if_nothing_was_told_before() {
    let telling = Telling::new().await;
    let replay = |event_id: &str| EngagementFacts {
        replay: true,
        ..facts(event_id, "item-1", EngagementKind::Used)
    };
    telling.record(replay("without a record")).await;
    assert_eq!(telling.drain().await.delivered, 1);
    telling.record(replay("without a record")).await;
    telling
        .record(facts("e-1", "item-1", EngagementKind::Used))
        .await;
    telling.record(replay("e-1")).await;
    assert_eq!(telling.drain().await.delivered, 1);
    telling.record(replay("e-1")).await;
    assert_eq!(telling.drain().await.delivered, 0);
    assert_eq!(telling.taken().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn switched_off_nothing_is_sent_and_what_waits_is_kept_to_be_seen() {
    let telling = Telling::new().await;
    for number in 0..WINDOW + 50 {
        telling
            .engage(&format!("item-{number}"), EngagementKind::Copied)
            .await;
    }
    telling.switch(false).await;
    telling.engage("meanwhile", EngagementKind::Copied).await;
    assert_eq!(telling.drain().await.delivered, 0);
    let status = telling
        .service(false)
        .status()
        .await
        .expect("status")
        .remove(0);
    assert_eq!(
        (&*status.sink, status.waiting, status.unread),
        (UPSTREAM, WINDOW + 50, 0)
    );
    assert_eq!(status.held.as_deref(), Some("switched off by the settings"));
    let redriven = telling
        .service(false)
        .redrive(&[UPSTREAM.to_owned()], &[])
        .await;
    assert_eq!(redriven.expect("redrive"), (0, 0), "it stays off");
    telling.switch(false).await;

    telling.switch(true).await;
    telling.engage("afterwards", EngagementKind::Copied).await;
    assert_eq!(telling.drain().await.delivered, WINDOW + 51);
    let told = telling.taken();
    assert!(!told.iter().any(|(item, _)| item == "meanwhile"));
    assert_eq!(told.last().expect("the last").0, "afterwards");
}

#[tokio::test(start_paused = true)]
async fn never_switched_on_it_is_nowhere_to_be_seen() {
    let telling = Telling {
        outbox: Arc::default(),
        ..Telling::new().await
    };
    telling.switch(false).await;
    telling.engage("item-1", EngagementKind::Copied).await;
    assert_eq!(telling.service(false).status().await.expect("status"), []);
    // It begins where it is switched on.
    telling.switch(true).await;
    assert_eq!(telling.drain().await.delivered, 0);
}

#[tokio::test(start_paused = true)]
async fn records_that_are_gone_are_not_told() {
    let telling = Telling::new().await;
    telling.engage("item-1", EngagementKind::Copied).await;
    telling.reporter.then(Hearing::NotDelivered(None));
    telling.drain().await;
    let gone = Telling {
        log: Arc::default(),
        ..telling
    };
    gone.clock.advance(RETRY_OVER);
    let told = gone.drain().await;
    assert_eq!((told.delivered, told.dead), (0, 1));
    assert_eq!(gone.dead().await[0].why, "its record is not there any more");
}
