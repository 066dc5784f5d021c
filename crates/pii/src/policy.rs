//! What is looked for, and how sure a find must be.

use std::collections::{BTreeMap, BTreeSet};

use crate::{Confidence, Entity};

/// What a [`Scanner`](crate::Scanner) looks for. Plain data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The least confidence of a find.
    pub threshold: Confidence,
    /// The same for single entities.
    pub thresholds: BTreeMap<Entity, Confidence>,
    /// Only these are looked for; `None` means all. Subject terms are found always.
    pub entities: Option<BTreeSet<Entity>>,
    /// These are not looked for.
    pub without: BTreeSet<Entity>,
}

impl Policy {
    /// The least confidence of a find where a policy does not say otherwise.
    pub const DEFAULT_THRESHOLD: Confidence = Confidence::from_percent(50);

    /// Whether `entity` is looked for.
    #[must_use]
    pub fn wants(&self, entity: &Entity) -> bool {
        self.entities
            .as_ref()
            .is_none_or(|wanted| wanted.contains(entity))
            && !self.without.contains(entity)
    }

    /// How sure a find of `entity` must be.
    #[must_use]
    pub fn threshold(&self, entity: &Entity) -> Confidence {
        *self.thresholds.get(entity).unwrap_or(&self.threshold)
    }
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            threshold: Self::DEFAULT_THRESHOLD,
            thresholds: BTreeMap::new(),
            entities: None,
            without: BTreeSet::new(),
        }
    }
}
