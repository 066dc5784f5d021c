//! Callers that are denied are put on record, and cannot fill it: the first of a key and reason in a
//! minute has a record of its own, those behind it are counted, and the next record says how many they
//! were. Only holders of a key are denied; who holds none is told so and nothing is recorded, since
//! anybody could come again and again. So there are at most four records a minute for each key.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use agent_assist_domain::access::Denial;
use agent_assist_domain::audit::{AccessFacts, AuditEntry, AuditFact, Seq, Subject};
use agent_assist_domain::payload::is_identifier;
use agent_assist_domain::pii::{Scanner, SubjectTerms};
use agent_assist_domain::ports::{AuditLog, Clock, StoreError};
use metrics::counter;
use tokio::time::Instant;
use uuid::Uuid;

use super::Caller;
use crate::ids::Ids;

/// How often the same is recorded at most.
const PAUSE: Duration = Duration::from_secs(60);

/// Puts denials on record. Cheap to clone.
#[derive(Clone, Debug)]
pub struct DenialService(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    tenant: String,
    audit: Arc<dyn AuditLog>,
    clock: Arc<dyn Clock>,
    ids: Ids,
    scanner: Scanner,
    recent: Mutex<HashMap<Same, Recent>>,
}

/// Denials that are told as one: of a key, and whether it was a token of it, for a reason.
type Same = (String, bool, Denial);

#[derive(Debug)]
struct Recent {
    recorded_at: Instant,
    /// Since then.
    unrecorded: u64,
}

/// What somebody was denied.
#[derive(Clone, Copy, Debug)]
pub struct Denied<'a> {
    /// The request.
    pub request_id: &'a str,
    /// Who asked.
    pub caller: &'a Caller,
    /// Why not.
    pub denial: Denial,
    /// The route, as the document names it.
    pub route: Option<&'a str>,
    /// The conversation that was asked for.
    pub conversation_id: Option<&'a str>,
}

impl DenialService {
    /// The service over its ports; `scanner` says what looks like personal data.
    pub fn new(
        tenant: impl Into<String>,
        audit: Arc<dyn AuditLog>,
        clock: Arc<dyn Clock>,
        ids: Ids,
        scanner: Scanner,
    ) -> Self {
        Self(Arc::new(Inner {
            tenant: tenant.into(),
            audit,
            clock,
            ids,
            scanner,
            recent: Mutex::default(),
        }))
    }

    /// Records `denied`, or counts it for the next record; gives the position of the record, if there is
    /// one.
    ///
    /// # Errors
    /// If the record could not be made durable. What it would have said counts for the next one.
    pub async fn record(&self, denied: Denied<'_>) -> Result<Option<Seq>, StoreError> {
        let Caller {
            key_id, holds_key, ..
        } = denied.caller;
        counter!("agent_assist_access_denied_total", "denial" => denied.denial.as_str())
            .increment(1);
        let same = (key_id.clone(), !holds_key, denied.denial);
        let Some(unrecorded) = self.due(&same) else {
            return Ok(None);
        };
        let plain = denied.conversation_id.filter(|id| self.is_plain(id));
        let subject = Subject::of_reading(plain.map(str::to_owned), None);
        let route = denied.route.map(str::to_owned);
        let recorded = self
            .append(denied.request_id, subject, &same, route, unrecorded)
            .await;
        if recorded.is_err() {
            self.give_back(&same, unrecorded + 1);
        }
        recorded.map(Some)
    }

    /// Records what has been counted and has no record yet: for when the program ends.
    ///
    /// # Errors
    /// If a record could not be made durable.
    pub async fn flush(&self) -> Result<(), StoreError> {
        let counted: Vec<(Same, u64)> = self
            .recent()
            .drain()
            .filter(|(_, recent)| recent.unrecorded > 0)
            .map(|(same, recent)| (same, recent.unrecorded))
            .collect();
        for (same, unrecorded) in counted {
            // One of them is told by the record itself.
            let id = self.0.ids.next();
            self.append(&id, Subject::UNKNOWN, &same, None, unrecorded - 1)
                .await?;
        }
        Ok(())
    }

    /// How many have no record, if one is due that says so; else this one is counted.
    fn due(&self, same: &Same) -> Option<u64> {
        let now = Instant::now();
        let mut recent = self.recent();
        match recent.get_mut(same) {
            Some(recent) if now.duration_since(recent.recorded_at) < PAUSE => {
                recent.unrecorded += 1;
                None
            }
            found => {
                let unrecorded = found.map_or(0, |recent| recent.unrecorded);
                let anew = Recent {
                    recorded_at: now,
                    unrecorded: 0,
                };
                recent.insert(same.clone(), anew);
                Some(unrecorded)
            }
        }
    }

    fn give_back(&self, same: &Same, unrecorded: u64) {
        if let Some(recent) = self.recent().get_mut(same) {
            recent.unrecorded += unrecorded;
        }
    }

    async fn append(
        &self,
        request_id: &str,
        subject: Subject,
        (key_id, token, denial): &Same,
        route: Option<String>,
        unrecorded: u64,
    ) -> Result<Seq, StoreError> {
        let service = &*self.0;
        let entry = AuditEntry {
            at: service.clock.now(),
            tenant: service.tenant.clone(),
            request_id: request_id.to_owned(),
            subject,
            fact: AuditFact::AccessDenied(AccessFacts {
                denial: *denial,
                key_id: key_id.clone(),
                token: *token,
                route,
                unrecorded,
            }),
        };
        service.audit.append(&entry).await
    }

    /// Whether an identifier may be told. The platform's own are, whatever their digits look like.
    fn is_plain(&self, id: &str) -> bool {
        let clean = || self.0.scanner.scan(id, &SubjectTerms::none()).is_empty();
        Uuid::parse_str(id).is_ok() || is_identifier(id) && clean()
    }

    fn recent(&self) -> MutexGuard<'_, HashMap<Same, Recent>> {
        let recent = &self.0.recent;
        recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
