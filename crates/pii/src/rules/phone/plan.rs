//! The numbering plans of the world, asked as rarely as possible.
//!
//! The data are those of Google's libphonenumber. Its parser is passed over: candidates are plain
//! digits already, so a number is put together here and only its validity is asked for, of the
//! few regions in which a number of that length and prefix can exist.

use rlibphonenumber::{NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber, Region};

use crate::Locale;

/// Where numbers without a country code may come from, the likelier first.
#[rustfmt::skip]
pub(super) const HOME_REGIONS: &[Region] = &[
    Region::US, Region::GB, Region::CA,
    Region::DE, Region::FR, Region::ES, Region::IT, Region::NL, Region::BE, Region::CH,
    Region::AT, Region::PL, Region::PT, Region::SE, Region::NO, Region::DK, Region::FI,
    Region::IE, Region::CZ, Region::GR, Region::HU, Region::RO,
    Region::BR, Region::MX, Region::AR, Region::CO, Region::CL, Region::PE,
    Region::IN, Region::AU, Region::NZ, Region::JP, Region::KR, Region::CN, Region::HK,
    Region::SG, Region::ZA,
];

/// The region of the numbering plan of a country, if it has one.
pub(crate) fn region_of(country: &Locale) -> Option<Region> {
    let region = Region::from_code(country.as_str()).ok()?;
    PHONE_NUMBER_UTIL
        .get_country_code_for_region(region)
        .map(|_| region)
}

/// National numbers have no fewer digits than this.
const SHORTEST: usize = 5;
/// ITU-T E.164: a country code and a national number together have no more.
pub(super) const LONGEST: usize = 15;
/// Country codes are below this.
const CODES: usize = 1000;

/// The plans that are consulted.
#[derive(Debug, Clone)]
pub(super) struct Plans {
    homes: Vec<Home>,
    /// Whether a country code is in use, by the code.
    codes: Box<[bool]>,
}

/// The plan of a home region.
#[derive(Debug, Clone)]
struct Home {
    region: Region,
    code: i32,
    /// What is dialled first within the country.
    trunk: &'static str,
    /// Whether numbers are also written without it.
    trunk_may_lack: bool,
    /// Bit `n` is set if national numbers may have `n` digits.
    lengths: u32,
}

impl Plans {
    /// The plans for numbers of the whole world and, without a country code, of `regions`.
    pub(super) fn new(regions: &[Region]) -> Self {
        let mut codes = vec![false; CODES];
        for code in PHONE_NUMBER_UTIL.get_supported_calling_codes() {
            let code = usize::try_from(code).ok();
            if let Some(slot) = code.and_then(|code| codes.get_mut(code)) {
                *slot = true;
            }
        }
        Self {
            homes: regions.iter().copied().filter_map(Home::new).collect(),
            codes: codes.into_boxed_slice(),
        }
    }

    /// What the digits of an international number, its country code first, can be.
    pub(super) fn international(&self, digits: &str) -> Standing {
        let Some((code, national)) = self.split(digits) else {
            return Standing::Impossible;
        };
        // Some write the zero of national numbers behind the country code.
        let without_trunk = national.strip_prefix('0').filter(|_| code != 39);
        let mut best = Standing::Impossible;
        for national in [Some(national), without_trunk].into_iter().flatten() {
            if let Some(number) = number(code, national) {
                if PHONE_NUMBER_UTIL.is_valid_number(&number) {
                    return Standing::Valid;
                }
                let length = PHONE_NUMBER_UTIL.is_possible_number_with_reason(&number);
                if matches!(length, Ok(NumberLengthType::IsPossible)) {
                    best = Standing::Possible;
                }
            }
        }
        best
    }

    /// Whether the digits of a number without country code are one in a home region.
    pub(super) fn is_national(&self, digits: &str) -> bool {
        self.homes.iter().any(|home| home.has(digits))
    }

    fn split<'d>(&self, digits: &'d str) -> Option<(i32, &'d str)> {
        (1..=3).find_map(|len| {
            let (code, national) = digits.split_at_checked(len)?;
            let code: usize = code.parse().ok().filter(|code| *code > 0)?;
            let is_used = self.codes.get(code).copied().unwrap_or(false);
            is_used.then_some((i32::try_from(code).ok()?, national))
        })
    }
}

/// How a number stands in its numbering plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// Its range is in use.
    Valid,
    /// Its length is right.
    Possible,
    Impossible,
}

impl Home {
    fn new(region: Region) -> Option<Self> {
        let code = PHONE_NUMBER_UTIL.get_country_code_for_region(region)?;
        let (trunk, trunk_may_lack) = trunk(region, code);
        let is_possible = |digits: &usize| {
            let number = number(code, &"2".repeat(*digits));
            number.is_some_and(|number| PHONE_NUMBER_UTIL.is_possible_number(&number))
        };
        let lengths = (SHORTEST..=LONGEST).filter(is_possible);
        Some(Self {
            region,
            code,
            trunk,
            trunk_may_lack,
            lengths: lengths.fold(0, |bits, digits| bits | 1 << digits),
        })
    }

    fn has(&self, digits: &str) -> bool {
        let bare = digits.strip_prefix(self.trunk);
        let bare = bare.filter(|_| !self.trunk.is_empty());
        let as_written = Some(digits).filter(|_| self.trunk_may_lack);
        [bare, as_written]
            .into_iter()
            .flatten()
            .any(|national| self.is_valid(national))
    }

    fn is_valid(&self, national: &str) -> bool {
        self.lengths >> national.len().min(31) & 1 == 1
            && number(self.code, national).is_some_and(|number| {
                PHONE_NUMBER_UTIL.is_valid_number_for_region(&number, self.region)
            })
    }
}

/// What is dialled before numbers of a region within it, and whether numbers are also written
/// without it. Most of the world dials a zero.
fn trunk(region: Region, code: i32) -> (&'static str, bool) {
    match (code, region) {
        (1, _) => ("1", true),
        (36, _) => ("06", false),
        (
            _,
            Region::IT
            | Region::ES
            | Region::PT
            | Region::PL
            | Region::NO
            | Region::DK
            | Region::CZ
            | Region::GR
            | Region::MX
            | Region::CL
            | Region::CO
            | Region::HK
            | Region::SG,
        ) => ("", true),
        (_, Region::BR | Region::AR | Region::IN | Region::CN | Region::PE | Region::AU) => {
            ("0", true)
        }
        _ => ("0", false),
    }
}

/// A number as the library keeps it; `None` if the national part is not one to sixteen digits.
fn number(code: i32, national: &str) -> Option<PhoneNumber> {
    if !(1..=16).contains(&national.len()) {
        return None;
    }
    let zeros = national.bytes().take_while(|digit| *digit == b'0').count();
    Some(PhoneNumber {
        country_code: code,
        national_number: national.parse().ok()?,
        italian_leading_zero: (zeros > 0).then_some(true),
        number_of_leading_zeros: i32::try_from(zeros).ok().filter(|zeros| *zeros > 1),
        ..PhoneNumber::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_home_regions_are_known_as_they_are_written_there() {
        let plans = Plans::new(HOME_REGIONS);
        for digits in [
            "02071838750",
            "0123456789",
            "01701234567",
            "612345678",
            "11912345678",
            "0612345678",
            "3331234567",
            "0312345678",
            "01012345678",
            "13800138000",
            "9876543210",
            "0412345678",
        ] {
            assert!(plans.is_national(digits), "{digits}");
        }
        let british = Plans::new(&[Region::GB]);
        assert!(british.is_national("02071838750") && !british.is_national("612345678"));
        assert!(
            !british.is_national("2071838750"),
            "the zero is always written"
        );
    }

    #[test]
    fn international_numbers_are_valid_possible_or_neither() {
        let plans = Plans::new(&[]);
        for (digits, standing) in [
            ("442071838750", Standing::Valid),
            ("4402071838750", Standing::Valid),
            ("390612345678", Standing::Valid),
            ("15551234567", Standing::Possible),
            ("99912345678", Standing::Impossible),
            ("44", Standing::Impossible),
            ("", Standing::Impossible),
            ("0", Standing::Impossible),
            ("4999999999999999999999", Standing::Impossible),
        ] {
            assert_eq!(plans.international(digits), standing, "{digits}");
        }
    }
}
