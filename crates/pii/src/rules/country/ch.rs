//! Identifiers of Switzerland.

use crate::{
    checks::ch,
    context::{Phrases, Topic},
    entity::Entity,
    rules::identifier::IdRule,
};

pub(crate) const RULES: &[IdRule] = &[IdRule {
    name: "ch.ahv",
    entity: Entity::ChAhv,
    shapes: &[
        "999.9999.9999.99",
        "999 9999 9999 99",
        "9999999999999",
        "999-9999-9999-99",
        "999.999.999.9999",
    ],
    check: ch::ahv,
    topics: Topic::ChAhv.set().with(Topic::NationalId),
    formatted: 95,
    compact: 75,
    labelled: 97,
}];

/// What they are called.
pub(crate) const PHRASES: &[Phrases] = &[Phrases {
    topic: Topic::ChAhv,
    phrases: "ahv | ahv nummer | ahv nr | ahvnummer | ahv number | avs | numero avs | no avs | \
            n avs | numero d avs | sozialversicherungsnummer | versichertennummer | navs | \
            navs13 | ahvn13 | oasi | swiss social security number | social security number | \
            numero di assicurazione sociale | numero assicurato",
}];
