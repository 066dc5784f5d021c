//! The contract of [`LegalHolds`], of a port that is the log as well: a hold needs its record.

use agent_assist_domain::audit::{AuditEntry, AuditFact, HoldFacts, Seq};
use agent_assist_domain::ports::{AuditLog, LegalHolds};
use agent_assist_domain::retention::{Hold, HoldQuestion, HoldScope, Release};

use super::at;
use crate::build::{CONVERSATION, TENANT, fetch_entry, hold_entry};

/// Holds a [`LegalHolds`] to its contract; see [`conformance`](crate::conformance). The port is given
/// with the log in which its holds are recorded: `((holds, log), place)`.
#[macro_export]
macro_rules! holds_conformance {
    ($fresh:expr $(,)?) => {
        $crate::__conformance_cases!(
            holds,
            $fresh,
            [
                a_hold_stands_until_it_is_released_and_stays_in_the_list,
                a_hold_of_everything_covers_whatever_is_asked_about,
                a_hold_of_a_conversation_covers_that_one_and_who_took_part,
                holds_of_tenants_do_not_meet,
                a_name_is_given_once,
            ]
        );
    };
}

/// Holds and the log in which they are recorded.
type Both<H, L> = (H, L);

/// Placed, listed, released once, and listed still.
pub async fn a_hold_stands_until_it_is_released_and_stays_in_the_list<H, L>(port: &Both<H, L>)
where
    H: LegalHolds,
    L: AuditLog,
{
    let (holds, log) = port;
    assert_eq!(holds.list(TENANT).await.expect("list"), []);
    let first = place(holds, log, HoldScope::Everything, 1).await;
    let second = place(holds, log, conversation(CONVERSATION), 2).await;
    assert_eq!(
        holds.list(TENANT).await.expect("list"),
        [first.clone(), second.clone()]
    );

    let release = Release {
        at: at(3),
        by: Some("maria".to_owned()),
    };
    let released = async |id| holds.release(TENANT, id, &release).await.expect("release");
    assert!(released(first.id).await);
    assert!(!released(first.id).await, "it has ended");
    assert!(!released(second.id + 100).await, "there is none");
    let ended = Hold {
        released: Some(release.clone()),
        ..first
    };
    assert_eq!(holds.list(TENANT).await.expect("list"), [ended, second]);
}

/// Conversations and people of whom the log knows nothing, too.
pub async fn a_hold_of_everything_covers_whatever_is_asked_about<H, L>(port: &Both<H, L>)
where
    H: LegalHolds,
    L: AuditLog,
{
    let (holds, log) = port;
    for question in questions() {
        assert!(!is_held(holds, question).await, "{question:?}");
    }
    let hold = place(holds, log, HoldScope::Everything, 1).await;
    for question in questions() {
        assert!(is_held(holds, question).await, "{question:?}");
    }
    end(holds, hold.id).await;
    for question in questions() {
        assert!(!is_held(holds, question).await, "{question:?}");
    }
}

/// Its agent, and any customer, since no log says which one it was.
pub async fn a_hold_of_a_conversation_covers_that_one_and_who_took_part<H, L>(port: &Both<H, L>)
where
    H: LegalHolds,
    L: AuditLog,
{
    let (holds, log) = port;
    let entry = fetch_entry("r-1", at(0));
    let agent = entry.subject.agent.id.clone().unwrap_or_default();
    log.append(&entry).await.expect("append");
    let hold = place(holds, log, conversation(CONVERSATION), 1).await;
    assert!(is_held(holds, HoldQuestion::Conversation(CONVERSATION)).await);
    assert!(!is_held(holds, HoldQuestion::Conversation("another")).await);
    assert!(is_held(holds, HoldQuestion::Customer).await);
    if !agent.is_empty() {
        assert!(is_held(holds, HoldQuestion::Agent(&agent)).await);
    }
    end(holds, hold.id).await;
    assert!(!is_held(holds, HoldQuestion::Conversation(CONVERSATION)).await);
}

/// Neither in the list, nor in what is covered, nor when one is released.
pub async fn holds_of_tenants_do_not_meet<H, L>(port: &Both<H, L>)
where
    H: LegalHolds,
    L: AuditLog,
{
    let (holds, log) = port;
    let hold = place(holds, log, HoldScope::Everything, 1).await;
    assert_eq!(holds.list("another").await.expect("list"), []);
    let theirs = holds.is_held("another", HoldQuestion::Customer).await;
    assert!(!theirs.expect("is held"));
    let release = Release {
        at: at(2),
        by: None,
    };
    assert!(
        !holds
            .release("another", hold.id, &release)
            .await
            .expect("release")
    );
    assert!(is_held(holds, HoldQuestion::Customer).await);
}

/// A second hold of a name is an error and changes nothing.
pub async fn a_name_is_given_once<H, L>(port: &Both<H, L>)
where
    H: LegalHolds,
    L: AuditLog,
{
    let (holds, log) = port;
    let hold = place(holds, log, HoldScope::Everything, 1).await;
    let other = Hold {
        reason: "another".to_owned(),
        ..hold.clone()
    };
    assert!(holds.place(TENANT, &other).await.is_err());
    assert_eq!(holds.list(TENANT).await.expect("list"), [hold]);
}

fn conversation(id: &str) -> HoldScope {
    HoldScope::Conversation(id.to_owned())
}

fn questions() -> [HoldQuestion<'static>; 3] {
    [
        HoldQuestion::Conversation("any"),
        HoldQuestion::Agent("anybody"),
        HoldQuestion::Customer,
    ]
}

async fn place(
    holds: &impl LegalHolds,
    log: &impl AuditLog,
    scope: HoldScope,
    seconds: i64,
) -> Hold {
    let entry: AuditEntry = hold_entry("hold", scope.clone(), at(seconds));
    let AuditFact::AuditHeld(HoldFacts { reason, by, .. }) = &entry.fact else {
        unreachable!("hold_entry builds the record of a hold");
    };
    let hold = Hold {
        id: log.append(&entry).await.expect("append"),
        scope,
        reason: reason.clone(),
        since: entry.at,
        by: by.clone(),
        released: None,
    };
    holds.place(TENANT, &hold).await.expect("place");
    hold
}

async fn end(holds: &impl LegalHolds, id: Seq) {
    let release = Release {
        at: at(9),
        by: None,
    };
    assert!(holds.release(TENANT, id, &release).await.expect("release"));
}

async fn is_held(holds: &impl LegalHolds, question: HoldQuestion<'_>) -> bool {
    holds.is_held(TENANT, question).await.expect("is held")
}
