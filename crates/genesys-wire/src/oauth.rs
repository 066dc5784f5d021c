//! What the token endpoint answers to a client-credentials request, and what the API says about a
//! token it was shown (`GET /api/v2/tokens/me`).

use serde::{Deserialize, Serialize};

use crate::redacted::redacted_debug;

/// A granted token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenResponse {
    /// The bearer token: a secret.
    pub access_token: String,
    /// `bearer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_type: Option<String>,
    /// The token's lifetime in seconds, counted from the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_in: Option<u64>,
}

redacted_debug!(TokenResponse {
    token_type,
    expires_in
});

/// A refused token request. Not an [`ErrorBody`](crate::ErrorBody): the token endpoint has its own
/// shape, and a status 400 may mean either a wrong client (`invalid_client`) or too many requests
/// (`invalid_request` whose description starts with `rate limit exceeded;`).
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TokenError {
    /// The cause, such as `invalid_client`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// A sentence about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The same sentence under the name the OAuth standard gives it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_description: Option<String>,
}

redacted_debug!(TokenError { error });

/// Whom a token belongs to and what it may do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TokenInfo {
    /// The organisation the token acts in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization: Option<NamedEntity>,
    /// The organisation that issued it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub home_organization: Option<NamedEntity>,
    /// The scopes it carries, where the organisation enforces scopes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorized_scope: Option<Vec<String>>,
    /// The client that asked for it.
    #[serde(rename = "OAuthClient", skip_serializing_if = "Option::is_none")]
    pub oauth_client: Option<NamedEntity>,
}

/// An object named by id and name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NamedEntity {
    /// The object's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The object's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}
