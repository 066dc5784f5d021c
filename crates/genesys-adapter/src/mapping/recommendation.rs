//! Maps an entity of the recommendations dialect.
//!
//! The contract fixes three names: `id`, `relevance_score`, `is_pii_masked`. Everything else is
//! whatever an organisation's gateway adds, so [`meaning`] lists the usual names of texts and
//! references, and they are read wherever they occur, in snake case or camel case. A field of any
//! other name is counted and its strings are not passed on: nobody could say what they are.

use agent_assist_domain::batch::Malformation;
use agent_assist_domain::recommendation::{Kind, Recommendation, Role, Score, UpstreamId};
use agent_assist_domain::time::Timestamp;
use agent_assist_genesys_wire::SuggestionType;
use serde_json::value::RawValue;

use super::parts::Parts;
use super::{kind_of, pointer, timestamp, unknown_source};
use crate::verify::RawObject;

/// The names that the contract fixes. They are taken literally.
const FIXED: [&str; 3] = ["id", "relevance_score", "is_pii_masked"];

/// What a field is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Meaning {
    /// Text, or an array of texts, or an object holding more.
    Text(Role),
    /// A reference to where the text lives.
    Reference(Reference),
    /// An object that holds further fields about the referenced thing.
    Object(Option<Reference>),
    /// The platform's type.
    Type,
    /// When it was made.
    CreatedAt,
    /// One of [`FIXED`], read at the top.
    Fixed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reference {
    KnowledgeBase,
    Document,
    Version,
    Uri,
}

/// The recommendation that `entity` is, or why it is none. Unknown fields are added to `unknown`.
pub(crate) fn read(entity: &RawValue, unknown: &mut u32) -> Result<Recommendation, Malformation> {
    let object = RawObject::read(entity).ok_or(Malformation::Shape)?;
    let id = object.get("id").and_then(identifier);
    let mut item = Recommendation {
        id: id.ok_or(Malformation::Id)?,
        kind: Kind::Recommendation,
        score: score(object.get("relevance_score"))?,
        upstream_masked: object.get("is_pii_masked").and_then(value_of),
        state: None,
        created_at: None,
        parts: Vec::new(),
        source: unknown_source(),
    };
    let mut reader = Reader {
        item: &mut item,
        parts: Parts::default(),
        unknown,
    };
    reader.object(&object, "", None);
    let parts = reader.parts.finish()?;
    Ok(Recommendation { parts, ..item })
}

/// Walks the fields of an entity. A `pointer` is where the walk is.
struct Reader<'a> {
    item: &'a mut Recommendation,
    parts: Parts,
    unknown: &'a mut u32,
}

impl Reader<'_> {
    /// Reads an object; `about` is what its own `id` refers to.
    fn object(&mut self, object: &RawObject<'_>, pointer: &str, about: Option<Reference>) {
        let at_top = pointer.is_empty();
        for (name, value) in object.fields() {
            match meaning(name) {
                Some(Meaning::Fixed) if at_top => {}
                Some(Meaning::Fixed) => match about {
                    Some(about) if name == "id" => self.reference(about, value),
                    _ => *self.unknown += 1,
                },
                Some(Meaning::Text(role)) => {
                    self.text(value, role, &pointer::join(pointer, name));
                }
                Some(Meaning::Reference(reference)) => self.reference(reference, value),
                Some(Meaning::Object(about)) => {
                    self.nested(value, &pointer::join(pointer, name), about);
                }
                Some(Meaning::Type) if at_top => self.item.kind = platform_kind(value),
                Some(Meaning::CreatedAt) if at_top => self.item.created_at = date(value),
                _ => *self.unknown += 1,
            }
        }
    }

    fn nested(&mut self, value: &RawValue, pointer: &str, about: Option<Reference>) {
        if let Some(object) = RawObject::read(value) {
            self.object(&object, pointer, about);
        } else if !is_null(value) {
            *self.unknown += 1;
        }
    }

    /// Reads a text, an array of texts, or an object with texts in it. Depth is bounded: the body
    /// was measured before.
    fn text(&mut self, value: &RawValue, role: Role, pointer: &str) {
        if let Some(text) = value_of::<String>(value) {
            self.parts.push(pointer.to_owned(), role, text);
        } else if let Some(items) = value_of::<Vec<&RawValue>>(value) {
            for (index, item) in items.into_iter().enumerate() {
                self.text(item, role, &format!("{pointer}/{index}"));
            }
        } else {
            self.nested(value, pointer, None);
        }
    }

    /// The first reference of each sort counts. One that is no usable identifier is dropped.
    fn reference(&mut self, reference: Reference, value: &RawValue) {
        let source = &mut self.item.source;
        let place = match reference {
            Reference::KnowledgeBase => &mut source.knowledge_base_id,
            Reference::Document => &mut source.document_id,
            Reference::Version => &mut source.version_id,
            Reference::Uri => {
                source.uri = source.uri.take().or_else(|| value_of(value));
                return;
            }
        };
        *place = place.take().or_else(|| identifier(value));
    }
}

/// What a field of this name is for, if it has one of the usual names.
fn meaning(name: &str) -> Option<Meaning> {
    use Reference::{Document, KnowledgeBase, Uri, Version};
    if FIXED.contains(&name) {
        return Some(Meaning::Fixed);
    }
    Some(match snake_case(name).as_str() {
        "title" | "heading" | "headline" | "subject" | "question" => Meaning::Text(Role::Title),
        "text" | "content" | "answer" | "snippet" | "snippets" | "body" | "description"
        | "summary" | "message" | "excerpt" | "passage" | "passages" => Meaning::Text(Role::Body),
        "knowledge_source_id" | "knowledge_base_id" => Meaning::Reference(KnowledgeBase),
        "document_id" | "article_id" => Meaning::Reference(Document),
        "version_id" | "document_version_id" => Meaning::Reference(Version),
        "uri" | "url" | "link" | "source_uri" | "source_url" => Meaning::Reference(Uri),
        "knowledge_source" | "knowledge_base" => Meaning::Object(Some(KnowledgeBase)),
        "document" | "article" => Meaning::Object(Some(Document)),
        "version" | "document_version" => Meaning::Object(Some(Version)),
        "source" => Meaning::Object(None),
        "type" => Meaning::Type,
        "created_at" | "date_created" => Meaning::CreatedAt,
        _ => return None,
    })
}

/// `dateCreated` as `date_created`; a name in snake case stays as it is.
fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_ascii_uppercase() && !snake.is_empty() && !snake.ends_with('_') {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    snake
}

fn score(value: Option<&RawValue>) -> Result<Option<Score>, Malformation> {
    let Some(value) = value.filter(|value| !is_null(value)) else {
        return Ok(None);
    };
    let score = value_of(value).and_then(Score::new);
    score.map(Some).ok_or(Malformation::Score)
}

fn platform_kind(value: &RawValue) -> Kind {
    let name: Option<String> = value_of(value);
    name.and_then(|name| kind_of(&SuggestionType::from(name)))
        .unwrap_or(Kind::Recommendation)
}

fn date(value: &RawValue) -> Option<Timestamp> {
    value_of::<String>(value).as_deref().and_then(timestamp)
}

fn identifier(value: &RawValue) -> Option<UpstreamId> {
    value_of::<String>(value).and_then(UpstreamId::new)
}

fn is_null(value: &RawValue) -> bool {
    value.get() == "null"
}

fn value_of<'a, T: serde::Deserialize<'a>>(value: &'a RawValue) -> Option<T> {
    serde_json::from_str(value.get()).ok()
}
