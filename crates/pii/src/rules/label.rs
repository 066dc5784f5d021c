//! The way from a label to its value: what may stand between `PIN` and `4821`.
//!
//! Values without a check digit are found from their label outwards. A label speaks for the first
//! value behind it that nothing parts from it; those before it are found in [`before`](super::before).
//! Only bounded stretches around a label are looked at.

use std::ops::Range;

use crate::{
    context::{Cue, TopicSet, WordList, ends_sentence, hands_over, is_filler, is_place, words},
    view::{View, folded::BARRIER, numerals::joins_words},
};

/// How far behind a label its value may begin, in bytes.
const REACH: usize = 120;
/// The same in one sentence.
const REACH_IN_SENTENCE: usize = 80;

/// How a value hangs on its label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Link {
    /// Only punctuation and filler between: `PIN: 4821`, `my PIN is 4821`.
    Tight,
    /// Other words, but the last of them announces the value: `the PIN I use is 4821`.
    Loose,
    /// A question and its answer: `What's your PIN? - It's 4821`.
    Answer,
}

impl Link {
    /// The confidence of a labelled value, in percent.
    pub(crate) fn percent(self) -> u8 {
        match self {
            Self::Tight => 92,
            Self::Loose => 85,
            Self::Answer => 80,
        }
    }
}

/// Words that say a value follows. Lower case, accents left out.
static ANNOUNCERS: WordList = WordList::new(
    "is | was | are | be | s | its | as | to | it | code | number | use | enter | equals | reads \
    | says | shows | gave | lauten | noch | lit | legge | pone | consta | wpisano | tieto | star | \
    staat | steht | lautet | ist | sind | est | es | e | sono | sont | son | jest | brzmi | ar | er | \
    on | sao | war | waren | lautete | etait | era | byl | var | oli | now | jetzt | typed | entered | tried | \
    either | entweder | soit",
);

/// Words behind a verb of change: `wijzigen in 4821`, `auf 4821 ändern`.
const CHANGES: &[&str] = &[
    "auf",
    "till",
    "til",
    "para",
    "na",
    "wijzigen in",
    "veranderen in",
    "confirmed",
    "wurde",
];

/// Words that an answer may begin with.
pub(crate) static ANSWERS: WordList = WordList::new(
    "yes | yeah | yep | sure | ok | okay | hi | hello | um | uh | so | it | its | s | is | that | \
    thats | would | be | the | my | one | here | you | go | please | thanks | certainly | of | \
    course | alright | customer | caller | agent | client | user | visitor | guest | member | me \
    | i | have | got | mine | ours | correct | should | ja | klar | gerne | das | ist | die | \
    oui | c | est | bien | sur | si | claro | es | sim | e | certo | kunde | cliente | klant | number | code | and | all | right | \
    let | see",
);

/// Words that say that a value is only a part of one, and safe to show.
static PARTS: WordList = WordList::new(
    "ending | ends | last | endet | endend | terminant | termina | terminada | terminado | \
    finissant | finit | eindigend | eindigt | konczaca | konczacy | slutar | slutter",
);

/// Whether `text` names a part of a value only: `the Visa ending in 4242`.
pub(crate) fn tells_part(text: &str) -> bool {
    PARTS.has_one_in(text)
}

/// Words behind a number that make it a count: `a 6-digit code`.
const COUNTED: &[&str] = &[
    "digit",
    "character",
    "char",
    "letter",
    "number",
    "symbol",
    "minute",
    "min",
    "second",
    "sec",
    "hour",
    "day",
    "time",
    "attempt",
    "year",
    "month",
    "stellig",
    "ziffer",
    "zeichen",
    "chiffre",
    "caracter",
    "cifr",
    "cijfer",
    "digito",
    "tegen",
    "minut",
    "znak",
    "siffr",
    "word",
    "or",
    "to",
];

/// The cues of `topics`, in order.
pub(crate) fn labels<'v>(view: &'v View<'_>, topics: TopicSet) -> impl Iterator<Item = &'v Cue> {
    view.cues
        .starting_at(0)
        .filter(move |cue| cue.topics.meets(topics))
}

/// How the value at `at` hangs on the label before it. Cues of `through` may stand between.
pub(crate) fn link(view: &View<'_>, cue: &Cue, at: usize, through: TopicSet) -> Option<Link> {
    let gap = without_note(view.text().get(cue.end..at)?);
    if view.cues.column(view.text(), at).is_some()
        && view.cues.column(view.text(), cue.start).is_none()
    {
        return None;
    }
    if gap.len() > REACH || gap.contains(BARRIER) || PARTS.has_one_in(gap) {
        return None;
    }
    let is_free = || {
        view.cues
            .starting_at(cue.end)
            .take_while(|next| next.start < at)
            .all(|next| {
                next.topics.meets(through)
                    || next.topics == cue.topics
                    || is_place(view.text(), next, &view.text()[next.end..at])
            })
    };
    if !ends_sentence(gap) {
        if is_filler(gap) || is_qualified(view, at - gap.len()..at, through) {
            return Some(Link::Tight);
        }
        let is_announced = announces(gap) || is_enclosed(gap, &view.text()[at..]);
        return (gap.len() <= REACH_IN_SENTENCE && is_announced && is_free())
            .then_some(Link::Loose);
    }
    ((is_answer(gap) || hands_over(gap)) && is_free()).then_some(Link::Answer)
}

/// `gap` without a note in brackets right behind the label: `account number (ACH) is`.
fn without_note(gap: &str) -> &str {
    const LONGEST_NOTE: usize = 24;
    let note = gap
        .strip_prefix(" (")
        .and_then(|note| Some((note, note.find(')')?)));
    match note {
        Some((note, close))
            if close <= LONGEST_NOTE && note[..close].bytes().all(|b| !b.is_ascii_digit()) =>
        {
            &note[close + 1..]
        }
        _ => gap,
    }
}

/// Whether only filler and cues of `through` stand in `gap`: `vervaldatum van de kaart 12/27`.
fn is_qualified(view: &View<'_>, gap: Range<usize>, through: TopicSet) -> bool {
    static OF: WordList =
        WordList::new("van | della | dello | der | des | du | zur | vom | av | af | pa | na");
    let text = view.text();
    let mut from = gap.start;
    let mut cues = 0;
    let is_link = |piece: &str| {
        words(piece).all(|word| OF.contains(word) || is_filler(word))
            && is_filler(piece.trim_matches(|c: char| c.is_alphabetic() || c == ' '))
    };
    for cue in view
        .cues
        .starting_at(gap.start)
        .take_while(|cue| cue.end <= gap.end)
    {
        if !cue.topics.meets(through) || !is_link(&text[from..cue.start]) {
            return false;
        }
        from = cue.end;
        cues += 1;
    }
    cues > 0 && is_link(&text[from..gap.end])
}

/// Where the first digit behind `cue` stands that can belong to a value. A number that counts
/// (`6-digit`) does not.
pub(crate) fn digit_behind(view: &View<'_>, cue: &Cue) -> Option<usize> {
    let (text, kinds) = (view.text(), view.kinds());
    let reach = text.len().min(cue.end + REACH);
    let mut at = cue.end;
    while kinds.has_digit(&(at..reach)) {
        at = kinds.next_digit(at)?;
        let len = digits_at(text, at);
        let behind = &text[at + len..];
        let is_ordinal = len == 1
            && text[..at].ends_with(' ')
            && (behind.starts_with(':') || at < cue.end + 3 && behind.starts_with([')', '.']))
            && !behind[1..].starts_with(|c: char| c.is_ascii_digit());
        if !is_ordinal && (len > 2 || !is_count(behind)) {
            return Some(at);
        }
        at += len;
    }
    None
}

/// Whether a label of other topics stands right before `at`.
pub(crate) fn is_labelled(view: &View<'_>, at: usize, topics: TopicSet) -> bool {
    let own = view.cues.ending_before(at).next_back();
    own.is_some_and(|own| {
        let gap = &view.text()[own.end..at];
        gap.len() < 16 && !own.topics.meets(topics) && !ends_sentence(gap) && is_filler(gap)
    })
}

/// Where the next value of a list begins behind `end`: `4403 / 4815`, `4403 (old: 4815)`.
pub(crate) fn next_in_list(text: &str, end: usize) -> Option<usize> {
    const JOINTS: &[&str] = &[
        " / ",
        " into ",
        ", ",
        " (old: ",
        " (alt: ",
        " (previously ",
        " and ",
        " & ",
        " or ",
        " und ",
        " oder ",
        " et ",
        " ou ",
        " y ",
        " e ",
        " o ",
        " en ",
        " i ",
        " och ",
        " og ",
    ];
    let behind = &text[end..];
    let joint = JOINTS.iter().find(|joint| behind.starts_with(**joint))?;
    Some(end + joint.len())
}

/// The text of a cell without the quotation marks and spaces around it.
pub(crate) fn cell_text(text: &str, cell: &Range<usize>) -> Range<usize> {
    let around = [' ', '"', '\'', '`', '|', '\t', '\r'];
    let value = &text[cell.clone()];
    let start = cell.start + value.len() - value.trim_start_matches(around).len();
    start..start + value.trim_matches(around).len()
}

/// Whether the end of `gap` says that a value follows.
fn announces(gap: &str) -> bool {
    let gap = gap.trim_end_matches([' ', '"', '\'', '`', '*', '(', '[', '\n']);
    gap.ends_with([':', '=', '#', '>', '-'])
        || CHANGES.iter().any(|change| gap.ends_with(change))
        || words(gap)
            .next_back()
            .is_some_and(|last| gap.ends_with(last) && ANNOUNCERS.contains(last))
}

/// Whether a note in brackets begins with `value` and holds nothing else: `OTP given
/// (650914)`. Years are noted so as well.
fn is_enclosed(gap: &str, value: &str) -> bool {
    const MOST_WORDS: usize = 6;
    if !gap.ends_with(" (") || words(gap).count() > MOST_WORDS {
        return false;
    }
    let len = value
        .find(|c: char| !c.is_ascii_digit() && !matches!(c, ' ' | '-'))
        .unwrap_or(value.len());
    let is_year = len == 4 && (value.starts_with("19") || value.starts_with("20"));
    len >= 4 && !is_year && value[len..].starts_with(')')
}

/// Whether the sentence that ends `gap` is the beginning of an answer.
fn is_answer(gap: &str) -> bool {
    const MOST_WORDS: usize = 6;
    let from = gap.rfind(['?', '!', '\n']).or_else(|| gap.rfind(". "));
    let answer = &gap[from.map_or(0, |at| at + 1)..];
    // Who speaks: "Kund: ", "Agent Smith: "
    let said = answer
        .split_once(": ")
        .filter(|(who, _)| words(who).count() <= 2);
    let said = said.map_or(answer, |(_, said)| said);
    words(said).count() <= MOST_WORDS && words(said).all(|word| ANSWERS.contains(word))
}

fn is_count(behind: &str) -> bool {
    let behind = behind.trim_start_matches([' ', '-', '(']);
    COUNTED.iter().any(|word| {
        behind
            .as_bytes()
            .get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
    })
}

/// How many digits stand at `at`.
pub(crate) fn digits_at(text: &str, at: usize) -> usize {
    let digits = &text.as_bytes()[at..];
    digits
        .iter()
        .position(|b| !b.is_ascii_digit())
        .unwrap_or(digits.len())
}

/// Whether no letter, digit or decimal mark ties `span` to what is around it.
pub(crate) fn stands_alone(text: &str, span: &Range<usize>) -> bool {
    let tied = |c: char| matches!(c, '-' | '.' | '/' | ',' | ':');
    let before = &text[..span.start];
    let behind = &text[span.end..];
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let tied_before = before.ends_with(tied) && is_digit(before.chars().rev().nth(1));
    let tied_behind = behind.starts_with(tied) && is_digit(behind.chars().nth(1));
    let is_amount = before.trim_end().ends_with(['$', '€', '£', '¥', '+'])
        || behind.trim_start().starts_with(['$', '€', '£', '%']);
    !before.ends_with(joins_words)
        && !behind.starts_with(joins_words)
        && !tied_before
        && !tied_behind
        && !is_amount
}
