//! Checkpoints as they leave the host: by webhook and syslog, and what becomes of a run whose
//! destination is not there.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use super::harness::{Call, Home};

/// Longer than a run takes.
const LONG: Duration = Duration::from_secs(60);

/// A home whose log is signed, with these settings beside its key, and the verifier key.
fn signed(home: &Home, settings: &str) -> String {
    let file = home.path("audit.key");
    let made = home.call("audit keygen --name log.example --out");
    let made = made.arg(&file).exits(0).json();
    home.write(
        "config/agent-assist/config.toml",
        &format!("[audit]\nkey_file = {file:?}\n{settings}\n"),
    );
    made["verifier_key"].as_str().expect("a key").to_owned()
}

/// A run that leaves one record.
fn one_record(home: &Home) -> Call {
    home.call("assist on --all")
}

/// That what was kept anchors the log at its record.
fn anchors(home: &Home, key: &str, kept: &str, record: u64) {
    let kept = home.write("kept", kept);
    let run = home.call("audit verify --key").arg(key);
    let run = run.arg("--checkpoint").arg(kept).exits(0);
    assert_eq!(run.json()["anchored_to"], record, "{run}");
}

/// Answers posts with these statuses, one after the other, and gives what was posted.
fn receiver(statuses: &'static [&'static str]) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/kept", listener.local_addr().expect("bound"));
    let (posted, posts) = channel();
    std::thread::spawn(move || {
        for (status, stream) in statuses.iter().zip(listener.incoming()) {
            let post = answer(stream.expect("a connection"), status);
            // The test may have seen enough.
            let _ = posted.send(post);
        }
    });
    (url, posts)
}

fn answer(stream: TcpStream, status: &str) -> String {
    let mut reader = BufReader::new(stream);
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).expect("a line");
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length");
        }
        if line.trim().is_empty() {
            break;
        }
        head.push_str(&line);
    }
    assert!(head.starts_with("POST /kept "), "{head}");
    let is_text = head
        .to_ascii_lowercase()
        .contains("content-type: text/plain");
    assert!(is_text, "{head}");
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    reader
        .into_inner()
        .write_all(answer.as_bytes())
        .expect("answered");
    String::from_utf8(body).expect("UTF-8")
}

#[test]
fn a_webhook_gets_each_runs_checkpoint_once() {
    let (url, posts) = receiver(&["204 taken"; 9]);
    let home = Home::new();
    let key = signed(&home, &format!("checkpoint_webhook = {url:?}"));
    for record in 1..=2 {
        one_record(&home).exits(0);
        let post = posts.recv_timeout(LONG).expect("a post");
        anchors(&home, &key, &post, record);
        assert!(posts.try_recv().is_err(), "it came twice");
    }
}

#[test]
fn a_webhook_that_does_not_take_it_is_asked_again_and_no_redirect_followed() {
    let (elsewhere, strayed) = receiver(&["204 taken"]);
    let redirect = format!("302 there\r\nlocation: {elsewhere}");
    let statuses = Box::leak(Box::new([&*redirect.leak(), "200 taken"]));
    let (url, posts) = receiver(statuses);
    let home = Home::new();
    let key = signed(&home, &format!("checkpoint_webhook = {url:?}"));
    one_record(&home).exits(0);
    let all: Vec<String> = posts.try_iter().collect();
    assert_eq!(all.len(), 2);
    assert_eq!(all[0], all[1]);
    anchors(&home, &key, &all[1], 1);
    assert!(strayed.try_recv().is_err());
}

/// Everything at once, of which one is dead: the run ends well, and says so.
#[cfg(unix)]
#[test]
fn a_dead_destination_fails_no_run_and_keeps_the_others_from_nothing() {
    let collector = UdpSocket::bind("127.0.0.1:0").expect("a port");
    collector.set_read_timeout(Some(LONG)).expect("set");
    let address = collector.local_addr().expect("bound");
    // Nobody listens where somebody did.
    let gone = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/kept", gone.local_addr().expect("bound"));
    drop(gone);
    let home = Home::new();
    let key = signed(
        &home,
        &format!("checkpoint_webhook = {url:?}\ncheckpoint_syslog = \"udp://{address}\""),
    );
    let run = one_record(&home).exits(0);
    run.says(&["a checkpoint was not delivered", "webhook"]);
    let mut line = [0; 4096];
    let length = collector.recv(&mut line).expect("a message");
    let line = String::from_utf8_lossy(&line[..length]).into_owned();
    anchors(&home, &key, &line, 1);
}

#[cfg(unix)]
#[test]
fn a_socket_of_this_machine_gets_the_checkpoint() {
    let home = Home::new();
    let path = home.path("log");
    let collector = std::os::unix::net::UnixDatagram::bind(&path).expect("a socket");
    collector.set_read_timeout(Some(LONG)).expect("set");
    let target = format!("unix:{}", path.display());
    let key = signed(&home, &format!("checkpoint_syslog = {target:?}"));
    one_record(&home).exits(0);
    let mut line = [0; 4096];
    let length = collector.recv(&mut line).expect("a message");
    let line = String::from_utf8_lossy(&line[..length]).into_owned();
    anchors(&home, &key, &line, 1);
}
