//! Identifiers of Mexico.

use crate::{
    checks::mx,
    context::{Phrases, Topic},
    entity::Entity,
    rules::identifier::IdRule,
};

pub(crate) const RULES: &[IdRule] = &[
    IdRule {
        name: "mx.curp",
        entity: Entity::MxCurp,
        shapes: &[
            "AAAA999999AAAAAAX9",
            "AAAA 999999 AAAAAA X9",
            "AAAA999999 AAAAAA X9",
            "AAAA-999999-AAAAAA-X9",
            "AAAA 999999 AAAAAAX9",
        ],
        check: mx::curp,
        topics: Topic::MxCurp.set().with(Topic::NationalId),
        formatted: 95,
        compact: 95,
        labelled: 97,
    },
    IdRule {
        name: "mx.rfc",
        entity: Entity::MxRfc,
        shapes: &[
            "AAAA999999XXX",
            "AAA999999XXX",
            "AAAA-999999-XXX",
            "AAA-999999-XXX",
            "AAAA 999999 XXX",
            "AAA 999999 XXX",
            "AAAA999999-XXX",
        ],
        check: mx::rfc,
        topics: Topic::MxRfc.set().with(Topic::NationalId),
        formatted: 92,
        compact: 90,
        labelled: 96,
    },
];

/// What they are called.
pub(crate) const PHRASES: &[Phrases] = &[
    Phrases {
        topic: Topic::MxCurp,
        phrases: "curp | clave curp | numero de curp | clave unica | \
            clave unica de registro de poblacion | registro de poblacion | mexican curp",
    },
    Phrases {
        topic: Topic::MxRfc,
        phrases: "rfc | r f c | registro federal de contribuyentes | registro federal | \
            clave rfc | rfc con homoclave | mexican rfc",
    },
];
