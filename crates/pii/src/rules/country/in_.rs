//! Identifiers of India.

use crate::{
    checks::in_,
    context::{Phrases, Topic},
    entity::Entity,
    rules::identifier::IdRule,
};

pub(crate) const RULES: &[IdRule] = &[
    IdRule {
        name: "in.aadhaar",
        entity: Entity::InAadhaar,
        shapes: &["9999 9999 9999", "9999-9999-9999"],
        check: in_::aadhaar,
        topics: Topic::Aadhaar.set().with(Topic::NationalId),
        formatted: 70,
        compact: 20,
        labelled: 96,
    },
    IdRule {
        name: "in.pan",
        entity: Entity::InPan,
        shapes: &["AAAAA9999A"],
        check: in_::pan,
        topics: Topic::InPan.set().with(Topic::NationalId),
        formatted: 70,
        compact: 70,
        labelled: 96,
    },
];

/// What they are called.
pub(crate) const PHRASES: &[Phrases] = &[
    Phrases {
        topic: Topic::Aadhaar,
        phrases: "aadhaar | aadhar | adhaar | aadhaar number | aadhar number | aadhaar no | \
            aadhaar card | aadhar card | uidai | uid number | uid",
    },
    Phrases {
        topic: Topic::InPan,
        phrases: "pan | pan number | pan no | pan card | permanent account number | \
            pan card number",
    },
];
