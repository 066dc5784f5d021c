//! Every check against vectors whose verdicts are another implementation's.
//!
//! `corpus/oracle/make_vectors.py` makes the vectors and says where the verdicts come from. Where
//! a check is meant to differ from its oracle, [`DEVIATIONS`] says so; no other difference is
//! let pass, and neither is a deviation that no vector shows.

use std::{collections::BTreeSet, fs, path::PathBuf};

use agent_assist_pii::checks;

/// Where a check and its oracle differ on purpose.
struct Deviation {
    check: &'static str,
    /// What the oracle says; the check says the opposite.
    oracle: bool,
    /// Which values the deviation is about.
    about: fn(&str) -> bool,
    reason: &'static str,
}

const fn stricter(check: &'static str, about: fn(&str) -> bool, reason: &'static str) -> Deviation {
    Deviation {
        check,
        oracle: true,
        about,
        reason,
    }
}

const fn looser(check: &'static str, about: fn(&str) -> bool, reason: &'static str) -> Deviation {
    Deviation {
        check,
        oracle: false,
        about,
        reason,
    }
}

const SPECIMEN: &str = "the same digit throughout is a specimen";

const DEVIATIONS: &[Deviation] = &[
    stricter("us_ssn", is_uniform, SPECIMEN),
    stricter("uk_nhs", is_uniform, SPECIMEN),
    stricter("br_cpf", is_uniform, SPECIMEN),
    looser(
        "us_itin",
        |value| value.starts_with('9') && (50..=65).contains(&part(value, 3, 2)),
        "groups 50 to 65 have been given out since the oracle was written",
    ),
    stricter(
        "aba_routing",
        |value| !matches!(part(value, 0, 2), 0..=12 | 21..=32 | 61..=72 | 80),
        "the oracle knows no ranges",
    ),
    stricter(
        "uk_postcode",
        |value| {
            let district = value.trim_start_matches(|letter: char| letter.is_ascii_uppercase());
            let area = &value[..value.len() - district.len()];
            let exists = [
                "SW", "M", "EC", "CR", "B", "DN", "W", "N", "G", "EH", "L", "YO", "ZE",
            ];
            !exists.contains(&area) || (district.starts_with('0') && district.len() == 5)
        },
        "the standard's pattern knows letters, not areas, and districts such as 05",
    ),
    stricter(
        "fr_nir",
        |value| {
            !matches!(part(value, 0, 1), 1..=4 | 7 | 8)
                || !matches!(part(value, 3, 2), 1..=12 | 20 | 30..=42 | 50..=99)
                || &value[5..7] == "00"
                || &value[7..10] == "000"
                || &value[10..13] == "000"
        },
        "the oracle knows nothing of sex, month, place and serial number",
    ),
    stricter(
        "es_cif",
        |value| match value.as_bytes()[0] {
            b'A' | b'B' | b'E' | b'H' => value.ends_with(|end: char| end.is_ascii_uppercase()),
            b'N' | b'P' | b'Q' | b'R' | b'S' | b'W' => {
                value.ends_with(|end: char| end.is_ascii_digit())
            }
            _ => false,
        },
        "the oracle takes letter and digit from every kind",
    ),
    stricter(
        "pt_nif",
        |value| value.starts_with('4') && !value.starts_with("45"),
        "of the numbers with 4 in front only 45 is given out",
    ),
    stricter(
        "nl_bsn",
        |value| value.len() == 8,
        "the oracle puts a zero in front",
    ),
    stricter(
        "be_national_number",
        |value| part(value, 4, 2) > 29,
        "the oracle takes a day beyond the month's end for unknown",
    ),
    stricter(
        "se_personnummer",
        |value| value.len() == 12 && !matches!(part(value, 0, 2), 18..=20),
        "the oracle knows people of any century",
    ),
    looser(
        "mx_curp",
        |value| value.as_bytes()[10] == b'X',
        "X as sex is newer than the oracle",
    ),
];

fn is_uniform(value: &str) -> bool {
    value.bytes().all(|byte| Some(byte) == value.bytes().next())
}

/// The value of the digits from `first` on, `count` of them.
fn part(value: &str, first: usize, count: usize) -> u32 {
    value[first..first + count].parse().expect("digits")
}

fn vectors() -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus/oracle");
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("the vectors") {
        let path = entry.expect("a file").path();
        if path.extension().is_some_and(|extension| extension == "txt") {
            let name = path
                .file_stem()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            files.push((name, fs::read_to_string(path).expect("vectors")));
        }
    }
    files
}

/// Each vector as value and verdict.
fn rows(file: &str) -> impl Iterator<Item = (&str, bool)> {
    file.lines().filter_map(|line| match line.split_at(1) {
        ("+", value) => Some((value, true)),
        ("-", value) => Some((value, false)),
        ("#", _) => None,
        _ => panic!("no vector: {line}"),
    })
}

#[test]
fn the_checks_agree_with_their_oracles_but_for_the_listed_deviations() {
    let mut shown = BTreeSet::new();
    let mut wrong = Vec::new();
    for (name, file) in vectors() {
        let check = checks::by_name(&name).expect(&name);
        for (value, oracle) in rows(&file) {
            if check(value.as_bytes()) == oracle {
                continue;
            }
            let listed = DEVIATIONS.iter().position(|deviation| {
                deviation.check == name && deviation.oracle == oracle && (deviation.about)(value)
            });
            match listed {
                Some(at) => _ = shown.insert(at),
                None => wrong.push(format!("{name} {value}: the oracle says {oracle}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{} differences: {wrong:#?}", wrong.len());
    let idle: Vec<_> = (0..DEVIATIONS.len())
        .filter(|at| !shown.contains(at))
        .map(|at| (DEVIATIONS[at].check, DEVIATIONS[at].reason))
        .collect();
    assert!(idle.is_empty(), "no vector shows: {idle:#?}");
}

/// Checks without check digits or structure that an oracle could know better.
const WITHOUT_ORACLE: [&str; 5] = [
    "crypto",
    "uk_passport",
    "uk_sort_code",
    "us_bank_number",
    "us_passport",
];

#[test]
fn every_check_has_vectors_of_both_kinds() {
    let files = vectors();
    for name in checks::names().filter(|name| !WITHOUT_ORACLE.contains(name)) {
        let (_, file) = files.iter().find(|(file, _)| file == name).expect(name);
        let accepted = rows(file).filter(|(_, oracle)| *oracle).count();
        let refused = rows(file).count() - accepted;
        assert!(
            accepted >= 40 && refused >= 40,
            "{name}: {accepted} and {refused}"
        );
    }
}
