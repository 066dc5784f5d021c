//! Words before a number that say whether it is a telephone number.
//!
//! The nearest telling word decides, so that `phone order 3348917502` is an order. Context is
//! looked for within the sentence only, and only in the few words right before the number.

use crate::folded::BARRIER;

/// What one word says about a number after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hint {
    /// Names a telephone: speaks for a number up to [`NOUN_REACH`] words on.
    Telephone,
    /// Says to use one: speaks for a number up to [`VERB_REACH`] words on.
    Dial,
    /// `number` and its like: speaks for it unless a word before says number of what.
    Number,
    /// Names something else that has numbers: speaks against it.
    Other,
}

/// Words that may stand between `phone` and the number: "phone number on file is".
const NOUN_REACH: usize = 4;
/// Words that may stand between `call` and the number: "call me at".
const VERB_REACH: usize = 2;
/// Words that may stand between `number` and the number: "number is".
const NUMBER_REACH: usize = 1;

/// In English, and what forms and signatures in German, French, Spanish, Portuguese, Italian and
/// Dutch call it. Lower case.
const TELEPHONE: &[&str] = &[
    "phone",
    "phones",
    "telephone",
    "tel",
    "mobile",
    "mob",
    "cell",
    "cellphone",
    "landline",
    "fax",
    "whatsapp",
    "hotline",
    "ph",
    "phonenumber",
    "telefon",
    "telefonnummer",
    "handy",
    "mobil",
    "telefono",
    "teléfono",
    "móvil",
    "movil",
    "celular",
    "cellulare",
    "téléphone",
    "tél",
    "portable",
    "telefone",
    "telemóvel",
    "telefoon",
    "mobiel",
];
const DIAL: &[&str] = &[
    "call", "called", "calling", "dial", "dialed", "dialled", "ring", "text", "sms", "reach",
    "contact", "callback",
];
const NUMBER: &[&str] = &["number", "no", "nr", "nummer", "numéro", "número", "numero"];
const OTHER: &[&str] = &[
    "about",
    "account",
    "acct",
    "amount",
    "article",
    "build",
    "card",
    "case",
    "claim",
    "code",
    "confirmation",
    "customer",
    "ean",
    "epoch",
    "id",
    "invoice",
    "isbn",
    "item",
    "license",
    "member",
    "membership",
    "model",
    "order",
    "orders",
    "package",
    "parcel",
    "part",
    "passport",
    "password",
    "pin",
    "policy",
    "postcode",
    "price",
    "product",
    "quantity",
    "re",
    "receipt",
    "ref",
    "reference",
    "regarding",
    "registration",
    "request",
    "routing",
    "serial",
    "shipment",
    "shipping",
    "sku",
    "ticket",
    "timestamp",
    "tracking",
    "transaction",
    "upc",
    "user",
    "username",
    "version",
    "vin",
    "zip",
];
/// Abbreviations whose full stop does not end a sentence.
const ABBREVIATIONS: &[&str] = &["tel", "mob", "ph", "no", "nr", "tél"];

/// Longer words tell nothing, and need not be read to the end.
const LONGEST_WORD: usize = 24;

/// Whether the words at the end of `before` announce a telephone number.
pub(crate) fn announces_phone(before: &str) -> bool {
    let mut rest = before;
    let mut is_number = false;
    for distance in 0..=NOUN_REACH {
        let Some((gap, word)) = previous_word(&mut rest) else {
            break;
        };
        if ends_sentence(gap, &word) {
            break;
        }
        match hint(&word) {
            Some(Hint::Telephone) => return true,
            Some(Hint::Dial) if distance <= VERB_REACH => return true,
            Some(Hint::Number) if distance <= NUMBER_REACH => is_number = true,
            Some(Hint::Other) => return false,
            _ => {}
        }
    }
    is_number
}

/// Takes the last word off `rest`, with the gap behind it. `None` at the beginning of the text,
/// and where a gap or a word is too long to belong to the number.
fn previous_word<'t>(rest: &mut &'t str) -> Option<(&'t str, String)> {
    const LONGEST_GAP: usize = 12;
    let text = *rest;
    // A masked value counts as one word, or masking would bring context ever nearer.
    let is_word = |c: char| c.is_alphanumeric() || c == BARRIER;
    let gap_len = leading_len(text, LONGEST_GAP, |c| !is_word(c))?;
    let (text, gap) = text.split_at(text.len() - gap_len);
    let word_len = leading_len(text, LONGEST_WORD, is_word)?;
    let (text, word) = text.split_at(text.len() - word_len);
    *rest = text;
    (!word.is_empty()).then(|| (gap, word.to_lowercase()))
}

/// The length in bytes of the characters at the end of `text` that are `wanted`; `None` if there
/// are more than `most`.
fn leading_len(text: &str, most: usize, wanted: impl Fn(char) -> bool) -> Option<usize> {
    let mut len = 0;
    for (count, c) in text.chars().rev().take_while(|&c| wanted(c)).enumerate() {
        if count == most {
            return None;
        }
        len += c.len_utf8();
    }
    Some(len)
}

fn ends_sentence(gap: &str, word: &str) -> bool {
    gap.contains(['!', '?', ';', '\n']) || (gap.contains('.') && !ABBREVIATIONS.contains(&word))
}

fn hint(word: &str) -> Option<Hint> {
    [
        (TELEPHONE, Hint::Telephone),
        (DIAL, Hint::Dial),
        (NUMBER, Hint::Number),
        (OTHER, Hint::Other),
    ]
    .into_iter()
    .find_map(|(words, hint)| words.contains(&word).then_some(hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_telling_word_decides() {
        for before in [
            "phone ",
            "Phone number on file is ",
            "call me at ",
            "my number is ",
            "Tel. ",
            "Tél.: +(",
            "\"phone_number\":\"",
            "order confirmed by phone ",
            "customer phone no. ",
        ] {
            assert!(announces_phone(before), "{before}");
        }
        for before in [
            "",
            "order ",
            "order number ",
            "phone order #",
            "call about ticket ",
            "Please call us. ",
            "the phone\n",
            "call me after you have seen ",
            "number of units: ",
            "microphone ",
            "\"order_number\": ",
        ] {
            assert!(!announces_phone(before), "{before}");
        }
    }
}
