//! Identifiers of Sweden, Norway, Denmark and Finland.

use crate::{
    checks::nordic,
    context::{Phrases, Topic},
    entity::Entity,
    rules::identifier::IdRule,
};

pub(crate) const RULES: &[IdRule] = &[
    IdRule {
        name: "se.personnummer",
        entity: Entity::SePersonnummer,
        shapes: &[
            "999999-9999",
            "99999999-9999",
            "999999+9999",
            "999999999999",
            "99999999 9999",
            "999999 9999",
        ],
        check: nordic::se_personnummer,
        topics: Topic::SePersonnummer.set().with(Topic::NationalId),
        formatted: 78,
        compact: 35,
        labelled: 96,
    },
    IdRule {
        name: "no.fodselsnummer",
        entity: Entity::NoFodselsnummer,
        shapes: &[
            "999999 99999",
            "99999999999",
            "999999-99999",
            "99 99 99 99999",
            "99.99.99 99999",
            "999999.99999",
        ],
        check: nordic::no_fodselsnummer,
        topics: Topic::NoFodselsnummer.set().with(Topic::NationalId),
        formatted: 80,
        compact: 60,
        labelled: 96,
    },
    IdRule {
        name: "dk.cpr",
        entity: Entity::DkCpr,
        shapes: &[
            "999999-9999",
            "999999 9999",
            "9999999999",
            "99 99 99 9999",
            "99-99-99-9999",
            "99 99 99-9999",
        ],
        check: nordic::dk_cpr,
        topics: Topic::DkCpr.set().with(Topic::NationalId),
        formatted: 62,
        compact: 10,
        labelled: 95,
    },
    IdRule {
        name: "fi.hetu",
        entity: Entity::FiPersonalIdentityCode,
        shapes: &["999999-999X", "999999+999X"],
        check: fi_identity,
        topics: Topic::FiIdentity.set().with(Topic::NationalId),
        formatted: 92,
        compact: 0,
        labelled: 97,
    },
    IdRule {
        name: "fi.hetu",
        entity: Entity::FiPersonalIdentityCode,
        shapes: &["999999A999X"],
        check: fi_identity,
        topics: Topic::FiIdentity.set().with(Topic::NationalId),
        formatted: 92,
        compact: 85,
        labelled: 97,
    },
];

/// What they are called.
pub(crate) const PHRASES: &[Phrases] = &[
    Phrases {
        topic: Topic::SePersonnummer,
        phrases: "personnummer | pers nr | person nr | bankid | personnr | persnr | pnr | person nummer | \
            personal identity number | personnumret | samordningsnummer | \
            coordination number | swedish personal number | \
            swedish personal identity number | swedish id | svenskt personnummer | \
            personal number",
    },
    Phrases {
        topic: Topic::NoFodselsnummer,
        phrases: "fodselsnummer | fodselsnr | fnr | fodselsnummeret | fodsels og personnummer | \
            personnummer | personnummeret | d nummer | dnummer | norwegian national id | \
            norwegian national identity number | norwegian id | national identity number | \
            birth number",
    },
    Phrases {
        topic: Topic::DkCpr,
        phrases: "cpr | cpr nummer | cpr nr | cprnr | cprnummer | cpr number | cpr no | \
            personnummer | personnummeret | cpr nummeret | danish cpr | danish personal number | \
            civil registration number",
    },
    Phrases {
        topic: Topic::FiIdentity,
        phrases: "henkilotunnus | hetu | henkilotunnukseni | henkilotunnuksesi | sotu | \
            sosiaaliturvatunnus | henkilotunnuksen | henkilotunnusta | personbeteckning | \
            personal identity code | finnish personal identity code | finnish id | \
            identity code",
    },
];

/// The sign of the century is part of the code, and a separator to us: both that can stand
/// there are tried.
fn fi_identity(compact: &[u8]) -> bool {
    let Ok(compact) = <[u8; 10]>::try_from(compact) else {
        return nordic::fi_personal_identity_code(compact);
    };
    [b'-', b'+'].into_iter().any(|sign| {
        let mut code = [sign; 11];
        code[..6].copy_from_slice(&compact[..6]);
        code[7..].copy_from_slice(&compact[6..]);
        nordic::fi_personal_identity_code(&code)
    })
}
