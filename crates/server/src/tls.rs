//! Encrypted connections: the certificate of the server, and whom its clients trust.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use anyhow::{Context, bail};
use rustls::crypto::CryptoProvider;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore, ServerConfig};
use rustls_platform_verifier::Verifier;

/// What a client is offered, best first (RFC 7301).
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// Permissions of a private key that are too many: others' of any kind, and the group's to change it.
const KEY_MODE_REFUSED: u32 = 0o027;

/// The certificate and key of a server, which can be read again while it serves.
#[derive(Debug)]
pub(crate) struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    current: RwLock<Arc<ServerConfig>>,
}

impl Tls {
    /// Reads a certificate with its chain, and the key that belongs to it, both PEM.
    ///
    /// # Errors
    ///
    /// When a file cannot be read, holds something else, or others may read the key.
    pub(crate) fn open(certificate: &Path, key: &Path) -> anyhow::Result<Self> {
        let current = RwLock::new(Arc::new(server_config(certificate, key)?));
        Ok(Self { certificate: certificate.to_owned(), key: key.to_owned(), current })
    }

    /// Reads both files again, for the connections that are opened from now on.
    ///
    /// # Errors
    ///
    /// See [`Tls::open`]; the certificate from before stays in use.
    pub(crate) fn reload(&self) -> anyhow::Result<()> {
        let fresh = Arc::new(server_config(&self.certificate, &self.key)?);
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = fresh;
        Ok(())
    }

    /// What a new connection is greeted with.
    pub(crate) fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }
}

fn server_config(certificate: &Path, key: &Path) -> anyhow::Result<ServerConfig> {
    let chain = certificates(certificate)?;
    must_be_private(key)?;
    let secret = PrivateKeyDer::from_pem_file(key)
        .with_context(|| format!("{} holds no private key in PEM", key.display()))?;
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .context("no version of TLS is left")?
        .with_no_client_auth()
        .with_single_cert(chain, secret)
        .with_context(|| {
            format!("{} is no certificate for {}", certificate.display(), key.display())
        })?;
    config.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).to_vec();
    Ok(config)
}

/// The certificates in a file, of which there must be one at least.
///
/// # Errors
///
/// When there is none, or the file cannot be read.
pub(crate) fn certificates(path: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let text = fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    let found = found.with_context(|| format!("{} is no PEM", path.display()))?;
    if found.is_empty() {
        bail!("{} holds no certificate in PEM", path.display());
    }
    Ok(found)
}

/// Refuses a key that others on this machine could read, or swap.
fn must_be_private(key: &Path) -> anyhow::Result<()> {
    let metadata =
        fs::metadata(key).with_context(|| format!("{} cannot be read", key.display()))?;
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions());
        if mode & KEY_MODE_REFUSED != 0 {
            bail!(
                "{key} may be read or changed by others (its mode is {mode:o}): chmod 600 {key}",
                key = key.display(),
                mode = mode & 0o777
            );
        }
    }
    Ok(())
}

/// Whom a client believes: the authorities of the system, and those in a file of PEM.
///
/// A system without any is no failure: servers that speak plain HTTP can be reached from it.
///
/// # Errors
///
/// When the file holds no certificates.
pub(crate) fn client_config(ca_file: Option<&Path>) -> anyhow::Result<ClientConfig> {
    let more = ca_file.map_or(Ok(Vec::new()), certificates)?;
    let has_more = !more.is_empty();
    let provider = provider();
    let verifier = Verifier::new_with_extra_roots(more, Arc::clone(&provider));
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .context("no version of TLS is left")?;
    let config = match verifier {
        Ok(verifier) => config.dangerous().with_custom_certificate_verifier(Arc::new(verifier)),
        Err(error) if has_more => return Err(error).context("the authorities cannot be used"),
        Err(_none) => config.with_root_certificates(RootCertStore::empty()),
    };
    Ok(config.with_no_client_auth())
}

/// The one implementation of cryptography for TLS, named so that no default decides.
fn provider() -> Arc<CryptoProvider> {
    Arc::new(default_provider())
}
