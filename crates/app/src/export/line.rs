//! One document, one line, for every reader of lines.
//!
//! JSON lets line ends stand between its tokens, and U+0085, U+2028 and U+2029 inside its texts, at
//! which some languages split lines as well. Control characters behind ASCII may stand there too, and
//! some terminals obey them. Written otherwise the document means the same.

/// Bytes looked at together.
const CHUNK: usize = 64;

/// `json`, a valid document, with nothing in it that ends a line or drives a terminal.
pub(super) fn single(json: String) -> String {
    if !json.as_bytes().chunks(CHUNK).any(is_suspect) {
        return json;
    }
    let mut line = String::with_capacity(json.len() + CHUNK);
    for c in json.chars() {
        match c {
            // Valid JSON has these between tokens only.
            '\n' | '\r' => line.push(' '),
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' => {
                line.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => line.push(c),
        }
    }
    line
}

/// Whether a byte in here may be, or begin, what must not stay. Without a way out in between, so that
/// the compiler compares many at once.
fn is_suspect(chunk: &[u8]) -> bool {
    chunk.iter().fold(false, |suspect, byte| {
        suspect | matches!(byte, b'\n' | b'\r' | 0x7f | 0xc2 | 0xe2)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_ends_a_line_is_written_so_that_it_does_not() {
        let json = "{\"a\u{2028}b\":\n\"c\u{85}d\u{2029}e\u{9b}f\u{7f}g\",\r\n\"h\":\"é€\"}";
        let line = single(json.to_owned());
        assert_eq!(
            line,
            r#"{"a\u2028b": "c\u0085d\u2029e\u009bf\u007fg",  "h":"é€"}"#
        );
        let same = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("JSON");
        assert_eq!(same(&line), same(json));
    }

    #[test]
    fn what_is_one_line_stays_as_it_is() {
        let json = r#"{"a":"\n\u2028 €","b":1}"#;
        assert_eq!(single(json.to_owned()), json);
    }
}
