//! Telephone numbers as people and systems write them, and what only looks like one.

use agent_assist_pii::{Entity, Policy, Scanner, SubjectTerms, mask};

use crate::rows::{SCANNER, check, check_clean, masked};

/// Whether all that is found in `text` is one telephone number, `number` exactly.
fn is_only_find(text: &str, number: &str) -> bool {
    let findings = SCANNER.scan(text, &SubjectTerms::none());
    matches!(&findings[..], [one] if one.entity == Entity::PhoneNumber
        && text[one.start..one.end] == *number)
}

#[test]
fn numbers_in_a_telling_shape_need_no_label() {
    let mut missed = Vec::new();
    for number in [
        "+1 202-555-0143",
        "+12025550143",
        "+1 (202) 555-0143",
        "+1.202.555.0143",
        "+1-202-555-0143",
        "+44 20 7946 0123",
        "+44 (0)20 7946 0123",
        "+44(0)20 7946 0123",
        "+44(0)1632960983",
        "(+44) 20 7946 0123",
        "+447700900123",
        "+44 7700 900123",
        "+44 7700 900 123",
        "0044 20 7946 0958",
        "011 44 20 7183 8750",
        "001-532-123-4567",
        "+49 170 1234567",
        "+49 (0) 170 1234567",
        "+49 (0)89 123456-0",
        "+49-30-12345678",
        "+49 30/12345678",
        "+33 1 23 45 67 89",
        "+33 (0)1 23 45 67 89",
        "+33123456789",
        "+34 612 34 56 78",
        "+34 612 345 678",
        "+39 06 1234 5678",
        "+39 333 123 4567",
        "+351 912 345 678",
        "+31 6 12345678",
        "+31 (0)6 12345678",
        "+32 470 12 34 56",
        "+41 44 668 18 00",
        "+43 664 1234567",
        "+48 512 345 678",
        "+46 70 123 45 67",
        "+46 (0)70-123 45 67",
        "+47 412 34 567",
        "+45 20 12 34 56",
        "+358 40 1234567",
        "+55 11 91234-5678",
        "+55 (11) 91234-5678",
        "+52 55 1234 5678",
        "+91 98765 43210",
        "+91-9876543210",
        "+86 138 0013 8000",
        "+82 10-1234-5678",
        "+81 3-1234-5678",
        "+81-90-1234-5678",
        "+65 6123 4567",
        "+61 412 345 678",
        "+61 (0)2 9876 5432",
        "+64 21 123 4567",
        "+27 82 123 4567",
        "+971 50 123 4567",
        "(977) 625-2661",
        "(977)625-2661",
        "(977) 625 2661",
        "(977) 6252661",
        "977-625-2661",
        "977.625.2661",
        "977 625 2661",
        "977/625-2661",
        "1-800-555-0199",
        "1 (800) 555-0199",
        "1.800.555.0199",
        "1 800 555 0199",
        "977-625-2661 x123",
        "977-625-2661x123",
        "(977) 625-2661 ext. 45",
        "(977) 625-2661, ext 45",
        "+1 202-555-0143 extension 9",
        "202-555-0143 #12",
        "020 7946 0123",
        "(020) 7946 0123",
        "020-7946-0123",
        "0161 496 0123",
        "0161 4960123",
        "(0161) 496 0123",
        "01632 960983",
        "07700 900123",
        "07700 900 123",
        "0800 123 4567",
        "0170/1234567",
        "0170 1234567",
        "0170-1234567",
        "0170 / 1234567",
        "030 12345678",
        "(030) 12345678",
        "089/123456-0",
        "0711 123 45-67",
        "01 23 45 67 89",
        "01.23.45.67.89",
        "06-12-34-56-78",
        "06-12345678",
        "06 12345678",
        "020 123 4567",
        "0470 12 34 56",
        "044 668 18 00",
        "0664 1234567",
        "070-123 45 67",
        "040 123 4567",
        "087 123 4567",
        "06 1234 5678",
        "02 9876 5432",
        "(02) 9876 5432",
        "0412 345 678",
        "03-1234-5678",
        "090-1234-5678",
        "010-1234-5678",
        "612 34 56 78",
        "91 123 45 67",
        "22 123 45 67",
        "(11) 91234-5678",
        "11 91234-5678",
        "98765 43210",
        "138 0013 8000",
    ] {
        for text in [
            number.to_owned(),
            format!("Details of {number} have been sent."),
            format!("Smith, John; {number}; Berlin"),
            format!("see ({number})"),
            format!("\"{number}\""),
        ] {
            if !is_only_find(&text, number) {
                missed.push(format!("{text}  =>  {}", masked(&text)));
            }
        }
    }
    assert!(missed.is_empty(), "{}: {missed:#?}", missed.len());
}

#[test]
fn any_number_that_is_announced_is_found() {
    let mut missed = Vec::new();
    for number in [
        "9776252661",
        "19776252661",
        "555-0143",
        "555 0143",
        "5550143",
        "07700900123",
        "02079460123",
        "01701234567",
        "612345678",
        "612 345 678",
        "12345678",
        "12 34 56 78",
        "91234567",
        "9123 4567",
        "13800138000",
        "447700900123",
        "00491701234567",
        "11912345678",
        "987 654 321",
    ] {
        for text in [
            format!("Phone: {number}"),
            format!("phone number is {number}."),
            format!("My cell is {number}, thanks"),
            format!("{{\"phone\":\"{number}\"}}"),
            format!("{{\"phoneNumber\": \"{number}\", \"name\": 1}}"),
            format!("customer_phone={number}&x=1"),
            format!("{number} is my mobile number"),
            format!("{number} (home phone)"),
            format!("Tel.: {number}"),
            format!("tel:{number}"),
            format!("Telefon: {number}"),
            format!("Handynummer lautet {number}"),
            format!("mein Handy ist die {number}"),
            format!("Mobil: {number}"),
            format!("portable : {number}"),
            format!("numero de telefono: {number}"),
            format!("mi celular es {number}"),
            format!("cellulare: {number}"),
            format!("telefone: {number}"),
            format!("telefoonnummer {number}"),
            format!("nr telefonu: {number}"),
            format!("mobilnummer: {number}"),
            format!("puhelin {number}"),
            format!("电话：{number}"),
            format!("手机号{number}"),
            format!("전화번호: {number}"),
            format!("電話番号は{number}です"),
            format!("Contact number\n{number}\n"),
            format!("Phone | {number} |"),
        ] {
            if !is_only_find(&text, number) {
                missed.push(format!("{text}  =>  {}", masked(&text)));
            }
        }
    }
    assert!(missed.is_empty(), "{}: {missed:#?}", missed.len());
}

#[test]
fn sentences_of_support_and_service() {
    for (text, expected) in [
        (
            "Please call me back on 9776252661 after 5 pm.",
            "Please call me back on [PHONE_NUMBER] after 5 pm.",
        ),
        (
            "Agent: What's the best phone number?\nCustomer: 9776252661",
            "Agent: What's the best phone number?\nCustomer: [PHONE_NUMBER]",
        ),
        (
            "Could I have your phone number? - Sure, 07700900123.",
            "Could I have your phone number? - Sure, [PHONE_NUMBER].",
        ),
        (
            "Mobile: 07700 900123 / 07700 900124, fax 020 7946 0123",
            "Mobile: [PHONE_NUMBER] / [PHONE_NUMBER], fax [PHONE_NUMBER]",
        ),
        (
            "phones 9776252661, 9776252662 and 9776252663",
            "phones [PHONE_NUMBER], [PHONE_NUMBER] and [PHONE_NUMBER]",
        ),
        (
            "order,phone\nJoe,9776252661",
            "order,phone\nJoe,[PHONE_NUMBER]",
        ),
        (
            "Your parcel goes to Joe, (977) 625-2661, on Monday.",
            "Your parcel goes to Joe, [PHONE_NUMBER], on Monday.",
        ),
        (
            "For ticket 4711 please ring 020 7946 0123.",
            "For ticket 4711 please ring [PHONE_NUMBER].",
        ),
        (
            "2024-01-05 12:30 caller +442071838750 queue 7",
            "2024-01-05 12:30 caller [PHONE_NUMBER] queue 7",
        ),
        (
            "<sip:+442071838750@pbx.example.com>",
            "<sip:[EMAIL_ADDRESS]>",
        ),
        ("https://wa.me/447700900123", "https://wa.me/[PHONE_NUMBER]"),
        (
            "Kontakt: Tel. 089/123456-0, Fax 089/123456-99",
            "Kontakt: Tel. [PHONE_NUMBER], Fax [PHONE_NUMBER]",
        ),
        (
            "The shop pays in any case. 0170/1234567. Please open the page.",
            "The shop pays in any case. [PHONE_NUMBER]. Please open the page.",
        ),
        (
            "In case of trouble: 020 7946 0123, see page 3 or 977-625-2661",
            "In case of trouble: [PHONE_NUMBER], see page 3 or [PHONE_NUMBER]",
        ),
        (
            "Our support line 020 7946 0123 is open; the shop's line is 020 7946 0958.",
            "Our support line [PHONE_NUMBER] is open; the shop's line is [PHONE_NUMBER].",
        ),
        (
            "Kwame Ortiz\nT 0701209886\nM: 07700900123",
            "Kwame Ortiz\nT [PHONE_NUMBER]\nM: [PHONE_NUMBER]",
        ),
        ("Rufen Sie 01701234567 an", "Rufen Sie [PHONE_NUMBER] an"),
        (
            "Appelez-moi au 0612345678 svp",
            "Appelez-moi au [PHONE_NUMBER] svp",
        ),
        ("Llámame al 612345678", "Llámame al [PHONE_NUMBER]"),
        (
            "the 977 number: 977-625-2661;977-625-2662",
            "the 977 number: [PHONE_NUMBER];[PHONE_NUMBER]",
        ),
    ] {
        assert_eq!(masked(text), expected, "{text}");
    }
}

#[test]
fn what_only_looks_like_a_telephone_number_is_left_alone() {
    let mut flagged = Vec::new();
    for text in [
        "Order 3348917502 was shipped.",
        "Order number: 977-625-2661",
        "Ticket 123-456-7890 is closed",
        "Invoice 020 7946 0123",
        "your reference is 98765 43210",
        "Order # 123-1234567-1234567",
        "Call about order 3348917502, please.",
        "Call ID 9776252661 ended",
        "phone model 35693803564",
        "phone case SKU 123456789",
        "It took 2024-01-05 until 2024-02-06.",
        "from 05.01.2024 08.30 to 06.01.2024",
        "call between 08.30-17.00 on 01.02.2024",
        "call 2024-01-05",
        "call us from 8-5 or 0800-1700? no, 9-5",
        "1,234,567 or 1.234.567,89 or 12 000 000 people",
        "$9,776,252.66 and 9776252661 EUR",
        "USD 9776252661",
        "rooms 100-2000, years 1999-2004",
        "192.168.10.20 and 10.2.33.4.5",
        "v10.2.33.4, 2.34.567.8901",
        "51.5074, -0.1278 and 40.712776,-74.005974",
        "epoch 1573027200 or 1573027200123",
        "ISBN 978-0-306-40615-7, EAN 4006381333931",
        "ISBN-10: 0-306-40615-2",
        "1Z999AA10123456784",
        "9405 5036 9930 0000 0000 08",
        "4111 1111 1111 1112",
        "5555 0123 4567 8901",
        "DE89 3704 0044 0532 0130 01",
        "GB82 WEST 1234 5698 7654 31",
        "ZIP 94401-1234",
        "dial 112 or 911, text STOP to 12345",
        "pi is 3.14159265358979",
        "id 0123-456-789-012-345",
        "IMG_20190611_123456.jpg",
        "05 12 23 34 45 06 lottery",
        "550e8400-e29b-41d4-a716-446655440000",
        "2019-11-06T08:30:00.123Z",
        "20191106 083000",
        "file 0001-0002-0003",
        "error 0x80070005 at 00007FF6",
        "call volume 1200000",
        "Steps: 1 800 2 900 3 1000",
        "weights 100 200 3000 and 120 130 140",
        "SKU 100-200-3000",
        "part no 012-345-6789",
        "(1999) 2000-2001",
        "+10 000 000 users, +1000000",
        "2 + 20 7946 0123 4567 89",
        "000-000-0000 or (555) 555-5555",
        "The phone costs 1200 and 10000000 were sold",
        "score 21-19 21-18 15-21",
        "matrix 100 200 300 400",
        "9/11 2001, 24/7, 50/50",
        "account 7916676427",
        "Queue time 00:10:23, handle time 0123456 ms",
        "GET /v1/conversations/4477009001234567 200 1234",
    ] {
        let output = masked(text);
        if output.contains("PHONE_NUMBER") {
            flagged.push(output);
        }
    }
    assert!(flagged.is_empty(), "{}: {flagged:#?}", flagged.len());
}

#[test]
fn home_regions_are_those_of_the_policy() {
    let text = "Maria 612 34 56 78";
    let of = |regions: &[&str]| {
        let regions = regions.iter().map(|code| code.parse().expect("a country"));
        let policy = Policy {
            phone_regions: regions.collect(),
            ..Policy::default()
        };
        let scanner = Scanner::with_policy(policy).expect("a policy without rules");
        mask(text, &scanner.scan(text, &SubjectTerms::none())).into_text()
    };
    assert_eq!(of(&["GB", "ES"]), "Maria [PHONE_NUMBER]");
    assert_eq!(of(&["GB", "US"]), text);
}

#[test]
fn numbers_are_found_that_somebody_calls_their_own() {
    check(&[
        ("my number is 02079460123", "my number is [PHONE_NUMBER]"),
        (
            "my number changed, its 02079460123 now",
            "my number changed, its [PHONE_NUMBER] now",
        ),
        (
            "Ann: Best number to reach you?\nBo: 02079460123",
            "Ann: Best number to reach you?\nBo: [PHONE_NUMBER]",
        ),
        (
            "Ann: Where can we call you?\nBo: 02079460123",
            "Ann: Where can we call you?\nBo: [PHONE_NUMBER]",
        ),
        (
            "Mobilnummeret mitt er 40645944",
            "Mobilnummeret mitt er [PHONE_NUMBER]",
        ),
        (
            "pide que le llamen al 612345678 mañana",
            "pide que le llamen al [PHONE_NUMBER] mañana",
        ),
        (
            "my new number is 07700900123",
            "my new number is [PHONE_NUMBER]",
        ),
        (
            "meine neue Nummer ist 017012345678",
            "meine neue Nummer ist [PHONE_NUMBER]",
        ),
        (
            "mon numéro c'est le 0612345678",
            "mon numéro c'est le [PHONE_NUMBER]",
        ),
        ("mi número es 612345678", "mi número es [PHONE_NUMBER]"),
        (
            "il mio numero è 3471234567",
            "il mio numero è [PHONE_NUMBER]",
        ),
        ("mijn nummer is 0612345678", "mijn nummer is [PHONE_NUMBER]"),
        (
            "my verification code went to my old number 0033612345678",
            "my verification code went to my old number [PHONE_NUMBER]",
        ),
        (
            "Agent: just in case, may I take your number?\nCaller: 021 345 678",
            "Agent: just in case, may I take your number?\nCaller: [PHONE_NUMBER]",
        ),
        (
            "Agente: ¿Un número de contacto?\nCliente: 612 345 678",
            "Agente: ¿Un número de contacto?\nCliente: [PHONE_NUMBER]",
        ),
        ("llámenme al 612345678", "llámenme al [PHONE_NUMBER]"),
        (
            "richiamatemi al 0612345678",
            "richiamatemi al [PHONE_NUMBER]",
        ),
        (
            "rappelez-moi au 0612345678",
            "rappelez-moi au [PHONE_NUMBER]",
        ),
        (
            "mi teléfono es (2) 2911 3805",
            "mi teléfono es [PHONE_NUMBER]",
        ),
    ]);
    check_clean(&[
        "the number is 3348917502",
        "my order number is 3348917502",
        "mi número de pedido es 612345678",
        "my number of points is 1200500",
    ]);
}
