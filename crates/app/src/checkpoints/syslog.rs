//! Checkpoints to syslog (RFC 5424), by datagrams: over UDP (RFC 5426) or to a socket of this machine
//! whose daemon passes them on.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;

use async_trait::async_trait;
use tokio::net::{UdpSocket, lookup_host};

use super::{DeliveryError, Destination};

/// Facility 13 (log audit), severity 5 (notice).
const PRIORITY: u8 = 13 * 8 + 5;

/// Where datagrams are sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SyslogTarget {
    /// Host and port.
    Udp(String),
    /// A socket of this machine, such as /dev/log.
    Socket(PathBuf),
}

impl SyslogTarget {
    /// `udp://host:port` or `unix:/path`; `None` if it is neither.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(path) = text.strip_prefix("unix:") {
            return (cfg!(unix) && path.starts_with('/')).then(|| Self::Socket(path.into()));
        }
        let address = text.strip_prefix("udp://")?;
        let (host, port) = address.rsplit_once(':')?;
        let port: u16 = port.parse().ok()?;
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
        let fits = !host.is_empty() && port > 0 && host.chars().all(plain);
        fits.then(|| Self::Udp(address.to_owned()))
    }
}

/// Sends each checkpoint as one message. Nobody says whether it arrived.
#[derive(Debug)]
pub struct SyslogDestination {
    target: SyslogTarget,
}

impl SyslogDestination {
    /// To `target`.
    pub fn new(target: SyslogTarget) -> Self {
        Self { target }
    }
}

#[async_trait]
impl Destination for SyslogDestination {
    fn name(&self) -> &'static str {
        "syslog"
    }

    async fn deliver(&self, note: &str) -> Result<(), DeliveryError> {
        let message = message(note);
        let sent = match &self.target {
            SyslogTarget::Udp(address) => send_udp(address, message.as_bytes()).await,
            SyslogTarget::Socket(path) => send_local(path, message.as_bytes()).await,
        };
        sent.map_err(|error| DeliveryError(error.into()))
    }
}

/// The message: one line of ASCII, in which the checkpoint is the member of a JSON object. Whoever
/// receives it dates it; our own clock would prove nothing to them.
fn message(note: &str) -> String {
    let mut body = String::new();
    for c in serde_json::json!({ "checkpoint": note })
        .to_string()
        .chars()
    {
        match c {
            c if c.is_ascii() => body.push(c),
            c => {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    body.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    let process = std::process::id();
    format!("<{PRIORITY}>1 - - agent-assist {process} audit-checkpoint - {body}")
}

async fn send_udp(address: &str, message: &[u8]) -> io::Result<()> {
    let target = lookup_host(address).await?.next();
    let target = target.ok_or_else(|| io::Error::other("the host has no address"))?;
    let here: SocketAddr = match target {
        SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
    };
    let socket = UdpSocket::bind(here).await?;
    socket.send_to(message, target).await?;
    Ok(())
}

#[cfg(unix)]
async fn send_local(path: &std::path::Path, message: &[u8]) -> io::Result<()> {
    let socket = tokio::net::UnixDatagram::unbound()?;
    socket.send_to(message, path).await?;
    Ok(())
}

#[cfg(not(unix))]
async fn send_local(_: &std::path::Path, _: &[u8]) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_line_of_ascii_that_holds_the_note() {
        let note = "log\n7\nroot\n\n\u{2014} log sig\n";
        let message = message(note);
        assert!(message.is_ascii() && !message.contains('\n'), "{message}");
        assert!(message.starts_with("<109>1 - - agent-assist "), "{message}");
        let (_, body) = message.split_once(" audit-checkpoint - ").expect("a body");
        let body: serde_json::Value = serde_json::from_str(body).expect("JSON");
        assert_eq!(body["checkpoint"], note);
    }

    #[test]
    fn targets_have_a_host_and_a_port_or_a_path() {
        let udp = |text: &str| Some(SyslogTarget::Udp(text.to_owned()));
        assert_eq!(
            SyslogTarget::parse("udp://log.example:514"),
            udp("log.example:514")
        );
        assert_eq!(SyslogTarget::parse("udp://[::1]:514"), udp("[::1]:514"));
        let socket = SyslogTarget::parse("unix:/dev/log");
        assert_eq!(socket, Some(SyslogTarget::Socket("/dev/log".into())));
        for text in [
            "",
            "log.example:514",
            "udp://log.example",
            "udp://:514",
            "unix:log",
            "udp://a b:1",
        ] {
            assert_eq!(SyslogTarget::parse(text), None, "{text}");
        }
    }
}
