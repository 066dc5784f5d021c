//! Settings read anew by a daemon that runs.

use std::io::{BufRead, BufReader, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::harness::{Home, Upstream};
use crate::serve::{Answer, Daemon, payload, request};

/// The standard settings file of `home`, saying `text` from now on.
fn set(home: &Home, text: &str) {
    home.write("config/agent-assist/config.toml", text);
}

fn order(daemon: &Daemon, key: &str) -> Answer {
    let head = format!("authorization: Bearer {key}\r\ncontent-length: 0\r\n");
    request(daemon.admin_url(), "POST /admin/reload", &head, "")
}

/// What is said of the settings by `/readyz`.
fn check(daemon: &Daemon) -> Value {
    let ready = request(daemon.admin_url(), "GET /readyz?verbose", "", "");
    assert_eq!(ready.status, 200, "{}", ready.body);
    let checks = ready.json()["checks"].clone();
    let checks = checks.as_array().expect("a list").iter();
    let mut named = checks.filter(|check| check["name"] == "settings");
    named.next().expect("it is told").clone()
}

fn shown(answer: &Answer) -> usize {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let shown = answer.json();
    shown["recommendations"].as_array().expect("a list").len()
}

/// Asks until it is so; whoever waits for a second process cannot pause its clock.
fn until(mut done: impl FnMut() -> bool) {
    for _ in 0..100_000 {
        if done() {
            return;
        }
        std::thread::yield_now();
    }
    panic!("it never happened");
}

#[test]
fn other_rules_hold_from_the_next_request_on_also_for_what_is_remembered() {
    let home = Home::new();
    let payload = payload(&home);
    let daemon = Daemon::start(&home, "--sandbox");
    let key = daemon.first_key();
    assert!(shown(&daemon.ask(&key, &payload)) > 0);

    set(&home, "[screening]\nmin_relevance = 1.0\n");
    let reloaded = order(&daemon, &key);
    assert_eq!(reloaded.status, 200, "{}", reloaded.body);
    assert_eq!(
        reloaded.json(),
        json!({"changed": ["screening.min_relevance"]})
    );
    assert_eq!(shown(&daemon.ask(&key, &payload)), 0);
    let head = format!("authorization: Bearer {key}\r\n");
    let config = request(daemon.admin_url(), "GET /admin/config", &head, "").json();
    let lines = config["settings"].as_array().expect("a list");
    let line = lines
        .iter()
        .find(|line| line["name"] == "screening.min_relevance");
    assert_eq!(line.expect("it is shown")["value"], "1");
}

#[cfg(unix)]
#[test]
fn mistakes_change_nothing_and_are_told_wherever_somebody_looks() {
    let home = Home::new();
    let payload = payload(&home);
    let daemon = Daemon::start(&home, "--sandbox");
    let key = daemon.first_key();

    set(
        &home,
        "[cache]\nttl = \"soon\"\n[breaker]\nfailures = 1000\n",
    );
    let refused = order(&daemon, &key);
    assert_eq!(refused.status, 422, "{}", refused.body);
    let problem = refused.json();
    assert_eq!(problem["type"], "urn:agent-assist:problem:settings-refused");
    let told: Vec<String> = problem["errors"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|error| {
            let text = |name: &str| error[name].as_str().expect("a text").to_owned();
            format!("{}: {}", text("field"), text("message"))
        })
        .collect();
    assert_eq!(told.len(), 2, "{told:?}");
    let checked = home.call("config check").exits(2);
    let ready = check(&daemon);
    assert_eq!(ready["ok"], false);
    for line in &told {
        checked.says(&[line]);
        assert!(ready["says"].as_str().expect("a text").contains(line));
    }
    assert!(shown(&daemon.ask(&key, &payload)) > 0);
    let measured = request(daemon.admin_url(), "GET /metrics", "", "").body;
    let counted = "agent_assist_config_reload_total{result=\"refused\"} 1";
    assert!(measured.contains(counted), "{measured}");

    set(&home, "[cache]\nttl = \"20s\"\n");
    daemon.signal("-HUP");
    until(|| check(&daemon)["ok"] == true);
    daemon.signal("-TERM");
    let (code, said) = daemon.end();
    assert_eq!(code, Some(0), "{said}");
    for line in &told {
        assert!(said.contains(line), "{line} is not logged: {said}");
    }
}

#[test]
fn what_needs_a_restart_is_refused_by_name_with_all_that_came_along() {
    let home = Home::new();
    let daemon = Daemon::start(&home, "--sandbox");
    let key = daemon.first_key();
    let before = check(&daemon)["says"].clone();
    set(
        &home,
        "[serve]\nmax_connections = 7\n[cache]\nttl = \"20s\"\n",
    );
    let refused = order(&daemon, &key);
    assert_eq!(refused.status, 422, "{}", refused.body);
    let errors = refused.json()["errors"].clone();
    assert_eq!(errors.as_array().expect("a list").len(), 1, "{errors}");
    assert_eq!(errors[0]["field"], "serve.max_connections");
    assert_eq!(errors[0]["rule"], "restart");
    let message = errors[0]["message"].as_str().expect("a text");
    assert!(message.contains("needs a restart"), "{message}");
    assert_ne!(check(&daemon)["says"], before);
    set(&home, "");
    assert_eq!(order(&daemon, &key).json(), json!({"changed": []}));
}

#[test]
fn tokens_and_answers_outlive_changes_that_do_not_concern_them() {
    let (home, upstream) = (Home::new(), Upstream::start());
    let ready = upstream.sandbox().ready();
    let secret = home.write("secret", &ready.client_secret);
    let settings = format!(
        "dialect = \"recommendations\"\n[upstream]\napi_base = \"{}\"\nclient_id = \"{}\"\n\
         client_secret_file = \"{}\"\n",
        ready.base_url,
        ready.client_id,
        secret.display()
    );
    set(&home, &settings);
    let payload = json!({
        "conversation_id": upstream.conversation(0),
        "session_id": "s-1",
        "knowledge_source_ids": upstream.sources(),
    });
    let daemon = Daemon::start(&home, "");
    let key = daemon.first_key();
    // Tokens and recommendations that the upstream has been asked for after each change.
    let asked = |changed: &[&str]| {
        let reloaded = order(&daemon, &key);
        assert_eq!(reloaded.json(), json!({"changed": changed}));
        assert!(shown(&daemon.ask(&key, &payload)) > 0);
        (
            upstream.requests("oauth"),
            upstream.requests("recommendations"),
        )
    };
    assert_eq!(asked(&[]), (1, 1));
    set(
        &home,
        &format!("{settings}[serve]\nallowed_hosts = \"a.example\"\n"),
    );
    assert_eq!(asked(&["serve.allowed_hosts"]), (1, 1));
    let more = "[serve]\nallowed_hosts = \"a.example\"\n[screening]\nmin_relevance = 0.6\n";
    set(&home, &format!("{settings}{more}"));
    assert_eq!(asked(&["screening.min_relevance"]), (1, 2));
    // The same secret, written anew: what is in the file counts.
    home.write("secret", &format!("{}\n", ready.client_secret));
    assert_eq!(asked(&["upstream.client_secret_file"]), (1, 2));
    let more = more.replace("0.6", "0.61");
    set(&home, &format!("{settings}{more}"));
    assert_eq!(asked(&["screening.min_relevance"]), (2, 3));
}

#[test]
fn a_watched_file_is_read_when_it_changes() {
    let home = Home::new();
    let payload = payload(&home);
    let daemon = Daemon::start(&home, "--sandbox --watch");
    let key = daemon.first_key();
    set(&home, "[screening]\nmin_relevance = 1.0\n");
    until(|| shown(&daemon.ask(&key, &payload)) == 0);
    set(&home, "screening = nonsense");
    until(|| check(&daemon)["ok"] == false);
    assert_eq!(shown(&daemon.ask(&key, &payload)), 0);
}

#[test]
fn no_request_fails_while_settings_change_again_and_again() {
    let home = Home::new();
    let payload = payload(&home);
    let daemon = Daemon::start(&home, "--sandbox");
    let key = daemon.first_key();
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let asking: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    let mut answered = 0_usize;
                    while !done.load(Ordering::Relaxed) {
                        let answer = daemon.ask(&key, &payload);
                        assert_eq!(answer.status, 200, "{}", answer.body);
                        answered += 1;
                    }
                    answered
                })
            })
            .collect();
        for round in 0..50_u64 {
            let ttl = Duration::from_secs(10 + round);
            set(&home, &format!("[cache]\nttl = \"{}s\"\n", ttl.as_secs()));
            let reloaded = order(&daemon, &key);
            assert_eq!(
                (reloaded.status, reloaded.json()),
                (200, json!({"changed": ["cache.ttl"]})),
                "{}",
                reloaded.body
            );
        }
        done.store(true, Ordering::Relaxed);
        for one in asking {
            let answered = one.join().expect("every answer was one");
            assert!(answered > 0);
        }
    });
}

#[test]
fn who_listens_is_sent_back_once_answers_may_be_others_and_hears_how_things_stand_then() {
    let home = Home::new();
    let payload = payload(&home);
    let daemon = Daemon::start(&home, "--sandbox");
    let key = daemon.first_key();
    let mut stream = listen(&daemon, &key, &payload);
    let first = next_event(&mut stream);
    assert!(first.contains("recommendations"), "{first}");

    // What changes no answer leaves it alone, as the next event shows.
    set(&home, "[report]\nby_agent = true\n");
    assert_eq!(order(&daemon, &key).status, 200);
    set(&home, "[screening]\nmin_relevance = 1.0\n");
    assert_eq!(order(&daemon, &key).status, 200);
    let bye = next_event(&mut stream);
    assert!(
        bye.contains("event: bye") && bye.contains("draining"),
        "{bye}"
    );
    let again = next_event(&mut listen(&daemon, &key, &payload));
    assert!(again.contains("\"recommendations\":[]"), "{again}");
}

/// A stream of the conversation of `payload`, behind its head.
fn listen(daemon: &Daemon, key: &str, payload: &Value) -> BufReader<TcpStream> {
    let authority = daemon.url().strip_prefix("http://").expect("a plain URL");
    let text = |name: &str| payload[name].as_str().expect("a text");
    let sources = payload["knowledge_source_ids"].as_array();
    let sources = sources.into_iter().flatten();
    let sources: String = sources
        .filter_map(Value::as_str)
        .map(|source| format!("&knowledge_source_id={source}"))
        .collect();
    let target = format!(
        "/v1/conversations/{}/stream?session_id={}{sources}",
        text("conversation_id"),
        text("session_id")
    );
    let mut stream = TcpStream::connect(authority).expect("somebody listens");
    write!(
        stream,
        "GET {target} HTTP/1.1\r\nhost: {authority}\r\nauthorization: Bearer {key}\r\n\r\n"
    )
    .expect("sent");
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    stream.read_line(&mut line).expect("a head");
    assert!(line.contains(" 200 "), "{line}");
    stream
}

/// The next event that is more than a comment or a time to wait, with what chunks put around it.
fn next_event(stream: &mut impl BufRead) -> String {
    let mut event = String::new();
    loop {
        let mut line = String::new();
        assert_ne!(stream.read_line(&mut line).expect("a line"), 0, "{event}");
        let is_end = line == "\n" && event.contains("event: ");
        event.push_str(&line);
        if is_end {
            return event;
        }
    }
}
