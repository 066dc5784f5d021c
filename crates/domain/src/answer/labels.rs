//! The words of an answer: how the cache took part, why it is empty, why it is less than it should
//! be. Part of the public contract, and of the audit log's.

use serde::Serialize;

use crate::time::Timestamp;

/// Whether and how the cache took part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CacheStatus {
    /// Answered from the cache.
    Hit,
    /// Not in the cache; fetched.
    Miss,
    /// Answered from an entry past its time, because the upstream failed or is being asked.
    Stale,
    /// Answered by a fallback source.
    Fallback,
    /// The caller asked not to use the cache.
    Bypass,
    /// No answer came from anywhere.
    None,
}

impl CacheStatus {
    /// The name used in answers and audit records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::Miss => "miss",
            Self::Stale => "stale",
            Self::Fallback => "fallback",
            Self::Bypass => "bypass",
            Self::None => "none",
        }
    }
}

/// Why an answer holds no recommendations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EmptyReason {
    /// The upstream's assistant knows nothing of the conversation.
    NoCopilotData,
    /// The upstream had nothing to recommend.
    UpstreamEmpty,
    /// Everything was less relevant than asked for.
    BelowThreshold,
    /// Something was relevant but is not known to be free of personal data.
    PersonalData,
    /// Everything lay outside the window, the sources or the states asked for.
    Filtered,
    /// Nothing of what the upstream sent could be understood.
    Malformed,
    /// Nothing could be given, or was to be; see `degraded`.
    Degraded,
}

impl EmptyReason {
    /// Every reason.
    pub const ALL: [Self; 7] = [
        Self::NoCopilotData,
        Self::UpstreamEmpty,
        Self::BelowThreshold,
        Self::PersonalData,
        Self::Filtered,
        Self::Malformed,
        Self::Degraded,
    ];

    /// The reason of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }

    /// The name used in answers and audit records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NoCopilotData => "no_copilot_data",
            Self::UpstreamEmpty => "upstream_empty",
            Self::BelowThreshold => "below_threshold",
            Self::PersonalData => "personal_data",
            Self::Filtered => "filtered",
            Self::Malformed => "malformed",
            Self::Degraded => "degraded",
        }
    }
}

/// Why an answer is less than it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DegradedReason {
    /// The upstream throttles.
    RateLimited,
    /// The upstream failed or cannot be reached.
    UpstreamError,
    /// The upstream did not answer in time.
    Timeout,
    /// The upstream's answer could not be understood.
    BadFormat,
    /// The upstream refused the request.
    Rejected,
    /// Somebody switched assist off, for the session, the queue or everything.
    AssistOff,
    /// Assist is off for this session for a while, because it failed repeatedly while others did
    /// not.
    SessionPaused,
    /// Personal data was found in the finished answer, which was stopped.
    PersonalData,
}

impl DegradedReason {
    /// Every reason.
    pub const ALL: [Self; 8] = [
        Self::RateLimited,
        Self::UpstreamError,
        Self::Timeout,
        Self::BadFormat,
        Self::Rejected,
        Self::AssistOff,
        Self::SessionPaused,
        Self::PersonalData,
    ];

    /// The reason of this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == name)
    }

    /// The name used in answers and audit records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RateLimited => "rate_limited",
            Self::UpstreamError => "upstream_error",
            Self::Timeout => "timeout",
            Self::BadFormat => "bad_format",
            Self::Rejected => "rejected",
            Self::AssistOff => "assist_off",
            Self::SessionPaused => "session_paused",
            Self::PersonalData => "personal_data",
        }
    }

    /// What to tell the agent where there is nothing to show: plain words, no blame, nothing
    /// technical.
    pub const fn message(self) -> &'static str {
        match self {
            Self::RateLimited => {
                "Suggestions are paused for a moment because many are being asked for. They will \
                 be back shortly; please carry on without them."
            }
            Self::UpstreamError | Self::BadFormat | Self::Rejected | Self::PersonalData => {
                "Suggestions are not available right now. Please carry on without them."
            }
            Self::Timeout => {
                "Suggestions are taking too long right now. Please carry on without them."
            }
            Self::AssistOff => {
                "Suggestions have been switched off by your team. Please carry on without them."
            }
            Self::SessionPaused => {
                "Suggestions for this conversation failed several times and are switched off for \
                 a while. They will come back by themselves."
            }
        }
    }
}

/// The label of a degraded answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Degraded {
    reason: DegradedReason,
    /// Milliseconds since the Unix epoch.
    since: i64,
    message: &'static str,
}

impl Degraded {
    /// Degraded for `reason` since `since`.
    pub fn new(reason: DegradedReason, since: Timestamp) -> Self {
        Self {
            reason,
            since: since.as_millis(),
            message: reason.message(),
        }
    }

    /// Why.
    pub fn reason(&self) -> DegradedReason {
        self.reason
    }

    /// Since when there has been nothing better, in milliseconds since the Unix epoch.
    pub fn since(&self) -> i64 {
        self.since
    }

    /// The same label on an answer that has something to show all the same.
    #[must_use]
    pub(super) fn standing_in(self, status: CacheStatus) -> Self {
        let message = match status {
            CacheStatus::Fallback => {
                "These suggestions come from another source, because the usual ones are not \
                 available right now. Please check that they fit."
            }
            _ => {
                "These suggestions may be out of date, because new ones are not available right \
                 now. Please check that they still fit."
            }
        };
        Self { message, ..self }
    }

    /// Words fit for an agent's screen.
    pub fn message(&self) -> &'static str {
        self.message
    }
}
