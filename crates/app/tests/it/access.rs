//! Callers over the network: who is let in, for how long, and what of those that are not is on record.

use std::sync::Arc;
use std::time::Duration;

use agent_assist_app::access::{
    AccessError, AccessService, Caller, DEFAULT_TOKEN_LIFE, DenialService, Denied, KeyOrder,
    KeyService, TokenKey, first_key,
};
use agent_assist_app::ids::Ids;
use agent_assist_domain::access::{Denial, Limits, Role};
use agent_assist_domain::audit::{AuditEntry, AuditFact};
use agent_assist_domain::pii::Scanner;
use agent_assist_domain::ports::StoreErrorKind;
use agent_assist_testkit::ManualClock;
use agent_assist_testkit::faulty::{Calls, Faults, FaultyAudit};
use agent_assist_testkit::memory::{MemoryApiKeys, MemoryAuditLog};

/// Keys, and who looks after them.
struct Doors {
    clock: Arc<ManualClock>,
    keys: KeyService,
    access: AccessService,
}

impl Doors {
    fn new() -> Self {
        let clock = Arc::new(ManualClock::default());
        let kept = Arc::new(MemoryApiKeys::default());
        Self {
            keys: KeyService::new(kept.clone(), clock.clone()),
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
        let issued = self.keys.issue(order).await.expect("a key");
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
    assert!(doors.keys.revoke(&id).await.expect("revoked"));
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
            .mint(&caller, "c-1", None, DEFAULT_TOKEN_LIFE)
            .expect("a token")
    };
    let token = mint().token;
    let holder = doors.access.identify(&token).await.expect("a caller");
    assert_eq!((holder.role, holder.holds_key), (Role::Agent, false));
    assert_eq!(holder.limits.conversation_id.as_deref(), Some("c-1"));
    let again = doors.access.mint(&holder, "c-1", None, DEFAULT_TOKEN_LIFE);
    assert_eq!(again.err(), Some(Denial::Role));
    doors.clock.advance(DEFAULT_TOKEN_LIFE);
    assert!(!doors.opens(&token).await);
    let token = mint().token;
    assert!(doors.opens(&token).await);
    assert!(doors.keys.revoke(&id).await.expect("revoked"));
    tokio::time::advance(Duration::from_secs(1)).await;
    assert!(!doors.opens(&token).await);
}

#[tokio::test]
async fn the_first_key_is_made_once_and_opens_everything() {
    let doors = Doors::new();
    let place = tempfile::tempdir().expect("a directory");
    let store = place.path().join("store.db");
    let made = first_key(&doors.keys, &store).await.expect("made");
    let path = made.expect("the first").path;
    let text = std::fs::read_to_string(&path).expect("readable");
    let caller = doors.access.identify(&text).await.expect("a caller");
    assert_eq!(
        (caller.role, caller.limits),
        (Role::Admin, Limits::default())
    );
    assert!(
        first_key(&doors.keys, &store)
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
    ] {
        let refused = doors
            .keys
            .issue(order)
            .await
            .expect_err("refused")
            .to_string();
        assert!(refused.starts_with(field), "{refused}");
    }
    assert!(doors.keys.issue(good).await.is_ok());
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
