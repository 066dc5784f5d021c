//! What an agent did with a suggestion,
//! `POST /api/v2/conversations/{id}/suggestions/{suggestionId}/engagement`.
//!
//! The answer has the request's shape. The platform documents no idempotency key.

use serde::{Deserialize, Serialize};

use crate::open_enum::open_enum;

open_enum! {
    /// What the agent did.
    EngagementType {
        /// Waved it away.
        Dismissed,
        /// Copied it.
        Copied,
        /// Opened it.
        Opened,
        /// Rated it; see [`EngagementRequest::feedback`].
        Feedback,
    }
}

open_enum! {
    /// A thumb up or down.
    Rating {
        /// Not useful.
        Negative,
        /// Useful.
        Positive,
    }
}

/// One engagement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EngagementRequest {
    /// What the agent did. Required.
    pub engagement_type: EngagementType,
    /// The rating, with [`EngagementType::Feedback`] only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feedback: Option<Feedback>,
}

/// The rating of an engagement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Feedback {
    /// The rating. Required.
    pub rating: Rating,
}
