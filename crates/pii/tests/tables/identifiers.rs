//! National identifiers: how each is written, what says that it is one, and what says it is not.

use crate::rows::masked;

#[test]
fn a_telling_shape_with_a_right_check_needs_no_label() {
    for (value, entity) in [
        ("536-90-4399", "US_SSN"),
        ("1EG4-TE5-MK73", "US_MBI"),
        ("AB 12 34 56 C", "UK_NINO"),
        ("AB123456C", "UK_NINO"),
        ("MORGA657054SM9IJ", "UK_DRIVING_LICENCE"),
        ("51 824 753 556", "AU_ABN"),
        ("ABCPE1234F", "IN_PAN"),
        ("65 170839 J 003", "DE_SOCIAL_SECURITY"),
        ("1 85 05 78 006 084 91", "FR_NIR"),
        ("X-1234567-L", "ES_NIE"),
        ("12345678Z", "ES_NIF"),
        ("RSSMRA85T10A562S", "IT_FISCAL_CODE"),
        ("85.07.30-033.28", "BE_NATIONAL_NUMBER"),
        ("756.9217.0769.85", "CH_AHV"),
        ("811228-9874", "SE_PERSONNUMMER"),
        ("131052-308T", "FI_PERSONAL_IDENTITY_CODE"),
        ("111.444.777-35", "BR_CPF"),
        ("11.222.333/0001-81", "BR_CNPJ"),
        ("BOXW310820HNERXN09", "MX_CURP"),
        ("S1234567D", "SG_NRIC_FIN"),
        ("11010519491231002X", "CN_RESIDENT_ID"),
    ] {
        assert_eq!(
            masked(&format!("It is {value}.")),
            format!("It is [{entity}].")
        );
        assert_eq!(masked(value), format!("[{entity}]"));
    }
}

#[test]
fn a_label_speaks_for_digits_that_say_nothing() {
    for (text, expected) in [
        ("SSN: 536904399", "SSN: [US_SSN]"),
        (
            "driver number (DVLA) ......... MORGA 657054 SM9 IJ",
            "driver number (DVLA) ......... [UK_DRIVING_LICENCE]",
        ),
        ("my social is 536904399", "my social is [US_SSN]"),
        (
            "536904399 is my social security number",
            "[US_SSN] is my social security number",
        ),
        (
            "What is your SSN?\nIt's 536 90 4399",
            "What is your SSN?\nIt's [US_SSN]",
        ),
        ("{\"ssn\":\"536904399\"}", "{\"ssn\":\"[US_SSN]\"}"),
        ("customerSsn=536904399", "customerSsn=[US_SSN]"),
        ("NHS number 943 476 5919", "NHS number [UK_NHS]"),
        ("Passport no. 533380006", "Passport no. [US_PASSPORT]"),
        ("my pesel is 44051401359", "my pesel is [PL_PESEL]"),
        ("NIF: 12345678Z", "NIF: [ES_NIF]"),
        ("BSN 111222333", "BSN [NL_BSN]"),
        (
            "personnummer: 8112289874",
            "personnummer: [SE_PERSONNUMMER]",
        ),
        ("주민등록번호 9001011234567", "주민등록번호 [KR_RRN]"),
        ("身份证号：11010519491231002X", "身份证号：[CN_RESIDENT_ID]"),
    ] {
        assert_eq!(masked(text), expected);
    }
}

#[test]
fn wrong_checks_and_references_are_left_alone() {
    for text in [
        "SSN 000-12-3456",
        "NHS number 943 476 5918",
        "the CPF 111.444.777-36 was refused",
        "order 536904399",
        "order number: 943 476 5919",
        "invoice 44051401359 of last week",
        "Your ticket 111222333 is closed",
        "IT code RSSMRA85T10A562T",
    ] {
        assert_eq!(masked(text), text);
    }
}
