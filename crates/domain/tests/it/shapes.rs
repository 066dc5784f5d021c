//! The public shapes, as snapshots: an answer, its empty and degraded forms, audit entries,
//! analytics events. A change here is a change of a contract.

use agent_assist_domain::adoption::EngagementKind;
use agent_assist_domain::analytics::AnalyticsEvent;
use agent_assist_domain::answer::{
    Answer, AnswerFacts, CacheInfo, CacheStatus, Degraded, DegradedReason,
};
use agent_assist_domain::assist::{SwitchCause, SwitchChange, SwitchScope, SwitchState};
use agent_assist_domain::audit::{
    Attribution, AuditEntry, AuditFact, EngagementFacts, FetchFacts, FetchScope, IdOrigin,
    RefusalFacts, Subject, SwitchFacts,
};
use agent_assist_domain::batch::{Batch, Malformation, UpstreamContext};
use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::payload::RawRequest;
use agent_assist_domain::pii::RULES_VERSION;
use agent_assist_domain::recommendation::{Kind, UpstreamId};
use agent_assist_domain::screening::{Screened, Screening, ScreeningPolicy};
use agent_assist_domain::time::Timestamp;
use agent_assist_testkit::build::{batch, fetch_request, recommendation, screened};

const NOW: Timestamp = Timestamp::from_millis(1_763_800_000_000);

fn sample() -> Screened {
    let batch = Batch {
        malformed: vec![Malformation::Score],
        context: UpstreamContext {
            agent_id: UpstreamId::new("agent-7"),
            queue_id: UpstreamId::new("queue-3"),
        },
        ..batch([
            recommendation("r-1")
                .score(0.87)
                .knowledge_base("kb-1")
                .document("doc-1", "v-2", "https://kb.test/doc-1"),
            recommendation("r-2")
                .kind(Kind::Faq)
                .score(0.91)
                .texts("Ask", "Mail joe@example.com"),
            recommendation("r-3").unscored(),
            recommendation("r-4").score(0.2),
            recommendation("r-5").flagged(false),
        ])
    };
    screened(&batch)
}

fn facts(status: CacheStatus) -> AnswerFacts {
    AnswerFacts {
        session_id: "session-1".into(),
        conversation_id: "conversation-1".into(),
        request_id: "request-1".into(),
        latency_us: 12_345,
        cache: CacheInfo { status, age_ms: 0 },
    }
}

fn entry(fact: AuditFact, subject: Subject) -> AuditEntry {
    AuditEntry {
        at: NOW,
        tenant: "default".into(),
        request_id: "request-1".into(),
        subject,
        fact,
    }
}

fn fetch_facts() -> (FetchScope, FetchFacts, Subject) {
    let request = fetch_request(Dialect::Recommendations);
    let policy = ScreeningPolicy::for_dialect(Dialect::Recommendations);
    let screened = sample();
    let upstream =
        batch(Vec::<agent_assist_domain::recommendation::Recommendation>::new()).upstream;
    let cache = CacheInfo {
        status: CacheStatus::Miss,
        age_ms: 0,
    };
    (
        FetchScope::of(
            &request,
            Dialect::Recommendations,
            &policy,
            screened.policy_version(),
        ),
        FetchFacts::of(&screened, 12_345, cache, upstream),
        Subject::of(&request, Some(&screened)),
    )
}

#[test]
fn an_answer_has_the_one_public_shape() {
    insta::assert_json_snapshot!(Answer::of(facts(CacheStatus::Miss), &sample()));
}

#[test]
fn a_degraded_answer_says_so() {
    let label = Degraded::new(DegradedReason::RateLimited, NOW);
    insta::assert_json_snapshot!(Answer::degraded(facts(CacheStatus::None), label));
}

#[test]
fn a_fetch_is_audited_with_scope_numbers_and_decisions() {
    let (scope, facts, subject) = fetch_facts();
    let entry = entry(AuditFact::FetchCompleted(scope, facts), subject);
    assert!(
        !entry.to_canonical().contains("Text of"),
        "no text of a recommendation"
    );
    insta::assert_snapshot!(told(&entry));
    insta::assert_debug_snapshot!(entry.columns());
}

/// The entry's bytes, without the versions that change with every change of the rules.
fn told(entry: &AuditEntry) -> String {
    let version = Screening::new().version().to_string();
    entry.to_canonical().replace(&version, "(version)").replace(
        &format!("rules_version\":{RULES_VERSION}"),
        "rules_version\":(version)",
    )
}

#[test]
fn a_refusal_is_audited_by_field_and_rule() {
    let violations = RawRequest::default()
        .validate(Dialect::Recommendations)
        .expect_err("empty");
    let fact = AuditFact::FetchRefused(RefusalFacts::of(&violations));
    insta::assert_snapshot!(entry(fact, Subject::of_refused(&violations)).to_canonical());
}

#[test]
fn an_adoption_is_audited_and_published_from_one_source() {
    let subject = Subject {
        session_id: Some("session-1".into()),
        conversation_id: Some("conversation-1".into()),
        agent: Attribution {
            id: Some("agent-7".into()),
            origin: IdOrigin::Request,
        },
        ..Subject::UNKNOWN
    };
    let fact = AuditFact::RecommendationAdopted(EngagementFacts {
        recommendation_id: "r-1".into(),
        kind: EngagementKind::Used,
        event_id: "event-1".into(),
        client_at: None,
        replay: false,
    });
    insta::assert_snapshot!(AnalyticsEvent::new("e-1", entry(fact, subject)).to_json());
}

#[test]
fn a_turn_of_the_switch_is_audited_with_whom_it_concerns_and_who_said_so() {
    let switched = |scope: SwitchScope, to, by: Option<&str>| {
        let change = SwitchChange {
            at: NOW,
            scope,
            to,
            cause: SwitchCause::Operator,
            by: by.map(str::to_owned),
        };
        let fact = AuditFact::AssistSwitched(SwitchFacts::of(&change));
        entry(fact, Subject::of_switch(&change.scope)).to_canonical()
    };
    let half_past = NOW.plus(std::time::Duration::from_secs(30 * 60));
    let off = SwitchState::Off {
        until: Some(half_past),
    };
    let without_end = SwitchState::Off { until: None };
    let entries = [
        switched(SwitchScope::Queue("queue-3".into()), off, Some("maria")),
        switched(
            SwitchScope::Session("session-1".into()),
            SwitchState::On,
            None,
        ),
        switched(SwitchScope::Everything, without_end, Some("maria")),
    ];
    insta::assert_snapshot!(entries.join("\n"));
}
