//! What becomes of a recommendation in which personal data is found: masked and shown, or held back.

use std::collections::BTreeMap;

use crate::dialect::Dialect;
use crate::pii::Entity;

/// What becomes of a recommendation that carries a find.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OnFinding {
    /// The find is masked, the recommendation shown.
    #[default]
    Mask,
    /// The recommendation is not shown.
    Drop,
}

impl OnFinding {
    /// The name used in settings and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mask => "mask",
            Self::Drop => "drop",
        }
    }

    /// What is called by this name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Mask, Self::Drop]
            .into_iter()
            .find(|on_finding| on_finding.as_str() == name)
    }
}

/// The same for each entity. The more particular rule wins; where none speaks, finds are masked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FindingRules {
    /// In whatever dialect.
    pub by_entity: BTreeMap<Entity, OnFinding>,
    /// In one dialect.
    pub by_dialect: BTreeMap<(Dialect, Entity), OnFinding>,
    /// Where the upstream says that everything is masked, and so says an untruth. Without a rule, what
    /// opens a door or is money is not shown then: who knows what else was missed.
    pub in_violations: BTreeMap<Entity, OnFinding>,
}

impl FindingRules {
    /// What becomes of a recommendation of `dialect` that carries an `entity`.
    pub(super) fn of(&self, entity: &Entity, dialect: Dialect, is_violation: bool) -> OnFinding {
        let of_dialect = || self.by_dialect.get(&(dialect, entity.clone()));
        let said = of_dialect()
            .or_else(|| self.by_entity.get(entity))
            .copied()
            .unwrap_or_default();
        match is_violation {
            true => match self.in_violations.get(entity) {
                Some(said) => *said,
                None if is_grave(entity) => OnFinding::Drop,
                None => said,
            },
            false => said,
        }
    }
}

/// A web address counts among credentials for its hash only: most that are found carry a mailbox or
/// the like, and what is masked or left out of them opens nothing.
fn is_grave(entity: &Entity) -> bool {
    match entity {
        Entity::CreditCard => true,
        Entity::Url => false,
        entity => entity.is_credential(),
    }
}
