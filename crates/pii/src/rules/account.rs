//! Numbers of accounts and customers, found by their labels alone.
//!
//! Such numbers have any shape, so the label must stand right there and name the number of an
//! account or of a person. The numbers of orders, cases and items are neither.

use std::ops::Range;

use crate::{
    context::{Cue, Phrases, Topic, TopicSet},
    entity::Entity,
    rules::{
        Candidate, Found, before,
        label::{self, Link},
        reply,
    },
    view::View,
};

const TOPICS: TopicSet = Topic::Account
    .set()
    .with(Topic::BankAccount)
    .with(Topic::Customer);
/// How far from an account number the words around tell its country, in bytes.
const NEIGHBOURHOOD: usize = 120;

/// What accounts and customers are called.
pub(crate) const PHRASES: &[Phrases] = &[
    Phrases {
        topic: Topic::BankAccount,
        phrases: "bank account | bank account number | bank account no | bank acct | bank acct \
            number | bank acct no | checking account | checking account number | savings \
            account | savings account number | checking acct | savings acct | deposit \
            account | direct deposit account | direct deposit account number | us bank \
            account | us bank account number | account number for direct deposit | ach \
            account | ach account number | wire account | wire account number | money market \
            account | money market account number | business checking | business checking \
            account | checking number | savings number | bank number | numero de cuenta de \
            cheques | cuenta corriente estadounidense | bankacct | bank_account_number | \
            account number at the bank | bank account we debit",
    },
    Phrases {
        topic: Topic::Account,
        phrases: "account | account number | account no | account num | account nr | account id | \
            account code | accountnumber | acct | acct number | acct no | acct num | acct nr | \
            acct id | acc | acc no | acc number | acc num | a c | a c no | a c number | account \
            numbers | accounts | account reference number | current account | current account \
            number | billing account | billing account number | brokerage account | brokerage \
            account number | loan account | loan account number | loan number | mortgage account \
            | mortgage account number | credit account number | utility account | utility \
            account number | card account number | investment account number | konto | accountnummer | vertragskontonummer | vertragskonto nr | konto nr \
            | konto nummer | kontonummer | kontonr | bankkonto | bankkontonummer | kto | kto nr \
            | ktonr | girokonto | numero de compte | n° de compte | n° compte | n° conto | nº de \
            cuenta | n° de cuenta | compte | compte n | compte bancaire | numero de compte \
            bancaire | n de compte | no de compte | n compte | numero compte | cuenta | numero \
            de cuenta | cuenta bancaria | numero de cuenta bancaria | cuenta corriente | n de \
            cuenta | cuenta n | no de cuenta | conto | conto corrente | numero di conto | numero \
            conto | numero di conto corrente | n conto | numero del conto | conta | conta n o | n o da conta | n o de conta | cuenta n o | n o de cuenta | conto n | n o \
            conto | compte n° | konto nummer | conta \
            corrente | numero da conta | numero de conta | conta bancaria | rekening | \
            rekeningnummer | rekening nr | bankrekening | bankrekeningnummer | numer konta | \
            numer rachunku | nr konta | nr rachunku | rachunek | numer konta bankowego | \
            bankkontonr | bankgiro | plusgiro | tilinumero | tili | kontonumro | clearingnummer \
            | 账号 | 账户 | 银行账号 | 口座番号 | 계좌번호",
    },
    Phrases {
        topic: Topic::Customer,
        phrases: "customer number | customer no | customer num | customer nr | customer id | customer \
            ids | customer code | customer account | customer account number | customer account \
            no | customernumber | customerid | custid | kdnr | kd nr | kundennr | client n° | n o de cliente | n o cliente | cliente n o | cliente n° | n o de socio | \
            n° client | n° \
            de client | n° cliente | nº cliente | nº de cliente | numer klienta to | cust id | \
            cust no | cust number | cust nr | client number | client no | client id | client \
            code | client nr | client reference number | member number | member no | member id | \
            member nr | memberid | membership | membership number | membership no | membership \
            id | membership card number | insurance member id | health plan id | insurance id | \
            insurance number | insurance policy number | policy | policy number | policy no | \
            policy id | policyholder number | policyholder id | policy holder number | \
            subscriber number | subscriber no | subscriber id | subscription number | \
            subscription id | group number | loyalty number | loyalty id | loyalty card | \
            loyalty card number | loyalty no | loyalty account | rewards number | rewards id | \
            reward number | rewards account | rewards account number | rewards member | frequent \
            flyer number | frequent flyer | frequent flyer no | ff number | miles number | \
            patient number | patient no | patient id | patient identifier | patient account \
            number | patient record number | mrn | medical record number | medical record no | \
            medical record | chart number | employee number | employee no | employee id | \
            employee num | employee code | personnel number | personnel no | staff number | \
            staff no | staff id | emp id | emp no | payroll number | badge number | student \
            number | student id | student no | user number | user id | userid | user no | user \
            account number | guest number | guest id | cardholder id | contract number | \
            contract no | contract id | policyholder | crn | customer reference number | \
            kundennummer | kunden nr | kunden nummer | kunden id | kundenkonto | \
            kundenkontonummer | kundenkennung | vertragsnummer | vertragsnr | \
            versicherungsnummer | versichertennummer | versicherungsscheinnummer | policennummer \
            | mitgliedsnummer | mitgliedsnr | mitglieds id | patientennummer | patienten id | \
            personalnummer | personalnr | mitarbeiternummer | vertragskonto | teilnehmernummer | \
            benutzernummer | numero client | numero de client | numero du client | n client | no \
            client | identifiant client | code client | reference client | n de client | numero \
            d adherent | numero de contrat | numero d abonne | numero de membre | numero de \
            police | numero patient | numero de patient | numero de fidelite | carte de fidelite \
            | matricule | numero de matricule | numero de cliente | n de cliente | no de cliente \
            | cliente n | id de cliente | id cliente | codigo de cliente | codigo cliente | \
            numero cliente | numero de socio | numero de afiliado | numero de poliza | numero de \
            contrato | numero de paciente | numero de empleado | numero de abonado | numero de \
            miembro | numero de fidelidad | codice cliente | numero di cliente | numero tessera \
            | codice utente | numero socio | numero di polizza | numero polizza | numero \
            contratto | numero paziente | codice paziente | matricola | numero del cliente | \
            numero do cliente | codigo do cliente | numero de associado | numero da apolice | \
            numero de apolice | numero do contrato | numero de matricula | matricula | \
            klantnummer | klantnr | klant nummer | klant id | lidnummer | lidmaatschapsnummer | \
            polisnummer | relatienummer | contractnummer | patientnummer | personeelsnummer | \
            clientnummer | debiteurnummer | numer klienta | nr klienta | id klienta | \
            identyfikator klienta | numer polisy | nr polisy | numer czlonkowski | numer umowy | \
            numer pacjenta | numer pracownika | numer abonenta | kundnummer | kundnr | kund id | \
            kund nr | medlemsnummer | medlemsnr | forsakringsnummer | avtalsnummer | \
            anstallningsnummer | kundenummer | kundenr | kunde nr | kunde id | avtalenummer | \
            aftalenummer | policenummer | polisenummer | pasientnummer | ansattnummer | \
            medarbejdernummer | asiakasnumero | jasennumero | vakuutusnumero | 客户号 | 客户编号 | 会员号 \
            | 会员编号 | 顧客番号 | お客様番号 | 会員番号 | 고객번호 | 고객 번호 | 회원번호",
    },
    Phrases {
        topic: Topic::Reference,
        phrases: "account balance | balance | account manager | account type | account status | \
            account age | account opening | account opened | account created | account since | \
            account statement | account closed | account settings | account team | account \
            executive | membership fee | policy period | policy date | policy effective | policy \
            version | group policy | customer since | member since | store number | store no | \
            branch number | department number | room | room number | flat | extension | queue \
            number | case reference | device id | product number | policy section",
    },
];

/// Labels that name an account or a contract rather than its number: their value must stand right
/// behind them and be a long one.
const BARE: &str = "account | acct | acc | accounts | konto | kto | compte | cuenta | conto | conta | rekening | \
    rachunek | tili | membership | policy | checking | savings | loyalty card | rewards member | \
    frequent flyer | medical record | policyholder | customer account | matricula | girokonto | \
    bank account | checking account | savings account | current account | bankkonto | a c | a/c";

/// Labels that name a person: only `customer #48291` has a number.
const NUMBERED: &str = "customer | client | member | patient | employee";

/// The account and customer numbers in `view`.
pub(crate) fn find(view: &View<'_>, found: &mut Found) {
    for cue in label::labels(view, TOPICS) {
        let Some((value, percent)) = value_of(view, cue) else {
            continue;
        };
        let entity = kind(view, cue, &value);
        let mut next = Some(value);
        while let Some(value) = next {
            next = label::next_in_list(view.text(), value.end).and_then(|at| {
                let next = at..end_of(view.text(), at);
                (is_number(view.text(), &next) && label::stands_alone(view.text(), &next))
                    .then_some(next)
            });
            propose(cue, &entity, value, percent, found);
        }
    }
    numbered(view.text(), found);
    unsigned(view, found);
    for (cue, cell) in view.cues.cells(view.text(), TOPICS) {
        let value = label::cell_text(view.text(), &cell);
        if is_number(view.text(), &value) && end_of(view.text(), value.start) == value.end {
            propose(cue, &kind(view, cue, &value), value, 88, found);
        }
    }
}

/// Numbers behind a person and a sign: `customer #48291`.
fn numbered(text: &str, found: &mut Found) {
    for (at, _) in text.match_indices('#') {
        let before = text[..at].trim_end_matches(' ');
        let word = &before[before
            .trim_end_matches(|c: char| c.is_ascii_alphabetic())
            .len()..];
        if at - before.len() > 2 || !label::is_among(word, NUMBERED) {
            continue;
        }
        let sign = Cue {
            start: before.len() - word.len(),
            end: at + 1,
            topics: Topic::Customer.set(),
        };
        let digit = label::digit_behind(text, &sign).filter(|digit| *digit <= at + 16);
        let value = digit.and_then(|digit| read(text, &sign, digit));
        if let Some(value) =
            value.filter(|value| !text[at + 1..value.start].contains(|c: char| c.is_alphanumeric()))
        {
            propose(&sign, &Entity::CustomerNumber, value, 88, found);
        }
    }
}

/// Long numbers right behind a person: `Customer 879 195 198 has called`.
fn unsigned(view: &View<'_>, found: &mut Found) {
    const FEWEST: usize = 6;
    let (text, numerals) = (view.text(), &view.numerals);
    for index in 0..numerals.len() {
        let at = numerals.span(index..index + 1).start;
        let Some(before) = text[..at].strip_suffix(' ') else {
            continue;
        };
        let word = before.len()
            - before
                .trim_end_matches(|c: char| c.is_ascii_alphabetic())
                .len();
        if !(6..=8).contains(&word) || !label::is_among(&before[before.len() - word..], NUMBERED) {
            continue;
        }
        let name = Cue {
            start: before.len() - word,
            end: before.len(),
            topics: Topic::Customer.set(),
        };
        let value = read(text, &name, at).filter(|value| digits(&text[value.clone()]) >= FEWEST);
        if let Some(value) = value {
            propose(&name, &Entity::CustomerNumber, value, 80, found);
        }
    }
}

fn propose(cue: &Cue, entity: &Entity, value: Range<usize>, percent: u8, found: &mut Found) {
    let mut candidate = Candidate::new(entity, "account", value, percent);
    candidate.cue = Some(cue.start..cue.end);
    found.push(candidate);
}

/// The number that `cue` labels, and how sure that is.
fn value_of(view: &View<'_>, cue: &Cue) -> Option<(Range<usize>, u8)> {
    let text = view.text();
    let is_bare = label::is_among(&text[cue.start..cue.end], BARE);
    let behind = label::digit_behind(text, cue).and_then(|at| {
        let value = read(text, cue, at)?;
        // "[ACCOUNT_NUMBER:c3b1d2]" is a tag, whichever label stands before it.
        let opened = text[..value.start].ends_with(':') && text[value.end..].starts_with(']');
        if opened
            && text[text.floor_char_boundary(cue.start.saturating_sub(1))..value.start]
                .contains('[')
        {
            return None;
        }
        let link = label::link(view, cue, value.start, TOPICS.with(Topic::Iban))?;
        let is_enough = match link {
            Link::Tight => !is_bare || digits(&text[value.clone()]) >= 5,
            Link::Loose => !is_bare || digits(&text[value.clone()]) >= 8,
            Link::Answer => !is_bare || digits(&text[value.clone()]) >= 6,
        };
        is_enough.then_some((value, link.percent()))
    });
    let replied = || {
        let at = reply::digit(view, cue, TOPICS.with(Topic::Iban))?;
        let value = read(text, cue, at)?;
        let is_enough = !is_bare || digits(&text[value.clone()]) >= 6;
        is_enough.then_some((value, Link::Answer.percent()))
    };
    behind.or_else(replied).or_else(|| {
        let end = before::end_before(view, cue)?;
        let tied = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/' | '.');
        let number = &text[..end];
        let number = &number[number.trim_end_matches(tied).len()..];
        let start = end
            - number
                .trim_start_matches(|c: char| !c.is_ascii_alphanumeric())
                .len();
        let is_enough = !is_bare || digits(&text[start..end]) >= 8;
        let is_own =
            is_enough && is_number(text, &(start..end)) && !label::is_labelled(view, start, TOPICS);
        is_own.then_some((start..end, Link::Loose.percent()))
    })
}

/// Which kind of number `cue` labels.
fn kind(view: &View<'_>, cue: &Cue, value: &Range<usize>) -> Entity {
    if cue.topics.contains(Topic::Customer) {
        return Entity::CustomerNumber;
    }
    let near = |topic: Topic| {
        let is_near = |other: &Cue| {
            other.end + NEIGHBOURHOOD > value.start && other.start < value.end + NEIGHBOURHOOD
        };
        let before = view.cues.ending_before(value.start).rev();
        let behind = view.cues.starting_at(value.end);
        before
            .take_while(|cue| is_near(cue))
            .any(|cue| cue.topics.contains(topic))
            || behind
                .take_while(|cue| is_near(cue))
                .any(|cue| cue.topics.contains(topic))
    };
    let number = &view.text()[value.clone()];
    let is_american = cue.topics.contains(Topic::BankAccount) || near(Topic::Routing);
    let digits = digits(number);
    let is_plain = number
        .bytes()
        .all(|b| matches!(b, b'0'..=b'9' | b' ' | b'-'));
    if is_american && is_plain && (8..=17).contains(&digits) && !near(Topic::SortCode) {
        Entity::UsBankNumber
    } else {
        Entity::AccountNumber
    }
}

fn digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

/// The number around the digit at `at`: digits, or digits with letters, in one piece or in groups.
fn read(text: &str, cue: &Cue, at: usize) -> Option<Range<usize>> {
    let start = start_of(text, cue, at);
    let end = end_of(text, start.max(cue.end));
    (is_number(text, &(start..end)) && label::stands_alone(text, &(start..end)))
        .then_some(start..end)
}

/// Whether `value` has the digits that a number has, and no date in them.
fn is_number(text: &str, value: &Range<usize>) -> bool {
    let number = &text[value.clone()];
    let digits = digits(number);
    let len = number.bytes().filter(u8::is_ascii_alphanumeric).count();
    let first = number.bytes().find(u8::is_ascii_digit).unwrap_or_default();
    let is_specimen = number
        .bytes()
        .filter(u8::is_ascii_digit)
        .all(|b| b == first)
        && digits > 3;
    let is_long = (4..=24).contains(&len) && digits >= 3 && (digits >= 4 || len > digits);
    // "USD 232.77"
    let is_amount = number.contains(' ') && number.contains('.');
    is_long && !is_specimen && !is_amount && !is_date(number)
}

/// Where the number around `at` begins: with the letters tied to it (`CUST-48291`), or with the
/// capitals before it (`AB 123456`).
fn start_of(text: &str, cue: &Cue, at: usize) -> usize {
    const NO_PREFIX: &str =
        "NO | NR | ID | IS | N | NUM | A | AND | OR | THE | MY | IST | EST | ES";
    let before = &text[cue.end..at];
    let tied = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/');
    let head = before.trim_end_matches(tied);
    let start = cue.end + head.len();
    let start = at
        - text[start..at]
            .trim_start_matches(|c: char| !c.is_ascii_alphanumeric())
            .len();
    if start < at {
        return start;
    }
    let Some(head) = before.strip_suffix(' ') else {
        return at;
    };
    let prefix = &head[head
        .trim_end_matches(|c: char| c.is_ascii_uppercase())
        .len()..];
    let is_prefix = (1..=4).contains(&prefix.len())
        && !label::is_among(prefix, NO_PREFIX)
        && head[..head.len() - prefix.len()].ends_with([' ', ':', '#', '(', '"']);
    if is_prefix { at - 1 - prefix.len() } else { at }
}

/// Where the number that begins at `start` ends.
fn end_of(text: &str, start: usize) -> usize {
    const MOST: usize = 30;
    let bytes = text.as_bytes();
    let is_alnum = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_alphanumeric);
    let run = |from: usize| {
        (from..)
            .take_while(|&at| is_alnum(at))
            .take(MOST + 1)
            .count()
    };
    let mut group = start;
    let mut end = start + run(start);
    while end - start <= MOST {
        let next = run(end + 1);
        let (this, that) = (
            &text[group..end],
            text.get(end + 1..end + 1 + next).unwrap_or_default(),
        );
        let is_short = |group: &str| {
            (2..=5).contains(&group.len()) && group.bytes().all(|b| b.is_ascii_digit())
        };
        let joins = next > 0
            && match bytes[end] {
                b'-' | b'/' | b'_' | b'.' => {
                    that.bytes().any(|b| b.is_ascii_digit())
                        || this.bytes().all(|b| b.is_ascii_uppercase())
                }
                b' ' => {
                    let opens = group == start
                        && this.len() <= 4
                        && this.bytes().all(|b| b.is_ascii_uppercase());
                    (is_short(this) || opens)
                        && that.bytes().all(|b| b.is_ascii_digit())
                        && (is_short(that) || opens)
                }
                _ => false,
            };
        if !joins {
            break;
        }
        group = end + 1;
        end += 1 + next;
    }
    end
}

/// Whether a number is a calendar date or a year.
fn is_date(number: &str) -> bool {
    let parts: [&str; 3] = {
        let mut parts = number.split(['-', '/', '.']);
        [(); 3].map(|()| parts.next().unwrap_or_default())
    };
    let value = |part: &str| part.parse::<u32>().unwrap_or(0);
    let is_year = |part: &str| part.len() == 4 && (1900..=2099).contains(&value(part));
    let is_part = |part: &str| (1..=2).contains(&part.len()) && (1..=31).contains(&value(part));
    let [one, two, three] = parts;
    (number.len() == 4 && is_year(number))
        || (is_part(two)
            && ((is_year(one) && is_part(three))
                || (is_part(one) && (is_year(three) || is_part(three)))))
}
