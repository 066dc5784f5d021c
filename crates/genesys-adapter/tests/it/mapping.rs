//! What becomes of an entity, shown whole.
//!
//! `Debug` of a recommendation hides its texts, so the snapshots come from a rendering of their own.

use std::fmt::Write;

use agent_assist_domain::batch::{Batch, Malformation};
use agent_assist_domain::dialect::Dialect::{self, Recommendations, Suggestions};
use agent_assist_domain::recommendation::{Recommendation, Role, Score, UpstreamId};

use crate::support::{ScriptedTransport, answer, fetch, source};

async fn mapped(dialect: Dialect, body: &'static str) -> Batch {
    let transport = ScriptedTransport::new([answer(200, body)]);
    fetch(&source(&transport, dialect)).await.unwrap()
}

pub(crate) fn rendered(batch: &Batch) -> String {
    let mut text = String::new();
    for item in &batch.items {
        render(&mut text, item).unwrap();
    }
    let malformed: Vec<_> = batch
        .malformed
        .iter()
        .map(|reason| reason.as_str())
        .collect();
    let (agent, queue) = (&batch.context.agent_id, &batch.context.queue_id);
    writeln!(
        text,
        "malformed {malformed:?}, unknown fields {}",
        batch.unknown_fields
    )
    .unwrap();
    writeln!(
        text,
        "agent {}, queue {}",
        id(agent.as_ref()),
        id(queue.as_ref())
    )
    .unwrap();
    text
}

fn render(text: &mut String, item: &Recommendation) -> std::fmt::Result {
    let kind = item.kind.as_str();
    let score = item.score.map(Score::get);
    writeln!(text, "{} {kind}", item.id.as_str())?;
    writeln!(
        text,
        "  score {score:?}, masked {:?}, state {:?}, created {:?}",
        item.upstream_masked, item.state, item.created_at
    )?;
    for part in &item.parts {
        writeln!(text, "  {:?} {} = {:?}", part.role, part.pointer, part.text)?;
        if let Some(highlight) = &part.highlight {
            writeln!(text, "    highlight {:?}", &part.text[highlight.clone()])?;
        }
    }
    let source = &item.source;
    writeln!(
        text,
        "  source base {} document {} version {} uri {}\n",
        id(source.knowledge_base_id.as_ref()),
        id(source.document_id.as_ref()),
        id(source.version_id.as_ref()),
        source.uri.as_deref().unwrap_or("-"),
    )
}

fn id(id: Option<&UpstreamId>) -> &str {
    id.map_or("-", UpstreamId::as_str)
}

#[tokio::test(start_paused = true)]
async fn every_suggestion_type_has_its_texts_and_source() {
    let batch = mapped(Suggestions, include_str!("data/suggestions.json")).await;
    insta::assert_snapshot!(rendered(&batch));
}

#[tokio::test(start_paused = true)]
async fn a_broken_entity_changes_nothing_of_the_others() {
    let body = include_str!("data/suggestions.json");
    let sound = mapped(Suggestions, body).await;
    let (head, entities) = body.split_once('[').unwrap();
    let body = format!("{head}[7,{entities}");
    let transport = ScriptedTransport::new([answer(200, body)]);
    let mut broken = fetch(&source(&transport, Suggestions)).await.unwrap();
    assert_eq!(broken.malformed.remove(0), Malformation::Shape);
    assert_eq!(broken, sound);
}

#[tokio::test(start_paused = true)]
async fn recommendations_are_read_by_their_usual_field_names() {
    let batch = mapped(Recommendations, include_str!("data/recommendations.json")).await;
    insta::assert_snapshot!(rendered(&batch));
}

#[tokio::test(start_paused = true)]
async fn an_answer_is_an_excerpt_only_where_its_stretch_is_highlighted() {
    let suggestion = |start: u32| {
        format!(
            r#"{{"id":"s{start}","type":"KnowledgeArticle","knowledgeArticle":{{
                "snippets":["Ask first.","Refunds take 30 days."],
                "knowledgeAnswer":{{"answer":"30 days","startIndex":{start},"endIndex":20}}}}}}"#
        )
    };
    let body = format!(r#"{{"entities":[{},{}]}}"#, suggestion(13), suggestion(12));
    let transport = ScriptedTransport::new([answer(200, body)]);
    let batch = fetch(&source(&transport, Suggestions)).await.unwrap();
    let [found, missed] = &batch.items[..] else {
        panic!("two suggestions");
    };
    assert_eq!(found.parts[1].highlight, Some(13..20));
    assert_eq!(found.parts[2].role, Role::Excerpt);
    assert_eq!(found.text(), "Ask first.\nRefunds take 30 days.");
    assert_eq!(missed.parts[1].highlight, None);
    assert_eq!(missed.parts[2].role, Role::Body);
    assert_eq!(missed.text(), "Ask first.\nRefunds take 30 days.\n30 days");
}

#[tokio::test(start_paused = true)]
async fn every_text_stands_where_its_pointer_says() {
    for (dialect, body) in [
        (Suggestions, include_str!("data/suggestions.json")),
        (Recommendations, include_str!("data/recommendations.json")),
    ] {
        let listing: serde_json::Value = serde_json::from_str(body).unwrap();
        let entities = listing["entities"].as_array().unwrap();
        for item in mapped(dialect, body).await.items {
            let entity = entities
                .iter()
                .find(|entity| entity["id"] == item.id.as_str())
                .unwrap();
            for part in &item.parts {
                assert_eq!(entity.pointer(&part.pointer).unwrap(), part.text.as_str());
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn metadata_that_may_quote_the_customer_is_not_passed_on() {
    let suggestions = mapped(Suggestions, include_str!("data/suggestions.json")).await;
    let recommendations = mapped(Recommendations, include_str!("data/recommendations.json")).await;
    let all = rendered(&suggestions) + &rendered(&recommendations);
    for hidden in [
        "refund for order",
        "pat@example.com",
        "not passed on",
        "must not break",
    ] {
        assert!(!all.contains(hidden), "{hidden}");
    }
}

#[tokio::test(start_paused = true)]
async fn debug_of_a_batch_shows_no_text() {
    let batch = mapped(Suggestions, include_str!("data/suggestions.json")).await;
    let debug = format!("{batch:?}");
    for text in ["Refund", "30 days", "555-0143", "48213", "voucher"] {
        assert!(!debug.contains(text), "{text}");
    }
}
