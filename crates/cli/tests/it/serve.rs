//! The daemon as a process: from its start to its end.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::harness::Home;

/// A daemon over the embedded sandbox.
pub(crate) struct Daemon {
    child: Child,
    ready: Value,
    out: BufReader<ChildStdout>,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (said, value) = line.split_once(':')?;
            said.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }
}

impl Daemon {
    pub(crate) fn start(home: &Home, words: &str) -> Self {
        let words = format!("serve --listen 127.0.0.1:0 --admin-listen 127.0.0.1:0 {words}");
        Self::spawn(home.call(&words).into_command())
    }

    pub(crate) fn spawn(mut command: Command) -> Self {
        command.stdin(Stdio::null()).stderr(Stdio::piped());
        Self::spawn_with(command)
    }

    /// With its input and errors as `command` has them.
    pub(crate) fn spawn_with(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut out = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        out.read_line(&mut line).expect("read");
        let ready = serde_json::from_str(&line).unwrap_or_else(|error| {
            let mut said = String::new();
            let _ = child
                .stderr
                .take()
                .map(|mut err| err.read_to_string(&mut said));
            panic!("{error}: {line:?}\n{said}")
        });
        Self { child, ready, out }
    }

    pub(crate) fn first_key(&self) -> String {
        let path = self.ready["first_key_file"]
            .as_str()
            .expect("a first start");
        std::fs::read_to_string(path).expect("readable")
    }

    pub(crate) fn url(&self) -> &str {
        self.ready["url"].as_str().expect("a text")
    }

    pub(crate) fn admin_url(&self) -> &str {
        self.ready["admin_url"].as_str().expect("a text")
    }

    pub(crate) fn ask(&self, key: &str, payload: &Value) -> Answer {
        let (head, body) = Self::asking(key, payload);
        request(self.url(), "POST /v1/recommendations", &head, &body)
    }

    fn asking(key: &str, payload: &Value) -> (String, String) {
        let body = payload.to_string();
        let head = format!(
            "authorization: Bearer {key}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n",
            body.len()
        );
        (head, body)
    }

    /// The same of a daemon that may hang up instead.
    #[cfg(target_os = "linux")]
    pub(crate) fn try_ask(&self, key: &str, payload: &Value) -> Option<Answer> {
        let (head, body) = Self::asking(key, payload);
        try_request(self.url(), "POST /v1/recommendations", &head, &body)
    }

    #[cfg(unix)]
    pub(crate) fn terminate(&self) {
        self.signal("-TERM");
    }

    #[cfg(unix)]
    pub(crate) fn signal(&self, signal: &str) {
        let pid = self.child.id().to_string();
        let killed = Command::new("kill").args([signal, &pid]).status();
        assert!(killed.expect("kill runs").success());
    }

    /// Its exit code, and what it said on standard error.
    pub(crate) fn end(mut self) -> (Option<i32>, String) {
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).expect("read");
        assert_eq!(rest, "", "one line of data only");
        let mut said = String::new();
        let mut err = self.child.stderr.take().expect("a pipe");
        err.read_to_string(&mut said).expect("read");
        let status = self.child.wait().expect("it ends");
        (status.code(), said)
    }
}

/// Ends it whatever has become of the test.
impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn request(url: &str, line: &str, head: &str, body: &str) -> Answer {
    try_request(url, line, head, body).expect("an HTTP answer")
}

/// `None` if the other side hangs up instead.
pub(crate) fn try_request(url: &str, line: &str, head: &str, body: &str) -> Option<Answer> {
    let authority = url.strip_prefix("http://").expect("a plain URL");
    let mut stream = TcpStream::connect(authority).ok()?;
    write!(
        stream,
        "{line} HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\n{head}\r\n{body}"
    )
    .ok()?;
    let mut text = String::new();
    stream.read_to_string(&mut text).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1).expect("a status");
    Some(Answer {
        status: status.parse().expect("a number"),
        head: head.to_owned(),
        body: body.to_owned(),
    })
}

/// What the sandbox knows something about.
pub(crate) fn payload(home: &Home) -> Value {
    let shown = home.ok("fetch --sandbox").json();
    json!({
        "conversation_id": shown["conversation_id"],
        "session_id": "s-1",
        "knowledge_source_ids": [shown["recommendations"][0]["source"]["knowledge_base_id"]],
    })
}

#[test]
#[cfg(unix)]
fn a_first_start_makes_a_key_with_which_it_answers_until_it_is_told_to_end() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = Home::new();
    let payload = payload(&home);
    let daemon = Daemon::start(&home, "--sandbox");
    let path = daemon.ready["first_key_file"].as_str().expect("a path");
    let mode = std::fs::metadata(path).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);

    let answer = daemon.ask(&daemon.first_key(), &payload);
    assert_eq!(answer.status, 200, "{}", answer.body);
    let shown = answer.json();
    assert!(
        !shown["recommendations"]
            .as_array()
            .expect("a list")
            .is_empty()
    );
    let id = shown["request_id"].as_str().expect("a text");
    assert_eq!(answer.header("x-request-id"), Some(id));

    let live = request(daemon.admin_url(), "GET /livez", "", "");
    assert_eq!((live.status, &*live.body), (200, "ok\n"));
    let ready = request(daemon.admin_url(), "GET /readyz?verbose", "", "");
    assert_eq!(ready.status, 200, "{}", ready.body);

    daemon.terminate();
    let (code, said) = daemon.end();
    assert_eq!(code, Some(0), "{said}");
    let listed = home
        .ok(&format!("audit list --sandbox --request {id}"))
        .json();
    assert_eq!(listed.as_array().expect("a list").len(), 1);
}

#[test]
fn without_a_key_nothing_is_answered_not_even_here() {
    let home = Home::new();
    let daemon = Daemon::start(&home, "--sandbox");
    let body = "{}";
    let head = "content-type: application/json\r\ncontent-length: 2\r\n";
    let answer = request(daemon.url(), "POST /v1/recommendations", head, body);
    assert_eq!(answer.status, 401);
    assert_eq!(
        answer.header("www-authenticate"),
        Some("Bearer realm=\"agent-assist\"")
    );
    assert_eq!(
        answer.header("content-type"),
        Some("application/problem+json")
    );
    let problem = answer.json();
    assert_eq!(problem["type"], "urn:agent-assist:problem:unauthenticated");
    assert_eq!(
        problem["request_id"].as_str(),
        answer.header("x-request-id")
    );
}

#[test]
fn a_store_is_served_once() {
    let home = Home::new();
    let _daemon = Daemon::start(&home, "--sandbox");
    let words = "serve --sandbox --listen 127.0.0.1:0 --admin-listen 127.0.0.1:0";
    let second = home.call(words).exits(6);
    second.says(&["another `agent-assist serve` uses this store", "hint:"]);
}

#[test]
fn an_address_that_others_can_reach_needs_encryption() {
    let home = Home::new();
    let refused = home.call("serve --sandbox --listen 0.0.0.0:0").exits(2);
    refused.says(&[
        "serve.listen",
        "serve.tls_cert_file",
        "serve.behind_tls_proxy",
    ]);
}

#[test]
fn a_key_is_shown_once_listed_without_its_secret_and_revoked() {
    let home = Home::new();
    let made = home
        .ok("key create --sandbox --name crm --role agent --queue q-1")
        .json();
    let (key, id) = (
        made["key"].as_str().expect("a key"),
        made["id"].as_str().expect("an id"),
    );
    let listed = home.ok("key list --sandbox");
    assert!(!listed.stdout.contains(key));
    assert_eq!(listed.json()[0]["queues"], json!(["q-1"]));
    let revoke = format!("key revoke --sandbox {id}");
    home.ok(&revoke);
    home.call(&revoke)
        .exits(2)
        .says(&["no key of this id stands"]);
    assert!(home.ok("key list --sandbox").json()[0]["revoked_ms"].is_i64());
    for (path, bytes) in home.stored() {
        let secret = &key.as_bytes()[21..];
        let leaked = bytes.windows(secret.len()).any(|window| window == secret);
        assert!(!leaked, "{}", path.display());
    }
}
