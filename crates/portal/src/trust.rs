//! Whom the portal believes, and who tells it which cards were revoked: from its configuration.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use ankong_verify::{
    BuildError, CrlSource, Fetch, HttpFetch, NotAFingerprint, OcspSource, Origin, OriginError,
    Refreshed, SourceError, Trust, Verifier,
};
use openssl::{error::ErrorStack, x509::X509};

use crate::{Config, config::is_address};

/// Why nobody can be believed.
#[derive(Debug, thiserror::Error)]
pub enum TrustError {
    /// A certificate file cannot be read.
    #[error("the certificate file {path} cannot be read")]
    File {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A certificate file holds no certificate.
    #[error("the file {path} is neither a PEM nor a DER certificate")]
    NotACertificate {
        /// Which file.
        path: PathBuf,
        /// What OpenSSL says.
        source: ErrorStack,
    },
    /// A file that has to hold one certificate holds several.
    #[error("the file {path} holds more than one certificate")]
    SeveralCertificates {
        /// Which file.
        path: PathBuf,
    },
    /// The fingerprint of an anchor is none.
    #[error("the fingerprint of an anchor is not understood")]
    Fingerprint(#[from] NotAFingerprint),
    /// The origin is not one.
    #[error("the configured origin is not usable")]
    Origin(#[from] OriginError),
    /// Nobody can speak for an authority.
    #[error("nobody can speak for the authority in {path}")]
    Source {
        /// Its certificate.
        path: PathBuf,
        /// Why.
        source: SourceError,
    },
    /// A list and a responder, or neither.
    #[error("the authority in {path} needs either crl or ocsp")]
    NotOneSource {
        /// Its certificate.
        path: PathBuf,
    },
    /// Origin, policy, certificates and sources do not make a verifier.
    #[error("anchors, policy and revocation in the configuration are not usable")]
    Build(#[from] BuildError),
}

/// The verifier, and the lists it looks things up in.
pub(crate) struct Judge {
    pub(crate) verifier: Verifier,
    pub(crate) lists: Lists,
}

/// The authorities' lists, and what fetches them.
pub(crate) struct Lists {
    fetch: Arc<dyn Fetch>,
    /// Those in files come first: they are there at once.
    sources: Vec<Arc<CrlSource>>,
    in_files: usize,
}

impl Judge {
    pub(crate) fn new(config: &Config) -> Result<Self, TrustError> {
        let fetch: Arc<dyn Fetch> = Arc::new(HttpFetch::new());
        let mut trust = Trust::builder();
        for anchor in &config.anchors {
            trust = trust.anchor(&certificate(&anchor.file)?, anchor.sha256.parse()?);
        }
        for path in &config.intermediates {
            trust = certificates(path)?.iter().fold(trust, |trust, der| trust.intermediate(der));
        }
        trust = config.policy.iter().fold(trust, |trust, oid| trust.policy(oid));
        let (mut files, mut addresses) = (Vec::new(), Vec::new());
        for one in &config.revocation {
            let authority = certificate(&one.authority)?;
            let at_fault = |source| TrustError::Source { path: one.authority.clone(), source };
            match (&one.crl, &one.ocsp) {
                (Some(url), None) if is_address(url) => {
                    let source = CrlSource::url(&authority, url, &config.lists);
                    addresses.push(Arc::new(source.map_err(at_fault)?));
                }
                (Some(file), None) => {
                    let source = CrlSource::file(&authority, Path::new(file));
                    files.push(Arc::new(source.map_err(at_fault)?));
                }
                (None, Some(place)) => {
                    let source = OcspSource::new(&authority, fetch.clone()).map_err(at_fault)?;
                    trust = trust.ocsp(match place.as_str() {
                        "certificate" => source,
                        url => source.at(url),
                    });
                }
                (Some(_), Some(_)) | (None, None) => {
                    return Err(TrustError::NotOneSource { path: one.authority.clone() });
                }
            }
        }
        let in_files = files.len();
        let sources: Vec<_> = files.into_iter().chain(addresses).collect();
        trust = sources.iter().cloned().fold(trust, |trust, source| trust.crl(source));
        let verifier = Verifier::new(Origin::parse(&config.origin)?, Arc::new(trust.build()?));
        Ok(Self { verifier, lists: Lists { fetch, sources, in_files } })
    }
}

impl Lists {
    /// Reads those that lie in files.
    pub(crate) fn read_files(&self) {
        self.sources.iter().take(self.in_files).for_each(|source| self.bring(source));
    }

    /// Brings all of them up to date; blocks for as long as servers take.
    pub(crate) fn refresh(&self) {
        self.sources.iter().for_each(|source| self.bring(source));
    }

    fn bring(&self, source: &CrlSource) {
        let authority = source.authority();
        match source.refresh(&*self.fetch) {
            Ok(Refreshed::New { entries }) => {
                tracing::info!(%authority, entries, "a revocation list was read");
            }
            Ok(Refreshed::Unchanged) => {}
            Err(error) => {
                let code = error.code();
                let error = &error as &dyn std::error::Error;
                tracing::error!(%authority, code, error, "a revocation list is not to be had");
            }
        }
    }
}

/// The one certificate in a file, as DER.
fn certificate(path: &Path) -> Result<Vec<u8>, TrustError> {
    let mut all = certificates(path)?;
    match (all.pop(), all.is_empty()) {
        (Some(der), true) => Ok(der),
        _ => Err(TrustError::SeveralCertificates { path: path.to_owned() }),
    }
}

/// The certificates in a file, as DER: all of a PEM file, or the one of a DER file.
fn certificates(path: &Path) -> Result<Vec<Vec<u8>>, TrustError> {
    let bytes =
        fs::read(path).map_err(|source| TrustError::File { path: path.to_owned(), source })?;
    let read = || -> Result<Vec<Vec<u8>>, ErrorStack> {
        let found = if bytes.windows(10).any(|part| part == b"-----BEGIN") {
            X509::stack_from_pem(&bytes)?
        } else {
            vec![X509::from_der(&bytes)?]
        };
        found.iter().map(|certificate| certificate.to_der()).collect()
    };
    read().map_err(|source| TrustError::NotACertificate { path: path.to_owned(), source })
}
