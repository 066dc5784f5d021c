//! Leaves out of a text what is far from the places that matter.
//!
//! Rules look a bounded stretch around a value. So what stands farther away may be cut out of a
//! reading, with a barrier in its place, and the finds near the places stay the same.

use std::ops::Range;

/// How far from a place a find may lie that depends on it, in bytes.
pub(crate) const NEAR: usize = 128;
/// How much text around a place is kept, in bytes: what is near, and its context.
pub(crate) const KEPT: usize = 320;
/// How far beyond that the next good spot to cut may be. Shorter stretches are not worth a cut.
pub(crate) const LONGEST_WORD: usize = 200;

/// The stretches of `text` that are far from all of `places`, which are sorted by start.
pub(crate) fn far_from(
    text: &str,
    places: impl IntoIterator<Item = Range<usize>>,
) -> Vec<Range<usize>> {
    let mut far = Vec::new();
    let mut from = 0;
    for place in places {
        let last = place.start.saturating_sub(KEPT);
        far.extend(cut(text, from..last));
        from = from.max(place.end.saturating_add(KEPT));
    }
    far.extend(cut(text, from..text.len()));
    far
}

/// What of `stretch` can be cut out without cutting a value.
fn cut(text: &str, stretch: Range<usize>) -> Option<Range<usize>> {
    if stretch.start.saturating_add(LONGEST_WORD) >= stretch.end {
        return None;
    }
    let seams = |stretch: Range<usize>| stretch.filter(|at| is_seam(text.as_bytes(), *at));
    let start = match stretch.start {
        0 => 0,
        start => seams(start..text.len().min(start + LONGEST_WORD)).next()?,
    };
    let end = match stretch.end {
        end if end == text.len() => end,
        end => seams(end - LONGEST_WORD..end).next_back()?,
    };
    (start < end).then_some(start..end)
}

/// Whether a space stands at `at`, and no digit near it.
fn is_seam(bytes: &[u8], at: usize) -> bool {
    let near = &bytes[at.saturating_sub(6)..bytes.len().min(at + 7)];
    matches!(bytes[at], b' ' | b'\n') && !near.iter().any(u8::is_ascii_digit)
}

/// Spans in order, overlapping ones joined.
pub(crate) fn joined(mut spans: Vec<Range<usize>>) -> Vec<Range<usize>> {
    spans.sort_unstable_by_key(|span| span.start);
    spans.dedup_by(|next, span| {
        let overlaps = next.start < span.end;
        if overlaps {
            span.end = span.end.max(next.end);
        }
        overlaps
    });
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_far_is_left_out_between_words() {
        let text = format!("{0}HERE {0}AND {0}", "word by word ".repeat(100));
        let places: Vec<_> = ["HERE", "AND"]
            .iter()
            .filter_map(|word| text.find(word).map(|at| at..at + word.len()))
            .collect();
        let far = far_from(&text, places.clone());
        assert_eq!(far.len(), 3);
        for stretch in &far {
            for place in &places {
                let gap = stretch.start.saturating_sub(place.end)
                    + place.start.saturating_sub(stretch.end);
                assert!((KEPT..=KEPT + LONGEST_WORD).contains(&gap) || gap > 1000);
            }
        }
        assert!(far_from("short HERE", std::iter::once(6..10)).is_empty());
        assert_eq!(far_from(&text, []), std::slice::from_ref(&(0..text.len())));
    }
}
