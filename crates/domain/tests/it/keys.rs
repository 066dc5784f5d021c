//! Cache keys and freshness.

use std::collections::HashSet;

use agent_assist_domain::cache::{AnswerKey, AnswerRules, SubjectKey, UpstreamKey};
use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::payload::{RawField, RawRequest};
use agent_assist_domain::pii::{Entity, Policy};
use agent_assist_domain::ports::{SourceProfile, SourceQuery};
use agent_assist_domain::recommendation::Kind;
use agent_assist_domain::screening::{
    FindingRules, OnFinding, PolicyVersion, Screening, ScreeningPolicy,
};
use agent_assist_testkit::build::request;

fn profile(dialect: Dialect) -> SourceProfile {
    SourceProfile::new(dialect, "https://api.test")
}

/// Every single change of a request that changes the answer.
fn variations() -> Vec<RawRequest> {
    let text = |text: &str| RawField::text(Some(text));
    let list = |items: &[&str]| items.iter().map(|item| text(item)).collect::<Vec<_>>();
    vec![
        request(),
        RawRequest {
            session_id: text("other"),
            ..request()
        },
        RawRequest {
            conversation_id: text("8d7c1c2e-3a74-4f5b-9d2e-0c5a1f6b7e89"),
            ..request()
        },
        RawRequest {
            knowledge_source_ids: list(&["kb-1", "kb-2"]),
            ..request()
        },
        RawRequest {
            knowledge_source_ids: list(&["kb-1kb-2"]),
            ..request()
        },
        RawRequest {
            limit: text("19"),
            ..request()
        },
        RawRequest {
            offset: text("1"),
            ..request()
        },
        RawRequest {
            min_relevance: text("0.1"),
            ..request()
        },
        RawRequest {
            intent_confidence: vec![("a".into(), text("0.5"))],
            ..request()
        },
        RawRequest {
            intent_confidence: vec![("a".into(), text("0.6"))],
            ..request()
        },
        RawRequest {
            query: text("refund"),
            ..request()
        },
        RawRequest {
            subject_terms: list(&["Pat"]),
            ..request()
        },
        RawRequest {
            subject_terms: list(&["Pat", "Sam"]),
            ..request()
        },
        RawRequest {
            subject_terms: list(&["PatSam"]),
            ..request()
        },
    ]
}

fn answer_key(raw: RawRequest, tenant: &str, dialect: Dialect, secret: u8) -> AnswerKey {
    let request = raw.validate(dialect).expect("valid");
    let policy = ScreeningPolicy::for_dialect(dialect).with_request(request.min_relevance());
    let version = Screening::new().version();
    let rules = AnswerRules::of(tenant, &profile(dialect), &policy, version);
    AnswerKey::of(&rules, &request, &SubjectKey::new([secret; 32]))
}

#[test]
fn everything_that_changes_the_answer_changes_its_key() {
    let keys: HashSet<AnswerKey> = variations()
        .into_iter()
        .flat_map(|raw| {
            [
                answer_key(raw.clone(), "a", Dialect::Recommendations, 1),
                answer_key(raw.clone(), "b", Dialect::Recommendations, 1),
                answer_key(raw, "a", Dialect::Suggestions, 1),
            ]
        })
        .collect();
    assert_eq!(keys.len(), variations().len() * 3);
}

#[test]
fn subject_terms_enter_the_key_under_the_secret_only() {
    let with = || RawRequest {
        subject_terms: vec![RawField::text(Some("Pat"))],
        ..request()
    };
    let dialect = Dialect::Recommendations;
    assert_ne!(
        answer_key(with(), "a", dialect, 1),
        answer_key(with(), "a", dialect, 2)
    );
    assert_eq!(
        answer_key(request(), "a", dialect, 1),
        answer_key(request(), "a", dialect, 2)
    );
}

#[test]
fn the_screening_policy_is_part_of_the_key() {
    let request = request().validate(Dialect::Recommendations).expect("valid");
    let base = ScreeningPolicy::for_dialect(Dialect::Recommendations);
    let mut by_kind = base.clone();
    by_kind.min_relevance_by_kind.insert(Kind::Faq, 0.75);
    let unmasked = ScreeningPolicy {
        require_pii_mask: false,
        ..base.clone()
    };
    let dropping = |change: fn(&mut FindingRules) -> Option<OnFinding>| {
        let mut policy = base.clone();
        change(&mut policy.on_finding);
        policy
    };
    let key = |policy| {
        let secret = SubjectKey::new([0; 32]);
        let version = Screening::new().version();
        let profile = profile(Dialect::Recommendations);
        let rules = AnswerRules::of("a", &profile, policy, version);
        AnswerKey::of(&rules, &request, &secret)
    };
    assert_eq!(
        HashSet::from([
            key(&base),
            key(&by_kind),
            key(&unmasked),
            key(&dropping(|rules| rules
                .by_entity
                .insert(Entity::UsSsn, OnFinding::Drop))),
            key(&dropping(|rules| rules
                .by_entity
                .insert(Entity::UsSsn, OnFinding::Mask))),
            key(&dropping(|rules| rules
                .in_violations
                .insert(Entity::UsSsn, OnFinding::Drop))),
            key(&dropping(|rules| {
                rules
                    .by_dialect
                    .insert((Dialect::Suggestions, Entity::UsSsn), OnFinding::Drop)
            })),
        ])
        .len(),
        7
    );
}

#[test]
fn callers_who_differ_only_in_what_we_do_afterwards_share_the_upstream_call() {
    let key = |raw: RawRequest, dialect| {
        let query = SourceQuery::from(&raw.validate(dialect).expect("valid"));
        UpstreamKey::of("a", &profile(dialect), &query)
    };
    let distinct = |dialect| {
        variations()
            .into_iter()
            .map(|raw| key(raw, dialect))
            .collect::<HashSet<_>>()
            .len()
    };
    // Suggestions: only the conversation is seen upstream.
    assert_eq!(distinct(Dialect::Suggestions), 2);
    // Recommendations: session, conversation, two source lists, limit and offset beside the base.
    assert_eq!(distinct(Dialect::Recommendations), 7);
}

#[test]
fn a_key_reads_back_what_it_prints() {
    let key = answer_key(request(), "a", Dialect::Recommendations, 1);
    assert_eq!(AnswerKey::parse(&key.to_string()), Some(key));
    assert_eq!(AnswerKey::parse("é"), None);
}

#[test]
fn the_version_of_the_rules_is_part_of_the_key_and_reads_back_what_it_prints() {
    let request = request().validate(Dialect::Recommendations).expect("valid");
    let policy = ScreeningPolicy::for_dialect(Dialect::Recommendations);
    let own = Policy::from_toml("threshold = 60").expect("a policy");
    let versions = [Policy::default(), own].map(|policy| PolicyVersion::of(&policy));
    let keys = versions.map(|version| {
        let secret = SubjectKey::new([0; 32]);
        let profile = profile(Dialect::Recommendations);
        let rules = AnswerRules::of("a", &profile, &policy, version);
        AnswerKey::of(&rules, &request, &secret)
    });
    assert_ne!(keys[0], keys[1]);
    for version in versions {
        assert_eq!(PolicyVersion::parse(&version.to_string()), Some(version));
    }
    for text in ["", "1.1", "1.2.x", "1.2.3.4"] {
        assert_eq!(PolicyVersion::parse(text), None, "{text}");
    }
}
