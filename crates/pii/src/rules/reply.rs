//! What is asked for in one turn of a conversation and told in the next.
//!
//! Nobody answers with the bare value: `Uh, hang on ... right, it's 4821.` So the words before it
//! are not looked at, but somebody must have asked, and somebody else must speak.

use std::ops::Range;

use crate::{
    context::{Cue, TopicSet, WordList},
    rules::label,
    view::{View, folded::BARRIER},
};

/// How far behind a label its turn may end, in bytes.
const REST_OF_TURN: usize = 48;
/// How far before a label the words that ask may stand, in bytes.
const REQUEST: usize = 120;
/// How much of a reply is looked at, in bytes.
const LONGEST_REPLY: usize = 200;
/// How far into a reply its value may begin, in bytes.
const LONGEST_OPENING: usize = 80;
/// The longest time and name before what somebody says, in bytes.
const LONGEST_SPEAKER: usize = 36;

/// Words that ask for something. Lower case, accents left out.
static REQUESTS: WordList = WordList::new(
    "please | need | tell | say | enter | provide | confirm | give | could | can | may | what | \
    whats | right | type | read | have | bitte | brauche | benotige | nennen | sagen | geben | \
    fehlt | folgendes | merci | manque | indiquer | donner | donnez | indiquez | pouvez | \
    plait | besoin | falta | digame | indique | indiqueme | facilite | necesito | favor | dime | \
    serve | manca | dica | mi dica | bisogno | favore | cortesia | dammi | preciso | diga | \
    informe | indicar | nodig | geven | noemen | zeggen | graag | mag | potrzebuje | prosze | \
    podac | poprosze | podaj | brakuje | behover | uppge | ange | sag | fa | oppgi | trenger | si \
    | trenge | opgiv | oplyse | mangler | kertokaa | tarvitsen | antakaa | anna | kerro | saisinko",
);

/// The same in scripts without spaces.
const UNSPACED_REQUESTS: [&str; 7] = ["请", "提供", "告诉", "教えて", "お願い", "말씀", "알려"];

/// Where the reply to somebody who asked for what `cue` names is told: in the next turn, or, if
/// nothing is told there, in the one behind it.
pub(crate) fn reply(text: &str, cue: &Cue) -> Option<Range<usize>> {
    let mut behind = text.as_bytes()[cue.end..].iter().take(REST_OF_TURN + 1);
    let turn_end = cue.end + behind.position(|byte| *byte == b'\n')?;
    let rest = &text[cue.end..turn_end];
    if has_value(rest) && !label::tells_part(rest) {
        return None;
    }
    let from = text.ceil_char_boundary(cue.start.saturating_sub(REQUEST));
    let before = &text[from..cue.start];
    let before = &before[before.rfind('\n').map_or(0, |at| at + 1)..];
    let asks = |words: &str| {
        REQUESTS.has_one_in(words) || UNSPACED_REQUESTS.iter().any(|word| words.contains(word))
    };
    let is_asked = rest.contains('?') || asks(rest) || asks(before);
    if !is_asked {
        return None;
    }
    let first = said(text, turn_end + 1)?;
    if has_value(&text[first.clone()]) {
        return Some(first);
    }
    said(text, first.end + 1)
}

/// Where the first digit of a reply stands, if no label of something else stands before it.
pub(crate) fn digit(view: &View<'_>, cue: &Cue, own: TopicSet) -> Option<usize> {
    let text = view.text();
    let reply = reply(text, cue)?;
    let at = reply.start + text[reply.clone()].find(|c: char| c.is_ascii_digit())?;
    let is_free = view
        .cues
        .starting_at(reply.start)
        .take_while(|other| other.start < at)
        .all(|other| other.topics.meets(own));
    (is_free && at - reply.start <= LONGEST_OPENING && !text[reply.start..at].contains(BARRIER))
        .then_some(at)
}

/// The beginnings of the words of the reply to `cue`.
pub(crate) fn starts(text: &str, cue: &Cue) -> impl Iterator<Item = usize> {
    let reply = reply(text, cue).unwrap_or_default();
    let said = &text[reply.clone()];
    let said = &said[..said.find(BARRIER).unwrap_or(said.len())];
    let starts = said
        .char_indices()
        .filter(|&(at, c)| !c.is_whitespace() && (at == 0 || said[..at].ends_with([' ', '\t'])));
    let starts: Vec<_> = starts.map(|(at, _)| reply.start + at).collect();
    starts
        .into_iter()
        .take_while(move |at| at - reply.start <= LONGEST_OPENING)
}

/// What somebody says in the line at `start`, if it begins with who it is: `Caller: `, `[00:47]
/// Agent: `, `user> `.
fn said(text: &str, start: usize) -> Option<Range<usize>> {
    /// What is looked at of a line: its stamp, its speaker and the longest reply.
    const LONGEST_LINE: usize = 64 + LONGEST_SPEAKER + LONGEST_REPLY;
    let line = text.get(start..)?;
    let line = &line[..line.floor_char_boundary(LONGEST_LINE)];
    let line = &line[..line.find('\n').unwrap_or(line.len())];
    let stamp = line
        .strip_prefix('[')
        .and_then(|line| line.find(']'))
        .map_or(0, |at| at + 2);
    let name = line.get(stamp..)?;
    let stamp = stamp + (name.len() - name.trim_start().len());
    let name = name.trim_start();
    let sign = name
        .find([':', '>'])
        .filter(|at| *at > 0 && *at <= LONGEST_SPEAKER)?;
    let is_name = name[..sign]
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, ' ' | '.' | '_' | '-'))
        && name.starts_with(char::is_alphabetic);
    let said = start + stamp + sign + 1;
    let end = text.floor_char_boundary((said + LONGEST_REPLY).min(start + line.len()));
    is_name.then_some(said..end.max(said))
}

fn has_value(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit() || c == BARRIER)
}
