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
    fn text(&mut self, pointer: impl Into<String>, role: Role, text: Option<String>) {
        if let Some(text) = text {
            self.parts.push(pointer.into(), role, text);
        }
    }

    /// Adds texts at `{pointer}/0` and on.
    fn texts(&mut self, pointer: &str, texts: Option<Vec<String>>) {
        for (index, text) in texts.into_iter().flatten().enumerate() {
            self.text(pointer::at(pointer, index), Role::Body, Some(text));
        }
    }
}

/// The payload of `suggestion`, whose type is `kind`, taken out of it. `None` if it is missing.
pub(super) fn of(suggestion: &mut Suggestion, kind: Kind) -> Option<Payload> {
    match kind {
        Kind::KnowledgeSearch => suggestion.knowledge_search.take().map(search),
        Kind::KnowledgeArticle => suggestion.knowledge_article.take().map(|article| {
            knowledge(Knowledge {
                title_at: "/knowledgeArticle/title",
                snippets_at: "/knowledgeArticle/snippets",
                answer_at: "/knowledgeArticle/knowledgeAnswer/answer",
                title: article.title,
                snippets: article.snippets,
                answer: article.knowledge_answer,
                document: article.document.as_ref(),
                version: article.version.as_ref(),
            })
        }),
        Kind::CannedResponse => suggestion.canned_response.as_ref().map(canned_response),
        Kind::Script => suggestion.script.take().map(script),
        Kind::ThirdPartySuggestion => suggestion.third_party_suggestion.take().map(third_party),
        Kind::Faq => suggestion.faq.take().map(faq),
        Kind::Article => suggestion.article.take().map(article),
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
    title_at: &'static str,
    snippets_at: &'static str,
    answer_at: &'static str,
    title: Option<String>,
    snippets: Option<Vec<String>>,
    answer: Option<KnowledgeAnswer>,
    document: Option<&'a AddressableRef>,
    version: Option<&'a AddressableRef>,
}

fn search(search: KnowledgeSearch) -> Payload {
    let mut payload = knowledge(Knowledge {
        title_at: "/knowledgeSearch/title",
        snippets_at: "/knowledgeSearch/snippets",
        answer_at: "/knowledgeSearch/knowledgeAnswer/answer",
        title: search.title,
        snippets: search.snippets,
        answer: search.knowledge_answer,
        document: search.document.as_ref(),
        version: search.version.as_ref(),
    });
    payload.confidence = search.confidence;
    payload.source.trigger_id = upstream_id(search.search_id.as_deref());
    payload
}

fn knowledge(of: Knowledge<'_>) -> Payload {
    let mut payload = Payload::default();
    payload.text(of.title_at, Role::Title, of.title);
    payload.texts(of.snippets_at, of.snippets);
    if let Some(answer) = of.answer {
        let role = if highlight::mark(payload.parts.kept_mut(), &answer) {
            Role::Excerpt
        } else {
            Role::Body
        };
        payload.text(of.answer_at, role, answer.answer);
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

fn script(script: Script) -> Payload {
    let mut payload = Payload::default();
    for (name, value) in script.data.into_iter().flatten() {
        let pointer = pointer::join("/script/data", &name);
        payload.text(pointer, Role::Body, Some(value));
    }
    payload.source.document_id = script.script.as_ref().and_then(id);
    payload
}

fn third_party(suggestion: ThirdPartySuggestion) -> Payload {
    let mut payload = Payload::default();
    let key = "/thirdPartySuggestion";
    payload.text(format!("{key}/title"), Role::Title, suggestion.title);
    payload.text(format!("{key}/text"), Role::Body, suggestion.text);
    for (index, source) in suggestion.sources.into_iter().flatten().enumerate() {
        let pointer = format!("{key}/sources/{index}/name");
        payload.text(pointer, Role::Body, source.name);
        payload.source.uri = payload.source.uri.take().or(source.url);
    }
    payload
}

fn faq(faq: Faq) -> Payload {
    let mut payload = Payload {
        confidence: faq.confidence,
        ..Payload::default()
    };
    payload.text("/faq/question", Role::Title, faq.question);
    payload.text("/faq/answer", Role::Body, faq.answer);
    payload.source.uri = faq.source_uri.or(faq.document_url);
    payload
}

fn article(article: Article) -> Payload {
    let mut payload = Payload {
        confidence: article.confidence,
        ..Payload::default()
    };
    payload.text("/article/title", Role::Title, article.title);
    payload.texts("/article/snippets", article.snippets);
    payload.source.uri = article.uri;
    payload.source.version_id = article.version.as_ref().and_then(id);
    payload
}

/// The generated answer, then the passages it was generated from. The best passage gives the
/// answer its title, its score and its place; an answer is no more relevant than that.
fn generated(key: &str, value: &Map<String, Value>) -> Payload {
    let root = pointer::join("", key);
    let mut payload = Payload::default();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let answer = value.get("knowledgeAnswerGenerated").and_then(text);
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
        let string = |name: &str| chunk.get(name).and_then(text);
        let is_best = best == Some(index);
        let title = if is_best { Role::Title } else { Role::Body };
        payload.text(format!("{at}/title"), title, string("title"));
        payload.text(format!("{at}/text"), Role::Body, string("text"));
        if is_best {
            payload.confidence = confidence(chunk);
            let reference = chunk.get("document").cloned().map(serde_json::from_value);
            document(&mut payload.source, reference.and_then(Result::ok).as_ref());
            payload.source.uri = string("uri");
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
