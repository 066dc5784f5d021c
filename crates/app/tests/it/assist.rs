//! Switching assist off and on: on record first, for as long as was said, and told.

use std::sync::Arc;
use std::time::Duration;

use agent_assist_app::assist::{AssistError, AssistService};
use agent_assist_app::ids::Ids;
use agent_assist_app::recorder::Recorder;
use agent_assist_domain::audit::{AuditEvent, AuditFact};
use agent_assist_domain::payload::{RawField, RawSwitch, RawSwitchScope};
use agent_assist_domain::ports::{Clock as _, MockAssistSwitch, MockAuditLog, StoreErrorKind};
use agent_assist_testkit::ManualClock;
use agent_assist_testkit::build::{TENANT, session_pause};
use agent_assist_testkit::faulty::{Calls, Faults, FaultyAssistSwitch, FaultyAudit};
use agent_assist_testkit::memory::{MemoryAssistSwitch, MemoryAuditLog};
use mockall::Sequence;

#[derive(Default)]
struct Desk {
    clock: Arc<ManualClock>,
    audit: Arc<MemoryAuditLog>,
    audit_faults: Faults,
    switch: Arc<MemoryAssistSwitch>,
    switch_faults: Faults,
}

impl Desk {
    fn service(&self) -> AssistService {
        let audit = FaultyAudit::new(self.audit.clone(), self.audit_faults.clone());
        let switch = FaultyAssistSwitch::new(self.switch.clone(), self.switch_faults.clone());
        AssistService::new(
            TENANT,
            Arc::new(switch),
            Recorder::new(Arc::new(audit), Vec::new()),
            self.clock.clone(),
            ids(),
        )
    }

    fn events(&self) -> Vec<AuditEvent> {
        let entries = self.audit.entries();
        entries.iter().map(|entry| entry.event()).collect()
    }
}

fn ids() -> Ids {
    Ids::new(|| "request-1".to_owned())
}

fn session(lasts: Option<u64>) -> RawSwitch {
    RawSwitch {
        scope: RawSwitchScope::Session(RawField::text(Some("session-1"))),
        by: RawField::text(Some("maria")),
        lasts: lasts.map(Duration::from_secs),
    }
}

fn everything() -> RawSwitch {
    RawSwitch {
        scope: RawSwitchScope::Everything,
        by: RawField::Absent,
        lasts: None,
    }
}

#[tokio::test]
async fn what_is_switched_off_is_told_until_its_time_has_come() {
    let desk = Desk::default();
    let service = desk.service();
    let start = desk.clock.now().as_millis();
    let turned = service.off(session(Some(60))).await.expect("off");
    assert_eq!((turned.assist, turned.changed), ("off", true));
    assert_eq!(turned.until_ms, Some(start + 60_000));
    desk.clock.advance(Duration::from_secs(10));
    let again = service.off(session(Some(60))).await.expect("off");
    assert_eq!(
        (again.until_ms, again.changed),
        (Some(start + 70_000), true)
    );

    let standing = service.status().await.expect("status");
    assert_eq!(standing.len(), 1);
    assert_eq!(
        (standing[0].scope, standing[0].scope_id.as_deref()),
        ("session", Some("session-1"))
    );
    assert_eq!(
        (standing[0].since_ms, standing[0].until_ms),
        (start, Some(start + 70_000))
    );
    assert_eq!(
        (standing[0].cause, standing[0].by.as_deref()),
        ("operator", Some("maria"))
    );

    desk.clock.advance(Duration::from_secs(60));
    assert_eq!(service.status().await.expect("status"), []);
    let on = service.on(session(None)).await.expect("on");
    assert!(!on.changed, "it came back by itself");
}

#[tokio::test]
async fn every_order_is_on_record_with_who_gave_it_also_one_that_changes_nothing() {
    let desk = Desk::default();
    let service = desk.service();
    let changed = [
        service.off(everything()).await.expect("off").changed,
        service.off(everything()).await.expect("off").changed,
        service.on(everything()).await.expect("on").changed,
        service.on(session(None)).await.expect("on").changed,
    ];
    assert_eq!(changed, [true, false, true, false]);
    assert_eq!(desk.events(), [AuditEvent::AssistSwitched; 4]);
    let entries = desk.audit.entries();
    let told: Vec<String> = entries
        .iter()
        .map(|entry| {
            let AuditFact::AssistSwitched(facts) = &entry.fact else {
                panic!("{entry:?}");
            };
            let by = facts.by.as_deref().unwrap_or("nobody");
            format!("{} {} by {by}", facts.scope.kind(), facts.to.as_str())
        })
        .collect();
    assert_eq!(
        told,
        [
            "everything off by nobody",
            "everything off by nobody",
            "everything on by nobody",
            "session on by maria",
        ]
    );
    assert_eq!(entries[3].subject.session_id.as_deref(), Some("session-1"));
}

#[tokio::test]
async fn switching_one_session_on_ends_its_pause_and_leaves_the_rest_off() {
    let desk = Desk::default();
    let service = desk.service();
    let now = desk.clock.now();
    let pause = session_pause(now, now.plus(Duration::from_secs(300)));
    assert!(service.turn(&pause).await.expect("paused"));
    service.off(everything()).await.expect("off");
    assert!(service.on(session(None)).await.expect("on").changed);
    let standing = service.status().await.expect("status");
    let scopes: Vec<&str> = standing.iter().map(|off| off.scope).collect();
    assert_eq!(scopes, ["everything"]);
}

#[tokio::test]
async fn an_order_that_breaks_the_rules_is_told_whole_and_leaves_its_refusal_on_record() {
    let desk = Desk::default();
    let raw = RawSwitch {
        by: RawField::text(Some("a\u{7}")),
        ..session(Some(0))
    };
    let error = desk.service().off(raw).await.expect_err("two mistakes");
    let AssistError::Invalid(violations) = error else {
        panic!("{error}");
    };
    let fields: Vec<&str> = violations.iter().map(|v| v.field.as_str()).collect();
    assert_eq!(fields, ["by", "for"]);
    assert_eq!(desk.events(), [AuditEvent::SwitchRefused]);
    let entry = &desk.audit.entries()[0];
    assert_eq!(entry.subject.session_id.as_deref(), Some("session-1"));
    assert_eq!(service_status(&desk).await, 0);
}

async fn service_status(desk: &Desk) -> usize {
    desk.service().status().await.expect("status").len()
}

#[tokio::test]
async fn an_order_whose_refusal_cannot_be_recorded_is_told_so() {
    let desk = Desk::default();
    desk.audit_faults.fail(Calls::Writes, StoreErrorKind::Full);
    let error = desk.service().off(session(Some(0))).await;
    assert!(matches!(error, Err(AssistError::Record(_))));
}

#[tokio::test]
async fn without_a_record_nothing_is_switched() {
    let desk = Desk::default();
    let service = desk.service();
    desk.audit_faults.fail(Calls::Writes, StoreErrorKind::Full);
    let error = service.off(everything()).await.expect_err("no record");
    assert!(matches!(error, AssistError::Record(_)), "{error}");
    assert_eq!(service.status().await.expect("status"), []);
}

#[tokio::test]
async fn a_turn_that_fails_is_an_error_and_its_order_stays_on_record() {
    let desk = Desk::default();
    let service = desk.service();
    desk.switch_faults
        .fail(Calls::Writes, StoreErrorKind::Unavailable);
    let error = service.off(everything()).await.expect_err("stuck");
    assert!(matches!(error, AssistError::Turn(_)), "{error}");
    assert_eq!(desk.events(), [AuditEvent::AssistSwitched]);
    assert_eq!(service.status().await.expect("status"), []);
}

#[tokio::test]
async fn the_record_comes_before_the_turn() {
    let mut order = Sequence::new();
    let mut audit = MockAuditLog::new();
    let mut switch = MockAssistSwitch::new();
    audit
        .expect_append()
        .once()
        .in_sequence(&mut order)
        .returning(|_| Ok(1));
    switch
        .expect_set()
        .once()
        .in_sequence(&mut order)
        .returning(|_, _| Ok(true));
    let service = AssistService::new(
        TENANT,
        Arc::new(switch),
        Recorder::new(Arc::new(audit), Vec::new()),
        Arc::new(ManualClock::default()),
        ids(),
    );
    assert!(service.off(everything()).await.expect("off").changed);
}
