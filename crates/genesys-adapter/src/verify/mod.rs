//! Format verification: is this answer what it claims to be, before anything reads it.
//!
//! In order: content type, size, encoding, nesting depth, envelope. The depth is checked on the
//! bytes, so that no parser recurses into a hostile body. What is wrong with an envelope is an
//! error of the whole answer; what is wrong with one entity is a
//! [`Malformation`](agent_assist_domain::batch::Malformation), counted by the mapping.
//!
//! Parser messages are not passed on: they quote the body.

mod depth;
mod object;

use agent_assist_domain::ports::{SourceError, SourceErrorKind};
use agent_assist_genesys_wire::{DocumentSearch, Listing};
use bytes::Bytes;
use http::Response;
use http::header::CONTENT_TYPE;
use serde::Deserialize;
use serde_json::value::RawValue;

pub(crate) use self::object::RawObject;
use crate::error;
use crate::spent::Spent;
use crate::transport::MAX_BODY_BYTES;

/// Deepest nesting of arrays and objects. The platform's answers need less than ten levels.
const MAX_DEPTH: usize = 64;

/// What is wrong with an answer as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FormatError {
    /// Something else than JSON, usually a page of HTML.
    #[error("the answer's content type is not JSON")]
    ContentType,
    /// Larger than [`MAX_BODY_BYTES`].
    #[error("the answer is larger than 4 MiB")]
    Size,
    /// Not UTF-8, which JSON must be.
    #[error("the answer is not UTF-8")]
    Encoding,
    /// Deeper than [`MAX_DEPTH`].
    #[error("the answer nests deeper than 64 levels")]
    Depth,
    /// Not JSON, or not of the expected shape.
    #[error("the answer's shape is not the expected one (line {line}, column {column})")]
    Shape {
        /// Line of the first fault, from 1.
        line: usize,
        /// Column of the first fault.
        column: usize,
    },
}

impl FormatError {
    /// This fault, found in `response` after `requests` requests.
    pub(crate) fn in_answer(self, response: &Response<Bytes>, spent: Spent) -> SourceError {
        SourceError::new(SourceErrorKind::BadFormat)
            .with_upstream(error::facts(response, spent))
            .because(self)
    }
}

impl From<&serde_json::Error> for FormatError {
    fn from(error: &serde_json::Error) -> Self {
        Self::Shape {
            line: error.line(),
            column: error.column(),
        }
    }
}

/// The text of a JSON answer, safe to parse. A byte order mark is skipped.
pub(crate) fn json_text(response: &Response<Bytes>) -> Result<&str, FormatError> {
    let content_type = response.headers().get(CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    if !content_type.is_some_and(is_json) {
        return Err(FormatError::ContentType);
    }
    let body = response.body();
    if body.len() > MAX_BODY_BYTES {
        return Err(FormatError::Size);
    }
    let text = std::str::from_utf8(body).map_err(|_| FormatError::Encoding)?;
    if depth::exceeds(body, MAX_DEPTH) {
        return Err(FormatError::Depth);
    }
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

/// The envelope of a list. Where its entities are left text, one bad entity does not take the others along.
pub(crate) fn listing<'a, E: Deserialize<'a>>(
    response: &'a Response<Bytes>,
) -> Result<Listing<E>, FormatError> {
    envelope(response)
}

/// The envelope of a search, its results still text, for the same reason.
pub(crate) fn search(response: &Response<Bytes>) -> Result<DocumentSearch<&RawValue>, FormatError> {
    envelope(response)
}

fn envelope<'a, T: Deserialize<'a>>(response: &'a Response<Bytes>) -> Result<T, FormatError> {
    let text = json_text(response)?;
    // A struct can be read from an array as well; an envelope is an object.
    if !text.trim_start().starts_with('{') {
        return Err(FormatError::Shape { line: 1, column: 1 });
    }
    serde_json::from_str(text).map_err(|error| FormatError::from(&error))
}

/// A whole answer as one value.
pub(crate) fn json<T: serde::de::DeserializeOwned>(
    response: &Response<Bytes>,
) -> Result<T, FormatError> {
    serde_json::from_str(json_text(response)?).map_err(|error| FormatError::from(&error))
}

/// Whether a content type is `application/json` or `application/*+json`, whatever its parameters.
fn is_json(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    let essence = essence.to_ascii_lowercase();
    essence
        .strip_prefix("application/")
        .is_some_and(|subtype| subtype == "json" || subtype.ends_with("+json"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_recognised_by_its_content_type() {
        for yes in [
            "application/json",
            "Application/JSON; charset=utf-8",
            "application/problem+json",
        ] {
            assert!(is_json(yes), "{yes}");
        }
        for no in [
            "text/html",
            "text/json",
            "application/jsonp",
            "application/xml",
            "",
        ] {
            assert!(!is_json(no), "{no}");
        }
    }
}
