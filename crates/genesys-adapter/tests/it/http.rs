//! The HTTP transport over real sockets, against a server that is scripted byte by byte.

use std::io::Write;
use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use agent_assist_genesys::{
    HttpOptions, HttpTransport, MAX_BODY_BYTES, Transport, TransportError, TransportErrorKind,
};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{Request, Response, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::support::within;

/// A server that gives each connection the same bytes, once its request has come, and passes the
/// requests on.
struct Server {
    address: SocketAddr,
    requests: mpsc::UnboundedReceiver<String>,
}

impl Server {
    /// Answers with `bytes`, then closes the connection, or keeps it open and silent.
    async fn answering(bytes: Vec<u8>, close: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (seen, requests) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            loop {
                let (mut socket, _) = listener.accept().await.unwrap();
                let (bytes, seen) = (bytes.clone(), seen.clone());
                tokio::spawn(async move {
                    let mut request = Vec::new();
                    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
                        if socket.read_buf(&mut request).await.unwrap_or(0) == 0 {
                            return;
                        }
                    }
                    let _ = seen.send(String::from_utf8(request).unwrap());
                    let _ = socket.write_all(&bytes).await;
                    if !close {
                        std::future::pending::<()>().await;
                    }
                });
            }
        });
        Self { address, requests }
    }

    async fn call(&self) -> Result<Response<Bytes>, TransportError> {
        call(
            &HttpOptions::default(),
            &format!("http://{}/a?secret=b", self.address),
            5_000,
        )
        .await
    }

    fn requests_seen(&mut self) -> usize {
        std::iter::from_fn(|| self.requests.try_recv().ok()).count()
    }
}

async fn call(
    options: &HttpOptions,
    url: &str,
    millis: u64,
) -> Result<Response<Bytes>, TransportError> {
    let transport = HttpTransport::new(options).unwrap();
    let request = Request::get(url)
        .header("authorization", "Bearer x")
        .body(Bytes::new());
    transport.call(request.unwrap(), within(millis)).await
}

fn with_body(headers: &str, body: &[u8]) -> Vec<u8> {
    let mut bytes = format!(
        "HTTP/1.1 200 OK\r\n{headers}content-length: {}\r\n\r\n",
        body.len()
    )
    .into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

fn gzipped(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn a_request_goes_out_as_it_is_and_its_answer_comes_back() {
    let mut server = Server::answering(with_body("x-a: b\r\n", b"{}"), false).await;
    let response = server.call().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["x-a"], "b");
    assert_eq!(response.body(), "{}");
    let request = server.requests.recv().await.unwrap().to_lowercase();
    assert!(request.starts_with("get /a?secret=b http/1.1\r\n"));
    assert!(request.contains("authorization: bearer x\r\n"));
    assert!(request.contains("user-agent: agent-assist/"));
    assert!(request.contains("accept-encoding: gzip"));
}

#[tokio::test]
async fn an_error_status_is_a_response() {
    let bytes = b"HTTP/1.1 503 Nope\r\ncontent-length: 0\r\n\r\n".to_vec();
    let server = Server::answering(bytes, false).await;
    assert_eq!(server.call().await.unwrap().status(), 503);
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let mut elsewhere = Server::answering(with_body("", b"{}"), true).await;
    let location = format!(
        "HTTP/1.1 302 Found\r\nlocation: http://{}/\r\ncontent-length: 0\r\n\r\n",
        elsewhere.address
    );
    let server = Server::answering(location.into_bytes(), false).await;
    assert_eq!(server.call().await.unwrap().status(), 302);
    assert_eq!(elsewhere.requests_seen(), 0);
}

#[tokio::test]
async fn a_compressed_body_is_unfolded() {
    let body = gzipped(b"{\"entities\":[]}");
    let server = Server::answering(with_body("content-encoding: gzip\r\n", &body), false).await;
    assert_eq!(server.call().await.unwrap().body(), "{\"entities\":[]}");
}

#[tokio::test]
async fn a_body_of_four_mebibytes_is_read_and_a_byte_more_is_not() {
    let at_limit = vec![b' '; MAX_BODY_BYTES];
    let server = Server::answering(with_body("", &at_limit), false).await;
    assert_eq!(server.call().await.unwrap().body().len(), MAX_BODY_BYTES);
    let beyond = vec![b' '; MAX_BODY_BYTES + 1];
    let server = Server::answering(with_body("", &beyond), false).await;
    assert_eq!(
        server.call().await.unwrap_err().kind(),
        TransportErrorKind::TooLarge
    );
}

#[tokio::test]
async fn a_small_body_that_unfolds_beyond_the_limit_is_refused() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let mebibyte = vec![b' '; 1024 * 1024];
    for _ in 0..32 {
        encoder.write_all(&mebibyte).unwrap();
    }
    let bomb = encoder.finish().unwrap();
    assert!(bomb.len() < 64 * 1024, "small on the wire");
    let server = Server::answering(with_body("content-encoding: gzip\r\n", &bomb), false).await;
    assert_eq!(
        server.call().await.unwrap_err().kind(),
        TransportErrorKind::TooLarge
    );
}

#[tokio::test]
async fn broken_compression_is_told_apart() {
    let body = b"this is not gzip at all";
    let server = Server::answering(with_body("content-encoding: gzip\r\n", body), false).await;
    assert_eq!(
        server.call().await.unwrap_err().kind(),
        TransportErrorKind::Encoding
    );
}

#[tokio::test]
async fn an_answer_that_ends_early_is_an_interruption() {
    let whole = with_body("", b"{\"entities\":[]}");
    for length in [whole.len() - 3, 30, 0] {
        let mut server = Server::answering(whole[..length].to_vec(), true).await;
        let error = server.call().await.unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Interrupted, "{length}");
        assert_eq!(
            server.requests_seen(),
            1,
            "the transport repeats nothing itself"
        );
    }
}

#[tokio::test]
async fn an_answer_whose_body_fails_tells_how_it_began_but_shows_no_header() {
    let headers = "inin-correlation-id: planted\r\n";
    let too_large = with_body(headers, &vec![b' '; MAX_BODY_BYTES + 1]);
    let whole = with_body(headers, b"{\"entities\":[]}");
    let broken = whole[..whole.len() - 3].to_vec();
    for bytes in [too_large, broken] {
        let server = Server::answering(bytes, true).await;
        let error = server.call().await.unwrap_err();
        let head = error.head().unwrap();
        assert_eq!(head.status(), StatusCode::OK);
        assert_eq!(head.headers()["inin-correlation-id"], "planted");
        assert!(!format!("{error} {error:?}").contains("planted"));
    }
}

#[tokio::test]
async fn a_refused_connection_is_told_apart_and_no_error_shows_the_address() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error = call(
        &HttpOptions::default(),
        &format!("http://{address}/a?secret=b"),
        5_000,
    )
    .await;
    let error = error.unwrap_err();
    assert_eq!(error.kind(), TransportErrorKind::Connect);
    let mut text = format!("{error:?}");
    let mut cause: Option<&dyn std::error::Error> = Some(&error);
    while let Some(error) = cause {
        text.push_str(&error.to_string());
        cause = error.source();
    }
    assert!(!text.contains("secret"), "{text}");
}

#[tokio::test]
async fn a_call_ends_with_its_deadline_wherever_it_is() {
    let whole = with_body("", b"{\"entities\":[]}");
    for length in [0, whole.len() - 3] {
        let server = Server::answering(whole[..length].to_vec(), false).await;
        let error = call(
            &HttpOptions::default(),
            &format!("http://{}/", server.address),
            50,
        )
        .await;
        assert_eq!(error.unwrap_err().kind(), TransportErrorKind::Timeout);
    }
}

#[tokio::test]
async fn a_proxy_is_used_but_not_for_this_machine() {
    let mut proxy = Server::answering(with_body("", b"proxied"), false).await;
    let direct = Server::answering(with_body("", b"direct"), false).await;
    let options = HttpOptions {
        proxy: Some(format!("http://{}", proxy.address).parse().unwrap()),
        ..HttpOptions::default()
    };
    let through = call(&options, "http://upstream.invalid/x", 5_000)
        .await
        .unwrap();
    assert_eq!(through.body(), "proxied");
    let request = proxy.requests.recv().await.unwrap();
    assert!(
        request.starts_with("GET http://upstream.invalid/x HTTP/1.1"),
        "{request}"
    );
    for host in ["127.0.0.1", "localhost"] {
        let url = format!("http://{host}:{}/", direct.address.port());
        assert_eq!(call(&options, &url, 5_000).await.unwrap().body(), "direct");
    }
}

#[test]
fn debug_hides_the_proxy_s_credentials() {
    let options = HttpOptions {
        proxy: Some("http://user:planted@proxy.example.com".parse().unwrap()),
        connect_timeout: Duration::from_secs(1),
        ..HttpOptions::default()
    };
    let transport = HttpTransport::new(&options).unwrap();
    assert!(!format!("{options:?} {transport:?}").contains("planted"));
}

/// Runs in a process of its own, below: the environment is not this process's to change.
#[tokio::test]
async fn a_transport_can_be_built() {
    HttpTransport::new(&HttpOptions::default()).unwrap();
}

#[test]
fn a_host_without_certificate_authorities_still_gets_a_transport() {
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "http::a_transport_can_be_built", "--nocapture"])
        .env("SSL_CERT_FILE", "/nonexistent/authorities.pem")
        .env("SSL_CERT_DIR", "/nonexistent")
        .output()
        .unwrap();
    let output = String::from_utf8_lossy(&status.stdout);
    assert!(
        status.status.success() && output.contains("1 passed"),
        "{output}"
    );
}
