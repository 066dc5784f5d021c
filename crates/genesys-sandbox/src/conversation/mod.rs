//! The conversations the sandbox knows.
//!
//! Each comes from a recorded support chat: who said what, and what is on file about the customer.
//! One further conversation has no turns at all, as a chat has that the platform's Copilot never
//! listened to.

mod actions;
mod transcript;

use uuid::Uuid;

/// A conversation and its customer.
#[derive(Debug)]
pub(crate) struct Conversation {
    pub(crate) id: Uuid,
    /// What it is about, such as `Product defect: return size`.
    pub(crate) title: String,
    /// The name of the sub-flow, such as `return_size`: the intent of the chat.
    pub(crate) intent: String,
    /// What an agent does first about that intent, such as `pull-up-account`.
    pub(crate) first_action: Option<String>,
    pub(crate) customer: Customer,
    /// Empty where the Copilot did not listen.
    pub(crate) turns: Vec<Turn>,
}

/// What is on file about the customer. All of it is personal data of a fictional person.
#[derive(Debug, Default)]
pub(crate) struct Customer {
    pub(crate) name: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) member_level: Option<String>,
    pub(crate) order_id: Option<String>,
    pub(crate) address: Option<String>,
}

/// One thing said.
#[derive(Debug)]
pub(crate) struct Turn {
    pub(crate) speaker: Speaker,
    pub(crate) text: String,
}

/// Who said it. What the agent's software did meanwhile is not a turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speaker {
    Agent,
    Customer,
}

impl Conversation {
    /// The conversation's path.
    pub(crate) fn uri(&self) -> String {
        format!("/api/v2/conversations/{}", self.id)
    }

    /// Whether the Copilot listened.
    pub(crate) fn has_copilot_data(&self) -> bool {
        !self.turns.is_empty()
    }

    /// What the customer said, turn by turn.
    pub(crate) fn customer_turns(&self) -> impl Iterator<Item = &str> {
        let turns = self
            .turns
            .iter()
            .filter(|turn| turn.speaker == Speaker::Customer);
        turns.map(|turn| turn.text.as_str())
    }

    /// What the customer wants, in their words: everything said, except the turns that hand over a
    /// name, a number or an address, which say nothing about the matter.
    pub(crate) fn matter(&self) -> String {
        let name = self.customer.name.as_deref().unwrap_or_default();
        let hands_over = |turn: &&str| {
            turn.contains(|c: char| c.is_ascii_digit() || c == '@')
                || turn.eq_ignore_ascii_case(name)
        };
        self.customer_turns()
            .filter(|turn| !hands_over(turn))
            .collect::<Vec<_>>()
            .join("\n")
    }
}
