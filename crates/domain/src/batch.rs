//! What one upstream call brought, format verified but not screened. Held in memory only.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::plain_token::PlainToken;
use crate::recommendation::{Recommendation, UpstreamId};

/// Why an entity could not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Malformation {
    /// The entity is no JSON object, or a named field has the wrong type.
    Shape,
    /// No identifier, or one that breaks the rule of [`UpstreamId`].
    Id,
    /// A score that is not finite or outside 0..=1.
    Score,
    /// A type this version does not know: its text cannot be told from its metadata.
    UnknownType,
    /// A known type whose payload is missing.
    MissingPayload,
}

impl Malformation {
    /// Every reason.
    pub const ALL: [Self; 5] = [
        Self::Shape,
        Self::Id,
        Self::Score,
        Self::UnknownType,
        Self::MissingPayload,
    ];

    /// The reason of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }

    /// The name used in output and audit records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shape => "shape",
            Self::Id => "id",
            Self::Score => "score",
            Self::UnknownType => "unknown_type",
            Self::MissingPayload => "missing_payload",
        }
    }
}

/// How the upstream's answer was told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UpstreamFacts {
    /// HTTP status of the last answer, if there was one.
    pub status: Option<u16>,
    /// The upstream's name for the call, for its support.
    pub correlation_id: Option<PlainToken>,
    /// Requests sent, retries and pages included.
    pub requests: u32,
    /// Microseconds of them spent on waiting for an access token and its share of the allowance.
    pub token_us: u64,
}

/// Who the conversation belongs to, according to the upstream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UpstreamContext {
    /// The agent.
    pub agent_id: Option<UpstreamId>,
    /// The queue.
    pub queue_id: Option<UpstreamId>,
}

/// What an upstream sent that this version does not understand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Oddities {
    /// Entities that were not usable, by reason.
    pub malformed: BTreeMap<Malformation, u32>,
    /// Fields that this version does not know, over all entities.
    pub unknown_fields: u32,
    /// Links to further pages that were not followed because they led elsewhere.
    pub refused_links: u32,
}

/// What the upstream's assistant took the customer to ask: a customer's words, unmasked. Held in
/// memory only, and sent nowhere but back to the platform it came from.
#[derive(Clone, PartialEq, Eq)]
pub struct QueryStatement(pub String);

impl fmt::Debug for QueryStatement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "QueryStatement({} bytes)", self.0.len())
    }
}

/// Everything one upstream call brought.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batch {
    /// The usable entities, in the upstream's order, duplicates included. What is selected of them and needs
    /// no mask is shared with the answer.
    pub items: Vec<Arc<Recommendation>>,
    /// Why the others were not usable, one reason each.
    pub malformed: Vec<Malformation>,
    /// Fields that this version does not know, over all entities.
    pub unknown_fields: u32,
    /// The conversation is not known to the upstream's assistant: an empty result, not a fault.
    pub no_data: bool,
    /// Links to further pages that were not followed because they led elsewhere.
    pub refused_links: u32,
    /// Agent and queue, where the upstream names them.
    pub context: UpstreamContext,
    /// The newest question that the upstream's assistant worked on, where it says so.
    pub query_statement: Option<QueryStatement>,
    /// How the call went.
    pub upstream: UpstreamFacts,
}

impl Batch {
    /// What of it this version does not understand.
    pub fn oddities(&self) -> Oddities {
        let mut malformed = BTreeMap::new();
        for reason in &self.malformed {
            *malformed.entry(*reason).or_default() += 1;
        }
        Oddities {
            malformed,
            unknown_fields: self.unknown_fields,
            refused_links: self.refused_links,
        }
    }

    /// Bytes of memory that its recommendations take, roughly.
    pub fn memory(&self) -> usize {
        self.items.iter().map(|item| item.memory()).sum()
    }

    /// Entities received, usable or not.
    pub fn total_received(&self) -> usize {
        self.items.len() + self.malformed.len()
    }
}
