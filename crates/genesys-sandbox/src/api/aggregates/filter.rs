//! Which suggestions are counted at all.

use agent_assist_genesys_wire::{AggregateFilter, AggregatePredicate};

use super::dimension::{Dimension, Happened};
use crate::api::answer::ApiError;

/// A condition that can be asked about.
#[derive(Debug)]
pub(super) enum Filter {
    All(Vec<Self>),
    Any(Vec<Self>),
    Matches(Dimension, String),
    Exists(Dimension),
    NotExists(Dimension),
}

impl Filter {
    pub(super) fn read(filter: &AggregateFilter) -> Result<Self, ApiError> {
        let clauses = filter.clauses.iter().flatten().map(Self::read);
        let predicates = filter.predicates.iter().flatten().map(Self::predicate);
        let parts: Vec<Self> = clauses.chain(predicates).collect::<Result<_, _>>()?;
        match filter
            .kind
            .as_deref()
            .map(str::to_ascii_lowercase)
            .as_deref()
        {
            Some("and") => Ok(Self::All(parts)),
            Some("or") => Ok(Self::Any(parts)),
            _ => Err(ApiError::bad_value(
                "filter.type",
                "type must be and or or.",
            )),
        }
    }

    fn predicate(predicate: &AggregatePredicate) -> Result<Self, ApiError> {
        const FIELD: &str = "filter.predicates.dimension";
        let name = predicate.dimension.as_deref().unwrap_or_default();
        let dimension = Dimension::from_name(FIELD, name)?;
        match (predicate.operator.as_deref(), &predicate.value) {
            (None | Some("matches"), Some(value)) => Ok(Self::Matches(dimension, value.clone())),
            (Some("exists"), _) => Ok(Self::Exists(dimension)),
            (Some("notExists"), _) => Ok(Self::NotExists(dimension)),
            _ => Err(ApiError::bad_value(
                "filter.predicates",
                "operator must be matches, with a value, exists or notExists.",
            )),
        }
    }

    pub(super) fn admits(&self, happened: &Happened<'_>) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.admits(happened)),
            Self::Any(parts) => parts.iter().any(|part| part.admits(happened)),
            Self::Matches(dimension, value) => happened.values(*dimension).contains(value),
            Self::Exists(dimension) => !happened.values(*dimension).is_empty(),
            Self::NotExists(dimension) => happened.values(*dimension).is_empty(),
        }
    }
}
