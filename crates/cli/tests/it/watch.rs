//! `fetch --watch`: goes on until it is told to stop, and prints what is new.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value;

use super::harness::{Call, Home, Upstream, recommendations};

/// Longest wait for an answer, on any machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A watch of its own process; killed if a test fails before it is stopped.
struct Watching {
    child: Child,
    lines: Receiver<String>,
}

impl Watching {
    fn start(fetch: Call) -> Self {
        let mut child = fetch
            .words("--watch --output ndjson")
            // An answer a second, nearly.
            .env("AGENT_ASSIST_CACHE__TTL", "1s")
            .into_command()
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        let stdout = child.stdout.take().expect("a pipe");
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                // A test that has ended listens no more.
                let _ = sender.send(line);
            }
        });
        Self { child, lines }
    }

    /// The next answer that is printed.
    fn next(&self) -> Value {
        let line = self.lines.recv_timeout(PATIENCE).expect("an answer");
        serde_json::from_str(&line).expect("JSON")
    }

    /// Interrupts it; the exit code, and what else was printed.
    fn interrupt(mut self) -> (Option<i32>, Vec<String>) {
        let process = self.child.id().to_string();
        let sent = Command::new("kill").args(["-INT", &process]).status();
        assert!(sent.expect("kill is there").success());
        let status = self.child.wait().expect("it ends");
        (status.code(), self.lines.iter().collect())
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
#[cfg(unix)]
fn a_watch_prints_the_first_answer_and_each_that_differs_until_it_is_interrupted() {
    let (home, upstream) = (Home::new(), Upstream::start());
    let watching = Watching::start(upstream.fetch(&home));
    let first = watching.next();
    assert_eq!(first["cache"]["status"], "miss");
    assert!(first["degraded"].is_null());

    upstream.fault("recommendations:body=malformed");
    let second = watching.next();
    assert_eq!(second["cache"]["status"], "stale");
    assert_eq!(second["degraded"]["reason"], "bad_format");
    assert_eq!(second["recommendations"], first["recommendations"]);

    upstream.sandbox().clear_faults();
    let third = watching.next();
    assert!(third["degraded"].is_null());
    assert_eq!(recommendations(&third).len(), recommendations(&first).len());

    // Answers that say the same as the one before are not printed, though there are some.
    let seen = upstream.requests("recommendations");
    while upstream.requests("recommendations") < seen + 2 {
        std::thread::yield_now();
    }
    let (code, rest) = watching.interrupt();
    assert_eq!((code, rest.len()), (Some(0), 0));
    let mut left: Vec<_> = home.stored().into_iter().map(|(path, _)| path).collect();
    left.sort_unstable();
    // No write-ahead log: the store is closed.
    let files = ["", ".audit-head", ".ballast"];
    let files = files.map(|what| home.data(&format!("agent-assist.db{what}")));
    assert_eq!(left, files, "the store is closed");
}

#[test]
#[cfg(unix)]
fn a_watch_whose_first_request_is_refused_ends_with_its_code() {
    let (home, upstream) = (Home::new(), Upstream::start());
    let fetch = || upstream.fetch(&home).arg("--watch");
    fetch().words("--limit 0").exits(2);
    upstream.fault("recommendations:status=403");
    fetch().exits(3);
    upstream
        .fetch(&home)
        .words("--watch --fail-degraded")
        .exits(2);
}
