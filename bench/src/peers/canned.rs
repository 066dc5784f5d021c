//! Bare tokio: reads a request to the end of its head and its body, and writes bytes that were ready.
//! As little as an answer over HTTP can cost here; also the upstream of whoever needs one.

use std::io;
use std::path::Path;
use std::sync::Arc;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::Outcome;
use crate::load::{end_of_head, header};

/// What a client of the platform logs in with there.
const TOKEN: &str = r#"{"access_token":"bench","token_type":"bearer","expires_in":86399}"#;

/// What is given out.
struct Answers {
    body: Vec<u8>,
    token: Vec<u8>,
}

/// The role: prints its address, then serves.
pub(crate) async fn serve(body: &Path) -> Outcome<()> {
    let answers = Arc::new(Answers {
        body: whole(&std::fs::read(body)?),
        token: whole(TOKEN.as_bytes()),
    });
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    crate::say(&listener.local_addr()?.to_string());
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        let answers = Arc::clone(&answers);
        // Whoever hangs up has had its answers.
        tokio::spawn(async move { converse(stream, &answers).await });
    }
}

fn whole(body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

async fn converse(mut stream: TcpStream, answers: &Answers) -> io::Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    let mut filled = 0;
    loop {
        let read = stream.read(&mut buffer[filled..]).await?;
        if read == 0 {
            return Ok(());
        }
        filled += read;
        let Some(head) = end_of_head(&buffer[..filled]) else {
            continue;
        };
        let text = std::str::from_utf8(&buffer[..head]).map_err(io::Error::other)?;
        let length = header(text, "content-length").and_then(|length| length.parse().ok());
        if filled < head + length.unwrap_or(0) {
            continue;
        }
        // One request at a time on a connection.
        let answer = match text.starts_with("POST") {
            true => &answers.token,
            false => &answers.body,
        };
        stream.write_all(answer).await?;
        filled = 0;
    }
}
