//! What a suggestion says about the moment it was made.

use serde::{Deserialize, Serialize};

use crate::listing::AddressableRef;
use crate::open_enum::open_enum;
use crate::redacted::redacted_debug;

open_enum! {
    /// What set a suggestion off.
    TriggerType {
        /// Not told.
        Unknown,
        /// No rule applied, so the utterance was searched for.
        Fallback,
        /// The conversation began.
        ConversationStart,
        /// The conversation was handed over.
        ConversationTransfer,
        /// The conversation ended.
        ConversationEnd,
        /// An intent was recognised.
        Intent,
    }
}

open_enum! {
    /// The channel the conversation runs on.
    MediaType {
        /// Written messages.
        Message,
        /// A call.
        Voice,
        /// Not told.
        Unknown,
    }
}

/// The moment a suggestion was made.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SuggestionContext {
    /// The queue the conversation is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue: Option<AddressableRef>,
    /// The channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_type: Option<MediaType>,
    /// Which side of the conversation was listened to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub participant_type: Option<String>,
    /// The agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<AddressableRef>,
    /// The customer's record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_contact: Option<AddressableRef>,
    /// The spoken utterance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub utterance: Option<AddressableRef>,
    /// The written message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<AddressableRef>,
    /// The customer's words that were searched for: raw text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query_statement: Option<String>,
    /// The language spoken, such as `en-US`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

redacted_debug!(SuggestionContext {
    queue,
    media_type,
    user
});
