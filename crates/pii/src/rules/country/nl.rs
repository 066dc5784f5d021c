//! Identifiers of the Netherlands.

use crate::{
    checks::nl,
    context::{Phrases, Topic},
    entity::Entity,
    rules::identifier::IdRule,
};

pub(crate) const RULES: &[IdRule] = &[IdRule {
    name: "nl.bsn",
    entity: Entity::NlBsn,
    shapes: &[
        "999999999",
        "999.999.999",
        "9999.99.999",
        "999 999 999",
        "9999 99 999",
        "9999-99-999",
        "999-999-999",
        "99999999",
    ],
    check: nl::bsn,
    topics: Topic::NlBsn.set().with(Topic::NationalId),
    formatted: 20,
    compact: 10,
    labelled: 95,
}];

/// What they are called.
pub(crate) const PHRASES: &[Phrases] = &[Phrases {
    topic: Topic::NlBsn,
    phrases: "bsn | bsn nummer | bsnnummer | bsn nr | burgerservicenummer | \
            burger service nummer | citizen service number | sofinummer | sofi nummer | \
            sofi | persoonsnummer | dutch bsn",
}];
