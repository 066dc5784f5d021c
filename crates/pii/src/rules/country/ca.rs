//! Identifiers of Canada.

use crate::{
    checks::ca,
    context::{Phrases, Topic},
    entity::Entity,
    rules::identifier::IdRule,
};

pub(crate) const RULES: &[IdRule] = &[IdRule {
    name: "ca.sin",
    entity: Entity::CaSin,
    shapes: &["999-999-999", "999 999 999", "999.999.999"],
    check: ca::sin,
    topics: Topic::CaSin.set().with(Topic::NationalId),
    formatted: 45,
    compact: 10,
    labelled: 95,
}];

/// What they are called.
pub(crate) const PHRASES: &[Phrases] = &[Phrases {
    topic: Topic::CaSin,
    phrases: "sin | sin number | sin card | social insurance | social insurance number | \
            social insurance no | numero d assurance sociale | nas | assurance sociale",
}];
