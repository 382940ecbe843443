//! `virtual-card issue`: the clock and the file names of issuing.

use std::path::{Path, PathBuf};

use anyhow::Context;
use time::{Duration, OffsetDateTime};
use virtual_card::issue::{
    Authority, Ca, CardholderRequest, Condition, KeyKind, NationalId, READY, RevocationReason,
};
use virtual_card::{CardImage, CardPin, Profile};

#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// Directory of the test PKI; made when missing
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The whole set of ready cards: good, expired, revoked, suspended, blocked, other-person
    #[arg(long, conflicts_with_all = ["name", "id", "condition", "file"])]
    ready: bool,
    /// The cardholder's name
    #[arg(long, required_unless_present = "ready")]
    name: Option<String>,
    /// The cardholder's national ID number 身分證字號
    #[arg(long, value_name = "NATIONAL-ID", required_unless_present = "ready")]
    id: Option<NationalId>,
    /// The card's PIN, 6 to 8 characters
    #[arg(long, default_value = "123456")]
    pin: String,
    /// The kind of card: moica-gen1, moica-gen2, iso7816-15 or piv
    #[arg(long, default_value = "moica-gen1")]
    profile: Profile,
    /// The signature key: rsa2048, rsa3072, rsa4096, p256 or p384, as far as such cards hold it
    #[arg(long, default_value = "rsa2048")]
    key: KeyKind,
    /// The issuing authority: g2 (RSA-2048) or g3 (RSA-4096)
    #[arg(long, default_value = "g2")]
    ca: Ca,
    /// What is wrong with the card: good, expired, revoked, suspended or blocked
    #[arg(long, default_value = "good")]
    condition: Condition,
    /// Where DIR's lists are served, for the certificates to say so: https://pki.example/test
    #[arg(long, value_name = "URL")]
    hosted_at: Option<String>,
    /// Name of the card's file in DIR/cards; the card number if not given
    #[arg(long, value_name = "NAME")]
    file: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let now = OffsetDateTime::now_utc();
    let authority = if Authority::is_in(&arguments.out) {
        Authority::open(&arguments.out)?
    } else {
        Authority::create(&arguments.out, now)?
    };
    let authority = match &arguments.hosted_at {
        Some(address) => authority.hosted_at(address),
        None => authority,
    };
    let office = Office { arguments, authority, now };
    if arguments.ready {
        for card in &READY {
            let id = card.national_id.parse()?;
            office.issue(card.name, &id, card.condition, Some(card.file))?;
        }
    } else if let (Some(name), Some(id)) = (&arguments.name, &arguments.id) {
        office.issue(name, id, arguments.condition, arguments.file.as_deref())?;
    }
    for (what, file) in [
        ("root", "root.pem"),
        ("revocations", "ca-g2.crl"),
        ("revocations", "ca-g3.crl"),
        ("issuer keys", "issuer-keys.toml"),
    ] {
        println!("{what:<12} {}", arguments.out.join(file).display());
    }
    Ok(())
}

/// What is the same for all cards of one call.
struct Office<'a> {
    arguments: &'a Arguments,
    authority: Authority,
    now: OffsetDateTime,
}

impl Office<'_> {
    fn issue(
        &self,
        name: &str,
        id: &NationalId,
        condition: Condition,
        file: Option<&str>,
    ) -> anyhow::Result<()> {
        let mut image = self.authority.issue(&self.request(name, id, condition)?)?;
        if condition == Condition::Blocked {
            image.tries = 0;
        }
        let path = self.arguments.out.join("cards");
        let path = path.join(file_name(file.unwrap_or(&image.card_number))?);
        image.save(&path).context("issue the card under another --file name")?;
        match condition {
            Condition::Revoked => self.revoke(&image, RevocationReason::KeyCompromise)?,
            Condition::Suspended => self.revoke(&image, RevocationReason::CertificateHold)?,
            Condition::Good | Condition::Expired | Condition::Blocked => {}
        }
        println!("{:<12} {}", "card", path.display());
        Ok(())
    }

    fn request(
        &self,
        name: &str,
        id: &NationalId,
        condition: Condition,
    ) -> anyhow::Result<CardholderRequest> {
        // An hour back, for clocks that disagree.
        let (not_before, not_after) = if condition == Condition::Expired {
            (self.now - VALIDITY, self.now - Duration::DAY)
        } else {
            (self.now - Duration::HOUR, self.now + VALIDITY)
        };
        Ok(CardholderRequest {
            name: name.to_owned(),
            national_id: id.clone(),
            pin: CardPin::try_from(self.arguments.pin.as_str())?,
            profile: self.arguments.profile,
            key: self.arguments.key,
            ca: self.arguments.ca,
            not_before,
            not_after,
        })
    }

    fn revoke(&self, image: &CardImage, reason: RevocationReason) -> anyhow::Result<()> {
        Ok(self.authority.revoke(&self.arguments.out, image, reason, self.now)?)
    }
}

/// `name` with the ending `.toml`, if it is a plain file name.
fn file_name(name: &str) -> anyhow::Result<String> {
    let plain = Path::new(name).file_name().is_some_and(|last| last == name);
    anyhow::ensure!(plain, "--file takes a name without folders, not {name:?}");
    Ok(format!("{}.toml", name.strip_suffix(".toml").unwrap_or(name)))
}

/// How long a card is good.
const VALIDITY: Duration = Duration::days(5 * 365);
