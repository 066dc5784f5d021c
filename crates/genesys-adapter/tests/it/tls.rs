//! Whom the transport trusts, against a TLS server with an authority of its own.

use std::sync::Arc;

use agent_assist_genesys::{
    HttpOptions, HttpTransport, Transport, TransportBuildError, TransportErrorKind,
};
use bytes::Bytes;
use http::Request;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::support::within;

/// A server for `localhost`; returns its port and its authority's certificate.
async fn server() -> (u16, String) {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new(vec!["localhost".to_owned()])
        .unwrap()
        .signed_by(&key, &authority)
        .unwrap();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], key)
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            let (socket, _) = listener.accept().await.unwrap();
            if let Ok(mut stream) = acceptor.accept(socket).await {
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream
                    .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")
                    .await;
            }
        }
    });
    (port, authority.pem())
}

#[tokio::test]
async fn an_extra_authority_is_trusted_and_a_strange_one_is_not() {
    let (port, authority) = server().await;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), authority).unwrap();
    for (extra_ca_file, trusted) in [(Some(file.path().to_owned()), true), (None, false)] {
        let options = HttpOptions {
            extra_ca_file,
            ..HttpOptions::default()
        };
        let transport = HttpTransport::new(&options).unwrap();
        let request = Request::get(format!("https://localhost:{port}/")).body(Bytes::new());
        let result = transport.call(request.unwrap(), within(5_000)).await;
        match result {
            Ok(response) => assert!(trusted && response.body() == "{}"),
            Err(error) => {
                assert!(!trusted, "{error:?}");
                assert_eq!(error.kind(), TransportErrorKind::Connect);
            }
        }
    }
}

#[test]
fn an_unusable_ca_file_is_said_to_be_one() {
    let built = |path: &std::path::Path| {
        let options = HttpOptions {
            extra_ca_file: Some(path.to_owned()),
            ..HttpOptions::default()
        };
        HttpTransport::new(&options).unwrap_err()
    };
    assert!(matches!(
        built("/nonexistent/ca.pem".as_ref()),
        TransportBuildError::CaFile(_)
    ));
    let file = tempfile::NamedTempFile::new().unwrap();
    for content in [
        "",
        "no certificate",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
    ] {
        std::fs::write(file.path(), content).unwrap();
        let error = built(file.path());
        assert!(
            matches!(error, TransportBuildError::CaContent(_)),
            "{content:?}: {error:?}"
        );
    }
}
