//! What holds for every check, whatever the bytes, and what check digits guarantee.

use std::{fs, path::PathBuf};

use agent_assist_pii::checks;
use proptest::prelude::*;

/// Checks that find every single wrong digit. Not the Belgian one, whose centuries have a check
/// digit each, nor those whose weights share a factor with the modulus.
const FIND_EVERY_WRONG_DIGIT: [&str; 26] = [
    "aba_routing",
    "au_abn",
    "ca_sin",
    "card",
    "ch_ahv",
    "cn_resident_id",
    "de_tax_id",
    "ean",
    "es_nie",
    "es_nif",
    "fi_personal_identity_code",
    "fr_nir",
    "iban",
    "in_aadhaar",
    "it_fiscal_code",
    "luhn",
    "mod11_10",
    "mod11_2",
    "mod97",
    "nl_bsn",
    "no_fodselsnummer",
    "pl_pesel",
    "sg_nric_fin",
    "uk_nhs",
    "us_npi",
    "verhoeff",
];

fn vector_file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("corpus/oracle/{name}.txt"))
}

/// The values that the oracle accepts, and so does the check.
fn accepted(name: &str) -> Vec<String> {
    let check = checks::by_name(name).expect(name);
    let vectors = fs::read_to_string(vector_file(name)).expect(name);
    vectors
        .lines()
        .filter_map(|line| line.strip_prefix('+'))
        .filter(|value| check(value.as_bytes()))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_single_wrong_digit_is_found_where_the_scheme_guarantees_it() {
    let mut missed = Vec::new();
    for name in FIND_EVERY_WRONG_DIGIT {
        let check = checks::by_name(name).expect(name);
        for value in accepted(name) {
            for (place, digit) in value
                .bytes()
                .enumerate()
                .filter(|(_, byte)| byte.is_ascii_digit())
            {
                let mut wrong = value.clone().into_bytes();
                for other in (b'0'..=b'9').filter(|other| *other != digit) {
                    wrong[place] = other;
                    if check(&wrong) {
                        missed.push(format!("{name} {value} at {place}: {}", char::from(other)));
                    }
                }
            }
        }
    }
    assert!(missed.is_empty(), "{} missed: {missed:#?}", missed.len());
}

#[test]
fn every_swap_of_unequal_neighbours_is_found_by_verhoeff() {
    let check = checks::by_name("verhoeff").expect("verhoeff");
    for value in accepted("verhoeff") {
        for place in 1..value.len() {
            let mut swapped = value.clone().into_bytes();
            swapped.swap(place - 1, place);
            assert!(
                swapped == value.as_bytes() || !check(&swapped),
                "{value} at {place}"
            );
        }
    }
}

/// Checks of check digits alone, which take numbers of any length.
const OF_ANY_LENGTH: [&str; 5] = ["luhn", "mod11_10", "mod11_2", "mod97", "verhoeff"];

/// Bytes that get further into a check than random ones do: an accepted value with a few bytes
/// changed, put in or taken out.
fn nearly_accepted() -> impl Strategy<Value = Vec<u8>> {
    let values: Vec<String> = checks::names()
        .filter(|name| vector_file(name).exists())
        .flat_map(|name| accepted(name).into_iter().take(10))
        .collect();
    let edits = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3), 0..4);
    (prop::sample::select(values), edits).prop_map(|(value, edits)| {
        let mut bytes = value.into_bytes();
        for (place, byte, edit) in edits {
            let place = place.index(bytes.len() + 1);
            match edit {
                0 => bytes.insert(place, byte),
                _ if place == bytes.len() => bytes.push(byte),
                1 => bytes[place] = byte,
                _ => _ = bytes.remove(place),
            }
        }
        bytes
    })
}

/// Calls every check, and looks at what it accepts.
fn is_sane(bytes: &[u8]) {
    for name in checks::names() {
        let holds = checks::by_name(name).is_some_and(|check| check(bytes));
        assert!(!holds || bytes.is_ascii(), "{name} accepts {bytes:?}");
        let may_be_long = OF_ANY_LENGTH.contains(&name) || name == "crypto" || name == "btc";
        assert!(
            !holds || bytes.len() <= 42 || may_be_long,
            "{name} accepts {bytes:?}"
        );
        assert!(!holds || bytes.len() >= 2, "{name} accepts {bytes:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_bytes_make_a_check_panic(bytes in prop::collection::vec(any::<u8>(), 0..48)) {
        is_sane(&bytes);
    }

    #[test]
    fn no_number_makes_a_check_panic(bytes in "[0-9]{0,24}|[0-9A-Z]{0,48}|[A-Za-z0-9+&-]{0,80}") {
        is_sane(bytes.as_bytes());
    }

    #[test]
    fn nothing_near_an_accepted_value_makes_a_check_panic(bytes in nearly_accepted()) {
        is_sane(&bytes);
    }
}
