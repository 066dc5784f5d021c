//! Payment card numbers: an issuer's range, a length that issuer uses, and the Luhn check digit.
//!
//! Digits may be grouped by spaces, dashes and dots. For the usual lengths shape and check are
//! evidence enough; for the others, and for ranges that no issuer is known for, the text must
//! speak of a card.

use std::ops::Range;

use crate::{
    checks::{
        card::{FEWEST_DIGITS, MOST_DIGITS, card},
        digits::luhn,
    },
    context::{Context, Phrases, Topic, TopicSet},
    entity::Entity,
    rules::{Candidate, Found},
    view::{View, numerals::Numerals},
};

/// What payment cards are called.
pub(crate) const PHRASES: &[Phrases] = &[Phrases {
    topic: Topic::Card,
    phrases: "card | cards | card number | card no | credit card | credit card number | \
            debit card | debit card number | card numbr | card nmuber | visa | mastercard | amex | american express | \
            maestro | discover | diners | jcb | unionpay | pan | cc | cc number | cc no | \
            karte | kreditkarte | kartennummer | kreditkartennummer | carte | \
            carte bancaire | carte de credit | numero de carte | tarjeta | \
            tarjeta de credito | numero de tarjeta | cartao | cartao de credito | \
            numero do cartao | carta | carta di credito | numero carta | \
            numero della carta | creditcard | kaart | kaartnummer | karta | karty | \
            numer karty | kort | kortnummer | kredittkort | kreditkort | 卡号 | 信用卡 | 카드 | \
            카드번호 | カード番号",
}];

/// What speaks for a card number: the words for one, and those for what is printed beside it.
const TOPICS: TopicSet = Topic::Card.set().with(Topic::CardExpiry).with(Topic::Cvv);

/// The card numbers in `view`.
pub(crate) fn find(view: &View<'_>, found: &mut Found) {
    let numerals = &view.numerals;
    let mut first = 0;
    while first < numerals.len() {
        match longest_card(numerals, first) {
            Some((end, kind)) => {
                found.push(weigh(view, first..end, kind));
                first = end;
            }
            None => first += 1,
        }
    }
}

/// What the digits alone say of a number that passes Luhn's check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// An issuer's range, in a length that nearly all its cards have.
    Usual,
    /// An issuer's range, in a length that few cards have.
    Rare,
    /// No issuer that is known.
    Unknown,
}

fn weigh(view: &View<'_>, window: Range<usize>, kind: Kind) -> Candidate {
    let numerals = &view.numerals;
    let is_grouped = window.len() > 1;
    let goes_on = goes_on(numerals, &window);
    let span = numerals.span(window);
    let context = view.context(&span, TOPICS);
    let is_card = context.is_for() || is_beside_details(view, &span);
    let percent = match (kind, context) {
        (Kind::Unknown, _) if is_card && !goes_on => 75,
        (Kind::Unknown, _) => 10,
        (_, _) if is_card => 97,
        (Kind::Usual, Context::Reference(_)) if is_grouped && !goes_on => 65,
        (_, Context::Reference(_)) => 35,
        (Kind::Usual, _) if goes_on => 55,
        (Kind::Usual, _) => 95,
        (Kind::Rare, _) if is_grouped && !goes_on => 55,
        (Kind::Rare, _) => 40,
    };
    Candidate::new(&Entity::CreditCard, "card", span, percent).in_context(context)
}

/// Whether the expiry or the security code is named right behind a number, with a value of its
/// own: `4963727328283, expires 08/2029`.
fn is_beside_details(view: &View<'_>, span: &Range<usize>) -> bool {
    const REACH: usize = 12;
    view.cues.starting_at(span.end).next().is_some_and(|cue| {
        cue.start - span.end <= REACH && cue.topics.meets(Topic::CardExpiry.set().with(Topic::Cvv))
    })
}

/// Whether more groups of four or more digits are joined to a window: a longer number, of which
/// some groups pass for a card by chance.
fn goes_on(numerals: &Numerals<'_>, window: &Range<usize>) -> bool {
    let is_joined = |at: usize| numerals.gap(at).is_some_and(is_separator);
    let Range { start, end } = *window;
    let before = start > 0 && is_joined(start) && numerals.size(start - 1) >= 4;
    let after = is_joined(end) && numerals.size(end) >= 4;
    before || after || numerals.continues(window.clone())
}

/// The end of the longest window of groups from `first` on that can be a card number.
fn longest_card(numerals: &Numerals<'_>, first: usize) -> Option<(usize, Kind)> {
    if is_in_threes(numerals, first) {
        let digits: Vec<u8> = (first..first + 5)
            .flat_map(|index| numerals.digits(index).bytes())
            .collect();
        let span = numerals.span(first..first + 5);
        let is_whole = !numerals.continues(first..first + 5) && !numerals.is_embedded(span);
        return (kind(&digits) == Some(Kind::Usual) && is_whole).then_some((first + 5, Kind::Rare));
    }
    if numerals.size(first) < 4 || is_within_postal_barcode(numerals, first) {
        return None;
    }
    let mut digits = Vec::with_capacity(MOST_DIGITS);
    let mut longest = None;
    for last in first..numerals.len() {
        if last > first && !numerals.gap(last).is_some_and(is_separator) {
            break;
        }
        // A number is grouped in threes or more; only the rest at its end may be shorter.
        if last > first + 1 && numerals.size(last - 1) < 3 {
            break;
        }
        if digits.len() + numerals.size(last) > MOST_DIGITS {
            break;
        }
        digits.extend_from_slice(numerals.digits(last).as_bytes());
        let window = first..last + 1;
        if let Some(kind) = kind(&digits)
            && !numerals.all_equal(window.clone())
            && !numerals.is_embedded(numerals.span(window))
        {
            longest = Some((last + 1, kind));
        }
    }
    longest
}

/// Whether five groups of three begin at `first`, as a card of fifteen digits is read aloud.
fn is_in_threes(numerals: &Numerals<'_>, first: usize) -> bool {
    let is_joined = |index: usize| {
        numerals.size(index) == 3
            && (index == first || numerals.gap(index).is_some_and(is_separator))
    };
    (first..first + 5).all(is_joined)
        && numerals.size(first + 5) != 3
        && (numerals.digits(first).starts_with("34") || numerals.digits(first).starts_with("37"))
}

/// What `digits` can be, if they pass Luhn's check.
fn kind(digits: &[u8]) -> Option<Kind> {
    if digits.len() < FEWEST_DIGITS || !luhn(digits) {
        return None;
    }
    if !card(digits) {
        return Some(Kind::Unknown);
    }
    let is_usual = match digits {
        [b'3', b'4' | b'7', ..] => digits.len() == 15,
        [b'3', b'0' | b'6' | b'8' | b'9', ..] => digits.len() == 14,
        _ => digits.len() == 16,
    };
    Some(if is_usual { Kind::Usual } else { Kind::Rare })
}

fn is_separator(gap: &str) -> bool {
    (1..=3).contains(&gap.len()) && gap.bytes().all(|b| matches!(b, b' ' | b'\t' | b'-' | b'.'))
}

/// Whether group `index` belongs to a postal tracking number: 20 digits or more in fours,
/// beginning with a 9. Any twelve of them may pass for a card by chance.
fn is_within_postal_barcode(numerals: &Numerals<'_>, index: usize) -> bool {
    let linked = |at: usize| numerals.gap(at).is_some_and(is_separator);
    let mut first = index;
    while first > 0 && index - first < 5 && linked(first) && numerals.size(first - 1) == 4 {
        first -= 1;
    }
    let fours = (first..numerals.len())
        .take(5)
        .take_while(|&at| numerals.size(at) == 4 && (at == first || linked(at)))
        .count();
    fours == 5 && numerals.digits(first).starts_with('9')
}
