//! How it ends.

use agent_assist_domain::access::Role;
use agent_assist_http::Ended;
use tokio::net::TcpStream;

use crate::house::{House, bearer, until};

/// Starts a request, and goes on once the upstream has been asked for it.
macro_rules! under_way {
    ($house:ident, $key:ident) => {{
        let payload = $house.payload();
        let (address, key) = ($house.address, $key.clone());
        let asked =
            tokio::spawn(async move { crate::house::ask_at(address, &key, &payload).await });
        until(async || {
            let seen = $house.sandbox.journal();
            seen.iter()
                .any(|entry| entry.path.contains("recommendations"))
        })
        .await;
        asked
    }};
}

#[tokio::test]
async fn told_to_end_it_answers_what_is_under_way_and_nothing_new() {
    let house = House::open().await;
    let key = house.key(Role::Agent).await;
    let fault = "recommendations:delay=300ms,times=1";
    house.sandbox.add_fault(fault.parse().expect("a rule"));
    let asked = under_way!(house, key);
    house.signals.end.cancel();
    until(async || TcpStream::connect(house.address).await.is_err()).await;
    let ready = house.admin("/readyz").await;
    assert_eq!(ready.status, 503, "operators are told to the end");
    let answer = asked.await.expect("no panic");
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(house.ended().await, Ended::Drained);
}

#[tokio::test]
async fn connections_on_which_nothing_is_asked_do_not_hold_it_up() {
    let house = House::open().await;
    let silent = TcpStream::connect(house.address)
        .await
        .expect("somebody listens");
    house.signals.end.cancel();
    assert_eq!(house.ended().await, Ended::Drained);
    drop(silent);
}

#[tokio::test]
async fn told_twice_it_ends_at_once() {
    let house = House::open().await;
    let key = house.key(Role::Agent).await;
    let fault = "recommendations:delay=60s,times=1";
    house.sandbox.add_fault(fault.parse().expect("a rule"));
    let _asked = under_way!(house, key);
    house.signals.end.cancel();
    house.signals.end_now.cancel();
    assert_eq!(house.ended().await, Ended::Cut);
}

#[tokio::test]
async fn for_a_pause_it_is_not_ready_and_answers_all_the_same_each_time_for_the_last() {
    let house = House::with(&[("serve.drain_pause", "60s")]).await;
    let key = house.key(Role::Agent).await;
    let open = bearer(&key);
    let before = house.exchange_open(&open).await;
    assert_eq!((before.status, before.header("connection")), (200, None));
    house.signals.end.cancel();
    until(async || house.admin("/readyz").await.status == 503).await;
    let last = house.exchange_open(&open).await;
    assert_eq!(
        (last.status, last.header("connection")),
        (200, Some("close"))
    );
    house.signals.end_now.cancel();
    assert_eq!(
        house.ended().await,
        Ended::Cut,
        "a second signal waits for no pause"
    );
}
