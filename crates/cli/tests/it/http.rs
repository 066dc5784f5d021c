//! Just enough HTTP to look at an upstream without the program, and to be an upstream that no
//! sandbox would be.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

/// What a scripted upstream answers to paths that hold `path`.
pub(crate) struct Scripted {
    pub(crate) path: &'static str,
    pub(crate) status: u16,
    pub(crate) header: String,
    pub(crate) body: String,
}

/// The body of one answer. Loopback servers of these tests send no chunks when asked in HTTP/1.0.
pub(crate) fn ask(base_url: &str, method: &str, path: &str, header: &str, body: &str) -> String {
    let authority = base_url.strip_prefix("http://").expect("a plain URL");
    let mut stream = TcpStream::connect(authority).expect("somebody listens");
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.0\r\nhost: {authority}\r\ncontent-length: {length}\r\n\
         content-type: application/x-www-form-urlencoded\r\n{header}\r\n{body}"
    )
    .expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answered");
    let (_, body) = answer.split_once("\r\n\r\n").expect("an HTTP answer");
    body.to_owned()
}

/// An upstream that says what it is told to, for as long as the tests run. Gives its base URL.
pub(crate) fn serve(script: Vec<Scripted>) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a loopback port is free");
    let base_url = format!("http://{}", listener.local_addr().expect("bound"));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A caller that hangs up early has no answer coming.
            let _ = answer(stream, &script);
        }
    });
    base_url
}

fn answer(stream: TcpStream, script: &[Scripted]) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    let mut request = String::new();
    reader.read_line(&mut request)?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or_default();
        }
        if line.is_empty() {
            break;
        }
    }
    reader.read_exact(&mut vec![0; length])?;
    let scripted = script
        .iter()
        .find(|scripted| request.contains(scripted.path));
    let (status, header, body) = scripted.map_or((404, "", ""), |scripted| {
        (
            scripted.status,
            scripted.header.as_str(),
            scripted.body.as_str(),
        )
    });
    let length = body.len();
    write!(
        reader.into_inner(),
        "HTTP/1.1 {status} scripted\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\nconnection: close\r\n{header}\r\n{body}"
    )
}
