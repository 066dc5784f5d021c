//! Countries, by which a policy chooses national identifiers and home regions of telephones.

use std::{fmt, str::FromStr};

/// A country, as ISO 3166-1 alpha-2: `US`, `GB`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Locale([u8; 2]);

/// Every code that ISO 3166-1 assigns.
const CODES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL \
    BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE \
    DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ \
    GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM \
    KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ \
    MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN \
    PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY \
    SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF \
    WS YE YT ZA ZM ZW";

impl Locale {
    /// The country with this code, in either case.
    ///
    /// # Errors
    /// If ISO 3166-1 assigns no such code. The United Kingdom is `GB`.
    pub fn new(code: &str) -> Result<Self, LocaleError> {
        CODES
            .split_ascii_whitespace()
            .find(|known| known.eq_ignore_ascii_case(code))
            .and_then(|known| known.as_bytes().try_into().ok())
            .map(Self)
            .ok_or(LocaleError(()))
    }

    /// The code, in upper case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for Locale {
    type Err = LocaleError;

    fn from_str(code: &str) -> Result<Self, LocaleError> {
        Self::new(code)
    }
}

impl fmt::Display for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A code that no country has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocaleError(());

impl fmt::Display for LocaleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a country is two letters of ISO 3166-1, such as US or GB")
    }
}

impl std::error::Error for LocaleError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Entity;

    #[test]
    fn countries_are_known_by_their_code_in_either_case() {
        assert_eq!(CODES.split_ascii_whitespace().count(), 249);
        assert_eq!("gb".parse::<Locale>().expect("a country").as_str(), "GB");
        for code in ["UK", "", "USA", "U", "12", "ÄÖ"] {
            assert!(Locale::new(code).is_err(), "{code}");
        }
    }

    #[test]
    fn every_country_of_an_entity_can_be_chosen() {
        for country in Entity::BUILT_IN.iter().filter_map(Entity::country) {
            assert!(Locale::new(country).is_ok(), "{country}");
        }
    }
}
