//! Whom the transport trusts.
//!
//! The system's certificate authorities, or, on a host that has none (an image built from
//! scratch), the compiled-in ones of Mozilla; and an extra file on top of either, for proxies that
//! open TLS. The crypto provider is handed over explicitly, so that nothing depends on what the
//! process has installed, or not.

use std::error::Error;
use std::io;
use std::path::Path;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

/// Why the transport could not be set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TransportBuildError {
    /// The extra CA file cannot be read.
    #[error("the extra CA file cannot be read")]
    CaFile(#[source] io::Error),
    /// The extra CA file holds no certificate, or a broken one.
    #[error("the extra CA file holds no usable certificate in PEM form")]
    CaContent(#[source] Option<Box<dyn Error + Send + Sync>>),
    /// The proxy cannot be used.
    #[error("the proxy's address cannot be used")]
    Proxy(#[source] Box<dyn Error + Send + Sync>),
    /// TLS cannot be set up.
    #[error("TLS cannot be set up")]
    Tls(#[source] Box<dyn Error + Send + Sync>),
    /// The HTTP client cannot be set up.
    #[error("the HTTP client cannot be set up")]
    Client(#[source] Box<dyn Error + Send + Sync>),
}

impl TransportBuildError {
    pub(super) fn proxy(error: reqwest::Error) -> Self {
        Self::Proxy(error.without_url().into())
    }

    pub(super) fn client(error: reqwest::Error) -> Self {
        Self::Client(error.without_url().into())
    }

    fn tls(error: impl Error + Send + Sync + 'static) -> Self {
        Self::Tls(error.into())
    }
}

/// TLS settings that trust the system's authorities and those in `extra_ca_file`; for every client of the
/// program, so that all trust the same.
///
/// # Errors
/// If the file cannot be used.
pub fn client_config(extra_ca_file: Option<&Path>) -> Result<ClientConfig, TransportBuildError> {
    let provider = Arc::new(ring::default_provider());
    let extra = extra_ca_file.map_or(Ok(Vec::new()), authorities)?;
    let verifier = verifier(&provider, extra)?;
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(TransportBuildError::tls)?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn verifier(
    provider: &Arc<CryptoProvider>,
    extra: Vec<CertificateDer<'static>>,
) -> Result<Arc<dyn ServerCertVerifier>, TransportBuildError> {
    let system = Verifier::new(Arc::clone(provider));
    match system {
        Ok(system) if extra.is_empty() => Ok(Arc::new(system)),
        // Asked for only now that the system is known to have authorities of its own: given extra
        // ones, this constructor would not complain about their absence.
        Ok(_) => {
            let verifier = Verifier::new_with_extra_roots(extra, Arc::clone(provider))
                .map_err(|error| TransportBuildError::CaContent(Some(error.into())))?;
            Ok(Arc::new(verifier))
        }
        Err(error) => {
            tracing::warn!(%error, "no certificate authorities on this host: Mozilla's are used");
            compiled_in(provider, extra)
        }
    }
}

/// Trusts Mozilla's authorities, as of this build, and `extra`.
fn compiled_in(
    provider: &Arc<CryptoProvider>,
    extra: Vec<CertificateDer<'static>>,
) -> Result<Arc<dyn ServerCertVerifier>, TransportBuildError> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned());
    for certificate in extra {
        roots
            .add(certificate)
            .map_err(|error| TransportBuildError::CaContent(Some(error.into())))?;
    }
    let verifier =
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
            .build()
            .map_err(TransportBuildError::tls)?;
    Ok(verifier)
}

/// The certificates in a PEM file, at least one.
fn authorities(file: &Path) -> Result<Vec<CertificateDer<'static>>, TransportBuildError> {
    let pem = std::fs::read(file).map_err(TransportBuildError::CaFile)?;
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    match certificates {
        Ok(certificates) if certificates.is_empty() => Err(TransportBuildError::CaContent(None)),
        Ok(certificates) => Ok(certificates),
        Err(error) => Err(TransportBuildError::CaContent(Some(error.into()))),
    }
}
