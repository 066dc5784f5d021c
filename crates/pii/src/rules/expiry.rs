//! The expiry dates of payment cards: a month and a year with a label, or right behind a card
//! number.
//!
//! Offers, passports and warranties expire as well. A label that does not say "card" itself counts
//! only where nothing speaks of those.

use std::ops::Range;

use crate::{
    checks::card,
    context::{Cue, Phrases, Topic, TopicSet, WordList},
    entity::Entity,
    rules::{
        Candidate, Found, before,
        label::{self, digits_at},
        reply,
    },
    view::View,
};

const TOPIC: TopicSet = Topic::CardExpiry.set();
/// Words that may stand between a label and its value.
const THROUGH: TopicSet = TOPIC.with(Topic::Card);

/// What expiry dates are called.
pub(crate) const PHRASES: &[Phrases] = &[Phrases {
    topic: Topic::CardExpiry,
    phrases: "exp | exp date | exp dt | exp month | exp year | expdate | expires | expire | \
        expiring | expiry | expiry date | expiration | expiration date | expires on | \
        expires end | expires at the end of | card expiry | card expiration | card expiration date | card valid thru | card valid \
        until | card valid to | card runs out | visa runs out | mastercard runs out | amex runs \
        out | card expiry \
        date | card expires | card exp | card expiring | karte lauft | data waznosci karty | \
        validade do cartao | scadenza carta | scadenza della carta | fecha de caducidad de la tarjeta | ablaufdatum der karte | date d expiration de \
        la carte | vervaldatum kaart | data validade | cc exp | valid thru | valid through | \
        good thru | good through | good until | good till | good til | valid until | valid till | valid til | valid to | gultig \
        bis | gueltig bis | ablaufdatum | ablauf | lauft ab | verfallsdatum | verfalldatum | \
        karte gultig bis | date d expiration | expire le | expire fin | expire en | \
        expiration le | date de validite | valable jusqu au | valable jusqu a | valable jusqu en | valide \
        jusqu au | valide jusqu a | caduca | caduca en | caduca el | caducidad | fecha de caducidad | fecha de \
        vencimiento | fecha de expiracion | vence | vence en | vence em | vence el | vencimiento | expira | expira \
        en | expira em | expira el | valida hasta | valido hasta | valida ate | valido ate | validade | data de \
        validade | data de vencimento | vencimento | scadenza | data di scadenza | scade | \
        scade a | scade il | valida fino al | valido fino al | verloopdatum | vervaldatum | \
        geldig tot | verloopt | verloopt in | data waznosci | wazna do | wazny do | termin \
        waznosci | giltig till | giltigt till | giltig tom | giltigt tom | giltig t o m | giltigt t o m | giltighetstid | utgangsdatum | gar ut | \
        utlopsdato | gyldig til | gyldigt til | utloper | udlobsdato | udlober | voimassa | voimassaolo | \
        有效期 | 有効期限 | 유효기간 | 유효 기간",
}];

/// What ends with the goods, and not with a card.
static OFFERS: WordList = WordList::new("vorrat | stocks | supplies | offer");
/// Things other than cards that expire.
static OTHERS: WordList = WordList::new(
    "passport | medicare | license | licence | warranty | offer | coupon | voucher | promo | promotion | \
    reisepass | ausweis | garantie | passeport | pasaporte | subscription | contract | \
    certificate | domain | batch | lot | food | milk | best | visa document | token | discount | \
    sale | permit | policy | insurance | membership | lease | product | gift | points | miles | \
    trial | plan | vertrag | angebot | gutschein | oferta | cupon | offre | contrat | ticket | \
    password | link | session | code",
);

const MONTHS: &[&str] = &[
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec", "fev",
    "mai", "avr", "juin", "juil", "aou", "okt", "dez", "ene", "abr", "ago", "dic", "gen", "mag",
    "giu", "lug", "set", "ott", "out", "mrt", "mei", "maj", "janv", "mär", "fév", "déc", "aoû",
];

/// The expiry dates in `view`, and the verification value that stands right behind one.
pub(crate) fn find(view: &View<'_>, found: &mut Found) {
    for cue in label::labels(view, TOPIC) {
        if let Some((span, percent)) = labelled(view, cue) {
            let next = label::next_in_list(view.text(), span.end)
                .and_then(|at| Some(at..read(view.text(), at)?));
            for span in [Some(span), next].into_iter().flatten() {
                let mut candidate =
                    Candidate::new(&Entity::CardExpiry, "card_expiry", span, percent);
                candidate.cue = Some(cue.start..cue.end);
                let code = code_behind(view.text(), candidate.span.end);
                found.push(candidate);
                if let Some(code) = code {
                    found.push(Candidate::new(&Entity::Cvv, "code", code, 80));
                }
            }
        }
    }
    for (cue, cell) in view.cues.cells(view.text(), TOPIC) {
        let value = label::cell_text(view.text(), &cell);
        if !value.is_empty() && read(view.text(), value.start) == Some(value.end) {
            let mut candidate = Candidate::new(&Entity::CardExpiry, "card_expiry", value, 88);
            candidate.cue = Some(cue.start..cue.end);
            found.push(candidate);
        }
    }
    behind_cards(view, found);
}

/// What the verification value is called right behind an expiry date, though it means something
/// else elsewhere: a second, any three digits.
const BEHIND_DATES: [&str; 15] = [
    "sec",
    "three digits",
    "the three digits",
    "last three digits",
    "3 digits",
    "back",
    "on the back",
    "hinten",
    "drei ziffern",
    "trois chiffres",
    "tres digitos",
    "tres cifras",
    "tre cifre",
    "drie cijfers",
    "trzy cyfry",
];

/// The verification value behind an expiry date, by a word that names it there only: `EXP 07/28
/// SEC 905`.
fn code_behind(text: &str, end: usize) -> Option<Range<usize>> {
    let behind = text[end..].trim_start_matches([' ', ',', ';', '|', '/', '\t']);
    let begins = |name: &&&str| {
        let start = behind.get(..name.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(name))
    };
    let name = BEHIND_DATES.iter().find(begins)?;
    let value = behind[name.len()..].trim_start_matches([' ', ':', '.', '#']);
    let start = text.len() - value.len();
    let len = digits_at(text, start);
    let span = start..start + len;
    let is_value = value.len() < behind.len() - name.len() && (3..=4).contains(&len);
    (is_value && label::stands_alone(text, &span)).then_some(span)
}

/// The date that `cue` labels.
fn labelled(view: &View<'_>, cue: &Cue) -> Option<(Range<usize>, u8)> {
    let text = view.text();
    let reach = text.ceil_char_boundary((cue.end + 64).min(text.len()));
    let behind = starts(text, cue.end..reach).find_map(|at| Some((at, read(text, at)?)));
    let linked = behind.and_then(|(at, end)| Some((at, end, label::link(view, cue, at, THROUGH)?)));
    let replied = || {
        let at = reply::digit(view, cue, THROUGH)?;
        let told = Some(at).into_iter().chain(reply::starts(text, cue));
        let (at, end) = told.filter_map(|at| Some((at, read(text, at)?))).next()?;
        Some((at, end, label::Link::Answer))
    };
    let (at, end, link) = linked.or_else(replied).or_else(|| {
        let end = before::end_before(view, cue)?;
        let from = text.ceil_char_boundary(end.saturating_sub(9));
        let at = starts(text, from..end).find(|at| read(text, *at) == Some(end))?;
        Some((at, end, label::Link::Loose))
    })?;
    let from = text.floor_char_boundary(cue.start.saturating_sub(60));
    let before = &text[from..cue.start];
    let clause = &before[before.rfind(['.', ';', '\n']).map_or(0, |stop| stop + 1)..];
    let speaks_of_card = view
        .cues
        .ending_before(cue.start)
        .rev()
        .take_while(|near| near.start + 80 > cue.start)
        .any(|near| near.topics.meets(Topic::Card.set().with(Topic::Cvv)));
    let behind = &text[end..text.floor_char_boundary((end + 48).min(text.len()))];
    let is_named_behind = behind.starts_with(':') && OTHERS.has_one_in(behind);
    let is_limited = OFFERS.has_one_in(behind) || is_named_behind && !speaks_of_card;
    let is_other = is_limited || OTHERS.has_one_in(clause) && !speaks_of_card;
    (!is_other).then_some((at..end, link.percent()))
}

/// Where in `range` a date may start: at a digit or a letter that begins a run.
fn starts(text: &str, range: Range<usize>) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    range.filter(move |&at| {
        bytes[at].is_ascii_alphanumeric()
            && !at
                .checked_sub(1)
                .is_some_and(|before| bytes[before].is_ascii_alphanumeric())
            // "2025-11-10" is one date, not the end of one.
            && !(bytes[..at].ends_with(b"-") && at > 1 && bytes[at - 2].is_ascii_digit())
    })
}

/// The end of the month and year at `at`.
fn read(text: &str, at: usize) -> Option<usize> {
    let end = if text.as_bytes().get(at)?.is_ascii_digit() {
        in_digits(text, at)
    } else {
        in_words(text, at)
    }?;
    let behind = &text.as_bytes()[end..];
    let goes_on = behind.first().is_some_and(u8::is_ascii_alphanumeric)
        || matches!(behind, [b'/' | b'-' | b'.' | b':', next, ..] if next.is_ascii_digit());
    (!goes_on).then_some(end)
}

/// `12/27`, `12 / 2027`, `12-27`, `2027-12`, `1227`.
fn in_digits(text: &str, at: usize) -> Option<usize> {
    let first = digits_at(text, at);
    let number = |range: Range<usize>| text[range].parse::<u32>().unwrap_or(0);
    if first == 4 && is_month(number(at..at + 2)) && is_short_year(number(at + 2..at + 4)) {
        return Some(at + 4);
    }
    if first == 6 && is_month(number(at..at + 2)) && is_year(number(at + 2..at + 6)) {
        return Some(at + 6);
    }
    let gap = text[at + first..]
        .find(|c: char| !matches!(c, '/' | '-' | '.' | ' ' | '|'))
        .filter(|gap| (1..=3).contains(gap))?;
    let next = at + first + gap;
    let second = digits_at(text, next);
    let (one, two) = (at..at + first, next..next + second);
    let is_date = match (first, second) {
        (1 | 2, 2) => is_month(number(one)) && is_short_year(number(two)),
        (1 | 2, 4) => is_month(number(one)) && is_year(number(two)),
        (4, 2) => is_year(number(one)) && is_month(number(two)),
        _ => false,
    };
    is_date.then_some(next + second)
}

/// `Dec 2027`, `December '27`.
fn in_words(text: &str, at: usize) -> Option<usize> {
    let word = text[at..].find(|c: char| !c.is_alphabetic())?;
    let name = &text[at..at + word];
    let is_name = (3..=10).contains(&name.chars().count())
        && MONTHS.iter().any(|month| {
            name.get(..month.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(month))
        });
    let behind = &text[at + word..];
    let year = behind.trim_start_matches([' ', ',', '.', '\'', '/', '-']);
    let year = year.strip_prefix("de ").unwrap_or(year);
    let start = text.len() - year.len();
    let len = digits_at(text, start);
    let number = text[start..start + len].parse::<u32>().unwrap_or(0);
    let is_date = is_name
        && start - (at + word) <= 4
        && match len {
            2 => is_short_year(number),
            4 => is_year(number),
            _ => false,
        };
    is_date.then_some(start + len)
}

fn is_month(number: u32) -> bool {
    (1..=12).contains(&number)
}

fn is_year(number: u32) -> bool {
    (2010..=2059).contains(&number)
}

fn is_short_year(number: u32) -> bool {
    (10..=59).contains(&number)
}

/// Dates right behind a card number: `4111 1111 1111 1111 12/27 123`.
fn behind_cards(view: &View<'_>, found: &mut Found) {
    let (text, numerals) = (view.text(), &view.numerals);
    for index in 1..numerals.len() {
        if !matches!(numerals.size(index), 1 | 2 | 4) {
            continue;
        }
        let parts = numerals.gap(index).is_some_and(is_field_gap);
        let span = numerals.span(index..index + 1);
        if !parts || !ends_in_card(&text[..numerals.span(index - 1..index).end]) {
            continue;
        }
        let Some(end) =
            in_digits(text, span.start).filter(|end| *end > span.end || span.len() == 4)
        else {
            continue;
        };
        // Pairs of digits with a space between may be anything.
        if !text[span.start..end].contains(['/', '-', '.', '|']) {
            continue;
        }
        found.push(Candidate::new(
            &Entity::CardExpiry,
            "card_expiry",
            span.start..end,
            85,
        ));
        if let Some(value) = verification_value(text, end) {
            found.push(Candidate::new(&Entity::Cvv, "code", value, 80));
        }
    }
}

/// Whether two fields of a list may be parted by `gap`.
fn is_field_gap(gap: &str) -> bool {
    (1..=3).contains(&gap.len())
        && gap
            .bytes()
            .all(|b| matches!(b, b' ' | b',' | b';' | b'|' | b'/' | b'\t' | b':' | b'\n'))
}

/// Whether a card number ends `text`.
fn ends_in_card(text: &str) -> bool {
    const MOST_DIGITS: usize = 19;
    let mut digits = [0; MOST_DIGITS];
    let mut from = MOST_DIGITS;
    let mut separators = 0;
    for byte in text.bytes().rev() {
        match byte {
            b'0'..=b'9' if from > 0 => {
                from -= 1;
                digits[from] = byte;
                separators = 0;
            }
            b' ' | b'-' if separators == 0 => separators = 1,
            _ => break,
        }
    }
    (13..=MOST_DIGITS)
        .any(|len| MOST_DIGITS - from >= len && card::card(&digits[MOST_DIGITS - len..]))
}

/// The three or four digits that follow a date in a list of a card's fields.
fn verification_value(text: &str, end: usize) -> Option<Range<usize>> {
    let gap = text[end..].find(|c: char| c.is_ascii_digit())?;
    let start = end + gap;
    let len = digits_at(text, start);
    let value = start..start + len;
    (is_field_gap(&text[end..start]) && (3..=4).contains(&len) && label::stands_alone(text, &value))
        .then_some(value)
}
