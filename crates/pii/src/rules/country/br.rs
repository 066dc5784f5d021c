//! Identifiers of Brazil.

use crate::{
    checks::br,
    context::{Phrases, Topic},
    entity::Entity,
    rules::identifier::IdRule,
};

pub(crate) const RULES: &[IdRule] = &[
    IdRule {
        name: "br.cpf",
        entity: Entity::BrCpf,
        shapes: &[
            "999.999.999-99",
            "99999999999",
            "999 999 999 99",
            "999999999-99",
            "999-999-999-99",
            "999.999.999/99",
            "999.999.999.99",
            "999 999 999-99",
        ],
        check: br::cpf,
        topics: Topic::BrCpf.set().with(Topic::NationalId),
        formatted: 92,
        compact: 30,
        labelled: 96,
    },
    IdRule {
        name: "br.cnpj",
        entity: Entity::BrCnpj,
        shapes: &[
            "99.999.999/9999-99",
            "XX.XXX.XXX/XXXX-99",
            "99999999999999",
            "XXXXXXXXXXXX99",
            "99 999 999 9999 99",
            "99.999.999.9999-99",
            "99999999/9999-99",
            "99 999 999/9999-99",
            "99-999-999-9999-99",
        ],
        check: br::cnpj,
        topics: Topic::BrCnpj.set().with(Topic::NationalId),
        formatted: 95,
        compact: 55,
        labelled: 97,
    },
];

/// What they are called.
pub(crate) const PHRASES: &[Phrases] = &[
    Phrases {
        topic: Topic::BrCpf,
        phrases: "cpf | c p f | numero do cpf | numero de cpf | cpf numero | cpf n | \
            cpf do titular | cadastro de pessoa fisica | cadastro de pessoas fisicas | \
            brazilian cpf",
    },
    Phrases {
        topic: Topic::BrCnpj,
        phrases: "cnpj | numero do cnpj | cnpj numero | cadastro nacional da pessoa juridica | \
            cnpj da empresa | brazilian cnpj",
    },
];
