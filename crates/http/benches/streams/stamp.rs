//! A time inside a text, in letters: digits would be looked at as numbers of people.

use agent_assist_domain::time::Timestamp;

const MARK: &str = "noted ";
/// Microseconds since the epoch have sixteen digits for some centuries.
const DIGITS: usize = 16;

/// `at` as a text.
pub(crate) fn write(at: Timestamp) -> String {
    let digits = format!("{:016}", at.as_micros());
    let letters: String = digits
        .bytes()
        .map(|digit| char::from(digit - b'0' + b'a'))
        .collect();
    // In two words, since one of sixteen letters could be a key.
    format!(
        "{MARK}{} {} then.",
        &letters[..DIGITS / 2],
        &letters[DIGITS / 2..]
    )
}

/// The time in `text`.
pub(crate) fn read(text: &str) -> Option<Timestamp> {
    let at = text.find(MARK)? + MARK.len();
    let letters = text.get(at..at + DIGITS + 1)?;
    let mut micros = 0_i64;
    for letter in letters.bytes().filter(|letter| *letter != b' ') {
        micros = micros * 10 + i64::from(letter.checked_sub(b'a')?);
    }
    Some(Timestamp::from_micros(micros))
}
