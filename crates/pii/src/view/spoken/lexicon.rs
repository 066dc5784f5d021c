//! What words mean when somebody reads a value aloud.

use std::{ops::Range, sync::LazyLock};

use rustc_hash::FxHashMap;

use crate::view::{
    beginnings::{Beginnings, Triples},
    short,
};

/// What one word means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Spoken {
    pub(crate) meaning: Meaning,
    /// The languages in which it means that.
    pub(crate) languages: Languages,
    /// Whether the word is rare in other meanings.
    pub(crate) is_strong: bool,
}

/// What a word can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// 0 to 9.
    Digit(u8),
    /// 10 to 19, and those above that are one word.
    Number(u8),
    /// 20, 30 to 90.
    Tens(u8),
    Hundred,
    /// The next digit this many times.
    Times(u8),
    /// A letter by its name in a spelling alphabet.
    Letter(char),
    /// A character by its name, inside a number or an address.
    Sign(char),
    At,
    Dot,
    /// What joins tens and digits: `treinta y cinco`.
    And,
    /// What speakers say while they think.
    Pause,
}

/// A set of languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Languages(u16);

impl Languages {
    pub(crate) const ALL: Self = Self(u16::MAX);
    const ENGLISH: Self = Self(1);
    const SPANISH: Self = Self(2);
    const GERMAN: Self = Self(4);
    pub(crate) const FRENCH: Self = Self(8);
    const ITALIAN: Self = Self(16);
    const PORTUGUESE: Self = Self(32);
    const DUTCH: Self = Self(64);
    const POLISH: Self = Self(128);
    const NORDIC: Self = Self(256);

    /// The languages in both sets; `None` if there are none.
    pub(crate) fn shared(self, other: Self) -> Option<Self> {
        let both = self.0 & other.0;
        (both != 0).then_some(Self(both))
    }

    fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Digits, from nought on; words of one digit parted by `/`.
const DIGITS: &[(Languages, &str)] = &[
    (
        Languages::ENGLISH,
        "zero/oh/o/nought/naught one two three four five six seven eight nine/niner",
    ),
    (
        Languages::SPANISH,
        "cero uno/una dos tres cuatro cinco seis siete ocho nueve",
    ),
    (
        Languages::GERMAN,
        "null eins/ein zwei/zwo drei vier funf/fuenf sechs sieben acht neun",
    ),
    (
        Languages::FRENCH,
        "zero un/une deux trois quatre cinq six sept huit neuf",
    ),
    (
        Languages::ITALIAN,
        "zero uno due tre quattro cinque sei sette otto nove",
    ),
    (
        Languages::PORTUGUESE,
        "zero um/uma dois/duas tres quatro cinco seis/meia sete oito nove",
    ),
    (
        Languages::DUTCH,
        "nul een twee drie vier vijf zes zeven acht negen",
    ),
    (
        Languages::POLISH,
        "zero jeden dwa trzy cztery piec szesc siedem osiem dziewiec",
    ),
    (
        Languages::NORDIC,
        "noll/null/nul ett/en/et tva/to tre fyra/fire fem sex/seks sju/syv atta/atte/otte nio/ni",
    ),
];

/// Ten to nineteen.
const TEENS: &[(Languages, &str)] = &[
    (
        Languages::ENGLISH,
        "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
    ),
    (
        Languages::SPANISH,
        "diez once doce trece catorce quince dieciseis diecisiete dieciocho diecinueve",
    ),
    (
        Languages::GERMAN,
        "zehn elf zwolf/zwoelf dreizehn vierzehn funfzehn sechzehn siebzehn achtzehn neunzehn",
    ),
    (
        Languages::FRENCH,
        "dix onze douze treize quatorze quinze seize",
    ),
    (
        Languages::ITALIAN,
        "dieci undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove",
    ),
    (
        Languages::PORTUGUESE,
        "dez onze doze treze catorze/quatorze quinze dezesseis/dezasseis dezessete/dezassete \
         dezoito dezenove/dezanove",
    ),
    (
        Languages::DUTCH,
        "tien elf twaalf dertien veertien vijftien zestien zeventien achttien negentien",
    ),
];

/// Twenty, thirty and so on.
const TENS: &[(Languages, &str)] = &[
    (
        Languages::ENGLISH,
        "twenty thirty forty/fourty fifty sixty seventy eighty ninety",
    ),
    (
        Languages::SPANISH,
        "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
    ),
    (
        Languages::GERMAN,
        "zwanzig dreissig vierzig funfzig sechzig siebzig achtzig neunzig",
    ),
    (
        Languages::FRENCH,
        "vingt/vingts trente quarante cinquante soixante septante huitante/octante nonante",
    ),
    (
        Languages::ITALIAN,
        "venti trenta quaranta cinquanta sessanta settanta ottanta novanta",
    ),
    (
        Languages::PORTUGUESE,
        "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa",
    ),
    (
        Languages::DUTCH,
        "twintig dertig veertig vijftig zestig zeventig tachtig negentig",
    ),
];

/// Words that are common in other meanings.
const WEAK: &[&str] = &[
    "o", "oh", "un", "une", "una", "um", "uma", "ein", "een", "en", "et", "to", "sex", "ni", "due",
    "sei", "once", "nove", "sept", "elf", "dix", "acht", "a",
];

/// The alphabet of radio operators.
const ALPHABET: &str = "alpha/alfa bravo charlie delta echo foxtrot golf hotel india juliett/juliet kilo lima mike \
    november oscar papa quebec romeo sierra tango uniform victor whiskey/whisky xray yankee zulu";

/// Everything else.
const OTHERS: &[(&str, Languages, Meaning)] = &[
    ("hundred", Languages::ENGLISH, Meaning::Hundred),
    ("double", Languages::ALL, Meaning::Times(2)),
    ("triple", Languages::ALL, Meaning::Times(3)),
    ("treble", Languages::ENGLISH, Meaning::Times(3)),
    ("quadruple", Languages::ALL, Meaning::Times(4)),
    ("doble", Languages::SPANISH, Meaning::Times(2)),
    ("doppel", Languages::GERMAN, Meaning::Times(2)),
    ("doppelt", Languages::GERMAN, Meaning::Times(2)),
    ("doppio", Languages::ITALIAN, Meaning::Times(2)),
    ("triplo", Languages::ITALIAN, Meaning::Times(3)),
    ("duplo", Languages::PORTUGUESE, Meaning::Times(2)),
    ("dubbel", Languages::DUTCH, Meaning::Times(2)),
    ("y", Languages::SPANISH, Meaning::And),
    ("e", Languages::PORTUGUESE, Meaning::And),
    ("um", Languages::ENGLISH, Meaning::Pause),
    ("uh", Languages::ALL, Meaning::Pause),
    ("er", Languages::ENGLISH, Meaning::Pause),
    ("euh", Languages::FRENCH, Meaning::Pause),
    ("ah", Languages::ALL, Meaning::Pause),
    ("eh", Languages::ALL, Meaning::Pause),
    ("ehm", Languages::ALL, Meaning::Pause),
    ("then", Languages::ENGLISH, Meaning::Pause),
    ("dann", Languages::GERMAN, Meaning::Pause),
    ("luego", Languages::SPANISH, Meaning::Pause),
    ("puis", Languages::FRENCH, Meaning::Pause),
    ("poi", Languages::ITALIAN, Meaning::Pause),
    ("dash", Languages::ENGLISH, Meaning::Sign('-')),
    ("hyphen", Languages::ENGLISH, Meaning::Sign('-')),
    ("minus", Languages::ALL, Meaning::Sign('-')),
    ("bindestrich", Languages::GERMAN, Meaning::Sign('-')),
    ("guion", Languages::SPANISH, Meaning::Sign('-')),
    ("tiret", Languages::FRENCH, Meaning::Sign('-')),
    ("trattino", Languages::ITALIAN, Meaning::Sign('-')),
    ("hifen", Languages::PORTUGUESE, Meaning::Sign('-')),
    ("streepje", Languages::DUTCH, Meaning::Sign('-')),
    // Behind `guion`: what is heard has one sign too many, and is an address all the same.
    ("bajo", Languages::SPANISH, Meaning::Sign('_')),
    ("bas", Languages::FRENCH, Meaning::Sign('_')),
    ("basso", Languages::ITALIAN, Meaning::Sign('_')),
    ("traco", Languages::PORTUGUESE, Meaning::Sign('-')),
    ("koppelteken", Languages::DUTCH, Meaning::Sign('-')),
    ("myslnik", Languages::POLISH, Meaning::Sign('-')),
    ("lacznik", Languages::POLISH, Meaning::Sign('-')),
    ("bindestreck", Languages::NORDIC, Meaning::Sign('-')),
    ("bindestrek", Languages::NORDIC, Meaning::Sign('-')),
    ("bindestreg", Languages::NORDIC, Meaning::Sign('-')),
    ("podkreslnik", Languages::POLISH, Meaning::Sign('_')),
    ("podkreslenie", Languages::POLISH, Meaning::Sign('_')),
    ("understreck", Languages::NORDIC, Meaning::Sign('_')),
    ("understrek", Languages::NORDIC, Meaning::Sign('_')),
    ("understreg", Languages::NORDIC, Meaning::Sign('_')),
    ("underscore", Languages::ALL, Meaning::Sign('_')),
    ("underline", Languages::PORTUGUESE, Meaning::Sign('_')),
    ("unterstrich", Languages::GERMAN, Meaning::Sign('_')),
    ("plus", Languages::ALL, Meaning::Sign('+')),
    ("mas", Languages::SPANISH, Meaning::Sign('+')),
    ("piu", Languages::ITALIAN, Meaning::Sign('+')),
    ("mais", Languages::PORTUGUESE, Meaning::Sign('+')),
    ("slash", Languages::ALL, Meaning::Sign('/')),
    ("stroke", Languages::ENGLISH, Meaning::Sign('/')),
    ("at", Languages::ALL, Meaning::At),
    ("arroba", Languages::ALL, Meaning::At),
    ("arobase", Languages::ALL, Meaning::At),
    ("arobas", Languages::ALL, Meaning::At),
    ("chiocciola", Languages::ALL, Meaning::At),
    ("klammeraffe", Languages::ALL, Meaning::At),
    ("apenstaartje", Languages::ALL, Meaning::At),
    ("malpa", Languages::ALL, Meaning::At),
    ("snabela", Languages::ALL, Meaning::At),
    ("kroellalfa", Languages::ALL, Meaning::At),
    ("dot", Languages::ALL, Meaning::Dot),
    ("punto", Languages::ALL, Meaning::Dot),
    ("punkt", Languages::ALL, Meaning::Dot),
    ("point", Languages::ALL, Meaning::Dot),
    ("ponto", Languages::ALL, Meaning::Dot),
    ("punt", Languages::ALL, Meaning::Dot),
    ("kropka", Languages::ALL, Meaning::Dot),
    ("punktum", Languages::ALL, Meaning::Dot),
    ("prikk", Languages::ALL, Meaning::Dot),
    ("piste", Languages::ALL, Meaning::Dot),
];

/// Words that say behind a letter that its explanation follows: `b as in bravo`, `c for charlie`.
pub(super) const EXPLAINING: [&str; 8] =
    ["as", "for", "like", "wie", "comme", "como", "come", "de"];

/// The longest word with a meaning: a number above twenty in German.
const LONGEST: usize = 20;

static WORDS: LazyLock<FxHashMap<&'static str, Spoken>> = LazyLock::new(|| {
    let mut words = FxHashMap::default();
    let mut add = |list: &'static str, languages, meaning: &dyn Fn(u8) -> Meaning| {
        for (place, all) in (0..).zip(list.split_whitespace()) {
            for word in all.split('/') {
                let spoken = Spoken {
                    meaning: meaning(place),
                    languages,
                    is_strong: !WEAK.contains(&word),
                };
                words
                    .entry(word)
                    .and_modify(|known: &mut Spoken| {
                        if known.meaning == spoken.meaning {
                            known.languages = known.languages.with(languages);
                        }
                    })
                    .or_insert(spoken);
            }
        }
    };
    for (languages, list) in DIGITS {
        add(list, *languages, &Meaning::Digit);
    }
    for (languages, list) in TEENS {
        add(list, *languages, &|place| Meaning::Number(10 + place));
    }
    for (languages, list) in TENS {
        add(list, *languages, &|place| Meaning::Tens(20 + 10 * place));
    }
    add(ALPHABET, Languages::ALL, &|place| {
        Meaning::Letter(char::from(b'A' + place))
    });
    for (word, languages, meaning) in OTHERS {
        add(word, *languages, &|_| *meaning);
    }
    words
});

/// Tells most words of prose without looking them up.
static FILTER: LazyLock<Beginnings> = LazyLock::new(|| {
    let mut filter = Beginnings::default();
    for word in WORDS.keys().chain(&EXPLAINING) {
        filter.insert(word.as_bytes());
    }
    filter
});
/// The same by three letters.
static TRIPLES: LazyLock<Triples> = LazyLock::new(|| {
    let mut triples = Triples::default();
    for word in WORDS.keys().chain(&EXPLAINING) {
        triples.insert(word.as_bytes());
    }
    triples
});
/// The words that are too short to be several in one.
static SHORT_WORDS: LazyLock<FxHashMap<u64, Spoken>> = LazyLock::new(|| {
    let short = WORDS
        .iter()
        .filter(|(word, _)| word.len() < SHORTEST_COMPOUND);
    short
        .filter_map(|(word, spoken)| Some((short::word(word.as_bytes())?, *spoken)))
        .collect()
});
/// Shorter words are no numbers of several words in one.
const SHORTEST_COMPOUND: usize = 8;

/// Tells most words of prose that mean nothing when a value is read aloud, nor say which letter is
/// meant.
pub(super) struct Filter {
    triples: &'static Triples,
    beginnings: &'static Beginnings,
}

impl Filter {
    pub(super) fn new() -> Self {
        Self {
            triples: &TRIPLES,
            beginnings: &FILTER,
        }
    }

    /// What such words begin with, apart from those of eight letters and more.
    pub(super) fn triples(&self) -> &'static Triples {
        self.triples
    }

    /// Whether the word at `word` of `text` may.
    #[inline(always)]
    pub(super) fn passes(&self, text: &[u8], word: &Range<usize>) -> bool {
        self.triples.may_begin_at(text, word.start) && self.beginnings.may_contain_at(text, word)
            || word.len() >= SHORTEST_COMPOUND && may_be_compound(&text[word.clone()])
    }
}

/// What the word at `word` of `text` means, if it means anything when a value is read aloud.
pub(crate) fn meaning(text: &str, word: &Range<usize>) -> Option<Spoken> {
    if word.len() < SHORTEST_COMPOUND {
        if !TRIPLES.may_begin_at(text.as_bytes(), word.start) {
            return None;
        }
        let short = short::word_in(text.as_bytes(), word)?;
        return SHORT_WORDS.get(&short).copied();
    }
    let word = text.get(word.clone())?;
    if !FILTER.may_contain(word.as_bytes()) && !may_be_compound(word.as_bytes()) {
        return None;
    }
    let mut lower = [0; LONGEST];
    let lower = lower.get_mut(..word.len())?;
    lower.copy_from_slice(word.as_bytes());
    lower.make_ascii_lowercase();
    let lower = str::from_utf8(lower).ok()?;
    WORDS.get(lower).copied().or_else(|| compound(lower))
}

/// Whether a word begins or ends as numbers of several words in one do.
fn may_be_compound(word: &[u8]) -> bool {
    word.len() >= SHORTEST_COMPOUND
        && match word {
            [a, b, c, d, .., y, z] => {
                let [a, b, c, d, y, z] = [a, b, c, d, y, z].map(|byte| byte | 0x20);
                [y, z] == *b"ig"
                    || matches!(
                        &[a, b, c, d],
                        b"vein"
                            | b"vent"
                            | b"tren"
                            | b"quar"
                            | b"cinq"
                            | b"sess"
                            | b"sett"
                            | b"otta"
                            | b"nova"
                    )
            }
            _ => false,
        }
}

/// Words of which every spoken value has at least one: numbers that are rare in other meanings,
/// what repeats a number, the beginnings of those in one word, and what stands between the parts of an
/// address.
pub(crate) fn leading_words() -> impl Iterator<Item = &'static str> {
    const COMPOUNDS: [&str; 4] = ["einund", "zwound", "eenen", "zesen"];
    let leads = |spoken: &Spoken| match spoken.meaning {
        Meaning::At | Meaning::Dot => true,
        // It makes a number even of words that are common otherwise: `triple oh`.
        Meaning::Times(_) => true,
        meaning => is_number(meaning) && spoken.is_strong,
    };
    let words = WORDS.iter().filter(move |(_, spoken)| leads(spoken));
    words.map(|(word, _)| *word).chain(COMPOUNDS)
}

/// A number above twenty that is written as one word.
fn compound(word: &str) -> Option<Spoken> {
    if word.len() < SHORTEST_COMPOUND {
        return None;
    }
    let number = |languages, value| {
        Some(Spoken {
            meaning: Meaning::Number(value),
            languages,
            is_strong: true,
        })
    };
    let tens_of = |word: &str, language| match WORDS.get(word)? {
        Spoken {
            meaning: Meaning::Tens(tens),
            languages,
            ..
        } if languages.shared(language).is_some() => Some(*tens),
        _ => None,
    };
    let unit_of = |word: &str, language| match WORDS.get(word)? {
        Spoken {
            meaning: Meaning::Digit(unit @ 1..),
            languages,
            ..
        } if languages.shared(language).is_some() => Some(*unit),
        _ => None,
    };
    // The tens end so in both languages.
    let languages = [(Languages::GERMAN, "und"), (Languages::DUTCH, "en")];
    let languages = languages.into_iter().filter(|_| word.ends_with("ig"));
    for (language, joint) in languages {
        for (at, _) in word.match_indices(joint) {
            let (unit, tens) = (&word[..at], &word[at + joint.len()..]);
            if let (Some(unit), Some(tens)) = (unit_of(unit, language), tens_of(tens, language)) {
                return number(language, tens + unit);
            }
        }
    }
    if let Some(unit) = word.strip_prefix("veinti") {
        return number(Languages::SPANISH, 20 + unit_of(unit, Languages::SPANISH)?);
    }
    const STEMS: [&str; 8] = [
        "vent", "trent", "quarant", "cinquant", "sessant", "settant", "ottant", "novant",
    ];
    let (tens, rest) = (20..)
        .step_by(10)
        .zip(STEMS)
        .find_map(|(tens, stem)| Some((tens, word.strip_prefix(stem)?)))?;
    let unit = rest.strip_prefix(['i', 'a']).unwrap_or(rest);
    let unit = unit_of(unit, Languages::ITALIAN).or_else(|| unit_of(rest, Languages::ITALIAN))?;
    number(Languages::ITALIAN, tens + unit)
}

/// Whether `word` means something that can be part of a number.
pub(crate) fn is_number(meaning: Meaning) -> bool {
    matches!(
        meaning,
        Meaning::Digit(_) | Meaning::Number(_) | Meaning::Tens(_)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_one_word_are_known() {
        for (word, value) in [
            ("funfundzwanzig", 25),
            ("vijfentwintig", 25),
            ("veintinueve", 29),
            ("ventitre", 23),
            ("trentuno", 31),
            ("NINETEEN", 19),
        ] {
            assert_eq!(
                meaning(word, &(0..word.len())).map(|spoken| spoken.meaning),
                Some(Meaning::Number(value)),
                "{word}"
            );
        }
        for word in ["hello", "thousands", "undenundund", "averyveryverylongword"] {
            assert_eq!(meaning(word, &(0..word.len())), None, "{word}");
        }
    }
}
