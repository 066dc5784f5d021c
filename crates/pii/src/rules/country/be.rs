//! Identifiers of Belgium.

use crate::{
    checks::be,
    context::{Phrases, Topic},
    entity::Entity,
    rules::identifier::IdRule,
};

pub(crate) const RULES: &[IdRule] = &[IdRule {
    name: "be.national",
    entity: Entity::BeNationalNumber,
    shapes: &[
        "99.99.99-999.99",
        "99999999999",
        "99.99.99.999.99",
        "99 99 99 999 99",
        "99-99-99-999-99",
        "999999-999-99",
        "999999 999 99",
        "99/99/99-999.99",
        "99.99.99 999.99",
        "99.99.99-999-99",
        "999999-99999",
    ],
    check: be::national_number,
    topics: Topic::BeNational.set().with(Topic::NationalId),
    formatted: 92,
    compact: 60,
    labelled: 96,
}];

/// What they are called.
pub(crate) const PHRASES: &[Phrases] = &[Phrases {
    topic: Topic::BeNational,
    phrases: "rijksregisternummer | rijksregister | rijksregisternr | rrn | numero national | \
            numero de registre national | registre national | registre national n | \
            numero de registre | niss | insz | insz nummer | national register number | \
            national number | nationaal nummer | belgian national number | \
            national registration number | nationalregisternummer",
}];
