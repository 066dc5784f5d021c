//! The whole adapter over real HTTP, against the sandbox, in both dialects.

use std::sync::Arc;

use agent_assist_domain::batch::Batch;
use agent_assist_domain::dialect::Dialect::{self, Recommendations, Suggestions};
use agent_assist_domain::ports::{RecommendationSource, SourceError, SourceErrorKind, SourceQuery};
use agent_assist_genesys::{Credentials, GenesysConfig, GenesysSource, HttpOptions, HttpTransport};
use agent_assist_sandbox::{Sandbox, SandboxConfig};

use crate::support::{over, within};

async fn sandbox() -> Sandbox {
    Sandbox::start(SandboxConfig::default()).await.unwrap()
}

fn source(sandbox: &Sandbox, dialect: Dialect, client_secret: &str) -> GenesysSource {
    let credentials = Credentials::ClientCredentials {
        client_id: sandbox.ready().client_id.clone(),
        client_secret: client_secret.into(),
    };
    let base: url::Url = sandbox.base_url().parse().unwrap();
    let config = GenesysConfig::new(base.clone(), base, credentials, dialect);
    let transport = HttpTransport::new(&HttpOptions::default()).unwrap();
    over(Arc::new(transport), config, 0.0)
}

fn query(sandbox: &Sandbox, conversation_id: &str) -> SourceQuery {
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
