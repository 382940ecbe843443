//! A module that knows the card, and what it said about it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use ankong_card::algorithm::Algorithm;
use ankong_card::card::PinRule;
use ankong_card::certificate::{Certificates, is_issuer_of, signs_for_its_holder};
use x509_parser::prelude::{FromDer, X509Certificate};

use super::ModuleError;
use super::examine::{Listed, Shown};
use super::places::protected;
use super::program::Program;
use super::session::Session;
use ankong_module::wire::Token;

/// Issuers between a certificate and its root, and the root.
const MAX_ISSUERS: usize = 4;
/// The longest PIN this program carries, in characters.
const MAX_PIN: u8 = 16;

/// Where the key of a certificate can be used.
pub struct Found {
    program: Program,
    library: PathBuf,
    patience: Duration,
    token: Token,
    certificates: Certificates,
    algorithm: Algorithm,
}

impl Found {
    /// The token with the wanted certificate (DER); where none is wanted, the first that signs for
    /// its holder.
    pub(super) fn among(
        shown: Shown,
        wanted: Option<&[u8]>,
        program: Program,
        library: PathBuf,
        patience: Duration,
    ) -> Option<Self> {
        shown.tokens.into_iter().find_map(|listed| {
            let (certificates, algorithm) = select(&listed, wanted)?;
            Some(Self {
                program: program.clone(),
                library: library.clone(),
                patience,
                token: listed.token,
                certificates,
                algorithm,
            })
        })
    }

    /// The module's library.
    #[must_use]
    pub fn module(&self) -> &Path {
        &self.library
    }

    /// The token's label.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.token.label
    }

    /// The holder's certificate and its issuers.
    #[must_use]
    pub fn certificates(&self) -> &Certificates {
        &self.certificates
    }

    /// What the key signs with.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// What a complete PIN is, as far as the module makes sense there.
    #[must_use]
    pub fn pin_rule(&self) -> PinRule {
        let rule = PinRule { min: self.token.pin_min.max(1), max: self.token.pin_max.min(MAX_PIN) };
        if rule.min <= rule.max { rule } else { PinRule { min: 1, max: MAX_PIN } }
    }

    /// PIN tries left, where the module told: none or the last.
    #[must_use]
    pub fn tries_left(&self) -> Option<u8> {
        self.token.tries_left()
    }

    /// The PIN is typed at the reader and not here.
    #[must_use]
    pub fn pin_pad(&self) -> bool {
        self.token.pin_pad
    }

    /// Starts the module for one signature, and makes sure that the card is still there.
    ///
    /// # Errors
    /// The module failed, or [`ModuleError::AnotherCard`].
    pub fn open(&self) -> Result<Session, ModuleError> {
        Session::open(&self.program, &protected(&self.library)?, self, self.patience)
    }
}

/// The certificate of a token that is meant, its issuers there, and what its key signs with: the
/// wanted one (DER), else the first that signs for its holder. Nothing the token said is believed.
#[must_use]
pub fn select(listed: &Listed, wanted: Option<&[u8]>) -> Option<(Certificates, Algorithm)> {
    let fits = |der: &[u8]| match wanted {
        Some(wanted) => der == wanted,
        None => matches!(X509Certificate::from_der(der),
            Ok(([], certificate)) if signs_for_its_holder(&certificate)),
    };
    let all = &listed.unverified_certificates;
    all.iter().filter(|der| fits(der)).find_map(|signing| {
        let algorithm = Algorithm::of_certificate(signing)?;
        let issuers = issuers(signing, all);
        Some((Certificates { signing: signing.clone(), issuers }, algorithm))
    })
}

/// As far as the token has them, nearest first.
fn issuers(signing: &[u8], all: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let mut issuers: Vec<Vec<u8>> = Vec::new();
    while issuers.len() < MAX_ISSUERS {
        let subject = issuers.last().map_or(signing, Vec::as_slice);
        match all.iter().find(|der| is_issuer_of(der, subject) && !issuers.contains(der)) {
            Some(issuer) => issuers.push(issuer.clone()),
            None => break,
        }
    }
    issuers
}
