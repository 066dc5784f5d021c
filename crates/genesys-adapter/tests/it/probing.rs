//! Questions about the upstream itself.

use std::time::Duration;

use agent_assist_domain::dialect::Dialect::{Recommendations, Suggestions};
use agent_assist_domain::ports::SourceErrorKind;
use agent_assist_genesys::{ClockSkew, Credentials, RateLimits, ReadFacts};

use crate::support::{
    ScriptedTransport, Step, answer, granted, nothing, query, refused, source, source_with, within,
};

#[tokio::test(start_paused = true)]
async fn a_token_says_how_long_it_is_valid_if_that_is_known() {
    let transport = ScriptedTransport::new(None::<Step>).with_tokens([granted("t", 300)]);
    let probe = source(&transport, Suggestions).probe();
    let facts = probe.token(within(3_000)).await.unwrap();
    assert_eq!(facts.expires_in, Some(Duration::from_secs(300)));

    let given = source_with(&transport, Suggestions, 0.0, |config| {
        config.credentials = Credentials::AccessToken("given".into());
    });
    assert_eq!(
        given.probe().token(within(3_000)).await.unwrap().expires_in,
        None
    );
}

#[tokio::test(start_paused = true)]
async fn a_token_s_owner_is_named() {
    let body = r#"{"organization":{"id":"1","name":"Acme"},"OAuthClient":{"id":"2","name":"Gateway"},
        "authorizedScope":["conversations:readonly"],"somethingNew":{}}"#;
    let transport = ScriptedTransport::new([answer(200, body)]);
    let owner = source(&transport, Suggestions)
        .probe()
        .token_owner(within(3_000))
        .await
        .unwrap();
    assert_eq!(owner.organization.as_deref(), Some("Acme"));
    assert_eq!(owner.oauth_client.as_deref(), Some("Gateway"));
    assert_eq!(
        owner.scopes,
        Some(vec!["conversations:readonly".to_owned()])
    );
    assert_eq!(transport.api_requests()[0].target, "/api/v2/tokens/me");
}

#[tokio::test(start_paused = true)]
async fn a_knowledge_source_is_described_or_not_found() {
    let body = r#"{"id":"kb 1","name":"Shop","published":false,"articleCount":12}"#;
    let transport = ScriptedTransport::new([answer(200, body), refused(404, "not.found")]);
    let probe = source(&transport, Suggestions).probe();
    let facts = probe.knowledge_base("kb 1", within(3_000)).await.unwrap();
    assert_eq!(
        (facts.name.as_deref(), facts.published),
        (Some("Shop"), Some(false))
    );
    let error = probe
        .knowledge_base("kb 1", within(3_000))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), SourceErrorKind::NotFound);
    assert_eq!(
        transport.api_requests()[0].target,
        "/api/v2/knowledge/knowledgebases/kb%201"
    );
}

#[tokio::test(start_paused = true)]
async fn reading_one_entity_tells_whether_the_token_may() {
    let one = answer(200, r#"{"entities":[{"id":"a"}]}"#);
    let steps = [
        one,
        refused(404, "not.found"),
        refused(403, "missing.permissions"),
    ];
    let transport = ScriptedTransport::new(steps);
    let probe = source(&transport, Suggestions).probe();
    let query = query();
    let read = probe.reading(&query, within(3_000)).await.unwrap();
    assert_eq!(
        read,
        ReadFacts {
            entities: 1,
            known: true
        }
    );
    let read = probe.reading(&query, within(3_000)).await.unwrap();
    assert_eq!(
        read,
        ReadFacts {
            entities: 0,
            known: false
        }
    );
    let error = probe.reading(&query, within(3_000)).await.unwrap_err();
    assert_eq!(error.kind(), SourceErrorKind::Forbidden);
    assert_eq!(error.code(), Some("missing.permissions"));
    assert!(
        transport.api_requests()[0]
            .target
            .ends_with("/suggestions?pageSize=1")
    );

    let transport = ScriptedTransport::new([nothing(), refused(404, "not.found")]);
    let probe = source(&transport, Recommendations).probe();
    assert!(probe.reading(&query, within(3_000)).await.unwrap().known);
    assert!(
        transport.api_requests()[0]
            .target
            .contains("limit=1&offset=0")
    );
    let error = probe.reading(&query, within(3_000)).await.unwrap_err();
    assert_eq!(
        error.kind(),
        SourceErrorKind::NotFound,
        "no such route in this dialect"
    );
}

#[tokio::test(start_paused = true)]
async fn rate_limits_are_read_by_name() {
    let body = r#"{"entities":[7,{"key":"token.rate.per.minute","namespace":"platform.api","value":300},
        {"key":"org.app.user.rate.per.minute","value":3000},{"key":"other","value":1}]}"#;
    let transport = ScriptedTransport::new([answer(200, body)]);
    let limits = source(&transport, Suggestions)
        .probe()
        .rate_limits(within(3_000))
        .await
        .unwrap();
    assert_eq!(
        limits,
        RateLimits {
            token_per_minute: Some(300),
            client_credentials_token_per_minute: None,
            org_app_user_per_minute: Some(3_000),
        }
    );
}

#[tokio::test(start_paused = true)]
async fn the_upstream_s_clock_is_compared_without_a_token() {
    for (date, skew) in [
        (Some("Sun, 06 Nov 1994 08:49:37 GMT"), Some(0)),
        (Some("Sun, 06 Nov 1994 08:54:37 GMT"), Some(300)),
        (Some("Sun, 06 Nov 1994 08:49:30 GMT"), Some(-7)),
        (Some("noon"), None),
        (None, None),
    ] {
        let mut response = refused(401, "authentication.required");
        if let Some(date) = date {
            response.headers_mut().insert("date", date.parse().unwrap());
        }
        let transport = ScriptedTransport::new([response]);
        let probe = source(&transport, Suggestions).probe();
        let found = probe.clock_skew(within(3_000)).await.unwrap();
        assert_eq!(found, skew.map(|seconds| ClockSkew { seconds }));
        assert_eq!(transport.api_requests()[0].authorization, "-");
        assert!(transport.token_requests().is_empty());
    }
}
