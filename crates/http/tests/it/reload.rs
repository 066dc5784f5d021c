//! Other settings while it runs, as far as the listeners see them.

use agent_assist_domain::access::Role;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::house::{House, bearer, request};

#[tokio::test]
async fn a_connection_meets_the_new_settings_at_its_next_request() {
    let page = "https://desk.example.com";
    let mut house = House::open().await;
    let mut stream = TcpStream::connect(house.address)
        .await
        .expect("somebody listens");
    let asked = format!(
        "GET /docs HTTP/1.1\r\nhost: {}\r\norigin: {page}\r\n\r\n",
        house.address
    );
    let mut statuses = Vec::new();
    for _ in 0..2 {
        stream.write_all(asked.as_bytes()).await.expect("sent");
        let mut said = vec![0; 64 * 1024];
        let read = stream.read(&mut said).await.expect("answered");
        let said = String::from_utf8_lossy(&said[..read]).into_owned();
        statuses.push(said[9..12].to_owned());
        house.change(&[("serve.allowed_origins", page)]);
    }
    assert_eq!(statuses, ["403", "200"]);
}

#[tokio::test]
async fn what_a_key_has_asked_counts_on_unless_another_number_is_allowed() {
    let rate = |number| [("serve.requests_per_minute", number)];
    let mut house = House::with(&rate("2")).await;
    let key = house.key(Role::Agent).await;
    let target = house.target();
    for status in [200, 200, 429] {
        assert_eq!(house.get(&target, &key).await.status, status);
    }
    house.change(&[("serve.requests_per_minute", "2"), ("cache.ttl", "20s")]);
    assert_eq!(house.get(&target, &key).await.status, 429);
    house.change(&rate("3"));
    assert_eq!(house.get(&target, &key).await.status, 200);
}

#[tokio::test]
async fn a_drained_daemon_stays_so_and_one_that_reads_no_settings_says_so() {
    let mut house = House::open().await;
    let key = bearer(&house.key(Role::Admin).await);
    let head = format!("{key}content-type: application/json\r\n");
    let at = house.admin_address;
    let drained = request(at, "POST", "/admin/drain", &head, "{\"draining\":true}").await;
    assert_eq!(drained.status, 200, "{drained:?}");
    house.change(&[("cache.ttl", "20s")]);
    assert_eq!(house.admin("/readyz").await.status, 503);
    let reload = request(at, "POST", "/admin/reload", &key, "").await;
    assert_eq!((reload.status, &*reload.problem()), (404, "not-found"));
}
