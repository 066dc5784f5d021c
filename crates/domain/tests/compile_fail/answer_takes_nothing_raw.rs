//! Answering with what the upstream sent.

use agent_assist_domain::answer::{Answer, AnswerFacts, AnswerItem};
use agent_assist_domain::batch::Batch;
use agent_assist_domain::recommendation::Recommendation;

fn answer(facts: AnswerFacts, raw: &Batch) -> Answer {
    Answer::of(facts, raw)
}

fn item(raw: &Recommendation) -> AnswerItem {
    AnswerItem::new(raw)
}

fn change(item: &mut AnswerItem, raw: &Recommendation) {
    item.recommendation = std::sync::Arc::new(raw.clone());
}

fn main() {}
