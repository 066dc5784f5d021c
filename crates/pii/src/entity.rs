//! The kinds of personal data, and their names.

use std::{fmt, str::FromStr, sync::Arc};

/// Declares [`Entity`] once: its variants, their names and what they are.
macro_rules! entities {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal,)+) => {
        /// A kind of personal data.
        ///
        /// Named as Microsoft Presidio names it where it has a name for it.
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Entity {
            $($(#[doc = $doc])+ $variant,)+
            /// What a rule of the user's own finds.
            Custom(CustomEntity),
        }

        impl Entity {
            /// Every kind that the built-in rules find, in the order of the documentation.
            pub const BUILT_IN: &'static [Self] = &[$(Self::$variant,)+];

            /// The name used in mask tags, reports and policies, for example `EMAIL_ADDRESS`.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $name,)+
                    Self::Custom(custom) => custom.as_str(),
                }
            }

            /// The built-in kind of this name.
            #[must_use]
            pub fn built_in(name: &str) -> Option<Self> {
                match name {
                    $($name => Some(Self::$variant),)+
                    _ => None,
                }
            }
        }
    };
}

entities! {
    /// A payment card number: an issuer's range, a length it uses, a right check digit.
    CreditCard = "CREDIT_CARD",
    /// The three or four digits on a payment card that prove it is at hand.
    Cvv = "CVV",
    /// The month and year in which a payment card expires.
    CardExpiry = "CARD_EXPIRY",
    /// An international bank account number (ISO 13616).
    IbanCode = "IBAN_CODE",
    /// A bank account number in the USA.
    UsBankNumber = "US_BANK_NUMBER",
    /// A bank's routing transit number in the USA.
    AbaRoutingNumber = "ABA_ROUTING_NUMBER",
    /// A bank branch's sort code in the United Kingdom.
    UkSortCode = "UK_SORT_CODE",
    /// A Bitcoin or Ethereum address.
    Crypto = "CRYPTO",
    /// An e-mail address.
    EmailAddress = "EMAIL_ADDRESS",
    /// A telephone or fax number, international or national.
    PhoneNumber = "PHONE_NUMBER",
    /// An address of the Internet Protocol, version 4 or 6.
    IpAddress = "IP_ADDRESS",
    /// The hardware address of a network interface.
    MacAddress = "MAC_ADDRESS",
    /// A web address that carries credentials or a personal token.
    Url = "URL",
    /// A date that the text says is somebody's birthday.
    DateOfBirth = "DATE_OF_BIRTH",
    /// A US social security number.
    UsSsn = "US_SSN",
    /// A US individual taxpayer identification number.
    UsItin = "US_ITIN",
    /// A US passport number.
    UsPassport = "US_PASSPORT",
    /// A driving licence number of one of the United States.
    UsDriverLicense = "US_DRIVER_LICENSE",
    /// The licence of a medical practitioner; a DEA certificate number in the USA.
    MedicalLicense = "MEDICAL_LICENSE",
    /// A Medicare beneficiary identifier in the USA.
    UsMbi = "US_MBI",
    /// A national provider identifier in the USA.
    UsNpi = "US_NPI",
    /// A patient's number in the National Health Service of the United Kingdom.
    UkNhs = "UK_NHS",
    /// A national insurance number of the United Kingdom.
    UkNino = "UK_NINO",
    /// A passport number of the United Kingdom.
    UkPassport = "UK_PASSPORT",
    /// A driving licence number of Great Britain.
    UkDrivingLicence = "UK_DRIVING_LICENCE",
    /// A postcode of the United Kingdom in the context of an address.
    UkPostcode = "UK_POSTCODE",
    /// A social insurance number of Canada.
    CaSin = "CA_SIN",
    /// A tax file number of Australia.
    AuTfn = "AU_TFN",
    /// A business number of Australia.
    AuAbn = "AU_ABN",
    /// A company number of Australia.
    AuAcn = "AU_ACN",
    /// A Medicare number of Australia.
    AuMedicare = "AU_MEDICARE",
    /// An Aadhaar number of India.
    InAadhaar = "IN_AADHAAR",
    /// A permanent account number of India's tax authority.
    InPan = "IN_PAN",
    /// A tax identification number of Germany (IdNr).
    DeTaxId = "DE_TAX_ID",
    /// A number of a German tax office (Steuernummer).
    DeTaxNumber = "DE_TAX_NUMBER",
    /// A pension insurance number of Germany.
    DeSocialSecurity = "DE_SOCIAL_SECURITY",
    /// A registration number of France's population register (INSEE, NIR).
    FrNir = "FR_NIR",
    /// A tax number of Spain (NIF, DNI).
    EsNif = "ES_NIF",
    /// A foreigner's number of Spain.
    EsNie = "ES_NIE",
    /// A fiscal code of Italy.
    ItFiscalCode = "IT_FISCAL_CODE",
    /// A tax number of Portugal.
    PtNif = "PT_NIF",
    /// A citizen service number of the Netherlands.
    NlBsn = "NL_BSN",
    /// A national register number of Belgium.
    BeNationalNumber = "BE_NATIONAL_NUMBER",
    /// A social insurance number of Switzerland.
    ChAhv = "CH_AHV",
    /// A personal identity number of Sweden.
    SePersonnummer = "SE_PERSONNUMMER",
    /// A national identity number of Norway.
    NoFodselsnummer = "NO_FODSELSNUMMER",
    /// A personal identification number of Denmark.
    DkCpr = "DK_CPR",
    /// A personal identity code of Finland.
    FiPersonalIdentityCode = "FI_PERSONAL_IDENTITY_CODE",
    /// A national identification number of Poland.
    PlPesel = "PL_PESEL",
    /// A taxpayer number of persons in Brazil.
    BrCpf = "BR_CPF",
    /// A taxpayer number of businesses in Brazil.
    BrCnpj = "BR_CNPJ",
    /// A population register key of Mexico.
    MxCurp = "MX_CURP",
    /// A taxpayer key of Mexico.
    MxRfc = "MX_RFC",
    /// A resident registration number of South Korea.
    KrRrn = "KR_RRN",
    /// An identity card or foreigner number of Singapore.
    SgNricFin = "SG_NRIC_FIN",
    /// A resident identity number of China.
    CnResidentId = "CN_RESIDENT_ID",
    /// A key to a programming interface.
    ApiKey = "API_KEY",
    /// A bearer, session, refresh or other access token.
    AccessToken = "ACCESS_TOKEN",
    /// A private key.
    PrivateKey = "PRIVATE_KEY",
    /// A password or passphrase.
    Password = "PASSWORD",
    /// A personal identification number: the secret digits of a card or an account.
    Pin = "PIN",
    /// A code that can be used once, to log in or to confirm.
    OneTimeCode = "ONE_TIME_CODE",
    /// The number of an account whose kind is not said.
    AccountNumber = "ACCOUNT_NUMBER",
    /// The number of a customer, member or policy holder.
    CustomerNumber = "CUSTOMER_NUMBER",
    /// Something the caller knows of this conversation's customer: see
    /// [`SubjectTerms`](crate::SubjectTerms).
    SubjectTerm = "SUBJECT_TERM",
}

impl Entity {
    /// Whether a value is so short or so guessable, or so dangerous, that not even a keyed hash of
    /// it may be kept.
    #[must_use]
    pub const fn is_credential(&self) -> bool {
        matches!(
            self,
            Self::Cvv
                | Self::Pin
                | Self::OneTimeCode
                | Self::Password
                | Self::ApiKey
                | Self::AccessToken
                | Self::PrivateKey
                | Self::Url
        )
    }
}

impl Entity {
    /// The country whose national identifier this is, as ISO 3166-1 alpha-2; `None` for what is
    /// found all over the world.
    #[must_use]
    pub const fn country(&self) -> Option<&'static str> {
        Some(match self {
            Self::UsBankNumber
            | Self::AbaRoutingNumber
            | Self::UsSsn
            | Self::UsItin
            | Self::UsPassport
            | Self::UsDriverLicense
            | Self::UsMbi
            | Self::UsNpi => "US",
            Self::UkSortCode
            | Self::UkNhs
            | Self::UkNino
            | Self::UkPassport
            | Self::UkDrivingLicence
            | Self::UkPostcode => "GB",
            Self::CaSin => "CA",
            Self::AuTfn | Self::AuAbn | Self::AuAcn | Self::AuMedicare => "AU",
            Self::InAadhaar | Self::InPan => "IN",
            Self::DeTaxId | Self::DeTaxNumber | Self::DeSocialSecurity => "DE",
            Self::FrNir => "FR",
            Self::EsNif | Self::EsNie => "ES",
            Self::ItFiscalCode => "IT",
            Self::PtNif => "PT",
            Self::NlBsn => "NL",
            Self::BeNationalNumber => "BE",
            Self::ChAhv => "CH",
            Self::SePersonnummer => "SE",
            Self::NoFodselsnummer => "NO",
            Self::DkCpr => "DK",
            Self::FiPersonalIdentityCode => "FI",
            Self::PlPesel => "PL",
            Self::BrCpf | Self::BrCnpj => "BR",
            Self::MxCurp | Self::MxRfc => "MX",
            Self::KrRrn => "KR",
            Self::SgNricFin => "SG",
            Self::CnResidentId => "CN",
            _ => return None,
        })
    }
}

impl fmt::Display for Entity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Reads a name: a built-in one, or else one of the user's own in the same style.
impl FromStr for Entity {
    type Err = EntityNameError;

    fn from_str(name: &str) -> Result<Self, EntityNameError> {
        match Self::built_in(name) {
            Some(entity) => Ok(entity),
            None => CustomEntity::new(name).map(Self::Custom),
        }
    }
}

/// The name of a kind of personal data that a user's own rule finds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CustomEntity(Arc<str>);

impl CustomEntity {
    /// Longest name, in bytes.
    pub const MOST: usize = 64;

    /// A name in the style of the built-in ones: upper-case letters, digits and underscores, a
    /// letter first, not the name of a built-in kind.
    ///
    /// # Errors
    /// If it is not of that style, too long, or taken.
    pub fn new(name: &str) -> Result<Self, EntityNameError> {
        let is_well_formed = name.len() <= Self::MOST
            && name.starts_with(|c: char| c.is_ascii_uppercase())
            && name
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
        if is_well_formed && Entity::built_in(name).is_none() {
            Ok(Self(name.into()))
        } else {
            Err(EntityNameError(()))
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A name that no kind of personal data can have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityNameError(());

impl fmt::Display for EntityNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "an entity is named in upper-case letters, digits and underscores, such as LOYALTY_CARD",
        )
    }
}

impl std::error::Error for EntityNameError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_national_identifier_names_its_country() {
        for entity in Entity::BUILT_IN {
            let prefix = entity.as_str().split('_').next().unwrap_or_default();
            let expected = match (prefix, entity) {
                ("UK", _) => Some("GB"),
                (_, Entity::AbaRoutingNumber) => Some("US"),
                (_, Entity::IpAddress) => None,
                (code, _) if code.len() == 2 => Some(code),
                _ => None,
            };
            assert_eq!(entity.country(), expected, "{entity}");
        }
    }

    #[test]
    fn every_name_leads_back_to_its_entity() {
        for entity in Entity::BUILT_IN {
            assert_eq!(entity.as_str().parse(), Ok(entity.clone()));
            assert!(CustomEntity::new(entity.as_str()).is_err());
        }
        let own: Entity = "LOYALTY_CARD".parse().expect("a name in style");
        assert_eq!(own.as_str(), "LOYALTY_CARD");
        for name in ["", "loyalty", "1ST", "A B", "É", &"A".repeat(65)] {
            assert!(name.parse::<Entity>().is_err(), "{name}");
        }
    }
}
