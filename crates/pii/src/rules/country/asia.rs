//! Identifiers of South Korea, Singapore and China.

use crate::{
    checks::{cn, kr, sg},
    context::{Phrases, Topic},
    entity::Entity,
    rules::identifier::IdRule,
};

pub(crate) const RULES: &[IdRule] = &[
    IdRule {
        name: "kr.rrn",
        entity: Entity::KrRrn,
        shapes: &["999999-9999999", "9999999999999", "999999 9999999"],
        check: kr::rrn,
        topics: Topic::KrRrn.set().with(Topic::NationalId),
        formatted: 78,
        compact: 15,
        labelled: 95,
    },
    IdRule {
        name: "sg.nric",
        entity: Entity::SgNricFin,
        shapes: &["A9999999A", "A 9999999 A", "A-9999999-A"],
        check: nric_fin,
        topics: Topic::SgNric.set().with(Topic::NationalId),
        formatted: 75,
        compact: 70,
        labelled: 96,
    },
    IdRule {
        name: "cn.resident",
        entity: Entity::CnResidentId,
        shapes: &[
            "999999999999999999",
            "99999999999999999A",
            "999999 99999999 9999",
            "999999 99999999 999A",
            "999999-99999999-9999",
            "999999-99999999-999A",
            "999999 9999 9999 9999",
            "999 999 99999999 9999",
            "999999 9999 99 99 9999",
        ],
        check: cn::resident_id,
        topics: Topic::CnResident.set().with(Topic::NationalId),
        formatted: 92,
        compact: 88,
        labelled: 97,
    },
];

/// What they are called.
pub(crate) const PHRASES: &[Phrases] = &[
    Phrases {
        topic: Topic::KrRrn,
        phrases: "rrn | resident registration number | resident registration | \
            korean resident registration number | korean rrn | jumin | jumin number | \
            jumin deungnok | resident number | 주민등록번호 | 주민번호 | 주민등록 | 외국인등록번호",
    },
    Phrases {
        topic: Topic::SgNric,
        phrases: "nric | fin | nric fin | nric number | fin number | nric no | fin no | \
            singapore nric | singapore id | identity card number | ic | identity card | \
            ic number | ic no | singpass | work permit",
    },
    Phrases {
        topic: Topic::CnResident,
        phrases: "身份证 | 身份证号 | 身份证号码 | 身分证 | 身分證 | 公民身份号码 | 证件号码 | 证件号 | 居民身份证 | \
            resident identity | resident identity number | resident id | \
            resident identity card | chinese id | chinese id card | shenfenzheng | sfz | id card | \
            china resident id | id card number",
    },
];

/// Two orders of the check letters of the M series are published, one the reverse of the other.
/// The authority confirms neither, so both are taken.
fn nric_fin(compact: &[u8]) -> bool {
    const LETTERS: &[u8] = b"XWUTRQPNJLK";
    sg::nric_fin(compact)
        || <[u8; 9]>::try_from(compact).is_ok_and(|mut id| {
            let place = LETTERS.iter().position(|letter| *letter == id[8]);
            place.is_some_and(|place| {
                id[8] = LETTERS[LETTERS.len() - 1 - place];
                id[0] == b'M' && sg::nric_fin(&id)
            })
        })
}
