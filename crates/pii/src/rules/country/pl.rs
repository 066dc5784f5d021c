//! Identifiers of Poland.

use crate::{
    checks::pl,
    context::{Phrases, Topic},
    entity::Entity,
    rules::identifier::IdRule,
};

pub(crate) const RULES: &[IdRule] = &[IdRule {
    name: "pl.pesel",
    entity: Entity::PlPesel,
    shapes: &[
        "99999999999",
        "999999 99999",
        "99 99 99 99999",
        "999999-99999",
        "999 999 999 99",
    ],
    check: pl::pesel,
    topics: Topic::PlPesel.set().with(Topic::NationalId),
    formatted: 40,
    compact: 25,
    labelled: 96,
}];

/// What they are called.
pub(crate) const PHRASES: &[Phrases] = &[Phrases {
    topic: Topic::PlPesel,
    phrases: "pesel | numer pesel | nr pesel | pesel nr | numeru pesel | numerem pesel | \
            numer ewidencyjny | polish national id | polish id",
}];
