//! What a cue can be about.

use std::ops::BitOr;

/// Declares [`Topic`] with its members counted.
macro_rules! topics {
    ($($(#[doc = $doc:literal])* $name:ident,)+) => {
        /// What a number may be, in the words of the people who write it down.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Topic { $($(#[doc = $doc])* $name,)+ }

        const COUNT: usize = [$(Topic::$name,)+].len();
    };
}

topics! {
    /// Orders, tickets, versions, prices: numbers that say nothing about a person.
    Reference,
    Card,
    Cvv,
    CardExpiry,
    Iban,
    BankAccount,
    Routing,
    SortCode,
    Crypto,
    Email,
    Phone,
    /// Verbs of telephony, which announce a number only close by.
    Dial,
    IpAddress,
    MacAddress,
    Birth,
    Address,
    Ssn,
    Itin,
    Passport,
    DriverLicense,
    MedicalLicense,
    Mbi,
    Npi,
    Nhs,
    Nino,
    CaSin,
    AuTfn,
    AuAbn,
    AuAcn,
    AuMedicare,
    Aadhaar,
    InPan,
    DeTaxId,
    DeTaxNumber,
    DeSocialSecurity,
    FrNir,
    EsNif,
    EsNie,
    ItFiscalCode,
    PtNif,
    NlBsn,
    BeNational,
    ChAhv,
    SePersonnummer,
    NoFodselsnummer,
    DkCpr,
    FiIdentity,
    PlPesel,
    BrCpf,
    BrCnpj,
    MxCurp,
    MxRfc,
    KrRrn,
    SgNric,
    CnResident,
    /// Any country's identity or tax number, unnamed: `tax number`, `national id`.
    NationalId,
    ApiKey,
    Token,
    PrivateKey,
    Password,
    Pin,
    OneTimeCode,
    /// A `code` of no said kind: a one-time code if the text speaks of logging in.
    Code,
    Account,
    Customer,
}

const _: () = assert!(COUNT <= 128, "a topic is a bit of a u128");

impl Topic {
    pub(crate) const fn set(self) -> TopicSet {
        TopicSet(1 << self as u32)
    }
}

/// A set of topics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct TopicSet(u128);

impl TopicSet {
    pub(crate) const NONE: Self = Self(0);

    /// The topics of both sets.
    pub(crate) const fn with(self, topic: Topic) -> Self {
        Self(self.0 | topic.set().0)
    }

    pub(crate) const fn contains(self, topic: Topic) -> bool {
        self.meets(topic.set())
    }

    /// Whether the sets have a topic in common.
    pub(crate) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

impl BitOr for TopicSet {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}
