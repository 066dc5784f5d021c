//! Maps a result of the knowledge search: a document with its text, if it is meant to be read.
//!
//! A document has a text for each of its audiences, and no search says which of them is the
//! customer's. All are passed on, each under its name where there is more than one.

use std::ops::Range;

use agent_assist_domain::batch::Malformation;
use agent_assist_domain::recommendation::{
    Kind, Origin, Recommendation, Role, Score, Source, TextPart, UpstreamId,
};
use agent_assist_genesys_wire::{Document, DocumentSearchResult, DocumentState, DocumentVariation};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::blocks::BlockText;
use super::parts::Parts;
use super::{decode, upstream_id};

/// Under which recommendations are named after documents.
const NAMESPACE: Uuid = Uuid::from_u128(0x2f0d_96a4_31c7_4e58_9b0e_7c55_d1f3_8a62);

/// The recommendation that a result of searching `knowledge_base` is, `None` if its document is not
/// meant to be read, or why it is none. Unknown fields are added to `unknown`.
pub(crate) fn read(
    entity: &RawValue,
    knowledge_base: &str,
    unknown: &mut u32,
) -> Result<Option<Recommendation>, Malformation> {
    let result: DocumentSearchResult = decode(entity)?;
    let document = result.document.ok_or(Malformation::MissingPayload)?;
    *unknown += (result.extra.len() + document.extra.len()) as u32;
    if !is_meant_to_be_read(&document) {
        return Ok(None);
    }
    let document_id = upstream_id(document.id.as_deref()).ok_or(Malformation::Id)?;
    let score = match result.confidence {
        Some(confidence) => Some(Score::new(confidence).ok_or(Malformation::Score)?),
        None => None,
    };
    let named = document.knowledge_base.as_ref();
    let knowledge_base_id = upstream_id(named.and_then(|base| base.id.as_deref()));
    let version = document.document_version.as_ref();
    let version_id = upstream_id(version.and_then(|version| version.id.as_deref()));
    Ok(Some(Recommendation {
        id: id_of(&document_id, version_id.as_ref()).ok_or(Malformation::Id)?,
        kind: Kind::KnowledgeSearch,
        score,
        upstream_masked: None,
        state: None,
        created_at: None,
        parts: parts(&document)?,
        source: Source {
            knowledge_base_id: knowledge_base_id.or_else(|| UpstreamId::new(knowledge_base)),
            document_id: Some(document_id),
            version_id,
            uri: document.external_url,
            trigger_id: None,
            origin: Origin::KnowledgeSearch,
        },
    }))
}

/// Whether the platform says nothing against showing `document`.
fn is_meant_to_be_read(document: &Document) -> bool {
    let published = |state: &DocumentState| *state == DocumentState::Published;
    document.visible != Some(false) && document.state.as_ref().is_none_or(published)
}

/// Names a version of a document: the same text has the same name in every search. The platform
/// names results by nothing of their own, and a name put together from two would no longer look
/// like the UUID that it is, which the screening of identifiers relies on.
fn id_of(document: &UpstreamId, version: Option<&UpstreamId>) -> Option<UpstreamId> {
    let version = version.map_or("", UpstreamId::as_str);
    // No identifier has white space in it.
    let name = format!("{} {version}", document.as_str());
    UpstreamId::new(Uuid::new_v5(&NAMESPACE, name.as_bytes()).to_string())
}

/// Title, answer, and the text of every variation, a part for each block. An answer that is marked
/// in the text is not said twice.
fn parts(document: &Document) -> Result<Vec<TextPart>, Malformation> {
    let answer = said(document.answer.as_deref());
    let body = body(document, answer);
    let is_marked = body.iter().any(|part| part.highlight.is_some());
    let answer_role = if is_marked { Role::Excerpt } else { Role::Body };
    let mut parts = Parts::default();
    if let Some(title) = said(document.title.as_deref()) {
        parts.push("/document/title".to_owned(), Role::Title, title.to_owned());
    }
    if let Some(answer) = answer {
        let pointer = "/document/answer".to_owned();
        parts.push(pointer, answer_role, answer.to_owned());
    }
    body.into_iter().for_each(|part| parts.add(part));
    parts.finish()
}

/// What every variation says, each under its name where several say something.
fn body(document: &Document, answer: Option<&str>) -> Vec<TextPart> {
    let variations = document.variations.iter().flatten().enumerate();
    let speaking: Vec<_> = variations
        .map(|(at, variation)| {
            let pointer = format!("/document/variations/{at}");
            let blocks = blocks(&pointer, variation, answer);
            (pointer, variation, blocks)
        })
        .filter(|(_, _, blocks)| !blocks.is_empty())
        .collect();
    let are_several = speaking.len() > 1;
    let mut body = Vec::new();
    for (pointer, variation, blocks) in speaking {
        let name = said(variation.name.as_deref()).filter(|_| are_several);
        body.extend(name.map(|name| part(format!("{pointer}/name"), name.to_owned(), None)));
        body.extend(blocks);
    }
    body
}

/// The blocks of the variation at `pointer` that say something.
fn blocks(pointer: &str, variation: &DocumentVariation, answer: Option<&str>) -> Vec<TextPart> {
    let blocks = variation.body.iter().flat_map(|body| &body.blocks);
    let blocks = blocks.flatten().map(BlockText::of).enumerate();
    blocks
        .filter(|(_, block)| said(Some(&block.text)).is_some())
        .map(|(at, block)| {
            let highlight = answer.and_then(|answer| block.stretch(answer));
            part(format!("{pointer}/body/blocks/{at}"), block.text, highlight)
        })
        .collect()
}

fn part(pointer: String, text: String, highlight: Option<Range<usize>>) -> TextPart {
    TextPart {
        pointer,
        role: Role::Body,
        text,
        highlight,
    }
}

/// `text`, unless there is nothing to read in it.
fn said(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.trim().is_empty())
}
