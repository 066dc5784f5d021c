//! What the upstream says, in its own shapes.

use std::time::Duration;

use agent_assist_domain::time::Timestamp;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response};

use crate::chance::Chance;

/// The token endpoint's way of throttling.
pub(crate) const TOKENS_THROTTLED: &str =
    r#"{"error":"invalid_request","description":"rate limit exceeded; try later"}"#;

/// The organisation's limits.
pub(crate) const LIMITS: &str =
    r#"{"entities":[{"key":"org.app.user.rate.per.minute","value":3000}]}"#;

/// An answer of JSON, as far as its content type goes.
pub(crate) fn answer(status: u16, body: &str) -> Response<Bytes> {
    Response::builder()
        .status(status)
        .header("content-type", "application/json")
        .body(Bytes::from(body.to_owned()))
        .unwrap()
}

/// The platform's error answer with this status.
pub(crate) fn error(status: u16) -> Response<Bytes> {
    let code = if status == 401 {
        "bad.credentials"
    } else {
        "some.failure"
    };
    answer(status, &format!(r#"{{"code":"{code}","status":{status}}}"#))
}

/// A token that is granted.
pub(crate) fn grant(token: &str, lifetime: Duration) -> String {
    let seconds = lifetime.as_secs();
    format!(r#"{{"access_token":"{token}","token_type":"bearer","expires_in":{seconds}}}"#)
}

/// Tells in `response` how it stands with the allowance.
pub(crate) fn report(response: &mut Response<Bytes>, count: u32, allowed: u32, reset: u32) {
    for (name, value) in [
        (HeaderName::from_static("inin-ratelimit-count"), count),
        (HeaderName::from_static("inin-ratelimit-allowed"), allowed),
        (HeaderName::from_static("inin-ratelimit-reset"), reset),
    ] {
        response.headers_mut().insert(name, value.into());
    }
}

/// The HTTP date `seconds` after `now`, cut to a whole second, and when that is. Runs end on the day
/// on which they begin, a Monday.
pub(crate) fn http_date(now: Timestamp, seconds: u32) -> (HeaderValue, Timestamp) {
    let at = now.as_micros().div_euclid(1_000_000) + i64::from(seconds);
    let (hour, minute, second) = (at / 3_600 % 24, at / 60 % 60, at % 60);
    let date = format!("Mon, 05 Jan 2026 {hour:02}:{minute:02}:{second:02} GMT");
    (date.parse().unwrap(), Timestamp::from_millis(at * 1_000))
}

/// A text that shows `serial`, in letters: numbers may be somebody's.
fn text(serial: u32) -> String {
    let letters: String = serial
        .to_string()
        .bytes()
        .map(|digit| char::from(digit - b'0' + b'a'))
        .collect();
    format!("Advice serial-{letters} of the handbook.")
}

/// The serial number that a text shows.
pub(crate) fn serial_in(text: &str) -> Option<u32> {
    let letters = text.split("serial-").nth(1)?.split(' ').next()?;
    let digits: String = letters
        .bytes()
        .map(|letter| char::from(letter - b'a' + b'0'))
        .collect();
    digits.parse().ok()
}

/// One to three different numbers below four, for identifiers that come again and again.
fn numbers(chance: &Chance) -> Vec<usize> {
    let first = chance.below(4);
    (0..=chance.below(3)).map(|n| (first + n) % 4).collect()
}

fn listing(entities: &[String], next: Option<String>) -> String {
    let next = next.map_or(String::new(), |next| format!(r#","nextUri":"{next}""#));
    format!(r#"{{"entities":[{}]{next}}}"#, entities.join(","))
}

/// Recommendations for a conversation.
pub(crate) fn recommendations(conversation: usize, serial: u32, chance: &Chance) -> String {
    let text = text(serial);
    let entities: Vec<String> = numbers(chance)
        .into_iter()
        .map(|n| {
            let score = chance.one_of(&["0.9", "0.8", "0.95", "0.2"]);
            format!(
                r#"{{"id":"rec-{conversation}-{n}","relevance_score":{score},"is_pii_masked":true,"title":"Handbook","text":"{text}"}}"#
            )
        })
        .collect();
    listing(&entities, None)
}

/// Suggestions for a conversation, with a further page under `path` if there is one.
pub(crate) fn suggestions(
    conversation: usize,
    serial: u32,
    path: Option<&str>,
    chance: &Chance,
) -> String {
    let text = text(serial);
    let entities: Vec<String> = numbers(chance)
        .into_iter()
        .map(|n| {
            let score = chance.one_of(&["0.9", "0.8", "0.95", "0.2"]);
            format!(
                r#"{{"id":"sug-{conversation}-{n}","type":"KnowledgeSearch","state":"Suggested","context":{{"queryStatement":"refund of an order"}},"knowledgeSearch":{{"title":"Handbook","snippets":["{text}"],"confidence":{score}}}}}"#
            )
        })
        .collect();
    listing(
        &entities,
        path.map(|path| format!("{path}?pageSize=200&after=more")),
    )
}

/// What a knowledge base holds on anything.
pub(crate) fn documents(serial: u32, chance: &Chance) -> String {
    let text = text(serial);
    let results: Vec<String> = numbers(chance)
        .into_iter()
        .map(|n| {
            format!(
                r#"{{"confidence":0.9,"document":{{"id":"doc-{n}","title":"Handbook","visible":true,"state":"Published","variations":[{{"body":{{"blocks":[{{"type":"Paragraph","paragraph":{{"blocks":[{{"type":"Text","text":{{"text":"{text}"}}}}]}}}}]}}}}]}}}}"#
            )
        })
        .collect();
    format!(r#"{{"results":[{}]}}"#, results.join(","))
}
