//! A fetch service over the testkit's fakes, every port within reach.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use agent_assist_app::conversation_keys::ConversationKeyring;
use agent_assist_app::egress::EgressCheck;
use agent_assist_app::engage::{EngageError, EngageParts, EngageService, Engaged};
use agent_assist_app::erase::{EraseParts, EraseService};
use agent_assist_app::fallbacks::Fallback;
use agent_assist_app::fetch::{
    FetchError, FetchOptions, FetchOutcome, FetchParts, FetchService, Resilience,
};
use agent_assist_app::ids::Ids;
use agent_assist_app::person_keys::PersonKeys;
use agent_assist_app::pseudonyms::Pseudonyms;
use agent_assist_app::recorder::Recorder;
use agent_assist_app::report::{ReportParts, ReportService};
use agent_assist_domain::answer::{Answer, DegradedReason};
use agent_assist_domain::audit::{AuditEntry, AuditEvent, AuditFact, FetchFacts};
use agent_assist_domain::batch::{Batch, UpstreamFacts};
use agent_assist_domain::cache::SubjectKey;
use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::payload::{RawEngagement, RawEngagements, RawField, RawRequest};
use agent_assist_domain::person::{Drawn, EpochKey, PersonKind, SECRET_BYTES};
use agent_assist_domain::pii::{Policy, Scanner};
use agent_assist_domain::ports::{
    AuditLog, Persons, RecommendationSource as _, SourceError, SourceErrorKind,
};
use agent_assist_domain::screening::{Screening, ScreeningPolicy};
use agent_assist_domain::sealing::NONCE_BYTES;
use agent_assist_testkit::build::{CONVERSATION, SESSION, batch, recommendation, request};
use agent_assist_testkit::faulty::{
    Faults, FaultyAssistSwitch, FaultyAudit, FaultyCache, FaultyConversationKeys, FaultyLedger,
    FaultyPersons,
};
use agent_assist_testkit::memory::{
    MemoryAssistSwitch, MemoryAuditLog, MemoryCache, MemoryConversationKeys, MemoryHolds,
    MemoryLedger, MemoryPersons,
};
use agent_assist_testkit::{CollectingSink, ManualClock, ScriptedSource};

/// Time after which nothing remembered is fresh.
pub(crate) const TTL: Duration = Duration::from_secs(15);
/// Time after which nothing remembered is of use, whatever fails.
pub(crate) const FORGOTTEN: Duration = Duration::from_secs(16 * 60);

pub(crate) struct Bench {
    pub(crate) source: Arc<ScriptedSource>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) cache: Arc<MemoryCache>,
    pub(crate) cache_faults: Faults,
    pub(crate) audit: Arc<MemoryAuditLog>,
    pub(crate) audit_faults: Faults,
    pub(crate) ledger: Arc<MemoryLedger>,
    pub(crate) ledger_faults: Faults,
    pub(crate) switch: Arc<MemoryAssistSwitch>,
    pub(crate) switch_faults: Faults,
    pub(crate) sink: Arc<CollectingSink>,
    pub(crate) fallbacks: Vec<Fallback>,
    pub(crate) resilience: Resilience,
    pub(crate) keys: Arc<MemoryConversationKeys>,
    pub(crate) key_faults: Faults,
    pub(crate) holds: Arc<MemoryHolds>,
    pub(crate) persons: Arc<MemoryPersons>,
    pub(crate) person_faults: Faults,
    pub(crate) keep_text: bool,
    pub(crate) egress: EgressCheck,
    pub(crate) policy: ScreeningPolicy,
    pub(crate) scanning: Policy,
    strict_audit: bool,
}

impl Bench {
    pub(crate) fn new(dialect: Dialect) -> Self {
        Self {
            source: Arc::new(ScriptedSource::new(dialect)),
            clock: Arc::default(),
            cache: Arc::default(),
            cache_faults: Faults::default(),
            audit: Arc::default(),
            audit_faults: Faults::default(),
            ledger: Arc::default(),
            ledger_faults: Faults::default(),
            switch: Arc::default(),
            switch_faults: Faults::default(),
            sink: Arc::default(),
            fallbacks: Vec::new(),
            resilience: Resilience::default(),
            keys: Arc::default(),
            key_faults: Faults::default(),
            holds: Arc::default(),
            persons: Arc::default(),
            person_faults: Faults::default(),
            keep_text: false,
            egress: every_byte(Policy::default()),
            policy: ScreeningPolicy::for_dialect(dialect),
            scanning: Policy::default(),
            strict_audit: false,
        }
    }

    pub(crate) fn strict(mut self) -> Self {
        self.strict_audit = true;
        self
    }

    /// Nothing stale is given out.
    pub(crate) fn without_stale(mut self) -> Self {
        self.resilience.freshness.stale_while_revalidate = Duration::ZERO;
        self.resilience.freshness.stale_if_error = Duration::ZERO;
        self
    }

    /// A service over the bench's ports; a second one is what a restart leaves.
    pub(crate) fn service(&self) -> FetchService {
        self.service_with_audit(Arc::new(FaultyAudit::new(
            self.audit.clone(),
            self.audit_faults.clone(),
        )))
    }

    /// The same over another audit log.
    pub(crate) fn service_with_audit(&self, audit: Arc<dyn AuditLog>) -> FetchService {
        FetchService::new(FetchParts {
            tenant: "default".to_owned(),
            upstream_name: None,
            source: self.source.clone(),
            fallbacks: self.fallbacks.clone(),
            cache: Arc::new(FaultyCache::new(
                self.cache.clone(),
                self.cache_faults.clone(),
            )),
            audit,
            ledger: Arc::new(FaultyLedger::new(
                self.ledger.clone(),
                self.ledger_faults.clone(),
            )),
            switch: Arc::new(FaultyAssistSwitch::new(
                self.switch.clone(),
                self.switch_faults.clone(),
            )),
            sinks: vec![self.sink.clone()],
            clock: self.clock.clone(),
            ids: counted_ids(),
            policy: self.policy.clone(),
            screening: Screening::with_policy(self.scanning.clone()).expect("a policy that works"),
            keys: ConversationKeyring::new(
                Arc::new(FaultyConversationKeys::new(
                    self.keys.clone(),
                    self.key_faults.clone(),
                )),
                || Some([9; 32]),
            ),
            pseudonyms: self.pseudonyms(),
            keep_text: self.keep_text,
            egress: self.egress.clone(),
            subject_key: SubjectKey::new([7; 32]),
            resilience: self.resilience.clone(),
            strict_audit: self.strict_audit,
        })
    }

    pub(crate) fn engage_service(&self) -> EngageService {
        let audit = Arc::new(FaultyAudit::new(
            self.audit.clone(),
            self.audit_faults.clone(),
        ));
        let recorder = Recorder::new(audit, vec![self.sink.clone()]).naming(self.pseudonyms());
        let ledger = Arc::new(FaultyLedger::new(
            self.ledger.clone(),
            self.ledger_faults.clone(),
        ));
        EngageService::new(EngageParts {
            tenant: "default".to_owned(),
            dialect: self.source.profile().dialect,
            ledger,
            recorder,
            clock: self.clock.clone(),
            ids: counted_ids(),
        })
    }

    /// Reports on what the bench has on record; tells agents apart.
    pub(crate) fn report_service(&self) -> ReportService {
        ReportService::new(ReportParts {
            tenant: "default".to_owned(),
            trail: self.audit.clone(),
            ledger: self.ledger.clone(),
            clock: self.clock.clone(),
            by_agent: true,
        })
    }

    /// What stands for people, as another process would find it.
    pub(crate) fn pseudonyms(&self) -> Pseudonyms {
        named_by(
            Arc::new(FaultyPersons::new(
                self.persons.clone(),
                self.person_faults.clone(),
            )),
            PersonKeys::of(EpochKey::new(1, [3; 32])),
        )
    }

    /// What stands for `id`.
    pub(crate) async fn pseudonym(&self, kind: PersonKind, id: &str) -> String {
        let pseudonym = self.pseudonyms().of(kind, id).await;
        pseudonym.expect("a pseudonym").to_string()
    }

    /// Erases, over what the bench has on record.
    pub(crate) fn erase_service(&self) -> EraseService {
        let audit = Arc::new(FaultyAudit::new(
            self.audit.clone(),
            self.audit_faults.clone(),
        ));
        EraseService::new(EraseParts {
            tenant: "default".to_owned(),
            trail: self.audit.clone(),
            recorder: Recorder::new(audit, Vec::new()),
            pseudonyms: self.pseudonyms(),
            keys: Arc::new(FaultyConversationKeys::new(
                self.keys.clone(),
                self.key_faults.clone(),
            )),
            holds: self.holds.clone(),
            cache: self.cache.clone(),
            clock: self.clock.clone(),
            ids: counted_ids(),
        })
    }

    /// The names of the audit events so far.
    pub(crate) fn events(&self) -> Vec<AuditEvent> {
        self.audit
            .entries()
            .iter()
            .map(|entry| entry.event())
            .collect()
    }

    /// How often `event` is on record.
    pub(crate) fn recorded(&self, event: AuditEvent) -> usize {
        self.events()
            .iter()
            .filter(|found| **found == event)
            .count()
    }

    /// The last audit entry.
    pub(crate) fn last_entry(&self) -> AuditEntry {
        self.audit.entries().pop().expect("an entry")
    }

    /// The facts of the last audit entry, which must be about a fetch.
    pub(crate) fn last_facts(&self) -> FetchFacts {
        match self.last_entry().fact {
            AuditFact::FetchHit(_, facts)
            | AuditFact::FetchCompleted(_, facts)
            | AuditFact::FetchFailed(_, facts)
            | AuditFact::FetchWithheld(_, facts)
            | AuditFact::RefreshCompleted(_, facts)
            | AuditFact::RefreshFailed(_, facts) => facts,
            fact => panic!("no fetch: {fact:?}"),
        }
    }

    /// What the ledger holds of exposures, in order.
    pub(crate) fn exposed(&self) -> Vec<String> {
        let mut exposures = self.ledger.exposures();
        exposures.sort_by_key(|exposure| exposure.at);
        let ids = exposures.into_iter().map(|one| one.item.recommendation_id);
        ids.collect()
    }

    /// Time passes, on the wall and in the runtime, whose clock must be paused.
    pub(crate) async fn pass(&self, span: Duration) {
        self.clock.advance(span);
        tokio::time::sleep(span).await;
    }
}

/// Pseudonyms over `store`. What is drawn is never drawn again, in no other process either.
pub(crate) fn named_by(store: Arc<dyn Persons>, keys: PersonKeys) -> Pseudonyms {
    static DRAWN: AtomicU64 = AtomicU64::new(1);
    Pseudonyms::new(
        "default",
        store,
        keys,
        Arc::<ManualClock>::default(),
        || {
            let number = DRAWN.fetch_add(1, Ordering::SeqCst);
            let mut drawn = Drawn {
                secret: [0; SECRET_BYTES],
                nonce: [0; NONCE_BYTES],
            };
            drawn.secret[..8].copy_from_slice(&number.to_be_bytes());
            drawn.nonce[..8].copy_from_slice(&number.to_be_bytes());
            Some(drawn)
        },
    )
}

/// Lets everything that can go on in the background go on; the runtime's clock must be paused.
pub(crate) async fn settled() {
    tokio::time::sleep(Duration::from_millis(1)).await;
}

/// A second look at everything that leaves, for what `policy` looks for.
pub(crate) fn every_byte(policy: Policy) -> EgressCheck {
    let scanner = Scanner::with_policy(policy).expect("a policy that works");
    EgressCheck::new(scanner, 1, || 0.0)
}

/// That `kind` happened to a recommendation of the standard conversation.
pub(crate) fn told(recommendation_id: &str, kind: &str, event_id: Option<&str>) -> RawEngagements {
    RawEngagements {
        conversation_id: RawField::text(Some(CONVERSATION)),
        session_id: RawField::text(Some(SESSION)),
        events: vec![event(recommendation_id, kind, event_id)],
        ..RawEngagements::default()
    }
}

/// One event of several.
pub(crate) fn event(recommendation_id: &str, kind: &str, event_id: Option<&str>) -> RawEngagement {
    RawEngagement {
        recommendation_id: RawField::text(Some(recommendation_id)),
        kind: RawField::text(Some(kind)),
        event_id: RawField::text(event_id),
        ..RawEngagement::default()
    }
}

/// What came of the only event of `raw`.
pub(crate) async fn engage(
    service: &EngageService,
    raw: RawEngagements,
) -> Result<Engaged, EngageError> {
    let mut answers = service.engage(raw).await?;
    assert_eq!(answers.len(), 1, "one event, one answer");
    answers.remove(0)
}

/// A batch with one recommendation.
pub(crate) fn one(id: &str) -> Batch {
    batch([recommendation(id)])
}

/// The standard request of another session.
pub(crate) fn in_session(session: &str) -> RawRequest {
    RawRequest {
        session_id: RawField::text(Some(session)),
        ..request()
    }
}

/// The standard request about another conversation.
pub(crate) fn about(conversation: impl std::fmt::Display) -> RawRequest {
    RawRequest {
        conversation_id: RawField::text(Some(&conversation.to_string())),
        ..request()
    }
}

/// A failure that the upstream answered with `status`, after `requests` requests.
pub(crate) fn failure(kind: SourceErrorKind, status: u16, requests: u32) -> SourceError {
    SourceError::new(kind).with_upstream(UpstreamFacts {
        status: Some(status),
        correlation_id: None,
        requests,
        token_us: 0,
    })
}

/// The identifiers of what is shown.
pub(crate) fn shown(answer: &Answer) -> Vec<&str> {
    let items = answer.recommendations().iter();
    items.map(|item| item.id()).collect()
}

/// The reason in the label.
pub(crate) fn label(answer: &Answer) -> Option<DegradedReason> {
    answer.degradation().map(|degraded| degraded.reason())
}

pub(crate) fn options() -> FetchOptions {
    FetchOptions {
        timeout: Duration::from_secs(3),
        use_cache: true,
    }
}

pub(crate) async fn fetch(
    service: &FetchService,
    raw: RawRequest,
) -> Result<FetchOutcome, FetchError> {
    service.fetch(raw, options()).await
}

fn counted_ids() -> Ids {
    let count = AtomicU64::new(0);
    Ids::new(move || format!("id-{}", count.fetch_add(1, Ordering::SeqCst)))
}
