//! Identifiers of the United States.

use crate::{
    checks::us,
    context::{Phrases, Topic},
    entity::Entity,
    rules::identifier::IdRule,
};

pub(crate) const RULES: &[IdRule] = &[
    IdRule {
        name: "us.ssn",
        entity: Entity::UsSsn,
        shapes: &["999-99-9999", "999 99 9999", "999.99.9999"],
        check: us::ssn,
        topics: Topic::Ssn.set(),
        formatted: 80,
        compact: 10,
        labelled: 95,
    },
    IdRule {
        name: "us.itin",
        entity: Entity::UsItin,
        shapes: &["999-99-9999", "999 99 9999"],
        check: us::itin,
        topics: Topic::Itin.set().with(Topic::Ssn),
        formatted: 75,
        compact: 10,
        labelled: 95,
    },
];

pub(crate) const PHRASES: &[Phrases] = &[
    Phrases {
        topic: Topic::Ssn,
        phrases: "ssn | ss number | ss no | social | social security | social security number | \
            social security no | socials | soc sec | social sec number",
    },
    Phrases {
        topic: Topic::Itin,
        phrases: "itin | individual taxpayer identification number | taxpayer id | \
            taxpayer number | tin | tax id | tax identification number",
    },
];
