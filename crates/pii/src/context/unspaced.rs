//! Finds phrases of scripts that are written without spaces between words.

use std::ops::RangeInclusive;

use aho_corasick::{AhoCorasick, AhoCorasickKind, Anchored, Input, MatchKind, StartKind};

use crate::{
    context::{Cue, TopicSet},
    view::beginnings::Beginnings,
};

/// The phrases, and what each is about.
#[derive(Clone, Default)]
pub(super) struct Unspaced {
    automaton: Option<AhoCorasick>,
    topics: Vec<TopicSet>,
    /// The first bytes of the characters of these scripts that phrases hold.
    leads: Option<RangeInclusive<u8>>,
    /// The first four bytes of the phrases. `None` if one is shorter.
    firsts: Option<Beginnings>,
}

impl Unspaced {
    pub(super) fn new(phrases: &[(&str, TopicSet)]) -> Self {
        let written = || phrases.iter().map(|(phrase, _)| *phrase);
        let leads = written().flat_map(|phrase| phrase.chars().filter(|c| is_unspaced(*c)));
        let leads = leads.map(|c| c.encode_utf8(&mut [0; 4]).as_bytes()[0]);
        let leads = leads.clone().min().zip(leads.max());
        let mut firsts = Beginnings::default();
        for phrase in written() {
            firsts.insert(phrase.as_bytes());
        }
        // Without an automaton these few phrases are not found; they fit any automaton.
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .start_kind(StartKind::Anchored)
            .kind(Some(AhoCorasickKind::DFA))
            .build(written());
        Self {
            automaton: automaton.ok(),
            topics: phrases.iter().map(|(_, topics)| *topics).collect(),
            leads: leads.map(|(first, last)| first..=last),
            firsts: written().all(|phrase| phrase.len() >= 4).then_some(firsts),
        }
    }

    /// Adds the phrases in a folded text: the longest at each place. The automaton is asked only
    /// where four bytes begin a phrase.
    pub(super) fn find(&self, text: &str, found: &mut Vec<Cue>) {
        let (Some(automaton), Some(leads)) = (&self.automaton, &self.leads) else {
            return;
        };
        // Without branches, so that it is done many bytes at a time.
        let is_lead = |byte: &u8| (*leads.start() <= *byte) & (*byte <= *leads.end());
        let has_lead = |block: &[u8]| block.iter().fold(false, |any, byte| any | is_lead(byte));
        let bytes = text.as_bytes();
        if !bytes.chunks(256).any(has_lead) {
            return;
        }
        let next_from = |at: usize| match &self.firsts {
            Some(firsts) => {
                let mut fours = bytes[at..].windows(4);
                Some(at + fours.position(|first| firsts.may_contain(first))?)
            }
            None => (at < bytes.len()).then_some(at),
        };
        let mut at = 0;
        while let Some(start) = next_from(at) {
            at = start;
            let here = || Input::new(text).range(at..).anchored(Anchored::Yes);
            let may_begin = text.is_char_boundary(at);
            match may_begin.then(|| automaton.find(here())).flatten() {
                Some(phrase) => {
                    found.push(Cue {
                        start: phrase.start(),
                        end: phrase.end(),
                        topics: self.topics[phrase.pattern()],
                    });
                    at = phrase.end();
                }
                None => at += 1,
            }
        }
    }
}

/// Han, Kana, Hangul: written without spaces, or with endings tied to the word.
pub(super) fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11FF}' | '\u{2E80}'..='\u{D7FF}' | '\u{F900}'..='\u{FAFF}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::Topic;

    #[test]
    fn the_longest_phrase_at_each_place_is_found() {
        let find = |phrases: &[(&str, TopicSet)], text: &str| {
            let mut found = Vec::new();
            Unspaced::new(phrases).find(text, &mut found);
            let found = found.iter().map(|cue| text[cue.start..cue.end].to_owned());
            found.collect::<Vec<_>>()
        };
        let topics = Topic::Phone.set();
        let phrases = [("手机", topics), ("手机号", topics), ("PIN码", topics)];
        assert_eq!(
            find(&phrases, "a手机号手机 PIN码, PIN"),
            ["手机号", "手机", "PIN码"]
        );
        // One of a single character.
        assert_eq!(
            find(&[("码", topics), ("密码", topics)], "码密码密"),
            ["码", "密码"]
        );
        assert_eq!(find(&[], "码"), [""; 0]);
    }
}
