//! Texts made to be slow to scan, which must cost no more than their length.
//!
//! Time is not measured here, for it is nobody's to promise on a busy machine: `benches/hostile`
//! prints how it grows. What is counted here instead depends on nothing but the text: how much the
//! rules propose. A rule that tries every window of a text would propose ever more per byte, or
//! would not come to an end on the larger texts at all.

#[path = "../benches/hostile/families.rs"]
mod families;

use std::sync::LazyLock;

use agent_assist_pii::{Scanner, SubjectTerms, mask};

use crate::families::FAMILIES;

static SCANNER: LazyLock<Scanner> = LazyLock::new(Scanner::new);

/// What the rules may propose for each byte of a text, in ten looks at most.
const MOST_PER_BYTE: usize = 2;

#[test]
fn what_is_proposed_grows_no_faster_than_the_text() {
    let nobody = SubjectTerms::none();
    for family in FAMILIES {
        let proposed = |len: usize| {
            let text = family.text(len);
            SCANNER.explain(&text, &nobody).considered.len()
        };
        let (once, four) = (proposed(1 << 10), proposed(4 << 10));
        assert!(
            four <= 4 * once + 64,
            "{}: {once} in 1 KB, {four} in 4 KB",
            family.name
        );
        assert!(once <= MOST_PER_BYTE << 10, "{}: {once}", family.name);
    }
}

#[test]
fn a_long_hostile_text_comes_to_an_end() {
    let nobody = SubjectTerms::none();
    for family in FAMILIES {
        let text = family.text(1 << 15);
        let mut from = 0;
        for finding in SCANNER.scan(&text, &nobody) {
            assert!(from <= finding.start && finding.start < finding.end);
            from = finding.end;
        }
        assert!(from <= text.len(), "{}", family.name);
    }
}

#[test]
fn half_a_megabyte_of_everything_comes_to_an_end() {
    let family = FAMILIES.last().expect("there are families");
    let text = family.text(1 << 19);
    let found = SCANNER.scan(&text, &SubjectTerms::none());
    assert!(!found.is_empty());
}

#[test]
fn finds_that_reach_across_a_mask_are_joined_with_it() {
    // Found by fuzzing: a later look found a key around what an earlier one had found in it.
    for text in [
        "6981970&-----BEGIN PRIVATE KEY-----7https://\u{df}accountTE KEY-----\\nU9T3KCcPUyhJbGwP7kMP2QhtBQy",
        ";2019-11-06:\"nl\",\"text\":\"Ik ben geboren op 21 november 195j***@x.org+2019-11-06\u{c723c}12/27**phonexisNUMBER\"]]}four\n",
        "-----BEGIN PRIVATE KEY-----536-90-4399&#52;x804\u{de1b0}>\u{75270}4111sh_key=-----BEd\":\"pii/CN_RESIDENT_ID/0022\",\"kind\":\"pii\",\"cla&#52;\n\u{df}302019-11-06\u{632a0}",
    ] {
        let mut from = 0;
        for finding in SCANNER.scan(text, &SubjectTerms::none()) {
            assert!(from <= finding.start && finding.start < finding.end);
            from = finding.end;
        }
    }
}

#[test]
fn a_hostile_text_scans_clean_once_it_is_masked() {
    let nobody = SubjectTerms::none();
    let mut leaking = Vec::new();
    for family in FAMILIES {
        let text = family.text(1 << 10);
        let masked = mask(&text, &SCANNER.scan(&text, &nobody));
        let left = SCANNER.scan(masked.text(), &nobody);
        if !left.is_empty() {
            leaking.push((family.name, left));
        }
    }
    assert!(leaking.is_empty(), "{leaking:?}");
}
