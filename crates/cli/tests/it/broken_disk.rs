//! A disk that fails to make things last: the program ends with 8, and acknowledges nothing from the
//! moment of the failure on.

use agent_assist_testkit::disk::{Event, Manners, Shim, What, events};
use serde_json::json;

use super::harness::{Call, Home, Run, Upstream};
use super::serve::Daemon;

/// Runs `call` where so many synchronisations of the write-ahead log succeed and no other.
fn on_a_disk_that_breaks(home: &Home, call: Call, after: u32) -> (Run, Vec<Event>) {
    let shim = Shim::build(&home.path("")).expect("a C compiler");
    let store = home.data("agent-assist.db");
    let trace = home.path("trace");
    let manners = Manners::Broken("-wal", after);
    let run = call
        .with(|command| shim.watch(command, &store, &trace, manners))
        .exits(8);
    run.says(&["disk"]);
    let events = events(&std::fs::read(trace).expect("a trace")).expect("a trace");
    (run, events)
}

/// That nothing was said or written to the log or its head once the disk had failed.
fn is_silent_after_the_failure(events: &[Event]) {
    let failed = events.iter().position(|event| event.what == What::Failed);
    let after = &events[failed.expect("a failure")..];
    let loud = after.iter().find(|event| match event.what {
        What::Said => true,
        What::Written => ["-wal", ".audit-head"].contains(&event.file.as_str()),
        _ => false,
    });
    assert_eq!(loud, None);
}

#[test]
fn an_order_on_a_broken_disk_is_8_and_was_not_given() {
    let home = Home::new();
    home.ok("assist off --queue q-1");
    let order = home.call("assist off --queue q-2");
    let (run, events) = on_a_disk_that_breaks(&home, order, 0);
    assert_eq!(run.stdout, "");
    is_silent_after_the_failure(&events);
    let standing = home.ok("assist status").json();
    assert_eq!(standing[0]["scope_id"], json!("q-1"));
    assert_eq!(standing.as_array().map(Vec::len), Some(1), "{standing}");
}

#[test]
fn an_answer_on_a_broken_disk_is_8_and_is_not_given() {
    let (home, upstream) = (Home::new(), Upstream::start());
    upstream.fetch(&home).exits(0);
    let (run, events) = on_a_disk_that_breaks(&home, upstream.fetch(&home), 0);
    assert_eq!(run.stdout, "");
    is_silent_after_the_failure(&events);
}

#[test]
fn a_daemon_ends_with_8_when_the_disk_breaks_and_gives_nothing_after_that() {
    let (home, upstream) = (Home::new(), Upstream::start());
    upstream.fetch(&home).exits(0);
    let made = home.ok("key create --name desk --role agent").json();
    let key = made["key"].as_str().expect("a key");
    let shim = Shim::build(&home.path("")).expect("a C compiler");
    let (store, trace) = (home.data("agent-assist.db"), home.path("trace"));
    let words = "serve --dialect recommendations --listen 127.0.0.1:0 --admin-listen 127.0.0.1:0";
    let call = upstream.call(&home, words);
    let daemon = Daemon::spawn(
        call.with(|command| shim.watch(command, &store, &trace, Manners::Broken("-wal", 0)))
            .into_command(),
    );
    let payload = json!({
        "conversation_id": upstream.conversation(0),
        "session_id": "s-2",
        "knowledge_source_ids": upstream.sources(),
    });
    let answer = daemon.try_ask(key, &payload);
    assert!(answer.is_none_or(|answer| answer.status == 503));
    let (code, said) = daemon.end();
    assert_eq!(code, Some(8), "{said}");
    assert!(said.contains("disk"), "{said}");
    let events = events(&std::fs::read(trace).expect("a trace")).expect("a trace");
    is_silent_after_the_failure(&events);
}

/// Failures may pass, but a store that takes nothing any more stays as it is.
#[test]
fn a_watch_ends_with_8_when_the_disk_breaks() {
    let (home, upstream) = (Home::new(), Upstream::start());
    upstream.fetch(&home).exits(0);
    let watch = upstream.fetch(&home).words("--watch");
    let watch = watch.env("AGENT_ASSIST_CACHE__TTL", "1s");
    let (_run, events) = on_a_disk_that_breaks(&home, watch, 8);
    let failed = events.iter().position(|event| event.what == What::Failed);
    let before = &events[..failed.expect("a failure")];
    assert!(
        before.iter().any(|event| event.what == What::Said),
        "it broke before the first answer"
    );
    is_silent_after_the_failure(&events);
}
