//! Logging in, running out, looking around: what every route has in common.

use std::collections::BTreeSet;
use std::time::Duration;

use agent_assist_genesys_wire::{
    ErrorBody, KnowledgeBase, Limit, Listing, TokenError, TokenInfo, TokenResponse,
};
use agent_assist_sandbox::{Sandbox, SandboxConfig, SandboxError};
use reqwest::RequestBuilder;

use crate::client::{Session, header, http_client, json, refusal};

const ME: &str = "/api/v2/tokens/me";

/// Status and error of a refused token request.
async fn token_refusal(request: RequestBuilder) -> (u16, String) {
    let answer = request.send().await.expect("answered");
    let status = answer.status().as_u16();
    let body: TokenError = json(answer).await;
    assert_eq!(body.description, body.error_description);
    (
        status,
        format!(
            "{}: {}",
            body.error.expect("a cause"),
            body.description.expect("a text")
        ),
    )
}

#[tokio::test]
async fn a_token_says_how_long_it_lasts_and_opens_the_api() {
    let config = SandboxConfig {
        token_ttl: Duration::from_secs(900),
        ..SandboxConfig::default()
    };
    let session = Session::start(config).await;
    let answer = session
        .ask_for_token(&session.client_secret())
        .send()
        .await
        .expect("answered");
    let token: TokenResponse = json(answer).await;
    assert_eq!(token.expires_in, Some(900));
    assert_eq!(token.token_type.as_deref(), Some("bearer"));
    assert_ne!(
        token.access_token, session.token,
        "each request gets a token of its own"
    );
    let info: TokenInfo = session.read(ME).await;
    let client = info.oauth_client.and_then(|client| client.id);
    assert_eq!(client.as_ref(), Some(&session.sandbox.ready().client_id));
}

#[tokio::test]
async fn client_credentials_may_also_travel_in_the_form() {
    let session = Session::start(SandboxConfig::default()).await;
    let ready = session.sandbox.ready();
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", &ready.client_id),
        ("client_secret", &ready.client_secret),
    ];
    let answer = session
        .http
        .post(&ready.token_url)
        .form(&form)
        .send()
        .await
        .expect("answered");
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn who_may_not_log_in_is_told_as_the_platform_tells_it() {
    let session = Session::start(SandboxConfig::default()).await;
    let ready = session.sandbox.ready();
    let ask = |id: &str, secret: &str, form: &[(&str, &str)]| {
        session
            .http
            .post(&ready.token_url)
            .basic_auth(id, Some(secret))
            .form(form)
    };
    let grant = [("grant_type", "client_credentials")];
    let (id, secret) = (&ready.client_id, &ready.client_secret);
    let unknown = token_refusal(ask("nobody", secret, &grant)).await;
    assert_eq!(
        unknown,
        (400, "invalid_client: client not found".to_owned())
    );
    let wrong = token_refusal(ask(id, "guess", &grant)).await;
    assert_eq!(
        wrong,
        (401, "invalid_client: authentication failed".to_owned())
    );
    let other = token_refusal(ask(id, secret, &[("grant_type", "password")])).await;
    assert_eq!((other.0, &other.1[..15]), (400, "invalid_request"));
    let none = token_refusal(ask(id, secret, &[])).await;
    assert_eq!((none.0, &none.1[..15]), (400, "invalid_request"));
    let bare = session.http.post(&ready.token_url).form(&grant);
    assert_eq!(token_refusal(bare).await.0, 400);
}

#[tokio::test]
async fn without_a_good_token_every_route_answers_401() {
    let mut session = Session::start(SandboxConfig::default()).await;
    let paths = [
        ME.to_owned(),
        session.recommendations(0),
        session.suggestions(0),
    ];
    for path in &paths {
        let bare = session
            .http
            .get(format!("{}{path}", session.sandbox.base_url()));
        let answer = bare.send().await.expect("answered");
        assert_eq!(header(&answer, "inin-ratelimit-count"), None);
        assert_eq!(refusal(answer).await.1, "authentication.required");
        let made_up = session
            .http
            .get(format!("{}{path}", session.sandbox.base_url()));
        let answer = made_up
            .bearer_auth("made-up")
            .send()
            .await
            .expect("answered");
        assert_eq!(
            refusal(answer).await,
            (401, "bad.credentials".to_owned(), None)
        );
    }
    session.sandbox.expire_tokens();
    let answer = session.get(ME).send().await.expect("answered");
    assert_eq!(
        refusal(answer).await,
        (401, "bad.credentials".to_owned(), None)
    );
    session.log_in().await;
    assert_eq!(session.status(ME).await, 200);
}

#[tokio::test]
async fn a_token_with_no_life_is_refused_at_once() {
    let config = SandboxConfig {
        token_ttl: Duration::ZERO,
        ..SandboxConfig::default()
    };
    let session = Session::start(config).await;
    assert_eq!(session.status(ME).await, 401);
}

#[tokio::test]
async fn the_allowance_is_told_with_every_answer_and_ends_in_429() {
    let config = SandboxConfig {
        requests_per_minute: 3,
        ..SandboxConfig::default()
    };
    let mut session = Session::start(config).await;
    for used in 1..=3 {
        let answer = session.get(ME).send().await.expect("answered");
        assert_eq!(answer.status(), 200);
        assert_eq!(
            header(&answer, "inin-ratelimit-count"),
            Some(used.to_string())
        );
        assert_eq!(
            header(&answer, "inin-ratelimit-allowed").as_deref(),
            Some("3")
        );
        let reset = header(&answer, "inin-ratelimit-reset").and_then(|text| text.parse().ok());
        assert!(reset.is_some_and(|seconds: u64| (1..=60).contains(&seconds)));
    }
    let answer = session.get(ME).send().await.expect("answered");
    assert_eq!(
        header(&answer, "retry-after"),
        header(&answer, "inin-ratelimit-reset")
    );
    assert_eq!(
        refusal(answer).await,
        (429, "too.many.requests.retry.after".to_owned(), None)
    );
    session.log_in().await;
    assert_eq!(
        session.status(ME).await,
        200,
        "another token has an allowance of its own"
    );
}

#[tokio::test]
async fn the_application_has_an_allowance_over_all_its_tokens() {
    let config = SandboxConfig {
        application_requests_per_minute: 3,
        ..SandboxConfig::default()
    };
    let mut session = Session::start(config).await;
    for _ in 0..3 {
        assert_eq!(session.status(ME).await, 200);
        session.log_in().await;
    }
    let answer = session.get(ME).send().await.expect("answered");
    assert_eq!(
        header(&answer, "inin-ratelimit-count").as_deref(),
        Some("1"),
        "the token itself has plenty left"
    );
    let wait = header(&answer, "retry-after").and_then(|text| text.parse().ok());
    assert!(wait.is_some_and(|seconds: u64| (1..=60).contains(&seconds)));
    assert_eq!(answer.status(), 429);
}

#[tokio::test]
async fn every_answer_has_a_correlation_id_and_the_seed_decides_them() {
    let mut runs = Vec::new();
    for seed in [1, 1, 2] {
        let session = Session::start(SandboxConfig {
            seed,
            ..SandboxConfig::default()
        })
        .await;
        for path in [ME, "/api/v2/nothing", "/elsewhere"] {
            let answer = session.get(path).send().await.expect("answered");
            assert_eq!(
                header(&answer, "content-type").as_deref(),
                Some("application/json")
            );
            assert!(header(&answer, "inin-correlation-id").is_some());
        }
        let journal = session.sandbox.journal();
        let ids: Vec<_> = journal
            .into_iter()
            .map(|entry| entry.correlation_id)
            .collect();
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 4);
        runs.push((session.client_secret(), session.token.clone(), ids));
    }
    assert_eq!(runs[0], runs[1]);
    assert_ne!(runs[0], runs[2]);
}

#[tokio::test]
async fn the_journal_has_every_request_as_it_came_and_no_secret() {
    let session = Session::start(SandboxConfig::default()).await;
    let odd = "/api/v2/conversations/%2e%2e%2Fx/suggestions?a=b%20c&a=d";
    assert_eq!(session.status(odd).await, 404);
    let url = format!("{}{ME}", session.sandbox.base_url());
    session.http.get(url).send().await.expect("answered");

    let journal = session.sandbox.journal();
    let told: Vec<_> = journal
        .iter()
        .map(|entry| {
            let status = entry.status.expect("answered");
            (
                entry.seq,
                entry.method.as_str(),
                entry.path.as_str(),
                status,
                entry.authenticated,
            )
        })
        .collect();
    let expected = [
        (1, "POST", "/oauth/token", 200, true),
        (2, "GET", odd, 404, true),
        (3, "GET", ME, 401, false),
    ];
    assert_eq!(told, expected);
    let url = format!("{}/sandbox/journal", session.sandbox.base_url());
    let over_http = session.http.get(url).send().await.expect("answered");
    let over_http = over_http.text().await.expect("a body");
    assert_eq!(
        over_http,
        serde_json::to_string(&journal).expect("it encodes")
    );
    assert!(!over_http.contains(&session.token) && !over_http.contains(&session.client_secret()));
}

#[tokio::test]
async fn knowledge_bases_and_limits_can_be_looked_up() {
    let session = Session::start(SandboxConfig::default()).await;
    let mut bases = Vec::new();
    for source in &session.sandbox.ready().knowledge_sources {
        let path = format!("/api/v2/knowledge/knowledgebases/{source}");
        bases.push(session.read::<KnowledgeBase>(&path).await);
    }
    insta::assert_json_snapshot!("knowledge_bases", bases);
    let limits: Listing<Limit> = session
        .read("/api/v2/organizations/limits/namespaces/platform.api")
        .await;
    insta::assert_json_snapshot!("limits", limits);
}

#[tokio::test]
async fn ready_is_one_json_object_whose_debug_keeps_the_secret() {
    let sandbox = Sandbox::start(SandboxConfig::default())
        .await
        .expect("a free port");
    let ready = sandbox.ready();
    assert!(!format!("{ready:?}{sandbox:?}").contains(&ready.client_secret));
    let line = serde_json::to_string_pretty(ready).expect("it encodes");
    insta::assert_snapshot!(line.replace(sandbox.base_url(), "http://127.0.0.1:PORT"));
}

#[tokio::test]
async fn guidelines_of_ones_own_replace_the_built_in_ones() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mine.json");
    let mine = r#"{
        "Returns": {"description": "sending things back", "subflows": {
            "Return an item": {"instructions": ["Ask why the size was wrong."], "actions": []}
        }},
        "Drafts": {"description": "not yet", "published": false, "subflows": {
            "Return an item, new": {"instructions": ["Ask for the size."]}
        }}
    }"#;
    std::fs::write(&path, mine).expect("it can be written");
    let config = SandboxConfig {
        knowledge_base: Some(path),
        ..SandboxConfig::default()
    };
    let session = Session::start(config).await;
    assert_eq!(session.sandbox.ready().knowledge_sources.len(), 1);
    let found = session
        .list_recommendations(&session.recommendations(0))
        .await;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].extra["text"], "Ask why the size was wrong.");
}

#[tokio::test]
async fn what_keeps_a_sandbox_from_starting_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("broken.json");
    std::fs::write(&path, r#"{"Returns": {"subflows": 3}}"#).expect("it can be written");
    let start = |path| {
        Sandbox::start(SandboxConfig {
            knowledge_base: Some(path),
            ..SandboxConfig::default()
        })
    };
    assert!(matches!(
        start(path).await,
        Err(SandboxError::ParseKnowledgeBase { .. })
    ));
    let absent = folder.path().join("absent.json");
    assert!(matches!(
        start(absent).await,
        Err(SandboxError::ReadKnowledgeBase { .. })
    ));
    let first = Sandbox::start(SandboxConfig::default())
        .await
        .expect("a free port");
    let taken = first
        .base_url()
        .trim_start_matches("http://")
        .parse()
        .expect("an address");
    let second = Sandbox::start(SandboxConfig {
        listen: taken,
        ..SandboxConfig::default()
    })
    .await;
    assert!(matches!(second, Err(SandboxError::Bind { .. })));
}

#[tokio::test]
async fn a_sandbox_that_is_shut_down_or_dropped_no_longer_answers() {
    for drop_it in [false, true] {
        let sandbox = Sandbox::start(SandboxConfig::default())
            .await
            .expect("a free port");
        let url = format!("{}/api/v2/nothing", sandbox.base_url());
        let http = http_client();
        let answer = http.get(&url).send().await.expect("answered");
        assert_eq!(
            json::<ErrorBody>(answer).await.code.as_deref(),
            Some("not.found")
        );
        if drop_it {
            drop(sandbox);
            // The listener closes on the server's own task: ask until it has.
            while http.get(&url).send().await.is_ok() {
                tokio::task::yield_now().await;
            }
        } else {
            sandbox.shutdown().await;
            assert!(http.get(&url).send().await.is_err());
        }
    }
}
