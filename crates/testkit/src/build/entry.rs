//! What stores are given to keep: cache entries and audit entries of every event.

use std::sync::Arc;
use std::time::Duration;

use agent_assist_domain::access::{Denial, Limits, Role};
use agent_assist_domain::adoption::EngagementKind;
use agent_assist_domain::answer::{CacheInfo, CacheStatus, DegradedReason, EmptyReason};
use agent_assist_domain::assist::SwitchChange;
use agent_assist_domain::audit::{
    AccessFacts, Actor, AdminAct, AdminFacts, ArchiveFacts, AuditEntry, AuditEvent, AuditFact,
    Egress, EgressFacts, EngagementFacts, ErasureFacts, ErasureStage, FetchFacts, FetchScope,
    HoldFacts, HoldReleaseFacts, KeyChangeFacts, KeyFacts, ReadCommand, ReadFacts, ReadScope,
    ReadStage, RefusalFacts, Seq, SqlShape, Stages, Subject, SwitchFacts,
};
use agent_assist_domain::batch::{Batch, UpstreamFacts};
use agent_assist_domain::cache::{AnswerKey, CacheEntry};
use agent_assist_domain::dialect::Dialect;
use agent_assist_domain::payload::RawRequest;
use agent_assist_domain::person::{Drawn, EpochKey, PersonKind, Pseudonym};
use agent_assist_domain::pii::Entity;
use agent_assist_domain::ports::SourceErrorKind;
use agent_assist_domain::recommendation::Recommendation;
use agent_assist_domain::retention::HoldScope;
use agent_assist_domain::screening::{Screening, ScreeningPolicy};
use agent_assist_domain::time::Timestamp;

use super::{CONVERSATION, SESSION, TENANT, batch, fetch_request, recommendation, screened};

pub(super) const DIALECT: Dialect = Dialect::Recommendations;

/// A cache entry under the key `[key; 32]` with one recommendation, named `item-{key}`.
pub fn cache_entry(key: u8, fetched_at: Timestamp) -> CacheEntry {
    let batch = batch([recommendation(&format!("item-{key}"))]);
    CacheEntry {
        key: AnswerKey::from_bytes([key; 32]),
        tenant: TENANT.to_owned(),
        conversation_id: CONVERSATION.to_owned(),
        session_id: SESSION.to_owned(),
        fetched_at,
        screened: Arc::new(screened(&batch)),
    }
}

/// The terminal record of a fetch that the upstream answered with one recommendation kept and one
/// rejected for its relevance.
pub fn fetch_entry(request_id: &str, at: Timestamp) -> AuditEntry {
    let batch = batch([
        recommendation("item-1").score(0.91),
        recommendation("item-2").score(0.12),
    ]);
    completed_entry(request_id, at, batch)
}

/// The terminal record of a fetch that the upstream failed, whose answer is labelled for `reason`.
pub fn failed_entry(request_id: &str, reason: DegradedReason, at: Timestamp) -> AuditEntry {
    let completed = fetch_entry(request_id, at);
    let AuditFact::FetchCompleted(scope, facts) = completed.fact else {
        unreachable!("fetch_entry builds a completed fetch");
    };
    let facts = FetchFacts {
        degraded: Some(reason),
        error: Some(SourceErrorKind::ServerError),
        upstream: UpstreamFacts {
            status: Some(503),
            ..facts.upstream
        },
        ..facts
    };
    AuditEntry {
        fact: AuditFact::FetchFailed(scope, facts),
        ..completed
    }
}

/// The terminal record of a fetch of two recommendations with personal data, one shown with a
/// mailbox masked, one held back for the number of a card.
pub fn findings_entry(request_id: &str, at: Timestamp) -> AuditEntry {
    let mailbox = "Write to joe@example.com.";
    let card = "Card 4111 1111 1111 1111.";
    let batch = batch([
        recommendation("item-1").texts("Title", mailbox),
        recommendation("item-2").texts("Title", card),
    ]);
    completed_entry(request_id, at, batch)
}

fn completed_entry(request_id: &str, at: Timestamp, batch: Batch) -> AuditEntry {
    let screened = screened(&batch);
    let request = fetch_request(DIALECT);
    let cache = CacheInfo {
        status: CacheStatus::Miss,
        age_ms: 0,
    };
    AuditEntry {
        at,
        tenant: TENANT.to_owned(),
        request_id: request_id.to_owned(),
        subject: Subject::of(&request, Some(&screened)),
        fact: AuditFact::FetchCompleted(
            scope(),
            FetchFacts {
                stages: Stages {
                    cache_us: Some(400),
                    token_us: Some(12),
                    upstream_us: Some(180_000),
                    screening_us: Some(900),
                    audit_before_us: Some(5_200),
                },
                ..FetchFacts::of(&screened, 182_500, cache, batch.upstream)
            },
        ),
    }
}

/// The record of a request without conversation and session.
pub fn refusal_entry(request_id: &str, at: Timestamp) -> AuditEntry {
    let Err(violations) = RawRequest::default().validate(DIALECT) else {
        unreachable!("an empty request breaks the rules");
    };
    AuditEntry {
        subject: Subject::of_refused(&violations),
        fact: AuditFact::FetchRefused(RefusalFacts::of(&violations)),
        ..fetch_entry(request_id, at)
    }
}

/// The record of a request for which nothing was looked up, because an operator switched assist
/// off.
pub fn withheld_entry(request_id: &str, at: Timestamp) -> AuditEntry {
    let nothing = screened(&batch(Vec::<Recommendation>::new()));
    let cache = CacheInfo {
        status: CacheStatus::None,
        age_ms: 0,
    };
    let facts = FetchFacts {
        degraded: Some(DegradedReason::AssistOff),
        empty: Some(EmptyReason::Degraded),
        ..FetchFacts::of(&nothing, 350, cache, UpstreamFacts::default())
    };
    AuditEntry {
        fact: AuditFact::FetchWithheld(scope(), facts),
        ..fetch_entry(request_id, at)
    }
}

/// The record of a turn of the switch.
pub fn switch_entry(request_id: &str, change: &SwitchChange) -> AuditEntry {
    AuditEntry {
        subject: Subject::of_switch(&change.scope),
        fact: AuditFact::AssistSwitched(SwitchFacts::of(change)),
        ..fetch_entry(request_id, change.at)
    }
}

/// The record that an agent used `recommendation_id`.
pub fn adoption_entry(request_id: &str, recommendation_id: &str, at: Timestamp) -> AuditEntry {
    AuditEntry {
        fact: AuditFact::RecommendationAdopted(EngagementFacts {
            recommendation_id: recommendation_id.to_owned(),
            kind: EngagementKind::Used,
            event_id: format!("used/{request_id}"),
            client_at: None,
            replay: false,
        }),
        ..fetch_entry(request_id, at)
    }
}

/// The record that two recommendations were displayed, and one of them found helpful.
pub fn engaged_entry(request_id: &str, at: Timestamp) -> AuditEntry {
    let facts = |id: &str, kind: EngagementKind| EngagementFacts {
        recommendation_id: id.to_owned(),
        kind,
        event_id: format!("{}/{id}/{request_id}", kind.as_str()),
        client_at: Some(at),
        replay: false,
    };
    AuditEntry {
        fact: AuditFact::RecommendationEngaged(vec![
            facts("item-1", EngagementKind::Displayed),
            facts("item-2", EngagementKind::Displayed),
            facts("item-1", EngagementKind::RatedPositive),
        ]),
        ..fetch_entry(request_id, at)
    }
}

/// The record that an answer with a telephone number in it was stopped.
pub fn egress_entry(request_id: &str, egress: Egress, at: Timestamp) -> AuditEntry {
    AuditEntry {
        fact: AuditFact::EgressStopped(EgressFacts {
            egress,
            findings: [(Entity::PhoneNumber, 1)].into(),
        }),
        ..fetch_entry(request_id, at)
    }
}

/// The record that maria read fetches of the conversation, and that there were three.
pub fn reading_entry(request_id: &str, command: ReadCommand, at: Timestamp) -> AuditEntry {
    AuditEntry {
        subject: Subject::of_reading(Some(CONVERSATION.to_owned()), None),
        fact: AuditFact::AuditRead(ReadFacts {
            command,
            stage: ReadStage::Whole,
            by: Actor {
                uid: Some(1_000),
                name: Some("maria".to_owned()),
                host: Some("desk-9".to_owned()),
            },
            scope: ReadScope {
                events: vec![AuditEvent::FetchHit, AuditEvent::FetchCompleted],
                since: Some(at.minus(Duration::from_secs(60))),
                after: Some(4),
                pseudonyms: match command {
                    ReadCommand::Whois => vec![pseudonym(PersonKind::Agent, "agent-1").to_string()],
                    _ => Vec::new(),
                },
                untold: vec!["session_id"],
                ..ReadScope::default()
            },
            sql: (command == ReadCommand::Query).then(|| SqlShape {
                text: Some("SELECT at FROM audit_fetches WHERE agent_id = ?".to_owned()),
                values: 1,
            }),
            rows: Some(3),
            cursor: Some(9),
        }),
        ..fetch_entry(request_id, at)
    }
}

/// The record that a key for agents was shown where the audit log is read, and seven times more since the
/// last such record.
pub fn denied_entry(request_id: &str, denial: Denial, at: Timestamp) -> AuditEntry {
    AuditEntry {
        subject: Subject::of_reading(Some(CONVERSATION.to_owned()), None),
        fact: AuditFact::AccessDenied(AccessFacts {
            denial,
            key_id: "0123456789abcdef".to_owned(),
            token: false,
            route: Some("/v1/audit".to_owned()),
            unrecorded: 7,
        }),
        ..fetch_entry(request_id, at)
    }
}

/// The records of an administrator's acts, one of each.
pub fn admin_entries(request_id: &str, at: Timestamp) -> [AuditEntry; 5] {
    let key = KeyFacts {
        key_id: "0123456789abcdef".to_owned(),
        role: Role::Agent,
        limits: Limits {
            tenant: None,
            queues: vec!["queue-3".to_owned()],
            conversation_id: None,
        },
        expires_at: Some(at.plus(Duration::from_secs(86_400))),
        at_first_start: false,
    };
    let at_a_desk = Actor {
        uid: Some(1_000),
        name: Some("maria".to_owned()),
        host: Some("desk-9".to_owned()),
    };
    let by_key = Actor::of_key("fedcba9876543210");
    let reload = AdminAct::ReloadConfig(Screening::new().version());
    [
        (AdminAct::CreateKey(key), at_a_desk.clone()),
        (
            AdminAct::RevokeKey("0123456789abcdef".to_owned()),
            at_a_desk,
        ),
        (reload, Actor::default()),
        (AdminAct::Drain(true), by_key.clone()),
        (AdminAct::SetLogLevel("debug"), by_key),
    ]
    .map(|(act, by)| {
        let fact = AuditFact::Administered(AdminFacts { act, by });
        log_entry(request_id, fact, at)
    })
}

/// The record of the erasure of an agent of whom three fields are on record.
pub fn erasure_entry(request_id: &str, stage: ErasureStage, at: Timestamp) -> AuditEntry {
    AuditEntry {
        subject: Subject::UNKNOWN,
        fact: AuditFact::Erased(ErasureFacts {
            stage,
            of: PersonKind::Agent.as_str(),
            pseudonyms: vec![pseudonym(PersonKind::Agent, "agent-1")],
            conversation_ids: Vec::new(),
            fields: 3,
            keys: u64::from(stage == ErasureStage::Done),
            answers: 0,
            by: None,
        }),
        ..fetch_entry(request_id, at)
    }
}

/// The record of a hold.
pub fn hold_entry(request_id: &str, scope: HoldScope, at: Timestamp) -> AuditEntry {
    AuditEntry {
        at,
        tenant: TENANT.to_owned(),
        request_id: request_id.to_owned(),
        subject: Subject::of_log(scope.conversation_id()),
        fact: AuditFact::AuditHeld(HoldFacts {
            scope,
            reason: "case 7".to_owned(),
            by: Some("counsel".to_owned()),
        }),
    }
}

/// The record of the end of hold `id`.
pub fn hold_release_entry(request_id: &str, id: Seq, at: Timestamp) -> AuditEntry {
    AuditEntry {
        fact: AuditFact::AuditHoldReleased(HoldReleaseFacts { id, by: None }),
        ..hold_entry(request_id, HoldScope::Everything, at)
    }
}

/// The facts of an archive of records `first` to `last`.
pub fn archive_facts(first: Seq, last: Seq) -> ArchiveFacts {
    ArchiveFacts {
        first,
        last,
        file_sha256: "a5".repeat(32),
        root: "5a".repeat(32),
    }
}

/// The facts of a change of keys.
pub fn key_change_facts() -> KeyChangeFacts {
    KeyChangeFacts {
        name: "log.example".to_owned(),
        old_key_id: "00112233".to_owned(),
        new_key_id: "ccddeeff".to_owned(),
        by: Some("maria".to_owned()),
    }
}

/// The record of `fact`, which is about the log itself.
pub fn log_entry(request_id: &str, fact: AuditFact, at: Timestamp) -> AuditEntry {
    AuditEntry {
        fact,
        ..hold_entry(request_id, HoldScope::Everything, at)
    }
}

/// A pseudonym of `id`, the same every time.
pub fn pseudonym(kind: PersonKind, id: &str) -> Pseudonym {
    let drawn = Drawn {
        secret: [1; 32],
        nonce: [1; 24],
    };
    EpochKey::new(1, [7; 32])
        .admit(TENANT, kind, id, &drawn)
        .pseudonym
}

pub(super) fn scope() -> FetchScope {
    FetchScope::of(
        &fetch_request(DIALECT),
        DIALECT,
        &ScreeningPolicy::for_dialect(DIALECT),
        Screening::new().version(),
    )
}
