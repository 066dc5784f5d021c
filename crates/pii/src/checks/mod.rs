//! Whether an identifier can be one: length, characters, structure and check digits.
//!
//! Every check is a pure function of one identifier, `compact`: without its separators and with
//! its letters in upper case, as ASCII. Two kinds keep more than that: the addresses in
//! [`crypto`] are taken as written, and the Swedish and Finnish numbers in [`nordic`] keep the
//! sign that tells the century. A check holds only if everything does that can be known from the
//! identifier alone. It never panics, whatever the bytes, and never allocates.
//!
//! What is no check's business: where an identifier stands in a text, what stands around it, and
//! today's date. Some identifiers have no check digit, or none that its authority publishes;
//! their documentation says so, and the caller must then ask for more evidence.
//!
//! ```
//! use agent_assist_pii::checks;
//!
//! assert!(checks::iban::iban(b"GB82WEST12345698765432"));
//! let luhn = checks::by_name("luhn").expect("a check of that name");
//! assert!(luhn(b"79927398713") && !luhn(b"79927398710"));
//! ```

pub mod au;
pub mod bank;
pub mod be;
pub mod br;
pub mod ca;
mod calendar;
pub mod card;
pub mod ch;
pub mod cn;
pub mod crypto;
pub mod de;
pub mod digits;
pub mod es;
pub mod fr;
pub mod iban;
pub mod in_;
pub mod it;
pub mod kr;
pub mod mx;
pub mod nl;
pub mod nordic;
pub mod pl;
pub mod pt;
pub mod sg;
pub mod uk;
pub mod us;

/// A check of one compact identifier.
pub type Check = fn(&[u8]) -> bool;

/// Every check by the name that rules call it by, in alphabetical order.
const CHECKS: [(&str, Check); 58] = [
    ("aba_routing", bank::aba_routing),
    ("au_abn", au::abn),
    ("au_acn", au::acn),
    ("au_medicare", au::medicare),
    ("au_tfn", au::tfn),
    ("be_national_number", be::national_number),
    ("br_cnpj", br::cnpj),
    ("br_cpf", br::cpf),
    ("btc", crypto::btc),
    ("ca_sin", ca::sin),
    ("card", card::card),
    ("ch_ahv", ch::ahv),
    ("cn_resident_id", cn::resident_id),
    ("crypto", crypto::address),
    ("de_social_security", de::social_security),
    ("de_tax_id", de::tax_id),
    ("de_tax_number", de::tax_number),
    ("dk_cpr", nordic::dk_cpr),
    ("ean", digits::ean),
    ("es_cif", es::cif),
    ("es_nie", es::nie),
    ("es_nif", es::nif),
    ("eth", crypto::eth),
    (
        "fi_personal_identity_code",
        nordic::fi_personal_identity_code,
    ),
    ("fr_nir", fr::nir),
    ("iban", iban::iban),
    ("in_aadhaar", in_::aadhaar),
    ("in_pan", in_::pan),
    ("it_fiscal_code", it::fiscal_code),
    ("kr_rrn", kr::rrn),
    ("kr_rrn_check_digit", kr::rrn_check_digit),
    ("luhn", digits::luhn),
    ("mod11_10", digits::mod11_10),
    ("mod11_2", digits::mod11_2),
    ("mod97", digits::mod97),
    ("mx_curp", mx::curp),
    ("mx_rfc", mx::rfc),
    ("mx_rfc_check_digit", mx::rfc_check_digit),
    ("nl_bsn", nl::bsn),
    ("no_fodselsnummer", nordic::no_fodselsnummer),
    ("pl_pesel", pl::pesel),
    ("pt_nif", pt::nif),
    ("se_personnummer", nordic::se_personnummer),
    ("sg_nric_fin", sg::nric_fin),
    ("uk_driving_licence", uk::driving_licence),
    ("uk_nhs", uk::nhs),
    ("uk_nino", uk::nino),
    ("uk_passport", uk::passport),
    ("uk_postcode", uk::postcode),
    ("uk_sort_code", uk::sort_code),
    ("us_bank_number", bank::us_account),
    ("us_dea", us::dea),
    ("us_itin", us::itin),
    ("us_mbi", us::mbi),
    ("us_npi", us::npi),
    ("us_passport", us::passport),
    ("us_ssn", us::ssn),
    ("verhoeff", digits::verhoeff),
];

/// The check with this name, such as `luhn` or `us_ssn`.
pub fn by_name(name: &str) -> Option<Check> {
    let at = CHECKS
        .binary_search_by_key(&name, |(known, _)| known)
        .ok()?;
    CHECKS.get(at).map(|(_, check)| *check)
}

/// The names that [`by_name`] knows, in alphabetical order.
pub fn names() -> impl Iterator<Item = &'static str> {
    CHECKS.iter().map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_leads_to_its_check() {
        assert!(names().is_sorted_by(|one, next| one < next));
        assert!(names().all(|name| by_name(name).is_some()));
        assert!(by_name("no such check").is_none());
    }
}
