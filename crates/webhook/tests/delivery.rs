//! Webhooks over real sockets: what goes out, what comes back, and where nothing goes.

use std::sync::Arc;
use std::time::Duration;

use agent_assist_domain::analytics::AnalyticsEvent;
use agent_assist_domain::ports::{AnalyticsSink as _, SinkError, SinkErrorKind};
use agent_assist_testkit::ManualClock;
use agent_assist_testkit::build::{CONVERSATION, findings_entry};
use agent_assist_webhook::{NoWebhook, Secrets, WebhookSink, sign};
use rustls::{ClientConfig, RootCertStore};
use secrecy::SecretString;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use url::Url;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn secrets() -> Secrets {
    Secrets::parse(&SecretString::from(SECRET)).expect("a secret")
}

fn tls() -> ClientConfig {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth()
}

fn sink(url: &str, allow_private: bool) -> Result<WebhookSink, NoWebhook> {
    let url = Url::parse(url).expect("a URL");
    WebhookSink::new(
        url,
        secrets(),
        allow_private,
        tls(),
        Arc::new(ManualClock::default()),
    )
}

fn event() -> AnalyticsEvent {
    AnalyticsEvent::new("event-1", findings_entry("r-1", ManualClock::START)).at_seq(7)
}

/// A request as it came.
struct Request {
    head: Vec<String>,
    body: Vec<u8>,
}

impl Request {
    async fn read(stream: &mut TcpStream) -> Self {
        let mut reader = BufReader::new(stream);
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            reader.read_line(&mut line).await.expect("a line");
            match line.trim_end() {
                "" => break,
                line => head.push(line.to_owned()),
            }
        }
        let mut request = Self {
            head,
            body: Vec::new(),
        };
        let length = request.header("content-length").parse().expect("a length");
        request.body.resize(length, 0);
        reader
            .read_exact(&mut request.body)
            .await
            .expect("the body");
        request
    }

    fn header(&self, name: &str) -> &str {
        let found = self.head.iter().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        });
        found.unwrap_or_else(|| panic!("no {name}: {:?}", self.head))
    }
}

/// Sends an event to a receiver on this machine that answers with `answer`.
async fn exchange(answer: &str) -> (Request, Result<(), SinkError>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!(
        "http://{}/hook?token=canary",
        listener.local_addr().expect("an address")
    );
    let sink = sink(&url, true).expect("a sink");
    let event = event();
    let receive = async {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let request = Request::read(&mut stream).await;
        stream.write_all(answer.as_bytes()).await.expect("written");
        // Kept open until the answer was looked at.
        (request, stream)
    };
    let ((request, _stream), published) = tokio::join!(receive, sink.publish(&event));
    (request, published)
}

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

#[tokio::test]
async fn an_event_goes_out_whole_and_signed() {
    let (request, published) = exchange(OK).await;
    published.expect("arrived");
    assert_eq!(request.head[0], "POST /hook?token=canary HTTP/1.1");
    assert_eq!(request.header("content-type"), "application/json");
    assert_eq!(request.header("webhook-id"), "event-1");
    assert_eq!(request.header("webhook-timestamp"), "1767603600");
    assert!(request.header("user-agent").starts_with("agent-assist/"));
    assert_eq!(request.body, event().to_json().as_bytes());
    let signature = sign(&secrets(), "event-1", 1_767_603_600, &request.body);
    assert_eq!(request.header("webhook-signature"), signature);
}

/// The canary: what is masked in the record is masked here.
#[tokio::test]
async fn no_personal_data_goes_out() {
    let (request, _) = exchange(OK).await;
    let body = String::from_utf8(request.body).expect("text");
    assert!(
        body.contains(CONVERSATION) && body.contains("EMAIL_ADDRESS"),
        "{body}"
    );
    for canary in ["joe@example.com", "4111", "Write to"] {
        assert!(!body.contains(canary), "{canary} in {body}");
    }
}

#[tokio::test]
async fn a_redirect_is_a_failure_and_leads_nowhere() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let to = elsewhere.local_addr().expect("an address");
    for status in ["301 Moved", "302 Found", "307 Temporary", "308 Permanent"] {
        let answer =
            format!("HTTP/1.1 {status}\r\nlocation: http://{to}/\r\ncontent-length: 0\r\n\r\n");
        let (_, published) = exchange(&answer).await;
        let error = published.expect_err(status);
        assert_eq!(error.kind(), SinkErrorKind::NotNow);
        assert_eq!(error.to_string(), format!("status {}", &status[..3]));
    }
    let visited = std::future::poll_fn(|context| {
        std::task::Poll::Ready(elsewhere.poll_accept(context).is_ready())
    });
    assert!(!visited.await, "somebody followed the redirect");
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let endless = format!(
        "HTTP/1.1 500 No\r\nretry-after: 7\r\ncontent-length: 1000000000\r\n\r\n{}",
        "x".repeat(64 * 1024)
    );
    let (_, published) = exchange(&endless).await;
    let error = published.expect_err("refused");
    assert_eq!(error.retry_after(), Some(Duration::from_secs(7)));
}

#[tokio::test]
async fn a_receiver_that_is_not_there_is_tried_again_and_no_error_tells_its_url() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!(
        "http://{}/hook?token=canary",
        listener.local_addr().expect("an address")
    );
    drop(listener);
    let sink = sink(&url, true).expect("a sink");
    let error = sink.publish(&event()).await.expect_err("nobody there");
    assert_eq!(
        (error.kind(), &*error.to_string()),
        (SinkErrorKind::NotNow, "cannot be reached")
    );
    for told in [format!("{error:?}"), format!("{sink:?}")] {
        assert!(
            !told.contains("canary") && !told.contains("whsec"),
            "{told}"
        );
    }
}

#[tokio::test]
async fn names_and_addresses_of_this_machine_and_its_neighbours_are_refused() {
    // By address, however it is written, before anything is sent.
    for url in [
        "https://127.0.0.1/",
        "https://0x7f.1/",
        "https://2130706433/",
        "https://0177.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://10.1.2.3/",
        "https://192.168.0.1/",
        "https://172.20.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[fe80::1]/",
        "https://[fd00::1]/",
        "https://0.0.0.0/",
        "https://[::]/",
        "https://224.0.0.1/",
    ] {
        assert!(
            matches!(sink(url, false), Err(NoWebhook::AddressNotAllowed)),
            "{url}"
        );
    }
    // By name, where the connection is made.
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    for name in ["localhost", "LOCALHOST"] {
        let sink = sink(&format!("https://{name}:{port}/"), false).expect("a sink");
        let error = sink.publish(&event()).await.expect_err(name);
        let told = (error.kind(), error.to_string());
        assert_eq!(
            told,
            (SinkErrorKind::NotNow, "address not allowed".to_owned()),
            "{name}"
        );
    }
    let visited = std::future::poll_fn(|context| {
        std::task::Poll::Ready(listener.poll_accept(context).is_ready())
    });
    assert!(!visited.await, "a connection was made");
}

#[test]
fn without_encryption_events_go_only_where_it_is_allowed() {
    let url = "http://hooks.example.com/";
    assert!(matches!(sink(url, false), Err(NoWebhook::NotEncrypted)));
    assert!(sink(url, true).is_ok());
    assert!(matches!(
        sink("http://0.0.0.0/", true),
        Err(NoWebhook::AddressNotAllowed)
    ));
}
