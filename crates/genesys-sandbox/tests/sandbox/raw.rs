//! A client that shows an answer byte by byte as it came, and how it ended.

use std::io::ErrorKind;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client::Session;

/// What came over a connection.
pub(crate) struct RawAnswer {
    pub(crate) bytes: Vec<u8>,
    /// How the connection ended: `None` for an orderly end.
    pub(crate) broken: Option<ErrorKind>,
}

impl RawAnswer {
    pub(crate) fn head(&self) -> String {
        String::from_utf8_lossy(&self.bytes[..self.body_start()]).to_ascii_lowercase()
    }

    pub(crate) fn body(&self) -> &[u8] {
        &self.bytes[self.body_start()..]
    }

    fn body_start(&self) -> usize {
        let end = self.bytes.windows(4).position(|four| four == b"\r\n\r\n");
        end.expect("the head is whole") + 4
    }

    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let head = self.head();
        let value = |line: &str| {
            line.strip_prefix(name)?
                .strip_prefix(": ")
                .map(str::to_owned)
        };
        head.lines().find_map(value)
    }
}

/// Sends one request on a connection of its own and reads until the connection ends.
pub(crate) async fn get(session: &Session, path: &str) -> RawAnswer {
    send(session, &request(session, path, "close")).await
}

/// A request as text. `connection` is `close` for the last one of a connection.
pub(crate) fn request(session: &Session, path: &str, connection: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nhost: sandbox\r\nauthorization: Bearer {}\r\n\
         connection: {connection}\r\n\r\n",
        session.token
    )
}

/// Sends text and reads until the connection ends.
pub(crate) async fn send(session: &Session, text: &str) -> RawAnswer {
    let address = session.sandbox.base_url().trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    stream.write_all(text.as_bytes()).await.expect("it reads");
    let mut bytes = Vec::new();
    let broken = stream.read_to_end(&mut bytes).await.err();
    RawAnswer {
        bytes,
        broken: broken.map(|error| error.kind()),
    }
}
