//! Reads the recorded conversations that come with the sandbox.

use serde::Deserialize;

use super::actions::first_actions;
use super::{Conversation, Customer, Speaker, Turn};
use crate::ids;

const RECORDED: &str = include_str!("../../data/abcd/sample_conversations.json");

#[derive(Deserialize)]
struct Transcript {
    convo_id: u64,
    scenario: Scenario,
    original: Vec<(String, String)>,
}

#[derive(Deserialize)]
struct Scenario {
    personal: Personal,
    order: Order,
    flow: String,
    subflow: String,
}

#[derive(Deserialize)]
struct Personal {
    customer_name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    member_level: Option<String>,
}

#[derive(Deserialize)]
struct Order {
    full_address: Option<String>,
    order_id: Option<String>,
}

impl Conversation {
    /// The recorded conversations, then one the Copilot did not listen to.
    pub(crate) fn built_in() -> Result<Vec<Self>, serde_json::Error> {
        let transcripts: Vec<Transcript> = serde_json::from_str(RECORDED)?;
        let first_actions = first_actions()?;
        let mut conversations: Vec<_> = transcripts.into_iter().map(Self::from).collect();
        for conversation in &mut conversations {
            conversation.first_action = first_actions.get(&conversation.intent).cloned();
        }
        conversations.push(Self {
            id: ids::stable("conversation", "without-copilot"),
            title: "A chat without Copilot".to_owned(),
            intent: String::new(),
            first_action: None,
            customer: Customer::default(),
            turns: Vec::new(),
        });
        Ok(conversations)
    }
}

impl From<Transcript> for Conversation {
    fn from(transcript: Transcript) -> Self {
        let Scenario {
            personal,
            order,
            flow,
            subflow,
        } = transcript.scenario;
        // The recording numbers the questions of a sub-flow: timing_4 is a question of timing.
        let intent = subflow
            .trim_end_matches(|c: char| c.is_ascii_digit() || c == '_')
            .to_owned();
        let title = format!("{flow}: {intent}").replace('_', " ");
        Self {
            id: ids::stable("conversation", &transcript.convo_id.to_string()),
            title: capitalised(&title),
            intent,
            first_action: None,
            customer: Customer {
                name: personal.customer_name.map(|name| in_title_case(&name)),
                email: personal.email,
                phone: personal.phone,
                member_level: personal.member_level,
                order_id: order.order_id,
                address: order.full_address.map(|address| single_spaced(&address)),
            },
            turns: transcript.original.into_iter().filter_map(turn).collect(),
        }
    }
}

fn turn((speaker, text): (String, String)) -> Option<Turn> {
    let speaker = match speaker.as_str() {
        "agent" => Speaker::Agent,
        "customer" => Speaker::Customer,
        _ => return None,
    };
    Some(Turn { speaker, text })
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

fn in_title_case(name: &str) -> String {
    name.split_whitespace()
        .map(capitalised)
        .collect::<Vec<_>>()
        .join(" ")
}

fn single_spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
