//! The payloads of the suggestion types: which of their strings are texts, in which order, and
//! what they say about where the text lives.

use std::cmp::Ordering;

use agent_assist_domain::recommendation::{Kind, Role, Source, UpstreamId};
use agent_assist_genesys_wire::{
    AddressableRef, Article, CannedResponse, Faq, KnowledgeAnswer, KnowledgeSearch, Script,
    Suggestion, ThirdPartySuggestion,
};
use serde_json::{Map, Value};

use super::parts::Parts;
use super::{highlight, id, pointer, unknown_source, upstream_id};

/// Longest name of a field that may hold a generated answer. The pointers of all its texts begin
/// with it.
const MAX_NAME_BYTES: usize = 128;

/// What a payload amounts to.
pub(super) struct Payload {
    pub(super) confidence: Option<f64>,
    pub(super) parts: Parts,
    pub(super) source: Source,
}

impl Default for Payload {
    fn default() -> Self {
        Self {
            confidence: None,
            parts: Parts::default(),
            source: unknown_source(),
        }
    }
}

impl Payload {
    /// Adds the text at `/{payload}/{field}`, if there is one.
    fn text(&mut self, pointer: String, role: Role, text: Option<&str>) {
        if let Some(text) = text {
            self.parts.push(pointer, role, text.to_owned());
        }
    }

    /// Adds texts at `{pointer}/0` and on.
    fn texts<'a>(&mut self, pointer: &str, texts: impl IntoIterator<Item = &'a str>) {
        for (index, text) in texts.into_iter().enumerate() {
            self.text(format!("{pointer}/{index}"), Role::Body, Some(text));
        }
    }
}

/// The payload of `suggestion`, whose type is `kind`. `None` if it is missing.
pub(super) fn of(suggestion: &Suggestion, kind: Kind) -> Option<Payload> {
    match kind {
        Kind::KnowledgeSearch => suggestion.knowledge_search.as_ref().map(search),
        Kind::KnowledgeArticle => suggestion.knowledge_article.as_ref().map(|article| {
            knowledge(&Knowledge {
                key: "knowledgeArticle",
                title: article.title.as_deref(),
                snippets: article.snippets.as_deref().unwrap_or_default(),
                answer: article.knowledge_answer.as_ref(),
                document: article.document.as_ref(),
                version: article.version.as_ref(),
            })
        }),
        Kind::CannedResponse => suggestion.canned_response.as_ref().map(canned_response),
        Kind::Script => suggestion.script.as_ref().map(script),
        Kind::ThirdPartySuggestion => suggestion.third_party_suggestion.as_ref().map(third_party),
        Kind::Faq => suggestion.faq.as_ref().map(faq),
        Kind::Article => suggestion.article.as_ref().map(article),
        Kind::SuggestedKnowledgeAnswer => {
            generated_answer(suggestion).map(|(key, value)| generated(key, value))
        }
        _ => None,
    }
}

/// The payload of a generated answer. The platform models it but declares no field that holds it,
/// so it is known by its own fields, whatever it is called.
pub(super) fn generated_answer(suggestion: &Suggestion) -> Option<(&str, &Map<String, Value>)> {
    suggestion.extra.iter().find_map(|(key, value)| {
        let value = value.as_object()?;
        let telling = ["knowledgeAnswerGenerated", "suggestedSearchChunks"];
        let is_payload =
            key.len() <= MAX_NAME_BYTES && telling.iter().any(|field| value.contains_key(*field));
        is_payload.then_some((key.as_str(), value))
    })
}

/// What the two knowledge payloads have in common.
struct Knowledge<'a> {
    key: &'a str,
    title: Option<&'a str>,
    snippets: &'a [String],
    answer: Option<&'a KnowledgeAnswer>,
    document: Option<&'a AddressableRef>,
    version: Option<&'a AddressableRef>,
}

fn search(search: &KnowledgeSearch) -> Payload {
    let mut payload = knowledge(&Knowledge {
        key: "knowledgeSearch",
        title: search.title.as_deref(),
        snippets: search.snippets.as_deref().unwrap_or_default(),
        answer: search.knowledge_answer.as_ref(),
        document: search.document.as_ref(),
        version: search.version.as_ref(),
    });
    payload.confidence = search.confidence;
    payload.source.trigger_id = upstream_id(search.search_id.as_deref());
    payload
}

fn knowledge(of: &Knowledge<'_>) -> Payload {
    let key = of.key;
    let mut payload = Payload::default();
    payload.text(format!("/{key}/title"), Role::Title, of.title);
    payload.texts(
        &format!("/{key}/snippets"),
        of.snippets.iter().map(String::as_str),
    );
    if let Some(answer) = of.answer {
        let role = if highlight::mark(payload.parts.kept_mut(), answer) {
            Role::Excerpt
        } else {
            Role::Body
        };
        let pointer = format!("/{key}/knowledgeAnswer/answer");
        payload.text(pointer, role, answer.answer.as_deref());
    }
    document(&mut payload.source, of.document);
    payload.source.version_id = of.version.and_then(id);
    payload
}

/// A reference: the text lives in the response library.
fn canned_response(response: &CannedResponse) -> Payload {
    let mut payload = Payload::default();
    payload.source.document_id = response.response.as_ref().and_then(id);
    payload
}

fn script(script: &Script) -> Payload {
    let mut payload = Payload::default();
    for (name, value) in script.data.iter().flatten() {
        let pointer = pointer::join("/script/data", name);
        payload.text(pointer, Role::Body, Some(value));
    }
    payload.source.document_id = script.script.as_ref().and_then(id);
    payload
}

fn third_party(suggestion: &ThirdPartySuggestion) -> Payload {
    let mut payload = Payload::default();
    let key = "/thirdPartySuggestion";
    payload.text(
        format!("{key}/title"),
        Role::Title,
        suggestion.title.as_deref(),
    );
    payload.text(
        format!("{key}/text"),
        Role::Body,
        suggestion.text.as_deref(),
    );
    for (index, source) in suggestion.sources.iter().flatten().enumerate() {
        let pointer = format!("{key}/sources/{index}/name");
        payload.text(pointer, Role::Body, source.name.as_deref());
        payload.source.uri = payload.source.uri.take().or_else(|| source.url.clone());
    }
    payload
}

fn faq(faq: &Faq) -> Payload {
    let mut payload = Payload {
        confidence: faq.confidence,
        ..Payload::default()
    };
    payload.text(
        "/faq/question".to_owned(),
        Role::Title,
        faq.question.as_deref(),
    );
    payload.text("/faq/answer".to_owned(), Role::Body, faq.answer.as_deref());
    payload.source.uri = faq.source_uri.clone().or_else(|| faq.document_url.clone());
    payload
}

fn article(article: &Article) -> Payload {
    let mut payload = Payload {
        confidence: article.confidence,
        ..Payload::default()
    };
    payload.text(
        "/article/title".to_owned(),
        Role::Title,
        article.title.as_deref(),
    );
    let snippets = article.snippets.iter().flatten().map(String::as_str);
    payload.texts("/article/snippets", snippets);
    payload.source.uri = article.uri.clone();
    payload.source.version_id = article.version.as_ref().and_then(id);
    payload
}

/// The generated answer, then the passages it was generated from. The best passage gives the
/// answer its title, its score and its place; an answer is no more relevant than that.
fn generated(key: &str, value: &Map<String, Value>) -> Payload {
    let root = pointer::join("", key);
    let mut payload = Payload::default();
    let answer = value
        .get("knowledgeAnswerGenerated")
        .and_then(Value::as_str);
    payload.text(
        format!("{root}/knowledgeAnswerGenerated"),
        Role::Body,
        answer,
    );
    payload.source.trigger_id = upstream_id(value.get("searchId").and_then(Value::as_str));
    let chunks = value.get("suggestedSearchChunks").and_then(Value::as_array);
    let chunks = chunks.map(Vec::as_slice).unwrap_or_default();
    let confidence = |chunk: &Value| chunk.get("confidence").and_then(Value::as_f64);
    // The first of the best: `max_by` takes the last of equals, hence the reversal.
    let best = (0..chunks.len()).rev().max_by(|&one, &other| {
        let confidences = (confidence(&chunks[one]), confidence(&chunks[other]));
        confidences
            .0
            .partial_cmp(&confidences.1)
            .unwrap_or(Ordering::Equal)
    });
    for (index, chunk) in chunks.iter().enumerate() {
        let at = format!("{root}/suggestedSearchChunks/{index}");
        let string = |name: &str| chunk.get(name).and_then(Value::as_str);
        let is_best = best == Some(index);
        let title = if is_best { Role::Title } else { Role::Body };
        payload.text(format!("{at}/title"), title, string("title"));
        payload.text(format!("{at}/text"), Role::Body, string("text"));
        if is_best {
            payload.confidence = confidence(chunk);
            let reference = chunk.get("document").cloned().map(serde_json::from_value);
            document(&mut payload.source, reference.and_then(Result::ok).as_ref());
            payload.source.uri = string("uri").map(str::to_owned);
        }
    }
    payload
}

/// Notes a document, and its knowledge base, which is told by the document's path only.
fn document(source: &mut Source, document: Option<&AddressableRef>) {
    let path = document.and_then(|document| document.self_uri.as_deref());
    let named = path.and_then(knowledge_base_and_document);
    source.knowledge_base_id = named.and_then(|(base, _)| UpstreamId::new(base));
    source.document_id = document
        .and_then(id)
        .or_else(|| named.and_then(|(_, document)| UpstreamId::new(document)));
}

/// The ids in `/api/v2/knowledge/knowledgebases/{base}/documents/{document}`, at whatever host.
fn knowledge_base_and_document(path: &str) -> Option<(&str, &str)> {
    let path = path.split(['?', '#']).next()?;
    let (_, ids) = path.split_once("/knowledge/knowledgebases/")?;
    let mut segments = ids.split('/');
    let base = segments.next().filter(|base| !base.is_empty())?;
    let documents = segments.next();
    let document = segments.next().filter(|document| !document.is_empty())?;
    (documents == Some("documents")).then_some((base, document))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_s_path_names_its_knowledge_base() {
        let named = knowledge_base_and_document;
        let path = "/api/v2/knowledge/knowledgebases/kb/documents/doc";
        assert_eq!(named(path), Some(("kb", "doc")));
        assert_eq!(
            named(&format!("https://x.example{path}/versions/1?a=b")),
            Some(("kb", "doc"))
        );
        assert_eq!(named(&format!("{path}?expand=x")), Some(("kb", "doc")));
        for other in [
            "/api/v2/knowledge/knowledgebases/kb",
            "/api/v2/knowledge/knowledgebases/kb/categories/c",
            "/api/v2/knowledge/knowledgebases//documents/doc",
            "/api/v2/knowledge/knowledgebases/kb/documents/",
            "doc",
            "",
        ] {
            assert_eq!(named(other), None, "{other}");
        }
    }
}
