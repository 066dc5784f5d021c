//! Bank details with a check or a shape of their own: IBAN, routing numbers, sort codes.
//!
//! An IBAN needs no label: country, length and check digits are evidence enough. A sort code is
//! six digits only, so it needs a label or the account number beside it.

use std::ops::Range;

use crate::{
    checks::{bank, iban, uk},
    context::{Context, Phrases, Topic, TopicSet},
    entity::Entity,
    rules::{Candidate, Found, identifier::IdRule},
    view::{View, folded::BARRIER, numerals::Numerals, tokens::Tokens},
};

/// The longest IBAN in use has 33 characters.
const LONGEST_IBAN: usize = 34;
/// What speaks for bank details of the United Kingdom.
const BANKING: TopicSet = Topic::SortCode
    .set()
    .with(Topic::Account)
    .with(Topic::BankAccount);

pub(crate) const RULES: &[IdRule] = &[
    IdRule {
        name: "bank.aba",
        entity: Entity::AbaRoutingNumber,
        shapes: &[
            "999999999",
            "9999-9999-9",
            "9999 9999 9",
            "999 999 999",
            "999-999-999",
        ],
        check: bank::aba_routing,
        topics: Topic::Routing.set(),
        formatted: 5,
        compact: 10,
        labelled: 95,
    },
    IdRule {
        name: "bank.sort_code",
        entity: Entity::UkSortCode,
        shapes: &["99-99-99", "99 99 99"],
        check: uk::sort_code,
        topics: Topic::SortCode.set(),
        formatted: 10,
        compact: 5,
        labelled: 95,
    },
];

/// What bank details are called.
pub(crate) const PHRASES: &[Phrases] = &[
    Phrases {
        topic: Topic::Iban,
        phrases: "iban | bank account iban | account iban | iban number | iban no | international bank \
            account number | numero iban | numero de iban",
    },
    Phrases {
        topic: Topic::Routing,
        phrases: "routing | routing number | routing no | routing num | routing code | routing transit \
            number | bank routing number | aba | aba number | aba no | aba routing | aba routing \
            number | aba rtn | rtn | rt number | rtn number | transit number | bank routing | \
            ach routing | ach routing number | wire routing number | numero de ruta | numero de \
            ruta bancaria",
    },
    Phrases {
        topic: Topic::SortCode,
        phrases: "sort code | sortcode | sort codes | bank sort code | branch sort \
            code | sort code number | sort | s c",
    },
];

/// The IBANs and unlabelled sort codes in `view`.
pub(crate) fn find(view: &View<'_>, found: &mut Found) {
    // An IBAN has its check digits in its first token or its second.
    for first in view.tokens.at_digits() {
        if let Some(span) = iban_at(&view.tokens, first) {
            found.push(Candidate::new(&Entity::IbanCode, "bank.iban", span, 98));
        }
    }
    beside_accounts(view, found);
}

/// The IBAN that begins with token `first`, or with what a glued label leaves of it.
fn iban_at(tokens: &Tokens<'_>, first: usize) -> Option<Range<usize>> {
    let token = tokens.get(first);
    let unlabelled = token
        .get(..4)
        .filter(|label| label.eq_ignore_ascii_case("iban"))
        .map_or(token, |_| &token[4..]);
    let head = unlabelled.as_bytes();
    let is_head = matches!(head, [a, b, ..] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic())
        && head.iter().skip(2).take(2).all(u8::is_ascii_digit);
    if !is_head || (head.len() < 4 && !tokens.has_digit(first + 1)) {
        return None;
    }
    let skipped = token.len() - unlabelled.len();
    let mut compact = [0; LONGEST_IBAN];
    let mut len = 0;
    for last in first..tokens.len().min(first + LONGEST_IBAN) {
        let group = if last == first {
            unlabelled
        } else {
            tokens.get(last)
        };
        if last > first && !tokens.gap(last).is_some_and(is_joint) {
            return None;
        }
        let place = compact.get_mut(len..len + group.len())?;
        place.copy_from_slice(group.as_bytes());
        place.make_ascii_uppercase();
        len += group.len();
        if len >= 15 && iban::iban(&compact[..len]) {
            let span = tokens.span(first..last + 1);
            return (!tokens.is_embedded(&span)).then_some(span.start + skipped..span.end);
        }
    }
    None
}

fn is_joint(gap: &str) -> bool {
    matches!(gap, " " | "-" | "." | "  " | "/" | "\n" | " - " | "_")
}

/// Sort codes beside an account number: `12-34-56 12345678`, in this order or the other.
fn beside_accounts(view: &View<'_>, found: &mut Found) {
    let numerals = &view.numerals;
    for first in 0..numerals.len() {
        let Some(code) = sort_code_at(numerals, first) else {
            continue;
        };
        let Some(account) = account_beside(numerals, &code) else {
            continue;
        };
        let is_dashed = code.len() == 3 && numerals.gap(first + 1) == Some("-");
        let pairs = [0, 1, 2].map(|at| numerals.digits(first + at));
        let (code, number) = (numerals.span(code), numerals.span(account));
        let of_number = view.context(&number, BANKING);
        if matches!(of_number, Context::Reference(_) | Context::Other(_)) {
            continue;
        }
        let context = view.context(&code, BANKING);
        let is_tied = view.text()[..code.start].ends_with(['-', '/', '#']);
        if matches!(context, Context::Reference(_)) || is_tied {
            continue;
        }
        let is_banking =
            context.is_for() || of_number.is_for() || are_abbreviated(view.text(), &code, &number);
        let is_tight = number
            .start
            .abs_diff(code.end)
            .min(code.start.abs_diff(number.end))
            <= 3;
        let percent = match is_banking {
            true => 88,
            false if is_tight && is_dashed && !is_date(pairs) => 65,
            false => 15,
        };
        for (entity, span) in [(Entity::UkSortCode, code), (Entity::AccountNumber, number)] {
            found
                .push(Candidate::new(&entity, "bank.sort_code", span, percent).in_context(context));
        }
    }
}

/// Whether a sort code and the account behind it are named by two letters each: `sc 12-34-56 ac
/// 12345678`. Either of these names alone is many things.
fn are_abbreviated(text: &str, code: &Range<usize>, number: &Range<usize>) -> bool {
    let is_named = |at: usize, names: &[&str]| {
        let before = text[..at].trim_end_matches([' ', ':', '.', '#']);
        names.iter().any(|name| {
            let start = before.len().checked_sub(name.len());
            start.is_some_and(|start| {
                before.as_bytes()[start..].eq_ignore_ascii_case(name.as_bytes())
                    && !before[..start].ends_with(char::is_alphanumeric)
            })
        })
    };
    is_named(code.start, &["sc", "s/c"]) && is_named(number.start, &["ac", "a/c", "acc", "acct"])
}

/// The groups of a sort code that begins with group `first`.
fn sort_code_at(numerals: &Numerals<'_>, first: usize) -> Option<Range<usize>> {
    let is_split = (first..first + 3).all(|index| numerals.size(index) == 2)
        && numerals.gap(first + 1) == numerals.gap(first + 2)
        && matches!(numerals.gap(first + 1), Some("-" | " "));
    match (is_split, numerals.size(first)) {
        (true, _) => Some(first..first + 3),
        (false, 6) => Some(first..first + 1),
        _ => None,
    }
}

/// The groups of the account number of eight digits beside a sort code.
fn account_beside(numerals: &Numerals<'_>, code: &Range<usize>) -> Option<Range<usize>> {
    let is_beside = |gap: Option<&str>| {
        gap.is_some_and(|gap| {
            gap.len() <= 24 && !gap.contains(['-', '.', '+', '=', BARRIER]) && !gap.contains("\n\n")
        })
    };
    let (before, behind) = (code.start, code.end);
    let halves = numerals.size(behind) == 4
        && numerals.size(behind + 1) == 4
        && numerals.gap(behind + 1) == Some(" ");
    if is_beside(numerals.gap(behind)) && (numerals.size(behind) == 8 || halves) {
        return Some(behind..behind + 1 + usize::from(halves));
    }
    (before > 0 && numerals.size(before - 1) == 8 && is_beside(numerals.gap(before)))
        .then(|| before - 1..before)
}

/// Whether three pairs may be a day, a month and a year in some order.
fn is_date([one, two, three]: [&str; 3]) -> bool {
    let value = |digits: &str| digits.parse::<u8>().unwrap_or(0);
    let (one, two, three) = (value(one), value(two), value(three));
    let is_month = |value| (1..=12).contains(&value);
    let is_day = |value| (1..=31).contains(&value);
    (is_day(one) && is_month(two))
        || (is_month(one) && is_day(two))
        || (is_month(two) && is_day(three))
}
