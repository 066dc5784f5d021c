//! What stands where a secret would: variables, calls, instructions, rows of stars.

use crate::view::folded::BARRIER;

/// Whether `value` stands for a secret instead of being one: `<password>`, `${PASSWORD}`, `****`,
/// `getPassword()`, `null`.
pub(crate) fn is_placeholder(value: &str) -> bool {
    const NAMES: &[&str] = &[
        "null",
        "none",
        "nil",
        "true",
        "false",
        "undefined",
        "string",
        "str",
        "text",
        "varchar",
        "password",
        "passwd",
        "passwort",
        "n/a",
        "na",
        "tbd",
        "secret",
        "changeme",
        "change_me",
        "change-me",
        "placeholder",
        "redacted",
        "hidden",
        "masked",
        "removed",
        "example",
        "optional",
        "required",
        "token",
        "value",
        "input",
        "env",
        "unknown",
        "empty",
        "blank",
        "any",
        "object",
        "bytes",
        "bool",
        "boolean",
        "int",
    ];
    let starts_as_variable = value.starts_with(['<', '$', '{', '%', '[', '(', '@', BARRIER])
        && (value.starts_with(['<', '[', '('])
            || value.starts_with("${")
            || value.starts_with("{{")
            || value.starts_with("$(")
            || value.starts_with('{')
            || value.ends_with(['%', '}'])
            || (value.starts_with('$')
                && value[1..]
                    .bytes()
                    .all(|b| b.is_ascii_uppercase() || b == b'_')));
    let is_call = value.contains("()")
        || (value.contains('(') && value.contains('.'))
        || value.starts_with("process.env")
        || value.starts_with("os.environ")
        || value.starts_with("getenv")
        || value.contains("request.")
        || value.contains("self.")
        || value.contains("config.")
        || value.contains("this.");
    let is_masked = value.contains("***")
        || value.contains("•")
        || value.contains("...")
        || value.contains('●')
        || value
            .bytes()
            .all(|b| matches!(b, b'*' | b'x' | b'X' | b'#' | b'.' | b'_' | b'-' | b'?'));
    let lower = value.to_ascii_lowercase();
    let is_instructed = ["your", "my_", "insert", "xxxx", "_here", "-here", "<"]
        .iter()
        .any(|word| lower.contains(word))
        && !lower.contains("yours");
    starts_as_variable
        || is_call
        || is_masked
        || is_instructed
        || value.contains(BARRIER)
        || NAMES.contains(&lower.trim_matches(['"', '\'', '.', ',']))
}
