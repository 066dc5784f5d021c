//! What holds for every text: no panic, well-formed findings, masked text that scans clean.
//!
//! Texts are drawn from fragments of personal data, near misses, separators and context words,
//! glued together at random: far more hostile neighbourhoods than real text has.

use std::sync::LazyLock;

use agent_assist_pii::{Entity, Finding, Outcome, Scanner, SubjectTerms, mask};
use proptest::prelude::*;

static SCANNER: LazyLock<Scanner> = LazyLock::new(Scanner::new);
/// Remembers every text that it is shown here.
static REMEMBERING: LazyLock<Scanner> = LazyLock::new(|| Scanner::new().remembering([7; 16]));

fn fragment() -> impl Strategy<Value = String> {
    prop_oneof![
        prop::sample::select(vec![
            "joe@x.org",
            "a.b+c@mail.example.com",
            "@",
            "j***n@x.org",
            "4111 1111 1111 1111",
            "4111111111111111",
            "3782-822463-10005",
            "123-45-6789",
            "536 90 4399",
            "977-625-2661",
            "(977) 625-2661",
            "+44 20 7946 0123",
            "020 7946 0123",
            "01 23 45 67 89",
            "9776252661",
            "5550143",
            "2019-11-06",
            "x123",
            "0044",
            "(0)",
            "T",
            "dob",
            "born on",
            "March",
            "12th",
            "31.12.1980",
            "19801231",
            "10.2.33.4",
            "2001:db8::1",
            "::",
            "00:1A:2B:3C:4D:5E",
            "0x52908400098527886E0F7030069857D2E4169EE7",
            "postcode",
            "London",
            "SW1A 1AA",
            "sw1a1aa",
            "978-3-16-148410-0",
            "$",
            "EUR",
            "1Z",
            "\"joe b\"@x.org",
            "joe@[10.2.33.4]",
            "ext. 4",
            "call",
            "phone",
            "Tel.",
            "order",
            "number",
            "Crystal",
            "minh",
            "MINH",
            "password",
            "passphrase is",
            "PIN",
            "cvv2",
            "code",
            "472913",
            "is your",
            "exp",
            "12/27",
            "account no.",
            "customer id",
            "CUST-48291",
            "sort code",
            "20-45-77",
            "12345678",
            "DE89 3704 0044 0532 0130 00",
            "021000021",
            "api key",
            "Zk3Jq8Lw2Nx9Rv5T",
            "Bearer",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOjF9.dozjgNry",
            "-----BEGIN PRIVATE KEY-----",
            "MIIEpAIBAAKCAQEA7bq3Xk9v2mT+8cJ/4Yz0Rr5p",
            "-----END PRIVATE KEY-----",
            "PuTTY-User-Key-File-2",
            "https://joe:x1@example.com/?token=8f14e45f",
            "Tr0ub4dor&3",
            "\"",
            "(old:",
            " / ",
            "?\nKund: ",
            "a,pin\n1,",
            "[EMAIL_ADDRESS]",
            "<PHONE_NUMBER_0>",
            "[",
            "]",
            "{card",
            "٩٧٧",
            "\u{FF14}111",
            "é",
            "王小明",
            "\u{200B}",
            "\u{FFFC}",
            "e\u{301}",
            "İ",
            "****",
            "XXXX",
            "411111",
            "&#64;",
            "%20",
            "\\u0040",
            "<b>",
            "<br>",
            "**",
            "`",
            "four one one one",
            "double five",
            "vingt",
            "at",
            "dot com",
            "[at]",
            "A",
            "ending in",
            "my password is",
            "hunter",
            "token",
            "\nAgent: ok\nCustomer: ",
        ])
        .prop_map(str::to_owned),
        prop::sample::select(vec![
            " ", " ", "-", ".", ". ", ",", "/", "(", ")", "+", "\n", "_", "*", ":", "\u{A0}",
            "\u{2011}", "x", "",
        ])
        .prop_map(str::to_owned),
        "[0-9]{1,6}",
        "[a-zA-Z]{1,4}",
        "\\PC{0,3}",
    ]
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        9 => prop::collection::vec(fragment(), 0..24).prop_map(|fragments| fragments.concat()),
        // Repetition is where finds could free one another in a chain.
        3 => (prop::collection::vec(fragment(), 1..6), 2..16_usize)
            .prop_map(|(fragments, times)| fragments.concat().repeat(times)),
        1 => any::<String>(),
    ]
}

fn subject() -> impl Strategy<Value = SubjectTerms> {
    let term = prop_oneof![
        prop::sample::select(vec![
            "Crystal Minh",
            "(977) 625-2661",
            "王小明",
            "order 12",
            "call",
            "1111",
            "email address",
            "joe",
            "é",
            "x.org",
            "at",
            "1 977 625 2661",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ];
    prop::collection::vec(term, 0..4).prop_map(SubjectTerms::new)
}

/// Texts of words only, in which a trigger is a word or none.
fn words() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "one",
        "two",
        "seven",
        "oh",
        "double",
        "triple",
        "twenty",
        "at",
        "dot",
        "com",
        "john",
        "gmail",
        "[at]",
        "(dot)",
        "is",
        "my",
        "password",
        "Passwort",
        "lautet",
        "contraseña",
        "hunter",
        "Geheim",
        "token",
        "secret",
        "pin",
        "vier",
        "eins",
        "null",
        "trois",
        "vingt",
        "quatre",
        "arroba",
        "punto",
        "es",
        "um",
        "A",
        "b",
        "card",
        "mail",
        "api",
        "key",
        "Bearer",
        "abcDEFghiJKL",
        "BEGIN",
        "PRIVATE",
        "KEY",
        "-----",
        "the",
        "order",
        "example",
        // Whole values, for chance seldom makes one.
        "four one one one one one one one one one one one one one one one",
        "ssn five three six nine zero four three nine nine",
        "tarjeta cuatro uno uno uno uno uno uno uno uno uno uno uno uno uno uno uno",
        "john at example dot com",
        "john [at] example [dot] com",
        "juan arroba ejemplo punto es",
        "mail john at gmail.com",
        "my password is hunter",
    ]);
    let gap = prop::sample::select(vec![" ", " ", " ", ", ", "-", ": ", "\n", ".", "_", "="]);
    prop::collection::vec((word, gap), 0..14).prop_map(|pairs| {
        pairs
            .into_iter()
            .flat_map(|(word, gap)| [word, gap])
            .collect()
    })
}

/// What counts (`12 digits`) may stand at the very edge of what is looked at behind a label.
#[test]
fn a_count_may_stand_anywhere_behind_a_label() {
    for label in ["PIN", "account number", "customer #"] {
        for gap in 100..130 {
            let text = format!("{label}{:gap$}12 digits, 1: a, 7 letters", " ");
            assert_eq!(SCANNER.scan(&text, &SubjectTerms::none()), [], "{text}");
        }
    }
}

#[test]
fn addresses_with_slashes_between_them_are_all_found() {
    let text = "10.2.33.4/".repeat(100);
    let found = SCANNER.scan(&text, &SubjectTerms::none());
    assert_eq!(found.len(), 100);
    assert_eq!(SCANNER.scan("Chrome/120.2.33.4", &SubjectTerms::none()), []);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_000))]

    /// An explanation looks at every text, a scan only at those with a trigger.
    #[test]
    fn no_text_is_skipped_that_holds_something(text in prop_oneof![3 => words(), 1 => text()]) {
        let found = SCANNER.scan(&text, &SubjectTerms::none());
        let explanation = SCANNER.explain(&text, &SubjectTerms::none());
        let holds = explanation
            .considered
            .iter()
            .any(|considered| considered.outcome == Outcome::Found);
        prop_assert_eq!(!found.is_empty(), holds, "{:?}", text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn what_is_remembered_changes_no_finding(
        text in prop_oneof![words(), text()],
        subject in subject(),
    ) {
        let nobody = SubjectTerms::none();
        for subject in [&subject, &nobody, &subject, &nobody] {
            let found = REMEMBERING.scan(&text, subject);
            prop_assert_eq!(found, SCANNER.scan(&text, subject), "{:?}", text);
        }
    }

    #[test]
    fn findings_are_sorted_disjoint_and_on_character_boundaries(text in text(), subject in subject()) {
        let findings = SCANNER.scan(&text, &subject);
        let mut from = 0;
        for finding in findings {
            prop_assert!(from <= finding.start && finding.start < finding.end);
            prop_assert!(text.get(finding.start..finding.end).is_some());
            from = finding.end;
        }
    }

    #[test]
    fn masked_text_scans_clean(text in text(), subject in subject()) {
        let masked = mask(&text, &SCANNER.scan(&text, &subject));
        let left = SCANNER.scan(masked.text(), &subject);
        prop_assert!(left.is_empty(), "{left:?} left in {:?}", masked.text());
    }

    #[test]
    fn offsets_outside_findings_lead_to_the_same_text(text in text(), subject in subject()) {
        let findings = SCANNER.scan(&text, &subject);
        let masked = mask(&text, &findings);
        for at in 0..=text.len() + 1 {
            let inside = findings.iter().any(|f| f.start < at && at < f.end);
            let mapped = masked.map_offset(at);
            prop_assert_eq!(mapped.is_some(), text.is_char_boundary(at) && !inside);
            let followed_by_finding = findings.iter().any(|f| f.start == at);
            if let Some(mapped) = mapped {
                prop_assert!(masked.text().is_char_boundary(mapped));
                if !followed_by_finding {
                    let (kept, original) = (&masked.text()[mapped..], &text[at..]);
                    prop_assert_eq!(kept.chars().next(), original.chars().next());
                }
            }
        }
    }

    #[test]
    fn any_findings_at_all_can_be_masked(
        text in text(),
        offsets in prop::collection::vec((0..200_usize, 0..200_usize), 0..6),
    ) {
        let findings: Vec<_> = offsets
            .into_iter()
            .map(|(start, end)| Finding::certain(Entity::UsSsn, start, end))
            .collect();
        let masked = mask(&text, &findings);
        for at in 0..=text.len() {
            if let Some(mapped) = masked.map_offset(at) {
                prop_assert!(masked.text().is_char_boundary(mapped));
            }
        }
    }
}
