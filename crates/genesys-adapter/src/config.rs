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
