//! What was wanted fails, and something else is to be had.

use agent_assist_domain::answer::CacheStatus;
use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::payload::{RawField, RawRequest};
use serde_json::Value;

use crate::Scale;
use crate::bench::{Asked, Bench, Setting, without_breaker};
use crate::verdict::Verdict;

pub(super) async fn run(_: Scale) -> Verdict {
    let mut verdict = Verdict::of("");
    let (sources, asked_sources) = other_sources(&mut verdict).await;
    let (search, asked_search) = search(&mut verdict).await;
    verdict.tried = format!("{} requests", asked_sources + asked_search);
    verdict.survived(sources + search);
    verdict
}

/// Recommendations: the same dialect, of the knowledge sources in the settings.
async fn other_sources(verdict: &mut Verdict) -> (usize, usize) {
    let sources = published().await;
    let settings = |ids: &[String]| -> Vec<Setting> {
        let ids = ("fallback.knowledge_sources", ids.join(","));
        without_breaker().into_iter().chain([ids]).collect()
    };
    let bench = Bench::start(Dialect::Recommendations, settings(&sources[1..])).await;
    let conversations = 10;
    let (mut good, mut tried) = (0, 0);
    for n in 0..conversations {
        let raw = RawRequest {
            knowledge_source_ids: vec![RawField::Text(sources[0].clone())],
            limit: RawField::Number(20.0),
            ..bench.question(n)
        };
        // One answer to a question is no more than one that is not asked again.
        bench.faults(["recommendations:status=501,times=1"]);
        let asked = bench.ask_anew(raw).await;
        bench.sandbox.clear_faults();
        tried += 1;
        good += usize::from(is_marked(&asked, "fallback_sources", &sources[1..]));
    }
    verdict.exactly("other sources: labelled fallbacks, so marked", good, tried);
    verdict.exactly(
        "other sources: requests",
        bench.requests("recommendations"),
        2 * tried,
    );
    (good, tried)
}

/// The conversation whose last words are a farewell that no article answers; there, the request has
/// words of its own.
const FAREWELL: usize = 1;

/// Suggestions: a search with what the customer was last understood to ask.
async fn search(verdict: &mut Verdict) -> (usize, usize) {
    let sources = published().await;
    let settings = [
        ("fallback.knowledge_bases", sources.join(",")),
        ("screening.min_relevance", "0".to_owned()),
    ];
    let bench = Bench::start(Dialect::Suggestions, settings).await;
    for n in 0..3 {
        bench.ask_anew(bench.question(n)).await;
    }
    bench.faults(["suggestions:status=503"]);
    let (mut good, mut tried) = (0, 0);
    for n in 0..9 {
        let words = (n % 3 == FAREWELL).then_some("status of my refund");
        let raw = RawRequest {
            query: RawField::text(words),
            ..bench.question(n % 3)
        };
        let asked = bench.ask_anew(raw).await;
        tried += 1;
        good += usize::from(is_marked(&asked, "knowledge_search", &sources));
    }
    verdict.exactly("search: labelled fallbacks, so marked", good, tried);
    verdict.at_least("search: searches", bench.requests("search"), 3);
    (good, tried)
}

/// The published knowledge bases of every sandbox.
async fn published() -> Vec<String> {
    let bench = Bench::start(Dialect::Recommendations, []).await;
    bench.sandbox.ready().knowledge_sources.clone()
}

/// Whether an answer says that it is a fallback, and each recommendation that it came by `origin`,
/// from one of `sources`.
fn is_marked(asked: &Asked, origin: &str, sources: &[String]) -> bool {
    let Some(answer) = asked.answer() else {
        return false;
    };
    let json = serde_json::to_value(answer).expect("an answer has a JSON form");
    let marked = |item: &Value| {
        let base = item["source"]["knowledge_base_id"]
            .as_str()
            .unwrap_or_default();
        item["source"]["origin"] == origin && sources.iter().any(|source| source == base)
    };
    let items = json["recommendations"].as_array();
    let all = items.is_some_and(|items| !items.is_empty() && items.iter().all(marked));
    all && asked.is_labelled() && asked.status() == Some(CacheStatus::Fallback)
}
