//! The payloads of suggestions.

use std::collections::BTreeMap;

use agent_assist_genesys_wire::{
    AddressableRef, Article, CannedResponse, Faq, KnowledgeAnswer, KnowledgeArticle,
    KnowledgeSearch, Script, SourceLink, ThirdPartySuggestion,
};
use serde_json::json;

use super::Answer;
use crate::conversation::{Conversation, Customer};
use crate::ids;

/// A reference to the one object of its kind that the sandbox knows.
pub(super) fn reference(kind: &str, collection: &str) -> AddressableRef {
    let id = ids::stable(kind, "the-one");
    AddressableRef {
        id: Some(id.to_string()),
        self_uri: Some(format!("{collection}/{id}")),
    }
}

pub(super) fn knowledge_search(answer: &Answer<'_>) -> KnowledgeSearch {
    let KnowledgeArticle {
        title,
        snippets,
        document,
        version,
        knowledge_answer,
        variations,
    } = knowledge_article(answer);
    KnowledgeSearch {
        title,
        snippets,
        confidence: Some(answer.relevance),
        search_id: Some(ids::stable("search", &answer.id.to_string()).to_string()),
        document,
        version,
        knowledge_answer,
        variations,
    }
}

pub(super) fn knowledge_article(answer: &Answer<'_>) -> KnowledgeArticle {
    let uri = answer.document_uri();
    let version_id = answer.article.version_id;
    let variation_id = ids::stable("variation", &answer.article.id.to_string());
    KnowledgeArticle {
        title: Some(answer.article.title.clone()),
        snippets: Some(snippets(answer)),
        document: Some(AddressableRef {
            id: Some(answer.article.id.to_string()),
            self_uri: Some(uri.clone()),
        }),
        version: Some(AddressableRef {
            id: Some(version_id.to_string()),
            self_uri: Some(format!("{uri}/versions/{version_id}")),
        }),
        knowledge_answer: Some(highlight(answer)),
        variations: Some(vec![AddressableRef {
            id: Some(variation_id.to_string()),
            self_uri: Some(format!("{uri}/variations/{variation_id}")),
        }]),
    }
}

/// The passage's first sentence, found in the first snippet.
fn highlight(answer: &Answer<'_>) -> KnowledgeAnswer {
    let sentence = answer
        .passage
        .split_inclusive(". ")
        .next()
        .unwrap_or_default()
        .trim_end();
    let before = answer.text().chars().count() - answer.passage.chars().count();
    let start = i64::try_from(before).unwrap_or_default();
    let length = i64::try_from(sentence.chars().count()).unwrap_or_default();
    KnowledgeAnswer {
        answer: Some(sentence.to_owned()),
        start_index: Some(start),
        end_index: Some(start + length),
    }
}

fn snippets(answer: &Answer<'_>) -> Vec<String> {
    let further = answer.further.map(str::to_owned);
    std::iter::once(answer.text()).chain(further).collect()
}

/// The legacy form: a question and an answer.
pub(super) fn faq(answer: &Answer<'_>) -> Faq {
    Faq {
        question: Some(format!("{}: what are the steps?", answer.article.title)),
        answer: Some(answer.text()),
        source_uri: Some(answer.document_uri()),
        confidence: Some(answer.relevance),
        ..Faq::default()
    }
}

/// The legacy form of an article.
pub(super) fn article(answer: &Answer<'_>) -> Article {
    let metadata = json!({"language": {"value": "en-US"}, "topic": {"value": answer.base.name}});
    Article {
        title: Some(answer.article.title.clone()),
        uri: Some(answer.document_uri()),
        snippets: Some(snippets(answer)),
        confidence: Some(answer.relevance),
        metadata: metadata.as_object().cloned(),
        ..Article::default()
    }
}

pub(super) fn canned_greeting() -> CannedResponse {
    CannedResponse {
        response: Some(reference(
            "response",
            "/api/v2/responsemanagement/responses",
        )),
        library: Some(reference(
            "response-library",
            "/api/v2/responsemanagement/libraries",
        )),
    }
}

/// The script of the conversation's intent, opened at the intent's first action and prefilled with
/// what is on file.
pub(super) fn script(conversation: &Conversation) -> Script {
    let Customer {
        name,
        email,
        phone,
        order_id,
        address,
        member_level,
    } = &conversation.customer;
    let on_file = [
        ("callerName", name),
        ("callerEmail", email),
        ("callbackNumber", phone),
        ("orderNumber", order_id),
        ("shippingAddress", address),
        ("memberLevel", member_level),
    ];
    let data: BTreeMap<_, _> = on_file
        .into_iter()
        .filter_map(|(field, value)| Some((field.to_owned(), value.clone()?)))
        .collect();
    let script_id = ids::stable("script", &conversation.intent);
    let page = conversation.first_action.as_deref().unwrap_or("start");
    let page_id = ids::stable("script-page", &format!("{}/{page}", conversation.intent));
    let script_uri = format!("/api/v2/scripts/{script_id}");
    Script {
        page: Some(AddressableRef {
            id: Some(page_id.to_string()),
            self_uri: Some(format!("{script_uri}/pages/{page_id}")),
        }),
        script: Some(AddressableRef {
            id: Some(script_id.to_string()),
            self_uri: Some(script_uri),
        }),
        data: Some(data),
    }
}

/// What a customer-relations system has to say. Its link names the customer, as such links do.
pub(super) fn loyalty_note(customer: &Customer) -> ThirdPartySuggestion {
    let name = customer.name.as_deref().unwrap_or("The customer");
    let level = customer.member_level.as_deref().unwrap_or("guest");
    let contact = customer
        .email
        .as_deref()
        .or(customer.phone.as_deref())
        .unwrap_or_default();
    ThirdPartySuggestion {
        title: Some("Loyalty note".to_owned()),
        text: Some(format!(
            "{name} is a {level} member. Thank them for their loyalty."
        )),
        sources: Some(vec![SourceLink {
            name: Some("CRM".to_owned()),
            url: Some(format!(
                "https://crm.example.com/customers?contact={contact}"
            )),
        }]),
    }
}
