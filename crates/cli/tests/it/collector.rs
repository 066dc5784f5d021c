//! Whoever hears from the program over HTTP and says one thing to everything: a collector, an upstream.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread::spawn;

/// A request that somebody received.
pub(crate) struct Received {
    pub(crate) head: String,
    pub(crate) body: Vec<u8>,
}

/// Somebody who answers every request with one status, and remembers them.
#[derive(Clone)]
pub(crate) struct Listener {
    pub(crate) url: String,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Listener {
    pub(crate) fn answering(status: &'static str) -> Self {
        let socket = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", socket.local_addr().expect("bound"));
        let received: Arc<Mutex<Vec<Received>>> = Arc::default();
        let kept = Arc::clone(&received);
        spawn(move || {
            for stream in socket.incoming().flatten() {
                let kept = Arc::clone(&kept);
                spawn(move || {
                    while let Some(request) = read(&stream) {
                        kept.lock().expect("no panic").push(request);
                        let head = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
                        (&stream).write_all(head.as_bytes()).expect("written");
                    }
                });
            }
        });
        Self { url, received }
    }

    pub(crate) fn take(&self) -> Vec<Received> {
        std::mem::take(&mut self.received.lock().expect("no panic"))
    }
}

fn read(stream: &TcpStream) -> Option<Received> {
    let mut stream = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let head = head.to_ascii_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length:"));
    let length = length.map_or(0, |length| length.trim().parse().expect("a number"));
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some(Received { head, body })
}

/// What was posted below this path.
pub(crate) fn sent_to<'a>(
    received: &'a [Received],
    path: &str,
) -> impl Iterator<Item = &'a Received> {
    let line = format!("post {path} ");
    let received = received.iter();
    received.filter(move |received| received.head.starts_with(&line))
}
