//! Values that stand before their label: `4821 is my PIN`, `x7Kp92 (password)`, `I have 4821 here
//! as your PIN`.
//!
//! Between them stands a bracket or an arrow, or words of which one ties what was said to what it
//! is called (`is`, `as`, `in the box for`) and the others part nothing.

use std::ops::Range;

use crate::{
    context::{Cue, WordList, ends_sentence, is_filler, words},
    rules::label::is_labelled,
    view::{View, folded::BARRIER},
};

/// How far before a label its value may end, in bytes.
const REACH: usize = 80;
/// The longest value that is no number, in bytes.
const LONGEST: usize = 256;
/// How many words may stand between a value and its label.
const MOST_WORDS: usize = 8;

/// Words that tie a value to the label behind it. Lower case, accents left out.
static TIES: WordList = WordList::new(
    "is | still | as | als | comme | como | come | som | jako | vid | ved | est | es | e | ist | jest | \
    ar | er | thats | box | field | feld | champ | casilla | campo | veld | polu | falt | felt | \
    rubrik | ud",
);

/// Words beside them.
static BESIDES: WordList = WordList::new(
    "that | s | here | noch | weiterhin | unter | bien | toujours | encore | \
    enregistre | enregistree | note | ainda | esta | registado | registrado | registada | \
    registrada | consta | ancora | risulta | registrato | registrata | inserito | sigue | \
    siendo | anotado | nog | steeds | op | nadal | wciaz | zapisane | zapisany | zapisano | \
    fortfarande | stadig | stadigvaek | fortsatt | ut | in | im | ins | into | for | under \
    | dans | na | no | w | w polu | en | nel | i | against | down | listed | shown | noted",
);

/// Where the number right before `cue` ends, when the words between say that it is its value:
/// `123 (CVV)`, `4821 is my PIN`.
pub(crate) fn end_before(view: &View<'_>, cue: &Cue) -> Option<usize> {
    let text = view.text();
    let from = text.ceil_char_boundary(cue.start.saturating_sub(REACH));
    let before = &text[from..cue.start];
    let end = from + before.rfind(|c: char| c.is_ascii_digit())? + 1;
    let gap = &text[end..cue.start];
    let tail = gap
        .find([' ', '(', ')', '"', '<', ',', '\n'])
        .unwrap_or(gap.len());
    let is_sentence = gap[..tail].ends_with(['.', ';', ':', '?']) && tail < gap.len();
    let is_value =
        !is_sentence && assigns(&gap[tail..], &text[cue.end..]) && !has_own_value(&text[cue.end..]);
    is_value.then_some(end + tail)
}

/// The digits right before `cue` that it labels, unless something else does.
pub(crate) fn digits_before(view: &View<'_>, cue: &Cue) -> Option<Range<usize>> {
    let text = view.text();
    let end = end_before(view, cue)?;
    let digits = &text[..end];
    let start = digits.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    (start < end && !is_labelled(view, start, cue.topics)).then_some(start..end)
}

/// The word before `cue` that `is_fit` to be its value, if the words between say that it is.
pub(crate) fn word_before(
    view: &View<'_>,
    cue: &Cue,
    is_fit: impl Fn(&str) -> bool,
) -> Option<Range<usize>> {
    let text = view.text();
    let from = text.ceil_char_boundary(cue.start.saturating_sub(REACH + LONGEST));
    let is_quote = |c: char| matches!(c, '"' | '\'' | '`' | '(' | '|');
    let mut end = cue.start;
    for _ in 0..=MOST_WORDS + 2 {
        let bare = text[from..end].trim_end_matches(|c: char| c.is_whitespace() || is_quote(c));
        let bare = bare.strip_suffix(',').unwrap_or(bare);
        let start = from
            + bare
                .trim_end_matches(|c: char| !c.is_whitespace() && !is_quote(c))
                .len();
        let word = &text[start..from + bare.len()];
        if word.is_empty() || word.contains(BARRIER) || cue.start - start > REACH + LONGEST {
            return None;
        }
        let gap = &text[start + word.len()..cue.start];
        if gap.is_empty() || gap.len() > REACH || word.ends_with(['.', ';', ':']) {
            return None;
        }
        if is_fit(word) {
            let is_value = (start > from || from == 0)
                && assigns(gap, &text[cue.end..])
                && !has_own_value(&text[cue.end..])
                && !is_labelled(view, start, cue.topics);
            return is_value.then_some(start..start + word.len());
        }
        end = start;
    }
    None
}

/// Whether `gap` makes what is before it the value of the label between it and `behind`.
fn assigns(gap: &str, behind: &str) -> bool {
    if gap.trim_start() == "(" && behind.starts_with(')') {
        return gap.len() <= 4;
    }
    if gap.contains(['\n', BARRIER]) || ends_sentence(gap) || gap.contains("://") {
        return false;
    }
    if words(gap).next().is_none() {
        let is_arrow = matches!(gap.trim(), "<-" | "<--" | "\u{2190}" | "<=");
        return is_arrow || gap.len() <= 3 && !gap.contains([',', ';', ':', '=', '/', '|', '.']);
    }
    !PARTS.has_one_in(gap) && (names(gap) || ties(gap))
}

/// Whether the words of `gap` begin with a verb or a possessive: `is my`, `was given as the`.
fn names(gap: &str) -> bool {
    let said: Vec<&str> = words(gap).collect();
    // `4821, that's my PIN`, but `4821 das Passwort`.
    let pointing = said.iter().take_while(|word| POINTING.contains(word));
    let pointing = pointing.count();
    let said = if pointing < said.len() {
        &said[pointing..]
    } else {
        &said[..]
    };
    let [first, rest @ ..] = said else {
        return false;
    };
    let is = IS.contains(first);
    let is_bare = rest.is_empty();
    let whose = rest.first().is_some_and(|word| OWNERS.contains(word));
    let is_short = rest.len() <= 4;
    let is_given = ["was given as", "wurde als", "given as", "used as"]
        .iter()
        .any(|given| gap.contains(given));
    ((is && (whose || is_bare) || OWNERS.contains(first)) && is_short) || is_given
}

/// Whether one of the words of `gap` ties what stands around them, and none of the others parts
/// it: `here as your`, `risulta ancora come`.
fn ties(gap: &str) -> bool {
    let is_known = |word: &str| TIES.contains(word) || BESIDES.contains(word) || is_filler(word);
    !gap.contains([';', ':', '?', '=', '|'])
        && words(gap).count() <= MOST_WORDS
        && words(gap).any(|word| TIES.contains(word))
        && words(gap).all(is_known)
}

/// Words that say that the value is not what the label names: `is the hash, not the token`.
static PARTS: WordList = WordList::new("not | nicht | pas | non | niet | nie | inte | ikke | hash");
/// Words that point back at a value before the verb: `4821 - that's my PIN`.
static POINTING: WordList = WordList::new(
    "that | this | these | which | das | dies | dieses | c | ce | ceci | eso | ese | esa | este | \
    esta | esto | questo | questa | quello | quella | esse | essa | isso | isto | dat | dit | to | \
    det | dette | tama | se",
);
/// Verbs that say what a value is.
static IS: WordList = WordList::new(
    "is | as | are | ist | als | est | es | e | jest | to | was | como | comme | come | ar | er | \
     on | s",
);
/// Articles and possessives before a label.
static OWNERS: WordList = WordList::new(
    "your | my | the | our | his | her | their | a | ihr | ihre | mein | meine | dein | deine | \
    der | die | das | votre | ton | mon | ma | le | la | tu | su | mi | el | il | tuo | tua | \
    mio | seu | sua | meu | minha | o | uw | je | mijn | de | het | twoj | moj | din | ditt | \
    min | mitt | mit",
);

/// Whether a label announces a value behind it, so that none before it is its own.
fn has_own_value(behind: &str) -> bool {
    let behind = behind.trim_start_matches([' ', '"', '\'', '*', ')']);
    behind.starts_with('=')
        || behind.strip_prefix([':', '=', '#']).is_some_and(|behind| {
            behind
                .trim_start_matches([' ', '"', '\'', ':'])
                .starts_with(|c: char| c.is_alphanumeric() || c == BARRIER)
        })
}
