//! The ways one text can be read.
//!
//! The plain reading is the text as it stands. Where escapes or markup stand in it, there is one
//! with those taken out; where values are spoken or spelled, one with the characters meant; where
//! numbers break off at the end of a line or a turn, one that joins them. Each is made only if it
//! differs, and only of the neighbourhood of what differs, so that a long text costs little more
//! than its plain reading.

use std::ops::Range;

use crate::{
    entity::Entity,
    rules::Candidate,
    view::{
        decode,
        focus::{NEAR, far_from},
        folded::{BARRIER, Edit, Folded, Replacement},
        markup, split, spoken,
    },
};

/// Layers of escapes that are taken off.
const MOST_LAYERS: usize = 2;
/// How sure a find must be that rests on joining two numbers.
const SURE: u8 = 80;

/// One way to read a text.
#[derive(Debug)]
pub(crate) struct Reading<'t> {
    pub(crate) folded: Folded<'t>,
    kind: Kind,
    /// Where this reading differs from the one it was made of, in its own offsets, sorted.
    differences: Vec<Range<usize>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    Decoded,
    Spoken,
    Joined,
}

/// All readings of a folded text; the plain one is the first.
pub(crate) fn readings(plain: Folded<'_>) -> Vec<Reading<'_>> {
    let decoded = decoded(&plain);
    let base = decoded.as_ref().unwrap_or(&plain);
    let heard = spoken::edits(base);
    let spoken = changed(base, &heard, Kind::Spoken);
    let joined = if heard.is_empty() {
        changed(base, &split::edits(base), Kind::Joined)
    } else {
        // What is told over several turns may be spoken.
        let base = base.edited(&heard);
        changed(&base, &split::edits(&base), Kind::Joined)
    };
    let decoded = decoded.map(|decoded| {
        let differences = decoded.edits();
        focused(decoded, differences, Kind::Decoded)
    });
    let mut readings = vec![Reading::plain(plain)];
    readings.extend([decoded, spoken, joined].into_iter().flatten());
    readings
}

impl<'t> Reading<'t> {
    /// The text as it stands.
    pub(crate) fn plain(folded: Folded<'t>) -> Self {
        Self {
            folded,
            kind: Kind::Plain,
            differences: Vec::new(),
        }
    }
}

impl Reading<'_> {
    /// Whether a candidate found in this reading counts: the others do not have it, or no worse.
    pub(crate) fn accepts(&self, candidate: &Candidate) -> bool {
        let span = &candidate.span;
        match self.kind {
            Kind::Plain => true,
            Kind::Decoded => self.has_difference(span.start.saturating_sub(NEAR)..span.end + NEAR),
            Kind::Spoken => self.has_difference(span.clone()),
            Kind::Joined => self.is_joined_well(candidate),
        }
    }

    /// Where a candidate's text came from: in one piece, but for what parts a joined number.
    pub(crate) fn origins(&self, span: Range<usize>) -> Vec<Range<usize>> {
        if self.kind != Kind::Joined {
            return vec![self.folded.origin_of(span)];
        }
        let mut origins = Vec::new();
        let mut from = span.start;
        for joint in self.within(&span) {
            if from < joint.start {
                origins.push(self.folded.origin_of(from..joint.start));
            }
            from = joint.end;
        }
        if from < span.end {
            origins.push(self.folded.origin_of(from..span.end));
        }
        origins
    }

    fn has_difference(&self, span: Range<usize>) -> bool {
        let first = self
            .differences
            .partition_point(|place| place.end < span.start);
        self.differences
            .get(first)
            .is_some_and(|place| place.start <= span.end)
    }

    /// The differences that lie inside `span`.
    fn within(&self, span: &Range<usize>) -> &[Range<usize>] {
        let first = self
            .differences
            .partition_point(|place| place.start < span.start);
        let end = self
            .differences
            .partition_point(|place| place.end <= span.end);
        self.differences.get(first..end).unwrap_or_default()
    }

    /// Whether a number that was joined is certainly one: a card in its usual groups or with a
    /// label, an account number with check digits, or anything else with a label.
    fn is_joined_well(&self, candidate: &Candidate) -> bool {
        let span = &candidate.span;
        let written = &self.folded.as_str()[span.clone()];
        let is_grouped = || {
            let mut sizes = written.split([' ', '-']).map(str::len);
            sizes.clone().count() >= 3 && sizes.all(|size| (3..=6).contains(&size))
        };
        !self.within(span).is_empty()
            && candidate.percent >= SURE
            && match candidate.entity {
                Entity::CreditCard => candidate.cue.is_some() || is_grouped(),
                Entity::IbanCode => true,
                Entity::SubjectTerm => true,
                _ => candidate.cue.is_some(),
            }
    }
}

/// `plain` without escapes and markup.
fn decoded(plain: &Folded<'_>) -> Option<Folded<'static>> {
    let mut decoded: Option<Folded<'static>> = None;
    let mut take_off = |edits: fn(&str) -> Vec<Edit>| {
        let base = decoded.as_ref().unwrap_or(plain);
        let edits = edits(base.as_str());
        let has_edits = !edits.is_empty();
        if has_edits {
            decoded = Some(base.edited(&edits));
        }
        has_edits
    };
    for _ in 0..MOST_LAYERS {
        if !take_off(decode::edits) {
            break;
        }
    }
    take_off(markup::edits);
    decoded
}

/// `base` with `edits`, if there are any.
fn changed(base: &Folded<'_>, edits: &[Edit], kind: Kind) -> Option<Reading<'static>> {
    if edits.is_empty() {
        return None;
    }
    Some(focused(base.edited(edits), places(edits), kind))
}

/// Leaves of a reading what is near its differences, with a barrier for the rest.
fn focused(
    folded: Folded<'static>,
    differences: Vec<Range<usize>>,
    kind: Kind,
) -> Reading<'static> {
    let cuts: Vec<_> = far_from(folded.as_str(), differences.iter().cloned())
        .into_iter()
        .map(|span| Edit {
            span,
            with: Replacement::Char(BARRIER),
        })
        .collect();
    if cuts.is_empty() {
        return Reading {
            folded,
            kind,
            differences,
        };
    }
    Reading {
        differences: moved(&differences, &cuts),
        folded: folded.edited(&cuts),
        kind,
    }
}

/// Where edits are in the edited text.
fn places(edits: &[Edit]) -> Vec<Range<usize>> {
    let mut places = Vec::with_capacity(edits.len());
    let (mut at, mut from) = (0, 0);
    for edit in edits {
        at += edit.span.start - from;
        let len = written_len(edit.with);
        places.push(at..at + len);
        at += len;
        from = edit.span.end;
    }
    places
}

/// Where `places` are after `cuts`, none of which touches one.
fn moved(places: &[Range<usize>], cuts: &[Edit]) -> Vec<Range<usize>> {
    let mut cuts = cuts.iter().peekable();
    let (mut gained, mut lost) = (0, 0);
    let mut moved = Vec::with_capacity(places.len());
    for place in places {
        while let Some(cut) = cuts.next_if(|cut| cut.span.end <= place.start) {
            gained += written_len(cut.with);
            lost += cut.span.len();
        }
        moved.push(place.start + gained - lost..place.end + gained - lost);
    }
    moved
}

fn written_len(with: Replacement) -> usize {
    match with {
        Replacement::Nothing => 0,
        Replacement::Char(c) => c.len_utf8(),
        Replacement::Text(text) => text.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::focus::{KEPT, LONGEST_WORD};

    #[test]
    fn a_reading_keeps_only_what_is_near_its_differences() {
        let filler = "plain words and nothing else ".repeat(100);
        let text = format!("{filler}joe&#64;x.com{filler}4111&nbsp;1111 {filler}");
        let all = readings(Folded::new(&text, &[]));
        assert_eq!(all.len(), 2);
        let decoded = &all[1];
        assert!(decoded.folded.as_str().len() < 4 * (KEPT + LONGEST_WORD));
        let at = decoded
            .folded
            .as_str()
            .find("4111 1111")
            .expect("it is decoded");
        assert_eq!(
            &text[decoded.folded.origin_of(at..at + 9)],
            "4111&nbsp;1111"
        );
        assert!(decoded.has_difference(at..at + 9));
        assert!(!decoded.has_difference(at..at + 2));
    }
}
