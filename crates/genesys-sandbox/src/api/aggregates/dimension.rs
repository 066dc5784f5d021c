//! What suggestions are counted apart and filtered by.

use agent_assist_genesys_wire::{AddressableRef, EngagementRequest, Suggestion};

use crate::api::answer::ApiError;

/// A suggestion within the interval, with what was done with it then.
#[derive(Debug)]
pub(super) struct Happened<'a> {
    pub(super) suggestion: &'a Suggestion,
    pub(super) engagements: Vec<&'a EngagementRequest>,
}

/// A dimension of the platform's that the sandbox has values of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dimension {
    Conversation,
    Engagement,
    FeedbackRating,
    Media,
    Message,
    Queue,
    State,
    Suggestion,
    SuggestionType,
    Trigger,
    User,
}

impl Dimension {
    const ALL: [Self; 11] = [
        Self::Conversation,
        Self::Engagement,
        Self::FeedbackRating,
        Self::Media,
        Self::Message,
        Self::Queue,
        Self::State,
        Self::Suggestion,
        Self::SuggestionType,
        Self::Trigger,
        Self::User,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Conversation => "conversationId",
            Self::Engagement => "engagementType",
            Self::FeedbackRating => "feedbackRating",
            Self::Media => "mediaType",
            Self::Message => "messageId",
            Self::Queue => "queueId",
            Self::State => "state",
            Self::Suggestion => "suggestionId",
            Self::SuggestionType => "suggestionType",
            Self::Trigger => "triggerType",
            Self::User => "userId",
        }
    }

    /// The dimension called `name` in `field` of the query.
    pub(super) fn from_name(field: &str, name: &str) -> Result<Self, ApiError> {
        let known = Self::ALL.into_iter().find(|known| known.name() == name);
        known.ok_or_else(|| {
            let known = Self::ALL.map(Self::name).join(", ");
            ApiError::bad_value(field, format!("The sandbox counts by {known} only."))
        })
    }
}

impl Happened<'_> {
    /// Its values of `dimension`, each once.
    pub(super) fn values(&self, dimension: Dimension) -> Vec<String> {
        let suggestion = self.suggestion;
        let context = suggestion.context.as_ref();
        let id = |reference: Option<&AddressableRef>| reference?.id.clone();
        let one = match dimension {
            Dimension::Conversation => id(suggestion.conversation.as_ref()),
            Dimension::Media => context.and_then(|c| Some(c.media_type.as_ref()?.to_string())),
            Dimension::Message => id(context.and_then(|context| context.message.as_ref())),
            Dimension::Queue => id(context.and_then(|context| context.queue.as_ref())),
            Dimension::State => suggestion.state.as_ref().map(ToString::to_string),
            Dimension::Suggestion => suggestion.id.clone(),
            Dimension::SuggestionType => suggestion.kind.as_ref().map(ToString::to_string),
            Dimension::Trigger => suggestion.trigger_type.as_ref().map(ToString::to_string),
            Dimension::User => id(context.and_then(|context| context.user.as_ref())),
            Dimension::Engagement => {
                return self.each(|engagement| Some(engagement.engagement_type.to_string()));
            }
            Dimension::FeedbackRating => {
                return self.each(|engagement| {
                    let feedback = engagement.feedback.as_ref()?;
                    Some(feedback.rating.to_string())
                });
            }
        };
        one.into_iter().collect()
    }

    fn each(&self, value: impl Fn(&EngagementRequest) -> Option<String>) -> Vec<String> {
        let engagements = self.engagements.iter();
        let mut values: Vec<String> = engagements.filter_map(|&it| value(it)).collect();
        values.sort_unstable();
        values.dedup();
        values
    }
}
