//! Identifiers of Italy.

use crate::{
    checks::it,
    context::{Phrases, Topic},
    entity::Entity,
    rules::identifier::IdRule,
};

pub(crate) const RULES: &[IdRule] = &[IdRule {
    name: "it.fiscal_code",
    entity: Entity::ItFiscalCode,
    shapes: &[
        "AAAAAAXXAXXAXXXA",
        "AAA AAA XXAXX AXXXA",
        "AAA-AAA-XXAXX-AXXXA",
        "AAAAAA XXAXX AXXXA",
        "AAA AAA XX A XX A XXX A",
        "AAA AAA XXAXXAXXXA",
        "AAAAAAXXAXX AXXXA",
    ],
    check: it::fiscal_code,
    topics: Topic::ItFiscalCode.set().with(Topic::NationalId),
    formatted: 95,
    compact: 95,
    labelled: 97,
}];

/// What they are called.
pub(crate) const PHRASES: &[Phrases] = &[Phrases {
    topic: Topic::ItFiscalCode,
    phrases: "codice fiscale | cod fiscale | cod fisc | c f | cf | codice fisc | fiscal code | \
            tessera sanitaria | italian tax code | tax code",
}];
