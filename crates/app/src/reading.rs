//! Reading the log is recorded too: who read, which way, of what, and how much.
//!
//! A record of it holds no personal data: of what was asked for only identifiers are told, and none
//! in which the scanner sees something; of a question in SQL its words without its values. The record
//! is durable before what was read is given out. What goes on for long is recorded when it begins and
//! when it ends.

use std::sync::Arc;

use agent_assist_domain::audit::{
    Actor, AuditEntry, AuditEvent, AuditFact, AuditFilter, AuditRecord, ReadCommand, ReadFacts,
    ReadScope, ReadStage, Seq, SqlShape, Subject,
};
use agent_assist_domain::payload::is_identifier;
use agent_assist_domain::person::{PersonKind, Pseudonym};
use agent_assist_domain::pii::{Scanner, SubjectTerms};
use agent_assist_domain::ports::{AuditLog, Clock, StoreError};
use agent_assist_domain::time::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use crate::ids::Ids;

/// A reading, as it was asked for.
#[derive(Clone, Debug)]
pub struct Reading {
    /// Which way.
    pub command: ReadCommand,
    /// Which records.
    pub filter: AuditFilter,
    /// Behind which record.
    pub after: Option<Seq>,
    /// Which one record.
    pub seq: Option<Seq>,
    /// As of when.
    pub as_of: Option<Timestamp>,
    /// Of people by name: of which kind. The name itself is never told.
    pub person: Option<PersonKind>,
    /// Whose pseudonyms: that asked about, or those that somebody was found to have.
    pub pseudonyms: Vec<Pseudonym>,
    /// The question in SQL, without its values.
    pub sql: Option<SqlShape>,
}

impl Reading {
    /// A reading of everything.
    pub fn of(command: ReadCommand) -> Self {
        Self {
            command,
            filter: AuditFilter::default(),
            after: None,
            seq: None,
            as_of: None,
            person: None,
            pseudonyms: Vec::new(),
            sql: None,
        }
    }
}

/// Records readings.
#[derive(Debug)]
pub struct ReadingService {
    tenant: String,
    audit: Arc<dyn AuditLog>,
    clock: Arc<dyn Clock>,
    ids: Ids,
    scanner: Scanner,
}

impl ReadingService {
    /// The service over its ports; `scanner` says what looks like personal data.
    pub fn new(
        tenant: impl Into<String>,
        audit: Arc<dyn AuditLog>,
        clock: Arc<dyn Clock>,
        ids: Ids,
        scanner: Scanner,
    ) -> Self {
        Self {
            tenant: tenant.into(),
            audit,
            clock,
            ids,
            scanner,
        }
    }

    /// The records that `reading` by `reader` is to leave, none of them written yet.
    pub fn of(&self, reading: Reading, reader: &Actor) -> ReadingRecord {
        let mut untold = Vec::new();
        let filter = reading.filter;
        let mut told = |name, value: Option<String>| {
            let value = value?;
            let told = self.is_plain(&value);
            if !told {
                untold.push(name);
            }
            told.then_some(value)
        };
        let conversation_id = told("conversation_id", filter.conversation_id);
        let session_id = told("session_id", filter.session_id);
        let request_id = told("request_id", filter.request_id);
        untold.extend(reading.person.map(|kind| match kind {
            PersonKind::Agent => "agent_id",
            PersonKind::Customer => "customer_id",
        }));
        let pseudonyms = reading.pseudonyms.iter().map(Pseudonym::to_string);
        let facts = ReadFacts {
            command: reading.command,
            stage: ReadStage::Whole,
            by: reader.plain(),
            scope: ReadScope {
                request_id,
                events: filter.events,
                since: filter.since,
                until: filter.until,
                as_of: reading.as_of,
                after: reading.after,
                seq: reading.seq,
                pseudonyms: pseudonyms.collect(),
                untold,
            },
            sql: reading.sql.map(|sql| SqlShape {
                text: sql.text.filter(|text| self.is_clean(text)),
                ..sql
            }),
            rows: None,
            cursor: None,
        };
        ReadingRecord {
            audit: Arc::clone(&self.audit),
            clock: Arc::clone(&self.clock),
            tenant: self.tenant.clone(),
            request_id: self.ids.next(),
            subject: Subject::of_reading(conversation_id, session_id),
            facts,
        }
    }

    /// Whether an identifier may be told. The platform's own are, whatever their digits look like.
    fn is_plain(&self, id: &str) -> bool {
        Uuid::parse_str(id).is_ok() || is_identifier(id) && self.is_clean(id)
    }

    fn is_clean(&self, text: &str) -> bool {
        self.scanner.scan(text, &SubjectTerms::none()).is_empty()
    }
}

/// The records of one reading.
#[derive(Debug)]
pub struct ReadingRecord {
    audit: Arc<dyn AuditLog>,
    clock: Arc<dyn Clock>,
    tenant: String,
    request_id: String,
    subject: Subject,
    facts: ReadFacts,
}

impl ReadingRecord {
    /// The same under the identifier of the request that reads.
    #[must_use]
    pub fn of_request(self, request_id: impl Into<String>) -> Self {
        Self {
            request_id: request_id.into(),
            ..self
        }
    }

    /// Records that so many `rows` were read, up to the record `cursor` where one is told.
    ///
    /// # Errors
    /// If the record could not be made durable.
    pub async fn whole(&self, rows: u64, cursor: Option<Seq>) -> Result<Seq, StoreError> {
        self.append(ReadStage::Whole, Some(rows), cursor).await
    }

    /// Records that a reading begins which goes on for long, behind the record `cursor`.
    ///
    /// # Errors
    /// If the record could not be made durable.
    pub async fn begun(&self, cursor: Option<Seq>) -> Result<Seq, StoreError> {
        self.append(ReadStage::Begun, None, cursor).await
    }

    /// Records how what had begun ended.
    ///
    /// # Errors
    /// If the record could not be made durable.
    pub async fn ended(&self, rows: u64, cursor: Option<Seq>) -> Result<Seq, StoreError> {
        self.append(ReadStage::Ended, Some(rows), cursor).await
    }

    async fn append(
        &self,
        stage: ReadStage,
        rows: Option<u64>,
        cursor: Option<Seq>,
    ) -> Result<Seq, StoreError> {
        let entry = AuditEntry {
            at: self.clock.now(),
            tenant: self.tenant.clone(),
            request_id: self.request_id.clone(),
            subject: self.subject.clone(),
            fact: AuditFact::AuditRead(ReadFacts {
                stage,
                rows,
                cursor,
                ..self.facts.clone()
            }),
        };
        self.audit.append(&entry).await
    }
}

/// Whether `record` tells of an export. An export of nothing else leaves no record of its own: else
/// the next would find that one, and so on for ever.
pub(crate) fn is_of_export(record: &AuditRecord) -> bool {
    #[derive(Deserialize)]
    struct Entry<'e> {
        #[serde(borrow)]
        read: Read<'e>,
    }
    #[derive(Deserialize)]
    struct Read<'e> {
        command: &'e str,
    }
    record.columns.event == AuditEvent::AuditRead.as_str()
        && serde_json::from_str::<Entry<'_>>(&record.entry)
            .is_ok_and(|entry| entry.read.command == ReadCommand::Export.as_str())
}
