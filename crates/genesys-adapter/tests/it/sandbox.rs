//! The whole adapter over real HTTP, against the sandbox, in both dialects.

use std::sync::Arc;

use agent_assist_domain::batch::Batch;
use agent_assist_domain::dialect::Dialect::{self, Recommendations, Suggestions};
use agent_assist_domain::ports::{RecommendationSource, SourceError, SourceErrorKind, SourceQuery};
use agent_assist_domain::recommendation::Recommendation;
use agent_assist_genesys::{
    Credentials, GenesysConfig, GenesysSource, HttpOptions, HttpTransport, KnowledgeSearchSource,
};
use agent_assist_sandbox::{Sandbox, SandboxConfig};
use agent_assist_testkit::conformance::source as conformance;

use crate::support::{over, within};

pub(crate) async fn sandbox() -> Sandbox {
    Sandbox::start(SandboxConfig::default()).await.unwrap()
}

pub(crate) fn source(sandbox: &Sandbox, dialect: Dialect, client_secret: &str) -> GenesysSource {
    let credentials = Credentials::ClientCredentials {
        client_id: sandbox.ready().client_id.clone(),
        client_secret: client_secret.into(),
    };
    let base: url::Url = sandbox.base_url().parse().unwrap();
    let config = GenesysConfig::new(base.clone(), base, credentials, dialect);
    let transport = HttpTransport::new(&HttpOptions::default()).unwrap();
    over(Arc::new(transport), config, 0.0)
}

pub(crate) fn query(sandbox: &Sandbox, conversation_id: &str) -> SourceQuery {
    SourceQuery {
        conversation_id: conversation_id.to_owned(),
        knowledge_source_ids: sandbox.ready().knowledge_sources.clone(),
        ..crate::support::query()
    }
}

async fn fetch(sandbox: &Sandbox, dialect: Dialect) -> Result<Batch, SourceError> {
    let secret = &sandbox.ready().client_secret;
    let query = query(sandbox, &sandbox.ready().conversations[0].id);
    source(sandbox, dialect, secret)
        .fetch(&query, within(10_000))
        .await
}

fn seen(sandbox: &Sandbox, path: &str) -> Vec<Option<u16>> {
    let journal = sandbox.journal();
    let entries = journal.iter().filter(|entry| entry.path.contains(path));
    entries.map(|entry| entry.status).collect()
}

#[tokio::test]
async fn both_dialects_bring_usable_entities_and_nothing_malformed() {
    let sandbox = sandbox().await;
    for dialect in Dialect::ALL {
        let batch = fetch(&sandbox, dialect).await.unwrap();
        assert!(batch.items.len() >= 3, "{dialect}");
        assert_eq!(batch.malformed, []);
        assert_eq!(batch.upstream.status, Some(200));
        assert!(batch.upstream.correlation_id.is_some());
        assert!(batch.items.iter().any(|item| !item.text().is_empty()));
        let flagged = batch
            .items
            .iter()
            .any(|item| item.upstream_masked.is_some());
        assert_eq!(flagged, dialect == Recommendations);
    }
}

#[tokio::test]
async fn passing_faults_are_survived() {
    for (dialect, route) in [
        (Recommendations, "recommendations"),
        (Suggestions, "suggestions"),
    ] {
        for (fault, statuses) in [
            ("status=503,times=2", vec![Some(503), Some(503), Some(200)]),
            (
                "status=429,retry_after=0,times=1",
                vec![Some(429), Some(200)],
            ),
            ("expire_tokens,times=1", vec![Some(401), Some(200)]),
        ] {
            let sandbox = sandbox().await;
            sandbox.add_fault(format!("{route}:{fault}").parse().unwrap());
            fetch(&sandbox, dialect).await.unwrap();
            assert_eq!(
                seen(&sandbox, "/api/v2/")[..statuses.len()],
                statuses,
                "{fault}"
            );
        }
    }
}

#[tokio::test]
async fn broken_bodies_are_errors_that_name_the_call() {
    for fault in ["malformed", "empty", "html"] {
        let sandbox = sandbox().await;
        sandbox.add_fault(format!("*:body={fault},after=1").parse().unwrap());
        for dialect in Dialect::ALL {
            let error = fetch(&sandbox, dialect).await.unwrap_err();
            assert_eq!(error.kind(), SourceErrorKind::BadFormat, "{fault}");
        }
    }
}

#[tokio::test]
async fn a_wrong_secret_and_an_unknown_conversation_are_told_apart() {
    let sandbox = sandbox().await;
    let unknown = query(&sandbox, crate::support::CONVERSATION);
    let wrong = source(&sandbox, Suggestions, "wrong");
    let error = wrong.fetch(&unknown, within(10_000)).await.unwrap_err();
    assert_eq!(error.kind(), SourceErrorKind::Unauthenticated);
    assert_eq!(error.code(), Some("invalid_client"));

    let right = source(&sandbox, Suggestions, &sandbox.ready().client_secret);
    assert!(right.fetch(&unknown, within(10_000)).await.unwrap().no_data);
}

#[tokio::test]
async fn every_probe_finds_its_fact() {
    let sandbox = sandbox().await;
    let probe = source(&sandbox, Suggestions, &sandbox.ready().client_secret).probe();
    let deadline = || within(10_000);
    assert!(probe.token(deadline()).await.unwrap().expires_in.is_some());
    assert!(
        probe
            .token_owner(deadline())
            .await
            .unwrap()
            .organization
            .is_some()
    );
    let limits = probe.rate_limits(deadline()).await.unwrap();
    assert_eq!(limits.token_per_minute, Some(300));
    for (sources, published) in [
        (&sandbox.ready().knowledge_sources, true),
        (&sandbox.unpublished_sources(), false),
    ] {
        let facts = probe.knowledge_base(&sources[0], deadline()).await.unwrap();
        assert_eq!(facts.published, Some(published));
    }
    assert!(probe.clock_skew(deadline()).await.unwrap().is_some());
    let query = query(&sandbox, &sandbox.ready().conversations[0].id);
    assert!(probe.reading(&query, deadline()).await.unwrap().known);
}

fn search(sandbox: &Sandbox, knowledge_bases: Vec<String>) -> KnowledgeSearchSource {
    source(sandbox, Suggestions, &sandbox.ready().client_secret).knowledge_search(knowledge_bases)
}

fn asking(sandbox: &Sandbox, words: &str) -> SourceQuery {
    SourceQuery {
        query: Some(words.to_owned()),
        ..query(sandbox, &sandbox.ready().conversations[0].id)
    }
}

#[tokio::test]
async fn a_search_finds_the_article_that_is_recommended() {
    let sandbox = sandbox().await;
    let recommended = fetch(&sandbox, Recommendations).await.unwrap().items;
    let published = sandbox.ready().knowledge_sources.clone();
    let query = asking(&sandbox, "where is my refund");
    let batch = search(&sandbox, published.clone())
        .fetch(&query, within(10_000))
        .await
        .unwrap();
    assert_eq!((batch.malformed.len(), batch.unknown_fields), (0, 0));
    let found = &batch.items[0];
    assert!(found.title().contains("Refund"), "{}", found.title());
    assert!(found.text().len() > found.title().len());
    assert!(batch.items.is_sorted_by(|a, b| a.score >= b.score));
    let same = |other: &&Arc<Recommendation>| other.source.document_id == found.source.document_id;
    let twin = recommended.iter().find(same).unwrap();
    assert_eq!(found.title(), twin.title());
    assert_eq!(found.source.version_id, twin.source.version_id);
    assert_eq!(
        found.source.knowledge_base_id,
        twin.source.knowledge_base_id
    );
}

#[tokio::test]
async fn a_search_passes_over_bases_that_are_not_there_and_survives_passing_faults() {
    let sandbox = sandbox().await;
    let mut bases = sandbox.unpublished_sources();
    bases.extend([
        "../x".to_owned(),
        sandbox.ready().knowledge_sources[0].clone(),
    ]);
    for (fault, statuses) in [
        ("expire_tokens,times=1", &[401, 404, 404, 200][..]),
        ("status=503,times=1", &[503, 404, 404, 200]),
    ] {
        sandbox.clear_faults();
        sandbox.add_fault(format!("search:{fault}").parse().unwrap());
        let before = seen(&sandbox, "/documents/search").len();
        let query = asking(&sandbox, "where is my refund");
        let batch = search(&sandbox, bases.clone())
            .fetch(&query, within(10_000))
            .await
            .unwrap();
        assert!(!batch.items.is_empty());
        assert_eq!(batch.upstream.requests as usize, statuses.len());
        let statuses: Vec<_> = statuses.iter().copied().map(Some).collect();
        assert_eq!(seen(&sandbox, "/documents/search")[before..], statuses);
    }
    let path = "/api/v2/knowledge/knowledgebases/..%2Fx/documents/search\
                ?expand=documentVariations";
    let journal = sandbox.journal();
    let asked = journal.iter().filter(|entry| entry.path == path);
    assert!(asked.clone().all(|entry| entry.method == "POST"));
    assert_eq!(asked.count(), 2, "one encoded segment");
}

/// What the contract says about conversations does not concern a search: it looks at none.
#[tokio::test]
async fn a_search_keeps_the_contract_of_a_source() {
    let sandbox = sandbox().await;
    let port = conformance::Questioned {
        source: search(&sandbox, sandbox.ready().knowledge_sources.clone()),
        known: asking(&sandbox, "where is my refund"),
        unknown: asking(&sandbox, "xylophone zeugma"),
    };
    conformance::the_profile_never_changes(&port).await;
    conformance::a_known_conversation_has_recommendations(&port).await;
    conformance::asking_twice_brings_the_same(&port).await;
    conformance::a_deadline_that_has_passed_ends_the_call_at_once(&port).await;
    conformance::a_dropped_call_leaves_the_source_usable(&port).await;

    let nothing = port.source.fetch(&port.unknown, within(10_000)).await;
    let nothing = nothing.unwrap();
    assert_eq!(nothing.total_received(), 0);
    assert_eq!(
        nothing.upstream.requests as usize,
        sandbox.ready().knowledge_sources.len()
    );
}

#[tokio::test]
async fn what_the_assistant_took_the_customer_to_ask_can_be_searched_for() {
    let sandbox = sandbox().await;
    let suggested = fetch(&sandbox, Suggestions).await.unwrap();
    let question = suggested.query_statement.unwrap();
    let query = asking(&sandbox, &question.0);
    let found = search(&sandbox, sandbox.ready().knowledge_sources.clone())
        .fetch(&query, within(10_000))
        .await
        .unwrap();
    assert!(!found.items.is_empty());
}
