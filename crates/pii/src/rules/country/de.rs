//! Identifiers of Germany.

use crate::{
    checks::de,
    context::{Phrases, Topic},
    entity::Entity,
    rules::identifier::IdRule,
};

pub(crate) const RULES: &[IdRule] = &[
    IdRule {
        name: "de.tax_id",
        entity: Entity::DeTaxId,
        shapes: &[
            "99 999 999 999",
            "99999999999",
            "99.999.999.999",
            "99-999-999-999",
        ],
        check: de::tax_id,
        topics: Topic::DeTaxId.set().with(Topic::NationalId),
        formatted: 75,
        compact: 25,
        labelled: 96,
    },
    // Its slashes are telling, its digits are not.
    IdRule {
        name: "de.tax_number",
        entity: Entity::DeTaxNumber,
        shapes: &[
            "99/999/99999",
            "999/999/99999",
            "999/9999/9999",
            "99 999 99999",
            "999 999 99999",
            "9999999999",
            "99999999999",
            "9999999999999",
            "99/9999/9999",
            "999/99999",
            "99 999 999999",
        ],
        check: de::tax_number,
        topics: Topic::DeTaxNumber.set().with(Topic::NationalId),
        formatted: 55,
        compact: 5,
        labelled: 90,
    },
    IdRule {
        name: "de.social_security",
        entity: Entity::DeSocialSecurity,
        shapes: &[
            "99999999A999",
            "99 999999 A 999",
            "99 999999 A999",
            "99 99 99 99 A 999",
            "99-999999-A-999",
            "99 99999999 A 999",
        ],
        check: de::social_security,
        topics: Topic::DeSocialSecurity.set().with(Topic::NationalId),
        formatted: 90,
        compact: 80,
        labelled: 97,
    },
];

/// What they are called.
pub(crate) const PHRASES: &[Phrases] = &[
    Phrases {
        topic: Topic::DeTaxId,
        phrases: "steuer id | steuerid | steuer idnr | steuer id nr | steueridentifikationsnummer | steuerliche id | steuerident nr | steueridentnr | steuer ident nr | \
            steuerliche identifikationsnummer | steuerliche identnummer | \
            identifikationsnummer | idnr | id nr | tax id | tax identification number | \
            german tax id | steueridnr | steuer identifikationsnummer",
    },
    Phrases {
        topic: Topic::DeTaxNumber,
        phrases: "steuernummer | steuernr | st nr | stnr | steuer nr | steuer nummer | \
            german tax number | tax number",
    },
    Phrases {
        topic: Topic::DeSocialSecurity,
        phrases: "sozialversicherungsnummer | sozialversicherungsnr | sv nummer | sv nr | svnr | \
            sozialversicherung | rentenversicherungsnummer | rentenversicherung | \
            rv nummer | rvnr | versicherungsnummer | versicherungsnr | \
            german social security number | social security number | \
            pension insurance number | sozialversicherungsausweis",
    },
];
