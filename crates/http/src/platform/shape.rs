//! From what may be shown back to the platform's shape of it.
//!
//! Made of screened recommendations and nothing else, so texts are masked, and what the screening left
//! out (a link, an identifier that is personal data) is absent. Absent as well is what a recommendation
//! does not hold: who triggered it (`context`), which assistant made it, offsets into texts that
//! masking may have moved.

use std::collections::BTreeMap;

use agent_assist_domain::recommendation::{
    Kind, Recommendation, Role, Score, Source, State, TextPart, UpstreamId,
};
use agent_assist_genesys_wire::{
    AddressableRef, Article, CannedResponse, Faq, KnowledgeAnswer, KnowledgeArticle,
    KnowledgeSearch, Script, SourceLink, Suggestion, SuggestionState, SuggestionType,
    ThirdPartySuggestion,
};
use serde_json::{Map, Value};
use url::form_urlencoded::byte_serialize;

/// The platform models a generated answer and names no field that holds it; here it is this one.
const GENERATED: &str = "suggestedKnowledgeAnswer";

/// Where the suggestions of a conversation are.
pub(super) fn path_of_suggestions(conversation_id: &str) -> String {
    format!("{}/suggestions", path_of_conversation(conversation_id))
}

fn path_of_conversation(id: &str) -> String {
    format!("/api/v2/conversations/{}", segment(id))
}

fn segment(text: &str) -> String {
    byte_serialize(text.as_bytes()).collect()
}

/// `item` of that conversation as the platform would tell it.
pub(super) fn suggestion(item: &Recommendation, conversation_id: &str) -> Suggestion {
    let id = item.id.as_str();
    let suggestion = Suggestion {
        id: Some(id.to_owned()),
        conversation: Some(AddressableRef {
            id: Some(conversation_id.to_owned()),
            self_uri: Some(path_of_conversation(conversation_id)),
        }),
        date_created: item.created_at.map(|at| {
            let text = at.to_rfc3339();
            // The platform tells milliseconds.
            format!(
                "{}Z",
                text.strip_suffix("000Z").unwrap_or(&text[..text.len() - 4])
            )
        }),
        state: Some(item.state.map_or(SuggestionState::Suggested, state)),
        self_uri: Some(format!(
            "{}/{}",
            path_of_suggestions(conversation_id),
            segment(id)
        )),
        ..Suggestion::default()
    };
    with_payload(suggestion, item)
}

fn state(state: State) -> SuggestionState {
    match state {
        State::Accepted => SuggestionState::Accepted,
        State::Dismissed => SuggestionState::Dismissed,
        State::Failed => SuggestionState::Failed,
        State::Rated => SuggestionState::Rated,
        // A state that this version does not know is shown like one untouched.
        _ => SuggestionState::Suggested,
    }
}

fn with_payload(mut suggestion: Suggestion, item: &Recommendation) -> Suggestion {
    let kind = match item.kind {
        Kind::Faq => {
            suggestion.faq = Some(faq(item));
            SuggestionType::Faq
        }
        Kind::Article => {
            suggestion.article = Some(article(item));
            SuggestionType::Article
        }
        Kind::KnowledgeArticle => {
            suggestion.knowledge_article = Some(knowledge_article(item));
            SuggestionType::KnowledgeArticle
        }
        Kind::CannedResponse => {
            let response = reference(
                &item.source.document_id,
                "/api/v2/responsemanagement/responses",
            );
            suggestion.canned_response = Some(CannedResponse {
                response,
                library: None,
            });
            SuggestionType::CannedResponse
        }
        Kind::Script => {
            suggestion.script = Some(script(item));
            SuggestionType::Script
        }
        Kind::ThirdPartySuggestion => {
            suggestion.third_party_suggestion = Some(third_party(item));
            SuggestionType::ThirdPartySuggestion
        }
        Kind::SuggestedKnowledgeAnswer => {
            suggestion.extra = generated(item);
            SuggestionType::SuggestedKnowledgeAnswer
        }
        // What the recommendations dialect names no type of has a score, texts and a place, too.
        _ => {
            suggestion.knowledge_search = Some(knowledge_search(item));
            SuggestionType::KnowledgeSearch
        }
    };
    suggestion.kind = Some(kind);
    suggestion
}

fn knowledge_search(item: &Recommendation) -> KnowledgeSearch {
    let KnowledgeArticle {
        title,
        snippets,
        document,
        version,
        knowledge_answer,
        variations,
    } = knowledge_article(item);
    KnowledgeSearch {
        title,
        snippets,
        confidence: item.score.map(Score::get),
        search_id: None,
        document,
        version,
        knowledge_answer,
        variations,
    }
}

fn knowledge_article(item: &Recommendation) -> KnowledgeArticle {
    let is_answer = |part: &&TextPart| part.pointer.ends_with("/knowledgeAnswer/answer");
    let answer = item.parts.iter().find(is_answer);
    let snippets = bodies(item).filter(|part| !is_answer(part)).map(text);
    let document = document(&item.source);
    let version = item.source.version_id.as_ref().map(|version| {
        let path = document
            .as_ref()
            .and_then(|document| document.self_uri.as_ref());
        let version = version.as_str();
        AddressableRef {
            id: Some(version.to_owned()),
            self_uri: path.map(|path| format!("{path}/versions/{}", segment(version))),
        }
    });
    KnowledgeArticle {
        title: title(item),
        snippets: Some(snippets.collect()),
        document,
        version,
        knowledge_answer: answer.map(|part| KnowledgeAnswer {
            answer: Some(part.text.clone()),
            ..KnowledgeAnswer::default()
        }),
        variations: None,
    }
}

fn faq(item: &Recommendation) -> Faq {
    Faq {
        question: title(item),
        answer: lines(bodies(item)),
        source_uri: item.source.uri.clone(),
        confidence: item.score.map(Score::get),
        ..Faq::default()
    }
}

fn article(item: &Recommendation) -> Article {
    Article {
        title: title(item),
        uri: item.source.uri.clone(),
        snippets: Some(bodies(item).map(text).collect()),
        confidence: item.score.map(Score::get),
        version: reference(&item.source.version_id, ""),
        ..Article::default()
    }
}

/// Names of fields come masked like texts, and are escaped in pointers.
fn script(item: &Recommendation) -> Script {
    let named = |part: &TextPart| {
        let name = part.pointer.strip_prefix("/script/data/")?;
        let name = name.replace("~1", "/").replace("~0", "~");
        Some((name, part.text.clone()))
    };
    let data: BTreeMap<String, String> = item.parts.iter().filter_map(named).collect();
    Script {
        script: reference(&item.source.document_id, "/api/v2/scripts"),
        page: None,
        data: Some(data),
    }
}

fn third_party(item: &Recommendation) -> ThirdPartySuggestion {
    let is_name = |part: &TextPart| part.pointer.contains("/sources/");
    let names = bodies(item).filter(|part| is_name(part)).map(text);
    let mut sources: Vec<SourceLink> = names
        .map(|name| SourceLink {
            name: Some(name),
            url: None,
        })
        .collect();
    match (&mut *sources, item.source.uri.clone()) {
        (_, None) => {}
        ([only], url) => only.url = url,
        // Whose link it is among several is not known.
        (_, url) => sources.push(SourceLink { name: None, url }),
    }
    ThirdPartySuggestion {
        title: title(item),
        text: lines(bodies(item).filter(|part| !is_name(part))),
        sources: (!sources.is_empty()).then_some(sources),
    }
}

/// The answer, and the passages that it was generated from. The best of them is known by its title.
fn generated(item: &Recommendation) -> Map<String, Value> {
    let mut payload = Map::new();
    let mut chunks: BTreeMap<usize, Map<String, Value>> = BTreeMap::new();
    for part in &item.parts {
        let Some((number, field)) = chunk_field(&part.pointer) else {
            if part.pointer.ends_with("/knowledgeAnswerGenerated") {
                let answer = Value::from(part.text.clone());
                payload.insert("knowledgeAnswerGenerated".to_owned(), answer);
            }
            continue;
        };
        let chunk = chunks.entry(number).or_default();
        chunk.insert(field.to_owned(), part.text.clone().into());
        if part.role == Role::Title {
            chunk.extend(
                item.score
                    .map(|score| ("confidence".to_owned(), score.get().into())),
            );
            let uri = item.source.uri.clone();
            chunk.extend(uri.map(|uri| ("uri".to_owned(), uri.into())));
            let document = document(&item.source).and_then(|it| serde_json::to_value(it).ok());
            chunk.extend(document.map(|document| ("document".to_owned(), document)));
        }
    }
    let chunks: Vec<Value> = chunks.into_values().map(Value::Object).collect();
    payload.insert("suggestedSearchChunks".to_owned(), chunks.into());
    Map::from_iter([(GENERATED.to_owned(), payload.into())])
}

/// `/{payload}/suggestedSearchChunks/{number}/{field}`, of the fields that hold text.
fn chunk_field(pointer: &str) -> Option<(usize, &'static str)> {
    let (_, rest) = pointer.split_once("/suggestedSearchChunks/")?;
    let (number, field) = rest.split_once('/')?;
    let field = ["title", "text"]
        .into_iter()
        .find(|known| *known == field)?;
    Some((number.parse().ok()?, field))
}

/// The knowledge base is told by a document's path only.
fn document(source: &Source) -> Option<AddressableRef> {
    let document = source.document_id.as_ref()?.as_str();
    let path = source.knowledge_base_id.as_ref().map(|base| {
        format!(
            "/api/v2/knowledge/knowledgebases/{}/documents/{}",
            segment(base.as_str()),
            segment(document)
        )
    });
    Some(AddressableRef {
        id: Some(document.to_owned()),
        self_uri: path,
    })
}

/// A thing of the platform's that lives below `path`; none is known where that is empty.
fn reference(id: &Option<UpstreamId>, path: &str) -> Option<AddressableRef> {
    let id = id.as_ref()?.as_str();
    Some(AddressableRef {
        id: Some(id.to_owned()),
        self_uri: (!path.is_empty()).then(|| format!("{path}/{}", segment(id))),
    })
}

fn title(item: &Recommendation) -> Option<String> {
    let title = item.title();
    (!title.is_empty()).then(|| title.to_owned())
}

fn bodies(item: &Recommendation) -> impl Iterator<Item = &TextPart> {
    item.parts.iter().filter(|part| part.role == Role::Body)
}

fn text(part: &TextPart) -> String {
    part.text.clone()
}

/// The texts of `parts`, a line each; `None` without any.
fn lines<'p>(parts: impl Iterator<Item = &'p TextPart>) -> Option<String> {
    let texts: Vec<&str> = parts.map(|part| part.text.as_str()).collect();
    (!texts.is_empty()).then(|| texts.join("\n"))
}
