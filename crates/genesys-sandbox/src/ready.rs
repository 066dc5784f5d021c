//! What a caller needs to know of a sandbox that runs.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where the sandbox is, how to log in, and what there is to ask for.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ready {
    /// The API's origin, such as `http://127.0.0.1:49152`, without a trailing slash.
    pub base_url: String,
    /// Where tokens are issued.
    pub token_url: String,
    /// The client id to log in with.
    pub client_id: String,
    /// Its secret. Not printed by `Debug`.
    pub client_secret: String,
    /// The conversations, in a stable order. The last one has no Copilot data.
    pub conversations: Vec<ConversationRef>,
    /// The ids of the published knowledge bases.
    pub knowledge_sources: Vec<String>,
}

/// A conversation one can ask about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationRef {
    /// The conversation's id, a UUID.
    pub id: String,
    /// What it is about.
    pub title: String,
}

impl fmt::Debug for Ready {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ready")
            .field("base_url", &self.base_url)
            .field("token_url", &self.token_url)
            .field("client_id", &self.client_id)
            .field("client_secret", &"[redacted]")
            .field("conversations", &self.conversations)
            .field("knowledge_sources", &self.knowledge_sources)
            .finish()
    }
}
