//! US social security numbers as they are written: three, two and four digits.
//!
//! The Social Security Administration gives out no area 000, 666 or 900 to 999, no group 00 and
//! no serial 0000. Areas from 900 are accepted between dashes all the same: individual taxpayer
//! numbers look like that, and so do many numbers made up for tests and training.

use std::ops::Range;

use crate::numerals::Numerals;

/// The social security numbers among `numerals`.
pub(crate) fn find(numerals: &Numerals<'_>) -> Vec<Range<usize>> {
    (0..numerals.len())
        .map(|first| first..first + 3)
        .filter(|window| is_ssn(numerals, window))
        .map(|window| numerals.span(window))
        .collect()
}

fn is_ssn(numerals: &Numerals<'_>, window: &Range<usize>) -> bool {
    let first = window.start;
    if [0, 1, 2].map(|offset| numerals.size(first + offset)) != [3, 2, 4] {
        return false;
    }
    let separator = numerals.gap(first + 1);
    if numerals.gap(first + 2) != separator {
        return false;
    }
    let area = numerals.digits(first);
    let area_is_used = match separator {
        Some("-") => !matches!(area, "000" | "666"),
        // Three numbers in a row are common in running text: the strict rule, and no fourth.
        Some(" ") => {
            !matches!(area, "000" | "666")
                && !area.starts_with('9')
                && numerals.gap(first) != separator
                && numerals.gap(window.end) != separator
        }
        _ => false,
    };
    area_is_used
        && numerals.digits(first + 1) != "00"
        && numerals.digits(first + 2) != "0000"
        && !numerals.all_equal(window.clone())
        && !numerals.continues(window.clone())
        && !numerals.is_embedded(numerals.span(window.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        find(&Numerals::of(text))
            .into_iter()
            .map(|span| &text[span])
            .collect()
    }

    #[test]
    fn numbers_that_could_be_issued_are_found() {
        assert_eq!(found("SSN: 123-45-6789."), ["123-45-6789"]);
        assert_eq!(found("her social is 219 09 9999"), ["219 09 9999"]);
        assert_eq!(found("ITIN 912-70-1234"), ["912-70-1234"]);
        assert_eq!(
            found("ssn123-45-6789 or 078-05-1120"),
            ["123-45-6789", "078-05-1120"]
        );
    }

    #[test]
    fn other_numbers_of_that_shape_are_not() {
        for text in [
            "000-12-3456",
            "666-12-3456",
            "123-00-6789",
            "123-45-0000",
            "111-11-1111",
            "XXX-XX-1234",
            "912 70 1234",
            "123-45 6789",
            "1-123-45-6789",
            "123-45-6789-0",
            "A123-45-6789",
            "123.45.6789",
            "100 120 20 3000 pieces",
            "123 45",
        ] {
            assert!(found(text).is_empty(), "{text}");
        }
    }
}
