//! Dates of birth: any date that the words around it call one.
//!
//! A date alone says nothing about a person, so nothing is found in a text without a word of
//! birth. Dates are read in figures in any order (`12/31/1980`, `1980-12-31`, `19801231`), with
//! the month written out or shortened in the languages of the locales (`12 March 1980`,
//! `March 12th`, `12 de marzo de 1980`), and in Chinese, Japanese and Korean.
//!
//! Days and years that are read aloud come here as figures, of English dates. Not covered: a year or
//! a month alone, ages, dates written out in words of other languages.

use std::ops::Range;

use crate::{
    context::{Context, Cue, Phrases, Topic, WordList, digits_but_of_times},
    entity::Entity,
    rules::{Candidate, Found},
    view::{View, numerals::Numerals},
};

/// Nobody alive was born before.
const EARLIEST_YEAR: u32 = 1900;
/// The library has no clock; this is late enough for a while, and a label is asked for anyway.
const LATEST_YEAR: u32 = 2039;

/// What French forms have before a date, `né(e) le`, which no phrase of words can be.
const NE_E_LE: &str = "e(e) le";

/// How far a word of birth may stand from the date that it is about, in bytes.
const REACH: usize = 48;
/// The longest stretch between a day and its year, `th of September `.
const LONGEST_MONTH_GAP: usize = 24;

pub(crate) const PHRASES: &[Phrases] = &[Phrases {
    topic: Topic::Birth,
    phrases: "dob | do b | d o b | date of brith | date of birth | dates of birth | birth date | birthdate | \
        date birth | birth day | birthday | birthdays | bday | b day | born | born on | born in | \
        year of birth | day of birth | patient birth date | bdate | birth dt | \
        geboren | geboren am | geb | geb am | geburtsdatum | geburtstag | gebdatum | geb datum | geb dat | \
        geburtstage | \
        ne le | nee le | ne e le | nes le | date de naissance | datenaissance | naissance | \
        anniversaire | nee a | ddn | \
        fecha de nacimiento | fechanacimiento | fecha nacimiento | nacimiento | nacido | nacida | \
        nacido el | nacida el | nacio | nacio el | naci | naci el | cumpleanos | fecha nac | fdn | \
        nato il | nata il | nato | nata | nato a | nata a | data di nascita | nascita | \
        compleanno | sono nato | sono nata | \
        data de nascimento | datanascimento | nascimento | nascido | nascida | nascido em | \
        nascida em | nasceu | nasci | nasceu em | aniversario | data nasc | \
        geboortedatum | geboren op | geboortedag | verjaardag | jarig | gebdatum | \
        data urodzenia | urodzony | urodzona | urodzenia | urodziny | ur | data ur | urodzilem | \
        urodzilam | fodelsedatum | fodelsedag | fodd | fodd den | \
        fodselsdato | fodselsdag | fodt | fodt den | foedselsdato | foedt | bursdag | \
        syntymaaika | syntynyt | syntymapaiva | synt | syntymaaikani | \
        出生日期 | 出生年月日 | 出生年月 | 出生于 | 出生 | 生日 | 생년월일 | 생일 | 출생일 | 출생 | 태어 | \
        生年月日 | 誕生日 | 生まれ",
}];

/// The months and their short forms in the languages of the locales, in lower case and without
/// accents.
static MONTHS: WordList = WordList::new(
    "jan | january | januar | janvier | janv | enero | ene | gennaio | gen | janeiro | januari | stycznia | styczen | sty | janner | jaenner | tammikuuta | tammikuun | tammi | \
     feb | february | februar | fevrier | fevr | fev | febrero | febbraio | fevereiro | februari | lutego | luty | lut | feber | helmikuuta | helmikuun | helmi | \
     mar | march | marz | maerz | mrz | mars | marzo | marco | maart | mrt | marca | marzec | marts | maaliskuuta | maaliskuun | maalis | \
     apr | april | avril | avr | abril | abr | aprile | kwietnia | kwiecien | kwi | huhtikuuta | huhtikuun | huhti | \
     may | mai | mayo | maggio | mag | maio | mei | maja | maj | toukokuuta | toukokuun | touko | \
     jun | june | juni | juin | junio | giugno | giu | junho | czerwca | czerwiec | cze | kesakuuta | kesakuun | kesa | \
     jul | july | juli | juillet | juil | julio | luglio | lug | julho | lipca | lipiec | lip | heinakuuta | heinakuun | heina | \
     aug | august | aout | agosto | ago | augustus | augusti | sierpnia | sierpien | sie | elokuuta | elokuun | elo | \
     sep | sept | september | septembre | septiembre | setiembre | settembre | set | setembro | wrzesnia | wrzesien | wrz | syyskuuta | syyskuun | syys | \
     oct | october | oktober | okt | octobre | octubre | ottobre | ott | outubro | out | pazdziernika | pazdziernik | paz | lokakuuta | lokakuun | loka | \
     nov | november | novembre | noviembre | novembro | listopada | listopad | lis | marraskuuta | marraskuun | marras | \
     dec | december | dezember | dez | decembre | diciembre | dic | dicembre | dezembro | desember | des | grudnia | grudzien | gru | joulukuuta | joulukuun | joulu",
);

/// What may stand between the parts of a written date besides the month.
static JOINING_WORDS: WordList =
    WordList::new("st | nd | rd | th | of | de | del | do | the | er | den | in | o | a | te | e");

/// Words that tie a date to something else than a birth.
static OTHER_EVENTS: WordList = WordList::new(
    "until | till | by | before | after | deliver | delivered | delivery | arrive | arrives | expire | expires | expired | valid | offer | sale | order | ordered | book | booked | ship | shipped | appointment | due | since | bis | jusqu | hasta | entro | party",
);

/// The dates of birth in `view`.
pub(crate) fn find(view: &View<'_>, found: &mut Found) {
    let speaks_of_birth = view
        .cues
        .starting_at(0)
        .any(|cue| cue.topics.contains(Topic::Birth));
    if !speaks_of_birth && !view.text().contains(NE_E_LE) {
        return;
    }
    let numerals = &view.numerals;
    let mut first = 0;
    while first < numerals.len() {
        let Some(date) = date_at(numerals, first) else {
            first += 1;
            continue;
        };
        let context = view.context(&date.span, Topic::Birth.set());
        let percent = match context {
            _ if is_explained(view, &date.span) => 95,
            Context::Labelled(cue) if is_on_next_line(view.text(), cue.start, &date.span) => 30,
            Context::Labelled(cue) if is_in_brackets_of_another(view.text(), cue, &date.span) => 30,
            Context::Labelled(_) => 95,
            _ if view.text()[..date.span.start].trim_end().ends_with(NE_E_LE) => 95,
            Context::Mentioned(cue)
                if is_clear(view.text(), cue.start..cue.end, &date.span)
                    && !is_in_brackets_of_another(view.text(), cue, &date.span) =>
            {
                85
            }
            Context::Nearby(_) if date.has_year => 78,
            Context::Mentioned(_) => 30,
            _ => 0,
        };
        found.push(
            Candidate::new(&Entity::DateOfBirth, "birth", date.span, percent).in_context(context),
        );
        first = date.end;
    }
}

/// Whether a word of birth stands in brackets right behind the date: `12.03.1980 (Geburtsdatum)`.
fn is_explained(view: &View<'_>, span: &Range<usize>) -> bool {
    let behind = view.text()[span.end..].trim_start();
    let cue = view.cues.starting_at(span.end).next();
    behind.starts_with('(')
        && cue.is_some_and(|cue| {
            cue.topics.contains(Topic::Birth) && view.text()[span.end..cue.start].trim() == "("
        })
}

/// Whether a word of birth before the date explains another one, in brackets of its own.
fn is_in_brackets_of_another(text: &str, cue: &Cue, span: &Range<usize>) -> bool {
    cue.end <= span.start
        && text[..cue.start].trim_end().ends_with('(')
        && text[cue.end..span.start].trim_start().starts_with(')')
}

/// Whether a word behind `span` stands on another line, as the label of what follows it does.
fn is_on_next_line(text: &str, cue: usize, span: &Range<usize>) -> bool {
    text.get(span.end..cue)
        .is_some_and(|gap| gap.contains('\n'))
}

/// Whether nothing between a word of birth and a date ties the date to something else.
fn is_clear(text: &str, cue: Range<usize>, span: &Range<usize>) -> bool {
    let gap = if cue.end <= span.start {
        &text[cue.end..span.start]
    } else {
        text.get(span.end..cue.start).unwrap_or_default()
    };
    gap.len() <= REACH && digits_but_of_times(gap) == 0 && !OTHER_EVENTS.has_one_in(gap)
}

/// A date in a text.
struct Date {
    span: Range<usize>,
    /// The first group of digits behind it.
    end: usize,
    has_year: bool,
}

/// The date that begins at group `first`, or in the month before it.
fn date_at(numerals: &Numerals<'_>, first: usize) -> Option<Date> {
    in_figures(numerals, first)
        .or_else(|| compact(numerals, first))
        .or_else(|| with_month(numerals, first))
        .filter(|date| !runs_on(numerals, date))
}

/// Whether letters or digits go on at the edges of `date`, as in a serial number.
fn runs_on(numerals: &Numerals<'_>, date: &Date) -> bool {
    let before = &numerals.text()[..date.span.start];
    let after = &numerals.text()[date.span.end..];
    let is_time = after.starts_with(['T', 't']);
    let is_unit = after.starts_with(is_ideograph);
    // `v2022.10.4`
    let is_version = before.ends_with(['v', 'V'])
        && !before[..before.len() - 1].ends_with(|c: char| c.is_ascii_alphanumeric());
    is_version
        || before.ends_with(|c: char| c.is_ascii_digit())
        || before.ends_with(['-', '.'])
            && before[..before.len() - 1].ends_with(|c: char| c.is_ascii_digit())
        || after.starts_with(|c: char| c.is_alphanumeric()) && !is_time && !is_unit
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11FF}' | '\u{2E80}'..='\u{D7FF}' | '\u{F900}'..='\u{FAFF}')
}

/// Three groups in figures: `12/31/1980`, `31.12.80`, `1980-12-31`, `1980年12月31日`.
fn in_figures(numerals: &Numerals<'_>, first: usize) -> Option<Date> {
    let separator = match numerals.gap(first + 1)? {
        "/" | "-" | "." | " " | " / " | " - " | ". " | "," => numerals.gap(first + 1)?,
        "年" | "年 " | "년 " | "년" => "",
        _ => return None,
    };
    let next = numerals.gap(first + 2)?;
    let gaps_agree =
        next == separator || separator.is_empty() && matches!(next, "月" | "月 " | "월 " | "월");
    let [a, b, c] = [first, first + 1, first + 2].map(|index| numerals.digits(index));
    let plausible = match (a.len(), b.len(), c.len()) {
        (4, 1..=2, 1..=2) => is_year(a) && is_day_and_month(b, c),
        (1..=2, 1..=2, 4) => is_year(c) && is_day_and_month(a, b),
        // Two digits of a year are told by their place; blanks alone part too little.
        (1..=2, 1..=2, 2) if !separator.trim().is_empty() => {
            is_day_and_month(a, b) || is_day_and_month(b, c)
        }
        _ => false,
    };
    let mut span = numerals.span(first..first + 3);
    let closing = &numerals.text()[span.end..];
    if separator.is_empty() && closing.starts_with(['日', '일']) {
        span.end += '日'.len_utf8();
    }
    (gaps_agree && plausible).then_some(Date {
        span,
        end: first + 3,
        has_year: true,
    })
}

/// Eight digits: `19801231`, `31121980`.
fn compact(numerals: &Numerals<'_>, first: usize) -> Option<Date> {
    let digits = numerals.digits(first);
    if digits.len() != 8 {
        return None;
    }
    let year_first = is_year(&digits[..4]) && is_day_and_month(&digits[4..6], &digits[6..]);
    let year_last = is_year(&digits[4..]) && is_day_and_month(&digits[..2], &digits[2..4]);
    (year_first || year_last).then(|| Date {
        span: numerals.span(first..first + 1),
        end: first + 1,
        has_year: true,
    })
}

/// A date with its month in letters: `12 March 1980`, `March 12th, 1980`, `1980 March 12`, or
/// without its year.
fn with_month(numerals: &Numerals<'_>, first: usize) -> Option<Date> {
    let day = |index: usize| {
        let digits = numerals.digits(index);
        (1..=2).contains(&digits.len()) && (1..=31).contains(&value(digits))
    };
    let text = numerals.text();
    let here = numerals.span(first..first + 1);
    // `1980 March 12`
    if is_year(numerals.digits(first))
        && day(first + 1)
        && numerals.gap(first + 1).and_then(month_in).is_some()
    {
        return Some(Date {
            span: numerals.span(first..first + 2),
            end: first + 2,
            has_year: true,
        });
    }
    if !day(first) {
        return None;
    }
    // `12 March 1980` or `12 March`
    let behind = numerals.gap(first + 1).unwrap_or(&text[here.end..]);
    if let Some(month) = month_in(bounded(behind)) {
        let has_year = is_birth_year(numerals, first + 1, behind);
        return Some(if has_year {
            Date {
                span: numerals.span(first..first + 2),
                end: first + 2,
                has_year,
            }
        } else {
            Date {
                span: here.start..here.end + month.end,
                end: first + 1,
                has_year,
            }
        });
    }
    // `March 12, 1980` or `March 12th`
    let before =
        &text[text.floor_char_boundary(here.start.saturating_sub(LONGEST_MONTH_GAP))..here.start];
    let start = here.start - before.len() + last_month(before)?;
    let gap = numerals.gap(first + 1).unwrap_or(&text[here.end..]);
    let joined = gap.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let ordinal = &gap[..gap.len() - joined.len()];
    let is_ordinal = ordinal.is_empty() || JOINING_WORDS.contains(ordinal);
    let is_joint = matches!(
        joined,
        ", " | " " | "," | ". " | " of " | " de " | " del " | "-" | "/"
    );
    if is_joint && is_ordinal && is_year(numerals.digits(first + 1)) {
        return Some(Date {
            span: start..numerals.span(first..first + 2).end,
            end: first + 2,
            has_year: true,
        });
    }
    let ordinal = if is_ordinal { ordinal.len() } else { 0 };
    Some(Date {
        span: start..here.end + ordinal,
        end: first + 1,
        has_year: false,
    })
}

/// Whether group `index` is the year of the date that `gap` leads on from.
fn is_birth_year(numerals: &Numerals<'_>, index: usize, gap: &str) -> bool {
    let digits = numerals.digits(index);
    let is_short = digits.len() == 2 && gap.ends_with(['-', '/', '\'', '.', ' ']);
    gap.len() <= LONGEST_MONTH_GAP && (is_year(digits) || is_short && !gap.contains(','))
}

/// The beginning of `text`, as much of it as can hold a month.
fn bounded(text: &str) -> &str {
    &text[..text.floor_char_boundary(LONGEST_MONTH_GAP)]
}

/// Where in `gap`, which follows a day, a month is named with nothing before it but what joins.
fn month_in(gap: &str) -> Option<Range<usize>> {
    if gap.starts_with([';', '\n', ')', ':']) {
        return None;
    }
    let mut at = 0;
    for word in gap.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let letters = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        if is_month(letters) {
            return Some(at..at + letters.len());
        }
        if !letters.is_empty() && !JOINING_WORDS.contains(letters) {
            return None;
        }
        at += word.len();
    }
    None
}

/// Where the month begins that `before`, the text in front of a day, ends in.
fn last_month(before: &str) -> Option<usize> {
    let trimmed = before.trim_end_matches(['.', ' ', '-', '/']);
    let trimmed = trimmed.strip_suffix(" the").unwrap_or(trimmed);
    let start = trimmed.trim_end_matches(char::is_alphabetic).len();
    (before.len() - trimmed.len() <= 6 && is_month(&trimmed[start..])).then_some(start)
}

fn is_month(word: &str) -> bool {
    MONTHS.contains(word)
}

fn value(digits: &str) -> u32 {
    digits.parse().unwrap_or(u32::MAX)
}

fn is_year(digits: &str) -> bool {
    digits.len() == 4 && (EARLIEST_YEAR..=LATEST_YEAR).contains(&value(digits))
}

/// Whether two figures are a day and a month, in either order.
fn is_day_and_month(one: &str, other: &str) -> bool {
    let (low, high) = match (value(one), value(other)) {
        (one, other) if one <= other => (one, other),
        (one, other) => (other, one),
    };
    (1..=12).contains(&low) && (1..=31).contains(&high)
}
