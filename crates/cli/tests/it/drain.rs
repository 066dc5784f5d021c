//! The daemon is told to end while many ask: nobody is dropped, and what was acknowledged is on record.

#![cfg(unix)]

use std::collections::HashSet;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};

use crate::harness::{Home, Upstream};
use crate::serve::Daemon;

/// Callers at once.
const CALLERS: usize = 8;
/// Answers before it is told to end.
const WARM: usize = 400;

/// What became of one caller's requests.
#[derive(Default)]
struct Told {
    acknowledged: Vec<String>,
    /// Sent, and not answered.
    dropped: usize,
}

/// Asks again and again, on one connection for as long as that is left open, until nobody takes a call.
fn hammer(authority: &str, key: &str, body: &str, name: usize, answers: &AtomicUsize) -> Told {
    let mut told = Told::default();
    let mut number = 0;
    'connections: while let Ok(stream) = TcpStream::connect(authority) {
        let mut stream = BufReader::new(stream);
        loop {
            number += 1;
            let id = format!("caller-{name}-{number}");
            let request = format!(
                "POST /v1/recommendations HTTP/1.1\r\nhost: {authority}\r\nx-request-id: {id}\r\n\
                 authorization: Bearer {key}\r\ncontent-type: application/json\r\n\
                 content-length: {}\r\n\r\n{body}",
                body.len()
            );
            let sent = stream.get_mut().write_all(request.as_bytes());
            let answer = sent.ok().and_then(|()| answer(&mut stream));
            let Some((status, last)) = answer else {
                told.dropped += 1;
                continue 'connections;
            };
            assert_eq!(status, 200, "{id}");
            told.acknowledged.push(id);
            answers.fetch_add(1, Ordering::SeqCst);
            if last {
                continue 'connections;
            }
        }
    }
    told
}

/// The status of the next answer, and whether it is the connection's last.
fn answer(stream: &mut BufReader<TcpStream>) -> Option<(u16, bool)> {
    let (mut status, mut length, mut last) = (None, 0, false);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).ok()? == 0 {
            return None;
        }
        let line = line.trim().to_ascii_lowercase();
        if let Some(rest) = line.strip_prefix("http/1.1 ") {
            status = rest.get(..3)?.parse().ok();
        } else if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        } else if line == "connection: close" {
            last = true;
        } else if line.is_empty() {
            stream.read_exact(&mut vec![0; length]).ok()?;
            return Some((status?, last));
        }
    }
}

#[test]
fn told_to_end_under_load_it_drops_nobody_and_what_it_acknowledged_is_on_record_and_signed() {
    let (home, upstream) = (Home::new(), Upstream::start());
    let payload = json!({
        "conversation_id": upstream.conversation(0),
        "session_id": "s-1",
        "knowledge_source_ids": upstream.sources(),
    });
    let payload = payload.to_string();
    let key_file = home.path("audit.key");
    let made = home.call("audit keygen --name log.example --out");
    let verifier = made.arg(&key_file).exits(0).json()["verifier_key"].clone();
    let (elsewhere, events) = (home.path("elsewhere/kept"), home.path("events.ndjson"));
    std::fs::create_dir_all(home.path("elsewhere")).expect("a folder");
    home.write(
        "config/agent-assist/config.toml",
        &format!(
            "dialect = \"recommendations\"\n[audit]\nkey_file = {key_file:?}\ncheckpoint_file = {elsewhere:?}\n[analytics]\nfile = {events:?}\n\
             [serve]\nrequests_per_minute = 100000\ndrain_pause = \"300ms\"\n"
        ),
    );
    let words = "serve --listen 127.0.0.1:0 --admin-listen 127.0.0.1:0";
    let daemon = Daemon::spawn(upstream.call(&home, words).into_command());
    let key = daemon.first_key();
    let authority = daemon
        .url()
        .strip_prefix("http://")
        .expect("plain")
        .to_owned();
    let answers = AtomicUsize::new(0);
    let told: Vec<Told> = std::thread::scope(|scope| {
        let callers: Vec<_> = (0..CALLERS)
            .map(|name| {
                let (authority, key, payload, answers) = (&authority, &key, &payload, &answers);
                scope.spawn(move || hammer(authority, key, payload, name, answers))
            })
            .collect();
        while answers.load(Ordering::SeqCst) < WARM {
            std::thread::yield_now();
        }
        daemon.terminate();
        callers
            .into_iter()
            .map(|caller| caller.join().expect("no panic"))
            .collect()
    });
    let (code, said) = daemon.end();
    assert_eq!(code, Some(0), "{said}");
    let dropped: usize = told.iter().map(|told| told.dropped).sum();
    assert_eq!(dropped, 0, "requests without an answer");

    // The head was signed at the end, so what is anchored is all that there is.
    let verifier = verifier.as_str().expect("a key");
    let verify = home.call("audit verify --key").arg(verifier);
    let verified = verify.arg("--checkpoint").arg(&elsewhere).exits(0).json();
    assert_eq!(verified["anchored_to"], verified["records"], "{verified}");

    let exported = home.ok("audit export --format ndjson").stdout;
    let records: Vec<Value> = exported
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    let on_record: HashSet<&str> = records
        .iter()
        .filter_map(|it| it["columns"]["request_id"].as_str())
        .collect();
    let acknowledged: Vec<&String> = told.iter().flat_map(|told| &told.acknowledged).collect();
    assert!(acknowledged.len() >= WARM);
    for id in &acknowledged {
        assert!(
            on_record.contains(&***id),
            "{id} was acknowledged and is not on record"
        );
    }
    // And the sink has heard of all of them.
    let delivered = std::fs::read_to_string(&events).expect("events");
    for id in &acknowledged {
        assert!(delivered.contains(&***id), "{id} was not delivered");
    }
}
