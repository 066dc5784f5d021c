//! Answers in the `suggestions` dialect, with the further types the platform mixes in.
//!
//! A conversation starts with a canned greeting and a script; then come the ranked answers, most as
//! knowledge searches, some as the types that older or rule-driven assistants produce; last a note
//! from another system. `SuggestedKnowledgeAnswer` is left out: the platform declares no payload
//! for it.

use std::collections::BTreeMap;

use agent_assist_genesys_wire::{
    AddressableRef, MediaType, Suggestion, SuggestionContext, SuggestionState, SuggestionType,
    TriggerType,
};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{Answer, answers, payload};
use crate::conversation::Conversation;
use crate::ids;
use crate::knowledge::Library;

/// Answers below this relevance are not suggested.
const RELEVANCE_FLOOR: f64 = 0.2;

/// When the first suggestion of every conversation was made: 2026-05-04T09:15:00Z.
const FIRST_MADE_AT: i64 = 1_777_886_100;

/// The time between two suggestions.
const INTERVAL: Duration = Duration::seconds(7);

/// Every suggestion of the conversation, oldest first.
pub(crate) fn suggestions(library: &Library, conversation: &Conversation) -> Vec<Suggestion> {
    if !conversation.has_copilot_data() {
        return Vec::new();
    }
    let answers = answers(library, conversation, &BTreeMap::new());
    let mut drafts = vec![greeting(conversation), script(conversation)];
    let relevant = answers
        .iter()
        .filter(|answer| answer.relevance >= RELEVANCE_FLOOR);
    drafts.extend(
        relevant
            .enumerate()
            .map(|(rank, answer)| ranked(rank, answer)),
    );
    drafts.push(note(conversation));
    drafts
        .into_iter()
        .enumerate()
        .map(|(position, draft)| in_conversation(draft, position, conversation))
        .collect()
}

fn greeting(conversation: &Conversation) -> Suggestion {
    Suggestion {
        id: Some(id_of(conversation, "greeting")),
        kind: Some(SuggestionType::CannedResponse),
        trigger_type: Some(TriggerType::ConversationStart),
        canned_response: Some(payload::canned_greeting()),
        ..Suggestion::default()
    }
}

fn script(conversation: &Conversation) -> Suggestion {
    Suggestion {
        id: Some(id_of(conversation, "script")),
        kind: Some(SuggestionType::Script),
        trigger_type: Some(TriggerType::Intent),
        state: Some(SuggestionState::Accepted),
        script: Some(payload::script(conversation)),
        ..Suggestion::default()
    }
}

fn note(conversation: &Conversation) -> Suggestion {
    Suggestion {
        id: Some(id_of(conversation, "note")),
        kind: Some(SuggestionType::ThirdPartySuggestion),
        trigger_type: Some(TriggerType::Intent),
        third_party_suggestion: Some(payload::loyalty_note(&conversation.customer)),
        ..Suggestion::default()
    }
}

/// An answer under the type and in the state its rank gives it.
fn ranked(rank: usize, answer: &Answer<'_>) -> Suggestion {
    let mut suggestion = Suggestion {
        id: Some(answer.id.to_string()),
        ..Suggestion::default()
    };
    match rank % 8 {
        2 => {
            suggestion.kind = Some(SuggestionType::KnowledgeArticle);
            suggestion.trigger_type = Some(TriggerType::Intent);
            suggestion.knowledge_article = Some(payload::knowledge_article(answer));
        }
        4 => {
            suggestion.kind = Some(SuggestionType::Faq);
            suggestion.faq = Some(payload::faq(answer));
        }
        6 => {
            suggestion.kind = Some(SuggestionType::Article);
            suggestion.article = Some(payload::article(answer));
        }
        _ => {
            suggestion.kind = Some(SuggestionType::KnowledgeSearch);
            suggestion.trigger_type = Some(TriggerType::Fallback);
            suggestion.knowledge_search = Some(payload::knowledge_search(answer));
        }
    }
    suggestion.state = match rank {
        5 => Some(SuggestionState::Dismissed),
        8 => Some(SuggestionState::Failed),
        _ => None,
    };
    suggestion
}

/// Fills in what every suggestion of a conversation has.
fn in_conversation(
    mut suggestion: Suggestion,
    position: usize,
    conversation: &Conversation,
) -> Suggestion {
    let id = suggestion.id.clone().unwrap_or_default();
    suggestion.self_uri = Some(format!("{}/suggestions/{id}", conversation.uri()));
    suggestion.conversation = Some(AddressableRef {
        id: Some(conversation.id.to_string()),
        self_uri: Some(conversation.uri()),
    });
    suggestion.assistant = Some(payload::reference("assistant", "/api/v2/assistants"));
    suggestion.date_created = Some(made_at(position));
    suggestion.state.get_or_insert(SuggestionState::Suggested);
    suggestion.context = Some(context(position, conversation));
    suggestion
}

fn context(position: usize, conversation: &Conversation) -> SuggestionContext {
    let heard: Vec<_> = conversation.customer_turns().collect();
    let turn = position % heard.len().max(1);
    SuggestionContext {
        queue: Some(payload::reference("queue", "/api/v2/routing/queues")),
        media_type: Some(MediaType::Message),
        user: Some(payload::reference("user", "/api/v2/users")),
        message: Some(AddressableRef {
            id: Some(id_of(conversation, &format!("message-{turn}"))),
            self_uri: None,
        }),
        query_statement: heard.get(turn).map(|said| (*said).to_owned()),
        language: Some("en-US".to_owned()),
        ..SuggestionContext::default()
    }
}

fn id_of(conversation: &Conversation, what: &str) -> String {
    let id: Uuid = ids::stable("suggestion", &format!("{}/{what}", conversation.id));
    id.to_string()
}

/// RFC 3339, growing with the position.
fn made_at(position: usize) -> String {
    let steps = i32::try_from(position).unwrap_or(i32::MAX);
    let first = OffsetDateTime::from_unix_timestamp(FIRST_MADE_AT);
    let made_at = first.unwrap_or(OffsetDateTime::UNIX_EPOCH) + INTERVAL * steps;
    made_at.format(&Rfc3339).unwrap_or_default()
}
