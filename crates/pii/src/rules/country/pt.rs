//! Identifiers of Portugal.

use crate::{
    checks::pt,
    context::{Phrases, Topic},
    entity::Entity,
    rules::identifier::IdRule,
};

pub(crate) const RULES: &[IdRule] = &[IdRule {
    name: "pt.nif",
    entity: Entity::PtNif,
    shapes: &["999999999", "999 999 999", "999-999-999", "999.999.999"],
    check: pt::nif,
    topics: Topic::PtNif.set().with(Topic::NationalId),
    formatted: 20,
    compact: 10,
    labelled: 95,
}];

/// What they are called.
pub(crate) const PHRASES: &[Phrases] = &[Phrases {
    topic: Topic::PtNif,
    phrases: "nif | contribuinte | numero de contribuinte | n contribuinte | \
            no de contribuinte | contribuinte n | numero de identificacao fiscal | \
            identificacao fiscal | nipc | numero fiscal | portuguese nif",
}];
