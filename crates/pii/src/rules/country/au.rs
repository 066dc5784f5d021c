//! Identifiers of Australia.

use crate::{
    checks::au,
    context::{Phrases, Topic},
    entity::Entity,
    rules::identifier::IdRule,
};

pub(crate) const RULES: &[IdRule] = &[
    IdRule {
        name: "au.tfn",
        entity: Entity::AuTfn,
        shapes: &["999 999 999", "999-999-999", "99 999 999"],
        check: au::tfn,
        topics: Topic::AuTfn.set().with(Topic::NationalId),
        formatted: 25,
        compact: 10,
        labelled: 96,
    },
    IdRule {
        name: "au.abn",
        entity: Entity::AuAbn,
        shapes: &["99 999 999 999", "99-999-999-999"],
        check: au::abn,
        topics: Topic::AuAbn.set().with(Topic::NationalId),
        formatted: 75,
        compact: 20,
        labelled: 96,
    },
    IdRule {
        name: "au.acn",
        entity: Entity::AuAcn,
        shapes: &["999 999 999", "999-999-999"],
        check: au::acn,
        topics: Topic::AuAcn.set(),
        formatted: 25,
        compact: 10,
        labelled: 96,
    },
    IdRule {
        name: "au.medicare",
        entity: Entity::AuMedicare,
        shapes: &[
            "9999 99999 9",
            "9999-99999-9",
            "9999 99999 9 9",
            "9999 99999 99",
            "9999 99999 9/9",
        ],
        check: au::medicare,
        topics: Topic::AuMedicare.set().with(Topic::Mbi),
        formatted: 70,
        compact: 15,
        labelled: 96,
    },
];

/// What they are called.
pub(crate) const PHRASES: &[Phrases] = &[
    Phrases {
        topic: Topic::AuTfn,
        phrases: "tfn | tfn number | tax file | tax file number | tax file no",
    },
    Phrases {
        topic: Topic::AuAbn,
        phrases: "abn | abn number | australian business number | business number",
    },
    Phrases {
        topic: Topic::AuAcn,
        phrases: "acn | acn number | australian company number | company number",
    },
    Phrases {
        topic: Topic::AuMedicare,
        phrases: "medicare | medicare number | medicare card | medicare card number | \
            medicare no",
    },
];
