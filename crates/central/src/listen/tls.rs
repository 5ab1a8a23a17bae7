//! TLS by rustls: the brand's certificate, read anew when it was renewed.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

use centre_store::files;

/// How often it is looked whether the files have changed.
const LOOK: Duration = Duration::from_secs(30);

/// Why there is no TLS.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read as what it should be.
    #[error("{}: {why}", file.display())]
    File {
        /// Which.
        file: PathBuf,
        /// Why.
        why: String,
    },
    /// Certificate and key do not go together, or cannot be used.
    #[error("the certificate and its key cannot be used: {0}")]
    Unusable(#[from] rustls::Error),
}

/// A certificate and its key, as they are in their files.
#[derive(Debug)]
pub struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    now: Mutex<Now>,
}

#[derive(Debug)]
struct Now {
    config: Arc<ServerConfig>,
    looked: Instant,
    written: Written,
}

/// When both files were written.
type Written = (Option<SystemTime>, Option<SystemTime>);

impl Tls {
    /// Reads both files.
    ///
    /// # Errors
    /// Where one of them is not what it should be, or they do not go together.
    pub fn read(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        files::shut(key);
        let now = Now {
            written: written(certificate, key),
            config: config(certificate, key)?,
            looked: Instant::now(),
        };
        Ok(Self {
            certificate: certificate.to_owned(),
            key: key.to_owned(),
            now: Mutex::new(now),
        })
    }

    /// What makes the next connection safe. Where the files have changed they are read again; where what they hold now
    /// is of no use, what was read before goes on.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        if now.looked.elapsed() > LOOK {
            now.looked = Instant::now();
            let written = written(&self.certificate, &self.key);
            if written != now.written {
                now.written = written;
                match config(&self.certificate, &self.key) {
                    Ok(config) => {
                        tracing::info!("the certificate was read again");
                        now.config = config;
                    }
                    Err(error) => {
                        tracing::error!(%error, "the certificate has changed and cannot be used");
                    }
                }
            }
        }
        TlsAcceptor::from(Arc::clone(&now.config))
    }
}

fn written(certificate: &Path, key: &Path) -> Written {
    let at = |path: &Path| path.metadata().and_then(|m| m.modified()).ok();
    (at(certificate), at(key))
}

fn config(certificate: &Path, key: &Path) -> Result<Arc<ServerConfig>, TlsError> {
    let unfit = |file: &Path, why: String| TlsError::File {
        file: file.to_owned(),
        why,
    };
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect)
        .map_err(|e| unfit(certificate, format!("no certificate in PEM: {e}")))?;
    if chain.is_empty() {
        return Err(unfit(certificate, "has no certificate in PEM".to_owned()));
    }
    let secret = PrivateKeyDer::from_pem_file(key)
        .map_err(|e| unfit(key, format!("no private key in PEM: {e}")))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, secret)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_no_certificate_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key) = (folder.path().join("c.pem"), folder.path().join("k.pem"));
        std::fs::write(&certificate, "nothing").unwrap();
        std::fs::write(&key, "nothing").unwrap();
        let why = Tls::read(&certificate, &key).unwrap_err().to_string();
        assert!(
            why.contains("c.pem") && why.contains("certificate"),
            "{why}"
        );
        let why = Tls::read(&folder.path().join("none"), &key).unwrap_err();
        assert!(why.to_string().contains("none"), "{why}");
    }
}
