//! Bare tokio: reads a request to the end of its head and its body, and writes bytes that were ready.
//! As little as an answer over HTTP can cost here; also the upstream of whoever needs one.

use std::borrow::Cow;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::Outcome;
use crate::listing::MARK;
use crate::load::{end_of_head, header};

/// What a client of the platform logs in with there.
const TOKEN: &str = r#"{"access_token":"bench","token_type":"bearer","expires_in":86399}"#;

/// What is given out.
struct Answers {
    body: Vec<u8>,
    /// Where in it a [`MARK`] stands.
    marks: Vec<usize>,
    /// Answers so far.
    given: AtomicUsize,
    token: Vec<u8>,
}

impl Answers {
    /// The body, with a word in the place of its marks that was not there before.
    fn next(&self) -> Cow<'_, [u8]> {
        if self.marks.is_empty() {
            return Cow::Borrowed(&self.body);
        }
        let mut number = self.given.fetch_add(1, Ordering::Relaxed);
        let mut word = MARK.as_bytes().to_vec();
        for letter in word.iter_mut().skip(1) {
            *letter = b'a' + (number % 26) as u8;
            number /= 26;
        }
        let mut body = self.body.clone();
        for at in &self.marks {
            body[*at..*at + word.len()].copy_from_slice(&word);
        }
        Cow::Owned(body)
    }
}

/// The role: prints its address, then serves.
pub(crate) async fn serve(body: &Path) -> Outcome<()> {
    let body = whole(&std::fs::read(body)?);
    let length = MARK.len();
    let is_mark = |at: &usize| &body[*at..*at + length] == MARK.as_bytes();
    let answers = Arc::new(Answers {
        marks: (0..=body.len().saturating_sub(length))
            .filter(is_mark)
            .collect(),
        body,
        given: AtomicUsize::default(),
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
            true => Cow::Borrowed(answers.token.as_slice()),
            false => answers.next(),
        };
        stream.write_all(&answer).await?;
        filled = 0;
    }
}
