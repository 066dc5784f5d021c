//! Telling the platform what agents do, and asking what it has counted.

use std::time::Duration;

use agent_assist_domain::adoption::{Measure, ToldAct};
use agent_assist_domain::dialect::Dialect::{Recommendations, Suggestions};
use agent_assist_domain::ports::{
    EngagementReporter, ReportError, ReportErrorKind, SourceErrorKind, ToldEngagement,
    UpstreamCounts,
};
use agent_assist_domain::recommendation::Kind;
use agent_assist_domain::time::Timestamp;
use agent_assist_genesys::TransportErrorKind;
use http::Method;

use crate::support::{
    CONVERSATION, ScriptedTransport, Step, answer, refused, retry_after, source, within,
};

fn copied() -> ToldEngagement {
    ToldEngagement {
        conversation_id: CONVERSATION.to_owned(),
        recommendation_id: "suggestion-1".to_owned(),
        act: ToldAct::Copied,
    }
}

async fn tell<S: Into<Step>>(
    steps: impl IntoIterator<Item = S>,
) -> (Result<u32, ReportError>, usize) {
    let transport = ScriptedTransport::new(steps);
    let reporter = source(&transport, Suggestions)
        .reporter()
        .expect("this dialect tells");
    let told = reporter.report(&copied(), within(20_000)).await;
    (
        told.map(|upstream| upstream.requests),
        transport.api_requests().len(),
    )
}

#[tokio::test(start_paused = true)]
async fn an_engagement_is_one_post_in_the_platforms_words() {
    let transport = ScriptedTransport::new([answer(200, "{}")]);
    let reporter = source(&transport, Suggestions)
        .reporter()
        .expect("this dialect tells");
    let upstream = reporter
        .report(&copied(), within(3_000))
        .await
        .expect("acknowledged");
    assert_eq!((upstream.status, upstream.requests), (Some(200), 1));
    assert_eq!(upstream.correlation_id.as_deref(), Some("correlation-200"));
    let sent = transport.api_requests().remove(0);
    assert_eq!(sent.method, Method::POST);
    let path = format!("/api/v2/conversations/{CONVERSATION}/suggestions/suggestion-1/engagement");
    assert_eq!(sent.target, path);
    assert_eq!(sent.body, r#"{"engagementType":"Copied"}"#);
    assert_eq!(sent.authorization, "Bearer token-1");
}

#[tokio::test]
async fn the_recommendations_dialect_cannot_be_told() {
    let transport = ScriptedTransport::new(None::<Step>);
    assert!(source(&transport, Recommendations).reporter().is_none());
}

/// What was surely not done is done again, within the call and by its caller; nothing else is.
#[tokio::test(start_paused = true)]
async fn only_what_was_surely_not_taken_in_is_told_again() {
    use ReportErrorKind::{NotDelivered, Refused, Unknown};
    for (status, kind, requests) in [
        (400, Refused, 1),
        (403, Refused, 1),
        (404, Refused, 1),
        (409, Refused, 1),
        (302, Refused, 1),
        (408, Unknown, 1),
        (500, Unknown, 1),
        (502, Unknown, 1),
        (504, Unknown, 1),
        (429, NotDelivered, 3),
        (503, NotDelivered, 3),
    ] {
        let (told, sent) = tell((0..3).map(|_| refused(status, "some.code"))).await;
        let error = told.expect_err("not acknowledged");
        assert_eq!((error.kind(), sent), (kind, requests), "{status}");
        assert_eq!(error.upstream().status, Some(status));
        assert!(
            error
                .to_string()
                .starts_with(&format!("status {status}, code some.code"))
        );
        assert!(!format!("{error:?}").contains("planted"));
    }
    for (failure, kind, requests) in [
        (TransportErrorKind::Connect, NotDelivered, 3),
        (TransportErrorKind::Interrupted, Unknown, 1),
        (TransportErrorKind::Timeout, Unknown, 1),
        (TransportErrorKind::TooLarge, Unknown, 1),
        (TransportErrorKind::Request, Refused, 1),
    ] {
        let (told, sent) = tell((0..3).map(|_| Step::Fail(failure))).await;
        assert_eq!(told.expect_err("no answer").kind(), kind, "{failure:?}");
        assert_eq!(sent, requests, "{failure:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_behind_a_sure_one_is_judged_by_itself() {
    let steps = [
        Step::Answer(refused(503, "service.unavailable")),
        Step::Fail(TransportErrorKind::Interrupted),
    ];
    let (told, sent) = tell(steps).await;
    assert_eq!(
        told.expect_err("no answer").kind(),
        ReportErrorKind::Unknown
    );
    assert_eq!(sent, 2);
}

#[tokio::test(start_paused = true)]
async fn an_answer_without_its_body_is_an_answer() {
    use TransportErrorKind::{Encoding, Interrupted, TooLarge};
    for failure in [Encoding, Interrupted, TooLarge] {
        let (told, _) = tell([Step::Break(failure, answer(200, ""))]).await;
        assert_eq!(told.expect("acknowledged"), 1);
        let (told, _) = tell([Step::Break(failure, answer(404, ""))]).await;
        assert_eq!(told.expect_err("refused").kind(), ReportErrorKind::Refused);
    }
}

#[tokio::test(start_paused = true)]
async fn a_token_that_is_refused_is_renewed_and_it_is_told_again() {
    let (told, sent) = tell([refused(401, "bad.credentials"), answer(200, "{}")]).await;
    assert_eq!((told.expect("acknowledged"), sent), (2, 2));
}

#[tokio::test(start_paused = true)]
async fn without_a_token_nothing_was_sent() {
    let transport = ScriptedTransport::new(None::<Step>)
        .with_tokens([answer(401, r#"{"error":"invalid_client"}"#)]);
    let reporter = source(&transport, Suggestions)
        .reporter()
        .expect("this dialect tells");
    let error = reporter
        .report(&copied(), within(3_000))
        .await
        .expect_err("no token");
    assert_eq!(error.kind(), ReportErrorKind::NotDelivered);
    assert_eq!(transport.api_requests().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn it_is_said_how_long_to_wait_and_which_permission_is_missing() {
    let (told, _) = tell((0..3).map(|_| retry_after(429, "120"))).await;
    let error = told.expect_err("throttled");
    assert!(
        error
            .retry_after()
            .is_some_and(|wait| wait > Duration::from_secs(100)),
        "{error:?}"
    );
    let (told, _) = tell([refused(403, "missing.permissions")]).await;
    assert_eq!(
        told.expect_err("forbidden").to_string(),
        "status 403, code missing.permissions, needs conversation:suggestionEngagement:add"
    );
}

#[tokio::test(start_paused = true)]
async fn names_of_a_foreign_shape_stay_one_segment_of_the_path() {
    let transport = ScriptedTransport::new([answer(200, "{}")]);
    let reporter = source(&transport, Suggestions)
        .reporter()
        .expect("this dialect tells");
    let strange = ToldEngagement {
        recommendation_id: "../a?b#c".to_owned(),
        ..copied()
    };
    reporter
        .report(&strange, within(3_000))
        .await
        .expect("acknowledged");
    let sent = transport.api_requests().remove(0).target;
    assert!(
        sent.ends_with("/suggestions/..%2Fa%3Fb%23c/engagement"),
        "{sent}"
    );
    let nameless = ToldEngagement {
        recommendation_id: String::new(),
        ..copied()
    };
    let error = reporter
        .report(&nameless, within(3_000))
        .await
        .expect_err("no segment");
    assert_eq!(error.kind(), ReportErrorKind::Refused);
    assert_eq!(transport.api_requests().len(), 1);
}

const SINCE: Timestamp = Timestamp::from_millis(1_767_571_200_000);

#[tokio::test(start_paused = true)]
async fn counts_are_asked_for_by_type_and_by_engagement() {
    let result = |group: &str, count: i64| {
        format!(
            r#"{{"group":{{{group}}},"data":[{{"interval":"i","metrics":[
                {{"metric":"nDistinctSuggestions","stats":{{"count":{count}}}}},
                {{"metric":"nOther","stats":{{"count":99}}}}]}}]}}"#
        )
    };
    let all = [
        result(r#""suggestionType":"KnowledgeSearch""#, 5),
        result(r#""suggestionType":"Hologram""#, 2),
    ];
    let engaged = [
        result(
            r#""suggestionType":"KnowledgeSearch","engagementType":"Copied""#,
            3,
        ),
        result(
            r#""suggestionType":"KnowledgeSearch","engagementType":"Hummed""#,
            1,
        ),
        result(r#""suggestionType":"KnowledgeSearch""#, 2),
    ];
    let body =
        |results: &[String]| answer(200, format!(r#"{{"results":[{}]}}"#, results.join(",")));
    let transport = ScriptedTransport::new([body(&all), body(&engaged)]);
    let counts = source(&transport, Suggestions).counts();
    let until = SINCE.plus(Duration::from_secs(86_400));
    let counts = counts
        .counts(SINCE, until, within(3_000))
        .await
        .expect("counts");
    let told: Vec<_> = counts
        .iter()
        .map(|count| (count.kind, count.measure, count.suggestions))
        .collect();
    assert_eq!(
        told,
        [
            (Some(Kind::KnowledgeSearch), Measure::Suggestions, 5),
            (None, Measure::Suggestions, 2),
            (Some(Kind::KnowledgeSearch), Measure::Copied, 3),
        ]
    );
    let sent = transport.api_requests();
    assert_eq!(
        sent[0].target,
        "/api/v2/analytics/agentcopilots/aggregates/query"
    );
    insta::assert_snapshot!(String::from_utf8_lossy(&sent[1].body), @r#"{"interval":"2026-01-05T00:00:00.000Z/2026-01-06T00:00:00.000Z","metrics":["nDistinctSuggestions"],"groupBy":["suggestionType","engagementType"]}"#);
}

#[tokio::test(start_paused = true)]
async fn counts_without_anything_in_them_and_refused_ones_are_told_apart() {
    let transport = ScriptedTransport::new([answer(200, "{}"), answer(200, "{}")]);
    let counts = source(&transport, Suggestions).counts();
    let until = SINCE.plus(Duration::from_secs(1));
    assert_eq!(
        counts
            .counts(SINCE, until, within(3_000))
            .await
            .expect("counts"),
        []
    );
    let transport = ScriptedTransport::new([refused(403, "missing.permissions")]);
    let counts = source(&transport, Suggestions).counts();
    let error = counts
        .counts(SINCE, until, within(3_000))
        .await
        .expect_err("forbidden");
    assert_eq!(error.kind(), SourceErrorKind::Forbidden);
}

mod over_the_sandbox {
    use agent_assist_domain::ports::RecommendationSource as _;
    use agent_assist_sandbox::Sandbox;
    use agent_assist_testkit::conformance::reporter::Informed;
    use agent_assist_testkit::reporter_conformance;

    use super::*;
    use crate::sandbox::{query, sandbox, source};

    reporter_conformance!(informed().await);

    async fn informed() -> (Informed<impl EngagementReporter>, Sandbox) {
        let sandbox = sandbox().await;
        let source = source(&sandbox, Suggestions, &sandbox.ready().client_secret);
        let conversation_id = sandbox.ready().conversations[0].id.clone();
        let fetched = source
            .fetch(&query(&sandbox, &conversation_id), within(10_000))
            .await;
        let items = fetched.expect("suggestions").items;
        let known = ToldEngagement {
            conversation_id,
            recommendation_id: items[0].id.as_str().to_owned(),
            act: ToldAct::RatedNegative,
        };
        let port = Informed {
            reporter: source.reporter().expect("this dialect tells"),
            unknown: ToldEngagement {
                recommendation_id: "never-suggested".to_owned(),
                ..known.clone()
            },
            known,
        };
        (port, sandbox)
    }

    #[tokio::test]
    async fn what_it_is_told_is_what_it_counts() {
        let (port, sandbox) = informed().await;
        for act in [ToldAct::Copied, ToldAct::Dismissed, ToldAct::Opened] {
            let engagement = ToldEngagement {
                act,
                ..port.known.clone()
            };
            port.reporter
                .report(&engagement, within(10_000))
                .await
                .expect("acknowledged");
        }
        let counts = source(&sandbox, Suggestions, &sandbox.ready().client_secret).counts();
        let since = Timestamp::from_millis(0);
        // The sandbox counts by the wall clock, and whatever that shows is before this.
        let until = Timestamp::from_millis(4_000_000_000_000);
        let counts = counts
            .counts(since, until, within(10_000))
            .await
            .expect("counts");
        let total = |measure| -> u64 {
            let of = counts.iter().filter(|count| count.measure == measure);
            of.map(|count| count.suggestions).sum()
        };
        assert!(total(Measure::Suggestions) > 10);
        for measure in [Measure::Copied, Measure::Dismissed, Measure::Opened] {
            assert_eq!(total(measure), 1, "{measure:?}");
        }
        assert_eq!(total(Measure::Rated), 0);
    }
}
