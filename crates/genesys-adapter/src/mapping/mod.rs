//! From the platform's entities to [`Recommendation`](agent_assist_domain::recommendation)s.
//!
//! One entity at a time: it is a recommendation, or there is a reason why it is none. Texts are
//! passed on with their place in the entity, without markup, unscreened; what nobody can tell to be text, a
//! reference or a date is counted and left behind. No policy here: dismissed, irrelevant and
//! duplicate entities are mapped like any other.

mod blocks;
pub(crate) mod document;
mod highlight;
mod markup;
mod parts;
mod payload;
mod pointer;
pub(crate) mod recommendation;
pub(crate) mod suggestion;

use agent_assist_domain::batch::Malformation;
use agent_assist_domain::recommendation::{Kind, Origin, Source, UpstreamId};
use agent_assist_domain::time::Timestamp;
use agent_assist_genesys_wire::{AddressableRef, SuggestionType};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// The kind of a platform type, if it is known.
pub(crate) fn kind_of(kind: &SuggestionType) -> Option<Kind> {
    Some(match kind {
        SuggestionType::Faq => Kind::Faq,
        SuggestionType::Article => Kind::Article,
        SuggestionType::KnowledgeArticle => Kind::KnowledgeArticle,
        SuggestionType::KnowledgeSearch => Kind::KnowledgeSearch,
        SuggestionType::CannedResponse => Kind::CannedResponse,
        SuggestionType::Script => Kind::Script,
        SuggestionType::SuggestedKnowledgeAnswer => Kind::SuggestedKnowledgeAnswer,
        SuggestionType::ThirdPartySuggestion => Kind::ThirdPartySuggestion,
        SuggestionType::Other(_) => return None,
    })
}

/// The object that `entity` is.
pub(crate) fn decode<T: DeserializeOwned>(entity: &RawValue) -> Result<T, Malformation> {
    // A struct can be read from an array as well; an entity is an object.
    if !entity.get().starts_with('{') {
        return Err(Malformation::Shape);
    }
    serde_json::from_str(entity.get()).map_err(|_| Malformation::Shape)
}

/// The instant that an RFC 3339 text names.
pub(crate) fn timestamp(text: &str) -> Option<Timestamp> {
    let at = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    let micros = at.unix_timestamp_nanos().div_euclid(1_000);
    i64::try_from(micros).ok().map(Timestamp::from_micros)
}

/// The identifier in `reference`, if it is usable.
pub(crate) fn id(reference: &AddressableRef) -> Option<UpstreamId> {
    upstream_id(reference.id.as_deref())
}

fn upstream_id(id: Option<&str>) -> Option<UpstreamId> {
    id.and_then(UpstreamId::new)
}

/// A source of which nothing is known yet.
const fn unknown_source() -> Source {
    Source {
        knowledge_base_id: None,
        document_id: None,
        version_id: None,
        uri: None,
        trigger_id: None,
        origin: Origin::Upstream,
    }
}
