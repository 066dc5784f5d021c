//! JSON as it came: repeated members are seen, numbers and texts are fields for the payload rules.

use std::fmt;

use agent_assist_domain::payload::RawField;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// The text is no JSON object at all.
#[derive(Debug, thiserror::Error)]
#[error("the payload must be one JSON object (line {line}, column {column})")]
pub struct NotAnObject {
    line: usize,
    column: usize,
}

/// A JSON value that keeps repeated members.
pub(crate) enum Node {
    Null,
    Bool,
    Number(f64),
    Text(String),
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
}

impl Node {
    /// The members of the JSON object that `json` is, in their order.
    pub(crate) fn members(json: &[u8]) -> Result<Vec<(String, Self)>, NotAnObject> {
        let node = serde_json::from_slice(json).map_err(|error| NotAnObject {
            line: error.line(),
            column: error.column(),
        })?;
        match node {
            Self::Object(members) => Ok(members),
            _ => Err(NotAnObject { line: 1, column: 1 }),
        }
    }

    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }

    pub(crate) fn into_field(self) -> RawField {
        match self {
            Self::Null => RawField::Absent,
            Self::Text(text) => RawField::Text(text),
            Self::Number(number) => RawField::Number(number),
            other => RawField::WrongType(other.type_name()),
        }
    }

    pub(crate) fn into_list(self) -> Result<Vec<RawField>, &'static str> {
        match self {
            Self::Null => Ok(Vec::new()),
            Self::List(items) => Ok(items.into_iter().map(Self::into_field).collect()),
            other => Err(other.type_name()),
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Node, E> {
        Ok(Node::Bool)
    }

    fn visit_i64<E>(self, number: i64) -> Result<Node, E> {
        Ok(Node::Number(number as f64))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Node, E> {
        Ok(Node::Number(number as f64))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Node, E> {
        Ok(Node::Number(number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Node, E> {
        Ok(Node::Text(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Node, A::Error> {
        let mut object = Vec::new();
        while let Some(member) = members.next_entry()? {
            object.push(member);
        }
        Ok(Node::Object(object))
    }
}
