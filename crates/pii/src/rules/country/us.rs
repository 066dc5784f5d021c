//! Identifiers of the United States.

use crate::{
    checks::us,
    context::{Phrases, Topic},
    entity::Entity,
    rules::identifier::IdRule,
};

pub(crate) const RULES: &[IdRule] = &[
    IdRule {
        name: "us.ssn",
        entity: Entity::UsSsn,
        shapes: &["999-99-9999", "999 99 9999", "999.99.9999"],
        check: us::ssn,
        topics: Topic::Ssn.set().with(Topic::NationalId),
        formatted: 80,
        compact: 10,
        labelled: 95,
    },
    IdRule {
        name: "us.itin",
        entity: Entity::UsItin,
        shapes: &["999-99-9999", "999 99 9999"],
        check: us::itin,
        topics: Topic::Itin.set().with(Topic::Ssn).with(Topic::NationalId),
        formatted: 75,
        compact: 10,
        labelled: 96,
    },
    IdRule {
        name: "us.npi",
        entity: Entity::UsNpi,
        shapes: &["9999999999", "999 999 9999", "999-999-9999"],
        check: us::npi,
        topics: Topic::Npi.set(),
        formatted: 20,
        compact: 20,
        labelled: 95,
    },
    IdRule {
        name: "us.mbi",
        entity: Entity::UsMbi,
        shapes: &[
            "9A99A99AA99",
            "9AX9AX9AA99",
            "9AX9-AX9-AA99",
            "9AX9 AX9 AA99",
        ],
        check: us::mbi,
        topics: Topic::Mbi.set(),
        formatted: 85,
        compact: 75,
        labelled: 97,
    },
    // The check digit holds for one in ten.
    IdRule {
        name: "us.dea",
        entity: Entity::MedicalLicense,
        shapes: &["AA9999999", "A99999999"],
        check: us::dea,
        topics: Topic::MedicalLicense.set(),
        formatted: 65,
        compact: 65,
        labelled: 97,
    },
    // Each state's medical board counts its own way.
    IdRule {
        name: "us.medical_license",
        entity: Entity::MedicalLicense,
        shapes: &[
            "A99999",
            "A999999",
            "AA99999",
            "AA999999",
            "AA-99999",
            "AA 99999",
            "AA-999999",
            "AA 999999",
            "A-99999",
            "A-999999",
            "999999",
            "9999999",
            "99999999",
        ],
        check: |_| true,
        topics: Topic::MedicalLicense.set(),
        formatted: 5,
        compact: 5,
        labelled: 85,
    },
    // Nothing but the word tells it from any other number.
    IdRule {
        name: "us.passport",
        entity: Entity::UsPassport,
        shapes: &[
            "999999999",
            "A99999999",
            "A9999999",
            "A99 999 999",
            "999 999 999",
        ],
        check: passport,
        topics: Topic::Passport.set(),
        formatted: 5,
        compact: 5,
        labelled: 88,
    },
    // Every state has a form of its own, most of them plain digits.
    IdRule {
        name: "us.driver",
        entity: Entity::UsDriverLicense,
        shapes: &[
            "A9999999",
            "A99999999",
            "A999999999",
            "A999999999999",
            "A99999999999999",
            "AA999999",
            "AA9999999",
            "AA999999A",
            "999-999-999",
            "A 999 999 999 999",
            "A999 999 999 999",
            "A999-9999-9999",
            "A9999 99999 99999",
            "AAAXXXXXXXXX",
            "99-999-9999",
            "A9999-99999-99999",
            "A999-999-99-999-9",
            "A999-9999-9999-99",
            "A-999-999-999-999",
            "A999 9999 9999",
            "9999999",
            "99999999",
            "999999999",
            "9999999999",
            "99999999999",
            "999999999999",
            "999-99-9999",
            "99 999 999",
            "999 999 999",
            "99AAA99999",
            "9AAA999",
            "999AA9999",
            "A99999",
            "99999A",
            "99AA99999",
            "AAAAA999999X",
            "A9999999999999",
            "AAAAAAA999X99",
        ],
        check: driver_license,
        topics: Topic::DriverLicense.set(),
        formatted: 5,
        compact: 5,
        labelled: 86,
    },
];

/// What they are called.
pub(crate) const PHRASES: &[Phrases] = &[
    Phrases {
        topic: Topic::Ssn,
        phrases: "ssn | ss# | ss number | ss no | social | social security | social security number | \
            social security no | socials | soc sec | social sec number | \
            social security card | ssn number | ss card",
    },
    Phrases {
        topic: Topic::Itin,
        phrases: "itin | itin number | individual taxpayer identification number | \
            individual taxpayer id | numero de identificacion del contribuyente | identificacion del contribuyente | taxpayer id | taxpayer number | \
            taxpayer identification number | tin",
    },
    Phrases {
        topic: Topic::Npi,
        phrases: "npi | npi number | national provider identifier | national provider id | \
            provider identifier | provider npi | provider id",
    },
    Phrases {
        topic: Topic::Mbi,
        phrases: "mbi | mbi number | medicare | medicare number | medicare id | \
            medicare beneficiary identifier | beneficiary | medicare beneficiary | medicare card | \
            beneficiary identifier",
    },
    Phrases {
        topic: Topic::MedicalLicense,
        phrases: "dea | dea number | dea no | dea registration | dea certificate | \
            medical license | medical license number | medical licence | physician license | \
            doctor license | prescriber | prescriber id | prescriber number",
    },
    Phrases {
        topic: Topic::Passport,
        phrases: "passport | passport number | u s passport | u s passport no | u s passport number | passport no | passport id | passports | \
            passport book | american passport | american passport number | passprot | pasport | passort | \
            us passport | uk passport | british passport | reisepass | \
            reisepassnummer | passnummer | passeport | numero de passeport | pasaporte | \
            numero de pasaporte | passaporto | numero di passaporto | passaporte | \
            paspoort | paspoortnummer | paszport | pass number | travel document",
    },
    Phrases {
        topic: Topic::DriverLicense,
        phrases: "driver s license | drivers license | driver license | driving license | \
            driver s licence | drivers licence | driving licence | driver licence | \
            driver s license number | driver license number | drivers license number | \
            driving licence number | drivers licence number | driver license no | \
            license number | licence number | license no | licence no | driver lic no | dl | \
            dl number | dl no | driver number | driver no | driver lic | driver s lic | drivers lic | driver id | \
            dmv number | state id | fuhrerschein | permis de conduire | \
            licencia de conducir | patente | rijbewijs | prawo jazdy | carta de conducao | \
            korkort",
    },
];

/// The department of state writes nine digits, or a letter and eight; older books a letter and
/// seven.
fn passport(compact: &[u8]) -> bool {
    us::passport(compact) || compact.len() == 8
}

/// No state publishes more than the form.
fn driver_license(compact: &[u8]) -> bool {
    let digits = compact.iter().filter(|b| b.is_ascii_digit()).count();
    digits >= 3 || (compact.starts_with(b"WDL") && compact.len() == 12)
}
