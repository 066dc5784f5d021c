//! Which records are asked for.

use agent_assist_domain::audit::{AuditEvent, AuditFilter, AuditOrder, AuditQuery, Seq};
use agent_assist_domain::payload::Rule;
use agent_assist_domain::time::Timestamp;
use utoipa::IntoParams;

use super::super::parameters::Parameters;
use super::cursor;
use crate::problem::{Kind, Problem};

/// Records a page where nobody says otherwise, and at most.
const LIMIT: (u32, u32) = (100, 1_000);
/// Events named at most.
const MAX_EVENTS: usize = 100;

const PARAMETERS: &[&str] = &[
    "conversation_id",
    "session_id",
    "request_id",
    "event",
    "since",
    "until",
    "order",
    "limit",
    "cursor",
];

/// Which records.
#[expect(
    dead_code,
    reason = "described, not used; the parameters are read one by one"
)]
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct AuditParameters {
    /// Only of this conversation.
    #[param(min_length = 1, max_length = 128)]
    conversation_id: Option<String>,
    /// Only of this session.
    #[param(min_length = 1, max_length = 128)]
    session_id: Option<String>,
    /// Only of this request.
    #[param(min_length = 1, max_length = 128)]
    request_id: Option<String>,
    /// Only this event, such as `assist_fetch_completed`; may be repeated.
    #[param(max_items = 100)]
    event: Option<Vec<String>>,
    /// From then on: a time, or so long ago (`24h`).
    since: Option<String>,
    /// Until before then.
    until: Option<String>,
    /// `newest` first, or `oldest` first; newest where not given.
    order: Option<String>,
    /// Records a page; 100 where not given.
    #[param(minimum = 1, maximum = 1000)]
    limit: Option<u32>,
    /// Where the page begins: `next` of the page before it, of the same question.
    cursor: Option<String>,
}

/// A question to the log.
pub(super) struct Question {
    pub(super) query: AuditQuery,
}

impl Question {
    /// Reads it; it is about records of `tenant` only.
    pub(super) fn read(query: Option<&str>, tenant: &str, now: Timestamp) -> Result<Self, Problem> {
        let mut read = Parameters::read(query, PARAMETERS);
        let filter = AuditFilter {
            tenant: Some(tenant.to_owned()),
            events: events(&mut read),
            conversation_id: read.identifier("conversation_id"),
            session_id: read.identifier("session_id"),
            request_id: read.identifier("request_id"),
            since: read.moment("since", now),
            until: read.moment("until", now),
        };
        let expected = "must be newest or oldest";
        let order = read.parsed("order", Rule::Type, expected, |text| match text {
            "newest" => Some(AuditOrder::NewestFirst),
            "oldest" => Some(AuditOrder::OldestFirst),
            _ => None,
        });
        let order = order.unwrap_or(AuditOrder::NewestFirst);
        let (limit, most) = LIMIT;
        let expected = format!("must be a whole number between 1 and {most}");
        let given = read.parsed("limit", Rule::Range, &expected, |text| {
            text.parse().ok().filter(|limit| (1..=most).contains(limit))
        });
        let cursor = read.one("cursor");
        read.check()?;
        let after = cursor.map(|text| {
            cursor::read(&filter, order, &text).ok_or_else(|| {
                let detail = "take next of a page of the same question, or leave it out";
                Problem::new(Kind::InvalidCursor, detail)
            })
        });
        Ok(Self {
            query: AuditQuery {
                after: after.transpose()?,
                filter,
                order,
                limit: given.unwrap_or(limit),
            },
        })
    }

    /// Where the page behind `seq` begins.
    pub(super) fn cursor(&self, seq: Seq) -> String {
        cursor::write(&self.query.filter, self.query.order, seq)
    }
}

fn events(read: &mut Parameters) -> Vec<AuditEvent> {
    let named = read.all("event");
    let events: Vec<AuditEvent> = named
        .iter()
        .filter_map(|name| AuditEvent::from_name(name))
        .collect();
    if events.len() < named.len() || named.len() > MAX_EVENTS {
        let known: Vec<&str> = AuditEvent::ALL
            .into_iter()
            .map(AuditEvent::as_str)
            .collect();
        let says = format!("must be one of {}", known.join(", "));
        read.mistake("event", Rule::Type, says);
    }
    events
}
