//! Identifiers of France.

use crate::{
    checks::fr,
    context::{Phrases, Topic},
    entity::Entity,
    rules::identifier::IdRule,
};

pub(crate) const RULES: &[IdRule] = &[IdRule {
    name: "fr.nir",
    entity: Entity::FrNir,
    shapes: &[
        "9 99 99 99 999 999 99",
        "9 99 99 9A 999 999 99",
        "999999999999999",
        "999999A99999999",
        "9 99 99 99999 999 99",
        "9-99-99-99-999-999-99",
        "9 99 99 99 999 999-99",
        "999 99 99 999 999 99",
        "9.99.99.99.999.999.99",
        "9999999999999 99",
    ],
    check: fr::nir,
    topics: Topic::FrNir.set().with(Topic::NationalId),
    formatted: 92,
    compact: 75,
    labelled: 97,
}];

/// What they are called.
pub(crate) const PHRASES: &[Phrases] = &[Phrases {
    topic: Topic::FrNir,
    phrases: "nir | securite sociale | numero de securite sociale | numero de secu | \
            num secu | no secu | secu | n secu | n de securite sociale | numero insee | \
            insee | numero nir | carte vitale | assure social | \
            french social security number | social security number | immatriculation | \
            numero d assure",
}];
