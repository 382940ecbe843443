//! Who the door is: a root made on this computer and ten yearly leaves under it.
//!
//! The root's key signs the leaves in the moment it is made and is then dropped, never written. So
//! nothing on the disk can sign for another name, and one trust prompt lasts ten years.

mod issue;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod other_names;
mod root;
mod store;

use std::time::SystemTime;

use openssl::ssl::{SslAcceptor, SslContext, SslMethod, SslOptions, SslVersion};
use openssl::{error::ErrorStack, pkey::PKey, pkey::Private, x509::X509};

pub use root::{Root, is_ours};
pub use store::{Condition, condition, delete, load_or_make, root_path};

/// A certificate of this door with its key.
pub struct Leaf {
    certificate: X509,
    key: PKey<Private>,
    /// Unix seconds.
    not_before: i64,
    not_after: i64,
}

/// The root and its leaves, in order of time.
pub struct Identity {
    root: X509,
    leaves: Vec<Leaf>,
}

/// Why there is no certificate to serve with.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// OpenSSL refused an operation.
    #[error("a certificate could not be made or used")]
    Cryptography(#[from] ErrorStack),
    /// A file could not be read or written.
    #[error("{path} cannot be read or written")]
    File {
        /// Which.
        path: std::path::PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is not what was written there. Deleting its folder makes a new identity, which then
    /// needs a new trust prompt.
    #[error("{path} is damaged; delete its folder and let browsers trust the new certificate")]
    Damaged {
        /// Which.
        path: std::path::PathBuf,
    },
    /// No leaf is valid now: ten years have passed, or the clock is wrong.
    #[error("no certificate of this computer is valid now; is the clock right?")]
    NoneValid,
}

impl Identity {
    /// The leaf to serve with: of those that are valid, the newest.
    fn leaf_at(&self, now: SystemTime) -> Result<usize, IdentityError> {
        let now = unix(now);
        self.leaves
            .iter()
            .rposition(|leaf| (leaf.not_before..=leaf.not_after).contains(&now))
            .ok_or(IdentityError::NoneValid)
    }

    /// Whether a leaf is valid at `now` or will be.
    fn outlives(&self, now: SystemTime) -> bool {
        self.leaves.last().is_some_and(|leaf| unix(now) <= leaf.not_after)
    }
}

/// A TLS context for the leaf of the day; moves to the next leaf by itself.
pub(super) struct Acceptor {
    identity: Identity,
    current: Option<(usize, SslContext)>,
}

impl Acceptor {
    pub(super) fn new(identity: Identity) -> Self {
        Self { identity, current: None }
    }

    /// The context to serve with at `now`.
    pub(super) fn at(&mut self, now: SystemTime) -> Result<&SslContext, IdentityError> {
        let wanted = self.identity.leaf_at(now)?;
        let context = match self.current.take() {
            Some((index, context)) if index == wanted => context,
            _ => context(&self.identity, wanted)?,
        };
        Ok(&self.current.insert((wanted, context)).1)
    }
}

fn context(identity: &Identity, index: usize) -> Result<SslContext, IdentityError> {
    let leaf = identity.leaves.get(index).ok_or(IdentityError::NoneValid)?;
    let mut builder = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server())?;
    builder.set_min_proto_version(Some(SslVersion::TLS1_2))?;
    builder.set_options(SslOptions::NO_RENEGOTIATION);
    builder.set_read_ahead(true); // one system call a record in place of two
    builder.set_certificate(&leaf.certificate)?;
    builder.set_private_key(&leaf.key)?;
    builder.add_extra_chain_cert(identity.root.clone())?;
    builder.check_private_key()?;
    Ok(builder.build().into_context())
}

fn unix(time: SystemTime) -> i64 {
    let seconds = time.duration_since(SystemTime::UNIX_EPOCH).map(|since| since.as_secs());
    i64::try_from(seconds.unwrap_or_default()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    const DAY: u64 = 86_400;

    fn now() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_795_000_000)
    }

    #[test]
    fn ten_leaves_cover_ten_years_without_a_gap_and_each_lasts_397_days_at_most() {
        let identity = issue::make(now()).unwrap();
        assert_eq!(identity.leaves.len(), 10);
        for day in 0..3650 {
            let at = now() + Duration::from_secs(day * DAY);
            let leaf = &identity.leaves[identity.leaf_at(at).unwrap()];
            assert!(leaf.not_after - leaf.not_before <= 397 * DAY as i64);
        }
        assert!(identity.leaf_at(now() + Duration::from_secs(3700 * DAY)).is_err());
    }

    #[test]
    fn the_next_leaf_takes_over_by_itself_and_a_clock_may_jump_back() {
        let mut acceptor = Acceptor::new(issue::make(now()).unwrap());
        let mut serial = |days: u64| {
            let context = acceptor.at(now() + Duration::from_secs(days * DAY)).unwrap();
            context
                .certificate()
                .unwrap()
                .serial_number()
                .to_bn()
                .unwrap()
                .to_hex_str()
                .unwrap()
                .to_string()
        };
        let (first, second, again) = (serial(0), serial(400), serial(0));
        assert_ne!(first, second);
        assert_eq!(first, again);
    }

    #[test]
    fn the_root_admits_this_computer_and_no_other_name() {
        let identity = issue::make(now()).unwrap();
        let text = String::from_utf8(identity.root.to_text().unwrap()).unwrap();
        for line in [
            "Name Constraints: critical",
            "DNS:localhost",
            "IP:127.0.0.1/255.255.255.255",
            "CA:TRUE, pathlen:0",
            "TLS Web Server Authentication",
            "prime256v1",
        ] {
            assert!(text.contains(line), "{line} is missing in {text}");
        }
        let leaf = &identity.leaves[0];
        assert!(leaf.certificate.verify(&identity.root.public_key().unwrap()).unwrap());
    }
}
