//! Encryption with a certificate of the operator's.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use agent_assist_app::settings::TlsSettings;
use rustls::ServerConfig;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

/// Encryption cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read as PEM.
    #[error("{setting} cannot be read: {}", .path.display())]
    File {
        /// The setting.
        setting: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        cause: pem::Error,
    },
    /// There is no certificate in its file.
    #[error("serve.tls_cert_file holds no certificate: {}", .0.display())]
    NoCertificate(PathBuf),
    /// Certificate and key do not serve.
    #[error("serve.tls_cert_file and serve.tls_key_file do not serve together")]
    Unfit(#[source] rustls::Error),
}

/// Whether the certificate and key of `settings` serve: for those who check settings before they start.
///
/// # Errors
/// What is wrong with them.
pub fn check(settings: &TlsSettings) -> Result<(), TlsError> {
    acceptor(settings).map(drop)
}

/// Accepts encrypted connections as `settings` say.
pub(crate) fn acceptor(settings: &TlsSettings) -> Result<TlsAcceptor, TlsError> {
    let certificates = certificates(&settings.cert_file)?;
    let key = PrivateKeyDer::from_pem_file(&settings.key_file)
        .map_err(unreadable("serve.tls_key_file", &settings.key_file))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(TlsError::Unfit)?
        .with_no_client_auth()
        .with_single_cert(certificates, key)
        .map_err(TlsError::Unfit)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let unreadable = unreadable("serve.tls_cert_file", path);
    let certificates: Result<Vec<_>, _> =
        CertificateDer::pem_file_iter(path).and_then(Iterator::collect);
    let certificates = certificates.map_err(unreadable)?;
    match certificates.is_empty() {
        true => Err(TlsError::NoCertificate(path.to_owned())),
        false => Ok(certificates),
    }
}

fn unreadable(setting: &'static str, path: &Path) -> impl FnOnce(pem::Error) -> TlsError {
    move |cause| TlsError::File {
        setting,
        path: path.to_owned(),
        cause,
    }
}
