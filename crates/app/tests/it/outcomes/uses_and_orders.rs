//! What may become of a use and of an order to the switch.

use std::sync::Arc;
use std::time::Duration;

use agent_assist_app::assist::{AssistError, AssistService};
use agent_assist_app::engage::EngageError;
use agent_assist_app::ids::Ids;
use agent_assist_app::recorder::Recorder;
use agent_assist_domain::payload::{RawEngagements, RawField, RawSwitch, RawSwitchScope};
use agent_assist_domain::ports::StoreErrorKind;
use agent_assist_testkit::build::{batch, recommendation, request};
use agent_assist_testkit::faulty::{Calls, FaultyAssistSwitch, FaultyAudit};

use super::{Ending, bench, judge_last};
use crate::harness::{engage, fetch, told};

fn used(recommendation: &str, event: &str) -> RawEngagements {
    told(recommendation, "used", Some(event))
}

#[tokio::test(start_paused = true)]
async fn every_outcome_of_a_use_leaves_one_record_that_ends_it() {
    let bench = bench();
    bench
        .source
        .then(Ok(batch([recommendation("r-1"), recommendation("r-2")])));
    fetch(&bench.service(), request()).await.expect("an answer");
    let service = bench.engage_service();
    let rows = [
        (used("r-1", "e-1"), Ending::Adopted { replay: false }),
        (used("r-1", "e-1"), Ending::Adopted { replay: true }),
        (used("r-2", "e-1"), Ending::EventIdTaken),
        (used("never", "e-2"), Ending::NeverEmitted),
        (
            told("r-1", "displayed", Some("e-3")),
            Ending::Adopted { replay: false },
        ),
        (told("r-1", "admired", Some("e-4")), Ending::Invalid),
        (RawEngagements::default(), Ending::Invalid),
    ];
    for (raw, expected) in rows {
        let before = bench.audit.entries().len();
        let ending = match engage(&service, raw).await {
            Ok(adoption) => Ending::Adopted {
                replay: adoption.replay,
            },
            Err(EngageError::Invalid(_)) => Ending::Invalid,
            Err(EngageError::NeverEmitted) => Ending::NeverEmitted,
            Err(EngageError::TooLate) => Ending::TooLate,
            Err(EngageError::EventIdTaken) => Ending::EventIdTaken,
            Err(EngageError::Record(_)) => Ending::NoRecord,
        };
        assert_eq!(ending, expected);
        judge_last(&bench, before, ending);
    }
    bench.audit_faults.fail(Calls::Writes, StoreErrorKind::Full);
    for raw in [
        used("r-1", "e-3"),
        used("never", "e-4"),
        RawEngagements::default(),
    ] {
        let error = engage(&service, raw).await.expect_err("no record");
        assert!(matches!(error, EngageError::Record(_)), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn every_outcome_of_an_order_leaves_one_record_that_ends_it() {
    let bench = bench();
    let ids = || {
        let count = std::sync::atomic::AtomicU64::new(0);
        Ids::new(move || {
            format!(
                "id-{}",
                count.fetch_add(1, std::sync::atomic::Ordering::SeqCst)
            )
        })
    };
    let audit = FaultyAudit::new(bench.audit.clone(), bench.audit_faults.clone());
    let switch = FaultyAssistSwitch::new(bench.switch.clone(), bench.switch_faults.clone());
    let service = AssistService::new(
        "default",
        Arc::new(switch),
        Recorder::new(Arc::new(audit), Vec::new()),
        bench.clock.clone(),
        ids(),
    );
    let order = |lasts: u64| RawSwitch {
        scope: RawSwitchScope::Everything,
        by: RawField::Absent,
        lasts: Some(Duration::from_secs(lasts)),
    };
    for (stuck, lasts, expected) in [
        (false, 60, Ending::Turned),
        (true, 60, Ending::NotTurned),
        (false, 0, Ending::Invalid),
    ] {
        let kind = StoreErrorKind::Unavailable;
        match stuck {
            true => bench.switch_faults.fail(Calls::Writes, kind),
            false => bench.switch_faults.heal(),
        }
        let before = bench.audit.entries().len();
        let ending = match service.off(order(lasts)).await {
            Ok(_) => Ending::Turned,
            Err(AssistError::Invalid(_)) => Ending::Invalid,
            Err(AssistError::Turn(_)) => Ending::NotTurned,
            Err(AssistError::Record(_)) => Ending::NoRecord,
        };
        assert_eq!(ending, expected);
        judge_last(&bench, before, ending);
    }
    bench.audit_faults.fail(Calls::Writes, StoreErrorKind::Full);
    for lasts in [60, 0] {
        let error = service.off(order(lasts)).await.expect_err("no record");
        assert!(matches!(error, AssistError::Record(_)), "{error}");
    }
}
