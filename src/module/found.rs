//! A module that knows the card, and what it said about it.

use std::path::Path;
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
use super::wire::{Opening, Token};

/// Issuers between a certificate and its root, and the root.
const MAX_ISSUERS: usize = 4;
/// The longest PIN this program carries, in characters.
const MAX_PIN: u8 = 16;

/// Where the key of a certificate can be used.
pub struct Found {
    program: Program,
    opening: Opening,
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
        opening: Opening,
        patience: Duration,
    ) -> Option<Self> {
        shown.tokens.into_iter().find_map(|listed| {
            let (signing, algorithm) = signing(&listed, wanted)?;
            let issuers = issuers(&signing, &listed.unverified_certificates);
            Some(Self {
                program: program.clone(),
                opening: opening.clone(),
                patience,
                token: listed.token,
                certificates: Certificates { signing, issuers },
                algorithm,
            })
        })
    }

    /// The module's library.
    #[must_use]
    pub fn module(&self) -> &Path {
        &self.opening.module
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
        match &self.token {
            Token { locked: true, .. } => Some(0),
            Token { final_try: true, .. } => Some(1),
            Token { .. } => None,
        }
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
        let opening = Opening { module: protected(&self.opening.module)?, ..self.opening.clone() };
        Session::open(&self.program, &opening, self, self.patience)
    }
}

fn signing(listed: &Listed, wanted: Option<&[u8]>) -> Option<(Vec<u8>, Algorithm)> {
    listed.unverified_certificates.iter().find_map(|der| {
        let fits = match wanted {
            Some(wanted) => der == wanted,
            None => matches!(X509Certificate::from_der(der),
                Ok(([], certificate)) if signs_for_its_holder(&certificate)),
        };
        let algorithm = Algorithm::of_certificate(der)?;
        fits.then(|| (der.clone(), algorithm))
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
