//! Answers that come slowly or not to their end, seen from the client's side.

use std::io::ErrorKind;

use agent_assist_sandbox::SandboxConfig;

use crate::client::Session;
use crate::faults::with_faults;
use crate::raw;

const ME: &str = "/api/v2/tokens/me";

#[tokio::test]
async fn a_dripping_body_comes_in_pieces() {
    let session = Session::start(with_faults(&["me:drip=10/1ms,times=1"])).await;
    let mut answer = session.get(ME).send().await.expect("answered");
    let (mut pieces, mut body) = (0, Vec::new());
    while let Some(piece) = answer.chunk().await.expect("it arrives") {
        pieces += 1;
        body.extend(piece);
    }
    let whole = session.get(ME).send().await.expect("answered");
    assert_eq!(body, whole.bytes().await.expect("a body"));
    assert!(pieces > 1, "{} bytes in {pieces} pieces", body.len());
}

#[tokio::test]
async fn a_connection_is_reset_at_the_byte_told() {
    let session = Session::start(SandboxConfig::default()).await;
    let whole = raw::get(&session, ME).await.bytes.len();
    for at in [0, 1, 20, whole - 1] {
        let rule = format!("me:reset={at},times=1");
        session.sandbox.add_fault(rule.parse().expect("a rule"));
        let answer = raw::get(&session, ME).await;
        assert_eq!(answer.broken, Some(ErrorKind::ConnectionReset), "at {at}");
        assert_eq!(answer.bytes.len(), at);
    }
    assert_eq!(raw::get(&session, ME).await.bytes.len(), whole);
}

#[tokio::test]
async fn an_answer_shorter_than_its_fuse_is_whole_and_so_is_the_next_on_that_connection() {
    let session = Session::start(with_faults(&["me:reset=2000,times=1"])).await;
    let twice = [
        raw::request(&session, ME, "keep-alive"),
        raw::request(&session, "/api/v2/nothing", "keep-alive"),
        raw::request(&session, &session.suggestions(0), "close"),
    ];
    let answer = raw::send(&session, &twice.concat()).await;
    assert_eq!(answer.broken, None);
    assert!(answer.bytes.len() > 2_000);
}
