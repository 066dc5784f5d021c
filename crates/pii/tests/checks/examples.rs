//! Hand-picked examples: the test values of standards and authorities, and the edges of each rule.

use agent_assist_pii::checks::by_name;

/// Check, what passes, what does not.
#[rustfmt::skip]
const EXAMPLES: &[(&str, &[&str], &[&str])] = &[
    ("luhn", &["79927398713", "00"], &["79927398710", "", "0", "7992739871A"]),
    ("mod97", &["510007547061BE62"], &[]),
    ("card", &[
        "4111111111111111", "4222222222222", "5555555555554444", "2223003122003222",
        "2720990000000007", "378282246310005", "30569309025904", "3530111333300000",
        "6011111111111117", "6200000000000005", "6759649826438453", "2200000000000053",
    ], &["4111111111111112", "4444444444444444", "1111111111111117", "41111111111111110000"]),
    ("iban", &[
        "GB82WEST12345698765432", "DE89370400440532013000", "FR1420041010050500013M02606",
        "NO9386011117947", "MT84MALT011000012345MTLCAST001S", "BR1500000000000010932840814P2",
    ], &["GB82WEST12345698765433", "GB82WEST1234569876543", "ZZ89370400440532013000", "DE8937040044053201300O", "DE543704004405320130001", "DE5137040044053201300", "de89370400440532013000"]),
    ("btc", &[
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
        "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
        "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y",
        "BC1SW50QGDZ25J", "bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs",
    ], &[
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "1A1zP1eP5QGefi2DMPTfTL5SLmv7Divf0a",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd", // Bech32 for version 1
        "BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL", // Bech32 for version 16
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh",  // Bech32m for version 0
        "bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4", // character
        "BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R", // version 17
        "bc1pw5dgrnzv", "bc1gmk9yu", // length
        "BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P", // program of version 0
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf", // padding
        "tb1q0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq24jc47", // network
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3T4", // mixed case
        "3ZPH8tNoxQH5ZyM7oW5zR5ysA9Hd5LG97H", // version 6
        "13J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", // zeros in front
    ]),
    ("eth", &[
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
        "0x52908400098527886E0F7030069857D2E4169EE7", "0xde709f2102306220921060314715629080e2fb77",
    ], &["0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe",
        "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0x0000000000000000000000000000000000000000"]),
    ("aba_routing", &["021000021", "011401533", "091000019"], &["021000022", "000000000", "991000019", "330000013"]),
    ("us_ssn", &["536904399"], &["666121234", "000121234", "900121234", "536004399", "536900000", "078051120"]),
    ("us_itin", &["912902457", "900501234"], &["912932457", "912892457", "812902457"]),
    ("us_npi", &["1234567893"], &["1234567890", "3234567891"]),
    ("us_mbi", &["1EG4TE5MK73", "1EG4TE5MK72"], &["0EG4TE5MK73", "1SG4TE5MK73", "1EG4TE5MK7"]),
    ("us_dea", &["BB1388568", "F91234563"], &["BB1388567", "IB1388568"]),
    ("uk_nhs", &["9434765919", "9876543210"], &["9434765918", "1111111111"]),
    ("uk_nino", &["AB123456C", "AB123456"], &["QQ123456C", "BG123456A", "AB123456E", "AB12345C", "AO123456C"]),
    ("uk_driving_licence", &["MORGA657054SM9IJ", "MORGA753116SM9IJ", "MORGA657054SM9IJ35", "MORGA657054SM0IJ", "MORGA657054SMZIJ"],
        &["MORGA690054SM9IJ", "99999657054SM9IJ", "MORGA657054SM9IJ3"]),
    ("uk_postcode", &["ZE10AA", "BX11LT", "SW1A1AA", "M11AE", "EC1A1BB", "CR26XH", "B338TH", "GIR0AA"],
        &["QQ11AA", "SW1A1AC", "SW1I1AA", "SW011AA", "1AA", "TF060GR"]),
    ("ca_sin", &["123456782"], &["046454286", "123456789", "800000002"]),
    ("au_tfn", &["123456782", "37118660"], &["123456789"]),
    ("au_abn", &["83914571673", "51824753556"], &["83914571672"]),
    ("au_acn", &["004085616", "010499966"], &["004085617"]),
    ("au_medicare", &["2123456701", "21234567011"], &["2123456711", "7123456701", "21234567010", "7123456021"]),
    ("in_aadhaar", &["234123412346"], &["234123412347", "123412341234", "222222222222", "200009900002"]),
    ("in_pan", &["ACUPA7085R"], &["ACUXA7085R", "ACUPA0000R"]),
    ("de_tax_id", &["36574261809", "65929970489"], &["36574261890", "36554266806", "06574261809"]),
    ("de_tax_number", &["2181508150", "18181508155", "5133081508159", "9181081508155"], &["5133181508159", "0000000000"]),
    ("de_social_security", &["65170839J003", "15070649C103"], &["65170839J004", "65320839J003", "6517083JJ003"]),
    ("fr_nir", &["295109912611193", "253072B07300470", "253072A07300443"], &["295109912611199", "253072C07300443"]),
    ("es_nif", &["54362315K", "12345678Z"], &["54362315Z", "00000000T"]),
    ("es_nie", &["X2482300W", "Z8327649K"], &["X2482300A", "A2482300W"]),
    ("es_cif", &["A0012345E", "A00123455", "A58123456", "J99216582", "A13585625"], &["J99216583", "M1234567L", "A5812345F"]),
    ("it_fiscal_code", &["RCCMNL83S18D969H"], &["RCCMNL83S18D969", "RCCMNL83S18D969I", "RCCMNL83S32D969H"]),
    ("pt_nif", &["501964843"], &["501964842", "401964843"]),
    ("nl_bsn", &["111222333"], &["111252333", "000000000"]),
    ("be_national_number", &["85073003328", "17073003384", "98472899765"], &["17073003385", "85133003328"]),
    ("ch_ahv", &["7569217076985"], &["7569217076984", "7579217076982"]),
    ("se_personnummer", &["8803200016", "880320-0016", "198803200016", "880320+0016", "701063-2391"],
        &["8803200018", "8813200016", "178803200016", "880320*0016", "7608240003"]),
    ("no_fodselsnummer", &["15108695088"], &["15108695077", "95108695088"]),
    ("dk_cpr", &["2110625629", "0707614285"], &["5110625629"]),
    ("fi_personal_identity_code", &["131052-308T", "131052U308T"], &["131052-308U", "310252-308Y", "131052/308T"]),
    ("pl_pesel", &["44051401359"], &["44051401358", "02381307589"]),
    ("br_cpf", &["39053344705", "11144477735"], &["23100299900", "11111111111"]),
    ("br_cnpj", &["16727230000197", "12ABC34501DE35"], &["16727230000198", "12ABC34501DE36", "00000000000000"]),
    ("mx_curp", &["BOXW310820HNERXN09"], &["BOXW310820HNERXN08", "BOXW310820HXXRXN09"]),
    ("mx_rfc", &["GODE561231GR8", "MAB9307148T4", "ABC6805254B7"], &["GODE563131GR8", "GODE561231GR"]),
    ("mx_rfc_check_digit", &["GODE561231GR8", "MAB9307148T4"], &["GODE561231GR9"]),
    ("kr_rrn", &["9710139019902", "9710139019903"], &["9713139019902"]),
    ("kr_rrn_check_digit", &["9710139019902"], &["9710139019903"]),
    ("sg_nric_fin", &["S1234567D", "T1234567J", "F1234567N", "G1234567X", "M1234567K"], &["S1234567E", "A1234567D"]),
    ("cn_resident_id", &["830000199001010012", "91115619820302001X", "360426199101010071", "11010519491231002X"], &["360426199101010072", "990426199101010071", "110101199001010007", "977156198203020016"]),
    ("verhoeff", &["2363"], &["2364"]),
    ("mod11_10", &["794623"], &["794624"]),
    ("mod11_2", &["07940"], &["07941"]),
    ("ean", &["4006381333931", "73513537"], &["4006381333932"]),
];

#[test]
fn known_examples_get_the_verdict_they_should() {
    let mut wrong = Vec::new();
    for (name, valid, invalid) in EXAMPLES {
        let check = by_name(name).expect(name);
        let verdicts = valid.iter().map(|value| (value, true));
        for (value, expected) in verdicts.chain(invalid.iter().map(|value| (value, false))) {
            if check(value.as_bytes()) != expected {
                wrong.push(format!("{name} {value} should be {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
