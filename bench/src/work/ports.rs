//! Ports that cost as little as can be, so that what is measured is what lies between them.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use agent_assist_app::clock::SystemClock;
use agent_assist_app::conversation_keys::ConversationKeyring;
use agent_assist_app::egress::EgressCheck;
use agent_assist_app::fetch::{FetchOptions, FetchParts, FetchService, Resilience};
use agent_assist_app::ids::Ids;
use agent_assist_app::payload_json;
use agent_assist_app::person_keys::PersonKeys;
use agent_assist_app::pseudonyms::Pseudonyms;
use agent_assist_domain::audit::{AuditEntry, Seq};
use agent_assist_domain::cache::SubjectKey;
use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::freshness::FreshnessPolicy;
use agent_assist_domain::payload::RawRequest;
use agent_assist_domain::person::EpochKey;
use agent_assist_domain::pii::SubjectTerms;
use agent_assist_domain::ports::{AuditLog, StoreError};
use agent_assist_domain::screening::{Screening, ScreeningPolicy};
use agent_assist_domain::time::Deadline;
use agent_assist_genesys::{
    Credentials, GenesysConfig, GenesysSource, Jitter, Transport, TransportError,
};
use agent_assist_testkit::memory::{
    MemoryAssistSwitch, MemoryCache, MemoryConversationKeys, MemoryLedger, MemoryPersons,
};
use async_trait::async_trait;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{Request, Response};

use crate::Outcome;
use crate::listing;

const HOUR: Duration = Duration::from_secs(60 * 60);

/// Entries that the log in memory holds before it forgets them.
const HELD: usize = 10_000;

/// An audit log in memory: keeps entries as they come.
#[derive(Debug, Default)]
struct PlainLog(Mutex<(Seq, Vec<AuditEntry>)>);

#[async_trait]
impl AuditLog for PlainLog {
    async fn append(&self, entry: &AuditEntry) -> Result<Seq, StoreError> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.0 += 1;
        if kept.1.len() == HELD {
            kept.1.clear();
        }
        kept.1.push(entry.clone());
        Ok(kept.0)
    }
}

/// A network that answers at once.
#[derive(Debug)]
struct Canned(Bytes);

#[async_trait]
impl Transport for Canned {
    async fn call(
        &self,
        _: Request<Bytes>,
        _: Deadline,
    ) -> Result<Response<Bytes>, TransportError> {
        let mut response = Response::new(self.0.clone());
        let json = http::HeaderValue::from_static("application/json");
        response.headers_mut().insert(CONTENT_TYPE, json);
        Ok(response)
    }
}

/// The adapter over a network that answers at once with so many suggestions.
pub(super) fn source(entities: usize) -> Outcome<GenesysSource> {
    let base = "http://127.0.0.1:1".parse::<url::Url>()?;
    let token = Credentials::AccessToken("bench".to_owned().into());
    let config = GenesysConfig {
        requests_per_minute: u32::MAX,
        app_requests_per_minute: u32::MAX,
        ..GenesysConfig::new(base.clone(), base, token, Dialect::Suggestions)
    };
    Ok(GenesysSource::new(
        config,
        Arc::new(Canned(listing::of(entities).into())),
        Arc::new(SystemClock),
        Jitter::new(fastrand::f64),
    ))
}

/// The service over ports in memory, whose upstream has so many suggestions of each conversation.
pub(super) fn service(entities: usize) -> Outcome<FetchService> {
    let dialect = Dialect::Suggestions;
    let screening = Screening::new();
    // What the scanner makes when it first sees what may be a number is no part of what is measured, and
    // which answers are looked at twice is drawn the same way each time.
    let scanner = screening.scanner();
    let _ = scanner.scan("+1 415 555 0132", &SubjectTerms::none());
    fastrand::seed(7);
    Ok(FetchService::new(FetchParts {
        tenant: "default".to_owned(),
        upstream_name: None,
        source: Arc::new(source(entities)?),
        fallbacks: Vec::new(),
        cache: Arc::<MemoryCache>::default(),
        audit: Arc::<PlainLog>::default(),
        ledger: Arc::<MemoryLedger>::default(),
        switch: Arc::<MemoryAssistSwitch>::default(),
        sinks: Vec::new(),
        clock: Arc::new(SystemClock),
        ids: Ids::time_ordered(),
        policy: ScreeningPolicy::for_dialect(dialect),
        keys: ConversationKeyring::random(Arc::<MemoryConversationKeys>::default()),
        pseudonyms: Pseudonyms::random(
            "default",
            Arc::<MemoryPersons>::default(),
            PersonKeys::of(EpochKey::new(1, [3; 32])),
            Arc::new(SystemClock),
        ),
        keep_text: false,
        egress: EgressCheck::new(
            screening.scanner().clone(),
            EgressCheck::EVERY,
            fastrand::f64,
        ),
        screening,
        subject_key: SubjectKey::new([7; 32]),
        resilience: Resilience {
            freshness: FreshnessPolicy {
                ttl: HOUR,
                ..FreshnessPolicy::default()
            },
            ..Resilience::default()
        },
        strict_audit: false,
    }))
}

/// A request about the conversation of this number.
pub(super) fn request(conversation: usize) -> Outcome<RawRequest> {
    Ok(payload_json::parse(
        listing::payload(conversation).as_bytes(),
    )?)
}

/// As the program asks.
pub(super) const OPTIONS: FetchOptions = FetchOptions {
    timeout: Duration::from_secs(3),
    use_cache: true,
};
