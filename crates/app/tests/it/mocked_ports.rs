//! The use case over generated mocks: how often each port is called, and in which order.

use std::sync::Arc;
use std::time::Duration;

use agent_assist_app::conversation_keys::ConversationKeyring;
use agent_assist_app::fetch::{FetchOptions, FetchParts, FetchService, Resilience};
use agent_assist_app::ids::Ids;
use agent_assist_app::person_keys::PersonKeys;
use agent_assist_domain::cache::SubjectKey;
use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::person::EpochKey;
use agent_assist_domain::pii::Policy;
use agent_assist_domain::ports::{
    MockAnalyticsSink, MockAssistSwitch, MockAuditLog, MockClock, MockConversationKeys,
    MockEngagementLedger, MockPersons, MockRecommendationCache, MockRecommendationSource,
    SourceProfile,
};
use agent_assist_domain::screening::{Screening, ScreeningPolicy};
use agent_assist_testkit::ManualClock;
use agent_assist_testkit::build::{batch, recommendation, request};
use mockall::Sequence;

use super::harness::named_by;

/// Audit, then callback, then exposure, then cache: nobody is told of what the audit log does not
/// hold, no exposure is on record without its audit record, and an answer in the cache has both.
#[tokio::test]
async fn a_miss_calls_every_port_once_in_the_order_that_the_promises_need() {
    let mut order = Sequence::new();
    let mut cache = MockRecommendationCache::new();
    let mut source = MockRecommendationSource::new();
    let mut ledger = MockEngagementLedger::new();
    let mut audit = MockAuditLog::new();
    let mut sink = MockAnalyticsSink::new();
    let mut clock = MockClock::new();
    clock.expect_now().return_const(ManualClock::START);
    source.expect_profile().return_const(SourceProfile::new(
        Dialect::Recommendations,
        "https://upstream.test",
    ));
    let mut switch = MockAssistSwitch::new();
    switch
        .expect_off()
        .once()
        .in_sequence(&mut order)
        .returning(|_| Ok(Vec::new()));
    cache
        .expect_get()
        .once()
        .in_sequence(&mut order)
        .returning(|_| Ok(None));
    source
        .expect_fetch()
        .once()
        .in_sequence(&mut order)
        .returning(|_, _| Ok(batch([recommendation("r-1")])));
    audit
        .expect_append()
        .once()
        .in_sequence(&mut order)
        .returning(|_| Ok(1));
    sink.expect_publish()
        .once()
        .in_sequence(&mut order)
        .returning(|_| Ok(()));
    ledger
        .expect_expose()
        .once()
        .in_sequence(&mut order)
        .returning(|_| Ok(()));
    cache
        .expect_put()
        .once()
        .in_sequence(&mut order)
        .returning(|_| Ok(()));
    cache
        .expect_evict()
        .once()
        .in_sequence(&mut order)
        .returning(|_| Ok(0));

    let service = FetchService::new(FetchParts {
        tenant: "default".to_owned(),
        upstream_name: None,
        source: Arc::new(source),
        fallbacks: Vec::new(),
        cache: Arc::new(cache),
        audit: Arc::new(audit),
        ledger: Arc::new(ledger),
        switch: Arc::new(switch),
        sinks: vec![Arc::new(sink)],
        clock: Arc::new(clock),
        ids: Ids::time_ordered(),
        policy: ScreeningPolicy::for_dialect(Dialect::Recommendations),
        screening: Screening::new(),
        keys: ConversationKeyring::random(Arc::new(MockConversationKeys::new())),
        pseudonyms: named_by(
            Arc::new(MockPersons::new()),
            PersonKeys::of(EpochKey::new(1, [3; 32])),
        ),
        keep_text: false,
        egress: super::harness::every_byte(Policy::default()),
        subject_key: SubjectKey::new([0; 32]),
        resilience: Resilience::default(),
        strict_audit: false,
    });
    let options = FetchOptions {
        timeout: Duration::from_secs(3),
        use_cache: true,
    };
    let outcome = service.fetch(request(), options).await.expect("an answer");
    assert_eq!(outcome.answer.recommendations().len(), 1);
}
