//! Callers over the network: who is let in, for how long, and what of those that are not is on record.

use std::sync::Arc;
use std::time::Duration;

use agent_assist_app::access::{
    AccessError, AccessService, Caller, DEFAULT_TOKEN_LIFE, DenialService, Denied, KeyOrder,
    KeyService, TokenKey, first_key,
};
use agent_assist_app::administration::AdminRecorder;
use agent_assist_app::ids::Ids;
use agent_assist_domain::access::{Denial, Limits, Role};
use agent_assist_domain::audit::{Actor, AdminAct, AuditEntry, AuditEvent, AuditFact};
use agent_assist_domain::pii::Scanner;
use agent_assist_domain::ports::StoreErrorKind;
use agent_assist_testkit::ManualClock;
use agent_assist_testkit::faulty::{Calls, Faults, FaultyAudit};
use agent_assist_testkit::memory::{MemoryApiKeys, MemoryAuditLog};

/// Keys, and who looks after them.
struct Doors {
    clock: Arc<ManualClock>,
    log: Arc<MemoryAuditLog>,
    faults: Faults,
    keys: KeyService,
    access: AccessService,
}

impl Doors {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::default());
        let kept = Arc::new(MemoryApiKeys::default());
        let log = Arc::new(MemoryAuditLog::default());
        let faults = Faults::default();
        let audit = Arc::new(FaultyAudit::new(log.clone(), faults.clone()));
        let ids = Ids::time_ordered();
        let recorder = AdminRecorder::new("t", audit, clock.clone(), ids);
        Self {
            keys: KeyService::new(kept.clone(), clock.clone(), recorder, Scanner::new()),
            log,
            faults,
            access: AccessService::new(kept, clock.clone(), TokenKey::new([7; 32])),
            clock,
        }
    }

    /// A key's id and secret.
    async fn key(&self, role: Role, lasts: Option<Duration>) -> (String, String) {
        let order = KeyOrder {
            name: "desk".to_owned(),
            role,
            limits: Limits::default(),
            lasts,
        };
        let issued = self.keys.issue(order, &maria()).await.expect("a key");
        (issued.key.id, issued.secret.to_string())
    }

    async fn opens(&self, credentials: &str) -> bool {
        match self.access.identify(credentials).await {
            Ok(_) => true,
            Err(AccessError::Unknown) => false,
            Err(AccessError::Store(error)) => panic!("{error}"),
        }
    }
}

/// Who orders keys here.
fn maria() -> Actor {
    Actor {
        uid: Some(1_000),
        name: Some("maria".to_owned()),
        host: Some("desk\n9".to_owned()),
    }
}

#[tokio::test(start_paused = true)]
async fn a_key_opens_until_it_ends_or_a_second_after_it_was_revoked() {
    let doors = Doors::new();
    let (_, short) = doors.key(Role::Agent, Some(Duration::from_secs(60))).await;
    let (id, long) = doors.key(Role::Auditor, None).await;
    let caller = doors.access.identify(&long).await.expect("a caller");
    assert_eq!(
        (&caller.key_id, caller.role, caller.holds_key),
        (&id, Role::Auditor, true)
    );
    assert!(doors.opens(&short).await);
    doors.clock.advance(Duration::from_secs(60));
    assert!(!doors.opens(&short).await);
    assert!(doors.opens(&long).await);
    assert!(doors.keys.revoke(&id, &maria()).await.expect("revoked"));
    tokio::time::advance(Duration::from_secs(1)).await;
    assert!(!doors.opens(&long).await);
}

#[tokio::test(start_paused = true)]
async fn a_token_ends_by_its_time_and_with_its_key() {
    let doors = Doors::new();
    let (id, key) = doors.key(Role::Admin, None).await;
    let caller = doors.access.identify(&key).await.expect("a caller");
    let mint = || {
        doors
            .access
            .mint(&caller, "t", "c-1", None, DEFAULT_TOKEN_LIFE)
            .expect("a token")
    };
    let token = mint().token;
    let holder = doors.access.identify(&token).await.expect("a caller");
    assert_eq!((holder.role, holder.holds_key), (Role::Agent, false));
    assert_eq!(holder.limits.conversation_id.as_deref(), Some("c-1"));
    let again = doors
        .access
        .mint(&holder, "t", "c-1", None, DEFAULT_TOKEN_LIFE);
    assert_eq!(again.err(), Some(Denial::Role));
    doors.clock.advance(DEFAULT_TOKEN_LIFE);
    assert!(!doors.opens(&token).await);
    let token = mint().token;
    assert!(doors.opens(&token).await);
    assert!(doors.keys.revoke(&id, &maria()).await.expect("revoked"));
    tokio::time::advance(Duration::from_secs(1)).await;
    assert!(!doors.opens(&token).await);
}

#[tokio::test]
async fn the_first_key_is_made_once_and_opens_everything() {
    let doors = Doors::new();
    let place = tempfile::tempdir().expect("a directory");
    let store = place.path().join("store.db");
    let made = first_key(&doors.keys, &store, &maria()).await;
    let made = made.expect("made");
    let path = made.expect("the first").path;
    let text = std::fs::read_to_string(&path).expect("readable");
    let caller = doors.access.identify(&text).await.expect("a caller");
    assert_eq!(
        (caller.role, caller.limits),
        (Role::Admin, Limits::default())
    );
    assert!(
        first_key(&doors.keys, &store, &maria())
            .await
            .expect("nothing")
            .is_none()
    );
    assert_eq!(std::fs::read_to_string(&path).expect("readable"), text);
}

#[tokio::test]
async fn orders_for_keys_that_make_no_sense_are_refused() {
    let doors = Doors::new();
    let good = KeyOrder {
        name: "desk".to_owned(),
        role: Role::Agent,
        limits: Limits::default(),
        lasts: None,
    };
    let queue = |id: &str| Limits {
        queues: vec![id.to_owned()],
        ..Limits::default()
    };
    for (order, field) in [
        (
            KeyOrder {
                name: String::new(),
                ..good.clone()
            },
            "name",
        ),
        (
            KeyOrder {
                name: "x".repeat(65),
                ..good.clone()
            },
            "name",
        ),
        (
            KeyOrder {
                name: "a\nb".to_owned(),
                ..good.clone()
            },
            "name",
        ),
        (
            KeyOrder {
                limits: queue(""),
                ..good.clone()
            },
            "limits",
        ),
        (
            KeyOrder {
                lasts: Some(Duration::ZERO),
                ..good.clone()
            },
            "expires",
        ),
        (
            KeyOrder {
                limits: queue("jo@example.com"),
                ..good.clone()
            },
            "limits",
        ),
    ] {
        let refused = doors
            .keys
            .issue(order, &maria())
            .await
            .expect_err("refused")
            .to_string();
        assert!(refused.starts_with(field), "{refused}");
    }
    assert!(doors.keys.issue(good, &maria()).await.is_ok());
}

#[tokio::test]
async fn a_key_is_made_and_ended_on_record_or_not_at_all() {
    let doors = Doors::new();
    let (id, _) = doors.key(Role::Agent, None).await;
    assert!(doors.keys.revoke(&id, &maria()).await.expect("revoked"));
    assert!(!doors.keys.revoke(&id, &maria()).await.expect("once only"));
    let entries = doors.log.entries();
    let events: Vec<AuditEvent> = entries.iter().map(AuditEntry::event).collect();
    assert_eq!(events, [AuditEvent::KeyCreated, AuditEvent::KeyRevoked]);
    let by = Actor {
        host: None,
        ..maria()
    };
    for entry in &entries {
        let AuditFact::Administered(admin) = &entry.fact else {
            panic!("{entry:?}");
        };
        assert_eq!(admin.by, by, "but for what is no name");
        match &admin.act {
            AdminAct::CreateKey(key) => assert_eq!(
                (&key.key_id, key.role, key.at_first_start),
                (&id, Role::Agent, false)
            ),
            act => assert_eq!(*act, AdminAct::RevokeKey(id.clone())),
        }
    }

    let (id, secret) = doors.key(Role::Admin, None).await;
    doors.faults.fail(Calls::Writes, StoreErrorKind::Full);
    let order = KeyOrder {
        name: "desk".to_owned(),
        role: Role::Admin,
        limits: Limits::default(),
        lasts: None,
    };
    assert!(doors.keys.issue(order, &maria()).await.is_err());
    assert!(doors.keys.revoke(&id, &maria()).await.is_err());
    assert_eq!(doors.keys.list().await.expect("listed").len(), 2);
    assert!(doors.opens(&secret).await);
}

/// Denials over a log.
struct Door {
    log: Arc<MemoryAuditLog>,
    faults: Faults,
    denials: DenialService,
    caller: Caller,
}

impl Door {
    fn new() -> Self {
        let log = Arc::new(MemoryAuditLog::default());
        let faults = Faults::default();
        let audit = FaultyAudit::new(log.clone(), faults.clone());
        let clock = Arc::new(ManualClock::default());
        let scanner = Scanner::new();
        Self {
            log,
            faults,
            denials: DenialService::new("t", Arc::new(audit), clock, Ids::time_ordered(), scanner),
            caller: Caller {
                key_id: "0123456789abcdef".to_owned(),
                role: Role::Agent,
                limits: Limits::default(),
                holds_key: true,
                expires_at: None,
            },
        }
    }

    async fn deny(&self, denial: Denial, conversation_id: &str) -> bool {
        let denied = Denied {
            request_id: "r-1",
            caller: &self.caller,
            denial,
            route: Some("/v1/audit"),
            conversation_id: Some(conversation_id),
        };
        self.denials
            .record(denied)
            .await
            .expect("recorded")
            .is_some()
    }

    /// Which reason, how many behind it, and which conversation each record names.
    fn told(&self) -> Vec<(Denial, u64, Option<String>)> {
        let told = |entry: AuditEntry| match entry.fact {
            AuditFact::AccessDenied(facts) => (
                facts.denial,
                facts.unrecorded,
                entry.subject.conversation_id,
            ),
            other => panic!("{other:?}"),
        };
        self.log.entries().into_iter().map(told).collect()
    }
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_denials_leaves_one_record_a_minute_that_counts_the_rest() {
    let door = Door::new();
    assert!(door.deny(Denial::Role, "c-1").await);
    for _ in 0..1_000 {
        assert!(!door.deny(Denial::Role, "c-1").await);
    }
    assert!(
        door.deny(Denial::Conversation, "c-1").await,
        "another reason"
    );
    tokio::time::advance(Duration::from_secs(60)).await;
    assert!(door.deny(Denial::Role, "c-2").await);
    let id = |id: &str| Some(id.to_owned());
    assert_eq!(
        door.told(),
        [
            (Denial::Role, 0, id("c-1")),
            (Denial::Conversation, 0, id("c-1")),
            (Denial::Role, 1_000, id("c-2")),
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn what_has_only_been_counted_is_told_at_the_end() {
    let door = Door::new();
    for _ in 0..4 {
        door.deny(Denial::Queue, "c-1").await;
    }
    door.denials.flush().await.expect("recorded");
    door.denials.flush().await.expect("nothing left");
    let told = door.told();
    assert_eq!(told.len(), 2);
    assert_eq!(told[1], (Denial::Queue, 2, None), "itself and two more");
}

#[tokio::test]
async fn an_identifier_that_may_be_personal_data_is_not_told() {
    let door = Door::new();
    door.deny(Denial::Conversation, "jo@example.com").await;
    assert_eq!(door.told(), [(Denial::Conversation, 0, None)]);
}

#[tokio::test(start_paused = true)]
async fn a_denial_that_could_not_be_recorded_counts_for_the_next() {
    let door = Door::new();
    door.faults
        .fail_times(1, Calls::Writes, StoreErrorKind::Full);
    let denied = Denied {
        request_id: "r-1",
        caller: &door.caller,
        denial: Denial::Role,
        route: None,
        conversation_id: None,
    };
    assert!(door.denials.record(denied).await.is_err());
    tokio::time::advance(Duration::from_secs(60)).await;
    assert!(door.deny(Denial::Role, "c-1").await);
    assert_eq!(door.told()[0].1, 1);
}
