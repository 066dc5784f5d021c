//! The envelope of every list and the reference objects inside it.
//!
//! [`Listing`] is generic over its entities so that a client can decode the envelope first, with
//! `Box<serde_json::value::RawValue>` as the entity, and then each entity on its own: one bad
//! entity does not take the page with it. For that reason the envelope has no catch-all map, which
//! would make serde buffer the entities.

use serde::{Deserialize, Serialize};

/// One page of entities. There is no total and no page number; [`Listing::next_uri`] alone says
/// whether there is more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Listing<E> {
    /// The page's entities. The one field a listing cannot do without.
    pub entities: Vec<E>,
    /// Where the following page is: a path relative to the API's origin, carrying the cursor.
    /// Absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_uri: Option<String>,
    /// Where this page is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub self_uri: Option<String>,
    /// Where the preceding page is. Absent on the first page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_uri: Option<String>,
}

/// A reference to another object of the platform.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AddressableRef {
    /// The object's id, usually a UUID.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The object's path. A document's names its knowledge base:
    /// `/api/v2/knowledge/knowledgebases/{kb}/documents/{document}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub self_uri: Option<String>,
}
