//! What the words around a value say about it.
//!
//! A [`Cue`] is a word or phrase that names a kind of number: `SSN`, `sort code`, `order number`.
//! The cue nearest to a value, in the same sentence and mostly before it, is its label. A label of
//! the right topic speaks for a find, one of [`Topic::Reference`] speaks against every find.

mod cues;
mod frames;
mod lexicon;
mod table;
mod topic;
mod unspaced;
mod word_list;

use std::{ops::Range, sync::LazyLock};

use frames::refers_back;
use rustc_hash::FxHashSet;

use crate::view::folded::BARRIER;

pub(crate) use cues::{Cue, CueIndex, Cues};
pub(crate) use frames::{digits_but_of_times, hands_over, is_place};
pub(crate) use lexicon::{Phrases, lexicon};
pub(crate) use topic::{Topic, TopicSet};
pub(crate) use word_list::{WordList, words};

/// How far before a value its label may end, in bytes.
const REACH_BEFORE: usize = 64;
/// How far before a value a label may end when a sentence ends between them: "Your PIN? - 4821".
const REACH_NEARBY: usize = 120;
/// How far behind a value its label may begin, in bytes: "472913 is your verification code".
const REACH_AFTER: usize = 28;
/// How far behind a label its own value may begin, in bytes: such a label is not for the value
/// before it.
const REACH_OF_OWN: usize = 24;

/// What the words around a value say about one topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Context<'c> {
    /// A label of the topic stands right at the value, with nothing but filler between.
    Labelled(&'c Cue),
    /// A word of the topic stands in the sentence, and nothing nearer speaks of something else.
    Mentioned(&'c Cue),
    /// The last cue before the value is of the topic, though in an earlier sentence, and no other
    /// number came between: a question and its answer.
    Nearby(&'c Cue),
    /// Behind the last label of the topic its value has come already, and more words: a form's next
    /// line. Or the label stands behind the value, with other words between. That is something for
    /// a value that can be checked.
    Shared(&'c Cue),
    /// No word says anything.
    Silent,
    /// The nearest label is of another kind of personal data.
    Other(&'c Cue),
    /// The nearest label says that this is a reference: an order, a ticket, a version.
    Reference(&'c Cue),
}

impl<'c> Context<'c> {
    /// Whether a word of the topic speaks for the value.
    pub(crate) fn is_for(self) -> bool {
        matches!(
            self,
            Self::Labelled(_) | Self::Mentioned(_) | Self::Nearby(_)
        )
    }

    /// What to take off the confidence of a rule for the distance of the word, in percent.
    pub(crate) fn doubt(self) -> u8 {
        match self {
            Self::Labelled(_) => 0,
            Self::Mentioned(_) => 5,
            _ => 15,
        }
    }

    /// The word that decided.
    pub(crate) fn cue(self) -> Option<&'c Cue> {
        match self {
            Self::Labelled(cue)
            | Self::Mentioned(cue)
            | Self::Nearby(cue)
            | Self::Shared(cue)
            | Self::Other(cue)
            | Self::Reference(cue) => Some(cue),
            Self::Silent => None,
        }
    }
}

impl Cues {
    /// What the words around `span` of `text` say about `topics`.
    pub(crate) fn around(&self, text: &str, span: &Range<usize>, topics: TopicSet) -> Context<'_> {
        let column = self.column(text, span.start);
        if let Some(column) = column.filter(|name| !names_values(&text[name.clone()])) {
            return self.within(column, topics);
        }
        let before = self.before(text, span, topics);
        if matches!(before, Context::Labelled(_)) {
            return before;
        }
        match self.after(text, span, topics) {
            after if after.is_for() || matches!(before, Context::Silent) => after,
            _ => before,
        }
    }

    /// The verdict of a column's name.
    fn within(&self, name: Range<usize>, topics: TopicSet) -> Context<'_> {
        let cues = || {
            self.starting_at(name.start)
                .take_while(|cue| cue.end <= name.end)
        };
        if let Some(cue) = cues().find(|cue| cue.topics.meets(topics)) {
            return Context::Labelled(cue);
        }
        match cues().last() {
            Some(cue) if cue.topics.contains(Topic::Reference) => Context::Reference(cue),
            Some(cue) => Context::Other(cue),
            None => Context::Silent,
        }
    }

    /// The verdict of the words before `span`: the nearest of the topic or against it decides,
    /// words of other topics only when there is no such word.
    fn before(&self, text: &str, span: &Range<usize>, topics: TopicSet) -> Context<'_> {
        let mut other = Context::Silent;
        // A reference that only says where stands back for a word of the topic before it.
        let mut place = None;
        for cue in self.ending_before(span.start).rev() {
            let gap = &text[cue.end..span.start];
            let is_apart = gap.len() > REACH_BEFORE || ends_sentence(gap);
            let may_be_place =
                other == Context::Silent && gap.len() <= REACH_NEARBY && !cue.topics.meets(topics);
            if may_be_place && is_place(text, cue, gap) {
                if !is_apart && !belongs_elsewhere(gap) {
                    place.get_or_insert(cue);
                }
                continue;
            }
            let otherwise = place.map_or(other, Context::Reference);
            if is_apart {
                let is_last = other == Context::Silent && gap.len() <= REACH_NEARBY;
                let is_answer = || gap.contains(['?', '\n']) || refers_back(gap) || hands_over(gap);
                return if !is_last || !is_answer() || has_long_number(gap) {
                    otherwise
                } else if cue.topics.meets(topics) {
                    Context::Nearby(cue)
                } else if cue.topics.contains(Topic::Reference) && gap.contains('?') {
                    Context::Reference(cue)
                } else {
                    otherwise
                };
            }
            if cue.topics.meets(topics) {
                return if is_filler(gap) && other == Context::Silent {
                    Context::Labelled(cue)
                } else if belongs_elsewhere(gap) && !is_list(gap) {
                    Context::Shared(cue)
                } else {
                    Context::Mentioned(cue)
                };
            }
            if cue.topics.contains(Topic::Reference) && !belongs_elsewhere(gap) {
                return Context::Reference(cue);
            }
            if other == Context::Silent && !belongs_elsewhere(gap) {
                other = Context::Other(cue);
            }
        }
        place.map_or(other, Context::Reference)
    }

    /// The verdict of the words behind `span`. Only the first label counts, and only if it is not
    /// that of a value behind it.
    fn after(&self, text: &str, span: &Range<usize>, topics: TopicSet) -> Context<'_> {
        let Some(cue) = self.starting_at(span.end).next() else {
            return Context::Silent;
        };
        let gap = &text[span.end..cue.start];
        let is_near = gap.len() <= REACH_AFTER && !ends_sentence(gap) && !has_value(gap);
        if !is_near || has_own_value(text, cue) {
            return Context::Silent;
        }
        let is_at_it = is_filler(gap);
        if cue.topics.meets(topics) {
            if is_at_it {
                Context::Labelled(cue)
            } else {
                Context::Shared(cue)
            }
        } else if is_at_it && cue.topics.contains(Topic::Reference) {
            Context::Reference(cue)
        } else {
            Context::Silent
        }
    }
}

/// Whether the head of a column only says that values are in it: then each row has a label of its
/// own, in front.
fn names_values(name: &str) -> bool {
    static VALUES: WordList = WordList::new(
        "value | values | data | answer | entry | content | details | wert | werte | angabe | \
        eingabe | inhalt | valeur | reponse | valor | respuesta | resposta | valore | dato | \
        risposta | waarde | antwoord | wartosc | dane | varde | verdi | vaerdi | svar | arvo",
    );
    let mut said = words(name);
    said.next().is_some_and(|word| VALUES.contains(word)) && said.next().is_none()
}

/// Whether a label's value stands behind it, so that the one before it is not.
fn has_own_value(text: &str, cue: &Cue) -> bool {
    let behind = &text[cue.end..text.floor_char_boundary(cue.end + REACH_OF_OWN)];
    let Some(value) = behind.find(|c: char| c.is_ascii_digit() || c == BARRIER) else {
        return false;
    };
    // A value may begin with letters.
    is_filler(behind[..value].trim_end_matches(|c: char| c.is_ascii_alphanumeric()))
}

/// Whether a value already stands between a label and the span looked at: the label is for that.
fn belongs_elsewhere(gap: &str) -> bool {
    const FEWEST: usize = 4;
    let digits = gap.bytes().filter(u8::is_ascii_digit).count();
    gap.contains(BARRIER) || digits >= FEWEST && digits_but_of_times(gap) >= FEWEST
}

/// Whether there is a number that is more than the time of day in front of a turn: `[00:47]`.
fn has_long_number(text: &str) -> bool {
    text.contains(BARRIER)
        || text
            .as_bytes()
            .windows(3)
            .any(|three| three.iter().all(u8::is_ascii_digit))
}

/// Whether there is a number, or one that is masked.
fn has_value(text: &str) -> bool {
    text.bytes().any(|b| b.is_ascii_digit()) || text.contains(BARRIER)
}

/// Whether a sentence or paragraph ends in `gap`. One line break may stand between a label and its
/// value, as in forms; a full stop ends a sentence only before a space, and not behind `no.`.
pub(crate) fn ends_sentence(gap: &str) -> bool {
    let bytes = gap.as_bytes();
    let is_abbreviation = |at: usize| {
        let before = gap[..at].trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let word = &gap[before.len()..at];
        // `room 4. The`, but `no. 4`, `art. 4`; and dots in a row only lead to the value.
        let is_leader = before.len() == at && gap[..at].ends_with('.');
        is_leader
            || word.len() <= 3
                && !gap[..at].ends_with(|c: char| c.is_ascii_digit())
                && ["", "no", "nr", "num", "nro", "n", "st", "ref", "tel", "id"]
                    .iter()
                    .any(|short| word.eq_ignore_ascii_case(short))
    };
    let ends_at = |at: usize| match bytes[at] {
        b'!' | b'?' => bytes.get(at + 1).is_none_or(u8::is_ascii_whitespace),
        b'.' => bytes.get(at + 1).is_some_and(u8::is_ascii_whitespace) && !is_abbreviation(at),
        b'\n' => bytes[at + 1..].iter().find(|b| **b != b' ' && **b != b'\r') == Some(&b'\n'),
        _ => false,
    };
    (0..bytes.len()).any(ends_at)
}

/// Words that may stand between a label and its value without parting them. Lower case, accents
/// left out.
static FILLERS: LazyLock<FxHashSet<&str>> = LazyLock::new(|| {
    "is are was as of the a my your our his her their for on file ending in number \
     numbers no nr num code id value to its it s be would will should equals reads now \
     new old current full following here you me us at and provided given entered used \
     confirmed registered listed shows ist lautet die der das mein meine ihre nummer est \
     le la les mon ma votre numero n es el mi su tu e il mio o meu minha seu sua mijn uw \
     het de moj jest ar er mitt mit min ditt with this that customer caller patient \
     client member con com avec del do da di は が 是 为 為 는 은 laut unterlagen enligt avtalet \
     indica indique informou gibt nennt nannte si oui ja sim sure yes ok okay comes \
     noch lauten lit legge pone consta wpisano tieto gave he she they wrote star staat steht \
     更新为 改为 变更为 修改为 欄には 欄に 란에 칸에 好的 \
     als op comme como box still really well right um uh thats ligger lyder seria sarebe bitte please by phone saved stored printed shown \
     c al au war etait era var american british canadian australian indian german french spanish \
     italian dutch belgian swiss numbr nmuber nubmer numer let see which welche welches qui che ktory ktora"
        .split_whitespace()
        .collect()
});

/// Longer words are no fillers.
const LONGEST_FILLER: usize = 12;

fn is_filler_word(word: &str) -> bool {
    let mut lower = [0; LONGEST_FILLER];
    let Some(lower) = lower.get_mut(..word.len()) else {
        return false;
    };
    lower.copy_from_slice(word.as_bytes());
    lower.make_ascii_lowercase();
    std::str::from_utf8(lower).is_ok_and(|word| FILLERS.contains(word))
}

/// Whether `gap` holds nothing but other values and filler: `SSNs 123-45-6789 and 987-65-4321`.
fn is_list(gap: &str) -> bool {
    gap.split(|c: char| !c.is_alphanumeric())
        .all(|word| word.is_empty() || has_value(word) || is_filler_word(word))
}

/// Leaves out the number of a label that stands several times: `phone 2: `.
fn without_ordinal(gap: &str) -> &str {
    let rest = gap.trim_start_matches([' ', '_', '#']);
    let behind = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_ordinal = (1..=2).contains(&(rest.len() - behind.len()))
        && behind.trim_start_matches('"').starts_with([':', '=']);
    if is_ordinal { behind } else { gap }
}

/// Whether `gap` holds nothing but punctuation and a few words that part nothing.
pub(crate) fn is_filler(gap: &str) -> bool {
    const MOST_WORDS: usize = 5;
    let gap = without_ordinal(gap);
    if has_value(gap)
        || gap.contains(['.', ';']) && gap.trim_matches(['.', ' ']).contains(['.', ';'])
    {
        return false;
    }
    let mut words = words(gap);
    words.by_ref().take(MOST_WORDS).all(is_filler_word) && words.next().is_none()
}
