//! Identifiers of persons, country by country: a table of each country's numbers, and what people
//! there call them.

mod asia;
mod au;
mod be;
mod br;
mod ca;
mod ch;
mod de;
mod es;
mod fr;
mod in_;
mod it;
mod mx;
mod nl;
mod nordic;
mod pl;
mod pt;
mod uk;
mod us;

use crate::{
    context::{Phrases, Topic},
    rules::identifier::IdRule,
};

/// The tables.
pub(crate) const RULES: &[&[IdRule]] = &[
    asia::RULES,
    au::RULES,
    be::RULES,
    br::RULES,
    ca::RULES,
    fr::RULES,
    de::RULES,
    in_::RULES,
    it::RULES,
    mx::RULES,
    nl::RULES,
    nordic::RULES,
    pl::RULES,
    pt::RULES,
    es::RULES,
    ch::RULES,
    uk::RULES,
    us::RULES,
];

/// What the numbers are called.
pub(crate) const PHRASES: &[&[Phrases]] = &[
    ANY_COUNTRY,
    asia::PHRASES,
    au::PHRASES,
    be::PHRASES,
    br::PHRASES,
    ca::PHRASES,
    fr::PHRASES,
    de::PHRASES,
    in_::PHRASES,
    it::PHRASES,
    mx::PHRASES,
    nl::PHRASES,
    nordic::PHRASES,
    pl::PHRASES,
    pt::PHRASES,
    es::PHRASES,
    ch::PHRASES,
    uk::PHRASES,
    us::PHRASES,
];

/// Words for identity and tax numbers that name no country.
const ANY_COUNTRY: &[Phrases] = &[Phrases {
    topic: Topic::NationalId,
    phrases: "national id | national id number | national identification number | \
            national identity number | national number | identity number | id number | \
            id card | id card number | personal id | personal id number | personal number | \
            identification number | personal identification number | tax id | tax number | \
            tax no | tax identification | tax identification number | taxpayer number | \
            government id | identity document | social insurance number | vat number | \
            ausweisnummer | personalausweis | steuernummer | numero d identite | \
            carte d identite | numero fiscal | identifiant fiscal | documento de identidad | \
            cedula | identidad | codigo fiscal | carta d identita | documento d identita | \
            cartao de cidadao | bilhete de identidade | identiteitsnummer | identiteitskaart | \
            dowod osobisty | numer identyfikacyjny | id nummer | identitetsnummer | \
            identiteetskort",
}];
