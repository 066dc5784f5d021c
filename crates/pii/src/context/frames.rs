//! Frames of speech: what the words between a label and a value do, whatever the label.

use crate::context::{Cue, Topic, WordList, words};

/// How many digits stand in `gap`, without those of the time in front of a turn: `[09:14]`.
pub(crate) fn digits_but_of_times(gap: &str) -> usize {
    let is_time = |run: &str| {
        run.split(':').count() > 1 && run.split(':').all(|part| (1..=2).contains(&part.len()))
    };
    gap.split(|c: char| !c.is_ascii_digit() && c != ':')
        .filter(|run| !is_time(run))
        .map(|run| run.bytes().filter(u8::is_ascii_digit).count())
        .sum()
}

/// Whether a cue names a reference only to say where something stands: `our ABN on the invoice:
/// 51 824 753 556`. `gap` is what follows up to the value.
pub(crate) fn is_place(text: &str, cue: &Cue, gap: &str) -> bool {
    const REACH: usize = 24;
    static PREPOSITIONS: WordList = WordList::new(
        "on | in | from | at | to | zu | til | till | auf | aus | an | bei | sur | dans | en | de | su | da | em | op | \
        uit | na | w | z | pa | i | fra | fran",
    );
    static CONTRACTED: WordList = WordList::new(
        "im | am | vom | zur | zum | aan | au | alla | al | all | do | sulla | sul | sull | nella | nel | nell | dalla | dal | na | da | \
        w | pa",
    );
    static DETERMINERS: WordList = WordList::new(
        "the | your | our | my | his | her | their | this | that | these | last | latest | every \
        | der | die | das | dem | den | ihrer | ihrem | unserer | unserem | meiner | meinem | \
        dieser | diesem | letzten | la | le | les | l | votre | vos | notre | nos | ma | mon | mes \
        | cette | ce | el | los | las | su | sus | tu | mi | mis | nuestra | nuestro | esta | este \
        | vostra | vostro | mia | mio | questa | questo | minha | meu | sua | seu | nossa | nosso | \
        de | het | uw | mijn | onze | ons | deze | dit | den | det | din | deres",
    );
    let label = &text[cue.start..cue.end];
    if !cue.topics.contains(Topic::Reference)
        || label.contains(' ')
        || !gap.contains(|c: char| c == ':' || c.is_alphabetic())
    {
        return false;
    }
    let before = &text[text.floor_char_boundary(cue.start.saturating_sub(REACH))..cue.start];
    let mut before = words(before).rev();
    let (last, first) = (
        before.next().unwrap_or_default(),
        before.next().unwrap_or_default(),
    );
    CONTRACTED.contains(last)
        || DETERMINERS.contains(last)
            && (PREPOSITIONS.contains(first) || CONTRACTED.contains(first))
}

/// Whether the last sentence of `gap` only hands over what an earlier one asks for: `My SIN was
/// missing. Here it is: `.
pub(crate) fn hands_over(gap: &str) -> bool {
    const MOST_WORDS: usize = 6;
    static HANDING: WordList = WordList::new(
        "here | it | is | you | are | go | again | once | more | right | so | ok | okay | ah | yes | \
        that | s | value | on | file | got | found | have | now | this | the | one | hier | da | \
        bitte | ist | sie | er | es | nochmal | nochmals | noch | mal | haben | wir | genau | voici | \
        voila | le | la | tenez | c | est | encore | aqui | ahi | esta | tiene | lo | tienes | otra | \
        vez | va | ya | ecco | eccolo | eccola | ecco lo | di | nuovo | segue | vai | de | novo | \
        alsjeblieft | alstublieft | nog | een | keer | het | staat | oto | prosze | to | jest | \
        jeszcze | raz | har | ar | kommer | den | det | igen | her | kommer | igjen | tassa | se | \
        on | tama | uudelleen",
    );
    let said = gap.trim_end_matches([' ', '"', '\'', '*', '\n']);
    let Some(said) = said.strip_suffix([':', '\u{2192}']) else {
        return false;
    };
    let from = said.rfind(['.', '!', '?', '\n']).map_or(0, |stop| stop + 1);
    let said = &said[from..];
    from > 0
        && (1..=MOST_WORDS).contains(&words(said).count())
        && words(said).all(|word| HANDING.contains(word))
}

/// Whether the last sentence of `gap` speaks of what the one before it names: `is wrong. Ours is`.
pub(super) fn refers_back(gap: &str) -> bool {
    const MOST_WORDS: usize = 5;
    static BACK: WordList = WordList::new(
        "it | its | s | is | be | ours | mine | my | our | the | right | correct | real | actual | \
        one | that | this | should | es | er | sie | das | ist | lautet | richtig | richtige | \
        korrekt | korrekte | ware | meine | meiner | unsere | die | der | le | la | bon | bonne | \
        c | est | elle | il | correct | correcte | mien | mienne | notre | el | correcto | \
        correcta | mio | mia | nuestro | nuestra | bueno | buena | quello | quella | giusto | \
        giusta | corretto | corretta | e | o | a | correto | correta | certo | certa | meu | minha \
        | nosso | nossa | de | het | juiste | goede | correcte | mijn | onze | to | jest | \
        prawidlowy | poprawny | wlasciwy | prawidlowe | moj | nasz | det | den | ar | ratt | ratta \
        | korrekta | min | mitt | var | vart | rigtige | korrekte | riktige | rette | er | oikea | \
        se | on",
    );
    static VERBS: WordList = WordList::new(
        "is | s | be | ist | lautet | ware | est | es | e | to | jest | ar | er | on",
    );
    let said = gap.trim_end_matches([' ', ':', '"', '\'', '*']);
    let Some(stop) = said.rfind(['.', '!', '?']) else {
        return false;
    };
    let said = &said[stop + 1..];
    // A verb of Finnish alone is a preposition of English: `. On 5 May`.
    !said.trim().eq_ignore_ascii_case("on")
        && words(said).count() <= MOST_WORDS
        && words(said).all(|word| BACK.contains(word))
        && words(said)
            .next_back()
            .is_some_and(|last| VERBS.contains(last))
}
