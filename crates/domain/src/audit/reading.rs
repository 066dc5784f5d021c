//! What an entry says of somebody who read the log.

use super::{Actor, AuditEvent, Seq, Subject};
use crate::canonical::Value;
use crate::time::Timestamp;

/// A way to read the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReadCommand {
    /// Records as a list.
    List,
    /// One record whole.
    Show,
    /// A question in SQL.
    Query,
    /// The log, or a part of it, for another tool.
    Export,
    /// What was given out in a conversation, as of a point in time.
    Replay,
    /// A conversation told in words.
    Statement,
    /// Records as they come.
    Tail,
    /// Whose a pseudonym is, or which somebody has.
    Whois,
}

impl ReadCommand {
    /// Every command.
    pub const ALL: [Self; 8] = [
        Self::List,
        Self::Show,
        Self::Query,
        Self::Export,
        Self::Replay,
        Self::Statement,
        Self::Tail,
        Self::Whois,
    ];

    /// The name used in records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::List => "list",
            Self::Show => "show",
            Self::Query => "query",
            Self::Export => "export",
            Self::Replay => "replay",
            Self::Statement => "statement",
            Self::Tail => "tail",
            Self::Whois => "whois",
        }
    }
}

/// How far the reading was when it was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReadStage {
    /// Everything had been read, and nothing given out yet.
    Whole,
    /// It was about to go on for long; another record, of the same request, tells its end.
    Begun,
    /// The end of what had begun.
    Ended,
}

impl ReadStage {
    /// Every stage.
    pub const ALL: [Self; 3] = [Self::Whole, Self::Begun, Self::Ended];

    /// The name used in records.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::Begun => "begun",
            Self::Ended => "ended",
        }
    }
}

/// Which records were asked for, beside those of a conversation or session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadScope {
    /// Only of this request.
    pub request_id: Option<String>,
    /// Only these events; empty for all.
    pub events: Vec<AuditEvent>,
    /// Not before this time.
    pub since: Option<Timestamp>,
    /// Before this time.
    pub until: Option<Timestamp>,
    /// As of this time.
    pub as_of: Option<Timestamp>,
    /// Behind this record.
    pub after: Option<Seq>,
    /// This one record.
    pub seq: Option<Seq>,
    /// Of whose pseudonyms it was: that asked about, or those that somebody has.
    pub pseudonyms: Vec<String>,
    /// Names of what was asked for and is not told, because it may be personal data.
    pub untold: Vec<&'static str>,
}

/// A question in SQL, as far as it may be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqlShape {
    /// The statement with every value replaced by a question mark; `None` if it looks as if there
    /// were personal data in it all the same.
    pub text: Option<String>,
    /// How many values were replaced.
    pub values: u32,
}

/// One reading of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadFacts {
    /// Which way.
    pub command: ReadCommand,
    /// How far it was.
    pub stage: ReadStage,
    /// By whom.
    pub by: Actor,
    /// Of what.
    pub scope: ReadScope,
    /// The question, for questions in SQL.
    pub sql: Option<SqlShape>,
    /// How many records or rows were read; `None` where they were still to come.
    pub rows: Option<u64>,
    /// Up to which record, where a cursor is given out.
    pub cursor: Option<Seq>,
}

impl ReadFacts {
    pub(super) fn to_value(&self) -> Value<'_> {
        let number = |number: Option<u64>| number.map_or(Value::Null, Value::int);
        let sql = self.sql.as_ref().map_or(Value::Null, |sql| {
            Value::object([
                ("text", Value::maybe_text(sql.text.as_deref())),
                ("values", Value::int(sql.values)),
            ])
        });
        Value::object([
            ("by", self.by.to_value()),
            ("command", Value::text(self.command.as_str())),
            ("cursor", number(self.cursor)),
            ("rows", number(self.rows)),
            ("scope", self.scope.to_value()),
            ("sql", sql),
            ("stage", Value::text(self.stage.as_str())),
        ])
    }
}

impl ReadScope {
    fn to_value(&self) -> Value<'_> {
        let time = |at: Option<Timestamp>| at.map_or(Value::Null, |at| Value::int(at.as_micros()));
        let seq = |seq: Option<Seq>| seq.map_or(Value::Null, Value::int);
        Value::object([
            ("after_seq", seq(self.after)),
            ("as_of_us", time(self.as_of)),
            (
                "events",
                Value::list(self.events.iter().map(|event| Value::text(event.as_str()))),
            ),
            (
                "pseudonyms",
                Value::list(self.pseudonyms.iter().map(Value::text)),
            ),
            ("request_id", Value::maybe_text(self.request_id.as_deref())),
            ("seq", seq(self.seq)),
            ("since_us", time(self.since)),
            (
                "untold",
                Value::list(self.untold.iter().map(|name| Value::text(*name))),
            ),
            ("until_us", time(self.until)),
        ])
    }
}

impl Subject {
    /// What a reading was about, as far as it may be told.
    pub fn of_reading(conversation_id: Option<String>, session_id: Option<String>) -> Self {
        Self {
            session_id,
            conversation_id,
            ..Self::UNKNOWN
        }
    }
}
