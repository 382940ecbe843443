//! The test's card and whoever issued it: both made now, both gone with the process.

use ankong_card::moica::{Gen1Key, IssuerKeys};
use ankong_verify::{Fingerprint, Trust};
use anyhow::Context;
use time::{Duration, OffsetDateTime};
use virtual_card::issue::{Authority, Ca, CardholderRequest, KeyKind};
use virtual_card::{CardImage, Profile};

use crate::reader::InProcess;

/// In the certificate.
pub(super) const NAME: &str = "測試";
/// Of a card that lives for seconds: no secret.
const PIN: &str = "123456";

pub(super) struct TestCard {
    authority: Authority,
    image: CardImage,
}

impl TestCard {
    pub(super) fn issue(now: OffsetDateTime) -> anyhow::Result<Self> {
        let authority = Authority::in_memory(now)?;
        let image = authority.issue(&CardholderRequest {
            name: NAME.to_owned(),
            national_id: "A123456789".parse()?,
            pin: PIN.try_into()?,
            profile: Profile::MoicaGen1,
            key: KeyKind::Rsa2048,
            ca: Ca::G2,
            not_before: now - Duration::days(1),
            not_after: now + Duration::days(1),
        })?;
        Ok(Self { authority, image })
    }

    pub(super) fn pin(&self) -> &str {
        &self.image.pin
    }

    /// A reader in this process with the card in it.
    pub(super) fn in_reader(&self) -> anyhow::Result<InProcess> {
        let key = hex::decode(&self.image.secure_messaging)?;
        let key = key.as_slice().try_into().context("the issuer's key has another length")?;
        let reader = InProcess::new(IssuerKeys { gen1: Some(Gen1Key::new(key)), gen2: None });
        reader.insert(self.image.insertable()?).context("the virtual card cannot be read")?;
        Ok(reader)
    }

    /// Believes this card's issuer alone. Nobody has had the time to revoke the card.
    pub(super) fn trust(&self) -> anyhow::Result<Trust> {
        let root = self.authority.root().to_der()?;
        let trust = Trust::builder()
            .anchor(&root, Fingerprint::of(&root))
            .intermediate(&self.authority.issuing(Ca::G2).to_der()?)
            .without_revocation();
        Ok(trust.build()?)
    }
}
