//! Dates of birth as forms, agents and customers write them, and dates of everything else.

use agent_assist_pii::{Entity, SubjectTerms};

use crate::rows::{SCANNER, masked};

/// Whether all that is found in `text` is one date of birth, `date` exactly.
fn is_only_find(text: &str, date: &str) -> bool {
    let findings = SCANNER.scan(text, &SubjectTerms::none());
    matches!(&findings[..], [one] if one.entity == Entity::DateOfBirth
        && text[one.start..one.end] == *date)
}

#[test]
fn a_date_that_is_called_a_birth_date_is_found_however_it_is_written() {
    let mut missed = Vec::new();
    for date in [
        "12/31/1980",
        "31/12/1980",
        "3/4/80",
        "31/12/80",
        "31.12.1980",
        "31.12.80",
        "31-12-1980",
        "1980-12-31",
        "1980/12/31",
        "1980.12.31",
        "31 12 1980",
        "19801231",
        "31121980",
        "12 March 1980",
        "12 march, 1980",
        "12th March 1980",
        "12th of March 1980",
        "12th of March, 1980",
        "March 12, 1980",
        "March 12th, 1980",
        "March 12th 1980",
        "March 12 1980",
        "Mar 12, 1980",
        "Mar. 12, 1980",
        "Sept 3, 1975",
        "12-Mar-1980",
        "12/Mar/1980",
        "12-Mar-80",
        "12 Mar 80",
        "1980 March 12",
        "1980-Mar-12",
        "12. März 1980",
        "12. Januar 1980",
        "12 mars 1980",
        "12 février 1980",
        "12 de marzo de 1980",
        "12 de marzo del 1980",
        "12 marzo 1980",
        "12 de março de 1980",
        "12 maart 1980",
        "12 marca 1980",
        "12 stycznia 1980",
        "12 mars 1980",
        "12. mai 1980",
        "12. december 1980",
        "12. tammikuuta 1980",
        "1980年12月31日",
        "1980年1月2日",
        "1980년 12월 31일",
        "12 March",
        "March 12",
        "March 12th",
    ] {
        for text in [
            format!("DOB: {date}"),
            format!("dob {date}"),
            format!("D.O.B. {date}"),
            format!("Date of birth: {date}."),
            format!("date_of_birth={date}"),
            format!("{{\"dateOfBirth\":\"{date}\"}}"),
            format!("{{\"birthDate\": \"{date}\", \"id\": 7}}"),
            format!("She was born on {date}, I think."),
            format!("My birthday is {date}"),
            format!("birth date ({date})"),
            format!("Geburtsdatum: {date}"),
            format!("geboren am {date} in Bonn"),
            format!("née le {date}"),
            format!("né(e) le {date}"),
            format!("född {date}"),
            format!("fødselsdato: {date}"),
            format!("cumpleaños: {date}"),
            format!("date de naissance : {date}"),
            format!("fecha de nacimiento: {date}"),
            format!("nata il {date}"),
            format!("data de nascimento: {date}"),
            format!("geboortedatum {date}"),
            format!("data urodzenia: {date}"),
            format!("fodelsedatum: {date}"),
            format!("出生日期：{date}"),
            format!("생년월일: {date}"),
            format!("生年月日 {date}"),
            format!("Date of birth\n{date}\n"),
            format!("{date} is my date of birth"),
            format!("{date} (DOB)"),
        ] {
            if !is_only_find(&text, date) {
                missed.push(format!("{text}  =>  {}", masked(&text)));
            }
        }
    }
    assert!(missed.is_empty(), "{}: {missed:#?}", missed.len());
}

#[test]
fn sentences_with_dates_of_birth() {
    for (text, expected) in [
        (
            "Agent: Can I have your date of birth?\nCustomer: 12/03/1980",
            "Agent: Can I have your date of birth?\nCustomer: [DATE_OF_BIRTH]",
        ),
        ("geb.dat. 25 februari 1980", "geb.dat. [DATE_OF_BIRTH]"),
        (
            "22-08-1965 is my date of birth, as you see. On 5 Oct 2024 I called.",
            "[DATE_OF_BIRTH] is my date of birth, as you see. On 5 Oct 2024 I called.",
        ),
        (
            "Her birthday is on March 5, the order left on March 3.",
            "Her birthday is on [DATE_OF_BIRTH], the order left on March 3.",
        ),
        (
            "born 12/03/1980, order placed 01/02/2024",
            "born [DATE_OF_BIRTH], order placed 01/02/2024",
        ),
        (
            "{\"dob\":\"1980-03-12T00:00:00Z\",\"created\":\"2024-01-05T10:00:00Z\"}",
            "{\"dob\":\"[DATE_OF_BIRTH]T00:00:00Z\",\"created\":\"2024-01-05T10:00:00Z\"}",
        ),
        (
            "DOB (mm/dd/yyyy): 12/31/1980",
            "DOB (mm/dd/yyyy): [DATE_OF_BIRTH]",
        ),
        (
            "He was born in London on 12 March 1980.",
            "He was born in London on [DATE_OF_BIRTH].",
        ),
        (
            "nato a Roma il 12/03/1980",
            "nato a Roma il [DATE_OF_BIRTH]",
        ),
        ("geb. 12.03.1980", "geb. [DATE_OF_BIRTH]"),
        (
            "*12.03.1980, geboren in Köln",
            "*[DATE_OF_BIRTH], geboren in Köln",
        ),
    ] {
        assert_eq!(masked(text), expected, "{text}");
    }
}

#[test]
fn dates_of_anything_else_are_left_alone() {
    let mut flagged = Vec::new();
    for text in [
        "Ordered on 12/03/2024, delivery by 15/03/2024.",
        "Your appointment is on March 5, 2024.",
        "Released 2024-01-05, due 12 March 2024",
        "Please state your date of birth.",
        "Date of birth must be in the format DD/MM/YYYY",
        "birthday sale until 12/03/2024",
        "The birthday voucher is valid until March 12, 2024",
        "Your birthday gift will be delivered by March 5.",
        "DOB: 99/99/9999",
        "DOB: 1234",
        "date of birth: 32/13/1980",
        "born in 1980",
        "born 3 of 5",
        "date of birth is required for order 20190611",
        "updated 2019-11-06, version 19.11.06",
        "Contract date 12.03.1980",
        "born-digital files of 12 MB in 3 may 2 be",
        "no. 12/31/1980",
    ] {
        let output = masked(text);
        if output.contains("DATE_OF_BIRTH") {
            flagged.push(output);
        }
    }
    assert!(flagged.is_empty(), "{}: {flagged:#?}", flagged.len());
}
