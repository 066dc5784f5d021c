//! Reading a conversation's suggestions page by page, and how each dialect is asked.

use agent_assist_domain::dialect::Dialect::{Recommendations, Suggestions};
use agent_assist_domain::ports::{RecommendationSource, SourceErrorKind};
use agent_assist_domain::recommendation::UpstreamId;
use bytes::Bytes;
use http::Response;

use crate::support::{
    CONVERSATION, ScriptedTransport, Step, answer, fetch, nothing, query, refused, source,
    source_with, within,
};

/// A page of canned responses with the given ids.
fn page(ids: &[&str], next: Option<&str>) -> Response<Bytes> {
    let entities: Vec<_> = ids
        .iter()
        .map(|id| serde_json::json!({"id": id, "type": "CannedResponse", "cannedResponse": {}}))
        .collect();
    let mut page = serde_json::json!({"entities": entities});
    if let Some(next) = next {
        page["nextUri"] = next.into();
    }
    answer(200, page.to_string())
}

fn listing(query: &str) -> String {
    format!("/api/v2/conversations/{CONVERSATION}/suggestions?{query}")
}

fn targets(transport: &ScriptedTransport) -> Vec<String> {
    transport
        .api_requests()
        .into_iter()
        .map(|sent| sent.target)
        .collect()
}

#[tokio::test(start_paused = true)]
async fn recommendations_are_asked_for_once_with_everything() {
    for (send_intents, intents) in [
        (false, ""),
        (true, "&intent_confidence=%7B%22refund%22%3A0.75%7D"),
    ] {
        let transport = ScriptedTransport::new([nothing()]);
        let source = source_with(&transport, Recommendations, 0.0, |config| {
            config.send_intents = send_intents;
        });
        assert_eq!(source.profile().sends_intents, send_intents);
        fetch(&source).await.unwrap();
        let target = format!(
            "/api/v2/agentassist/recommendations?conversation_id={CONVERSATION}\
             &session_id=session-1&limit=20&offset=0&knowledge_source_ids=kb-1%2Ckb-2{intents}"
        );
        assert_eq!(targets(&transport), [target]);
    }
}

#[tokio::test(start_paused = true)]
async fn every_page_is_read_in_order() {
    let transport = ScriptedTransport::new([
        page(&["a", "b"], Some(&listing("pageSize=200&after=1"))),
        page(
            &["c"],
            Some(&format!(
                "https://api.example.com{}",
                listing("pageSize=200&after=2")
            )),
        ),
        page(&["a", "d"], None),
    ]);
    let batch = fetch(&source(&transport, Suggestions)).await.unwrap();
    let ids: Vec<_> = batch.items.iter().map(|item| item.id.as_str()).collect();
    assert_eq!(ids, ["a", "b", "c", "a", "d"]);
    assert_eq!(batch.upstream.requests, 3);
    assert_eq!(
        targets(&transport),
        [
            "pageSize=200",
            "pageSize=200&after=1",
            "pageSize=200&after=2"
        ]
        .map(listing)
    );
}

#[tokio::test(start_paused = true)]
async fn reading_stops_where_nothing_new_comes() {
    let next = listing("pageSize=200&after=1");
    let other_address = listing("after=1&pageSize=200&x=y");
    for (pages, requests) in [
        // An empty page, though it names a next one.
        (
            vec![
                page(&["a"], Some(&next)),
                page(&[], Some(&listing("after=2"))),
            ],
            2,
        ),
        // A page that names itself.
        (
            vec![page(&["a"], Some(&next)), page(&["b"], Some(&next))],
            2,
        ),
        // A cursor already used, in another address.
        (
            vec![
                page(&["a"], Some(&next)),
                page(&["b"], Some(&other_address)),
            ],
            2,
        ),
        // A page that only repeats what was there before.
        (
            vec![
                page(&["a", "b"], Some(&next)),
                page(&["b", "a"], Some(&listing("after=2"))),
            ],
            2,
        ),
        // The first page again.
        (vec![page(&["a"], Some(&listing("pageSize=200")))], 1),
    ] {
        let transport = ScriptedTransport::new(pages);
        let batch = fetch(&source(&transport, Suggestions)).await.unwrap();
        assert_eq!(transport.api_requests().len(), requests);
        assert_eq!(batch.refused_links, 0);
    }
}

#[tokio::test(start_paused = true)]
async fn reading_stops_at_the_bounds() {
    let endless = |n: usize| page(&[&format!("id-{n}")], Some(&listing(&format!("after={n}"))));
    for (max_pages, max_entities, read) in
        [(10, 1_000, 10), (3, 1_000, 3), (10, 4, 4), (0, 1_000, 1)]
    {
        let transport = ScriptedTransport::new((0..20).map(endless));
        let source = source_with(&transport, Suggestions, 0.0, |config| {
            config.max_pages = max_pages;
            config.max_entities = max_entities;
        });
        let batch = fetch(&source).await.unwrap();
        assert_eq!(
            (batch.items.len(), transport.api_requests().len()),
            (read, read)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_link_that_leads_elsewhere_is_counted_and_not_followed() {
    for link in [
        "https://evil.example.com/api/v2/x",
        "//evil.example.com/x",
        "/\\evil.example.com/x",
        "/\t/evil.example.com/x",
        "http://api.example.com/x",
        "https://api.example.com:8443/x",
        "https://user@api.example.com/x",
        "https://api.example.com@evil.example.com/x",
        "javascript:alert(1)",
    ] {
        let transport = ScriptedTransport::new([page(&["a"], Some(link))]);
        let batch = fetch(&source(&transport, Suggestions)).await.unwrap();
        assert_eq!((batch.items.len(), batch.refused_links), (1, 1), "{link:?}");
        assert_eq!(transport.api_requests().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn smaller_pages_are_asked_for_when_the_answer_would_be_too_large() {
    let too_large = || refused(400, "response.entity.too.large");
    let transport = ScriptedTransport::new([
        page(&["a"], Some(&listing("pageSize=200&after=1"))),
        too_large(),
        too_large(),
        page(&["b"], Some(&listing("pageSize=200&after=2"))),
        page(&["c"], None),
    ]);
    let batch = fetch(&source(&transport, Suggestions)).await.unwrap();
    assert_eq!(batch.items.len(), 3);
    assert_eq!(
        targets(&transport),
        [
            "pageSize=200",
            "pageSize=200&after=1",
            "pageSize=100&after=1",
            "pageSize=50&after=1",
            "pageSize=50&after=2"
        ]
        .map(listing)
    );

    let transport = ScriptedTransport::new((0..8).map(|_| too_large()));
    let error = fetch(&source(&transport, Suggestions)).await.unwrap_err();
    assert_eq!(error.kind(), SourceErrorKind::TooLarge);
    assert_eq!(targets(&transport).last(), Some(&listing("pageSize=1")));
}

#[tokio::test(start_paused = true)]
async fn a_conversation_unknown_to_the_assistant_is_an_empty_batch() {
    let transport = ScriptedTransport::new([refused(404, "not.found")]);
    let batch = fetch(&source(&transport, Suggestions)).await.unwrap();
    assert!(batch.no_data && batch.items.is_empty());
    assert_eq!(batch.upstream.status, Some(404));
    assert_eq!(
        batch.upstream.correlation_id.as_deref(),
        Some("correlation-404")
    );
}

#[tokio::test(start_paused = true)]
async fn any_other_404_is_an_error() {
    let no_route = || answer(404, "");
    let mid_way = [
        page(&["a"], Some(&listing("after=1"))).into(),
        Step::from(refused(404, "not.found")),
    ];
    for (dialect, steps) in [
        (Suggestions, vec![no_route().into()]),
        (Suggestions, Vec::from(mid_way)),
        (Recommendations, vec![refused(404, "not.found").into()]),
    ] {
        let transport = ScriptedTransport::new(steps);
        let error = fetch(&source(&transport, dialect)).await.unwrap_err();
        assert_eq!(error.kind(), SourceErrorKind::NotFound);
    }
}

#[tokio::test(start_paused = true)]
async fn agent_and_queue_are_those_of_the_newest_suggestion_that_names_them() {
    let body = r#"{"entities":[
        {"id":"1","dateCreated":"2026-05-04T09:00:00Z","context":{"user":{"id":"old"},"queue":{"id":"queue"}}},
        {"id":"2","dateCreated":"2026-05-04T10:00:00+00:00","context":{"user":{"id":"new"}}},
        {"id":"3","dateCreated":"2026-05-04T11:00:00Z","context":{"user":{"id":"white space"}}},
        {"id":"4","context":{"user":{"id":"undated"}}}
    ]}"#;
    let transport = ScriptedTransport::new([answer(200, body)]);
    let context = fetch(&source(&transport, Suggestions))
        .await
        .unwrap()
        .context;
    assert_eq!(context.agent_id, UpstreamId::new("new"));
    assert_eq!(context.queue_id, UpstreamId::new("queue"));
}

#[tokio::test(start_paused = true)]
async fn a_hostile_conversation_id_stays_one_segment() {
    for (id, segment) in [
        ("../../oauth", "..%2F..%2Foauth"),
        ("a?b#c", "a%3Fb%23c"),
        ("%2e%2e", "%252e%252e"),
    ] {
        let transport = ScriptedTransport::new([nothing()]);
        let mut hostile = query();
        hostile.conversation_id = id.to_owned();
        let source = source(&transport, Suggestions);
        source.fetch(&hostile, within(3_000)).await.unwrap();
        let target = format!("/api/v2/conversations/{segment}/suggestions?pageSize=200");
        assert_eq!(targets(&transport), [target]);
    }
    let transport = ScriptedTransport::new(None::<Step>);
    let mut hostile = query();
    hostile.conversation_id = "..".to_owned();
    let error = source(&transport, Suggestions)
        .fetch(&hostile, within(3_000))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), SourceErrorKind::BadRequest);
}

#[tokio::test(start_paused = true)]
async fn the_profile_names_the_origin_and_a_gateway_s_path() {
    let transport = ScriptedTransport::new(None::<Step>);
    for (base, origin) in [
        ("https://api.mypurecloud.ie/", "https://api.mypurecloud.ie"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        (
            "https://gw.example.com/genesys/",
            "https://gw.example.com/genesys",
        ),
    ] {
        let source = source_with(&transport, Suggestions, 0.0, |config| {
            config.api_base = base.parse().unwrap();
            config.send_intents = true;
        });
        let profile = source.profile();
        assert_eq!(&*profile.origin, origin);
        assert!(!profile.sends_intents, "suggestions have no such parameter");
    }
}

#[tokio::test(start_paused = true)]
async fn the_newest_question_that_is_one_is_remembered() {
    let suggestion = |id: &str, at: &str, statement: &str| {
        format!(
            r#"{{"id":"{id}","type":"CannedResponse","cannedResponse":{{}},{at}
                "context":{{"queryStatement":"{statement}"}}}}"#
        )
    };
    let statements = [
        suggestion("a", r#""dateCreated":"2026-05-04T09:15:00Z","#, "the first"),
        suggestion(
            "b",
            r#""dateCreated":"2026-05-04T09:17:00Z","#,
            "  the newest ",
        ),
        suggestion("c", r#""dateCreated":"2026-05-04T09:18:00Z","#, " \\n "),
        suggestion("d", "", "the undated"),
    ];
    let body = format!(r#"{{"entities":[{}]}}"#, statements.join(","));
    let transport = ScriptedTransport::new([answer(200, body)]);
    let batch = fetch(&source(&transport, Suggestions)).await.unwrap();
    let remembered = batch.query_statement.as_ref().unwrap();
    assert_eq!(remembered.0, "the newest");
    assert!(!format!("{batch:?}").contains("newest"));

    let silent = ScriptedTransport::new([answer(
        200,
        format!(r#"{{"entities":[{}]}}"#, suggestion("a", "", " ")),
    )]);
    let batch = fetch(&source(&silent, Suggestions)).await.unwrap();
    assert_eq!(batch.query_statement, None);
}
