//! A request as it was typed or parsed: nothing checked yet, every kind of mistake representable.

use std::fmt;

/// One value as it came in. Inbound adapters translate flags, query strings and JSON into it and
/// judge nothing themselves, so that every surface reports the same violations.
#[derive(Clone, Default, PartialEq)]
pub enum RawField {
    /// Not given (or JSON `null`).
    #[default]
    Absent,
    /// Text; numbers given as flags arrive as text too.
    Text(String),
    /// A JSON number.
    Number(f64),
    /// A value of a type that no rule accepts here; holds the type's name.
    WrongType(&'static str),
}

impl RawField {
    /// `Text` when there is one, else `Absent`.
    pub fn text(value: Option<impl Into<String>>) -> Self {
        value.map_or(Self::Absent, |text| Self::Text(text.into()))
    }
}

impl fmt::Debug for RawField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("absent"),
            Self::Text(text) => write!(f, "text({} chars)", text.chars().count()),
            Self::Number(number) => write!(f, "{number}"),
            Self::WrongType(name) => f.write_str(name),
        }
    }
}

/// A request before the payload rules. `Debug` shows shapes, never text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawRequest {
    /// The assist session.
    pub session_id: RawField,
    /// The conversation.
    pub conversation_id: RawField,
    /// Intent name and confidence, in the order given, repeats kept so that they can be reported.
    pub intent_confidence: Vec<(String, RawField)>,
    /// Knowledge sources in the order given.
    pub knowledge_source_ids: Vec<RawField>,
    /// Most recommendations wanted.
    pub limit: RawField,
    /// Recommendations to skip.
    pub offset: RawField,
    /// The least relevance to show.
    pub min_relevance: RawField,
    /// The agent.
    pub agent_id: RawField,
    /// The customer, for the records.
    pub customer_id: RawField,
    /// The queue.
    pub queue_id: RawField,
    /// What the agent is looking for, in words.
    pub query: RawField,
    /// Identifiers of the conversation's customer.
    pub subject_terms: Vec<RawField>,
    /// Fields that could not be represented above: a list that was no list, an unknown name.
    pub misfits: Vec<super::Violation>,
}
