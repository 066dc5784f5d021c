//! The load: listeners, one who asks, and a crowd that means no good.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use agent_assist_app::clock::SystemClock;
use agent_assist_domain::ports::Clock as _;
use agent_assist_domain::time::Timestamp;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use crate::server::Process;
use crate::stamp;

/// Between two who begin to listen: they come over some seconds, as after a restart.
const RAMP: Duration = Duration::from_millis(4);
/// Between two bytes of those who never finish.
const DRIP: Duration = Duration::from_secs(1);

/// Milliseconds, in order.
pub(crate) struct Latencies(Vec<f64>);

impl Latencies {
    fn new(mut latencies: Vec<f64>) -> Self {
        latencies.sort_unstable_by(f64::total_cmp);
        Self(latencies)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The least that so many of a hundred do not exceed.
    pub(crate) fn percentile(&self, percent: f64) -> f64 {
        let rank = (self.0.len() as f64 * percent / 100.0).ceil() as usize;
        self.0
            .get(rank.saturating_sub(1))
            .copied()
            .unwrap_or(f64::NAN)
    }
}

/// When something was told, and when it was heard.
type Heard = (Timestamp, Timestamp);

/// Those who listen, until this is dropped.
pub(crate) struct Listening {
    heard: Arc<Mutex<Vec<Heard>>>,
    _listeners: JoinSet<()>,
}

impl Listening {
    /// What was heard in that time, and how long it had been on its way.
    pub(crate) fn heard_between(&self, from: Timestamp, until: Timestamp) -> Latencies {
        let heard = self.heard.lock().expect("no panic");
        let within = heard.iter().filter(|(_, at)| (from..until).contains(at));
        let late = |(told, at): &Heard| at.since(*told).unwrap_or_default().as_secs_f64() * 1e3;
        Latencies::new(within.map(late).collect())
    }
}

/// Begins to listen to so many conversations.
pub(crate) async fn listen(process: &Process, streams: usize) -> Listening {
    let heard: Arc<Mutex<Vec<Heard>>> = Arc::default();
    let mut listeners = JoinSet::new();
    for number in 0..streams {
        let (address, key) = (process.address.clone(), process.key.clone());
        let heard = Arc::clone(&heard);
        listeners.spawn(async move {
            let target = format!("/v1/conversations/c-{number}/stream?{QUESTION}");
            let mut stream = send(&address, &key, &target).await;
            let mut line = String::new();
            stream.read_line(&mut line).await.expect("an answer");
            assert!(line.starts_with("HTTP/1.1 200"), "{line}");
            loop {
                line.clear();
                let read = stream.read_line(&mut line).await.expect("it goes on");
                assert_ne!(read, 0, "a stream has ended");
                if line.starts_with("data:") && line.contains("\"recommendations\":[{") {
                    let told = stamp::read(&line).expect("a time in the text");
                    let at = SystemClock.now();
                    heard.lock().expect("no panic").push((told, at));
                }
            }
        });
        sleep(RAMP).await;
    }
    Listening {
        heard,
        _listeners: listeners,
    }
}

const QUESTION: &str = "session_id=s-1&knowledge_source_id=kb-1";

async fn send(address: &str, key: &str, target: &str) -> BufReader<TcpStream> {
    let mut stream = TcpStream::connect(address).await.expect("somebody listens");
    stream.set_nodelay(true).expect("a socket");
    let text = get(address, key, target);
    stream.write_all(text.as_bytes()).await.expect("sent");
    BufReader::with_capacity(4 * 1024, stream)
}

fn get(address: &str, key: &str, target: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {key}\r\n\r\n")
}

/// Asks so often, one after the other on one connection.
pub(crate) async fn ask(process: &Process, times: usize) -> Latencies {
    let (address, key) = (&process.address, &process.key);
    let target = format!("/v1/conversations/c-0/recommendations?{QUESTION}");
    let text = get(address, key, &target);
    let mut stream = send(address, key, &target).await;
    answer(&mut stream).await;
    let mut latencies = Vec::with_capacity(times);
    for _ in 0..times {
        let began = Instant::now();
        let sent = stream.get_mut().write_all(text.as_bytes()).await;
        sent.expect("sent");
        answer(&mut stream).await;
        latencies.push(began.elapsed().as_secs_f64() * 1e3);
    }
    Latencies::new(latencies)
}

/// Reads an answer that succeeds.
async fn answer(stream: &mut BufReader<TcpStream>) {
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let from = head.len();
        let read = stream.read_line(&mut head).await.expect("an answer");
        assert_ne!(read, 0, "hung up on: {head}");
        let line = head[from..].trim();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().expect("a number");
        }
        if line.is_empty() {
            break;
        }
    }
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    stream
        .read_exact(&mut vec![0; length])
        .await
        .expect("a body");
}

/// Those who mean no good, until this is dropped.
pub(crate) struct Crowd {
    _members: JoinSet<()>,
}

impl Crowd {
    /// `slow` who begin requests and never finish them, `large` who send bodies without end; hung up on,
    /// they come again.
    pub(crate) async fn gather(process: &Process, slow: usize, large: usize) -> Self {
        let mut members = JoinSet::new();
        for _ in 0..slow {
            let address = process.address.clone();
            members.spawn(async move {
                loop {
                    dawdle(&address).await;
                }
            });
        }
        for _ in 0..large {
            let (address, key) = (process.address.clone(), process.key.clone());
            members.spawn(async move {
                loop {
                    flood(&address, &key).await;
                    sleep(Duration::from_millis(10)).await;
                }
            });
        }
        sleep(DRIP).await;
        Self { _members: members }
    }
}

async fn dawdle(address: &str) {
    let Ok(mut stream) = TcpStream::connect(address).await else {
        return sleep(DRIP).await;
    };
    let head = format!("GET /docs HTTP/1.1\r\nhost: {address}\r\nx-slow: ");
    let mut sent = stream.write_all(head.as_bytes()).await;
    while sent.is_ok() {
        sleep(DRIP).await;
        sent = stream.write_all(b"x").await;
    }
}

async fn flood(address: &str, key: &str) {
    let Ok(mut stream) = TcpStream::connect(address).await else {
        return;
    };
    let head = format!(
        "POST /v1/recommendations HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {key}\r\n\
         content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
    );
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
    let mut sent = stream.write_all(head.as_bytes()).await;
    while sent.is_ok() {
        sent = stream.write_all(chunk.as_bytes()).await;
    }
}
