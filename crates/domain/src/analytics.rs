//! What is called back after every outcome: the facts of the audit record, for other eyes.

use crate::audit::{AuditEntry, AuditRecord, Seq};
use crate::canonical::Value;
use crate::time::Timestamp;

/// Version of the event's shape.
pub const EVENT_SCHEMA: u32 = 1;

/// The event that stands for records which are not in the log any more.
pub const EVENTS_MISSING: &str = "assist_events_missing";

/// One event. Made from an audit entry, so that what a dashboard sees and what an auditor reads
/// come from one source, and neither holds unmasked text.
#[derive(Clone, Debug, PartialEq)]
pub struct AnalyticsEvent {
    id: String,
    seq: Option<Seq>,
    told: Told,
}

#[derive(Clone, Debug, PartialEq)]
enum Told {
    Entry(Box<AuditEntry>),
    Record {
        at: Timestamp,
        event: String,
        entry: String,
    },
    Missing {
        at: Timestamp,
        first: Seq,
        last: Seq,
    },
}

impl AnalyticsEvent {
    /// The event that tells of `entry`. `id` is unique; receivers drop repeats by it.
    pub fn new(id: impl Into<String>, entry: AuditEntry) -> Self {
        Self {
            id: id.into(),
            seq: None,
            told: Told::Entry(Box::new(entry)),
        }
    }

    /// The same event with the position of its audit record.
    #[must_use]
    pub fn at_seq(self, seq: Seq) -> Self {
        Self {
            seq: Some(seq),
            ..self
        }
    }

    /// The event that tells of `record`, its entry byte for byte as it stands in the log.
    pub fn of_record(id: impl Into<String>, record: &AuditRecord) -> Self {
        Self {
            id: id.into(),
            seq: Some(record.seq),
            told: Told::Record {
                at: record.columns.at,
                event: record.columns.event.clone(),
                entry: record.entry.clone(),
            },
        }
    }

    /// The event that says that there is none for the records from `first` to `last`, because they
    /// were deleted before it was their turn; found out at `at`.
    pub fn missing(id: impl Into<String>, first: Seq, last: Seq, at: Timestamp) -> Self {
        Self {
            id: id.into(),
            seq: Some(last),
            told: Told::Missing { at, first, last },
        }
    }

    /// Unique identifier of the event.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Position of its audit record, where known.
    pub fn seq(&self) -> Option<Seq> {
        self.seq
    }

    /// When it happened.
    pub fn at(&self) -> Timestamp {
        match &self.told {
            Told::Entry(entry) => entry.at,
            Told::Record { at, .. } | Told::Missing { at, .. } => *at,
        }
    }

    /// What happened: the name of an [audit event](crate::audit::AuditEvent), or [`EVENTS_MISSING`].
    pub fn kind(&self) -> &str {
        match &self.told {
            Told::Entry(entry) => entry.event().as_str(),
            Told::Record { event, .. } => event,
            Told::Missing { .. } => EVENTS_MISSING,
        }
    }

    /// What happened, where the callback comes from the request itself and not from the log.
    pub fn entry(&self) -> Option<&AuditEntry> {
        match &self.told {
            Told::Entry(entry) => Some(entry),
            Told::Record { .. } | Told::Missing { .. } => None,
        }
    }

    /// The event as one line of canonical JSON:
    /// `{"data":{..},"id":"..","schema":1,"seq":17,"time":"..","type":".."}`, where `data` is the audit
    /// entry. Called back from the log its bytes are those of the record.
    pub fn to_json(&self) -> String {
        let data = match &self.told {
            Told::Entry(entry) => entry.to_canonical(),
            Told::Record { entry, .. } => entry.clone(),
            Told::Missing { first, last, .. } => Value::object([
                ("first_seq", Value::int(*first)),
                ("last_seq", Value::int(*last)),
            ])
            .to_canonical(),
        };
        let mut members = vec![
            ("id", Value::text(&self.id)),
            ("schema", Value::int(EVENT_SCHEMA)),
            ("time", Value::text(self.at().to_rfc3339())),
            ("type", Value::text(self.kind())),
        ];
        members.extend(self.seq.map(|seq| ("seq", Value::int(seq))));
        // `data` sorts before every other name.
        let envelope = Value::object(members).to_canonical();
        format!("{{\"data\":{data},{}", &envelope[1..])
    }
}
