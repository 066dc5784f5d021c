//! Reads the token endpoint's answers. Pure: an answer in, a token or an error out.
//!
//! The endpoint's errors have a shape of their own, and its 400 means either a client it does not
//! know (fatal) or too many token requests (passing); only the description tells them apart.

use std::fmt;
use std::time::Duration;

use agent_assist_domain::plain_token::PlainToken;
use agent_assist_domain::ports::{SourceError, SourceErrorKind};
use agent_assist_genesys_wire::{TokenError, TokenResponse};
use bytes::Bytes;
use http::{HeaderValue, Response};

use crate::error;
use crate::request;
use crate::spent::Spent;
use crate::verify;

/// Lifetime assumed of a token that names none: the shortest the platform grants.
const DEFAULT_LIFETIME: Duration = Duration::from_secs(300);

/// Longest lifetime believed. The platform grants two days at most.
const MAX_LIFETIME: Duration = Duration::from_secs(30 * 86_400);

const RATE_LIMITED: &str = "rate limit exceeded";

/// A token as granted.
pub(crate) struct Grant {
    /// The header that carries it.
    pub(crate) authorization: HeaderValue,
    /// How long it is valid, from the moment it was asked for.
    pub(crate) lifetime: Duration,
}

/// Says which step failed, as the cause of a [`SourceError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NoToken;

impl fmt::Display for NoToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the token endpoint granted no access token")
    }
}

impl std::error::Error for NoToken {}

/// Whether a 400 of the token endpoint means too many requests.
pub(crate) fn is_throttled(response: &Response<Bytes>) -> bool {
    let error = token_error(response);
    let said = error.description.or(error.error_description);
    error.error.as_deref() == Some("invalid_request")
        && said.is_some_and(|said| {
            said.trim_start()
                .to_ascii_lowercase()
                .starts_with(RATE_LIMITED)
        })
}

/// The token that `response` grants, or the error that it means.
pub(crate) fn grant(
    response: &Response<Bytes>,
    spent: Spent,
    retry_after: Option<Duration>,
) -> Result<Grant, SourceError> {
    if !response.status().is_success() {
        return Err(refusal(response, spent, retry_after));
    }
    let token: TokenResponse =
        verify::json(response).map_err(|error| error.in_answer(response, spent))?;
    let lifetime = token
        .expires_in
        .map_or(DEFAULT_LIFETIME, Duration::from_secs);
    let authorization = request::bearer(&token.access_token).map_err(|error| {
        SourceError::new(SourceErrorKind::BadFormat)
            .with_upstream(error::facts(response, spent))
            .because(error)
    })?;
    Ok(Grant {
        authorization,
        lifetime: lifetime.min(MAX_LIFETIME),
    })
}

fn refusal(response: &Response<Bytes>, spent: Spent, retry_after: Option<Duration>) -> SourceError {
    let kind = match response.status().as_u16() {
        400 if is_throttled(response) => SourceErrorKind::RateLimited,
        // Whatever else it says about the request, the cure is other credentials or another login
        // address; a 404 too, which must not be taken for a missing API endpoint.
        400 | 401 | 403 | 404 => SourceErrorKind::Unauthenticated,
        _ => return error::from_response(response, spent, retry_after).because(NoToken),
    };
    let code = token_error(response).error;
    SourceError::new(kind)
        .with_upstream(error::facts(response, spent))
        .with_code(code.and_then(|code| PlainToken::new(&code, error::MAX_CODE_CHARS)))
        .with_retry_after(retry_after)
        .because(NoToken)
}

fn token_error(response: &Response<Bytes>) -> TokenError {
    verify::json(response).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Response<Bytes> {
        Response::builder()
            .status(status)
            .header("content-type", "application/json;charset=UTF-8")
            .body(Bytes::from(body.to_owned()))
            .unwrap()
    }

    #[test]
    fn refusals_are_told_apart_by_error_and_description() {
        use SourceErrorKind::*;
        for (status, body, kind, code) in [
            (
                400,
                r#"{"error":"invalid_client","description":"client not found"}"#,
                Unauthenticated,
                Some("invalid_client"),
            ),
            (
                401,
                r#"{"error":"invalid_client","description":"authentication failed"}"#,
                Unauthenticated,
                Some("invalid_client"),
            ),
            (
                400,
                r#"{"error":"invalid_request","description":"rate limit exceeded; try later"}"#,
                RateLimited,
                Some("invalid_request"),
            ),
            (
                400,
                r#"{"error":"invalid_request","error_description":"Rate limit exceeded;"}"#,
                RateLimited,
                Some("invalid_request"),
            ),
            (
                400,
                r#"{"error":"invalid_request","description":"no grant type"}"#,
                Unauthenticated,
                Some("invalid_request"),
            ),
            (
                400,
                r#"{"error":"unauthorized client!"}"#,
                Unauthenticated,
                None,
            ),
            (404, "<html>", Unauthenticated, None),
            (429, "", RateLimited, None),
            (503, "", ServerError, None),
        ] {
            let error = grant(&answer(status, body), Spent::of(1), None)
                .err()
                .unwrap();
            assert_eq!(
                (error.kind(), error.code()),
                (kind, code),
                "{status} {body}"
            );
        }
    }

    #[test]
    fn a_grant_needs_a_token_that_a_header_can_carry() {
        for body in [
            "",
            "{}",
            "[]",
            "null",
            r#"{"access_token":7}"#,
            r#"{"access_token":"a\nb"}"#,
        ] {
            let error = grant(&answer(200, body), Spent::of(1), None).err().unwrap();
            assert_eq!(error.kind(), SourceErrorKind::BadFormat, "{body}");
        }
    }

    #[test]
    fn lifetimes_are_assumed_when_missing_and_bounded_when_absurd() {
        let lifetime = |body| {
            grant(&answer(200, body), Spent::of(1), None)
                .unwrap()
                .lifetime
        };
        assert_eq!(lifetime(r#"{"access_token":"t"}"#), DEFAULT_LIFETIME);
        assert_eq!(
            lifetime(r#"{"access_token":"t","expires_in":86400}"#).as_secs(),
            86_400
        );
        let absurd = r#"{"access_token":"t","expires_in":18446744073709551615}"#;
        assert_eq!(lifetime(absurd), MAX_LIFETIME);
    }
}
