//! Why the program cannot be put together.

use agent_assist_domain::pii::PolicyError;
use agent_assist_domain::ports::StoreError;
use agent_assist_genesys::TransportBuildError;
use agent_assist_webhook::{NoSecret, NoWebhook};

use crate::checkpoints::AuditKeyError;
use crate::key_file::KeyFileError;

/// The program cannot be put together.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// A setting that the upstream needs is missing.
    #[error("{setting} is not set: {how}")]
    Missing {
        /// The setting.
        setting: &'static str,
        /// What to do.
        how: &'static str,
    },
    /// A secret cannot be read from where it should be.
    #[error("{setting} cannot be read")]
    Secret {
        /// The setting.
        setting: String,
        /// Why.
        #[source]
        cause: std::io::Error,
    },
    /// The HTTP client cannot be built.
    #[error("the HTTP client cannot be built")]
    Transport(#[source] TransportBuildError),
    /// The store cannot be used.
    #[error("the store cannot be used")]
    Store(#[source] StoreError),
    /// A key of the store cannot be used.
    #[error("a key of the store cannot be used")]
    Key(#[source] KeyFileError),
    /// The key of the audit log cannot be used.
    #[error(transparent)]
    AuditKey(AuditKeyError),
    /// The policy on personal data cannot be put into effect.
    #[error("the policy on personal data cannot be put into effect")]
    Policy(#[source] PolicyError),
    /// A webhook's file holds no secret that can be used.
    #[error("{setting} holds no secret to sign with")]
    WebhookSecret {
        /// The setting.
        setting: String,
        /// What was expected.
        #[source]
        cause: NoSecret,
    },
    /// A webhook cannot be sent to.
    #[error("{setting} cannot be sent to")]
    Webhook {
        /// The setting, or the argument.
        setting: String,
        /// Why.
        #[source]
        cause: NoWebhook,
    },
}

impl WireError {
    /// The setting that is at fault, where it is one.
    pub fn setting(&self) -> Option<&str> {
        match self {
            Self::Missing { setting, .. } => Some(setting),
            Self::Secret { setting, .. }
            | Self::WebhookSecret { setting, .. }
            | Self::Webhook { setting, .. } => Some(setting),
            Self::Policy(_) => Some("pii.policy_file"),
            Self::AuditKey(_) => Some("audit.key_file"),
            Self::Transport(_) | Self::Store(_) | Self::Key(_) => None,
        }
    }
}
