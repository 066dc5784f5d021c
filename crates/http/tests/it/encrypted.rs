//! Encryption with a certificate of the operator's.

use std::path::PathBuf;
use std::sync::Arc;

use agent_assist_app::settings::TlsSettings;
use agent_assist_http::check_tls;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::house::{House, exchange};

/// A certificate for this machine and its key, as files.
struct Papers {
    _place: TempDir,
    certificate: PathBuf,
    key: PathBuf,
}

impl Papers {
    fn draw() -> Self {
        let place = tempfile::tempdir().expect("a directory");
        let drawn = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("drawn");
        let write = |name: &str, text: String| {
            let path = place.path().join(name);
            std::fs::write(&path, text).expect("written");
            path
        };
        Self {
            certificate: write("cert.pem", drawn.cert.pem()),
            key: write("key.pem", drawn.signing_key.serialize_pem()),
            _place: place,
        }
    }

    fn connector(&self) -> TlsConnector {
        let mut roots = RootCertStore::empty();
        let certificate = CertificateDer::from_pem_file(&self.certificate).expect("PEM");
        roots.add(certificate).expect("a root");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        TlsConnector::from(Arc::new(config))
    }
}

#[tokio::test]
async fn with_a_certificate_it_speaks_encrypted_and_nothing_else() {
    let papers = Papers::draw();
    let house = House::with(&[
        (
            "serve.tls_cert_file",
            papers.certificate.to_str().expect("UTF-8"),
        ),
        ("serve.tls_key_file", papers.key.to_str().expect("UTF-8")),
    ])
    .await;
    let stream = TcpStream::connect(house.address)
        .await
        .expect("somebody listens");
    let name = ServerName::try_from("localhost").expect("a name");
    let mut stream = papers
        .connector()
        .connect(name, stream)
        .await
        .expect("encrypted");
    let asked = "GET /docs HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    stream.write_all(asked.as_bytes()).await.expect("sent");
    let mut said = Vec::new();
    let _ = stream.read_to_end(&mut said).await;
    assert!(
        said.starts_with(b"HTTP/1.1 200 "),
        "{}",
        String::from_utf8_lossy(&said)
    );
    let plain = exchange(house.address, asked.as_bytes()).await;
    assert!(!plain.contains("HTTP/1.1"), "{plain}");
}

#[tokio::test]
async fn a_renewed_certificate_is_shown_to_the_next_connection() {
    let (old, new) = (Papers::draw(), Papers::draw());
    let settings = |papers: &Papers| {
        [
            (
                "serve.tls_cert_file",
                papers.certificate.display().to_string(),
            ),
            ("serve.tls_key_file", papers.key.display().to_string()),
        ]
    };
    let given = settings(&old);
    let given = given.each_ref().map(|(name, path)| (*name, path.as_str()));
    let mut house = House::with(&given).await;
    let at = house.address;
    let trusts = async |papers: &Papers| {
        let stream = TcpStream::connect(at).await.expect("somebody listens");
        let name = ServerName::try_from("localhost").expect("a name");
        papers.connector().connect(name, stream).await.is_ok()
    };
    assert_eq!((trusts(&old).await, trusts(&new).await), (true, false));
    let given = settings(&new);
    let given = given.each_ref().map(|(name, path)| (*name, path.as_str()));
    house.change(&given);
    assert_eq!((trusts(&old).await, trusts(&new).await), (false, true));
}

#[test]
fn papers_that_do_not_serve_are_told_by_their_setting() {
    let (papers, others) = (Papers::draw(), Papers::draw());
    let told = |cert_file: &PathBuf, key_file: &PathBuf| {
        let settings = TlsSettings {
            cert_file: cert_file.clone(),
            key_file: key_file.clone(),
        };
        check_tls(&settings).map_err(|error| error.to_string())
    };
    assert_eq!(told(&papers.certificate, &papers.key), Ok(()));
    let missing = PathBuf::from("/nowhere/cert.pem");
    for (cert, key, says) in [
        (&missing, &papers.key, "serve.tls_cert_file cannot be read"),
        (
            &papers.certificate,
            &missing,
            "serve.tls_key_file cannot be read",
        ),
        (
            &papers.key,
            &papers.key,
            "serve.tls_cert_file holds no certificate",
        ),
        (
            &papers.certificate,
            &papers.certificate,
            "serve.tls_key_file cannot be read",
        ),
        (&papers.certificate, &others.key, "do not serve together"),
    ] {
        let told = told(cert, key).expect_err("refused");
        assert!(told.contains(says), "{told}");
    }
}
