//! Groups of digits and what stands between them: the candidates of every numeric recogniser.
//!
//! A recogniser looks at a window of consecutive groups, never at part of one, so a number inside
//! a longer run of digits is not a find. Windows are bounded, which keeps scanning linear.

use std::ops::Range;

use crate::view::kinds::Kinds;

/// How many bytes there usually are for each group of digits, or more.
const BYTES_PER_GROUP: usize = 32;

/// The digit groups of one folded text, in order.
#[derive(Debug)]
pub(crate) struct Numerals<'t> {
    text: &'t str,
    groups: Vec<Range<usize>>,
}

impl<'t> Numerals<'t> {
    pub(crate) fn of(text: &'t str, kinds: &Kinds) -> Self {
        let mut groups = Vec::with_capacity(text.len() / BYTES_PER_GROUP);
        kinds.each_run(|block| block.digits, |group| groups.push(group));
        Self { text, groups }
    }

    pub(crate) fn text(&self) -> &'t str {
        self.text
    }

    /// Number of groups.
    pub(crate) fn len(&self) -> usize {
        self.groups.len()
    }

    /// Number of digits of group `index`; 0 past the end.
    pub(crate) fn size(&self, index: usize) -> usize {
        self.groups.get(index).map_or(0, ExactSizeIterator::len)
    }

    /// The digits of group `index`; empty past the end.
    pub(crate) fn digits(&self, index: usize) -> &'t str {
        self.groups
            .get(index)
            .map_or("", |group| &self.text[group.clone()])
    }

    /// The same as bytes, which are cut out without a look at them.
    pub(crate) fn bytes(&self, index: usize) -> &'t [u8] {
        self.groups
            .get(index)
            .map_or(&[], |group| &self.text.as_bytes()[group.clone()])
    }

    /// What stands between group `index - 1` and group `index`; `None` before the first group and
    /// past the last.
    pub(crate) fn gap(&self, index: usize) -> Option<&'t str> {
        let next = self.groups.get(index)?;
        let previous = self.groups.get(index.checked_sub(1)?)?;
        Some(&self.text[previous.end..next.start])
    }

    /// The same as bytes.
    pub(crate) fn gap_bytes(&self, index: usize) -> Option<&'t [u8]> {
        let next = self.groups.get(index)?;
        let previous = self.groups.get(index.checked_sub(1)?)?;
        Some(&self.text.as_bytes()[previous.end..next.start])
    }

    /// The text range from the first to the last of a non-empty window of groups.
    pub(crate) fn span(&self, window: Range<usize>) -> Range<usize> {
        self.groups[window.start].start..self.groups[window.end - 1].end
    }

    /// Whether all digits of the window are the same: such a number is a specimen or a mask.
    pub(crate) fn all_equal(&self, window: Range<usize>) -> bool {
        let mut digits = window.flat_map(|index| self.digits(index).bytes());
        let first = digits.next();
        digits.all(|digit| Some(digit) == first)
    }

    /// Whether a dash or dot ties the window to digits outside it, as in the middle of a longer
    /// identifier, a version or an address of the network.
    pub(crate) fn continues(&self, window: Range<usize>) -> bool {
        let tied = |gap: Option<&str>| matches!(gap, Some("-" | "."));
        tied(self.gap(window.start)) || tied(self.gap(window.end))
    }

    /// Whether `span` is a part of a longer alphanumeric token, such as a hash or a serial number.
    /// A plain word run into the number (`card4111...`) does not count.
    pub(crate) fn is_embedded(&self, span: Range<usize>) -> bool {
        runs_on(self.text[..span.start].chars().rev()) || runs_on(self.text[span.end..].chars())
    }
}

/// Whether the characters leading away from a number belong to the same token as it does.
fn runs_on(outward: impl Iterator<Item = char>) -> bool {
    const WORD: usize = 3;
    const LONGEST_WORD: usize = 12;
    let mut letters = 0;
    for c in outward.take(LONGEST_WORD + 1) {
        match c {
            c if !joins_words(c) => return (1..WORD).contains(&letters),
            c if c.is_numeric() => return true,
            _ => letters += 1,
        }
    }
    letters > LONGEST_WORD || (1..WORD).contains(&letters)
}

/// Whether a character makes one word with an alphanumeric neighbour. Scripts that are written
/// without spaces do not, and neither do the underscores of identifiers.
pub(crate) fn joins_words(c: char) -> bool {
    let unspaced = matches!(c, '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}'
        | '\u{1780}'..='\u{17FF}' | '\u{2E80}'..);
    c.is_alphanumeric() && !unspaced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_may_touch_a_number_but_a_token_may_not() {
        let embedded = |text: &str| {
            let numerals = Numerals::of(text, &Kinds::of(text));
            numerals.is_embedded(numerals.span(0..numerals.len()))
        };
        for text in [
            "123",
            "card123",
            "card_123.",
            "(123)",
            "电话123号",
            "123abc",
        ] {
            assert!(!embedded(text), "{text}");
        }
        for text in ["x123", "123f", "TB123", "abcdefghijklmnop123"] {
            assert!(embedded(text), "{text}");
        }
    }

    #[test]
    fn groups_past_the_ends_are_empty() {
        let numerals = Numerals::of("12-345", &Kinds::of("12-345"));
        assert_eq!(
            (numerals.gap(0), numerals.gap(1), numerals.gap(2)),
            (None, Some("-"), None)
        );
        assert_eq!((numerals.size(2), numerals.digits(2)), (0, ""));
    }
}
