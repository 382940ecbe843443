//! The test PKI: a root and two issuing authorities of one name, "g2" and "g3".

use std::str::FromStr;

use openssl::x509::X509;
use time::{Duration, OffsetDateTime};

use super::IssueError;
use super::certificate::{self, Certified, Validity};
use super::directory::list_file;
use crate::Profile;
use crate::gen1::SecureMessagingKey;
use crate::gen2::MasterKey;

/// Which of the issuing authorities. They differ in key and key identifier, not in name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ca {
    /// RSA-2048, the elder one.
    G2,
    /// RSA-4096, the younger one.
    G3,
}

/// The text names no issuing authority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the issuing authorities are g2 and g3")]
pub struct NotACa;

impl FromStr for Ca {
    type Err = NotACa;

    fn from_str(text: &str) -> Result<Self, NotACa> {
        match text {
            "g2" => Ok(Self::G2),
            "g3" => Ok(Self::G3),
            _ => Err(NotACa),
        }
    }
}

/// An authority that issues cards. The root's private key is gone once both issuing authorities
/// are signed. Has no `Debug`, for it holds private keys.
pub struct Authority {
    root: X509,
    g2: Certified,
    g3: Certified,
    secure_messaging: SecureMessagingKey,
    master: MasterKey,
    hosted_at: Option<String>,
}

impl Authority {
    /// A new authority, nowhere but in memory. It is valid from ten years before `now`, so that it
    /// can issue expired cards, until twenty years after. Generating the 4096-bit key takes from
    /// half a second to several.
    ///
    /// # Errors
    /// OpenSSL failed.
    pub fn in_memory(now: OffsetDateTime) -> Result<Self, IssueError> {
        let validity = Validity { not_before: now - 10 * YEAR, not_after: now + 20 * YEAR };
        // The real root has 4096 bits; here only the time to generate them would be noticed.
        let root = certificate::root(2048, validity)?;
        Ok(Self {
            g2: certificate::issuing(&root, 2048, validity)?,
            g3: certificate::issuing(&root, 4096, validity)?,
            root: root.certificate,
            secure_messaging: SecureMessagingKey::random()?,
            master: MasterKey::random()?,
            hosted_at: None,
        })
    }

    /// Cards issued from now on say that the authority's files are served below `address`: they name
    /// their issuer's list, `address/ca-g2.crl`.
    #[must_use]
    pub fn hosted_at(mut self, address: &str) -> Self {
        self.hosted_at = Some(address.trim_end_matches('/').to_owned());
        self
    }

    /// The root certificate, the trust anchor of all cards.
    #[must_use]
    pub fn root(&self) -> &X509 {
        &self.root
    }

    /// The certificate of an issuing authority.
    #[must_use]
    pub fn issuing(&self, ca: Ca) -> &X509 {
        &self.issuer(ca).certificate
    }

    /// The key every first-generation card of this authority has for secure messaging.
    #[must_use]
    pub fn secure_messaging(&self) -> &SecureMessagingKey {
        &self.secure_messaging
    }

    /// The key that every second-generation card of this authority has its keys from.
    #[must_use]
    pub fn master(&self) -> &MasterKey {
        &self.master
    }

    /// The text of the file in which the issuer hands its keys to an operator.
    #[must_use]
    pub fn issuer_keys_toml(&self) -> String {
        format!(
            "[moica-gen1]\nsecure-messaging = \"{}\"\n\n[moica-gen2]\nmaster = \"{}\"\n",
            self.secure_messaging.to_hex(),
            self.master.to_hex()
        )
    }

    pub(super) fn from_parts(
        root: X509,
        g2: Certified,
        g3: Certified,
        secure_messaging: SecureMessagingKey,
        master: MasterKey,
    ) -> Self {
        Self { root, g2, g3, secure_messaging, master, hosted_at: None }
    }

    /// What the image of a card says of its issuer's key, in hexadecimal. Cards of kinds that have
    /// none carry one all the same, and ignore it.
    pub(super) fn key_of(&self, profile: Profile) -> String {
        match profile {
            Profile::MoicaGen2 => self.master.to_hex(),
            Profile::MoicaGen1 | Profile::Iso7816Part15 | Profile::Piv => {
                self.secure_messaging.to_hex()
            }
        }
    }

    /// Where the list of this issuer is served, if it is.
    pub(super) fn list_address(&self, ca: Ca) -> Option<String> {
        self.hosted_at.as_ref().map(|address| format!("{address}/{}", list_file(ca)))
    }

    pub(super) fn issuer(&self, ca: Ca) -> &Certified {
        match ca {
            Ca::G2 => &self.g2,
            Ca::G3 => &self.g3,
        }
    }
}

/// Not exactly one, and exact enough.
const YEAR: Duration = Duration::days(365);
