//! Identifiers that would be more than one value in a URL: refused, or exactly one encoded value,
//! as the path shows that the sandbox received.

use agent_assist_app::fetch::FetchError;
use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::payload::{RawField, RawRequest};

use crate::Scale;
use crate::bench::{Asked, Bench};
use crate::trail;
use crate::verdict::Verdict;

/// Identifiers, and how a query value spells them.
const SENT: &[(&str, &str)] = &[
    ("../x", "..%2Fx"),
    ("../../oauth/token", "..%2F..%2Foauth%2Ftoken"),
    ("..", ".."),
    ("%2e%2e", "%252e%252e"),
    ("%2e%2e%2fx", "%252e%252e%252fx"),
    ("%00", "%2500"),
    ("%", "%25"),
    ("a?b", "a%3Fb"),
    ("a#b", "a%23b"),
    ("a&b", "a%26b"),
    ("a&session_id=b", "a%26session_id%3Db"),
    ("a=b", "a%3Db"),
    ("a;b", "a%3Bb"),
    ("a/b", "a%2Fb"),
    ("a\\b", "a%5Cb"),
    ("//evil.example", "%2F%2Fevil.example"),
    ("http://evil.example/", "http%3A%2F%2Fevil.example%2F"),
    ("a b", "a+b"),
    ("a+b", "a%2Bb"),
    ("a\"b'c<d>", "a%22b%27c%3Cd%3E"),
    ("a|b^c`d{e}", "a%7Cb%5Ec%60d%7Be%7D"),
    ("\u{fc}\u{202e}\u{1f642}", "%C3%BC%E2%80%AE%F0%9F%99%82"),
];

/// Identifiers that the payload rules refuse.
fn refused() -> Vec<String> {
    let controls = (0_u8..0x20)
        .chain([0x7f])
        .map(|byte| format!("a{}b", char::from(byte)));
    let others = [
        String::new(),
        "\r\nHost: evil.example".to_owned(),
        "\u{85}".to_owned(),
        "x".repeat(129),
        "x".repeat(10 * 1024),
        "%2e".repeat(4 * 1024),
    ];
    controls.chain(others).collect()
}

pub(super) async fn run(_: Scale) -> Verdict {
    let mut faults = Vec::new();
    let tried = as_query_values(&mut faults).await
        + as_no_uuid(&mut faults).await
        + as_path_segments(&mut faults).await;
    let mut verdict = Verdict::of(format!("{tried} identifiers"));
    verdict.survived(tried - faults.len().min(tried));
    verdict.none(
        "sent otherwise than as one value, or without record",
        &faults,
    );
    verdict
}

/// The recommendations dialect takes any identifier, as a query value.
async fn as_query_values(faults: &mut Vec<String>) -> usize {
    let bench = Bench::start(Dialect::Recommendations, []).await;
    for (id, spelt) in SENT {
        let before = bench.journal("recommendations").len();
        bench.ask_anew(about(&bench, id)).await;
        let paths: Vec<String> = bench
            .journal("recommendations")
            .split_off(before)
            .into_iter()
            .map(|entry| entry.path)
            .collect();
        let path = format!(
            "/api/v2/agentassist/recommendations?conversation_id={spelt}&session_id=session-0\
             &limit=1&offset=0&knowledge_source_ids={}",
            bench.sandbox.ready().knowledge_sources.join("%2C")
        );
        if paths != [path] {
            faults.push(format!("{id:?} as {paths:?}"));
        }
    }
    expect_no_other_route(&bench, faults);
    let refused = refused();
    for id in &refused {
        expect_refusal(&bench, id, faults).await;
    }
    SENT.len() + refused.len()
}

/// The suggestions dialect, where the conversation is a path segment, takes UUIDs only.
async fn as_no_uuid(faults: &mut Vec<String>) -> usize {
    let bench = Bench::start(Dialect::Suggestions, []).await;
    let refused = refused();
    let hostile = SENT.iter().map(|(id, _)| *id);
    let hostile: Vec<&str> = hostile.chain(refused.iter().map(String::as_str)).collect();
    for id in &hostile {
        expect_refusal(&bench, id, faults).await;
    }
    let good = bench.sandbox.ready().conversations[0].id.clone();
    bench.ask_anew(about(&bench, &good)).await;
    let journal = bench.journal("suggestions");
    let first = journal.first().map(|entry| &*entry.path);
    let path = format!("/api/v2/conversations/{good}/suggestions?pageSize=200");
    if first != Some(&path) {
        faults.push(format!("{good} as {first:?}"));
    }
    expect_no_other_route(&bench, faults);
    hostile.len()
}

/// A knowledge base to search is a path segment, and any identifier.
async fn as_path_segments(faults: &mut Vec<String>) -> usize {
    let ids = [
        ("../x", "..%2Fx"),
        ("%2e%2e", "%252e%252e"),
        ("a?b", "a%3Fb"),
        ("a#b", "a%23b"),
        ("a/b", "a%2Fb"),
        ("a\\b", "a%5Cb"),
    ];
    for (id, spelt) in ids {
        let settings = [("fallback.knowledge_bases", id.to_owned())];
        let bench = Bench::start(Dialect::Suggestions, settings).await;
        bench.faults(["suggestions:status=501"]);
        let raw = RawRequest {
            query: RawField::Text("refund of an order".to_owned()),
            ..bench.question(0)
        };
        bench.ask_anew(raw).await;
        let journal = bench.sandbox.journal();
        let path = journal.last().map(|entry| &*entry.path);
        let wanted = format!(
            "/api/v2/knowledge/knowledgebases/{spelt}/documents/search?expand=documentVariations"
        );
        if path != Some(&wanted) {
            faults.push(format!("knowledge base {id:?} as {path:?}"));
        }
    }
    ids.len()
}

/// A request about the conversation `id`.
fn about(bench: &Bench, id: &str) -> RawRequest {
    RawRequest {
        conversation_id: RawField::Text(id.to_owned()),
        ..bench.question(0)
    }
}

async fn expect_refusal(bench: &Bench, id: &str, faults: &mut Vec<String>) {
    let (requests, records) = (bench.sandbox.journal().len(), bench.records().await.len());
    let Asked { outcome, .. } = bench.ask_anew(about(bench, id)).await;
    let shown: String = id.chars().take(12).collect();
    if !matches!(outcome, Err(FetchError::Invalid(_))) {
        faults.push(format!("{shown:?} is not refused"));
    }
    if bench.sandbox.journal().len() != requests {
        faults.push(format!("{shown:?} is sent"));
    }
    let recorded = bench.records().await.split_off(records);
    if trail::ends(&recorded) != (1, 0) || recorded[0].columns.event != "assist_fetch_refused" {
        faults.push(format!("{shown:?} is not recorded as refused"));
    }
}

fn expect_no_other_route(bench: &Bench, faults: &mut Vec<String>) {
    let own = bench.settings.dialect.as_str();
    for (route, count) in bench.sandbox.request_counts() {
        if route != own && route != "token" {
            faults.push(format!("{count} requests to {route}"));
        }
    }
}
