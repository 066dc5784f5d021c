//! How the daemon is reached, by whom and how much.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use url::{Host, Url};

use super::typed::Reader;

/// The settings below `serve`.
#[derive(Clone, Debug)]
pub struct ServeSettings {
    /// Where it is asked.
    pub listen: SocketAddr,
    /// Where it is operated.
    pub admin_listen: SocketAddr,
    /// With what it encrypts, if it does.
    pub tls: Option<TlsSettings>,
    /// Whether somebody in front of it does.
    pub behind_tls_proxy: bool,
    /// Names under which it is asked, in lower case, beside those of this machine.
    pub allowed_hosts: Vec<String>,
    /// Origins whose scripts may ask it, as browsers write them.
    pub allowed_origins: Vec<String>,
    /// What one key may ask.
    pub requests_per_minute: u32,
    /// Connections at once.
    pub max_connections: u32,
    /// Streams at once of one key with its tokens.
    pub max_streams_per_key: u32,
    /// How long a stream may be silent.
    pub stream_heartbeat: Duration,
    /// How long it still takes requests once it is to end.
    pub drain_pause: Duration,
    /// How long requests under way have after that.
    pub drain_timeout: Duration,
    /// Knowledge sources for those who ask in the platform's own way, which names none.
    pub knowledge_sources: Vec<String>,
    /// Where traces and metrics are sent over OTLP, if anywhere: the base of its paths.
    pub otlp_endpoint: Option<Url>,
}

/// A certificate and its key, both as PEM.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsSettings {
    /// The certificate, the chain behind it.
    pub cert_file: PathBuf,
    /// Its key.
    pub key_file: PathBuf,
}

/// Members of a list at most.
const MAX_MEMBERS: usize = 100;

impl ServeSettings {
    /// Streams at once: half of the connections, since each holds one and others want one as well.
    pub fn max_streams(&self) -> u32 {
        self.max_connections.div_ceil(2)
    }

    /// Whether keys and answers could be read by others on their way to and from `at`.
    pub fn is_exposed(&self, at: SocketAddr) -> bool {
        !at.ip().is_loopback() && self.tls.is_none() && !self.behind_tls_proxy
    }
}

impl Reader<'_> {
    pub(super) fn serve(&mut self) -> Option<ServeSettings> {
        let listen = self.parsed("serve.listen", |text| text.parse().ok());
        let admin_listen = self.parsed("serve.admin_listen", |text| text.parse().ok());
        let tls = self.tls();
        let behind_tls_proxy = self.switch("serve.behind_tls_proxy");
        let allowed_hosts = self.list("serve.allowed_hosts", host);
        let allowed_origins = self.list("serve.allowed_origins", origin);
        let requests_per_minute = self.whole("serve.requests_per_minute", 100_000);
        let max_connections = self.whole("serve.max_connections", 100_000);
        let max_streams_per_key = self.whole("serve.max_streams_per_key", 100_000);
        let stream_heartbeat = self.span("serve.stream_heartbeat");
        let drain_pause = self.duration("serve.drain_pause");
        let drain_timeout = self.span("serve.drain_timeout");
        let knowledge_sources = self.names("serve.knowledge_sources");
        let otlp_endpoint = self.otlp_endpoint();
        let settings = ServeSettings {
            listen: listen?,
            admin_listen: admin_listen?,
            tls: tls?,
            behind_tls_proxy: behind_tls_proxy?,
            allowed_hosts: allowed_hosts?,
            allowed_origins: allowed_origins?,
            requests_per_minute: requests_per_minute?,
            max_connections: max_connections?,
            max_streams_per_key: max_streams_per_key?,
            stream_heartbeat: stream_heartbeat?,
            drain_pause: drain_pause?,
            drain_timeout: drain_timeout?,
            knowledge_sources: knowledge_sources?,
            otlp_endpoint: otlp_endpoint?,
        };
        self.refuse_plain_text("serve.listen", settings.listen, &settings);
        self.refuse_plain_text("serve.admin_listen", settings.admin_listen, &settings);
        Some(settings)
    }

    /// Refuses an address at which others could read keys and answers.
    fn refuse_plain_text(&mut self, name: &str, at: SocketAddr, settings: &ServeSettings) {
        if settings.is_exposed(at) {
            let expected = "an address of this machine alone such as 127.0.0.1; for any other set \
                            serve.tls_cert_file and serve.tls_key_file, or say with \
                            serve.behind_tls_proxy = true that a proxy encrypts";
            let origin = self.origin(name);
            self.note(name, expected, &origin);
        }
    }

    fn otlp_endpoint(&mut self) -> Option<Option<Url>> {
        match self.text("serve.otlp_endpoint") {
            None => Some(None),
            Some(_) => self.url("serve.otlp_endpoint").map(Some),
        }
    }

    /// Both or neither.
    fn tls(&mut self) -> Option<Option<TlsSettings>> {
        let (cert, key) = ("serve.tls_cert_file", "serve.tls_key_file");
        match (self.text(cert), self.text(key)) {
            (None, None) => Some(None),
            (Some(cert_file), Some(key_file)) => Some(Some(TlsSettings {
                cert_file: cert_file.into(),
                key_file: key_file.into(),
            })),
            (given, _) => {
                let (given, missing) = if given.is_some() {
                    (cert, key)
                } else {
                    (key, cert)
                };
                let expected = format!("a path, since {given} is set");
                self.note(missing, &expected, "not set");
                None
            }
        }
    }

    /// A list that is empty unless somebody says otherwise.
    fn list(&mut self, name: &str, member: fn(&str) -> Option<String>) -> Option<Vec<String>> {
        if self.text(name).is_none() {
            return Some(Vec::new());
        }
        self.parsed(name, |text| {
            let members: Option<Vec<String>> = text.split(',').map(str::trim).map(member).collect();
            members.filter(|members| members.len() <= MAX_MEMBERS)
        })
    }
}

/// A host as a `Host` header says it, without its port.
fn host(text: &str) -> Option<String> {
    Host::parse(text).ok().map(|host| host.to_string())
}

/// An origin as an `Origin` header says it.
fn origin(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let is_web = matches!(url.scheme(), "http" | "https") && url.has_host();
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let nobody = url.username().is_empty() && url.password().is_none();
    (is_web && bare && nobody).then(|| url.origin().ascii_serialization())
}
