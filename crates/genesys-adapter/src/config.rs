//! What the adapter must be told: where the upstream is, who asks, and in which dialect.
//!
//! Plain data, checked where it is read (settings, command line), not here. Secrets are
//! [`SecretString`]s: no `Debug` shows them and they are wiped when dropped.

use std::fmt;

use agent_assist_domain::dialect::Dialect;
use secrecy::SecretString;
use url::Url;

/// Pages of suggestions read for one question, unless set otherwise.
pub const DEFAULT_MAX_PAGES: u32 = 10;

/// Suggestions read for one question, unless set otherwise. A page is always read to its end.
pub const DEFAULT_MAX_ENTITIES: u32 = 1_000;

/// Requests a minute by one token, unless set otherwise: the platform's own default.
pub const DEFAULT_REQUESTS_PER_MINUTE: u32 = 300;

/// Requests a minute by all tokens of the application, unless set otherwise: the platform's own
/// default.
pub const DEFAULT_APP_REQUESTS_PER_MINUTE: u32 = 3_000;

/// Most tokens held at once: as many as use up the application's usual limit.
pub const MAX_TOKEN_POOL: u8 = 10;

/// Settings of one upstream.
#[derive(Clone, Debug)]
pub struct GenesysConfig {
    /// Where the platform API is, `https://api.{domain}` or a gateway in front of it. A path is
    /// kept as a prefix of every request.
    pub api_base: Url,
    /// Where tokens are obtained, `https://login.{domain}` or a gateway in front of it.
    pub login_base: Url,
    /// Who asks.
    pub credentials: Credentials,
    /// How the upstream is asked.
    pub dialect: Dialect,
    /// Whether intents travel upstream, in the recommendations dialect. Off by default: they are
    /// no part of the published contract.
    pub send_intents: bool,
    /// Most pages of suggestions read for one question.
    pub max_pages: u32,
    /// Suggestions after which no further page is read.
    pub max_entities: u32,
    /// Requests a minute that one token is allowed, until the platform's answers say otherwise;
    /// at least 1.
    pub requests_per_minute: u32,
    /// Requests a minute that all tokens together are allowed, at least 1. With more than one token
    /// the platform is asked for the organisation's own limit, once, and that one holds.
    pub app_requests_per_minute: u32,
    /// Tokens of the OAuth client to hold at once, `1..=`[`MAX_TOKEN_POOL`]; each has an allowance
    /// of its own. Of no effect on an access token obtained elsewhere, which is one.
    pub token_pool: u8,
}

impl GenesysConfig {
    /// Settings with every default.
    pub fn new(api_base: Url, login_base: Url, credentials: Credentials, dialect: Dialect) -> Self {
        Self {
            api_base,
            login_base,
            credentials,
            dialect,
            send_intents: false,
            max_pages: DEFAULT_MAX_PAGES,
            max_entities: DEFAULT_MAX_ENTITIES,
            requests_per_minute: DEFAULT_REQUESTS_PER_MINUTE,
            app_requests_per_minute: DEFAULT_APP_REQUESTS_PER_MINUTE,
            token_pool: 1,
        }
    }
}

/// Who asks.
#[derive(Clone)]
pub enum Credentials {
    /// An OAuth client of the organisation; tokens are obtained with it and renewed.
    ClientCredentials {
        /// The client's id: no secret, but none of the log's business either.
        client_id: String,
        /// The client's secret.
        client_secret: SecretString,
    },
    /// A token obtained elsewhere. It cannot be renewed.
    AccessToken(SecretString),
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ClientCredentials { .. } => "ClientCredentials(redacted)",
            Self::AccessToken(_) => "AccessToken(redacted)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_neither_secret_nor_client() {
        let both = [
            Credentials::ClientCredentials {
                client_id: "planted-id".to_owned(),
                client_secret: "planted-secret".into(),
            },
            Credentials::AccessToken("planted-token".into()),
        ];
        for credentials in both {
            let config = GenesysConfig::new(
                "https://api.example.com".parse().unwrap(),
                "https://login.example.com".parse().unwrap(),
                credentials,
                Dialect::Suggestions,
            );
            assert!(!format!("{config:?}").contains("planted"));
        }
    }
}
