//! One connection that is kept open.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// An answer is read in pieces of this size at most.
const BUFFER: usize = 256 * 1024;

/// A connection, and what it reads into.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    is_last: bool,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answered {
    /// Its status.
    pub(crate) status: u16,
    /// Its body, if that was wanted.
    pub(crate) body: Vec<u8>,
}

impl Connection {
    /// Connects.
    pub(crate) async fn to(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let buffer = vec![0; BUFFER];
        Ok(Self {
            stream,
            buffer,
            is_last: false,
        })
    }

    /// Whether its last answer said that nothing more is answered on it.
    pub(crate) fn is_last(&self) -> bool {
        self.is_last
    }

    /// Asks, and reads the answer to its end; gives its status.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> io::Result<u16> {
        self.exchange(request, None).await
    }

    /// The same, with the body.
    pub(crate) async fn ask_whole(&mut self, request: &[u8]) -> io::Result<Answered> {
        let mut body = Vec::new();
        let status = self.exchange(request, Some(&mut body)).await?;
        Ok(Answered { status, body })
    }

    async fn exchange(
        &mut self,
        request: &[u8],
        mut body: Option<&mut Vec<u8>>,
    ) -> io::Result<u16> {
        self.stream.write_all(request).await?;
        let mut filled = 0;
        let (head, length, status) = loop {
            filled += self.read(filled).await?;
            let read = &self.buffer[..filled];
            if let Some(head) = end_of_head(read) {
                let Head {
                    status,
                    length,
                    is_last,
                } = judge(&read[..head])?;
                self.is_last = is_last;
                break (head, length, status);
            }
            if filled == BUFFER {
                return Err(io::Error::other("a head without end"));
            }
        };
        if let Some(body) = &mut body {
            body.extend_from_slice(&self.buffer[head..filled]);
        }
        let mut left = length.saturating_sub(filled - head);
        while left > 0 {
            let read = self.read(0).await?;
            if let Some(body) = &mut body {
                body.extend_from_slice(&self.buffer[..read]);
            }
            left = left.saturating_sub(read);
        }
        Ok(status)
    }

    async fn read(&mut self, from: usize) -> io::Result<usize> {
        match self.stream.read(&mut self.buffer[from..]).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            read => Ok(read),
        }
    }
}

/// Where the body begins, once all of the head is there.
pub(crate) fn end_of_head(read: &[u8]) -> Option<usize> {
    let end = read.windows(4).position(|bytes| bytes == b"\r\n\r\n")?;
    Some(end + 4)
}

/// What a head says.
#[derive(Debug, PartialEq, Eq)]
struct Head {
    status: u16,
    /// Of the body, in bytes.
    length: usize,
    /// Whether it is the last on its connection.
    is_last: bool,
}

fn judge(head: &[u8]) -> io::Result<Head> {
    let text = std::str::from_utf8(head).map_err(io::Error::other)?;
    let status = text.get(9..12).and_then(|status| status.parse().ok());
    let length = header(text, "content-length").and_then(|length| length.parse().ok());
    let (status, length) = match (status, length) {
        (Some(status), Some(length)) => (status, length),
        (Some(status @ (204 | 304)), None) => (status, 0),
        _ => return Err(io::Error::other("an answer without status or length")),
    };
    let is_last = header(text, "connection").is_some_and(|said| said.eq_ignore_ascii_case("close"));
    Ok(Head {
        status,
        length,
        is_last,
    })
}

/// The header of this name in a head.
pub(crate) fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().skip(1).find_map(|line| {
        let (said, value) = line.split_once(':')?;
        said.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_tells_status_and_length() {
        let head = b"HTTP/1.1 200 OK\r\nContent-Type: a\r\nCONTENT-LENGTH: 17\r\n\r\n";
        assert_eq!(end_of_head(head), Some(head.len()));
        let told = Head {
            status: 200,
            length: 17,
            is_last: false,
        };
        assert_eq!(judge(head).expect("a head"), told);
        let last = b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n";
        assert!(judge(last).expect("a head").is_last);
        assert!(judge(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
        assert_eq!(end_of_head(b"HTTP/1.1 200 OK\r\n"), None);
    }
}
