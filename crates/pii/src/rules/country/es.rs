//! Identifiers of Spain.

use crate::{
    checks::es,
    context::{Phrases, Topic},
    entity::Entity,
    rules::identifier::IdRule,
};

pub(crate) const RULES: &[IdRule] = &[
    IdRule {
        name: "es.nif",
        entity: Entity::EsNif,
        shapes: &[
            "99999999A",
            "99999999-A",
            "99.999.999-A",
            "99999999 A",
            "99.999.999 A",
            "99.999.999A",
            "A9999999A",
            "99 999 999 A",
            "A-9999999-A",
        ],
        check: es::nif,
        topics: Topic::EsNif.set().with(Topic::NationalId),
        formatted: 75,
        compact: 60,
        labelled: 96,
    },
    IdRule {
        name: "es.nie",
        entity: Entity::EsNie,
        shapes: &[
            "A9999999A",
            "A-9999999-A",
            "A 9999999 A",
            "A9999999-A",
            "A-9.999.999-A",
            "A-9999999A",
        ],
        check: es::nie,
        topics: Topic::EsNie
            .set()
            .with(Topic::EsNif)
            .with(Topic::NationalId),
        formatted: 85,
        compact: 70,
        labelled: 96,
    },
];

/// What they are called.
pub(crate) const PHRASES: &[Phrases] = &[
    Phrases {
        topic: Topic::EsNif,
        phrases: "nif | dni | d n i | n i f | numero de dni | numero dni | dni numero | \
            nif numero | documento nacional | documento nacional de identidad | \
            documento de identidad | documento | cif | carnet de identidad | \
            identificacion fiscal | numero de identificacion fiscal | spanish id | \
            spanish dni",
    },
    Phrases {
        topic: Topic::EsNie,
        phrases: "nie | n i e | numero de extranjero | numero de identidad de extranjero | \
            identidad de extranjero | tarjeta de residencia | permiso de residencia | \
            residencia | extranjero | foreigner number | tie",
    },
];
