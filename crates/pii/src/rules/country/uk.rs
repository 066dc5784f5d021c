//! Identifiers of the United Kingdom.

use crate::{
    checks::uk,
    context::{Phrases, Topic},
    entity::Entity,
    rules::identifier::IdRule,
};

pub(crate) const RULES: &[IdRule] = &[
    IdRule {
        name: "uk.nhs",
        entity: Entity::UkNhs,
        shapes: &["999 999 9999", "999-999-9999"],
        check: uk::nhs,
        topics: Topic::Nhs.set(),
        formatted: 45,
        compact: 15,
        labelled: 96,
    },
    IdRule {
        name: "uk.nino",
        entity: Entity::UkNino,
        shapes: &[
            "AA999999A",
            "AA 99 99 99 A",
            "AA 99 99 99A",
            "AA-99-99-99-A",
            "AA 999999 A",
            "AA999999 A",
            "AA99 99 99A",
            "AA 99 9999 A",
        ],
        check: uk::nino,
        topics: Topic::Nino.set(),
        formatted: 85,
        compact: 70,
        labelled: 97,
    },
    // Nothing but the word tells it from any other number.
    // The suffix may be missing; then nothing but a label tells it.
    IdRule {
        name: "uk.nino.short",
        entity: Entity::UkNino,
        shapes: &["AA999999", "AA 99 99 99"],
        check: uk::nino,
        topics: Topic::Nino.set(),
        formatted: 30,
        compact: 20,
        labelled: 97,
    },
    // Nothing but the word tells it from any other number.
    IdRule {
        name: "uk.passport",
        entity: Entity::UkPassport,
        shapes: &["999999999", "AA9999999", "999 999 999"],
        check: uk::passport,
        topics: Topic::Passport.set(),
        formatted: 5,
        compact: 5,
        labelled: 87,
    },
    IdRule {
        name: "uk.driver",
        entity: Entity::UkDrivingLicence,
        shapes: &[
            "XXXXX999999XXXAA",
            "XXXXX999999XXXAA99",
            "XXXXX 999999 XXXAA",
            "XXXXX-999999-XXXAA",
            "XXXXX 999999 XXXAA 99",
            "XXXXX 999999 XX XAA",
            "XXXXX 999999 XX9AA",
        ],
        check: uk::driving_licence,
        topics: Topic::DriverLicense.set(),
        formatted: 90,
        compact: 85,
        labelled: 97,
    },
];

/// What they are called.
pub(crate) const PHRASES: &[Phrases] = &[
    Phrases {
        topic: Topic::Nhs,
        phrases: "nhs | nhs number | nhs no | nhs id | national health service number | \
            health service number | patient nhs",
    },
    Phrases {
        topic: Topic::Nino,
        phrases: "nino | ni number | ni no | n i number | national insurance | \
            national insurance number | national insurance no | nat ins | insurance number",
    },
];
